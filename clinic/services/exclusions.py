"""Who must not know that a case exists: set and lifted by the coordinator, with a ground.

From the next request on the case is gone for them from lists, counts, agenda, minutes and
feeds (the wall sees to that); what was waiting for them in the outbox is taken back here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, union_all, update
from sqlalchemy.orm import aliased

from clinic.domain.audit import AuditVerb
from clinic.domain.cases import check_exclusion
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.interests import NOT_DECLARED as BY_THE_CHAIR
from clinic.domain.meetings import local_day
from clinic.models.account import Membership, User
from clinic.models.action import Action
from clinic.models.agency import Agency, AgencyDomain
from clinic.models.agenda import Agenda, AgendaItem
from clinic.models.case import Case, CaseExclusion
from clinic.models.clock import Clock
from clinic.models.hearing import Hearing
from clinic.models.interest import Interest
from clinic.models.meeting import Meeting
from clinic.models.minute import MinuteVersion
from clinic.models.nomination import Nomination
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.policy import cases as policy
from clinic.services import cases, directory, invitations, matches, pasts, research, terms
from clinic.services.work import Work

_LIST = "exclusion_ground"
_WAITING = (PostStatus.QUEUED, PostStatus.RETRY)


@dataclass(frozen=True, slots=True)
class Who:
    """A person or an agency: one of the two ids."""

    user_id: UUID | None = None
    agency_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    id: UUID
    who: str
    is_agency: bool
    ground: str
    set_by: str
    set_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExclusionsPage:
    """`people` and `agencies` may be excluded; never the reader or the reader's agency."""

    case_id: UUID
    reference: str
    lines: tuple[ExclusionLine, ...]
    people: tuple[tuple[UUID, str], ...]
    agencies: tuple[tuple[UUID, str], ...]
    grounds: dict[str, str]


def page(work: Work, case_id: UUID) -> ExclusionsPage:
    """Return a case's exclusions, and who else could be excluded, to its coordinator."""
    case = cases.find(work, case_id)
    work.require(policy.may_exclude, case)
    grounds = terms.labels(work.session, _LIST, panel_id=case.panel_id)[_LIST]
    lines = _lines(work, case, grounds)
    members = directory.members_on(work.session, case.panel_id, local_day(work.now))
    own = work.actor.agencies(case.panel_id) | {work.actor.agency_id}
    work.record(AuditVerb.VIEW, case, shown=[line.id for line in lines])
    return ExclusionsPage(
        case.id, case.reference, lines,
        tuple(dict.fromkeys((m.user_id, f"{m.name}, {m.agency}") for m in members if m.user_id != work.actor.user_id)),
        tuple(dict.fromkeys((m.agency_id, m.agency) for m in members if m.agency_id not in own)), grounds,
    )


def _lines(work: Work, case: Case, grounds: dict[str, str]) -> tuple[ExclusionLine, ...]:
    setter = aliased(User)
    rows = work.session.execute(
        select(CaseExclusion, User.name, Agency.name, setter.name)
        .outerjoin(User, User.id == CaseExclusion.user_id)
        .outerjoin(Agency, Agency.id == CaseExclusion.agency_id)
        .join(setter, setter.id == CaseExclusion.set_by_id)
        .where(CaseExclusion.case_id == case.id)
        .order_by(CaseExclusion.lifted_at.is_not(None), CaseExclusion.set_at.desc())
    )
    return tuple(
        ExclusionLine(row.id, person or agency, agency is not None, grounds.get(row.ground, row.ground), by,
                      row.set_at, row.lifted_at)
        for row, person, agency, by in rows
    )


def lift_page(work: Work, case_id: UUID, exclusion_id: UUID) -> tuple[ExclusionsPage, ExclusionLine]:
    """Return an exclusion that still stands, for the page that asks before it is lifted."""
    shown = page(work, case_id)
    line = next((line for line in shown.lines if line.id == exclusion_id and line.lifted_at is None), None)
    if line is None:
        raise NotFound
    return shown, line


