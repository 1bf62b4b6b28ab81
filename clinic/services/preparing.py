"""What somebody has to do before the next meeting of a panel, line by line: one function tells one line.

Which lines somebody has, and in which order, `domain.preparations` says. What waits anyway comes as it was counted in
`services.tasks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from clinic.domain.agenda import AgendaStatus
from clinic.domain.attendance import WARNED_BEFORE
from clinic.domain.entries import DeadlineKind
from clinic.domain.meetings import local_day, working_days_after, working_days_before
from clinic.domain.panels import TaskKind
from clinic.domain.preparations import SAYS_TOO, LineState, Part, lines_for
from clinic.domain.presenting import DAYS_BEFORE
from clinic.services import expectations
from clinic.services.preparations import Preparations
from clinic.services.tasks import Task

# So many agencies are named, where many owe something.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do. `task` says how much of it is left; `said` is what else there is to know, in a sentence."""

    task: Task
    state: LineState = LineState.TO_DO
    said: str = ""
    part: Part | None = None

    @property
    def is_late(self) -> bool:
        return self.state is LineState.TO_DO and bool(self.task.late)


def lines(found: Preparations) -> tuple[tuple[Line, ...], tuple[Task, ...]]:
    """Return the lines of the actor's parts, in order, and what else waits for them."""
    by_kind: dict[TaskKind, list[Task]] = {}
    for task in found.waiting:
        by_kind.setdefault(task.kind, []).append(task)
    mine = lines_for({seat.role for seat in found.actor.seats if seat.panel_id == found.panel.id})
    told = tuple(replace(line, part=part) for kind, part in mine.items()
                 for line in _told(kind, found, by_kind.get(kind, ())))
    said = mine.keys() | {SAYS_TOO[line.task.kind] for line in told if line.task.kind in SAYS_TOO}
    return told, tuple(task for kind, tasks in by_kind.items() if kind not in said for task in tasks)


def _told(kind: TaskKind, found: Preparations, waiting: Iterable[Task]) -> Iterator[Line]:
    yield from (Line(_dated(task, found)) for task in waiting)
    if kind in _OF_MEETING and found.is_planned or kind in _OF_PANEL:
        line = (_OF_MEETING.get(kind) or _OF_PANEL[kind])(found)
        if line is not None:
            yield line


def _dated(task: Task, found: Preparations) -> Task:
    """Return a task with the day by which the panel's rules want it, where it has none of its own."""
    rules, closed = found.rules, found.holidays
    if task.since is not None:
        return replace(task, due_on=working_days_after(local_day(task.since), rules.triage_due_days, closed))
    if task.kind in _MINUTES:
        due_on = working_days_after(local_day(task.meeting_at), rules.minutes_due_days, closed)
        return replace(task, due_on=due_on, late=int(due_on < found.today))
    if task.kind is TaskKind.PRESENT and found.is_planned:
        return replace(task, due_on=working_days_before(found.day, DAYS_BEFORE, closed))
    return task


_MINUTES = frozenset({TaskKind.WRITE_MINUTES, TaskKind.APPROVE_MINUTES, TaskKind.SEND_MINUTES})


def _line(found: Preparations, kind: TaskKind, due_on: date | None, left: int, said: str = "",
          late: int | None = None) -> Line:
    """Return a line that is done once nothing of it is left; all that is left is late once its day is over."""
    over = left if due_on is not None and due_on < found.today else 0
    task = Task(kind, left, over if late is None else late, due_on=due_on)
    return Line(task, LineState.TO_DO if left else LineState.DONE, said)


def _not_yet(kind: TaskKind, said: str) -> Line:
    return Line(Task(kind, 0), LineState.NOT_YET, said)


def _undertaking(found: Preparations) -> Line | None:
    if found.own is None or not found.rules.undertaking_required:
        return None
    said = "The papers of the meeting open to you then." if found.own.owed else ""
    return _line(found, TaskKind.SIGN, found.day, int(found.own.owed), said)


def _coming(found: Preparations) -> Line | None:
    if found.own is None or found.own.sequence_sent is None or found.is_in_writing:
        return None
    answer = expectations.answer_of(found.own)
    due_on = working_days_before(found.day, WARNED_BEFORE, found.holidays)
    said = "" if answer is None else "You said that you come." if answer else "You said that you cannot come."
    return _line(found, TaskKind.COME, due_on, int(answer is None), said)


def _research(found: Preparations) -> Line | None:
    rows = found.found["research"]
    if not found.hears_cases:
        return None
    if not rows:
        return _not_yet(TaskKind.CHASE_RESEARCH, "Agencies are asked when a case goes onto the agenda.")
    asked, missing = sum(row.asked for row in rows), sum(row.missing for row in rows)
    said = _by_agency((row.agency, row.missing) for row in rows) if missing else f"All {asked} answers are in."
    due_on = min((row.due_on for row in rows if row.due_on), default=None)
    return _line(found, TaskKind.CHASE_RESEARCH, due_on, missing, said, sum(row.late for row in rows))


