"""Who closes a case and opens it again, and who reads why."""

from __future__ import annotations

from typing import Any

from clinic.domain.actors import CHAIRS, TRIAGERS, Actor, SystemActor
from clinic.policy import cases

Someone = Actor | SystemActor


def may_read(actor: Someone, case: Any) -> bool:
    """Whoever knows the case reads why it was closed."""
    return cases.may_know(actor, case)


def may_close(actor: Someone, case: Any) -> bool:
    """The coordinator and the chairs of its panel."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, TRIAGERS | CHAIRS)
