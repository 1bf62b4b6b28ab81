"""What happened in a case, entry by entry: filtered, in pages, and as a pattern; and one entry with its versions.

Days and codes of a case stand open in its rows, so that the whole history is filtered and counted without opening
a text; only the entries of one page are opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from clinic.domain import incidents as rules
from clinic.domain.actors import Actor, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Answer
from clinic.domain.errors import NotFound
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import local_day
from clinic.domain.pages import Pages
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Incident
from clinic.policy import incidents as policy
from clinic.policy.once import ONCE, once
from clinic.services import cases, incidents, terms
from clinic.services.work import Work

SIZE = 50
_LATEST = 5
_ORDER = (Incident.happened_on.desc(), Incident.position.desc(), Incident.entered_at.desc(), Incident.id)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a timeline is cut down to; nothing = all that stands. `ended` shows what was corrected or taken back too."""

    agency_id: UUID | None = None
    behaviour: str = ""
    information: InformationKind | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, with the labels of its codes, and who says so."""

    id: UUID
    on: date
    what: str
    behaviours: tuple[str, ...]
    reported: Answer
    breach: Answer
    information: InformationKind | None
    agency: str
    by: str
    entered_at: datetime
    #: whether it corrects an earlier version
    corrects: bool
    ended_at: datetime | None
    ended_by: str
    why: str
    may_correct: bool


@dataclass(frozen=True, slots=True)
class TimelinePage:
    case_id: UUID
    reference: str
    lines: tuple[Line, ...]
    pages: Pages
    only: Filter
    #: of all that stands, whatever it is cut down to
    pattern: rules.Pattern
    behaviours: dict[str, str]
    agencies: tuple[tuple[UUID, str], ...]
    may_tell: bool
    today: date


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One incident, and its earlier versions, the latest first."""

    case_id: UUID
    reference: str
    line: Line
    said: rules.Incident
    earlier: tuple[Line, ...]
    behaviours: dict[str, str]


@dataclass(frozen=True, slots=True)
class Latest:
    """What a case's own page says of its history."""

    lines: tuple[Line, ...]
    total: int


def page(work: Work, case_id: UUID, only: Filter, number: int = 1) -> TimelinePage:
    """Return a page of a case's history to whoever may know of it. Five statements, however long it is."""
    case = cases.find(work, case_id)
    work.require(policy.may_read, case)
    behaviours = terms.labels(work.session, "behaviour", panel_id=case.panel_id)["behaviour"]
    rows = work.session.execute(
        select(Incident.id, Incident.happened_on, Incident.behaviours, Incident.agency_id, Agency.name,
               Incident.information, Incident.taken_back_at)
        .join(Agency, Agency.id == Incident.agency_id)
        .where(Incident.case_id == case.id, policy.visible_to(work.actor))
        .order_by(*_ORDER)
    ).all()
    standing = [row for row in rows if row.taken_back_at is None]
    wanted = [row.id for row in (rows if only.ended else standing) if _fits(row, only)]
    pages = Pages(number, len(wanted), SIZE)
    shown = wanted[(number - 1) * SIZE : number * SIZE]
    today = local_day(work.now)
    work.record(AuditVerb.VIEW, case, what="timeline")
    return TimelinePage(
        case.id, case.reference, _lines(work, shown, behaviours), pages, only,
        rules.pattern([(row.happened_on, row.behaviours) for row in standing], today), behaviours,
        tuple(sorted({row.agency_id: row.name for row in rows}.items(), key=lambda one: one[1])),
        policy.may_tell(work.actor, case), today)


def _fits(row: object, only: Filter) -> bool:
    return (
        (only.agency_id is None or row.agency_id == only.agency_id)
        and (not only.behaviour or only.behaviour in row.behaviours)
        and (only.information is None or row.information is only.information)
    )


