"""What an agency is asked before a case is heard, when it is due, and what it may answer.

Pure rules. "Not known" is an answer; a request that nobody answered is none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from clinic.domain.actions import EscalationLevel
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import MeetingMode, MeetingStatus, local_day, working_days_after, working_days_before
from clinic.domain.panels import ReturnMode, Rules


class ResearchStatus(StrEnum):
    REQUESTED = "requested"
    OPENED = "opened"
    CHECKED_NOT_KNOWN = "checked_not_known"
    RETURNED = "returned"
    LATE = "late"
    EXEMPT_CONFLICT = "exempt_conflict"


class Known(StrEnum):
    VICTIM = "victim"
    PERPETRATOR = "perpetrator"
    CHILDREN = "children"
    NONE = "none"


class WithheldReason(StrEnum):
    """Why an agency keeps back something that it holds. That it does, and why, is said to the meeting."""

    NOT_RELEVANT = "not_relevant"
    NOT_PROPORTIONATE = "not_proportionate"
    THIRD_PARTY = "third_party"
    SUB_JUDICE_OR_OPERATIONAL = "sub_judice_or_operational"
    CLINICAL_CONFIDENCE = "clinical_confidence"
    LEGAL_PRIVILEGE = "legal_privilege"


class HandlingCode(StrEnum):
    """For whom a piece of an answer is, beside the agency that gave it and those who run the panel."""

    PANEL = "panel"
    STATUTORY = "statutory"
    NAMED_AGENCIES = "named_agencies"
    OWN = "own"


class AskAgainReason(StrEnum):
    """What has changed in a case since an agency answered."""

    NEW_INCIDENT = "new_incident"
    NEW_PERSON = "new_person"
    NEW_ADDRESS = "new_address"
    ORDER_OR_BAIL = "order_or_bail"
    RISK_CHANGED = "risk_changed"
    OTHER = "other"


WAITING = frozenset({ResearchStatus.REQUESTED, ResearchStatus.OPENED})
ANSWERED = frozenset({ResearchStatus.CHECKED_NOT_KNOWN, ResearchStatus.RETURNED, ResearchStatus.LATE})
# Codes of `agency_sector`: public bodies. Advocates, charities and whatever a panel adds to the list are none.
STATUTORY_SECTORS = frozenset({
    "police", "cps", "probation", "prison", "childrens_social_care", "adult_social_care", "mental_health",
    "acute_trust", "primary_care", "community_health", "ambulance", "housing", "education", "youth_justice",
    "fire_service", "cafcass", "hmcts", "pcc_office", "council_community_safety", "mash", "immigration", "military",
})


@dataclass(frozen=True, slots=True)
class Handling:
    """Who may read a piece; `named` are agencies, and count where it is for named ones."""

    code: HandlingCode = HandlingCode.PANEL
    named: frozenset[UUID] = frozenset()

    def of(self, kind: InformationKind) -> Handling:
        """Return it as it holds for a kind: restricted intelligence is its own agency's whatever is chosen."""
        if kind is InformationKind.INTELLIGENCE_RESTRICTED:
            return Handling(HandlingCode.OWN)
        return self if self.code is HandlingCode.NAMED_AGENCIES else Handling(self.code)

    def is_for(self, agencies: Collection[UUID], statutory: Collection[UUID]) -> bool:
        """Return whether it is for somebody who speaks for these agencies, of which some are `statutory`."""
        match self.code:
            case HandlingCode.PANEL:
                return True
            case HandlingCode.STATUTORY:
                return not set(agencies).isdisjoint(statutory)
            case HandlingCode.NAMED_AGENCIES:
                return not self.named.isdisjoint(agencies)
            case HandlingCode.OWN:
                return False


