"""Every kind of letter renders, and no letter can say more than a Letter and a diary Entry hold."""

import re
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

import pytest
from jinja2 import Environment, meta, nodes

from clinic.calendar import invitation
from clinic.domain.agenda import Slot
from clinic.domain.entries import Entry, EntryStatus, Place
from clinic.domain.letters import Envelope, Letter, LetterKind, Sender
from clinic.mail import render

MAIL = Path(render.__file__).parents[1] / "templates" / "mail"
# What a template may say of a letter; `service` is the sender's name, the rest is worked out of the entry's times.
OF_A_LETTER = {"reference", "day", "link", "needed", "closes_at"}
OF_AN_ENTRY = {"meeting", "meeting_day", "meeting_time", "changes"}
NOW = datetime(2026, 11, 21, 9, 0, 7, tzinfo=UTC)
# What a mail must not tell a stranger who reads it over a shoulder.
TELLING = re.compile(
    r"stalk|marac|matac|victim|surviv|perpetrat|offend|suspect|abus|violen|domestic|harass|police|probation|risk"
    r"|address\b|nominee|child", re.IGNORECASE)


def parsed(path: Path) -> nodes.Template:
    return Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))


def an_entry(kind: LetterKind) -> Entry | None:
    if kind.method is None:
        return None
    starts_at = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    cancelled = kind is LetterKind.INVITATION_CANCEL
    return Entry(
        uid=uuid4(), reference="MT-2026-301472", diary_name="Wednesday panel", starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2), sequence=1, changed_at=NOW, link="https://panels.example/meetings/1",
        place=Place.HYBRID, status=EntryStatus.CANCELLED if cancelled else EntryStatus.CONFIRMED,
        removed=kind is LetterKind.INVITATION_REMOVED,
    )


def sent(kind: LetterKind):
    letter = Letter(kind, uuid4(), reference="PM-2026-482719", link="/somewhere/1", day=date(2026, 12, 3),
                    needed=Slot(NOW, NOW + timedelta(minutes=45)), closes_at=NOW)
    envelope = Envelope(letter=letter, address="rep@agency.example", message_id=uuid4(), date=NOW, entry=an_entry(kind),
                        sender=Sender("panels@mail.example", "https://panels.example"))
    enclosure = None
    if kind.method is not None:
        enclosure = invitation.render(envelope.entry, envelope.address, "A Name", kind.method, "panels@mail.example",
                                      made_at=NOW)
    return message_from_bytes(render.render(envelope, enclosure), policy=default)


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_of_letter_renders_to_something_neutral(kind):
    message = sent(kind)
    said = [message["Subject"], *(message.get_body((form,)).get_content() for form in ("plain", "html"))]
    assert all(words.strip() for words in said)
    told = {word for words in said for word in TELLING.findall(re.sub(r"<[^>]*>|Content-[^\n]*", " ", words))}
    assert not told


@pytest.mark.parametrize("path", sorted(MAIL.iterdir()), ids=lambda path: path.name)
def test_no_letter_names_a_field_that_a_letter_lacks(path):
    tree = parsed(path)
    assert OF_A_LETTER < {field.name for field in fields(Letter)}
    assert meta.find_undeclared_variables(tree) <= OF_A_LETTER | OF_AN_ENTRY | {"service"}
    asked = {node.attr for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name)
             and node.node.name == "meeting"}
    assert asked <= {name for name in dir(Entry) if not name.startswith("_")}


def test_only_invitations_speak_of_a_meeting():
    for kind in LetterKind:
        if kind.method is None:
            for ending in ("txt", "html"):
                asked = meta.find_undeclared_variables(parsed(MAIL / f"{kind}.{ending}"))
                assert not asked & OF_AN_ENTRY, kind
