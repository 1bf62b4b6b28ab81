"""Panels where a case is open that none of their coordinators may know of.

It comes about when the only coordinator is shut out of a case, or leaves while the others are.
Nobody on the panel is told, since what is said there reaches the one who must not know: the
administrator is, of the panel and never of the case, and may then name another coordinator.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from clinic.domain.actors import TRIAGERS, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.account import Membership, User
from clinic.models.case import Case, CaseExclusion
from clinic.models.post import QueuedLetter
from clinic.policy import directory as policy
from clinic.services import audience
from clinic.services.work import Work

_OVER = (CaseStatus.CLOSED, CaseStatus.TRANSFERRED_OUT)


def tell(work: Work) -> int:
    """Tell the administrators of each such panel, once a day until somebody is named; return of how many.

    The timer's.
    """
    work.require(policy.may_seek_coordinators)
    today = local_day(work.now)
    told = select(QueuedLetter.about_id).where(
        QueuedLetter.kind == LetterKind.COORDINATOR_WANTED, QueuedLetter.revision == today.toordinal())
    panels = work.session.scalars(
        select(Case.panel_id).where(_unattended(work), Case.panel_id.not_in(told)).distinct()).all()
    if not panels:
        return 0
    administrators = work.session.scalars(
        select(User.id).where(User.system_admin, User.status == UserStatus.ACTIVE)).all()
    for panel_id, user_id in product(panels, administrators):
        # In no panel's post, which its coordinators read.
        work.post(Letter(LetterKind.COORDINATOR_WANTED, user_id, reference="", link=f"/panels/{panel_id}/members",
                         about=panel_id, revision=today.toordinal()))
    work.record(AuditVerb.SEND, "Panel", shown=panels)
    return len(panels)


def on(work: Work, panel_id: UUID) -> bool:
    """Return whether a panel has such a case, to the administrator."""
    work.require(policy.may_learn_of_want)
    with work.whole("looking for cases that no coordinator may know of"):
        found = select(Case.id).where(Case.panel_id == panel_id, _unattended(work)).limit(1)
        return work.session.scalar(found) is not None


def _unattended(work: Work) -> ColumnElement[bool]:
    """Return the condition that a case is open and nobody who coordinates its panel today may know of it."""
    seat, today = aliased(Membership), local_day(work.now)
    attends = select(seat.id).join(User, User.id == seat.user_id).where(
        seat.panel_id == Case.panel_id, seat.role.in_(list(TRIAGERS)), *audience.valid_on(seat, today),
        User.status == UserStatus.ACTIVE, ~_shut_out(User, today),
    )
    return and_(Case.status.not_in(_OVER), ~attends.correlate(Case).exists())


def _shut_out(user: type[User], today: date) -> ColumnElement[bool]:
    """Return the condition that a person, their agency or one that they speak for is kept from the case."""
    voice = aliased(Membership)
    voices = select(voice.agency_id).where(voice.user_id == user.id, *audience.valid_on(voice, today))
    closed = select(CaseExclusion.id).where(
        CaseExclusion.case_id == Case.id, CaseExclusion.lifted_at.is_(None),
        or_(CaseExclusion.user_id == user.id, CaseExclusion.agency_id == user.agency_id,
            CaseExclusion.agency_id.in_(voices.correlate(user))),
    )
    return closed.correlate(Case, user).exists()
