"""Handing a case over to another panel: offered with what goes with it, open until that panel has answered.

What the other panel is given is a copy, a case of its own, as with what is redirected
(`services.redirects`): closed to whoever the first case is closed to before anybody can see
it, and forgotten with its key when it is refused or taken back. The first panel holds its
case until the other has acknowledged. Reading stands in `handover_pages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic.domain import handovers as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.handovers import HandoverAnswer, HandoverDraft, HandoverItem, HandoverSide, HandoverStatus
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import local_day
from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import PanelType
from clinic.domain.risks import AskCause
from clinic.models.case import Case
from clinic.models.handover import Handover
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import handovers as policy
from clinic.services import (
    cases,
    clocks,
    exclusions,
    handover_carrying,
    nomination_letters,
    redirects,
    repeats,
    risks,
    scheduling,
    urgent,
)
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work

TRANSFER_IN = "transfer_in"


def offer(work: Work, case_id: UUID, draft: HandoverDraft) -> None:
    """Offer a case to another panel, and tell its coordinators that something waits for their word."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_offer, case)
    nomination = _latest(work, case)
    others = {panel.id: panel for panel in partners(work, case.panel_id)}
    rules.check(draft, case.status, nomination.status, others)
    if _open(work, case, HandoverSide.OUT) is not None:
        raise RuleBroken("This case is offered to another panel already: its answer comes first.")
    if urgent.is_asked(work.session, case.id):
        raise RuleBroken("Agencies are asked for an urgent decision on it: decide on that first.")
    with work.whole("handing a case over"):
        copy = redirects.copied(work, nomination, others[draft.panel_id])
        copy.criteria = [*copy.criteria, TRANSFER_IN] if TRANSFER_IN not in copy.criteria else copy.criteria
        exclusions.carry(work, case.id, work.session.get_one(Case, copy.case_id))
        if not redirects.can_be_taken(work, copy):
            raise RuleBroken(redirects.NOBODY, "panel")
        _put(work, case, copy, draft)
        nomination_letters.tell_coordinators(work, copy, LetterKind.HANDOVER_OFFERED, revision=0, link=_link(copy))


def _put(work: Work, case: Case, copy: Nomination, draft: HandoverDraft) -> None:
    """Write the handover down on both sides."""
    plan = handover_carrying.plan(work, case, copy.panel_id)
    said = {"reason": draft.reason.strip(), "done": _codes(draft.done), "carries": list(plan.goes),
            "stays": list(plan.stays), "offered_by_id": work.actor.user_id, "offered_at": work.now}
    here, there = uuid4(), uuid4()
    out = Handover(id=here, twin_id=there, side=HandoverSide.OUT, panel_id=case.panel_id, case_id=case.id,
                   partner_case_id=copy.case_id, partner_panel_id=copy.panel_id, **said)
    into = Handover(id=there, twin_id=here, side=HandoverSide.IN, panel_id=copy.panel_id, case_id=copy.case_id,
                    partner_case_id=case.id, partner_panel_id=case.panel_id, **said)
    work.session.add_all([out, into])
    work.session.flush()
    for row in (out, into):
        work.record(AuditVerb.CREATE, row)


def keep(work: Work, case_id: UUID, done: Iterable[HandoverItem]) -> None:
    """Say what has been seen to, as long as the other panel has not answered."""
    case = cases.find(work, case_id, lock=True)
    out = _found(_open(work, case, HandoverSide.OUT))
    work.require(policy.may_keep, out)
    out.done = _codes(done)
    work.session.flush()
    work.record(AuditVerb.UPDATE, out, fields=["done"])
    with work.whole("telling the other panel what has been seen to"):
        _twin(work, out).done = out.done


def take_back(work: Work, case_id: UUID) -> None:
    """Keep the case after all: what the other panel was offered is forgotten there, rows and key."""
    case = cases.find(work, case_id, lock=True)
    out = _found(_open(work, case, HandoverSide.OUT))
    work.require(policy.may_keep, out)
    _end(work, out, HandoverStatus.TAKEN_BACK, "")
    with work.whole("taking a handover back"):
        copy = _latest(work, work.session.get_one(Case, out.partner_case_id))
        redirects.forget(work, copy)


