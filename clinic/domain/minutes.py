"""Minutes: composed from what was typed, approved by the chair, read and acknowledged.

Pure rules. What people typed is put into Markdown so that it cannot pass for a part of
the record's own structure: a name holds no table's edge, a note makes no heading.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from clinic.domain.adjournments import Pause
from clinic.domain.attendance import Spell
from clinic.domain.drops import DropReason
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import LONDON, AttendanceStatus, MeetingStatus, hour_words, local_day
from clinic.domain.notes import NoteSection
from clinic.domain.rounds import closing
from clinic.domain.urgent import UrgentReply


class MinuteStatus(StrEnum):
    DRAFT = "draft"
    WITH_CHAIR = "with_chair"
    APPROVED = "approved"
    CIRCULATED = "circulated"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


class ReceiptStatus(StrEnum):
    QUEUED = "queued"
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    BLOCKED_DOMAIN = "blocked_domain"
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    REVOKED = "revoked"
    EXPIRED = "expired"


# A receipt that ended: its holder reads no more.
ENDED = frozenset({ReceiptStatus.REVOKED, ReceiptStatus.EXPIRED})
UNOPENED = frozenset({ReceiptStatus.QUEUED, ReceiptStatus.ACCEPTED, ReceiptStatus.BOUNCED})
# What the timer chases: sent, and not confirmed.
UNCONFIRMED = UNOPENED | {ReceiptStatus.OPENED}
# The text has not changed since the chair approved it.
SETTLED = frozenset({MinuteStatus.APPROVED, MinuteStatus.CIRCULATED})

ATTENDANCE = "Attendance and apologies"
CONFIDENTIALITY = "Confidentiality"
STATEMENT = (
    "Everything said and shared at this meeting is strictly confidential and is for reducing risk only. "
    "It is not discussed outside the meeting except with those who must act on it.\n\n"
    "These minutes are not copied or passed on without the agreement of the agencies that gave the information. "
    "They are kept securely, apart from files that others may open. "
    "The person whose behaviour is discussed must not be told that the case was heard."
)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody on the meeting's attendance list."""

    name: str
    agency: str
    status: AttendanceStatus
    #: whether they gave the undertaking; nothing where the panel asks for none
    signed: bool | None = None
    deputy_for: str = ""
    #: when they were there, where that is known
    spells: tuple[Spell, ...] = ()


@dataclass(frozen=True, slots=True)
class Sat:
    """From when to when the meeting sat, and when it stood still in between."""

    began_at: datetime
    closed_at: datetime
    pauses: tuple[Pause, ...] = ()
    #: who chaired, and since when, in order
    chairs: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Agreed:
    """An action as the meeting agreed it."""

    text: str
    agency: str
    lead: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Heard:
    """One case of the meeting, in their real order. `went_to` says where an unfinished case goes on."""

    case_id: UUID
    reference: str
    notes: Mapping[NoteSection, str]
    outcome: HearingOutcome | None
    reason: str = ""
    went_to: str = ""
    actions: tuple[Agreed, ...] = ()
    #: names with their agencies: who came for this case alone, and who was at the meeting and not in the room for it
    guests: tuple[tuple[str, str], ...] = ()
    away: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A case that had been carried over to the meeting and was taken off its list before, by whom and when."""

    case_id: UUID
    reference: str
    reason: DropReason
    words: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Between:
    """What was decided between two meetings, and what this one said to it. `replies` are of agencies, by name."""

    case_id: UUID
    reference: str
    question: str
    words: str
    by: str
    on: date
    replies: tuple[tuple[str, UrgentReply | None], ...]
    actions: tuple[Agreed, ...]
    ratified: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the minutes. One without a case is for every reader, so it must not speak of one."""

    heading: str
    text: str
    case_id: UUID | None = None


