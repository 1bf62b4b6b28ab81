"""A form that is sent twice is answered twice and carried out once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clinic.models.account import Submission

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def claim(session: Session, user_id: UUID, form_key: str, now: datetime) -> str | None:
    """Take the form's key for this work; return the first one's answer if it was taken before.

    The second of two at the same moment waits here until the first has ended.
    """
    insert = _INSERT[session.get_bind().dialect.name]
    taken = session.execute(
        insert(Submission).values(user_id=user_id, form_key=form_key, answer="", at=now)
        .on_conflict_do_nothing()
        .returning(Submission.form_key)
    ).scalar()
    if taken is not None:
        return None
    return session.scalar(
        select(Submission.answer).where(Submission.user_id == user_id, Submission.form_key == form_key)
    ) or "/"


def answer(session: Session, user_id: UUID, form_key: str, url: str) -> None:
    """Keep where the first one was sent on to."""
    session.execute(
        update(Submission).where(Submission.user_id == user_id, Submission.form_key == form_key).values(answer=url),
        execution_options={"exempt": True, "synchronize_session": False},
    )
