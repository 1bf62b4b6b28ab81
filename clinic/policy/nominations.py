"""Who nominates, who decides, and who sees what was nominated."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true

from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor, SystemActor
from clinic.models.import_batch import ImportBatch
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import cases

Someone = Actor | SystemActor
NOMINATORS = SPEAKERS | TRIAGERS


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; what stands on it is cut by `visible_to`."""
    return isinstance(actor, Actor)


def may_nominate(actor: Someone, panel: Panel) -> bool:
    """Whoever speaks for an agency on the panel, and its coordinator."""
    return actor.holds(panel.id, NOMINATORS)


def may_see(actor: Someone, nomination: Nomination) -> bool:
    """The agency that made it, and the coordinator who decides on it."""
    return cases.may_know(actor, nomination) and (
        isinstance(actor, SystemActor) or actor.holds(nomination.panel_id, TRIAGERS) or _made_it(actor, nomination)
    )


def visible_to(actor: Someone) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    arms = [Nomination.panel_id.in_(list(actor.panels(*TRIAGERS)))]
    for agency_id, panels in _voices(actor).items():
        arms.append(and_(Nomination.agency_id == agency_id, Nomination.panel_id.in_(panels)))
    return and_(cases.known_to(actor, Nomination), or_(*arms))


def _made_it(actor: Someone, nomination: Nomination) -> bool:
    return nomination.panel_id in _voices(actor).get(nomination.agency_id, ())


def _voices(actor: Someone) -> dict[UUID, list[UUID]]:
    """Return for each agency the panels on which the actor speaks for it."""
    voices: dict[UUID, list[UUID]] = {}
    for seat in actor.seats:
        if seat.role in SPEAKERS:
            voices.setdefault(seat.agency_id, []).append(seat.panel_id)
    return voices


def may_edit(actor: Someone, nomination: Nomination) -> bool:
    """Only the agency that made it changes what it said; a coordinator's agency too, for its own.

    Where nobody of that agency sits on the panel, the coordinator answers for it.
    """
    own = any(s.panel_id == nomination.panel_id and s.agency_id == nomination.agency_id and s.role in NOMINATORS
              for s in actor.seats)
    kept = nomination.kept_by_panel and actor.holds(nomination.panel_id, TRIAGERS)
    return may_see(actor, nomination) and (own or kept)


def may_withdraw(actor: Someone, nomination: Nomination) -> bool:
    """The agency that made it, and whoever brought it in by mistake."""
    return may_edit(actor, nomination) or (
        may_see(actor, nomination) and nomination.sender_id == actor.user_id
    )


def may_triage(actor: Someone, nomination: Nomination) -> bool:
    return cases.may_know(actor, nomination) and actor.holds(nomination.panel_id, TRIAGERS)


def may_keep_desk(actor: Someone, panel: Panel) -> bool:
    """The coordinator's desk is the coordinator's."""
    return actor.holds(panel.id, TRIAGERS)


def may_import(actor: Someone, panel: Panel) -> bool:
    """The coordinator brings in files, for panels that are theirs."""
    return actor.holds(panel.id, TRIAGERS)


def may_handle(actor: Someone, batch: ImportBatch) -> bool:
    """A waiting file is for the eyes of whoever sent it."""
    return batch.user_id == actor.user_id


def may_bring_in(actor: Someone, batch: ImportBatch) -> bool:
    """Whoever sent it, as long as they coordinate the panel they sent it for."""
    return may_handle(actor, batch) and actor.holds(batch.panel_id, TRIAGERS)


def batches_of(actor: Someone) -> ColumnElement[bool]:
    return true() if isinstance(actor, SystemActor) else ImportBatch.user_id == actor.user_id


def may_forget(actor: Someone, *_: object) -> bool:
    """The timer forgets files that nobody confirmed, and gives up those that can go no further."""
    return isinstance(actor, SystemActor)


def may_remind(actor: Someone, *_: object) -> bool:
    """The timer reminds agencies of what was returned to them."""
    return isinstance(actor, SystemActor)
