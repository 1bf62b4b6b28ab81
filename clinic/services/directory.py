"""Agencies, people and memberships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinic.domain.actors import MembershipRole, UserStatus
from clinic.models.account import Membership, User
from clinic.models.agency import Agency


@dataclass(frozen=True, slots=True)
class Member:
    """A current membership, with names."""

    user_id: UUID
    name: str
    email: str
    role: MembershipRole
    agency_id: UUID
    agency: str


def members_on(session: Session, panel_id: UUID, day: date, roles: frozenset[MembershipRole] | None = None,
               active_only: bool = True) -> list[Member]:
    """Return who sits on a panel on a day (in these roles), by agency and name. One statement."""
    query = (
        select(User.id, User.name, User.email, Membership.role, Agency.id, Agency.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(
            Membership.panel_id == panel_id,
            Membership.valid_from <= day,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= day),
        )
        .order_by(Agency.name, User.name)
    )
    if active_only:
        query = query.where(User.status == UserStatus.ACTIVE)
    if roles is not None:
        query = query.where(Membership.role.in_(list(roles)))
    return [Member(*row) for row in session.execute(query)]
