"""Letters as messages, read back as a mail program reads them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from jinja2 import Environment, meta

import clinic.mail.render
from clinic.calendar import invitation
from clinic.domain.agenda import Slot
from clinic.domain.entries import Entry, EntryStatus, Place
from clinic.domain.letters import Envelope, Letter, LetterKind, Sender
from clinic.mail import render, wording

TEMPLATES = Path(clinic.mail.render.__file__).parents[1] / "templates" / "mail"
SENDER = Sender("panels@mail.example", "https://panels.example")
NOW = datetime(2026, 11, 21, 9, 0, 7, tzinfo=UTC)
TWENTY = Slot(datetime(2026, 11, 26, 9, 20, tzinfo=UTC), datetime(2026, 11, 26, 10, tzinfo=UTC))
RAW_LETTERS = [kind for kind in LetterKind if kind.method is None]
INVITATIONS = [kind for kind in LetterKind if kind.method]


def an_entry(kind=LetterKind.INVITATION, **change):
    starts_at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    given = {
        "uid": UUID(int=1),
        "reference": "MT-2026-301472",
        "diary_name": "Wéstmarch & <Tuesday>",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "sequence": 1,
        "changed_at": NOW,
        "link": "https://panels.example/meetings/1",
        "place": Place.HYBRID,
        "status": EntryStatus.CANCELLED if kind is LetterKind.INVITATION_CANCEL else EntryStatus.CONFIRMED,
        "removed": kind is LetterKind.INVITATION_REMOVED,
    }
    return Entry(**given | change)


def an_envelope(kind, day=date(2026, 11, 26), **change):
    letter = Letter(kind, UUID(int=2), reference="MT-2026-301472", link="/meetings/1", day=day, needed=TWENTY)
    given = {
        "letter": letter,
        "address": "rep@agency.example",
        "sender": SENDER,
        "message_id": UUID("4b7f7d5e-3f0c-4d0e-9a51-0d6c3c1f0001"),
        "date": NOW,
        "entry": an_entry(kind) if kind.method else None,
    }
    return Envelope(**given | change)


def enclosure_of(envelope):
    method = envelope.letter.kind.method
    if method is None:
        return None
    return invitation.render(
        envelope.entry, envelope.address, "Siân Rees", method, SENDER.address, made_at=envelope.date
    )


def sent(kind, **change):
    envelope = an_envelope(kind, **change)
    return message_from_bytes(render.render(envelope, enclosure_of(envelope)), policy=default)


def plain(message):
    return message.get_body(("plain",)).get_content()


class Tags(HTMLParser):
    """Gathers the tags, the links and the words of a page's body."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.words = set(), set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.words = "" if tag == "body" else self.words + " "
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name in ("href", "src", "action", "background")}

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize("day", [date(2026, 11, 26), None])
@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_says_what_to_do_and_where_in_both_forms(kind, day):
    message = sent(kind, day=day)
    page = Tags(message.get_body(("html",)).get_content())
    for words in (plain(message), page.words):
        assert "https://panels.example/meetings/1" in words
        assert "Reference: MT-2026-301472" in words
        assert "None" not in words
        assert "{" not in words
    assert page.links == {"https://panels.example/meetings/1"}
    assert not page.tags & {"img", "form", "script", "iframe", "link", "video", "object", "input"}


@pytest.mark.parametrize("kind", LetterKind)
def test_both_forms_of_a_letter_say_the_same(kind):
    message = sent(kind)
    page = Tags(message.get_body(("html",)).get_content())
    assert page.words.split() == plain(message).split()


def test_the_letter_of_an_urgent_question_says_until_when_it_can_be_answered():
    letter = Letter(LetterKind.URGENT_ASKED, UUID(int=2), reference="PM-2026-482719", link="/urgent/1",
                    closes_at=datetime(2026, 11, 25, 17, 30, tzinfo=UTC))
    envelope = an_envelope(LetterKind.URGENT_ASKED, letter=letter)
    said = plain(message_from_bytes(render.render(envelope), policy=default))
    assert "answer before 5:30pm on Wednesday 25 November 2026: then it closes." in " ".join(said.split())


