"""What became of letters: waiting, taken by the relay, failed. And whether the timer that sends them lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from clinic.domain.audit import AuditVerb
from clinic.domain.letters import LetterKind
from clinic.domain.pages import Pages
from clinic.models.account import User
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy import post as policy
from clinic.services import heartbeat
from clinic.services.work import Work

# Longer than any of these, and somebody should look.
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_SILENCE = timedelta(minutes=5)
_WAITING = (PostStatus.QUEUED, PostStatus.SENDING, PostStatus.RETRY)


class Standing(StrEnum):
    """What a list of letters may be cut to."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    FAILED = "failed"


_STATUSES = {
    Standing.WAITING: _WAITING,
    Standing.ACCEPTED: (PostStatus.ACCEPTED,),
    Standing.FAILED: (PostStatus.FAILED,),
}


@dataclass(frozen=True, slots=True)
class LetterLine:
    """`to` is a person's name, or the address of a contact without an account."""

    kind: LetterKind
    to: str
    status: PostStatus
    attempts: int
    queued_at: datetime
    accepted_at: datetime | None
    last_reply: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """`oldest` is the letter that has waited longest; `beat` when the timer was last alive."""

    lines: tuple[LetterLine, ...]
    pages: Pages
    standing: Standing | None
    waiting: int
    failed: int
    oldest: datetime | None
    beat: datetime | None
    is_slow: bool
    is_silent: bool


def page(work: Work, standing: Standing | None = None, number: int = 1) -> PostPage:
    """Show the letters that the actor may know of, the latest first."""
    work.require(policy.may_list)
    visible = policy.visible_to(work.actor)
    waiting, failed, oldest = _state(work, visible)
    rows, total = _lines(work, visible, standing, number)
    beat = heartbeat.last(work.session, "timer")
    work.record(AuditVerb.VIEW, "Post", page=number)
    return PostPage(
        rows, Pages(number, total), standing, waiting, failed, oldest, beat,
        oldest is not None and work.now - oldest > LONGEST_WAIT,
        beat is None or work.now - beat > LONGEST_SILENCE,
    )


def _state(work: Work, visible: ColumnElement[bool]) -> tuple[int, int, datetime | None]:
    counts = {
        status: (count, oldest)
        for status, count, oldest in work.session.execute(
            select(QueuedLetter.status, func.count(), func.min(QueuedLetter.queued_at))
            .where(visible, QueuedLetter.status.in_([*_WAITING, PostStatus.FAILED]))
            .group_by(QueuedLetter.status)
        )
    }
    waiting = [counts[status] for status in _WAITING if status in counts]
    return (
        sum(count for count, _ in waiting), counts.get(PostStatus.FAILED, (0, None))[0],
        min((oldest for _, oldest in waiting), default=None),
    )


def _lines(work: Work, visible: ColumnElement[bool], standing: Standing | None,
           number: int) -> tuple[tuple[LetterLine, ...], int]:
    which = [visible] if standing is None else [visible, QueuedLetter.status.in_(_STATUSES[standing])]
    pages = Pages(number, 0)
    rows = work.session.execute(
        select(QueuedLetter, User.name, func.count().over())
        .outerjoin(User, User.id == QueuedLetter.user_id)
        .where(*which)
        .order_by(QueuedLetter.queued_at.desc(), QueuedLetter.id)
        .limit(pages.size).offset((number - 1) * pages.size)
    ).all()
    lines = tuple(
        LetterLine(letter.kind, name or letter.address, letter.status, letter.attempts, letter.queued_at,
                   letter.accepted_at, letter.last_reply)
        for letter, name, _ in rows
    )
    return lines, rows[0][2] if rows else 0
