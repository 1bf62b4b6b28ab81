"""What a letter and a diary entry can hold, and what they refuse to hold."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import pytest

from clinic.domain.entries import Deadline, Entry, Place
from clinic.domain.letters import Envelope, Letter, LetterKind, Sender
from clinic.domain.meetings import MeetingMode

NINE = datetime(2026, 12, 3, 9, tzinfo=UTC)


def a_letter(**change):
    given = {"to": uuid4(), "reference": "PM-2026-482719", "link": "/actions/1"} | change
    return Letter(LetterKind.ACTION_DUE, **given)


def an_entry(**change):
    given = {
        "uid": uuid4(),
        "reference": "MT-2026-301472",
        "diary_name": "Westmarch Tuesday",
        "starts_at": NINE,
        "ends_at": NINE + timedelta(hours=2),
        "sequence": 0,
        "changed_at": NINE - timedelta(days=30),
        "link": "/meetings/1",
        "place": Place.VIRTUAL,
    }
    return Entry(**given | change)


def test_neither_a_letter_nor_an_entry_has_room_for_a_person_or_a_narrative():
    held = {field.name for of in (Letter, Entry, Deadline) for field in fields(of)}
    assert held == {
        "kind", "to", "address", "reference", "link", "day", "about", "revision", "needed", "closes_at", "_",
        "uid", "diary_name", "starts_at", "ends_at", "sequence", "changed_at", "place", "status", "removed",
    } - {"_"}  # fmt: skip


@pytest.mark.parametrize("reference", ["Jane Smith", "PM 2026", "x" * 41, "PM-2026\r\nBcc: a@b", "Zoë"])
def test_a_reference_is_no_place_for_words(reference):
    with pytest.raises(ValueError, match="reference"):
        a_letter(reference=reference)


@pytest.mark.parametrize(
    "link", ["https://evil.example", "//evil.example", "/\\evil.example", "actions/1", "/a b", "/a\r\nb", ""]
)
def test_a_letter_leads_to_our_own_site_only(link):
    with pytest.raises(ValueError, match="link"):
        a_letter(link=link)


def test_a_letter_goes_to_a_user_or_to_an_address_and_not_to_both_or_neither():
    a_letter(to=None, address="contact@agency.example")
    with pytest.raises(ValueError, match="one of the two"):
        a_letter(to=None)
    with pytest.raises(ValueError, match="one of the two"):
        a_letter(address="contact@agency.example")


def test_the_same_letter_has_the_same_key_and_another_edition_another():
    about = uuid4()
    letter = a_letter(about=about, revision=2)
    assert letter.dedup_key("a@b.example") == f"action_due:{about}:2:a@b.example"
    assert replace(letter, revision=3).dedup_key("a@b.example") != letter.dedup_key("a@b.example")
    assert a_letter().dedup_key("a@b.example") == "action_due:PM-2026-482719:0:a@b.example"


def test_digests_of_two_days_are_two_letters():
    monday, tuesday = (a_letter(reference="", day=date(2026, 11, day)) for day in (23, 24))
    assert monday.dedup_key("a@b.example") != tuesday.dedup_key("a@b.example")


def test_a_secret_link_is_made_in_the_envelope_and_shown_in_no_log():
    envelope = Envelope(
        letter=a_letter(link="/accounts/invitation"),
        address="a@b.example",
        sender=Sender("panels@mail.example", "https://panels.example/"),
        message_id=uuid4(),
        date=NINE,
        secret="s3cret",
    )
    assert envelope.link == "https://panels.example/accounts/invitation/s3cret"
    assert "s3cret" not in repr(envelope)
    assert "/accounts/invitation" not in repr(envelope)


def test_only_the_four_letters_about_coming_enclose_a_calendar_object():
    enclosing = {kind.value: str(kind.method) for kind in LetterKind if kind.method}
    assert enclosing == {
        "invitation": "REQUEST",
        "invitation_update": "REQUEST",
        "invitation_cancel": "CANCEL",
        "invitation_removed": "CANCEL",
    }


@pytest.mark.parametrize("field", ["starts_at", "ends_at", "changed_at"])
@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1))])
def test_an_entry_holds_moments_in_utc_only(field, zone):
    with pytest.raises(ValueError, match="UTC"):
        an_entry(**{field: getattr(an_entry(), field).replace(tzinfo=zone)})


def test_an_entry_ends_after_it_starts_and_changes_at_a_whole_second():
    with pytest.raises(ValueError, match="end after"):
        an_entry(ends_at=NINE)
    with pytest.raises(ValueError, match="whole second"):
        an_entry(changed_at=NINE.replace(microsecond=1))


def test_every_way_of_holding_a_meeting_has_words_that_give_no_address():
    assert all("sign in" in Place(mode.value).words for mode in MeetingMode)


def test_a_link_is_made_whole_once():
    entry = an_entry().at("https://panels.example/")
    assert entry.link == "https://panels.example/meetings/1"
    assert entry.at("https://other.example") == entry
