"""What may be agreed, what may become of it, and when the timer reminds."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from clinic.domain import actions
from clinic.domain.actions import CLOSED, ActionStatus, EscalationLevel, NewAction, OpenAction
from clinic.domain.errors import RuleBroken
from clinic.domain.panels import Rules

POLICE, PANEL = uuid4(), uuid4()
DAY = date(2024, 2, 29)
S, L = ActionStatus, EscalationLevel


def new(text="Visit", owner=POLICE, due_on=DAY):
    return NewAction(text, owner, None, due_on)


@pytest.mark.parametrize("due_on", [DAY, DAY + timedelta(days=1), date(2026, 2, 28)])
def test_an_action_is_due_from_the_meeting_until_two_years_on(due_on):
    actions.check(new(due_on=due_on), DAY, {POLICE})


@pytest.mark.parametrize("action, field", [
    (new(due_on=DAY - timedelta(days=1)), "due_on"), (new(due_on=date(2026, 3, 1)), "due_on"),
    (new(due_on=date.max), "due_on"), (new(owner=uuid4()), "owner"), (new(text="  "), "text"),
])
def test_an_action_that_nobody_could_be_held_to_is_refused_at_its_field(action, field):
    with pytest.raises(RuleBroken) as refused:
        actions.check(action, DAY, {POLICE})
    assert refused.value.field == field


def test_what_an_action_says_is_not_in_its_repr():
    assert "Visit" not in repr(new())


MOVES = {
    "done": (lambda s: actions.report_done(s, "seen"), S.REPORTED_COMPLETE, {"agreed", "in_progress"}),
    "impossible": (lambda s: actions.report_no_longer_possible(s, "moved"), S.NO_LONGER_POSSIBLE,
                   {"agreed", "in_progress"}),
    "confirm": (actions.confirm, S.CONFIRMED_COMPLETE, {"reported_complete"}),
    "reopen": (lambda s: actions.reopen(s, "no proof"), S.IN_PROGRESS,
               {"reported_complete", "confirmed_complete", "not_done", "no_longer_possible"}),
    "not done": (lambda s: actions.not_done(s, "ignored"), S.NOT_DONE, {"agreed", "in_progress", "reported_complete"}),
}
USED = (S.AGREED, S.IN_PROGRESS, S.REPORTED_COMPLETE, S.CONFIRMED_COMPLETE, S.NOT_DONE, S.NO_LONGER_POSSIBLE)


@pytest.mark.parametrize("status", USED)
@pytest.mark.parametrize("move", MOVES)
def test_an_action_moves_only_from_where_it_may(status, move):
    go, to, allowed = MOVES[move]
    if status.value in allowed:
        assert go(status) is to
    else:
        with pytest.raises(RuleBroken):
            go(status)


@pytest.mark.parametrize("go", [
    lambda: actions.report_done(S.AGREED, " "), lambda: actions.report_no_longer_possible(S.AGREED, ""),
    lambda: actions.reopen(S.REPORTED_COMPLETE, ""), lambda: actions.not_done(S.AGREED, "\n"),
])
def test_nothing_moves_without_evidence_or_a_reason(go):
    with pytest.raises(RuleBroken) as refused:
        go()
    assert refused.value.field == "text"


def test_an_action_is_overdue_from_the_day_after_while_its_agency_owes_it():
    assert not actions.is_overdue(DAY, S.AGREED, DAY)
    assert actions.is_overdue(DAY, S.AGREED, DAY + timedelta(days=1))
    for status in (S.REPORTED_COMPLETE, *CLOSED):
        assert not actions.is_overdue(DAY, status, DAY + timedelta(days=99))


@pytest.mark.parametrize("days, level", [
    (-4, None), (-3, L.REMINDER), (0, L.REMINDER), (1, L.REMINDER), (2, L.LEAD_CHASED), (400, L.LEAD_CHASED),
])
def test_the_timer_reminds_before_and_chases_after_in_calendar_days(days, level):
    due = actions.reminders_due([OpenAction(uuid4(), PANEL, DAY)], DAY + timedelta(days=days), {PANEL: Rules()})
    assert [found for _, found in due] == ([level] if level else [])


def test_each_level_comes_once():
    rules = {PANEL: Rules()}
    reminded = OpenAction(uuid4(), PANEL, DAY, frozenset({L.REMINDER}))
    assert actions.reminders_due([reminded], DAY, rules) == []
    assert actions.reminders_due([reminded], DAY + timedelta(days=2), rules) == [(reminded, L.LEAD_CHASED)]
    both = OpenAction(uuid4(), PANEL, DAY, frozenset(L))
    assert actions.reminders_due([both], DAY + timedelta(days=2), rules) == []


def test_a_panel_that_chases_at_once_still_waits_until_the_day_is_over():
    rules = {PANEL: Rules(action_overdue_days=0)}
    due = actions.reminders_due([OpenAction(uuid4(), PANEL, DAY)], DAY, rules)
    assert [level for _, level in due] == [L.REMINDER]
