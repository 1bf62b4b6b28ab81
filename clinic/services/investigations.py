"""Saying how the investigation of a case stands, and whether section 4A was considered.

Each is signed by an agency and dated. Nothing is overwritten: a step is taken back, an answer
is followed by another.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from clinic.domain import investigations as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.investigations import FourAConsidered, Step
from clinic.domain.meetings import local_day
from clinic.models.clock import FourAAnswer, InvestigationStep
from clinic.policy import clocks as policy
from clinic.services import cases, clocks, nominations
from clinic.services.work import Work


def take(work: Work, case_id: UUID, step: Step) -> None:
    """Write down a step, and let the case's clocks follow."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_tell, case)
    rules.check_step(step, local_day(work.now))
    row = InvestigationStep(
        panel_id=case.panel_id, case_id=case.id, status=step.status, taken_on=step.on, note=step.note.strip(),
        agency_id=nominations.agency_for(work, case.panel_id), entered_by_id=work.actor.user_id, entered_at=work.now)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    clocks.settle(work, [case.id])


def take_back(work: Work, case_id: UUID, step_id: UUID) -> None:
    """Take back a step that was said wrongly: it stays to be read, and counts for nothing."""
    case = cases.find(work, case_id, lock=True)
    row = work.session.scalar(
        select(InvestigationStep).where(InvestigationStep.id == step_id, InvestigationStep.case_id == case.id)
        .with_for_update())
    if row is None:
        raise NotFound
    work.require(policy.may_take_back, row)
    if row.taken_back_at is not None:
        raise RuleBroken("This step has been taken back already.")
    row.taken_back_at, row.taken_back_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record(AuditVerb.REVOKE, row, fields=["taken_back_at"])
    clocks.settle(work, [case.id])


def answer_four_a(work: Work, case_id: UUID, answer: FourAConsidered, reason: str) -> None:
    """Say whether section 4A was considered, and why the charge is sought or the test not met."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_tell, case)
    rules.check_four_a(answer, reason)
    row = FourAAnswer(
        panel_id=case.panel_id, case_id=case.id, answer=answer, reason=reason.strip(),
        agency_id=nominations.agency_for(work, case.panel_id), entered_by_id=work.actor.user_id, entered_at=work.now)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
