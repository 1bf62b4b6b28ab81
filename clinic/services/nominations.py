"""Nominating, answering what the panel asks, withdrawing, and deciding."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from clinic.domain import additions as addition_rules
from clinic.domain import drafts, faults
from clinic.domain import nominations as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.drafts import NominationDraft
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.hearings import HearingOutcome
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import local_day, working_days_after
from clinic.domain.nominations import MESSAGE_OF, MessageKind, TriageDecision, TriageOutcome
from clinic.domain.panels import PanelType
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import nominations as policy
from clinic.services import (
    additions,
    agenda,
    clocks,
    cutoffs,
    holidays,
    intake,
    meetings,
    nomination_letters,
    order_rows,
    panels,
    redirects,
    references,
    repeats,
    scheduling,
    terms,
    threads,
    waiting,
)
from clinic.services.work import Work

_HEARD = (HearingOutcome.HEARD_ACTIONS_SET, HearingOutcome.HEARD_NO_ACTIONS)


def find(work: Work, nomination_id: UUID, lock: bool = False) -> Nomination:
    """Find a nomination that the actor may see, or raise NotFound."""
    query = select(Nomination).where(Nomination.id == nomination_id, policy.visible_to(work.actor))
    nomination = work.session.scalar(query.with_for_update() if lock else query)
    if nomination is None:
        raise NotFound
    return nomination


def submit(work: Work, panel_id: UUID, draft: NominationDraft) -> UUID:
    """Send a nomination to a panel, tell its coordinators, return the nomination's id."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_nominate, panel)
    faults.check(draft, local_day(work.now), panel.type, codes_of(work, panel), faults.needed(draft))
    return enter(work, panel, draft)


def enter(work: Work, panel: Panel, draft: NominationDraft) -> UUID:
    """Take in a nomination whose sender and whose faults somebody has looked at; return its id."""
    reference = references.fresh(work.session, "PM", Case.reference, work.now)
    nomination = intake.take_in(work, panel.id, agency_for(work, panel.id), draft, reference, work.now)
    repeats.note(work, nomination)
    work.record(AuditVerb.CREATE, nomination)
    nomination_letters.tell_coordinators(work, nomination, LetterKind.NOMINATION_RECEIVED, revision=0)
    return nomination.id


def codes_of(work: Work, panel: Panel) -> dict[str, dict[str, str]]:
    """Return for each coded field of a nomination the codes and labels that the panel knows. One statement."""
    lists = drafts.lists_for(panel.type)
    labels = terms.labels(work.session, *lists.values(), panel_id=panel.id)
    return {name: labels[list_] for name, list_ in lists.items()}


def agency_for(work: Work, panel_id: UUID) -> UUID:
    """Return the agency that the actor nominates for: their own, where they sit for several."""
    own = {s.agency_id for s in work.actor.seats if s.panel_id == panel_id and s.role in policy.NOMINATORS}
    return work.actor.agency_id if work.actor.agency_id in own else min(own)


def edit(work: Work, nomination_id: UUID, draft: NominationDraft, version: int) -> None:
    """Change what one's agency has said, as long as nobody has decided on it."""
    nomination = find(work, nomination_id, lock=True)
    work.require(policy.may_edit, nomination)
    rules.check_editable(nomination.status)
    panel = panels.find(work, nomination.panel_id)
    faults.check(draft, local_day(work.now), panel.type, codes_of(work, panel), faults.needed(draft))
    rows = intake.rows_of(work.session, nomination)
    if nomination.version != version:
        raise Stale(theirs=differences(intake.draft_of(rows), draft), version=nomination.version)
    changed = intake.put(work, rows, draft)
    if clocks.HANG_ON & set(changed):
        clocks.ask_anew(work.session.get_one(Case, nomination.case_id))
    repeats.note(work, nomination)
    work.record(AuditVerb.UPDATE, nomination, fields=changed)


def differences(theirs: NominationDraft, yours: NominationDraft) -> str:
    """Return what is kept now where it differs from what was typed: texts whole, of the rest only what it is."""
    texts, typed, said = theirs.texts(), yours.texts(), yours.answers()
    lines = [f"{_name(name)}: {text}" for name, text in texts.items() if text != typed[name]]
    lines += [f"{_name(name)}: another answer" for name, answer in theirs.answers().items()
              if name not in texts and answer != said[name]]
    return "\n".join(lines)


def _name(field: str) -> str:
    return field.replace("_", " ").capitalize()


def send_again(work: Work, nomination_id: UUID, text: str = "") -> str:
    """Send a returned nomination back to the panel, with what there is to say; return its reference."""
    nomination = find(work, nomination_id, lock=True)
    work.require(policy.may_edit, nomination)
    nomination.status = rules.after_sending_again(nomination.status)
    rules.check_answer(text)
    nomination.decided_at, nomination.requeued_at = None, work.now
    nomination.returned_at, nomination.answer_due_on = None, None
    threads.say(work, nomination, MessageKind.ANSWERED, text)
    work.session.flush()
    work.record(AuditVerb.SEND, nomination, fields=["status"])
    nomination_letters.tell_coordinators(work, nomination, LetterKind.NOMINATION_RECEIVED, nomination.version)
    return nomination.reference


def note(work: Work, nomination_id: UUID, text: str) -> str:
    """Say something to the other side, and tell them that there is something to read; return the reference."""
    nomination = find(work, nomination_id)
    work.require(policy.may_see, nomination)
    rules.check_note(text)
    message = threads.say(work, nomination, MessageKind.NOTE, text)
    work.session.flush()
    work.record(AuditVerb.CREATE, message)
    # Notes of the same minute are one piece of news.
    revision = int(work.now.timestamp()) // 60
    if policy.may_triage(work.actor, nomination):
        nomination_letters.tell_agency(work, nomination, LetterKind.NOMINATION_NOTED, revision)
    else:
        nomination_letters.tell_coordinators(work, nomination, LetterKind.NOMINATION_NOTED, revision)
    return nomination.reference