def _presenters(found: Preparations) -> Line | None:
    cases = sum(item.is_case for item in found.draft)
    if not cases or found.is_in_writing:
        return None
    left = found.found["unpresented"][0].count
    said = f"{left} of {cases} cases." if left else "Somebody presents each case."
    return _line(found, TaskKind.NAME_PRESENTERS, working_days_before(found.day, DAYS_BEFORE, found.holidays), left,
                 said)


def _attendance(found: Preparations) -> Line | None:
    if found.is_in_writing:
        return None
    if found.outlook is None:
        return _not_yet(TaskKind.ATTENDANCE, "Nobody is invited yet.")
    due_on = working_days_before(found.day, WARNED_BEFORE, found.holidays)
    return _line(found, TaskKind.ATTENDANCE, due_on, int(not found.outlook.enough), f"{found.outlook.words}.")


def _building(found: Preparations) -> Line | None:
    due_on = found.days[DeadlineKind.AGENDA_RELEASE]
    return None if found.draft else _line(found, TaskKind.BUILD, due_on, 1, "Nothing stands on it yet.")


def _publishing(found: Preparations) -> Line | None:
    if not found.draft:
        return None
    said = ("Nobody has it yet." if not found.editions
            else "It has changed since it was published." if found.is_changed
            else "It is locked." if found.own.status is AgendaStatus.LOCKED else "Its readers have it as it stands.")
    return _line(found, TaskKind.PUBLISH, found.days[DeadlineKind.AGENDA_RELEASE], int(found.is_changed), said)


def _undertakings(found: Preparations) -> Line | None:
    if not found.rules.undertaking_required:
        return None
    rows = found.found["readers"]
    signed = sum(bool(row.signed) for row in rows)
    return _line(found, TaskKind.UNDERTAKINGS, found.day, len(rows) - signed, f"{signed} of {len(rows)} have signed.")


def _reading(found: Preparations) -> Line | None:
    if found.own is None:
        return None
    if not found.editions:
        return _not_yet(TaskKind.READ_AGENDA, "It is not published yet.")
    if found.own.owed:
        return _not_yet(TaskKind.READ_AGENDA, "It opens to you once you have signed.")
    is_read = found.editions[-1].opened_at is not None
    changed = not is_read and any(edition.opened_at for edition in found.editions)
    return _line(found, TaskKind.READ_AGENDA, found.day, int(not is_read),
                 "It has changed since you read it." if changed else "")


def _red_clocks(found: Preparations) -> Line | None:
    row = found.found["clocks"][0]
    return _line(found, TaskKind.RED_CLOCKS, row.due_on, row.red, late=row.passed) if row.red else None


def _overdue(found: Preparations) -> Line | None:
    rows = [row for row in found.found["actions"] if row.late]
    late = sum(row.late for row in rows)
    if not late:
        return None
    due_on = min(row.due_on for row in rows)
    return _line(found, TaskKind.OVERDUE, due_on, late, _by_agency((row.agency, row.late) for row in rows), late)


def _by_agency(pairs: Iterable[tuple[str, int]]) -> str:
    """Return how much there is of each agency, as a sentence: of those with the most, where they are many."""
    most = sorted((pair for pair in pairs if pair[1]), key=lambda pair: (-pair[1], pair[0]))
    told = [f"{agency} {count}" for agency, count in most[:_NAMED]]
    if len(most) > _NAMED:
        told.append(f"and {sum(count for _, count in most[_NAMED:])} of other agencies")
    return ", ".join(told) + "."


def _members(found: Preparations) -> Line | None:
    return _line(found, TaskKind.NAME_MEMBERS, None, 1, "Nobody sits on it but you.") if found.members < 2 else None


def _planning(found: Preparations) -> Line | None:
    return _line(found, TaskKind.PLAN_MEETINGS, None, 1) if found.meeting is None else None


_Tells = dict[TaskKind, Callable[[Preparations], Line | None]]
# What is told of a meeting that is to come, and of a panel whether one comes or not.
_OF_MEETING: _Tells = {
    TaskKind.SIGN: _undertaking,
    TaskKind.COME: _coming,
    TaskKind.CHASE_RESEARCH: _research,
    TaskKind.NAME_PRESENTERS: _presenters,
    TaskKind.ATTENDANCE: _attendance,
    TaskKind.BUILD: _building,
    TaskKind.PUBLISH: _publishing,
    TaskKind.UNDERTAKINGS: _undertakings,
    TaskKind.READ_AGENDA: _reading,
}
_OF_PANEL: _Tells = {
    TaskKind.NAME_MEMBERS: _members,
    TaskKind.PLAN_MEETINGS: _planning,
    TaskKind.RED_CLOCKS: _red_clocks,
    TaskKind.OVERDUE: _overdue,
}
