"""The wall: current seat on the panel, no exclusion from the case.

Every other `visible_to` is built on `known_to`, so that an excluded person loses rows,
counts, search and feeds at once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from clinic.domain.actors import (
    CASE_READERS,
    CHAIRS,
    RUNNERS,
    SPEAKERS,
    TRIAGERS,
    Actor,
    MembershipRole,
    SystemActor,
)
from clinic.models.case import AboutCase, Case, CaseExclusion, CasePairBound, MaybeCaseBound
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.models.urgent import UrgentAnswer

Someone = Actor | SystemActor

# Made once: making an alias, and its columns, takes longer than the rest of a condition.
_listed_case, _nominated, _asked = aliased(Case), aliased(Nomination), aliased(ResearchRequest)
_pressed = aliased(UrgentAnswer)


def not_excluded(actor: Someone, case_id: Any) -> ColumnElement[bool]:
    """Return the condition that no exclusion keeps the actor, or their agencies, from the case."""
    agencies = list(actor.agencies() | {actor.agency_id})
    return ~exists().where(
        CaseExclusion.case_id == case_id,
        CaseExclusion.lifted_at.is_(None),
        or_(CaseExclusion.user_id == actor.user_id, CaseExclusion.agency_id.in_(agencies)),
    )


@lru_cache(maxsize=512)
def wall(actor: Someone, model: Any) -> ColumnElement[bool]:
    """Return the outermost condition on a walled table: any current seat, and no exclusion.

    It hangs on nothing but these two, and a request asks for it dozens of times: so it is built once.
    """
    if isinstance(actor, SystemActor):
        return true()
    kind, panels = _class_of(model), list(actor.panels())
    if issubclass(kind, AboutCase):
        # Most are shut out of nothing, and every page asks about meetings many times over.
        return or_(model.case_id.is_(None), not_excluded(actor, model.case_id)) if actor.excluded else true()
    seated = model.panel_id.in_(panels)
    if issubclass(kind, MaybeCaseBound):
        return and_(seated, or_(model.case_id.is_(None), not_excluded(actor, model.case_id)))
    within = and_(seated, not_excluded(actor, model.case_id))
    if issubclass(kind, CasePairBound):
        return and_(within, model.other_panel_id.in_(panels), not_excluded(actor, model.other_case_id))
    return within


def known_to(actor: Someone, model: Any, speakers: frozenset[MembershipRole] = SPEAKERS) -> ColumnElement[bool]:
    """Return the condition that the actor may know of the row's case: the wall, and a reader's role.

    Those who run the panel know every case of it. A minute-taker knows what has been listed.
    An agency, through its `speakers`, knows what it nominated and what it was asked about, for a
    meeting or to decide between two.
    """
    if isinstance(actor, SystemActor):
        return true()
    arms = [model.panel_id.in_(list(actor.panels(*RUNNERS)))]
    taking = actor.panels(MembershipRole.MINUTE_TAKER)
    if taking:
        arms.append(and_(model.panel_id.in_(list(taking)), _listed(model.case_id)))
    return and_(wall(actor, model), or_(*arms, _spoken_in(actor, model, speakers)))


def spoken_in(actor: Someone, model: Any) -> ColumnElement[bool]:
    """Return the condition that an agency for which the actor speaks takes part in the row's case."""
    return and_(wall(actor, model), _spoken_in(actor, model, SPEAKERS))


def _spoken_in(actor: Someone, model: Any, speakers: frozenset[MembershipRole]) -> ColumnElement[bool]:
    arms = []
    for agency_id in {s.agency_id for s in actor.seats if s.role in speakers}:
        panels = [s.panel_id for s in actor.seats if s.role in speakers and s.agency_id == agency_id]
        arms.append(and_(model.panel_id.in_(panels), _engaged(agency_id, model.case_id)))
    return or_(false(), *arms)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return known_to(actor, Case)


def _listed(case_id: Any) -> ColumnElement[bool]:
    return exists(select(_listed_case.id).where(_listed_case.id == case_id, _listed_case.listed_at.is_not(None)))


def _engaged(agency_id: Any, case_id: Any) -> ColumnElement[bool]:
    return or_(
        exists(select(_nominated.id).where(_nominated.case_id == case_id, _nominated.agency_id == agency_id)),
        exists(select(_asked.id).where(_asked.case_id == case_id, _asked.agency_id == agency_id)),
        exists(select(_pressed.id).where(_pressed.case_id == case_id, _pressed.agency_id == agency_id)),
    )


def may_know(actor: Someone, row: Any) -> bool:
    """Return whether the wall lets the actor through to the row's case.

    The finder has already asked the database whether the actor's agency takes part in the
    case; the row rule repeats what can be told from the row and the actor alone.
    """
    if isinstance(actor, SystemActor):
        return True
    if row.case_id is not None and row.case_id in actor.excluded:
        return False
    return actor.holds(row.panel_id, CASE_READERS)


def knows_all(actor: Someone, panel_id: UUID) -> bool:
    """Return whether the actor may know of every case of a panel: who runs it and is shut out of nothing."""
    return actor.holds(panel_id, RUNNERS) and not actor.excluded


def may_see(actor: Someone, case: Any) -> bool:
    return may_know(actor, case)


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list of cases; what stands on it is cut by `visible_to`."""
    return isinstance(actor, Actor)


def may_compare(actor: Someone, *_: object) -> bool:
    """The timer holds new cases against earlier ones that their sender may not know of."""
    return isinstance(actor, SystemActor)


def may_exclude(actor: Someone, case: Any) -> bool:
    """The coordinator of the case's panel sets and lifts exclusions."""
    return may_know(actor, case) and actor.holds(case.panel_id, TRIAGERS)


def may_see_contact(actor: Someone, case: Any, nominating: set) -> bool:
    """Coordinator, advocates of the panel, and who speaks for the agency that gave the contact. Nobody else.

    A chair or a minute-taker who works for that agency is none of them.
    """
    return may_know(actor, case) and (
        actor.holds(case.panel_id, TRIAGERS | {MembershipRole.ADVOCATE})
        or any(s.panel_id == case.panel_id and s.agency_id in nominating and s.role in SPEAKERS for s in actor.seats)
    )


def may_read_journal(actor: Someone, case: Any) -> bool:
    """Who opened this case: coordinator and chairs of its panel."""
    return may_know(actor, case) and actor.holds(case.panel_id, TRIAGERS | CHAIRS)


def _class_of(model: Any) -> type:
    return model if isinstance(model, type) else model._sa_class_manager.class_
