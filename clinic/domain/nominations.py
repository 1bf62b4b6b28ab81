"""The life of a nomination: what may happen to it, and when.

Pure rules. Nothing here reads a clock, a database or a request: whatever a rule
needs to know is an argument.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.domain.actions import EscalationLevel
from clinic.domain.additions import AdditionKind
from clinic.domain.errors import RuleBroken


class NominationStatus(StrEnum):
    DRAFT = "draft"
    #: a copy that another panel has redirected here, to be taken or refused
    OFFERED = "offered"
    NOMINATED = "nominated"
    RETURNED_FOR_INFORMATION = "returned_for_information"
    ACCEPTED = "accepted"
    REDIRECTED = "redirected"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class TriageOutcome(StrEnum):
    ACCEPT = "accept"
    RETURN_FOR_INFORMATION = "return_for_information"
    REDIRECT = "redirect"
    REJECT = "reject"


class AdvocateOffer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    NOT_ASKED = "not_asked"
    NOT_KNOWN = "not_known"


class VictimAwareness(StrEnum):
    AWARE = "aware"
    NOT_AWARE_UNSAFE = "not_aware_unsafe"
    NOT_AWARE_UNABLE_TO_CONTACT = "not_aware_unable_to_contact"
    NOT_AWARE_OTHER = "not_aware_other"


class ConsentPosition(StrEnum):
    """What the victim says to the sharing. Recorded; it is not the lawful basis."""

    GIVEN = "given"
    REFUSED_SHARED_ANYWAY = "refused_shared_anyway"
    NOT_SOUGHT_UNSAFE = "not_sought_unsafe"
    NOT_SOUGHT_UNABLE = "not_sought_unable"
    LACKS_CAPACITY = "lacks_capacity"
    WITHDRAWN = "withdrawn"


class Four(StrEnum):
    """What makes unwanted attention stalking: fixated, obsessive, unwanted, repeated."""

    FIXATED = "fixated"
    OBSESSIVE = "obsessive"
    UNWANTED = "unwanted"
    REPEATED = "repeated"


class MessageKind(StrEnum):
    """What a line of a nomination's thread tells: something that was decided or done, or said besides."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    REJECTED = "rejected"
    ANSWERED = "answered"
    CHASED = "chased"
    NOTE = "note"
    MARKED_URGENT = "marked_urgent"
    NO_LONGER_URGENT = "no_longer_urgent"
    REDIRECT_TAKEN = "redirect_taken"
    REDIRECT_REFUSED = "redirect_refused"
    WITHDRAWN = "withdrawn"


_STATUS_AFTER = {
    TriageOutcome.ACCEPT: NominationStatus.ACCEPTED,
    TriageOutcome.RETURN_FOR_INFORMATION: NominationStatus.RETURNED_FOR_INFORMATION,
    TriageOutcome.REDIRECT: NominationStatus.REDIRECTED,
    TriageOutcome.REJECT: NominationStatus.REJECTED,
}
MESSAGE_OF = {
    TriageOutcome.ACCEPT: MessageKind.ACCEPTED,
    TriageOutcome.RETURN_FOR_INFORMATION: MessageKind.RETURNED,
    TriageOutcome.REDIRECT: MessageKind.REDIRECTED,
    TriageOutcome.REJECT: MessageKind.REJECTED,
}
#: what waits for the panel's coordinator: for a decision, or for an answer to another panel
DECIDABLE = frozenset({NominationStatus.NOMINATED, NominationStatus.OFFERED})
EDITABLE = frozenset({NominationStatus.NOMINATED, NominationStatus.RETURNED_FOR_INFORMATION})
WITHDRAWABLE = EDITABLE | {NominationStatus.OFFERED, NominationStatus.ACCEPTED}
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class TriageDecision:
    """What the coordinator decides. Everything but an acceptance has a reason that the agency reads."""

    outcome: TriageOutcome
    reason: str = ""
    #: code of the `reject_reason` terms
    reject_reason: str = ""
    redirect_to: UUID | None = None
    #: where an accepted case is to be heard; nothing = the next meeting with room
    meeting_id: UUID | None = None
    #: what the chair is asked by, where that meeting takes no more cases without them
    addition_kind: AdditionKind | None = None
    addition_reason: str = ""


