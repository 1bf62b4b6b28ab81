"""Rows of a file held against what is here, and put in. Nothing here queries per row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinic.domain import drafts
from clinic.domain import imports as rules
from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor
from clinic.domain.audit import AuditVerb
from clinic.domain.faults import Fault
from clinic.domain.imports import Grounds, Line, PanelGround, Reading
from clinic.domain.meetings import local_day
from clinic.domain.panels import PanelType
from clinic.models.account import Membership
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel, Term
from clinic.services import intake, references
from clinic.services.work import Work

Pair = tuple[UUID | None, str]


@dataclass(frozen=True, slots=True)
class Good:
    line: Line
    reading: Reading


@dataclass(frozen=True, slots=True)
class Sorted:
    """What would become of some rows: those that go in, how many are here already, those to mend."""

    good: tuple[Good, ...]
    known: int
    bad: tuple[Line, ...]


def sort(session: Session, grounds: Grounds, lines: Iterable[Line], seen: dict[Pair, int]) -> Sorted:
    """Read each row and say what becomes of it. One statement.

    `seen` holds which row of the file was the first with its agency and reference, and is added to.
    """
    read = [Good(line, rules.read(line.cells, grounds)) for line in lines]
    here = _references(session, {one.reading.source_reference for one in read})
    good, known, bad = [], 0, []
    for one in read:
        pair = (one.reading.agency_id, one.reading.source_reference)
        if one.reading.faults:
            bad.append(replace(one.line, faults=one.reading.faults))
        elif pair in here:
            known += 1
        elif seen.setdefault(pair, one.line.number) != one.line.number:
            twin = f"Row {seen[pair]} of this file has the same agency and reference: give each nomination its own."
            bad.append(replace(one.line, faults=(Fault("source_reference", twin),)))
        else:
            good.append(one)
    return Sorted(tuple(good), known, tuple(bad))


def _references(session: Session, wanted: set[str]) -> set[tuple[UUID, str]]:
    """Return which references are taken, and by which agency.

    Round the wall on purpose, as the unique constraint is: what is there is there.
    """
    columns = Nomination.__table__.c
    return set(session.execute(
        select(columns.agency_id, columns.source_reference).where(columns.source_reference.in_(list(wanted)))
    ))


def grounds(session: Session, actor: Actor, now: datetime) -> Grounds:
    """Return what rows are held against. A panel that the actor does not coordinate is an unknown panel."""
    today = local_day(now)
    own = list(actor.panels(*TRIAGERS))
    found = session.scalars(select(Panel).where(Panel.id.in_(own))).all()
    codes = _codes(session, found)
    agencies = session.execute(select(Agency.name, Agency.id).where(Agency.active))
    members = session.execute(select(Membership.panel_id, Membership.agency_id).distinct().where(
        Membership.panel_id.in_(own), Membership.role.in_(list(SPEAKERS | TRIAGERS)), Membership.valid_from <= today,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
    ))
    return Grounds(
        today, {p.name.casefold(): PanelGround(p.id, p.type, codes[p.id]) for p in found},
        {name.casefold(): id_ for name, id_ in agencies}, frozenset((panel, agency) for panel, agency in members),
    )


def _codes(session: Session, found: Sequence[Panel]) -> dict[UUID, dict[str, set[str]]]:
    """Return the codes that each panel knows, by coded field. One statement for all of them."""
    lists = {p.id: drafts.lists_for(p.type) if p.type is not PanelType.CPS_SCRUTINY_PANEL else {} for p in found}
    wanted = {list_ for named in lists.values() for list_ in named.values()}
    rows = session.execute(
        select(Term.list, Term.code, Term.panel_id).where(Term.list.in_(list(wanted)), Term.active)
    ).all()
    return {
        panel_id: {name: {code for held, code, owner in rows if held == list_ and owner in (None, panel_id)}
                   for name, list_ in named.items()}
        for panel_id, named in lists.items()
    }


def fresh(session: Session, good: Sequence[Good], now: datetime) -> list[str]:
    """Return a reference for each row that goes in. One statement."""
    return references.fresh_many(session, "PM", Case.reference, now, len(good))


def take_in(work: Work, good: Sequence[Good], made: Sequence[str]) -> list[Nomination]:
    """Add the rows' nominations. The caller has asked, and records what became of the file."""
    added = [
        intake.take_in(work, one.reading.panel_id, one.reading.agency_id, one.reading.draft, reference,
                       _sent_at(one.reading.submitted_on, work.now), one.reading.source_reference)
        for one, reference in zip(good, made, strict=True)
    ]
    for nomination in added:
        work.record(AuditVerb.IMPORT, nomination)
    return added


def _sent_at(day: date, now: datetime) -> datetime:
    """Return noon of the day on which the agency sent it; files name no hour."""
    return min(datetime.combine(day, time(12), UTC), now)
