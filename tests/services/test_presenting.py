"""Each case has somebody who presents it, said by its agency; where nobody has said so in time, it is seen."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor, UserStatus
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus, local_time
from clinic.domain.panels import TaskKind
from clinic.domain.suggestions import Reason
from clinic.models.account import Membership, User
from clinic.models.agenda import AgendaItem
from clinic.models.meeting import Meeting
from clinic.models.post import QueuedLetter
from clinic.policy.accounts import anyone
from clinic.services import agenda_pages, live, overviews, presenting, running_order, suggestions
from tests import make
from tests.services.test_agenda import place, version

# The world's day is a Wednesday: the meeting is on the Friday, near from the Thursday on.
FRIDAY = timedelta(days=2)


@pytest.fixture
def case(world):
    """A case that the police have nominated, on an agenda."""
    meeting_id, case_id = make.meeting(world, world.now + FRIDAY), make.case(world)
    place(world, case_id, meeting_id)
    return case_id


def item(world, case_id):
    with world.looking() as session:
        return session.scalars(select(AgendaItem).where(AgendaItem.case_id == case_id)).one()


def confirm(world, case_id, who, presenter=None):
    with world.changing(who) as work:
        presenting.confirm(work, item(world, case_id).id, world.users[presenter or who])


def page(world, case_id, who):
    with world.reading(who) as work:
        return presenting.page(work, item(world, case_id).id)


def mine(world, who):
    with world.reading(who) as work:
        return [line.case_id for line in presenting.mine(work)]


def colleague(world, role=MembershipRole.DEPUTY_REPRESENTATIVE, until=None):
    """Give a second person of the police a seat."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        user = User(name="Colleague Testwell", email="colleague@police.example", status=UserStatus.ACTIVE,
                    agency_id=world.agencies["police"], created_at=world.now)
        work.session.add(user)
        work.session.flush()
        seat = Membership(user_id=user.id, panel_id=world.clinic, agency_id=user.agency_id, role=role,
                          valid_from=date(2025, 1, 1), valid_until=until)
        work.session.add(seat)
        work.record("create", user)
    world.users["colleague"] = user.id
    return seat.id


def heard(world, hearing_id, who="chair"):
    """Return who presents by the page on which a case is heard, and which agencies speak, in their order."""
    with world.reading(who) as work:
        shown = live.hearing_page(work, hearing_id)
    return shown.presents, [line.agency_id for line in shown.answers]


def change(world, model, id_, **values):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        row = work.session.get_one(model, id_)
        for name, value in values.items():
            setattr(row, name, value)
        work.record("update", "Test")


def tell(world, days=1):
    with world.office.changing(SystemActor("timer"), world.now + timedelta(days=days)) as work:
        return presenting.tell(work)


def letters(world, kind):
    with world.looking() as session:
        return sorted(session.scalars(select(QueuedLetter.address).where(QueuedLetter.kind == kind)))


def gaps(world, who="coordinator", days=1):
    with world.reading(who, world.now + timedelta(days=days)) as work:
        tasks = [task for one in overviews.of_person(work).panels for task in one.tasks]
    return {task.kind: task.count for task in tasks if task.kind in (TaskKind.PRESENTERS, TaskKind.PRESENT)}


def test_the_agency_that_nominated_presents_and_says_who_of_it_does(world, case):
    before = page(world, case, "officer")
    assert (before.presents.agency, before.presents.confirmed, before.may_name) == ("Northmere Police", False, True)
    assert mine(world, "officer") == [case] and mine(world, "probation_officer") == []
    confirm(world, case, "officer")
    after = page(world, case, "officer")
    assert (after.presents.presenter, after.presents.confirmed) == ("Officer Testwell", True)
    with world.reading("coordinator") as work:
        line = next(x for x in agenda_pages.page_for(work, after.meeting_id).lines if x.case_id == case)
    assert line.presents == after.presents


def test_a_colleague_who_is_named_is_told_and_whoever_names_themselves_is_not(world, case):
    colleague(world)
    confirm(world, case, "officer")
    assert letters(world, LetterKind.PRESENTER_NAMED) == []
    confirm(world, case, "officer", "colleague")
    assert letters(world, LetterKind.PRESENTER_NAMED) == ["colleague@police.example"]
    assert page(world, case, "officer").presents.presenter == "Colleague Testwell"


def test_nobody_is_named_who_could_not_open_the_case(world, case):
    colleague(world, MembershipRole.PRESENTER)
    with pytest.raises(RuleBroken, match="sits on this panel"):
        confirm(world, case, "officer", "colleague")


@pytest.mark.parametrize("presenter", ["probation_officer", "chair", "lapsed", "outsider"])
def test_only_somebody_who_sits_for_the_agency_is_named(world, case, presenter):
    with pytest.raises(RuleBroken, match="sits on this panel") as broken:
        confirm(world, case, "officer", presenter)
    assert broken.value.field == "presenter"


