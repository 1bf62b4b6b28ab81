"""Writing down what happened in a case, and putting it right by another version: nothing is overwritten.

What an undecided nomination tells is its agency's to change, in the nomination.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from clinic.domain import incidents as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.clocks import ClockKind
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.meetings import local_day
from clinic.domain.nominations import EDITABLE
from clinic.models.case import Case, Incident, Person
from clinic.models.clock import Clock
from clinic.models.nomination import Nomination
from clinic.models.order import Breach
from clinic.policy import incidents as policy
from clinic.services import cases, clocks, nominations, terms
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: how many entries are new, and the earlier day of the limit where it moved back to one."""

    new: int
    earlier_limit: date | None = None


def tell(work: Work, case_id: UUID, said: Sequence[rules.Incident]) -> Told:
    """Write down incidents for the actor's agency. What stands there already is passed over."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_tell, case)
    _check(work, case, said)
    agency_id = nominations.agency_for(work, case.panel_id)
    known = _known(work, case.id, agency_id)
    new = [one for one in dict.fromkeys(replace(one, id=None) for one in said) if _gist(one) not in known]
    if not said or (len(said) == 1 and not new):
        raise RuleBroken("Your agency has written this down already.", "what")
    if len(known) + len(new) > rules.MOST * 4:
        raise RuleBroken(f"An agency writes down {rules.MOST * 4:,} incidents of a case at most.")
    rows = [_row(work, case, agency_id, one, place) for place, one in enumerate(new)]
    work.session.add_all(rows)
    work.session.flush()
    work.record(AuditVerb.CREATE, "Incident", panel_id=case.panel_id, case_id=case.id, incidents=[r.id for r in rows])
    return Told(len(rows), _settle(work, case))


def correct(work: Work, case_id: UUID, incident_id: UUID, said: rules.Incident, why: str) -> Told:
    """Let another version stand for an incident. The earlier one stays to be read, with why it was wrong."""
    case, row = _found(work, case_id, incident_id)
    rules.check_correction(of_row(row), said, why)
    if row.nomination_id is not None:
        rules.check_open(said)
    _check(work, case, [said])
    _end(work, row, why)
    new = _row(work, case, row.agency_id, said, row.position)
    new.nomination_id, new.replaces_id = row.nomination_id, row.id
    work.session.add(new)
    work.session.flush()
    work.record(AuditVerb.UPDATE, new, replaces=row.id)
    return Told(1, _settle(work, case))


def take_back(work: Work, case_id: UUID, incident_id: UUID, why: str) -> Told:
    """Take back an incident that should not stand there. It stays to be read, and counts for nothing."""
    case, row = _found(work, case_id, incident_id)
    rules.check_reason(why)
    _end(work, row, why)
    work.session.flush()
    work.record(AuditVerb.REVOKE, row, fields=["taken_back_at"])
    return Told(0, _settle(work, case))


def of_row(row: Incident) -> rules.Incident:
    """Return what a row says."""
    return rules.Incident(row.happened_on, row.what or "", tuple(row.behaviours), row.reported, row.breach,
                          row.information, row.id)


def _found(work: Work, case_id: UUID, incident_id: UUID) -> tuple[Case, Incident]:
    case = cases.find(work, case_id, lock=True)
    row = work.session.scalar(
        select(Incident).where(Incident.id == incident_id, Incident.case_id == case.id, policy.visible_to(work.actor)))
    if row is None:
        raise NotFound
    work.require(policy.may_correct, row)
    if row.taken_back_at is not None:
        raise RuleBroken("Somebody has corrected this or taken it back already: load the page again.")
    if work.session.scalar(select(Breach.id).where(Breach.incident_id == row.id, Breach.taken_back_at.is_(None))):
        raise RuleBroken("This is the breach of an order: it is put right among the orders.")
    said = work.session.get(Nomination, row.nomination_id) if row.nomination_id else None
    if said is not None and said.status in EDITABLE:
        raise RuleBroken("This stands in a nomination that nobody has decided on: its agency changes it there.")
    return case, row


def _check(work: Work, case: Case, said: Collection[rules.Incident]) -> None:
    today, codes = local_day(work.now), terms.labels(work.session, "behaviour", panel_id=case.panel_id)["behaviour"]
    born_on = min((victim.born_on for victim in work.session.scalars(
        select(Person).where(Person.case_id == case.id, Person.kind == PartyKind.VICTIM)) if victim.born_on),
        default=None)
    for one in said:
        rules.check(one, today, codes)
        rules.check_age(one, born_on)


def _known(work: Work, case_id: UUID, agency_id: UUID) -> set[tuple]:
    rows = work.session.scalars(select(Incident).where(
        Incident.case_id == case_id, Incident.agency_id == agency_id, Incident.taken_back_at.is_(None)))
    return {_gist(of_row(row)) for row in rows}


def _gist(incident: rules.Incident) -> tuple[date, str]:
    return incident.on, " ".join(incident.what.split()).casefold()


def _row(work: Work, case: Case, agency_id: UUID, said: rules.Incident, position: int) -> Incident:
    return Incident(
        panel_id=case.panel_id, case_id=case.id, agency_id=agency_id, happened_on=said.on, what=said.what.strip(),
        behaviours=list(said.behaviours), reported=said.reported, breach=said.breach, information=said.information,
        position=position, entered_by_id=work.actor.user_id, entered_at=work.now)


def _end(work: Work, row: Incident, why: str) -> None:
    row.taken_back_at, row.taken_back_by_id, row.why = work.now, work.actor.user_id, why.strip()


def _settle(work: Work, case: Case) -> date | None:
    """Let the clocks follow, and return the limit's new day where it is earlier than it was."""
    before = _limit(work, case.id)
    clocks.settle(work, [case.id])
    after = _limit(work, case.id)
    return after if before is not None and after is not None and after < before else None


def _limit(work: Work, case_id: UUID) -> date | None:
    return work.session.scalar(select(Clock.due_on).where(
        Clock.case_id == case_id, Clock.kind == ClockKind.SUMMARY_LIMIT, Clock.ended_at.is_(None)))
