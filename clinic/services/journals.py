"""Reading the journal of one case: who opened or changed it, the latest first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.audit import AuditVerb
from clinic.domain.pages import Pages
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.audit import AuditEvent
from clinic.policy import cases as policy
from clinic.services import cases
from clinic.services.work import Work

SIZE = 50


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One event. `by` is a person, or the part of the system that acted."""

    seq: int
    at: datetime
    verb: AuditVerb
    by: str
    agency: str
    what: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JournalPage:
    case_id: UUID
    reference: str
    lines: tuple[JournalLine, ...]
    pages: Pages


def of_case(work: Work, case_id: UUID, number: int = 1) -> JournalPage:
    """Return a page of what was done to a case and with what belongs to it, to those who run the panel."""
    case = cases.find(work, case_id)
    work.require(policy.may_read_journal, case)
    rows = work.session.execute(
        select(AuditEvent, User.name, Agency.name, func.count().over().label("total"))
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .outerjoin(Agency, Agency.id == AuditEvent.agency_id)
        .where(AuditEvent.case_id == case.id)
        .order_by(AuditEvent.seq.desc()).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    work.record(AuditVerb.VIEW, case, what="journal")
    return JournalPage(case.id, case.reference, tuple(_line(*row[:3]) for row in rows),
                       Pages(number, rows[0].total if rows else 0, SIZE))


def _line(event: AuditEvent, person: str | None, agency: str | None) -> JournalLine:
    fields = event.detail.get("fields", [])
    return JournalLine(event.seq, event.at, event.verb, person or event.system or "somebody", agency or "",
                       _words(event.object_type), tuple(fields) if isinstance(fields, list) else ())


def _words(kind: str) -> str:
    """Return the name of a table's rows as words: SafeContact becomes Safe contact."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).capitalize()
