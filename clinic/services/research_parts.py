"""What agencies say beside their facts: kept with an answer, hidden while it is written, added to after the meeting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain.incidents import InformationKind
from clinic.domain.research import ResearchAnswer
from clinic.models.account import User
from clinic.models.research import ResearchPart, ResearchRequest
from clinic.policy import research_parts as policy
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class PartLine:
    """`addition` = said after the meeting had begun; then `by` and `said_at` are shown."""

    kind: InformationKind
    text: str
    addition: bool
    by: str
    said_at: datetime


def of_requests(session: Session, request_ids: Collection[UUID]) -> dict[UUID, tuple[PartLine, ...]]:
    """Return what the session's actor may read beside the facts of some answers. One statement, and keys."""
    if not request_ids:
        return {}
    order = list(InformationKind)
    rows = session.execute(
        select(ResearchPart, User.name).join(User, User.id == ResearchPart.said_by_id)
        .where(ResearchPart.request_id.in_(request_ids), policy.visible_to(session.info["actor"]))
        .order_by(ResearchPart.said_at, ResearchPart.id)
    ).all()
    found: dict[UUID, list[PartLine]] = {}
    for part, name in sorted(rows, key=lambda row: (row[0].addition, not row[0].addition and order.index(row[0].kind))):
        found.setdefault(part.request_id, []).append(
            PartLine(part.kind, part.text or "", part.addition, name, part.said_at))
    return {request_id: tuple(lines) for request_id, lines in found.items()}


def keep(work: Work, request: ResearchRequest, answer: ResearchAnswer, released: bool) -> None:
    """Keep what an answer says beside its facts in the place of what it said before. Completes an answer."""
    for before in work.session.scalars(select(ResearchPart).where(
            ResearchPart.request_id == request.id, ResearchPart.addition.is_(False))):
        work.session.delete(before)
    for kind, text in answer.parts.items():
        put(work, request, kind, text, released, addition=False)


def put(work: Work, request: ResearchRequest, kind: InformationKind, text: str, released: bool,
        addition: bool) -> ResearchPart:
    row = ResearchPart(
        panel_id=request.panel_id, case_id=request.case_id, request_id=request.id, agency_id=request.agency_id,
        kind=kind, text=text, released=released, addition=addition, said_by_id=work.actor.user_id, said_at=work.now)
    work.session.add(row)
    return row
