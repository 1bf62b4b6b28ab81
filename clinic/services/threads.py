"""The thread of a nomination: what the panel asked and decided, what the agency answered, and what either noted.

Lines are added and never changed. Whoever may see the nomination reads all of them, so
nothing belongs here that its agency must not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain.actors import Actor, SystemActor
from clinic.domain.nominations import MessageKind
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.nomination import Nomination, NominationMessage
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


def say(work: Work, nomination: Nomination, kind: MessageKind, text: str = "") -> NominationMessage:
    """Add a line to the nomination's thread. Asks no permission of its own: it completes what somebody did."""
    message = NominationMessage(
        panel_id=nomination.panel_id, case_id=nomination.case_id, nomination_id=nomination.id,
        by_id=work.actor.user_id, agency_id=_voice(work.actor, nomination), at=work.now, kind=kind, text=text.strip(),
    )
    work.session.add(message)
    return message


def _voice(actor: Actor | SystemActor, nomination: Nomination) -> UUID | None:
    """Return the agency that the actor speaks for here: the one that nominated, if that is one of theirs."""
    own = actor.agencies(nomination.panel_id)
    return nomination.agency_id if nomination.agency_id in own else actor.agency_id
