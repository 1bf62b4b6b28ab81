"""Meetings come to be, move, and fall."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, text, update

from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.meetings import MeetingKind, MeetingMode, MeetingStatus, When, local_day
from clinic.domain.panels import Nation
from clinic.models.meeting import Meeting, MeetingEdition
from clinic.models.panel import Panel
from clinic.policy.accounts import anyone
from clinic.services import meetings, scheduling
from clinic.services.scheduling import Change, NewMeeting

PLACE = "Room Quillmere, second floor"


def planned(world, who="coordinator"):
    with world.changing(who) as work:
        return scheduling.plan(work, world.clinic)


def of_clinic(world):
    with world.looking() as session:
        mine = select(Meeting).where(Meeting.panel_id == world.clinic)
        return session.scalars(mine.order_by(Meeting.starts_at)).all()


def change(meeting, **different):
    when = different.get("when") or When(local_day(meeting.starts_at) + timedelta(days=1), time(14), 120)
    return Change(when, different.get("mode", meeting.mode), different.get("place", ""),
                  different.get("version", meeting.version))


def set_panel(world, **values):
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.execute(update(Panel).where(Panel.id == world.clinic).values(**values),
                             execution_options={"exempt": True})


def test_a_rule_makes_each_meeting_of_twelve_months_a_record_of_its_own(world):
    assert planned(world) == 12
    made = of_clinic(world)
    assert [local_day(m.starts_at) for m in made[:2]] == [date(2026, 12, 9), date(2027, 1, 13)]
    assert local_day(made[-1].starts_at) == date(2027, 11, 10)
    assert made[0].starts_at == datetime(2026, 12, 9, 10, tzinfo=UTC)
    assert made[7].starts_at == datetime(2027, 7, 14, 9, tzinfo=UTC)
    assert len({m.uid for m in made}) == len({m.reference for m in made}) == 12
    assert all(m.sequence == 0 and m.occurrence_on == local_day(m.starts_at) for m in made)


def test_planning_again_doubles_nothing_though_one_was_moved_and_one_cancelled(world):
    planned(world)
    first, second, *_ = of_clinic(world)
    with world.changing("coordinator") as work:
        scheduling.move(work, first.id, change(first))
    with world.changing("coordinator") as work:
        scheduling.cancel(work, second.id, of_clinic(world)[1].version)
    assert planned(world) == 0
    with world.changing("coordinator", world.now + timedelta(days=32)) as work:
        assert scheduling.plan(work, world.clinic) == 1
    assert len(of_clinic(world)) == 13


def test_an_alternation_goes_on_where_the_first_plan_ended(world):
    set_panel(world, recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")
    planned(world)
    with world.changing("coordinator", world.now + timedelta(days=57)) as work:
        assert scheduling.plan(work, world.clinic) > 0
    days = [m.occurrence_on for m in of_clinic(world)]
    assert {(b - a).days for a, b in zip(days, days[1:], strict=False)} == {14}


def test_a_date_on_a_bank_holiday_is_proposed_for_moving_and_stays_where_it_is(world):
    set_panel(world, recurrence="FREQ=WEEKLY;BYDAY=FR")
    planned(world)
    holidays = {local_day(m.starts_at): m.holiday for m in of_clinic(world) if m.holiday}
    assert holidays == {date(2026, 12, 25): "Christmas Day", date(2027, 1, 1): "New Year's Day",
                        date(2027, 3, 26): "Good Friday"}


@pytest.mark.parametrize(("nation", "kept"), [
    (Nation.ENGLAND_WALES, set()), (Nation.SCOTLAND, {date(2026, 11, 30)}), (Nation.NORTHERN_IRELAND, set()),
])
def test_bank_holidays_are_those_of_the_panels_nation(world, nation, kept):
    set_panel(world, recurrence="FREQ=WEEKLY;BYDAY=MO", nation=nation)
    planned(world)
    assert {local_day(m.starts_at) for m in of_clinic(world) if m.holiday and m.starts_at.month == 11
            and m.starts_at.year == 2026} == kept


def test_keeping_the_day_takes_the_proposal_away_and_invites(world):
    set_panel(world, recurrence="FREQ=WEEKLY;BYDAY=FR")
    planned(world)
    christmas = next(m for m in of_clinic(world) if m.holiday)
    with world.changing("coordinator", datetime(2026, 12, 12, 10, tzinfo=UTC)) as work:
        assert scheduling.keep_day(work, christmas.id) == world.clinic
    after = next(m for m in of_clinic(world) if m.id == christmas.id)
    assert (after.holiday, after.starts_at, after.sequence) == ("", christmas.starts_at, 0)
    assert christmas.invited_at is None and after.invited_at is not None


def test_a_panel_without_a_rule_is_told_what_to_do(world):
    set_panel(world, recurrence="")
    with pytest.raises(RuleBroken, match="no rule of dates"):
        planned(world)


@pytest.mark.parametrize("who", ["officer", "minute_taker", "advocate", "observer", "recipient"])
def test_only_coordinator_and_chairs_put_meetings_into_the_calendar_and_change_them(world, who):
    planned(world, "deputy")
    meeting = of_clinic(world)[0]
    for act in (
        lambda work: scheduling.plan(work, world.clinic),
        lambda work: scheduling.schedule(work, world.clinic, extra()),
        lambda work: scheduling.move(work, meeting.id, change(meeting)),
        lambda work: scheduling.keep_day(work, meeting.id),
        lambda work: scheduling.cancel(work, meeting.id, meeting.version),
    ):
        with pytest.raises(NotPermitted), world.changing(who) as work:
            act(work)


@pytest.mark.parametrize("who", ["outsider", "other_coordinator", "lapsed", "auditor"])
def test_to_others_the_panels_meetings_do_not_exist(world, who):
    planned(world)
    with pytest.raises(NotFound), world.changing(who) as work:
        scheduling.cancel(work, of_clinic(world)[0].id, 1)
    with pytest.raises(NotFound), world.changing(who) as work:
        scheduling.plan(work, world.clinic)


def test_the_administrator_sees_the_panel_and_still_plans_nothing(world):
    with pytest.raises(NotPermitted):
        planned(world, "admin")


def extra(day=date(2026, 12, 2), starts=time(15), minutes=60, kind=MeetingKind.EMERGENCY):
    return NewMeeting(kind, When(day, starts, minutes), MeetingMode.HYBRID, PLACE)


def test_an_extra_meeting_is_no_occurrence_of_the_rule_and_its_place_is_sealed(world):
    with world.changing("chair") as work:
        meeting_id = scheduling.schedule(work, world.clinic, extra())
    with world.reading("officer") as work:
        work.require(anyone)
        meeting = meetings.find(work, meeting_id)
        work.record("view", meeting)
        assert (meeting.kind, meeting.occurrence_on, meeting.place) == (MeetingKind.EMERGENCY, None, PLACE)
        raw = work.session.execute(text("SELECT place_sealed FROM meeting WHERE place_sealed IS NOT NULL")).scalar_one()
        assert b"Quillmere" not in bytes(raw)


def test_a_panel_does_not_meet_twice_at_one_time(world):
    with world.changing("chair") as work:
        scheduling.schedule(work, world.clinic, extra())
    with pytest.raises(RuleBroken, match="meets already") as refused, world.changing("chair") as work:
        scheduling.schedule(work, world.clinic, extra(starts=time(15, 30)))
    assert refused.value.field == "starts"
    with world.changing("chair") as work:
        scheduling.schedule(work, world.clinic, extra(starts=time(16)))


def test_the_revision_rises_with_time_place_and_cancellation_and_with_nothing_else(world):
    planned(world)
    meeting_id = of_clinic(world)[0].id

    def now():
        return next(m for m in of_clinic(world) if m.id == meeting_id)

    before = now()
    steps = [
        (True, {"when": When(date(2026, 12, 10), time(10), 180)}),
        (True, {"when": When(date(2026, 12, 10), time(10), 120)}),
        (True, {"when": When(date(2026, 12, 10), time(10), 120), "mode": MeetingMode.IN_PERSON}),
        (True, {"when": When(date(2026, 12, 10), time(10), 120), "mode": MeetingMode.IN_PERSON, "place": PLACE}),
        (False, {"when": When(date(2026, 12, 10), time(10), 120), "mode": MeetingMode.IN_PERSON, "place": PLACE}),
    ]
    for rises, step in steps:
        with world.changing("coordinator") as work:
            assert scheduling.move(work, meeting_id, change(now(), **step)) is rises
        after = now()
        assert after.sequence == before.sequence + rises
        assert (after.changed_at > before.changed_at) is rises
        before = after
    with world.changing("coordinator") as work:
        scheduling.cancel(work, meeting_id, before.version)
    assert (now().sequence, now().status) == (5, MeetingStatus.CANCELLED)
    with world.looking() as session:
        editions = session.scalars(select(MeetingEdition).where(MeetingEdition.meeting_id == meeting_id)
                                   .order_by(MeetingEdition.sequence)).all()
    assert [e.sequence for e in editions] == [0, 1, 2, 3, 4]
    assert len({e.changed_at for e in editions}) == 5


def test_who_was_overtaken_is_told_what_stands_now(world):
    planned(world)
    meeting = of_clinic(world)[0]
    with world.changing("chair") as work:
        scheduling.move(work, meeting.id, change(meeting))
    with pytest.raises(Stale) as stale, world.changing("coordinator") as work:
        scheduling.move(work, meeting.id, change(meeting, when=When(date(2026, 12, 11), time(9), 60)))
    assert "Thursday 10 December 2026, 14:00 to 16:00" in stale.value.theirs


def test_a_cancelled_meeting_is_neither_moved_nor_brought_back(world):
    planned(world)
    meeting = of_clinic(world)[0]
    with world.changing("coordinator") as work:
        scheduling.cancel(work, meeting.id, meeting.version)
    after = of_clinic(world)[0]
    for act in (lambda work: scheduling.move(work, after.id, change(after)),
                lambda work: scheduling.cancel(work, after.id, after.version)):
        with pytest.raises(RuleBroken, match="is cancelled"), world.changing("coordinator") as work:
            act(work)


def test_a_meeting_that_is_moved_onto_a_bank_holiday_is_proposed_for_moving_again(world):
    planned(world)
    meeting = of_clinic(world)[0]
    with world.changing("coordinator") as work:
        scheduling.move(work, meeting.id, change(meeting, when=When(date(2026, 12, 28), time(10), 60)))
    assert next(m for m in of_clinic(world) if m.id == meeting.id).holiday == "Boxing Day (observed)"


def test_coming_meetings_are_those_that_stand_and_lie_ahead(world):
    planned(world)
    first, second, third, *_ = of_clinic(world)
    with world.changing("coordinator") as work:
        scheduling.cancel(work, second.id, second.version)
    with world.looking() as session:
        coming = meetings.coming(session, world.clinic, first.starts_at)
    assert [m.id for m in coming][0] == third.id and len(coming) == 10
