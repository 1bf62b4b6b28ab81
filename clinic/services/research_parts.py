"""What agencies say beside their facts: kept with an answer, hidden while it is written, added to after the meeting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from clinic.domain import research as rules
from clinic.domain.actors import SPEAKERS, Actor, SystemActor
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import local_day
from clinic.domain.research import Handling, HandlingCode, ResearchAnswer
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.research import Handled, ResearchPart, ResearchRequest
from clinic.policy import research_parts as policy
from clinic.policy.once import ONCE, once
from clinic.services import directory
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Readers:
    """For whom a piece is; `named` are the names of the agencies that may read it where it is for named ones."""

    code: HandlingCode = HandlingCode.PANEL
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartLine:
    """`addition` = said after the meeting had begun; then `by` and `said_at` are shown."""

    kind: InformationKind
    text: str
    addition: bool
    by: str
    said_at: datetime
    readers: Readers


def of_requests(session: Session, request_ids: Collection[UUID]) -> dict[UUID, tuple[PartLine, ...]]:
    """Return what the session's actor may read beside the facts of some answers. One statement, and keys."""
    if not request_ids:
        return {}
    order = list(InformationKind)
    rows = session.execute(_readable(session.info["actor"]), {"requests": list(request_ids)}).all()
    names = names_in(session, (part for part, _ in rows))
    found: dict[UUID, list[PartLine]] = {}
    for part, name in sorted(rows, key=lambda row: (row[0].addition, row[0].said_at, order.index(row[0].kind))):
        found.setdefault(part.request_id, []).append(
            PartLine(part.kind, part.text or "", part.addition, name, part.said_at, readers(part, names)))
    return {request_id: tuple(lines) for request_id, lines in found.items()}


@once
def _readable(actor: Actor | SystemActor) -> Select:
    return (
        select(ResearchPart, User.name).join(User, User.id == ResearchPart.said_by_id)
        .where(ResearchPart.request_id.in_(bindparam("requests", expanding=True)), policy.visible_to(actor))
        .order_by(ResearchPart.said_at, ResearchPart.id).execution_options(**ONCE)
    )


def names_in(session: Session, pieces: Iterable[Handled]) -> dict[str, str]:
    """Return the names of the agencies that some pieces are for, by id. A statement only where agencies are named."""
    ids = {UUID(id_) for piece in pieces if piece.handling is HandlingCode.NAMED_AGENCIES for id_ in piece.named}
    if not ids:
        return {}
    rows = session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(ids)).order_by(Agency.name))
    return {str(id_): name for id_, name in rows}


def readers(piece: Handled, names: Mapping[str, str]) -> Readers:
    if piece.handling is not HandlingCode.NAMED_AGENCIES:
        return Readers(piece.handling)
    return Readers(piece.handling, tuple(name for id_, name in names.items() if id_ in piece.named))


def to_name(work: Work, request: ResearchRequest) -> tuple[tuple[str, str], ...]:
    """Return the agencies that an answer can be for: who speaks on the panel today, but the answering one."""
    seated = directory.members_on(work.session, request.panel_id, local_day(work.now), SPEAKERS)
    return tuple({str(m.agency_id): m.agency for m in seated if m.agency_id != request.agency_id}.items())


def check_seated(work: Work, request: ResearchRequest, named: Collection[UUID]) -> None:
    """Refuse to name an agency that an answer cannot be for. Completes an answer."""
    if named:
        rules.check_seated(named, [UUID(id_) for id_, _ in to_name(work, request)])


def keep(work: Work, request: ResearchRequest, answer: ResearchAnswer, released: bool) -> None:
    """Keep what an answer says beside its facts in the place of what it said before. Completes an answer."""
    for before in work.session.scalars(select(ResearchPart).where(
            ResearchPart.request_id == request.id, ResearchPart.addition.is_(False))):
        work.session.delete(before)
    for kind, text in answer.parts.items():
        put(work, request, kind, text, answer.handling_of(kind), released=released, addition=False)


def put(work: Work, request: ResearchRequest, kind: InformationKind, text: str, handling: Handling, *,
        released: bool, addition: bool) -> ResearchPart:
    row = ResearchPart(
        panel_id=request.panel_id, case_id=request.case_id, request_id=request.id, agency_id=request.agency_id,
        kind=kind, text=text, handling=handling.code, named=spelled(handling.named), released=released,
        addition=addition, said_by_id=work.actor.user_id, said_at=work.now)
    work.session.add(row)
    return row


def spelled(agency_ids: Iterable[UUID]) -> list[str]:
    """Return ids as they are kept, and as `policy.research_parts` looks for them."""
    return sorted(str(id_) for id_ in agency_ids)
