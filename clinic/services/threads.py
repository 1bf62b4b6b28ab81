"""The thread of a nomination: what the panel asked and decided, what the agency answered, and what either noted.

Lines are added and never changed. Whoever may see the nomination reads all of them, so
nothing belongs here that its agency must not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain import nominations as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.letters import LetterKind
from clinic.domain.nominations import MessageKind
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.nomination import Nomination, NominationMessage
from clinic.policy import nominations as policy
from clinic.services import nomination_letters, nominations
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Line:
    """`by` and `agency` are empty where the timer did it."""

    kind: MessageKind
    at: datetime
    by: str
    agency: str
    text: str


def of(work: Work, nomination: Nomination) -> tuple[Line, ...]:
    """Return a nomination's thread, the first line first. One statement; whoever calls it may see the nomination."""
    rows = work.session.execute(
        select(NominationMessage, User.name, Agency.name)
        .outerjoin(User, User.id == NominationMessage.by_id)
        .outerjoin(Agency, Agency.id == NominationMessage.agency_id)
        .where(NominationMessage.nomination_id == nomination.id)
        .order_by(NominationMessage.at, NominationMessage.id)
    )
    return tuple(Line(row.kind, row.at, by or "", agency or "", row.text or "") for row, by, agency in rows)


def note(work: Work, nomination_id: UUID, text: str) -> str:
    """Say something to the other side, and tell them that there is something to read; return the reference."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_see, nomination)
    rules.check_note(text)
    message = nominations.say(work, nomination, MessageKind.NOTE, text)
    work.session.flush()
    work.record(AuditVerb.CREATE, message)
    # Notes of the same minute are one piece of news.
    revision = int(work.now.timestamp()) // 60
    if policy.may_triage(work.actor, nomination):
        nomination_letters.tell_agency(work, nomination, LetterKind.NOMINATION_NOTED, revision)
    else:
        nomination_letters.tell_coordinators(work, nomination, LetterKind.NOMINATION_NOTED, revision)
    return nomination.reference
