"""Which files of a panel's cases are to be flagged, which no longer, and what an agency has flagged of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from clinic.domain import flags as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import local_day, moment
from clinic.domain.nominations import NominationStatus
from clinic.domain.pages import SIZE, Pages
from clinic.models.case import Case
from clinic.models.flag import Flag
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import cases as case_policy
from clinic.policy import flags as policy
from clinic.policy import panels as panel_policy
from clinic.services import cases, matches, nominations, panels
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work

HEADER = ("Reference", "Your number", "Referred on", "Flag until", "Flagged on", "What to do")
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A case whose file is flagged, or no longer: `until` is the flag's last day.

    `again_on` is when the same pair was referred later, in another case that the reader knows: the flag stays up.
    """

    case_id: UUID
    reference: str
    status: CaseStatus
    referred_on: date
    until: date
    again_on: date | None
    identifier: str
    set_at: datetime | None
    may_flag: bool


@dataclass(frozen=True, slots=True)
class FlagsPage:
    id: UUID
    name: str
    lines: tuple[Line, ...]
    pages: Pages
    lapsed: bool
    months: int
    may_run: bool
    keeps_desk: bool


@dataclass(frozen=True, slots=True)
class FlagPage:
    """What the page needs on which an agency flags its file of one case."""

    case_id: UUID
    reference: str
    panel_id: UUID
    identifier: str
    set_at: datetime | None


def of_panel(work: Work, panel_id: UUID, lapsed: bool, number: int = 1) -> FlagsPage:
    """Return a page of flags that are up, or of those that have run out, of the cases that the reader knows."""
    panel, months = _panel(work, panel_id)
    rows = work.session.execute(
        _listed(work, panel, months, lapsed).add_columns(func.count().over())
        .limit(SIZE).offset((number - 1) * SIZE)).all()
    lines = _lines(work, rows, months, lapsed)
    work.record(AuditVerb.VIEW, "Flag", panel_id=panel.id, shown=[line.case_id for line in lines])
    return FlagsPage(panel.id, panel.name, lines, Pages(number, rows[0][-1] if rows else 0), lapsed, months,
                     panel_policy.may_run(work.actor, panel), panels.keeps_desk(work, panel))


def table(work: Work, panel_id: UUID, lapsed: bool) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Return a whole list to be taken away: references and the agency's own numbers, and nothing of anybody."""
    panel, months = _panel(work, panel_id)
    rows = work.session.execute(_listed(work, panel, months, lapsed).limit(MOST)).all()
    lines = _lines(work, rows, months, lapsed)
    work.record(AuditVerb.EXPORT, "Flag", panel_id=panel.id, shown=[line.case_id for line in lines])
    return HEADER, [
        (line.reference, line.identifier, line.referred_on.isoformat(), line.until.isoformat(),
         local_day(line.set_at).isoformat() if line.set_at else "", _to_do(line, lapsed)) for line in lines]


def _to_do(line: Line, lapsed: bool) -> str:
    if line.again_on is not None and lapsed:
        return f"Leave it up: referred again on {line.again_on.isoformat()}"
    if lapsed:
        return "Take the flag down"
    return "Nothing" if line.set_at else "Put the flag up"


def flag_page(work: Work, case_id: UUID) -> FlagPage:
    """Return what an agency has flagged of a case."""
    case = cases.find(work, case_id)
    work.require(policy.may_flag, case)
    row = _own(work, case)
    work.record(AuditVerb.VIEW, case, what="flag")
    return FlagPage(case.id, case.reference, case.panel_id, (row.identifier or "") if row else "",
                    row.set_at if row else None)


def put_up(work: Work, case_id: UUID, identifier: str) -> None:
    """Write down that the actor's agency has flagged its file, under this number. A new number is another flag."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_flag, case)
    rules.check(identifier)
    row = _own(work, case)
    if row is not None:
        if row.identifier == identifier.strip():
            raise RuleBroken("Your agency has flagged this file under this number already.", "identifier")
        row.lifted_at, row.lifted_by_id = work.now, work.actor.user_id
    new = Flag(panel_id=case.panel_id, case_id=case.id, agency_id=nominations.agency_for(work, case.panel_id),
               identifier=identifier.strip(), set_at=work.now, set_by_id=work.actor.user_id)
    work.session.add(new)
    work.session.flush()
    work.record(AuditVerb.CREATE, new)


def take_down(work: Work, case_id: UUID) -> None:
    """Write down that the actor's agency has taken the flag off its file."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_flag, case)
    row = _own(work, case)
    if row is None:
        raise RuleBroken("Your agency has no flag up on this case.")
    row.lifted_at, row.lifted_by_id = work.now, work.actor.user_id
    work.record(AuditVerb.REVOKE, row, fields=["lifted_at"])


def _own(work: Work, case: Case) -> Flag | None:
    return work.session.scalar(select(Flag).where(
        Flag.case_id == case.id, Flag.agency_id == nominations.agency_for(work, case.panel_id),
        Flag.lifted_at.is_(None)))


def _panel(work: Work, panel_id: UUID) -> tuple[Panel, int]:
    panel = panels.find(work, panel_id)
    work.require(policy.may_list, panel)
    return panel, panels.rules_of(work.session, panel.id).repeat_window_months


def _listed(work: Work, panel: Panel, months: int, lapsed: bool) -> Select:
    """Select cases with their latest referral and the reader's own flag: those next to run out first."""
    start = moment(rules.since(local_day(work.now), months), time(0))
    referred = Nomination.submitted_at
    mine = and_(Flag.case_id == Case.id, Flag.lifted_at.is_(None), policy.visible_to(work.actor))
    return (
        select(Case, referred, Flag).select_from(Case)
        .join(Nomination, and_(Nomination.case_id == Case.id, Nomination.id == latest_nomination(Case.id)))
        .outerjoin(Flag, mine)
        .where(Case.panel_id == panel.id, Nomination.status == NominationStatus.ACCEPTED,
               case_policy.visible_to(work.actor), referred < start if lapsed else referred >= start)
        .order_by(referred.desc() if lapsed else referred, Case.reference, Flag.id)
    )


def _lines(work: Work, rows: Sequence[Any], months: int, lapsed: bool) -> tuple[Line, ...]:
    again = _again(work, [row.Case.id for row in rows])
    found = {}
    for row in rows:
        case, referred_on = row.Case, local_day(row.submitted_at)
        later = again.get(case.id)
        later = later if later is not None and later > referred_on else None
        found[case.id] = Line(
            case.id, case.reference, case.status, referred_on, rules.until(later or referred_on, months), later,
            (row.Flag.identifier or "") if row.Flag else "", row.Flag.set_at if row.Flag else None,
            policy.may_flag(work.actor, case))
    return tuple(found.values())


def _again(work: Work, case_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return when the pair of each case was last referred in another case that the reader knows. Two statements.

    The links are cut by what the reader may know of both cases; here are no others.
    """
    pairs = matches.linked_pairs(work, case_ids)
    others = set().union(*pairs.values()) if pairs else set()
    last = {row.case_id: local_day(row.last) for row in work.session.execute(
        select(Nomination.case_id, func.max(Nomination.submitted_at).label("last"))
        .where(Nomination.case_id.in_(others), Nomination.status == NominationStatus.ACCEPTED)
        .group_by(Nomination.case_id))}
    return {case_id: max(last[other] for other in found if other in last)
            for case_id, found in pairs.items() if any(other in last for other in found)}
