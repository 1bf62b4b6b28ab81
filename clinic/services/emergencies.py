"""Emergency meetings: one case, the agencies that are called, and hours to answer in, from one form.

Everything else is a meeting's: invitations, undertaking, register, quorum, decisions, actions, minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clinic.domain import emergencies as rules
from clinic.domain import meetings as meeting_rules
from clinic.domain import urgent as urgent_rules
from clinic.domain.actors import CHAIRS
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.emergencies import Emergency
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingKind, local_day
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import CoreAgency
from clinic.policy import urgent as policy
from clinic.services import actions, agenda, audience, cases, research, scheduling, urgent
from clinic.services.scheduling import NewMeeting
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class CallPage:
    """A case, and the agencies that may be called; `core` are, unless somebody chooses otherwise: the panel's core
    agencies, and who nominated the case.
    """

    case_id: UUID
    reference: str
    agencies: tuple[tuple[str, str], ...]
    core: tuple[str, ...]
    refusal: str


def page(work: Work, case_id: UUID) -> CallPage:
    """Return who may be called about a case, to whoever runs its panel."""
    case = cases.find(work, case_id)
    work.require(policy.may_ask, case)
    agencies = tuple((str(id_), name) for id_, name in actions.may_own_in(work, case).agencies)
    core = {*work.session.scalars(select(CoreAgency.agency_id).where(CoreAgency.panel_id == case.panel_id)),
            *cases.nominating(work, case.id)}
    work.record(AuditVerb.VIEW, case, what="emergency meeting")
    return CallPage(case.id, case.reference, agencies, tuple(sorted(str(id_) for id_ in core)), _refusal(work, case))


def _check(work: Work, case: Case) -> None:
    urgent_rules.check_case(case.status, urgent.is_accepted(work, case.id))
    called = work.session.scalar(select(Meeting.reference).where(
        Meeting.case_id == case.id, Meeting.status.in_(research.NOT_OVER)).limit(1))
    if called is not None:
        raise RuleBroken(f"An emergency meeting about this case is called already: {called}.")
    chairs = audience.on(work.session, case.panel_id, local_day(work.now), CHAIRS).members
    if all(case.id in member.actor.excluded for member in chairs):
        raise RuleBroken("No chair of this panel may know of this case, so nobody could chair the meeting. "
                         "Add a deputy chair first.")


def _refusal(work: Work, case: Case) -> str:
    try:
        _check(work, case)
    except RuleBroken as broken:
        return broken.message
    return ""


def call(work: Work, case_id: UUID, new: Emergency) -> UUID:
    """Call an emergency meeting about a case: invite at once, ask the agencies that are called; return the meeting.

    The case leaves the agenda on which it stands.
    """
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_ask, case)
    _check(work, case)
    starts_at, _ = meeting_rules.check_move(new.when, work.now)
    rules.check(new, starts_at, {id_ for id_, _ in actions.may_own_in(work, case).agencies}, work.now)
    meeting_id = scheduling.schedule(work, case.panel_id, NewMeeting(
        MeetingKind.EMERGENCY, new.when, new.mode, new.place, case.id, new.agencies, new.answers_by))
    agenda.take_off(work, case)
    agenda.place(work, case, AgendaItemKind.CASE_EMERGENCY, meeting=work.session.get_one(Meeting, meeting_id))
    return meeting_id