def exclude(work: Work, case_id: UUID, who: Who, ground: str) -> None:
    """Shut a person or an agency out of a case, and take back what waits to be sent to them about it."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_exclude, case)
    actor = work.actor
    own = actor.agencies(case.panel_id) | {actor.agency_id}
    check_exclusion(who.user_id, who.agency_id, ground, actor.user_id, own)
    if ground not in terms.labels(work.session, _LIST, panel_id=case.panel_id)[_LIST]:
        raise RuleBroken("Choose the ground from the list", "ground")
    _check_member(work, case, who)
    _shut_out(work, case, who, ground, actor.user_id)
    _carry_on(work, case)
    with work.whole("shutting out of what another panel was offered"):
        _carry_to_copies(work, case.id)


def keep_out(work: Work, case_id: UUID, ground: str) -> None:
    """Shut whoever acts out of a case that they have declared an interest in. Completes a declaration, which has asked.

    What hangs on the case is handled whole: they may see but a part of it, and nothing of it comes back to them.
    """
    with work.whole("keeping somebody out of a case at their own word"):
        system = replace(work, actor=work.session.info["actor"])
        case = work.session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        _shut_out(work, case, Who(user_id=work.actor.user_id), ground, work.actor.user_id)
        _carry_on(system, case)
        _carry_to_copies(system, case.id)


def let_out(work: Work, case_id: UUID, user_id: UUID) -> None:
    """Shut a member out of a case that is being heard, as the chair decides. Completes a stepping out, which has asked.
    """
    with work.whole("letting somebody step out of a case"):
        system = replace(work, actor=work.session.info["actor"])
        case = work.session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        _check_member(work, case, Who(user_id=user_id))
        _shut_out(work, case, Who(user_id=user_id), BY_THE_CHAIR, work.actor.user_id)
        _carry_on(system, case)
        _carry_to_copies(system, case.id)


def _carry_on(work: Work, case: Case) -> None:
    """Shut out of later cases of the same pair too, or let the timer see to it."""
    for later_id in _later(work, case.id):
        carry(work, case.id, work.session.get_one(Case, later_id))
    for other_id in matches.same_pairs(matches.of_case(work, case.id)):
        # What is as good as certainly the same pair's is held against this case again by the timer.
        work.session.get_one(Case, other_id).compared_at = None


def _carry_to_copies(work: Work, case_id: UUID) -> None:
    """Shut out of the copies that other panels were offered whoever is shut out of the case, and of theirs."""
    first = aliased(Nomination)
    copies = work.session.scalars(
        select(Nomination.case_id).join(first, first.id == Nomination.redirected_from_id)
        .where(first.case_id == case_id)
    ).all()
    for copy_id in copies:
        carry(work, case_id, work.session.get_one(Case, copy_id))
        _carry_to_copies(work, copy_id)


def _later(work: Work, case_id: UUID) -> list[UUID]:
    """Return the linked cases of the same pair that were not sent before this one."""
    linked = matches.linked_pairs(work, [case_id]).get(case_id, set())
    known = pasts.of_cases(work, linked | {case_id} if linked else ())
    return [id_ for id_, one in known.items() if id_ != case_id and one.sent_at >= known[case_id].sent_at]


def _shut_out(work: Work, case: Case, who: Who, ground: str, set_by_id: UUID) -> None:
    row = CaseExclusion(panel_id=case.panel_id, case_id=case.id, user_id=who.user_id, agency_id=who.agency_id,
                        ground=ground, set_by_id=set_by_id, set_at=work.now)
    work.session.add(row)
    if who.agency_id is not None:
        research.exempt(work, case.id, who.agency_id)
    work.session.flush()
    sittings = invitations.about(work, case.id)
    _take_back_letters(work, case, who)
    invitations.forget_unheard(work, sittings)
    invitations.invite(work, sittings)
    work.record(AuditVerb.EXCLUDE, row, fields=["ground"], who=who.user_id or who.agency_id)


def carry(work: Work, earlier_id: UUID, later: Case, spare: Collection[UUID] = ()) -> None:
    """Shut out of a later case of the same pair whoever is shut out of the earlier one, but for whom to `spare`.

    Completes a judgement, an acceptance, an exclusion or the timer's comparison, which has asked. Whoever acts may
    know of both cases, so nobody shuts themselves out.
    """
    rows = work.session.scalars(select(CaseExclusion).where(
        CaseExclusion.case_id.in_([earlier_id, later.id]), CaseExclusion.lifted_at.is_(None)
    ).order_by(CaseExclusion.set_at, CaseExclusion.id)).all()
    here = {(row.user_id, row.agency_id) for row in rows if row.case_id == later.id}
    for row in rows:
        who = (row.user_id, row.agency_id)
        if row.case_id == earlier_id and who not in here and not set(who) & set(spare):
            _shut_out(work, later, Who(*who), row.ground, work.actor.user_id or row.set_by_id)


def _check_member(work: Work, case: Case, who: Who) -> None:
    members = directory.members_on(work.session, case.panel_id, local_day(work.now))
    if who.user_id not in {m.user_id for m in members} and who.agency_id not in {m.agency_id for m in members}:
        raise RuleBroken("Choose somebody who sits on the panel", "who")
    twin = select(CaseExclusion.id).where(
        CaseExclusion.case_id == case.id, CaseExclusion.lifted_at.is_(None),
        CaseExclusion.user_id == who.user_id if who.user_id else CaseExclusion.agency_id == who.agency_id,
    )
    if work.session.scalar(twin.limit(1)) is not None:
        raise RuleBroken("They are excluded from this case already", "who")


def lift(work: Work, case_id: UUID, exclusion_id: UUID) -> None:
    """Let somebody know of the case again, from their next request on."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_exclude, case)
    row = work.session.scalar(
        select(CaseExclusion)
        .where(CaseExclusion.id == exclusion_id, CaseExclusion.case_id == case.id).with_for_update()
    )
    if row is None:
        raise NotFound
    if row.lifted_at is not None:
        raise RuleBroken("This exclusion has been lifted already.")
    row.lifted_at, row.lifted_by_id = work.now, work.actor.user_id
    if row.agency_id is not None:
        research.resume(work, case.id, row.agency_id)
    else:
        _speak_again(work, row)
    work.session.flush()
    invitations.invite(work, invitations.about(work, case.id))
    work.record(AuditVerb.REVOKE, row, fields=["lifted_at"])


