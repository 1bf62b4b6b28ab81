"""Who reads which piece of what an agency says, and who adds to it.

The agency itself reads all of it, and those who run the panel whatever is released. For everybody else a piece
has its handling code, and is for who speaks for an agency that it lets in today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, exists, false, or_, true

from clinic.domain.actors import RUNNERS, SPEAKERS, Actor, Seat, SystemActor
from clinic.domain.incidents import InformationKind
from clinic.domain.research import STATUTORY_SECTORS, Handling, HandlingCode, ResearchStatus
from clinic.models.agency import Agency
from clinic.models.research import ResearchPart, ResearchRequest
from clinic.policy import cases, research
from clinic.policy.research import speaks_for

Someone = Actor | SystemActor
_RESTRICTED = InformationKind.INTELLIGENCE_RESTRICTED


def may_see(actor: Someone, part: ResearchPart, statutory: Collection[UUID] = ()) -> bool:
    """The agency itself; once it is released whom its code lets in, and of what is restricted who runs the panel.

    `statutory` are those of the actor's agencies that are.
    """
    if not cases.may_know(actor, part):
        return False
    if isinstance(actor, SystemActor) or part.agency_id in speaks_for(actor, part.panel_id):
        return True
    open_ = part.kind is not _RESTRICTED or actor.holds(part.panel_id, RUNNERS)
    return part.released and open_ and _is_for(actor, part, statutory)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    known = cases.known_to(actor, ResearchPart)
    if isinstance(actor, SystemActor):
        return known
    open_ = or_(ResearchPart.kind != _RESTRICTED, ResearchPart.panel_id.in_(list(actor.panels(*RUNNERS))))
    return and_(known, or_(_own(actor, ResearchPart), and_(ResearchPart.released, open_, _let_in(actor, ResearchPart))))


def may_read_answer(actor: Someone, request: ResearchRequest, additions: Iterable[ResearchPart] = (),
                    statutory: Collection[UUID] = ()) -> bool:
    """Whoever may read a request or the answer to it, and whom something lets in that was added without an answer."""
    exempt = request.status is ResearchStatus.EXEMPT_CONFLICT
    return research.may_read(actor, request) or (
        not exempt and any(part.addition and may_see(actor, part, statutory) for part in additions))


def answer_readable_to(actor: Someone) -> ColumnElement[bool]:
    added = exists().where(ResearchPart.request_id == ResearchRequest.id, ResearchPart.addition, visible_to(actor))
    return or_(research.readable_to(actor), and_(
        ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT, added.correlate(ResearchRequest)))


def may_read_facts(actor: Someone, request: ResearchRequest, statutory: Collection[UUID] = ()) -> bool:
    """Of an answer that the actor may read: whether its facts, and what it suggests, are for them."""
    return isinstance(actor, SystemActor) or _is_for(actor, request, statutory)


def facts_readable_to(actor: Someone) -> ColumnElement[bool]:
    return let_in(actor, ResearchRequest)


def let_in(actor: Someone, model: Any) -> ColumnElement[bool]:
    """Return the condition that the handling code of a row of a `Handled` model lets the actor in."""
    return true() if isinstance(actor, SystemActor) else _let_in(actor, model)


def _is_for(actor: Actor, row: Any, statutory: Collection[UUID]) -> bool:
    spoken_for = speaks_for(actor, row.panel_id)
    return actor.holds(row.panel_id, RUNNERS) or row.agency_id in spoken_for or Handling(
        row.handling, frozenset(UUID(id_) for id_ in row.named)).is_for(spoken_for, statutory)


def _let_in(actor: Actor, model: Any) -> ColumnElement[bool]:
    return or_(
        model.handling == HandlingCode.PANEL, model.panel_id.in_(list(actor.panels(*RUNNERS))), _own(actor, model),
        *(and_(model.panel_id == seat.panel_id, _lets_in(seat, model)) for seat in _speaking(actor)),
    )


def _lets_in(seat: Seat, model: Any) -> ColumnElement[bool]:
    is_statutory = exists().where(Agency.id == seat.agency_id, Agency.sector.in_(sorted(STATUTORY_SECTORS)))
    # The list is of ids alone, in one spelling, so that an id stands in it or does not.
    is_named = cast(model.named, Text).contains(str(seat.agency_id))
    return or_(and_(model.handling == HandlingCode.STATUTORY, is_statutory),
               and_(model.handling == HandlingCode.NAMED_AGENCIES, is_named))


def _own(actor: Actor, model: Any) -> ColumnElement[bool]:
    return or_(false(), *(and_(model.panel_id == seat.panel_id, model.agency_id == seat.agency_id)
                          for seat in _speaking(actor)))


def _speaking(actor: Actor) -> list[Seat]:
    return [seat for seat in actor.seats if seat.role in SPEAKERS]