_CAME = {
    AttendanceStatus.PRESENT: "Present",
    AttendanceStatus.PRESENT_PART: "Present for part",
    AttendanceStatus.DEPUTY_PRESENT: "Present as deputy",
    AttendanceStatus.OBSERVER: "Observer",
}
_STAYED_AWAY = {
    AttendanceStatus.APOLOGIES: "Apologies",
    AttendanceStatus.APOLOGIES_INFORMATION_SENT: "Apologies, information sent",
    AttendanceStatus.ABSENT_NO_NOTICE: "Absent without notice",
    # Not the reason: a conflict would tell that there was a case to have one about.
    AttendanceStatus.EXCUSED_CONFLICT: "Excused",
}
PRESENT = frozenset(_CAME)


def compose(attendance: Sequence[Attendee], heard: Sequence[Heard],
            dropped: Sequence[Dropped] = (), between: Sequence[Between] = (),
            sat: Sat | None = None, closed_at: datetime | None = None) -> tuple[Section, ...]:
    """Return the first draft: the frame, then one section for each case, headed by its reference.

    `closed_at` is of a round in writing, to which nobody came. What was decided since the last meeting comes before
    what it heard, what was taken off after that.
    """
    return (
        Section(ATTENDANCE, "\n\n".join((*_sitting(sat), _attendance(attendance, sat)))
                if closed_at is None else _in_writing(closed_at)),
        Section(CONFIDENTIALITY, STATEMENT),
        *(Section(case.reference, _between(case), case.case_id) for case in between),
        *(Section(case.reference, _hearing(case), case.case_id) for case in heard),
        *(Section(case.reference, _drop(case), case.case_id) for case in dropped),
    )


def _in_writing(closed_at: datetime) -> str:
    return (f"This was a round in writing: nobody met. Agencies answered until {closing(closed_at)}; "
            "then the chair decided.")


def _sitting(sat: Sat | None) -> tuple[str, ...]:
    """Return when the meeting sat, as a part of the frame; nothing where nobody knows."""
    if sat is None:
        return ()
    said = [f"On {_day(sat.began_at)}, from {_from_to(sat.began_at, sat.closed_at, sat.began_at)}."]
    said += [f"Adjourned from {_from_to(pause.began_at, pause.ended_at or sat.closed_at, sat.began_at)}."
             for pause in sat.pauses]
    said += _chairs(sat)
    return ("### The meeting\n\n" + "\n\n".join(said),)


def _chairs(sat: Sat) -> list[str]:
    """Return who chaired, one after another. Not from when: a chair who steps out of a case would tell of it."""
    return [f"Chaired by {', then '.join(line(name) for name, _ in sat.chairs)}."] if sat.chairs else []


def _from_to(since: datetime, until: datetime, began: datetime) -> str:
    """Return a stretch in hours, with days that are not the meeting's own, and with zones where the clocks changed."""
    first, last = since.astimezone(LONDON), until.astimezone(LONDON)
    changed = first.utcoffset() != last.utcoffset()
    said = []
    for at in (first, last):
        zone = f" ({at.tzname()})" if changed else ""
        on = f" on {_day(at)}" if local_day(at) != local_day(began) else ""
        said.append(f"{hour_words(at)}{zone}{on}")
    return " to ".join(said)


def _day(at: datetime) -> str:
    day = local_day(at)
    return f"{day.day} {day:%B %Y}"


def _attendance(people: Sequence[Attendee], sat: Sat | None) -> str:
    parts = []
    for title, answers in (("Present", _CAME), ("Apologies and absence", _STAYED_AWAY)):
        there = [person for person in people if person.status in answers]
        heads = ["Name", "Agency", "Attendance"]
        rows = [[cell(p.name), cell(p.agency), _came(p, answers)] for p in there]
        if any(person.signed is not None for person in there):
            heads.append("Undertaking")
            rows = [[*row, "Signed" if p.signed else "Not signed"] for row, p in zip(rows, there, strict=True)]
        if sat is not None and any(person.spells for person in there):
            heads.append("From and until")
            rows = [[*row, _times(p, sat)] for row, p in zip(rows, there, strict=True)]
        parts.append(f"### {title}\n\n{_table(heads, rows) if rows else 'Nobody was noted.'}")
    return "\n\n".join(parts)


