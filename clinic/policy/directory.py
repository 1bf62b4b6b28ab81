"""Who may see and keep agencies, people and memberships."""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID

from sqlalchemy import ColumnElement, true

from clinic.domain.actors import TRIAGERS, Actor, MembershipRole, SystemActor, UserStatus
from clinic.domain.directory import FIRST_SEATS
from clinic.models.account import Membership, User
from clinic.models.panel import Panel
from clinic.policy import accounts, panels

Someone = Actor | SystemActor


def may_look(actor: Someone, *_: object) -> bool:
    """Everyone who is signed in sees agencies and people. Nothing of a case is among it."""
    return isinstance(actor, Actor)


def may_keep(actor: Someone, *_: object) -> bool:
    """Coordinators and the administrator add agencies and keep their mail domains right."""
    return actor.system_admin or bool(actor.panels(*TRIAGERS))


def may_see_person(actor: Someone, user: User) -> bool:
    """Everyone sees who has an account; those who manage people, and the auditor, see all."""
    if isinstance(actor, SystemActor) or sees_everybody(actor):
        return True
    return user.status is UserStatus.ACTIVE


def people_visible_to(actor: Someone) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor) or sees_everybody(actor):
        return true()
    return User.status == UserStatus.ACTIVE


def sees_everybody(actor: Someone) -> bool:
    """Whether disabled and invited people are shown too."""
    return actor.auditor or accounts.may_manage(actor)


def may_change_person(actor: Someone, user: User, seated_on: Set[UUID]) -> bool:
    """The administrator; a coordinator only of somebody who sits on no other panel than theirs.

    `seated_on` are the panels where the person has a seat today or later.
    """
    return accounts.may_manage(actor, user) and (actor.system_admin or seated_on <= actor.panels(*TRIAGERS))


def may_readdress(actor: Someone, user: User, seated_on: Set[UUID]) -> bool:
    """Whoever moves an active person's mailbox could take the account over: the administrator alone.

    Until an invitation is taken up there is nothing to take over.
    """
    return may_change_person(actor, user, seated_on) and (actor.system_admin or user.status is UserStatus.INVITED)


def may_write_to(actor: Someone, user: User, seated_on: Set[UUID]) -> bool:
    """Account letters: the administrator; a coordinator to people of own panels, and to whoever sits on none yet."""
    own = actor.system_admin or not seated_on or bool(seated_on & actor.panels(*TRIAGERS))
    return accounts.may_manage(actor, user) and own


def may_see_seat(actor: Someone, seat: Membership) -> bool:
    return isinstance(actor, SystemActor) or actor.system_admin or seat.panel_id in actor.panels()


def seats_visible_to(actor: Someone) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor) or actor.system_admin:
        return true()
    return Membership.panel_id.in_(list(actor.panels()))


def may_add_seat(actor: Someone, panel: Panel, role: MembershipRole, taken: Set[MembershipRole]) -> bool:
    """The coordinator; the administrator only for a coordinator or a chair that the panel has not got.

    `taken` are the roles of the panel that somebody holds today or later, without that of
    coordinator where a case waits that none of them may know of.
    """
    if panels.may_coordinate(actor, panel):
        return True
    return actor.system_admin and role in FIRST_SEATS - taken


def may_add_seats(actor: Someone, panel: Panel, taken: Set[MembershipRole]) -> bool:
    """Whether there is any role that the actor could give to somebody."""
    return any(may_add_seat(actor, panel, role, taken) for role in FIRST_SEATS)


def may_change_seat(actor: Someone, seat: Membership) -> bool:
    """The coordinator of the panel, and nobody their own."""
    return actor.holds(seat.panel_id, TRIAGERS) and seat.user_id != actor.user_id


def may_seek_coordinators(actor: Someone, *_: object) -> bool:
    """The timer looks for cases that no coordinator may know of."""
    return isinstance(actor, SystemActor)


def may_learn_of_want(actor: Someone, *_: object) -> bool:
    """The administrator learns that a panel wants another coordinator, and never of which case."""
    return actor.system_admin
