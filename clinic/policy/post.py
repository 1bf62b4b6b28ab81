"""Who sees what became of letters: the coordinator those of own panels, without the cases closed to them.

A letter is listed when what it is about may be known: a meeting that is open to the reader, its
agenda or minutes, or a case-bound row that the wall lets through. A letter about anything else is
not listed, so that a new kind of letter is hidden until somebody has thought about it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from clinic.domain.actors import TRIAGERS, Actor, SystemActor
from clinic.domain.letters import LetterKind
from clinic.models.account import Membership, User
from clinic.models.action import Action
from clinic.models.agenda import Agenda
from clinic.models.case import Case
from clinic.models.clock import Clock
from clinic.models.meeting import Meeting
from clinic.models.minute import MinuteVersion
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.policy import cases, meetings
from clinic.policy.accounts import may_manage

Someone = Actor | SystemActor

ACCOUNT_KINDS = frozenset({LetterKind.ACCOUNT_INVITATION, LetterKind.PASSWORD_RESET})
OF_PANEL = (Meeting, MinuteVersion, Agenda)
OF_CASE = (Case, Nomination, Action, ResearchRequest, Clock)


def may_list(actor: Someone, *_: object) -> bool:
    return may_manage(actor)


def may_see(actor: Someone, letter: QueuedLetter, about: object | None) -> bool:
    """`about` is the row that the letter is about, as far as the actor's finder found it."""
    if letter.kind in ACCOUNT_KINDS:
        return letter.panel_id is None and may_manage(actor, about if isinstance(about, User) else None)
    if not actor.holds(letter.panel_id, TRIAGERS):
        return False
    if isinstance(about, OF_CASE):
        return cases.may_know(actor, about)
    if isinstance(about, Meeting):
        return meetings.may_see(actor, about)
    return isinstance(about, OF_PANEL) or letter.about_id is None


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return or_(_account_letters(actor), _panel_letters(actor))


def _account_letters(actor: Someone) -> ColumnElement[bool]:
    """Letters to administrators and auditors are the administrator's to see; one's own are nobody's business."""
    if not may_manage(actor):
        return false()
    official = aliased(User)
    of_office = exists().where(official.id == QueuedLetter.user_id, or_(official.system_admin, official.auditor))
    return and_(
        QueuedLetter.panel_id.is_(None), QueuedLetter.kind.in_(list(ACCOUNT_KINDS)),
        QueuedLetter.user_id != actor.user_id, true() if actor.system_admin else ~of_office,
    )


def _panel_letters(actor: Someone) -> ColumnElement[bool]:
    panels = list(actor.panels(*TRIAGERS))
    about = QueuedLetter.about_id
    return and_(QueuedLetter.panel_id.in_(panels), _agreed_is_known(actor), or_(
        about.is_(None),
        # An import tells of nominations in general: it names none.
        and_(QueuedLetter.kind == LetterKind.NOMINATION_RECEIVED, QueuedLetter.reference == ""),
        *(about.in_(_of_meetings(model).where(model.panel_id.in_(panels), meetings.visible_to(actor)))
          for model in OF_PANEL),
        *(about.in_(select(model.id).where(cases.known_to(actor, model))) for model in OF_CASE),
    ))


def _of_meetings(model: Any) -> Select:
    """Select the ids of meetings, or of what hangs on them."""
    return select(Meeting.id) if model is Meeting else select(model.id).join(Meeting, Meeting.id == model.meeting_id)


def _agreed_is_known(actor: Someone) -> ColumnElement[bool]:
    """Of the letters after a meeting, those to an agency all of whose actions are hidden would tell of them."""
    agreed, seat = aliased(Action), aliased(Membership)
    known = exists(
        select(agreed.id).join(seat, seat.agency_id == agreed.owner_agency_id).where(
            agreed.meeting_id == QueuedLetter.about_id, seat.panel_id == QueuedLetter.panel_id,
            seat.user_id == QueuedLetter.user_id, cases.known_to(actor, agreed),
        )
    )
    return or_(QueuedLetter.kind != LetterKind.ACTIONS_AGREED, known)
