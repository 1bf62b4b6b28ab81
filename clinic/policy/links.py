"""Who says of two people that they are one, and who may know that it was said: whoever may know of both cases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased

from clinic.domain.actors import TRIAGERS
from clinic.models.case import Case
from clinic.models.link import PersonLink
from clinic.policy import cases
from clinic.policy.cases import Someone

# Made once: making an alias, and its columns, takes longer than the rest of a condition.
_other = aliased(Case)


def may_match(actor: Someone, case: Any) -> bool:
    """The coordinator of a case's panel looks for who else its people may be."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, TRIAGERS)


def may_judge(actor: Someone, case: Any, other: Any) -> bool:
    """The coordinator of either panel, who may know of both cases."""
    return (cases.may_know(actor, case) and cases.may_know(actor, other)
            and (actor.holds(case.panel_id, TRIAGERS) or actor.holds(other.panel_id, TRIAGERS)))


def visible_to(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that the actor may know of both cases of a link."""
    return and_(
        cases.known_to(actor, PersonLink),
        exists(select(_other.id).where(_other.id == PersonLink.other_case_id, cases.known_to(actor, _other))),
    )


def may_search(actor: Someone, *_: object) -> bool:
    """Everybody who reads cases may look for people; what is found is cut by `cases.known_to`."""
    return cases.may_list(actor)
