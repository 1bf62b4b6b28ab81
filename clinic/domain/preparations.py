"""What somebody has to do before a meeting: which lines their page has, in the order of who they are there.

Pure rules. A person in two parts finds the lines of both, and none twice: it is told as in the part that comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum

from clinic.domain.actors import CHAIRS, SPEAKERS, TRIAGERS, MembershipRole
from clinic.domain.panels import TaskKind


class Part(StrEnum):
    """Who somebody is before a meeting; the words of a line are theirs."""

    COORDINATOR = "coordinator"
    CHAIR = "chair"
    WRITER = "writer"
    SPEAKER = "speaker"
    OBSERVER = "observer"


class LineState(StrEnum):
    """How far a line is."""

    TO_DO = "to_do"
    DONE = "done"
    #: something else has to come first
    NOT_YET = "not_yet"


_PLAYED_BY = {
    Part.COORDINATOR: TRIAGERS,
    Part.CHAIR: CHAIRS,
    Part.WRITER: frozenset({MembershipRole.MINUTE_TAKER}),
    Part.SPEAKER: SPEAKERS,
    Part.OBSERVER: frozenset({MembershipRole.OBSERVER}),
}
_T = TaskKind
# What whoever comes to a meeting does for themselves stands first: papers open once the undertaking is given.
_LINES = {
    Part.COORDINATOR: (
        _T.NAME_MEMBERS, _T.PLAN_MEETINGS, _T.SIGN, _T.COME, _T.TRIAGE, _T.OFFERED, _T.CHASE_RESEARCH,
        _T.NAME_PRESENTERS, _T.ATTENDANCE, _T.BUILD, _T.PUBLISH, _T.UNDERTAKINGS, _T.INTERESTS, _T.OVERDUE,
        _T.CONFIRM, _T.WRITE_MINUTES, _T.SEND_MINUTES),
    Part.CHAIR: (
        _T.PLAN_MEETINGS, _T.SIGN, _T.COME, _T.ADDITIONS, _T.READ_AGENDA, _T.ATTENDANCE, _T.RED_CLOCKS, _T.OVERDUE,
        _T.APPROVE_MINUTES, _T.SEND_MINUTES),
    Part.WRITER: (_T.SIGN, _T.COME, _T.READ_AGENDA, _T.WRITE_MINUTES),
    Part.SPEAKER: (_T.SIGN, _T.COME, _T.RESEARCH, _T.PRESENT, _T.READ_AGENDA, _T.VIEWS, _T.ACTIONS),
    Part.OBSERVER: (_T.SIGN, _T.READ_AGENDA),
}
# A line of the meeting that says what is counted besides, of all meetings of the panel or of all days.
SAYS_TOO = {_T.NAME_PRESENTERS: _T.PRESENTERS, _T.RED_CLOCKS: _T.CLOCKS}


def lines_for(roles: Collection[MembershipRole]) -> dict[TaskKind, Part]:
    """Return the lines of whoever holds these roles, in order, each with the part in whose words it is told."""
    found: dict[TaskKind, Part] = {}
    for part in _parts(roles):
        for kind in _LINES[part]:
            found.setdefault(kind, part)
    return found


def _parts(roles: Collection[MembershipRole]) -> Iterator[Part]:
    return (part for part, played_by in _PLAYED_BY.items() if not played_by.isdisjoint(roles))