#: with less than this left of the hours that an emergency meeting gives, agencies are reminded
LAST_HOURS = timedelta(hours=2)
#: and not sooner than this after they were asked; so long they have where they are asked when it is over
LEFT_ALONE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ResearchAnswer:
    """What an agency says: whom it knows of the case, and texts for the meeting, fact kept apart from the rest.

    Source: SafeLives' research form: fact apart from opinion, and what is withheld noted with its reason.
    """

    known: tuple[Known, ...]
    #: facts
    text: str = ""
    third_party_report: str = ""
    professional_opinion: str = ""
    #: for the agency itself and those who run the meeting
    intelligence_restricted: str = ""
    #: actions that the agency suggests
    suggested: str = ""
    withheld: WithheldReason | None = None
    #: for whom each kind is, where it is not for the whole panel; the facts' code holds for what is suggested, too
    handling: Mapping[InformationKind, HandlingCode] = field(default_factory=dict)
    #: the agencies that may read what is for named ones
    named: frozenset[UUID] = frozenset()

    @property
    def parts(self) -> dict[InformationKind, str]:
        """Return what is said beside the facts, by what it rests on."""
        said = {kind: getattr(self, kind.value) for kind in InformationKind if kind is not InformationKind.FACT}
        return {kind: text.strip() for kind, text in said.items() if text.strip()}

    def handling_of(self, kind: InformationKind) -> Handling:
        return Handling(self.handling.get(kind, HandlingCode.PANEL), self.named).of(kind)

    @property
    def names_agencies(self) -> bool:
        """Return whether something that is said is for named agencies."""
        said = {*self.parts, *([InformationKind.FACT] if self.text.strip() or self.suggested.strip() else [])}
        return any(self.handling_of(kind).code is HandlingCode.NAMED_AGENCIES for kind in said)

    def spelled(self) -> dict[str, Any]:
        """Return it in plain values, to be kept until it is finished; `of` reads them."""
        return {
            **{name: getattr(self, name) for name in _TEXTS}, "known": [one.value for one in self.known],
            "withheld": self.withheld.value if self.withheld else None, "named": sorted(str(id_) for id_ in self.named),
            "handling": {kind.value: code.value for kind, code in self.handling.items()}}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> ResearchAnswer:
        return cls(
            tuple(Known(value) for value in kept["known"]), **{name: kept[name] for name in _TEXTS},
            withheld=WithheldReason(kept["withheld"]) if kept["withheld"] else None,
            handling={InformationKind(kind): HandlingCode(code) for kind, code in kept["handling"].items()},
            named=frozenset(UUID(id_) for id_ in kept["named"]))


_TEXTS = ("text", "third_party_report", "professional_opinion", "intelligence_restricted", "suggested")


def due(meeting_day: date, rules: Rules, holidays: Collection[date], asked_on: date,
        mode: MeetingMode = MeetingMode.VIRTUAL) -> date:
    """Return the day by which to answer: so many working days before the meeting, or when a round in writing closes.

    A request that goes out later than that is due on the day it goes out.
    """
    days = 0 if mode.is_in_writing else rules.research_due_days
    return max(working_days_before(meeting_day, days, holidays), asked_on)


def due_soon(meeting_day: date, rules: Rules, holidays: Collection[date], asked_on: date,
             mode: MeetingMode = MeetingMode.VIRTUAL) -> date:
    """Return the day by which to answer about a case that comes late: within the panel's short days, and never later
    than the others are due.
    """
    short = working_days_after(asked_on, rules.late_research_days, holidays)
    return min(due(meeting_day, rules, holidays, asked_on, mode), max(asked_on, min(short, meeting_day)))


def check(answer: ResearchAnswer, mode: ReturnMode, later: bool = False) -> ResearchAnswer:
    """Return the answer as it is kept, or refuse it. What is finished `later` needs not be whole."""
    if not answer.known and not later:
        raise RuleBroken("Choose whom your agency knows, or “None of them”", "known")
    if Known.NONE in answer.known and len(answer.known) > 1 and not later:
        raise RuleBroken("Choose either whom your agency knows, or “None of them”", "known")
    if mode is ReturnMode.READINESS_ONLY:
        return ResearchAnswer(answer.known)
    if not later:
        check_named(answer.names_agencies, answer.named)
    return answer


def check_named(names_agencies: bool, named: Collection[UUID]) -> None:
    """Refuse what is for named agencies and names none, and ticks that nothing heeds: their text would be for all."""
    if names_agencies and not named:
        raise RuleBroken("Tick the agencies that may read it", "named")
    if named and not names_agencies:
        raise RuleBroken("Agencies are ticked, but nothing is for named agencies only: choose that beside the text, "
                         "or take the ticks away", "named")


def check_seated(named: Collection[UUID], seated: Collection[UUID]) -> None:
    """Refuse to name an agency that nobody speaks for on the panel."""
    if not set(named) <= set(seated):
        raise RuleBroken("An agency that was ticked does not sit on this panel any more: look at the ticks again",
                         "named")


