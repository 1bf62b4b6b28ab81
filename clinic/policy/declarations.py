"""Who gives a meeting's undertaking of confidentiality, who owes it, and who sees who has given it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false

from clinic.domain.actors import RUNNERS, Actor, SystemActor
from clinic.domain.declarations import DeclarationKind
from clinic.models.declaration import Declaration
from clinic.models.meeting import Meeting
from clinic.models.panel import PanelRules
from clinic.policy.agenda import READERS


def may_sign(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Whoever reads the meeting's papers, observers too."""
    return actor.holds(meeting.panel_id, READERS)


def may_see_signed(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Coordinator, chair and deputy chair see who has signed and who has not."""
    return actor.holds(meeting.panel_id, RUNNERS)


def owed_by(
    actor: Actor | SystemActor, panel_id: Any = Meeting.panel_id, meeting_id: Any = Meeting.id
) -> ColumnElement[bool]:
    """Return the condition that a meeting's papers stay shut to the actor until they have signed.

    Its panel asks for it, and they have not. Whoever reads no papers owes nothing: what they may is said elsewhere.
    """
    if isinstance(actor, SystemActor):
        return false()
    asked = exists().where(PanelRules.panel_id == panel_id, PanelRules.undertaking_required)
    signed = exists().where(
        Declaration.meeting_id == meeting_id, Declaration.user_id == actor.user_id,
        Declaration.kind == DeclarationKind.CONFIDENTIALITY,
    )
    return and_(panel_id.in_(list(actor.panels(*READERS))), asked, ~signed)
