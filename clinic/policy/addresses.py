"""Who looks at a safe address, who proposes one, and who learns that somebody has looked.

Representatives never do: what they need to know, the advocate tells them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from clinic.domain.actors import TRIAGERS, Actor, MembershipRole, SystemActor
from clinic.domain.addresses import AddressStatus
from clinic.models.safe_address import AddressReveal, SafeAddress
from clinic.policy import cases

Someone = Actor | SystemActor
_ADVOCATES = frozenset({MembershipRole.ADVOCATE})
#: a deputy chair is a representative but in the meetings that they chair
FEW = TRIAGERS | _ADVOCATES | {MembershipRole.CHAIR}


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; only the few have something on it."""
    return isinstance(actor, Actor)


def may_reveal(actor: Someone, case: Any) -> bool:
    """Coordinator, chair, and the advocates who know the case: they look, and one of them confirms."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, FEW)


def may_propose(actor: Someone, case: Any) -> bool:
    """Coordinator and the advocates who know the case."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, TRIAGERS | _ADVOCATES)


def speaks(actor: Someone, reveal: AddressReveal) -> bool:
    """Return whether the actor takes note of it in the advocates' place."""
    return actor.holds(reveal.panel_id, _ADVOCATES)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return and_(cases.known_to(actor, SafeAddress), SafeAddress.panel_id.in_(list(actor.panels(*FEW))))


def unseen_by(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that nobody in the actor's place has taken note yet that somebody else has looked."""
    coordinated, spoken = (list(actor.panels(*roles)) for roles in (TRIAGERS, _ADVOCATES))
    return and_(
        cases.known_to(actor, AddressReveal), AddressReveal.revealed_by_id != actor.user_id,
        or_(and_(AddressReveal.panel_id.in_(coordinated), AddressReveal.coordinator_saw_at.is_(None)),
            and_(AddressReveal.panel_id.in_(spoken), AddressReveal.advocate_saw_at.is_(None))),
    )


def waits_for(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that an address wants the actor: to decide, as they have not proposed it, or to act at
    once, as a perpetrator is known there."""
    later = aliased(SafeAddress)
    replaced = exists(select(later.id).where(
        later.case_id == SafeAddress.case_id, later.status == AddressStatus.CONFIRMED,
        later.decided_at > SafeAddress.decided_at))
    return and_(visible_to(actor), or_(
        and_(SafeAddress.status == AddressStatus.WAITING, SafeAddress.proposed_by_id != actor.user_id),
        and_(SafeAddress.status == AddressStatus.CONFIRMED, SafeAddress.clashes_at.is_not(None),
             SafeAddress.in_spite_sealed.is_(None), ~replaced),
    ))