def check_later(later: bool, waited: bool) -> None:
    """Refuse to put off an answer that is given and that nobody waits for."""
    if later and not waited:
        raise RuleBroken("This answer is given already: send it as it is to be read.")


def check_open(meeting: MeetingStatus, listed: bool, answered: bool) -> None:
    """Refuse an answer that comes when nobody waits for it any more.

    A first answer is taken until the meeting closes; one that was given may be changed until
    the meeting starts, because then it has been read out.
    """
    if meeting is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled. No answer is needed for it.")
    if not listed:
        raise RuleBroken("This case has been taken off the agenda. No answer is needed for this meeting.")
    if meeting in (MeetingStatus.HELD, MeetingStatus.CLOSED):
        raise RuleBroken("This meeting is over, and takes no answer any more. Add what you hold, or tell its "
                         "coordinator.")
    if answered and meeting is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has started, so the answer stays as it is. Say at the meeting what changed.")


def reminder_due(due_on: date, today: date, sent: Collection[tuple[EscalationLevel, date]],
                 holidays: Collection[date]) -> EscalationLevel | None:
    """Return what to send of a request that nobody answered: once on the working day before it is due, once after.

    A reminder that was missed until the answer grew late is not made up for; the chase is. What was `sent` long before,
    by hand or when the meeting was to be on another day, counts for nothing; but there are never two on a day.
    """
    opens = working_days_before(due_on, 1, holidays)
    if today > due_on:
        level, since = EscalationLevel.LEAD_CHASED, due_on + timedelta(days=1)
    elif today >= opens:
        level, since = EscalationLevel.REMINDER, opens
    else:
        return None
    return None if any(day == today or (kind is level and day >= since) for kind, day in sent) else level


def hour_reminder_due(answers_by: datetime, asked_at: datetime, now: datetime,
                      sent: Collection[EscalationLevel]) -> EscalationLevel | None:
    """Return what to send of a request for an emergency meeting, which counts in hours: once when few are left, and
    once when there are none. Whoever was asked a moment ago is left alone.
    """
    if now > answers_by:
        level = EscalationLevel.LEAD_CHASED
    elif now >= max(answers_by - LAST_HOURS, asked_at + LEFT_ALONE):
        level = EscalationLevel.REMINDER
    else:
        return None
    return None if level in sent else level


def check_addendum(meeting: MeetingStatus, listed: bool, mode: ReturnMode, text: str) -> None:
    """Refuse to add to an answer that can still be changed itself, or to one that nobody reads any more; and any text
    where a panel asks only whether agencies are ready.
    """
    if meeting is MeetingStatus.CANCELLED or not listed:
        raise RuleBroken("This case is not heard at this meeting: nothing is added to its answers.")
    if meeting is MeetingStatus.PLANNED:
        raise RuleBroken("The meeting has not begun: change the answer itself.")
    if mode is ReturnMode.READINESS_ONLY:
        raise RuleBroken("This panel takes no texts. Tell its coordinator what you hold.")
    if not text.strip():
        raise RuleBroken("Enter what you add", "addition")


def is_past(at: datetime, due_on: date, answers_by: datetime | None = None) -> bool:
    """Return whether a moment is after the day of an answer, or after the hour that an emergency meeting gives."""
    return local_day(at) > due_on or (answers_by is not None and at > answers_by)


def hour_for(answers_by: datetime | None, starts_at: datetime, asked_at: datetime) -> datetime | None:
    """Return until when an agency answers that is asked at a moment: who is asked when the hour of an emergency meeting
    is over has one hour, and no longer than until it starts.
    """
    if answers_by is None or asked_at < answers_by:
        return answers_by
    later = asked_at + LEFT_ALONE
    return min(later, starts_at) if asked_at < starts_at else later


def status_after(answer: ResearchAnswer, late: bool) -> ResearchStatus:
    if late:
        return ResearchStatus.LATE
    return ResearchStatus.CHECKED_NOT_KNOWN if Known.NONE in answer.known else ResearchStatus.RETURNED


def speaking_order(agency_id: UUID, presenting: UUID | None, advocates: Collection[UUID]) -> int:
    """Return when an agency speaks on a case: who presents it first, then the victim's advocate, then the others.

    Source: SafeLives, what a chair's running order is.
    """
    return 0 if agency_id == presenting else 1 if agency_id in advocates else 2