def answer(work: Work, case_id: UUID, said: HandoverAnswer) -> UUID:
    """Acknowledge a case that another panel hands over, with all that goes with it, or refuse it with a reason.

    Returns the panel that has answered.
    """
    case = cases.find(work, case_id, lock=True)
    into = _found(_open(work, case, HandoverSide.IN))
    work.require(policy.may_answer, into)
    status = rules.after_answer(into.status, said)
    nomination = _latest(work, case)
    if nomination.status is not NominationStatus.OFFERED:
        raise RuleBroken("The agency has withdrawn this since: the other panel has to take it back.")
    if status is HandoverStatus.ACKNOWLEDGED:
        _take_over(work, case, nomination, into, said.text)
    else:
        _refuse(work, nomination, into, said.text)
    return case.panel_id


def _take_over(work: Work, case: Case, nomination: Nomination, into: Handover, text: str) -> None:
    nomination.status, nomination.decided_at, nomination.requeued_at = NominationStatus.ACCEPTED, work.now, work.now
    work.session.flush()
    work.record(AuditVerb.UPDATE, nomination, fields=["status"])
    with work.whole("taking a case over"):
        out = _twin(work, into)
        old = work.session.get_one(Case, out.case_id, with_for_update=True)
        plan = handover_carrying.carry(work, old, case, nomination)
        for row in (out, into):
            row.carries, row.stays = list(plan.goes), list(plan.stays)
            _end(work, row, HandoverStatus.ACKNOWLEDGED, text)
        old.status = CaseStatus.TRANSFERRED_OUT
        clocks.ask_anew(old)
        scheduling.release(work, old)
        work.record(AuditVerb.UPDATE, old, fields=["status"])
        _tell(work, old)
    repeats.settle(work, nomination)
    risks.note_cause(work, case, AskCause.MOVE, local_day(work.now))
    clocks.settle(work, [case.id])


def _refuse(work: Work, nomination: Nomination, into: Handover, text: str) -> None:
    with work.whole("giving a case back"):
        out = _twin(work, into)
        _end(work, out, HandoverStatus.REFUSED, text)
        _tell(work, work.session.get_one(Case, out.case_id))
        redirects.forget(work, nomination)
    work.record(AuditVerb.REVOKE, "Handover", panel_id=into.panel_id, forgotten=[into.id])


def _end(work: Work, row: Handover, status: HandoverStatus, text: str) -> None:
    row.status, row.answer = status, text.strip() or None
    row.answered_by_id, row.answered_at = work.actor.user_id, work.now
    work.session.flush()
    work.record(AuditVerb.UPDATE, row, fields=["status"])


def is_offered(work: Work, case_id: UUID) -> bool:
    """Whether a case is what another panel hands over, and nobody has answered yet. One statement."""
    return work.session.scalar(select(Handover.id).where(
        Handover.case_id == case_id, Handover.side == HandoverSide.IN, Handover.status == HandoverStatus.OPEN,
    ).limit(1)) is not None


def partners(work: Work, panel_id: UUID) -> Sequence[Panel]:
    """Return the panels that a case of this one can be handed over to. One statement."""
    return work.session.scalars(
        select(Panel).where(Panel.id != panel_id, Panel.type != PanelType.CPS_SCRUTINY_PANEL).order_by(Panel.name)
    ).all()


def _open(work: Work, case: Case, side: HandoverSide) -> Handover | None:
    return work.session.scalar(select(Handover).where(
        Handover.case_id == case.id, Handover.side == side, Handover.status == HandoverStatus.OPEN,
    ).with_for_update())


def _found(row: Handover | None) -> Handover:
    if row is None:
        raise NotFound
    return row


def _twin(work: Work, row: Handover) -> Handover:
    return work.session.get_one(Handover, row.twin_id, with_for_update=True)


def _latest(work: Work, case: Case) -> Nomination:
    return work.session.scalars(select(Nomination).where(Nomination.id == latest_nomination(case.id))).one()


def _codes(items: Iterable[HandoverItem]) -> list[str]:
    return [item.value for item in HandoverItem if item in set(items)]


def _tell(work: Work, old: Case) -> None:
    """Tell the panel that handed over that there is an answer to read."""
    nomination, revision = _latest(work, old), int(work.now.timestamp()) // 60
    nomination_letters.tell_coordinators(
        work, nomination, LetterKind.HANDOVER_ANSWERED, revision, link=_link(nomination))


def _link(nomination: Nomination) -> str:
    return f"/cases/{nomination.case_id}/handover"