def _came(person: Attendee, answers: Mapping[AttendanceStatus, str]) -> str:
    return answers[person.status] + (f" for {line(person.deputy_for)}" if person.deputy_for else "")


def _times(person: Attendee, sat: Sat) -> str:
    """Return when somebody came first and left last, as far as that was written down.

    What lies between is nobody's: who steps out of one case would tell when it was heard.
    """
    if not person.spells:
        return "–"
    return _from_to(person.spells[0].came_at, person.spells[-1].left_at or sat.closed_at, sat.began_at)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows))


def _hearing(case: Heard) -> str:
    return "\n\n".join((
        *_room(case),
        *_notes(case.notes),
        f"### Outcome\n\n{_outcome(case)}",
        f"### Actions\n\n{_numbered(case.actions)}",
    ))


def _numbered(actions: Sequence[Agreed]) -> str:
    return "\n".join(f"{n}. {_action(action)}" for n, action in enumerate(actions, 1)) or "No actions were agreed."


_REPLIES = {
    UrgentReply.AGREE: "agreed", UrgentReply.DO_NOT_AGREE: "did not agree",
    UrgentReply.NEED_MEETING: "wanted a meeting", None: "did not answer",
}


def _between(case: Between) -> str:
    replies = "\n".join(f"- {line(agency)} {_REPLIES[reply]}" for agency, reply in case.replies)
    said = "The meeting ratified it." if case.ratified else "The meeting did not ratify it."
    return "\n\n".join((
        f"### Decided between meetings\n\n{prose(case.question)}", replies, prose(case.words),
        f"Decided by {line(case.by)}, {case.on.day} {case.on:%B %Y}.",
        f"### Actions\n\n{_numbered(case.actions)}",
        f"### Ratification\n\n{said}" + (f"\n\n{prose(case.said)}" if case.said else ""),
    ))


def _notes(notes: Mapping[NoteSection, str]) -> list[str]:
    """Return each section under its heading; an empty one is left out, but for what was shared."""
    said = {section: prose(notes.get(section, "")) for section in NoteSection}
    said[NoteSection.SHARED] = said[NoteSection.SHARED] or "No notes were taken."
    return [f"### {section.words}\n\n{text}" for section, text in said.items() if text]


def _room(case: Heard) -> tuple[str, ...]:
    """Return who came for this case alone, and who was not there for it. Why is for nobody who reads it."""
    said = [f"{words}: {'; '.join(f'{line(name)}, {line(agency)}' for name, agency in people)}."
            for words, people in (("For this case only", case.guests), ("Not in the room", case.away)) if people]
    return ("### In the room\n\n" + "\n\n".join(said),) if said else ()


def _drop(case: Dropped) -> str:
    said = [f"### Taken off the agenda\n\nIt had been carried over to this meeting. {case.reason.words}."]
    if case.words:
        said.append(prose(case.words))
    said.append(f"Taken off by {line(case.by)}, {case.on.day} {case.on:%B %Y}.")
    return "\n\n".join(said)


_OUTCOMES = {
    HearingOutcome.HEARD_ACTIONS_SET: "Heard; actions were agreed.",
    HearingOutcome.HEARD_NO_ACTIONS: "Heard; no action was needed.",
    HearingOutcome.DEFERRED: "Deferred.",
    HearingOutcome.CARRIED_OVER: "Carried over.",
    HearingOutcome.WITHDRAWN_AT_MEETING: "Withdrawn at the meeting.",
    HearingOutcome.TRANSFERRED: "Transferred.",
    HearingOutcome.NOT_REACHED: "Not reached.",
}


def _outcome(case: Heard) -> str:
    if case.outcome is None:
        return "No outcome was recorded."
    said = [_OUTCOMES[case.outcome]]
    if case.reason:
        said.append(f"Reason: {line(case.reason)}.")
    if case.went_to:
        said.append(f"It goes on at {line(case.went_to)}.")
    return " ".join(said)