def telling(work: Work, case_id: UUID) -> TimelinePage:
    """Return what the pages need that write down incidents, to whoever may."""
    found = page(work, case_id, Filter())
    work.require(policy.may_tell, cases.find(work, case_id))
    return found


def entry(work: Work, case_id: UUID, incident_id: UUID) -> EntryPage:
    """Return one incident with its earlier versions."""
    case = cases.find(work, case_id)
    row = work.session.scalar(
        select(Incident).where(Incident.id == incident_id, Incident.case_id == case.id, policy.visible_to(work.actor)))
    if row is None:
        raise NotFound
    work.require(policy.may_see, row)
    behaviours = terms.labels(work.session, "behaviour", panel_id=case.panel_id)["behaviour"]
    earlier = _earlier(work, row)
    lines = {line.id: line for line in _lines(work, [row.id, *earlier], behaviours)}
    work.record(AuditVerb.VIEW, row)
    return EntryPage(case.id, case.reference, lines[row.id], incidents.of_row(row),
                     tuple(lines[id_] for id_ in earlier if id_ in lines), behaviours)


def latest(work: Work, case_id: UUID, behaviours: dict[str, str]) -> Latest:
    """Return the last few entries of a case that the reader knows, and how many there are. One statement."""
    rows = work.session.execute(_latest(work.actor), {"case_id": case_id}).all()
    return Latest(tuple(_line(work, *row[:4], behaviours) for row in rows), rows[0][4] if rows else 0)


@once
def _latest(actor: Actor | SystemActor) -> Select:
    """Select the last few, each with how many there are: counted apart, so that no other is read whole."""
    standing = and_(Incident.case_id == bindparam("case_id"), Incident.taken_back_at.is_(None),
                    policy.visible_to(actor))
    total = select(func.count(Incident.id)).where(standing).scalar_subquery()
    last = select(Incident.id).where(standing).order_by(*_ORDER).limit(_LATEST)
    return _told().add_columns(total).where(Incident.id.in_(last)).order_by(*_ORDER).execution_options(**ONCE)


def _earlier(work: Work, row: Incident) -> list[UUID]:
    """Return the ids of the versions before this one, the latest first; `_lines` cuts them. One statement."""
    before = (select(Incident.id, Incident.replaces_id).where(Incident.id == row.replaces_id)
              .cte("before", recursive=True))
    further = aliased(Incident)
    before = before.union_all(select(further.id, further.replaces_id).where(further.id == before.c.replaces_id))
    return list(work.session.scalars(
        select(Incident.id).where(Incident.id.in_(select(before.c.id)))
        .order_by(Incident.taken_back_at.desc(), Incident.id)))


def _lines(work: Work, ids: Iterable[UUID], behaviours: dict[str, str]) -> tuple[Line, ...]:
    """Return entries in the order of their ids. One statement."""
    ids = list(ids)
    rows = {row[0].id: row for row in work.session.execute(
        _told().where(Incident.id.in_(ids), policy.visible_to(work.actor)))}
    return tuple(_line(work, *rows[id_], behaviours) for id_ in ids if id_ in rows)


def _told() -> Select:
    """Select entries with the agency that says so, who wrote them down, and who ended them."""
    ender = aliased(User)
    return (select(Incident, Agency.name, User.name, ender.name).join(Agency, Agency.id == Incident.agency_id)
            .join(User, User.id == Incident.entered_by_id).outerjoin(ender, ender.id == Incident.taken_back_by_id))


def _line(work: Work, row: Incident, agency: str, by: str, ended_by: str | None, behaviours: dict[str, str]) -> Line:
    return Line(
        row.id, row.happened_on, row.what or "", tuple(behaviours.get(code, code) for code in row.behaviours),
        row.reported, row.breach, row.information, agency, by, row.entered_at, row.replaces_id is not None,
        row.taken_back_at, ended_by or "", row.why or "",
        row.taken_back_at is None and policy.may_correct(work.actor, row))
