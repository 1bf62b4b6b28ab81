"""Who reads how a victim is reached, who writes it, and who says that it still holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from clinic.domain.actors import TRIAGERS, Actor, MembershipRole, SystemActor
from clinic.models.case import SafeContact
from clinic.policy import cases

Someone = Actor | SystemActor
_ADVOCATES = frozenset({MembershipRole.ADVOCATE})


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; only a coordinator and an advocate have something on it."""
    return isinstance(actor, Actor)


def may_write(actor: Someone, case: Any) -> bool:
    """The panel's coordinator and advocates, of the cases that they know."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, TRIAGERS | _ADVOCATES)


def may_check(actor: Someone, case: Any) -> bool:
    """Only an advocate has asked the victim."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, _ADVOCATES)


def kept_by(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that the actor sees to it that a contact is checked."""
    return and_(cases.known_to(actor, SafeContact),
                SafeContact.panel_id.in_(list(actor.panels(*TRIAGERS, *_ADVOCATES))))