def _action(action: Agreed) -> str:
    lead = f", {line(action.lead)}" if action.lead else ""
    due = f"{action.due_on.day} {action.due_on:%B %Y}"
    return f"{line(action.text)}  \n    **{line(action.agency)}{lead}, by {due}**"


_TELLING = re.compile(r"[\\`*_\[\]|<]")
_OPENING = re.compile(r"^(?:[#>+=~-]|\d+(?=[.)]))")


def line(text: str) -> str:
    """Return `text` on one line, so that it stays one item of a list and marks up nothing."""
    flat = " ".join(text.split()).replace("&", "&amp;")
    flat = _TELLING.sub(lambda mark: "&lt;" if mark[0] == "<" else f"\\{mark[0]}", flat)
    return _OPENING.sub(_held_back, flat)


def _held_back(mark: re.Match[str]) -> str:
    """Escape the first sign of a line; behind a number it is the full stop that makes a list."""
    return f"{mark[0]}\\" if mark[0][0].isdigit() else f"\\{mark[0]}"


def cell(text: str) -> str:
    """Return `text` for one cell of a table; an empty one keeps its place."""
    return line(text) or "–"


_HEADING = re.compile(r"^( {0,3})(#|=+[ \t]*$|-{2,}[ \t]*$)", re.MULTILINE)


def prose(text: str) -> str:
    """Return notes as they were typed: their Markdown works, their lines stay lines, but they make no headings."""
    tamed = _HEADING.sub(r"\1\\\2", text.strip().replace("\r\n", "\n"))
    return re.sub(r"(?<=\S)[ \t]*\n(?=[ \t]*\S)", "  \n", tamed)


def hash_of(sections: Iterable[Section]) -> str:
    """Return the SHA-256 over the sections in their order: what the chair's approval stands for."""
    parts = [[s.heading, str(s.case_id or ""), s.text] for s in sections]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def check_draft(meeting: MeetingStatus) -> None:
    """Refuse minutes of a meeting that is not over."""
    if meeting not in (MeetingStatus.HELD, MeetingStatus.CLOSED):
        raise RuleBroken("Minutes are drafted when the meeting has been closed.")


def after_edit(status: MinuteStatus) -> MinuteStatus:
    """Return the status after a change of text: what was approved is amended, and needs the chair again."""
    if status is MinuteStatus.WITH_CHAIR:
        raise RuleBroken("The chair is reading these minutes. Ask for them back before you change them.")
    return MinuteStatus.AMENDED if status in SETTLED else status


def after_sending_to_chair(status: MinuteStatus) -> MinuteStatus:
    if status not in (MinuteStatus.DRAFT, MinuteStatus.AMENDED):
        raise RuleBroken("These minutes are with the chair already, or nothing has changed since they were approved.")
    return MinuteStatus.WITH_CHAIR


def after_sending_back(status: MinuteStatus, versions: int) -> MinuteStatus:
    if status is not MinuteStatus.WITH_CHAIR:
        raise RuleBroken("These minutes are not with the chair.")
    return MinuteStatus.AMENDED if versions else MinuteStatus.DRAFT


def after_approval(status: MinuteStatus) -> MinuteStatus:
    if status is not MinuteStatus.WITH_CHAIR:
        raise RuleBroken("These minutes have not been sent to the chair, or are approved already.")
    return MinuteStatus.APPROVED


def check_circulate(number: int, newest: int, new_readers: int) -> None:
    """Refuse to circulate a version that a newer one replaces, or that everybody has."""
    if number != newest:
        raise RuleBroken(f"Version {newest} has replaced this one. Circulate that.")
    if not new_readers:
        raise RuleBroken("Everybody who should have this version has it.")


def chase_due(sent_at: datetime, chased_at: datetime | None, latest: date) -> bool:
    """Return whether an unconfirmed receipt is chased today, if all sent by the day `latest` are.

    `latest` is the panel's number of working days before today. A person is reminded at
    that interval, not every day.
    """
    return local_day(chased_at or sent_at) <= latest