def test_the_letter_of_an_agenda_says_when_its_reader_is_needed_and_says_nothing_where_they_are_not():
    assert "you are needed from 9:20am to 10am" in plain(sent(LetterKind.AGENDA_READY))
    envelope = an_envelope(LetterKind.AGENDA_READY)
    nobody = replace(envelope, letter=replace(envelope.letter, needed=None))
    assert "needed" not in plain(message_from_bytes(render.render(nobody), policy=default))


TELLING = [
    "stalk",
    "marac",
    "victim",
    "perpetrator",
    "abuse",
    "risk",
    "rees",
    "agency.example",
    "online",
    "case",
]


@pytest.mark.parametrize("kind", LetterKind)
def test_no_letter_tells_what_it_is_about(kind):
    message = sent(kind)
    subject = message["Subject"].lower()
    assert not [word for word in TELLING if word in subject]
    assert not [word for word in TELLING[:6] if word in plain(message).lower()]
    assert "westmarch" not in subject
    assert subject == subject.strip() and subject.isascii() and len(subject) <= 100


@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_comes_from_our_mailbox_and_goes_to_one_person(kind):
    message = sent(kind)
    assert message["From"] == message["Reply-To"] == "Panels <panels@mail.example>"
    assert message["To"] == "rep@agency.example"
    assert (message["Cc"], message["Bcc"], message["Sender"]) == (None, None, None)
    assert message["Message-ID"] == "<4b7f7d5e-3f0c-4d0e-9a51-0d6c3c1f0001@mail.example>"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_is_the_same_bytes_whenever_it_is_rendered(kind):
    envelope = an_envelope(kind)
    raw = render.render(envelope, enclosure_of(envelope))
    assert render.render(envelope, enclosure_of(envelope)) == raw
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) < 998


@pytest.mark.parametrize("kind", INVITATIONS)
def test_an_invitation_has_the_shape_that_every_mail_program_takes(kind):
    envelope = an_envelope(kind)
    ics = enclosure_of(envelope)
    message = message_from_bytes(render.render(envelope, ics), policy=default)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    *_, calendar, file = message.walk()
    assert calendar.get_content_charset() == "utf-8"
    assert calendar["Content-Type"].params["method"] == str(kind.method)
    assert calendar["Content-Type"].params["component"] == "VEVENT"
    assert calendar["Content-Disposition"] is None
    assert calendar["Content-Transfer-Encoding"] == "quoted-printable"
    assert calendar.get_payload(decode=True) == ics
    assert file.get_filename() == "invite.ics"
    assert file["Content-Transfer-Encoding"] == "base64"
    assert file.get_payload(decode=True) == ics