@pytest.mark.parametrize("who", ["coordinator", "chair", "probation_officer", "minute_taker", "advocate"])
def test_nobody_of_another_agency_says_who_presents(world, case, who):
    with pytest.raises(NotPermitted):
        confirm(world, case, who, "officer")
    assert not page(world, case, who).may_name


def test_the_coordinator_entrusts_a_case_to_another_agency_that_was_asked(world, case):
    confirm(world, case, "officer")
    shown = page(world, case, "coordinator")
    assert ("Northmere Probation" in [name for _, name in shown.agencies]) and shown.may_entrust
    with world.changing("coordinator") as work:
        presenting.entrust(work, shown.item_id, world.agencies["probation"])
    assert mine(world, "officer") == [] and mine(world, "probation_officer") == [case]
    assert page(world, case, "officer").presents == presenting.Presents("Northmere Probation", "", False)
    confirm(world, case, "probation_officer")
    with pytest.raises(RuleBroken, match="asked about this case"), world.changing("coordinator") as work:
        presenting.entrust(work, shown.item_id, world.agencies["health"])
    with pytest.raises(NotPermitted), world.changing("officer") as work:
        presenting.entrust(work, shown.item_id, world.agencies["police"])


def test_a_gap_is_told_once_from_the_working_day_before_and_counted_at_home(world, case):
    assert (tell(world, days=0), gaps(world, days=0)) == (0, {})
    assert gaps(world, "officer", days=0) == {TaskKind.PRESENT: 1}
    assert gaps(world) == {TaskKind.PRESENTERS: 1}
    assert (tell(world), tell(world)) == (1, 0)
    assert letters(world, LetterKind.PRESENTER_MISSING) == ["coordinator@council.example"]
    with world.reading("coordinator", world.now + timedelta(days=1)) as work:
        assert agenda_pages.page_for(work, item(world, case).meeting_id).is_near
    confirm(world, case, "officer")
    assert gaps(world) == gaps(world, "officer") == {}


def test_where_somebody_presents_every_case_nobody_is_told(world, case):
    confirm(world, case, "officer")
    assert (tell(world), gaps(world)) == (0, {})


@pytest.mark.parametrize("lost", ["seat", "account", "case", "agency"])
def test_a_presenter_who_can_present_no_more_is_a_gap(world, case, lost):
    seat_id = colleague(world)
    confirm(world, case, "officer", "colleague")
    assert gaps(world) == {}
    if lost == "seat":
        change(world, Membership, seat_id, valid_until=world.now.date() + timedelta(days=1))
    elif lost == "account":
        change(world, User, world.users["colleague"], status=UserStatus.DISABLED)
    elif lost == "case":
        make.excluded(world, case, who="colleague")
    else:
        make.excluded(world, case, agency="police")
    assert gaps(world) == {TaskKind.PRESENTERS: 1} and tell(world) == 1
    shown = page(world, case, "coordinator").presents
    assert (shown.presenter, shown.confirmed) == ("Colleague Testwell", False)


def test_of_a_case_that_is_closed_to_them_nobody_hears_or_counts_a_gap(world, case):
    for who in ("coordinator", "officer"):
        make.excluded(world, case, who=who)
        assert gaps(world, who) == {} and mine(world, who) == []
        with pytest.raises(NotFound):
            page(world, case, who)
        with pytest.raises(NotFound):
            confirm(world, case, who, "officer")
    assert tell(world) == 0 and letters(world, LetterKind.PRESENTER_MISSING) == []


def test_what_is_taken_off_the_agenda_has_no_presenter_any_more(world, case):
    confirm(world, case, "officer")
    row = item(world, case)
    with world.changing("coordinator") as work:
        running_order.remove(work, row.meeting_id, version(world, row.meeting_id), row.id)
    assert mine(world, "officer") == []
    with pytest.raises(NotFound), world.changing("officer") as work:
        presenting.confirm(work, row.id, world.users["officer"])


def test_once_the_meeting_has_begun_it_is_said_there(world, case):
    change(world, Meeting, item(world, case).meeting_id, status=MeetingStatus.IN_PROGRESS)
    assert "has begun" in page(world, case, "officer").refusal
    with pytest.raises(RuleBroken, match="has begun"):
        confirm(world, case, "officer")
    assert mine(world, "officer") == [] and gaps(world) == {}


def test_saying_who_presents_disturbs_nobody_who_builds_the_agenda(world, case):
    seen = version(world, item(world, case).meeting_id)
    confirm(world, case, "officer")
    assert version(world, item(world, case).meeting_id) == seen


def test_a_person_cannot_make_the_timer_s_round(world, case):
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        presenting.tell(work)