def withdraw(work: Work, nomination_id: UUID, reason: str) -> str:
    """Take a nomination back, with the reason; nothing is deleted. Returns its reference."""
    nomination = find(work, nomination_id, lock=True)
    work.require(policy.may_withdraw, nomination)
    case = work.session.get_one(Case, nomination.case_id)
    nomination.status = rules.after_withdrawal(nomination.status, reason, _heard(work, case.id))
    nomination.withdrawn_reason = reason.strip()
    clocks.ask_anew(case)
    nomination.decided_at = work.now
    case.status = CaseStatus.CLOSED
    nomination.returned_at, nomination.answer_due_on = None, None
    threads.say(work, nomination, MessageKind.WITHDRAWN, reason)
    scheduling.release(work, case)
    work.record(AuditVerb.UPDATE, nomination, fields=["status", "withdrawn_reason"])
    return nomination.reference


def _heard(work: Work, case_id: UUID) -> bool:
    found = select(Hearing.id).where(Hearing.case_id == case_id, Hearing.outcome.in_(_HEARD)).limit(1)
    return work.session.scalar(found) is not None


def triage(work: Work, nomination_id: UUID, decision: TriageDecision, version: int | None = None) -> str:
    """Decide a nomination that was sent, tell the agency that made it, return the reference."""
    nomination = find(work, nomination_id, lock=True)
    work.require(policy.may_triage, nomination)
    rules.check_decider(nomination.sender_id, work.actor.user_id, nomination.brought_in)
    nomination.status = rules.after_triage(nomination.status, decision)
    if version is not None and nomination.version != version:
        raise Stale(yours=decision.reason, theirs="The agency has changed the nomination since you opened it.")
    nomination.decided_at = work.now
    _take(work, nomination, decision)
    work.session.flush()
    work.record(AuditVerb.UPDATE, nomination, fields=["status"], outcome=decision.outcome)
    nomination_letters.tell_agency(work, nomination, LetterKind.NOMINATION_TRIAGED, nomination.version)
    return nomination.reference


def _take(work: Work, nomination: Nomination, decision: TriageDecision) -> None:
    """Do what the decision means for the case."""
    if decision.outcome is not TriageOutcome.ACCEPT:
        # Before the next query, which writes the status: a refusal without its reason is refused by the table.
        nomination.triage_reason = decision.reason.strip()
    threads.say(work, nomination, MESSAGE_OF[decision.outcome], decision.reason)
    case = work.session.get_one(Case, nomination.case_id)
    clocks.ask_anew(case)
    if decision.outcome is TriageOutcome.ACCEPT:
        meeting = _chosen(work, nomination.panel_id, decision.meeting_id)
        order_rows.carry(work, nomination)
        repeats.settle(work, nomination)
        _put_onto(work, nomination, case, meeting, decision)
        return
    if decision.outcome is TriageOutcome.REJECT:
        nomination.reject_reason = _reject_reason(work, nomination.panel_id, decision.reject_reason)
    if decision.outcome is TriageOutcome.REDIRECT:
        other = _other_panel(work, nomination.panel_id, decision.redirect_to)
        nomination.redirected_to_id = other.id
        redirects.offer(work, nomination, other, decision.reason)
    if decision.outcome is TriageOutcome.RETURN_FOR_INFORMATION:
        _hand_back(work, nomination)
    else:
        case.status = CaseStatus.CLOSED


def _put_onto(work: Work, nomination: Nomination, case: Case, meeting: Meeting | None,
              decision: TriageDecision) -> None:
    """Put an accepted case onto an agenda; for one that is closed to it, ask the chair, until when the case waits."""
    if meeting is None or not cutoffs.is_late(work.session, meeting, work.now):
        agenda.place(work, case, waiting.kind_of(nomination, deferred=False), meeting=meeting)
        return
    additions.check_open(work, meeting)
    addition_rules.check_accepting(decision.addition_kind, decision.addition_reason)
    work.session.flush()
    additions.ask(work, meeting.id, case.id, decision.addition_kind, decision.addition_reason)


def _hand_back(work: Work, nomination: Nomination) -> None:
    """Start the agency's own clock: it answers within the panel's days."""
    today = local_day(work.now)
    days = panels.rules_of(work.session, nomination.panel_id).answer_due_days
    nation = work.session.scalar(select(Panel.nation).where(Panel.id == nomination.panel_id))
    nomination.returned_at = work.now
    nomination.answer_due_on = working_days_after(today, days, holidays.around(nation, today.year))
    nomination.times_returned += 1


def _chosen(work: Work, panel_id: UUID, meeting_id: UUID | None) -> Meeting | None:
    if meeting_id is None:
        return None
    for meeting in meetings.coming(work.session, panel_id, work.now):
        if meeting.id == meeting_id:
            return meeting
    raise RuleBroken("Choose a coming meeting of this panel", "meeting")


def _reject_reason(work: Work, panel_id: UUID, code: str) -> str:
    if code not in terms.labels(work.session, "reject_reason", panel_id=panel_id)["reject_reason"]:
        raise RuleBroken("Choose why it is rejected", "reject_reason")
    return code


def _other_panel(work: Work, panel_id: UUID, other_id: UUID | None) -> Panel:
    other = work.session.get(Panel, other_id)
    if other is None or other.id == panel_id or other.type is PanelType.CPS_SCRUTINY_PANEL:
        raise RuleBroken("Choose another panel that takes nominations", "redirect_to")
    return other