@pytest.mark.parametrize("kind", RAW_LETTERS)
def test_other_letters_carry_no_file(kind):
    assert [part.get_content_type() for part in sent(kind).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_an_invitation_says_the_weekday_the_date_and_uk_start_and_end():
    assert "Thursday 26 November 2026, 9:30am to 11:30am (UK time)" in plain(sent(LetterKind.INVITATION))
    summer = an_entry(
        starts_at=datetime(2027, 7, 1, 9, tzinfo=UTC), ends_at=datetime(2027, 7, 1, 11, tzinfo=UTC)
    )
    words = plain(sent(LetterKind.INVITATION, entry=summer))
    assert "Thursday 1 July 2027, 10am to midday (UK time)" in words


def test_an_update_says_what_changed_and_only_that():
    start = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    before = an_entry(starts_at=start, ends_at=start + timedelta(hours=2))
    words = plain(sent(LetterKind.INVITATION_UPDATE, before=before))
    assert "The time has changed. It was Wednesday 25 November 2026, 9:30am to 11:30am." in words
    assert "How it is held has changed" not in words
    words = plain(sent(LetterKind.INVITATION_UPDATE, before=replace(an_entry(), place=Place.VIRTUAL)))
    assert "How it is held has changed. It was: Online: sign in for the link." in words
    assert "The time has changed" not in words


def test_an_update_whose_past_is_not_known_asks_to_read_all_again():
    assert "This replaces what you were told before" in plain(sent(LetterKind.INVITATION_UPDATE))


def test_a_page_shows_the_panels_words_as_they_are():
    html = sent(LetterKind.INVITATION).get_body(("html",)).get_content()
    assert "Wéstmarch &amp; &lt;Tuesday&gt;" in html


@pytest.mark.parametrize("kind", [LetterKind.ACCOUNT_INVITATION, LetterKind.PASSWORD_RESET])
def test_an_account_link_carries_its_secret_and_says_what_to_do_if_unasked(kind):
    words = plain(sent(kind, secret="s3cret"))
    assert "https://panels.example/meetings/1/s3cret" in words
    assert "If you did not" in words


def test_reminders_can_be_stopped_by_one_click_and_invitations_cannot():
    reminder = sent(LetterKind.ACTION_DUE, unsubscribe="/post/stop/t0ken")
    assert reminder["List-Unsubscribe"] == "<https://panels.example/post/stop/t0ken>"
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in (*INVITATIONS, LetterKind.MINUTES_READY, LetterKind.MINUTES_CHASE):
        assert sent(kind, unsubscribe="/post/stop/t0ken")["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "", "a b"]
)
def test_a_letter_to_more_or_less_than_one_address_is_refused(address):
    with pytest.raises((ValueError, IndexError)):
        render.render(an_envelope(LetterKind.DIGEST, address=address))


def test_a_line_break_in_the_senders_name_makes_no_header():
    with pytest.raises(ValueError, match="CR or LF"):
        render.render(an_envelope(LetterKind.DIGEST, sender=replace(SENDER, name="P\r\nBcc: c@d.example")))


def test_a_calendar_object_that_asks_something_else_is_refused():
    calling_off = an_envelope(LetterKind.INVITATION_CANCEL)
    with pytest.raises(ValueError, match="asks something else"):
        render.render(an_envelope(LetterKind.INVITATION), enclosure_of(calling_off))
    with pytest.raises(ValueError, match="calendar object"):
        render.render(an_envelope(LetterKind.INVITATION))
    with pytest.raises(ValueError, match="calendar object"):
        render.render(an_envelope(LetterKind.DIGEST), enclosure_of(calling_off))
    with pytest.raises(ValueError, match="sitting"):
        render.render(an_envelope(LetterKind.DIGEST, entry=an_entry()))


def test_the_subject_can_be_asked_for_alone():
    assert render.subject(an_envelope(LetterKind.INVITATION)) == sent(LetterKind.INVITATION)["Subject"]


def test_there_is_one_pair_of_templates_for_every_kind_and_no_other():
    written = {path.name for path in TEMPLATES.iterdir() if not path.name.startswith("_")}
    assert written == {f"{kind}.{ending}" for kind in LetterKind for ending in ("txt", "html")}


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_a_template_asks_for_nothing_that_a_letter_does_not_hold(path):
    named = meta.find_undeclared_variables(Environment(autoescape=True).parse(path.read_text()))
    assert named <= {
        "reference",
        "day",
        "needed",
        "closes_at",
        "link",
        "service",
        "meeting",
        "meeting_day",
        "meeting_time",
        "changes",
    }


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 26, 0, 0, tzinfo=UTC), "midnight"),
        (datetime(2026, 11, 26, 0, 5, tzinfo=UTC), "12:05am"),
        (datetime(2026, 11, 26, 12, 0, tzinfo=UTC), "midday"),
        (datetime(2026, 11, 26, 12, 30, tzinfo=UTC), "12:30pm"),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "1pm"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "1:30am"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "1:30am"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "2am"),
    ],
)
def test_hours_are_written_as_british_readers_expect(moment, words):
    assert wording.hour(moment) == words


def test_a_sitting_over_several_days_says_both():
    round_of_days = an_entry(ends_at=datetime(2026, 11, 30, 17, tzinfo=UTC))
    assert wording.span(round_of_days) == "Thursday 26 November 2026, 9:30am to Monday 30 November 2026, 5pm"
