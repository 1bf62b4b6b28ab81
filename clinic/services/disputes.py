"""Disputing another agency's response, putting that right, and answering it: nothing is overwritten.

Who has to look is told by a letter that says neither what is disputed nor whose case it is.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, union
from sqlalchemy.orm import Session

from clinic.domain import disputes as rules
from clinic.domain.actors import SPEAKERS
from clinic.domain.audit import AuditVerb
from clinic.domain.disputes import DisputeOutcome, NewDispute
from clinic.domain.errors import NotFound
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.agency import Agency
from clinic.models.case import Case, CaseExclusion
from clinic.models.dispute import Dispute, DisputeAnswer
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.policy import disputes as policy
from clinic.policy.research import speaks_for
from clinic.services import audience, cases, nominations
from clinic.services.work import Work


def dispute(work: Work, case_id: UUID, said: NewDispute) -> UUID:
    """Dispute a response for the actor's agency, ask the agency whose response it is, and return the dispute's id."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_raise, case)
    agency_id = nominations.agency_for(work, case.panel_id)
    rules.check(said, agency_id, taking_part(work.session, case), local_day(work.now))
    row = _row(work, case, agency_id, said)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    _ask(work, case, row)
    return row.id


def correct(work: Work, case_id: UUID, dispute_id: UUID, said: NewDispute, why: str) -> UUID:
    """Let another version stand for what is disputed; the earlier one stays to be read. Return the new one's id."""
    case, row = _own(work, case_id, dispute_id)
    rules.check_correction(of_row(row), said, why)
    rules.check(said, row.agency_id, taking_part(work.session, case), local_day(work.now))
    _end(work, row, why)
    new = _row(work, case, row.agency_id, said)
    new.replaces_id = row.id
    work.session.add(new)
    work.session.flush()
    work.record(AuditVerb.UPDATE, new, replaces=row.id)
    _ask(work, case, new)
    return new.id


def take_back(work: Work, case_id: UUID, dispute_id: UUID, why: str) -> None:
    """Take back what should not have been disputed. It stays to be read, and waits for nobody."""
    _, row = _own(work, case_id, dispute_id)
    rules.check_reason(why)
    _end(work, row, why)
    work.session.flush()
    work.record(AuditVerb.REVOKE, row, fields=["taken_back_at"])


def answer(work: Work, case_id: UUID, dispute_id: UUID, outcome: DisputeOutcome, words: str) -> None:
    """Say what came of a dispute. An answer that was given already stays beside this one, which counts from now."""
    case = cases.find(work, case_id, lock=True)
    row = _found(work, case, dispute_id)
    work.require(policy.may_answer, row)
    rules.check_answer(row.taken_back_at is not None, row.entered_by_id == work.actor.user_id, words)
    new = DisputeAnswer(
        panel_id=case.panel_id, case_id=case.id, dispute_id=row.id, agency_id=_answers_for(work, row), outcome=outcome,
        words=words.strip(), entered_by_id=work.actor.user_id, entered_at=work.now)
    work.session.add(new)
    work.session.flush()
    work.record(AuditVerb.CREATE, new)
    _tell(work, case, row, row.agency_id, new.id)


def taking_part(session: Session, case: Case) -> dict[UUID, str]:
    """Return the agencies that nominated a case or were asked about it, by name, but for those kept from it."""
    engaged = union(select(Nomination.agency_id).where(Nomination.case_id == case.id),
                    select(ResearchRequest.agency_id).where(ResearchRequest.case_id == case.id))
    kept_out = exists(select(CaseExclusion.id).where(
        CaseExclusion.case_id == case.id, CaseExclusion.lifted_at.is_(None), CaseExclusion.agency_id == Agency.id))
    return dict(session.execute(
        select(Agency.id, Agency.name).where(Agency.id.in_(engaged), ~kept_out).order_by(Agency.name)).all())


def of_row(row: Dispute) -> NewDispute:
    """Return what a row says."""
    return NewDispute(row.responder_id, row.response, row.responded_on, row.words or "")


def is_answered() -> ColumnElement[bool]:
    """Return the condition on `Dispute` that somebody has answered it."""
    return exists(select(DisputeAnswer.id).where(DisputeAnswer.dispute_id == Dispute.id))


def _found(work: Work, case: Case, dispute_id: UUID) -> Dispute:
    row = work.session.scalar(select(Dispute).where(Dispute.id == dispute_id, Dispute.case_id == case.id))
    if row is None:
        raise NotFound
    return row


def _own(work: Work, case_id: UUID, dispute_id: UUID) -> tuple[Case, Dispute]:
    """Find what the actor's agency disputes, as long as it stands and nobody has answered it."""
    case = cases.find(work, case_id, lock=True)
    row = _found(work, case, dispute_id)
    work.require(policy.may_correct, row)
    answered = work.session.scalar(select(is_answered()).select_from(Dispute).where(Dispute.id == row.id))
    rules.check_open(row.taken_back_at is not None, bool(answered))
    return case, row


def _row(work: Work, case: Case, agency_id: UUID, said: NewDispute) -> Dispute:
    return Dispute(
        panel_id=case.panel_id, case_id=case.id, agency_id=agency_id, responder_id=said.responder_id,
        response=said.response, responded_on=said.responded_on, words=said.words.strip(),
        entered_by_id=work.actor.user_id, entered_at=work.now)


def _end(work: Work, row: Dispute, why: str) -> None:
    row.taken_back_at, row.taken_back_by_id, row.why = work.now, work.actor.user_id, why.strip()


def _answers_for(work: Work, row: Dispute) -> UUID:
    """Return the agency that signs an answer: the one that responded, or the home of a chair."""
    speaks = row.responder_id in speaks_for(work.actor, row.panel_id)
    return row.responder_id if speaks else work.actor.agency_id


def _ask(work: Work, case: Case, row: Dispute) -> None:
    """Ask those who speak for the agency that responded."""
    _tell(work, case, row, row.responder_id, row.id)


def _tell(work: Work, case: Case, row: Dispute, agency_id: UUID, about: UUID) -> None:
    """Post a letter to each who speaks for an agency on the panel and may know of the case, but for the actor."""
    told = []
    for member in audience.on(work.session, case.panel_id, local_day(work.now), SPEAKERS).members:
        if member.actor.user_id != work.actor.user_id and agency_id in member.speaks_for(
                case.panel_id, SPEAKERS) and policy.may_read(member.actor, case):
            work.post(Letter(LetterKind.LOOK_NOW, to=member.actor.user_id, reference=case.reference,
                             link=f"/cases/{case.id}/disputes/{row.id}", about=about), panel_id=case.panel_id)
            told.append(member.actor.user_id)
    if told:
        work.record(AuditVerb.SEND, row, what=LetterKind.LOOK_NOW.value, to=told)
