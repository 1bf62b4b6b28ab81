"""Urgent decisions: a question on a case, answered by named agencies until it closes, decided by the chair.

Whoever asks, answers or decides holds the question's row, so that no answer comes beside a decision. Letters say
neither what is asked nor whose case it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from clinic.domain import urgent as rules
from clinic.domain.actions import NewAction
from clinic.domain.actors import CHAIRS, RUNNERS, SPEAKERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, Stale
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MeetingMode, MeetingStatus, local_day
from clinic.domain.nominations import NominationStatus
from clinic.domain.urgent import Asked, Said, UrgentOutcome, UrgentQuestion
from clinic.models.case import Case, CaseExclusion
from clinic.models.meeting import Adjournment, Meeting
from clinic.models.nomination import Nomination
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from clinic.policy import urgent as policy
from clinic.services import actions, adjournments, audience, cases
from clinic.services.audience import Member
from clinic.services.work import Work

# Made once: making an alias, and its columns, takes longer than the rest of a statement.
_question, _said = aliased(UrgentDecision), aliased(UrgentAnswer)
#: the letter about a decision is another than the one about the same question when it closed
_DECIDED = 1


def ask(work: Work, case_id: UUID, new: UrgentQuestion) -> UUID:
    """Ask agencies to decide on a case until a closing time, tell who speaks for them, and return the question's id."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_ask, case)
    rules.check_case(case.status, is_accepted(work, case.id))
    rules.check_asking(new, {id_ for id_, _ in actions.may_own_in(work, case).agencies}, work.now)
    where = {"panel_id": case.panel_id, "case_id": case.id}
    decision = UrgentDecision(
        **where, question=new.question.strip(), quorum=new.quorum, closes_at=new.closes_at, asked_at=work.now,
        asked_by_id=work.actor.user_id)
    work.session.add(decision)
    work.session.flush()
    work.session.add_all(
        UrgentAnswer(**where, decision_id=decision.id, agency_id=id_) for id_ in sorted(new.agencies))
    work.session.flush()
    work.record(AuditVerb.CREATE, decision, agencies=sorted(new.agencies))
    _tell_asked(work, case, decision, new.agencies)
    return decision.id


def is_asked(session: Session, case_id: UUID) -> bool:
    """Return whether agencies are asked about a case, and the chair has not decided. One statement."""
    return bool(session.scalar(select(exists().where(
        UrgentDecision.case_id == case_id, UrgentDecision.outcome.is_(None)))))


def is_accepted(work: Work, case_id: UUID) -> bool:
    """Return whether a nomination of the case was accepted. Completes what has asked. One statement."""
    accepted = exists().where(Nomination.case_id == case_id, Nomination.status == NominationStatus.ACCEPTED)
    return bool(work.session.scalar(select(accepted)))


def answer(work: Work, answer_id: UUID, said: Said, version: int) -> UUID:
    """Answer for an agency that was asked, or put its answer right; return the question's id.

    `version` is that of the answer which the page showed: Stale where a colleague has answered since. When the last
    agency answers, those who decide are told.
    """
    row = find_answer(work, answer_id)
    decision = _locked(work, row.decision_id)
    work.session.refresh(row)
    work.require(policy.may_answer, row)
    asked_of(work, decision).check_answer(said, work.now)
    if row.version != version:
        raise Stale(theirs=row.reason or "", yours=said.reason, version=row.version)
    row.reply, row.reason, row.handling = said.reply, said.reason.strip(), said.handling
    row.given_at, row.given_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record(AuditVerb.UPDATE, row, fields=["reply", "reason", "handling"])
    if asked_of(work, decision).all_answered:
        _tell_running(work, decision, LetterKind.LOOK_NOW, CHAIRS)
    return decision.id


def find_answer(work: Work, answer_id: UUID) -> UrgentAnswer:
    """Find an answer that is the actor's to give, or raise NotFound."""
    row = work.session.scalar(select(UrgentAnswer).where(UrgentAnswer.id == answer_id, policy.asked_of(work.actor)))
    if row is None:
        raise NotFound
    return row