def _speak_again(work: Work, exclusion: CaseExclusion) -> None:
    """Let nobody be sought any more to speak for whoever may know of the case again."""
    for said in work.session.scalars(select(Interest).where(
        Interest.case_id == exclusion.case_id, Interest.user_id == exclusion.user_id, Interest.settled_at.is_(None)
    )):
        said.settled_at, said.settled_by_id = work.now, work.actor.user_id


def _take_back_letters(work: Work, case: Case, who: Who) -> None:
    """Cancel letters about the case that have not left yet. In one statement: it watches over no rows of the door."""
    work.session.execute(
        update(QueuedLetter)
        .where(
            QueuedLetter.status.in_(_WAITING),
            or_(QueuedLetter.reference == case.reference, QueuedLetter.about_id.in_(_things_of(case.id))),
            _to(who), ~invitations.takes_out_of_a_diary(),
        )
        .values(status=PostStatus.CANCELLED, raw_sealed=None, last_reply="taken back"),
        execution_options={"exempt": True, "synchronize_session": False},
    )


def _things_of(case_id: UUID) -> Any:
    models = (Nomination, ResearchRequest, AgendaItem, Hearing, Action, Clock, Meeting)
    return union_all(
        select(Case.id).where(Case.id == case_id),
        *(select(model.id).where(model.case_id == case_id) for model in models),
        *(select(model.id).join(Meeting, Meeting.id == model.meeting_id).where(Meeting.case_id == case_id)
          for model in (Agenda, MinuteVersion, Interest)))


def _to(who: Who) -> Any:
    if who.user_id is not None:
        return QueuedLetter.user_id == who.user_id
    staff = select(User.id).where(User.agency_id == who.agency_id)
    seated = select(Membership.user_id).where(Membership.agency_id == who.agency_id)
    # A contact without an account is known by the mailbox's domain alone.
    outside = select(AgencyDomain.id).where(
        AgencyDomain.agency_id == who.agency_id, QueuedLetter.address.endswith("@" + AgencyDomain.domain)
    ).exists()
    return or_(QueuedLetter.user_id.in_(staff.union(seated)), QueuedLetter.user_id.is_(None) & outside)