def say_hours(world, case_id, begins=None, ends=None, who="officer"):
    with world.changing(who) as work:
        presenting.say_hours(work, item(world, case_id).id, begins, ends)


def suggested_line(world, case_id, who="coordinator"):
    meeting_id = item(world, case_id).meeting_id
    with world.reading(who) as work:
        lines = suggestions.page(work, meeting_id).lines
    return next(line for line in lines if line.item_id == item(world, case_id).id)


def test_whoever_presents_says_when_they_can_be_there_and_the_suggested_order_keeps_to_it(world):
    meeting_id, ids = make.meeting(world, world.now + FRIDAY), [make.case(world) for _ in range(4)]
    for case_id in ids:
        place(world, case_id, meeting_id)
    last = ids[-1]
    confirm(world, last, "officer")
    begins = local_time(item_starts_at(world, meeting_id, last))
    say_hours(world, last, ends=begins)
    assert page(world, last, "officer").wall_times == (None, begins)
    assert drafted(world, meeting_id, last).is_missed and not drafted(world, meeting_id, ids[0]).is_missed
    line = suggested_line(world, last)
    assert line.number < line.before and Reason.PRESENTER in line.reasons and not line.is_missed
    say_hours(world, last)
    assert page(world, last, "officer").wall_times == (None, None)
    assert not drafted(world, meeting_id, last).is_missed


def drafted(world, meeting_id, case_id):
    with world.reading("coordinator") as work:
        return next(line for line in agenda_pages.page_for(work, meeting_id).lines if line.case_id == case_id)


def item_starts_at(world, meeting_id, case_id):
    return drafted(world, meeting_id, case_id).starts_at


def test_hours_are_of_a_person_at_a_meeting_and_end_with_them(world, case):
    colleague(world)
    confirm(world, case, "officer")
    say_hours(world, case, begins=time(11))
    confirm(world, case, "officer", "colleague")
    assert page(world, case, "officer").wall_times == (None, None)
    confirm(world, case, "officer")
    assert page(world, case, "officer").wall_times == (time(11), None)
    meeting_id = item(world, case).meeting_id
    change(world, Meeting, meeting_id, starts_at=world.now + 3 * FRIDAY, ends_at=world.now + 3 * FRIDAY + FRIDAY / 16)
    assert page(world, case, "officer").wall_times == (None, None)


def test_only_the_agency_that_presents_says_when_and_only_of_somebody_who_does(world, case):
    with pytest.raises(RuleBroken, match="Say first who does"):
        say_hours(world, case, ends=time(11))
    confirm(world, case, "officer")
    for who, error in (("chair", NotPermitted), ("coordinator", NotPermitted), ("outsider", NotFound)):
        with pytest.raises(error):
            say_hours(world, case, ends=time(11), who=who)
    make.excluded(world, case, who="officer")
    with pytest.raises(NotFound):
        say_hours(world, case, ends=time(11))


def test_when_somebody_can_be_there_is_not_asked_of_a_meeting_that_has_begun(world, case):
    confirm(world, case, "officer")
    change(world, Meeting, item(world, case).meeting_id, status=MeetingStatus.IN_PROGRESS)
    with pytest.raises(RuleBroken, match="has begun"):
        say_hours(world, case, ends=time(11))


def test_the_meeting_hears_first_whoever_presents_and_is_told_nobody_who_does_not(world):
    meeting_id, case_id = make.meeting(world, world.now + FRIDAY), make.case(world)
    hearing_id = make.listed(world, case_id, meeting_id, asked=("probation", "health", "police"))
    colleague(world)
    police, probation = (world.agencies[name] for name in ("police", "probation"))
    presents, order = heard(world, hearing_id)
    assert (presents.agency, presents.confirmed, order[0]) == ("Northmere Police", False, police)
    confirm(world, case_id, "officer", "colleague")
    presents, _ = heard(world, hearing_id)
    assert (presents.presenter, presents.confirmed) == ("Colleague Testwell", True)
    change(world, User, world.users["colleague"], status=UserStatus.DISABLED)
    assert not heard(world, hearing_id)[0].confirmed, "they have left"
    with world.changing("chair") as work:
        presenting.entrust(work, item(world, case_id).id, probation)
    confirm(world, case_id, "probation_officer")
    change(world, Meeting, meeting_id, status=MeetingStatus.IN_PROGRESS, started_at=world.now)
    for who in ("chair", "officer"):
        presents, order = heard(world, hearing_id, who)
        assert (presents.agency, presents.presenter) == ("Northmere Probation", "Probation Officer Testwell")
        assert presents.confirmed and (who == "officer" or order[0] == probation)
    make.excluded(world, case_id, who="probation_officer")
    assert not heard(world, hearing_id)[0].confirmed, "they must not know of it any more"