def decide(work: Work, decision_id: UUID, outcome: UrgentOutcome, words: str) -> None:
    """Say for the chair what stands, and tell the agencies that were asked and whoever asked them."""
    decision = _locked(work, decision_id)
    work.require(policy.may_decide, decision)
    asked_of(work, decision).check_decision(outcome, words, work.now)
    decision.outcome, decision.words = outcome, words.strip()
    decision.decided_at, decision.decided_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record(AuditVerb.APPROVE, decision, fields=["outcome", "words"])
    _tell_decided(work, decision)


def agree(work: Work, decision_id: UUID, new: NewAction) -> str:
    """Agree what is to be done after a decision; return the action's reference."""
    decision = _locked(work, decision_id)
    work.require(policy.may_decide, decision)
    rules.check_acting(decision.outcome)
    rules.check_open(work.session.get_one(Case, decision.case_id).status)
    return actions.agree_between(work, decision, new).reference


def ratify(work: Work, decision_id: UUID, ratified: bool, words: str) -> UUID:
    """Write down whether the meeting that runs ratifies a decision; return the meeting.

    It may be written anew until that meeting closes.
    """
    decision = _locked(work, decision_id)
    work.require(policy.may_ratify, decision)
    meeting_id = running(work, decision, lock=True)
    rules.check_ratifying(decision.outcome, meeting_id, decision.ratified_in_id, ratified, words)
    adjournments.check_sitting(work.session, meeting_id)
    decision.ratified, decision.ratified_in_id, decision.ratified_words = ratified, meeting_id, words.strip() or None
    work.session.flush()
    work.record(AuditVerb.UPDATE, decision, fields=["ratified"], meeting=meeting_id)
    return meeting_id


def running(work: Work, decision: UrgentDecision, lock: bool = False) -> UUID | None:
    """Return the meeting of the question's panel that runs: the one that has dealt with it, or the last begun.

    One that sits comes before one that is adjourned. Nobody meets in a round in writing, so it ratifies nothing; an
    emergency meeting ratifies what is of its own case.
    `lock` holds it for sharing, so that it does not close meanwhile.
    """
    standing = exists().where(Adjournment.meeting_id == Meeting.id, Adjournment.resumed_at.is_(None))
    query = (
        select(Meeting).where(Meeting.panel_id == decision.panel_id, Meeting.status == MeetingStatus.IN_PROGRESS,
                              Meeting.mode != MeetingMode.ASYNCHRONOUS,
                              or_(Meeting.case_id.is_(None), Meeting.case_id == decision.case_id))
        .order_by((Meeting.id == decision.ratified_in_id).desc(), standing, Meeting.started_at.desc(), Meeting.id)
        .limit(1))
    meeting = work.session.scalar(query.with_for_update(read=True) if lock else query)
    return meeting.id if meeting else None


def tell_closed(work: Work) -> int:
    """Tell once that a question has closed, which waits for the chair; return how many there were. The timer's.

    Where the quorum was missed the coordinators are told too: somebody has to ring, or to call a meeting.
    """
    work.require(policy.may_tell)
    closed = work.session.scalars(
        select(UrgentDecision)
        .where(UrgentDecision.closes_at <= work.now, UrgentDecision.outcome.is_(None), UrgentDecision.told_at.is_(None))
        .order_by(UrgentDecision.closes_at, UrgentDecision.id).with_for_update()).all()
    for decision in closed:
        decision.told_at = work.now
        if asked_of(work, decision).has_quorum:
            _tell_running(work, decision, LetterKind.LOOK_NOW, CHAIRS)
        else:
            _tell_running(work, decision, LetterKind.URGENT_SHORT, RUNNERS)
    return len(closed)


