"""How a hearing may end, and when a meeting may start and close."""

import pytest

from clinic.domain import hearings
from clinic.domain.actors import MembershipRole
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus

REASONS = ("presenter_absent", "time_ran_out")
O = HearingOutcome  # noqa: E741


@pytest.mark.parametrize("outcome", [O.DEFERRED, O.CARRIED_OVER])
def test_a_case_is_put_off_only_with_a_reason_of_the_list(outcome):
    assert hearings.check_outcome(outcome, "time_ran_out", 0, REASONS) == "time_ran_out"
    for reason in (None, "", "because"):
        with pytest.raises(RuleBroken) as refused:
            hearings.check_outcome(outcome, reason, 0, REASONS)
        assert refused.value.field == "reason"


@pytest.mark.parametrize("outcome", sorted(set(O) - {O.DEFERRED, O.CARRIED_OVER, O.HEARD_ACTIONS_SET}))
def test_other_outcomes_keep_no_reason(outcome):
    assert hearings.check_outcome(outcome, "time_ran_out", 0, REASONS) is None


def test_actions_are_set_only_where_one_was_agreed_and_none_only_where_none_was():
    hearings.check_outcome(O.HEARD_ACTIONS_SET, None, 1, REASONS)
    hearings.check_outcome(O.HEARD_NO_ACTIONS, None, 0, REASONS)
    for outcome, actions in ((O.HEARD_ACTIONS_SET, 0), (O.HEARD_NO_ACTIONS, 1)):
        with pytest.raises(RuleBroken):
            hearings.check_outcome(outcome, None, actions, REASONS)


def test_a_meeting_goes_on_only_when_all_actions_that_stand_were_read_back():
    hearings.check_going_on(0, False)
    hearings.check_going_on(2, True)
    hearings.check_read_back(2, 2)
    hearings.check_read_back(2, None)
    for refused in (lambda: hearings.check_going_on(1, False), lambda: hearings.check_read_back(2, 1)):
        with pytest.raises(RuleBroken) as broken:
            refused()
        assert broken.value.field == "read_back"


def test_an_action_agreed_later_makes_no_actions_untrue_and_touches_nothing_else():
    assert hearings.after_action(O.HEARD_NO_ACTIONS) is O.HEARD_ACTIONS_SET
    assert hearings.after_action(O.DEFERRED) is O.DEFERRED and hearings.after_action(None) is None


def test_a_meeting_closes_only_when_every_case_has_an_outcome():
    hearings.check_close([])
    hearings.check_close([O.NOT_REACHED, O.HEARD_NO_ACTIONS])
    with pytest.raises(RuleBroken, match="^1 case has"):
        hearings.check_close([O.DEFERRED, None])
    with pytest.raises(RuleBroken, match="^2 cases have"):
        hearings.check_close([None, None])


@pytest.mark.parametrize("status", MeetingStatus)
def test_only_a_planned_meeting_starts_and_only_a_running_one_is_written_in(status):
    when = {hearings.check_start: MeetingStatus.PLANNED, hearings.check_running: MeetingStatus.IN_PROGRESS}
    for check, good in when.items():
        if status is good:
            check(status)
        else:
            with pytest.raises(RuleBroken):
                check(status)


def test_the_chair_or_a_deputy_chair_chairs_and_nobody_else():
    hearings.check_chair([MembershipRole.REPRESENTATIVE, MembershipRole.DEPUTY_CHAIR])
    for roles in ([], [MembershipRole.COORDINATOR, MembershipRole.REPRESENTATIVE]):
        with pytest.raises(RuleBroken):
            hearings.check_chair(roles)