def after_triage(status: NominationStatus, decision: TriageDecision) -> NominationStatus:
    """Return the status that `decision` moves a nomination to, or refuse."""
    if status is not NominationStatus.NOMINATED:
        raise RuleBroken("This nomination has already been decided, or has been withdrawn or returned since.")
    if decision.outcome is TriageOutcome.REJECT and not decision.reject_reason:
        raise RuleBroken("Choose why it is rejected", "reject_reason")
    if decision.outcome is TriageOutcome.REDIRECT and decision.redirect_to is None:
        raise RuleBroken("Choose the panel that should hear it", "redirect_to")
    if decision.outcome is not TriageOutcome.ACCEPT:
        check_reason(decision.reason, "Give a reason that the nominating agency can act on")
    return _STATUS_AFTER[decision.outcome]


def check_decider(sender_id: UUID, decider_id: UUID | None, imported: bool) -> None:
    """Refuse that whoever nominated a case also decides on it. Importing another's file is not nominating."""
    if sender_id == decider_id and not imported:
        raise RuleBroken("You sent this nomination, so somebody else has to decide it: "
                         "ask another coordinator of the panel.")


def check_editable(status: NominationStatus) -> None:
    if status not in EDITABLE:
        raise RuleBroken("This nomination has been decided or withdrawn: it can no longer be changed.")


def check_withdrawable(status: NominationStatus) -> None:
    if status not in WITHDRAWABLE:
        raise RuleBroken("This nomination has been decided or withdrawn already.")


def after_sending_again(status: NominationStatus) -> NominationStatus:
    """Return the status of a nomination that answers what the panel asked."""
    if status is not NominationStatus.RETURNED_FOR_INFORMATION:
        raise RuleBroken("Only a nomination that was returned can be sent again.")
    return NominationStatus.NOMINATED


def after_withdrawal(status: NominationStatus, reason: str, heard: bool) -> NominationStatus:
    """Return the status of a nomination that its agency takes back, or refuse."""
    check_withdrawable(status)
    if heard:
        raise RuleBroken("The case has been heard: it can no longer be withdrawn. Tell the coordinator what changed.")
    check_reason(reason, "Say why it is withdrawn")
    return NominationStatus.WITHDRAWN


def check_offered(status: NominationStatus) -> None:
    if status is not NominationStatus.OFFERED:
        raise RuleBroken("This has been taken over, or withdrawn, already.")


def after_taking(status: NominationStatus) -> NominationStatus:
    """Return the status of a nomination that its panel takes over from another."""
    check_offered(status)
    return NominationStatus.NOMINATED


def check_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise RuleBroken(sentence, "reason")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(f"The reason must have {LONGEST_REASON:,} characters or fewer.", "reason")


def check_mark(status: NominationStatus, was_urgent: bool, urgent: bool, reason: str) -> None:
    """Refuse to mark as urgent, or no longer so, what nobody has to decide any more, or what is so already."""
    if status not in EDITABLE:
        raise RuleBroken("This nomination has been decided or withdrawn: it is no longer a question of hurry.")
    if was_urgent is urgent:
        raise RuleBroken("It is marked as urgent already." if urgent else "It is not marked as urgent.")
    check_reason(reason, "Say why it is urgent" if urgent else "Say why it is no longer urgent")


def check_note(text: str) -> None:
    if not text.strip():
        raise RuleBroken("Write what you want to say", "text")
    check_answer(text)


def check_answer(text: str) -> None:
    """Refuse an answer that is too long. It may be empty: what was changed in the nomination answers too."""
    if len(text) > LONGEST_REASON:
        raise RuleBroken(f"The text must have {LONGEST_REASON:,} characters or fewer.", "text")


def check_chase(status: NominationStatus, due_on: date | None, today: date, chased_on: date | None) -> None:
    """Refuse to chase an agency that still has time, or that was told today."""
    if status is not NominationStatus.RETURNED_FOR_INFORMATION or due_on is None:
        raise RuleBroken("This nomination does not wait for its agency.")
    if due_on >= today:
        raise RuleBroken("The agency still has time to answer.")
    if chased_on == today:
        raise RuleBroken("The agency has been reminded today already: one letter a day is enough.")


def reminder_due(due_on: date, today: date, sent: Collection[EscalationLevel]) -> EscalationLevel | None:
    """Return what to send about a returned nomination: once on the day before its answer is due, once when it is late.

    A reminder that was missed until the answer grew late is not made up for; the chase is.
    """
    if today > due_on:
        level = EscalationLevel.LEAD_CHASED
    elif today >= due_on - timedelta(days=1):
        level = EscalationLevel.REMINDER
    else:
        return None
    return None if level in sent else level