def asked_of(work: Work, decision: UrgentDecision) -> Asked:
    """Return how a question stands, by the agencies that may know of the case today. One statement."""
    rows = work.session.execute(
        select(UrgentAnswer.agency_id, UrgentAnswer.reply)
        .where(UrgentAnswer.decision_id == decision.id, ~is_kept_out()))
    return Asked(decision.quorum, decision.closes_at, dict(rows.all()), decision.outcome)


def is_kept_out(said: Any = UrgentAnswer) -> ColumnElement[bool]:
    """Return the condition that an agency which was asked must not know of the case any more."""
    return exists(select(CaseExclusion.id).where(
        CaseExclusion.case_id == said.case_id, CaseExclusion.agency_id == said.agency_id,
        CaseExclusion.lifted_at.is_(None)).correlate(said))


def is_unanswered(now: Any) -> ColumnElement[bool]:
    """Return the condition on `UrgentAnswer` that its agency can answer, and has not."""
    still = exists(select(_question.id).where(
        _question.id == UrgentAnswer.decision_id, _question.outcome.is_(None), _question.closes_at > now))
    return and_(UrgentAnswer.reply.is_(None), still)


def is_undecided(now: Any) -> ColumnElement[bool]:
    """Return the condition on `UrgentDecision` that it waits for the chair: it has closed, or all have answered."""
    missing = exists(select(_said.id).where(
        _said.decision_id == UrgentDecision.id, _said.reply.is_(None), ~is_kept_out(_said)))
    return and_(UrgentDecision.outcome.is_(None), or_(UrgentDecision.closes_at <= now, ~missing))


def _locked(work: Work, decision_id: UUID) -> UrgentDecision:
    row = work.session.scalar(
        select(UrgentDecision).where(UrgentDecision.id == decision_id, policy.visible_to(work.actor)).with_for_update())
    if row is None:
        raise NotFound
    return row


def _tell_asked(work: Work, case: Case, decision: UrgentDecision, agencies: Collection[UUID]) -> None:
    _tell(work, decision, LetterKind.URGENT_ASKED, _speaking(work, case, agencies), case.reference)


def _tell_decided(work: Work, decision: UrgentDecision) -> None:
    case = work.session.get_one(Case, decision.case_id)
    asked = _speaking(work, case, asked_of(work, decision).replies.keys())
    asking = [member for member in _on(work, case, RUNNERS) if member.actor.user_id == decision.asked_by_id]
    _tell(work, decision, LetterKind.LOOK_NOW, asked + asking, case.reference, _DECIDED)


def _tell_running(work: Work, decision: UrgentDecision, kind: LetterKind, roles: frozenset) -> None:
    case = work.session.get_one(Case, decision.case_id)
    _tell(work, decision, kind, _on(work, case, roles), case.reference)


def _on(work: Work, case: Case, roles: frozenset) -> list[Member]:
    """Return who holds one of these roles on the case's panel and may know of the case."""
    found = audience.on(work.session, case.panel_id, local_day(work.now), roles)
    return [member for member in found.members if policy.may_read(member.actor, case)]


def _speaking(work: Work, case: Case, agencies: Collection[UUID]) -> list[Member]:
    """Return who speaks for one of these agencies and may know of the case."""
    return [member for member in _on(work, case, SPEAKERS)
            if not member.speaks_for(case.panel_id, SPEAKERS).isdisjoint(agencies)]


def _tell(work: Work, decision: UrgentDecision, kind: LetterKind, members: Iterable[Member], reference: str,
          revision: int = 0) -> None:
    told = sorted({member.actor.user_id for member in members} - {work.actor.user_id})
    for user_id in told:
        work.post(Letter(
            kind, to=user_id, reference=reference, link=f"/urgent/{decision.id}", about=decision.id, revision=revision,
            closes_at=decision.closes_at if kind is LetterKind.URGENT_ASKED else None), panel_id=decision.panel_id)
    if told:
        work.record(AuditVerb.SEND, decision, what=kind.value, to=told)
