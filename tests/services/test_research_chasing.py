"""Missing research is chased once a day, by button and by itself, and never tells of a case that must not be known."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.errors import NotPermitted, RuleBroken
from clinic.domain.incidents import InformationKind
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus
from clinic.domain.research import WAITING, Handling, HandlingCode, Known, ResearchAnswer
from clinic.models.agenda import AgendaItem
from clinic.models.meeting import Meeting
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchReminder, ResearchRequest
from clinic.policy.accounts import anyone
from clinic.services import exclusions, research, research_chasing, research_grid, running_order
from clinic.services.exclusions import Who
from clinic.services.research_chasing import Chased
from tests import make
from tests.services.test_agenda import FORTNIGHT, place, version
from tests.services.test_consequences import move
from tests.services.test_research import give, requests_by_agency, set_meeting

K = LetterKind
DAY = timedelta(days=1)
NOTHING = Chased(0, 0, 0, 0, 0)
NONE = ResearchAnswer((Known.NONE,))


@pytest.fixture
def asked(world):
    """A meeting with two cases, of which police, probation and the advocates are asked; probation has answered one."""
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    ids = [make.case(world) for _ in range(2)]
    for case_id in ids:
        place(world, case_id, meeting_id)
    give(world, "probation_officer", requests_by_agency(world, ids[0])["probation"], NONE)
    return meeting_id, ids


def letters(world, *kinds):
    """Return who was written to, by name, in the order of kinds."""
    names = {user_id: name for name, user_id in world.users.items()}
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(QueuedLetter.kind.in_(kinds)))
        return sorted((names[row.user_id], row.kind) for row in rows)


def chase(world, meeting_id, who="coordinator", now=None, **chosen):
    with world.changing(who, now) as work:
        return research_chasing.chase(work, meeting_id, **chosen)


def remind(world, now):
    with world.office.changing(SystemActor("timer"), now) as work:
        return research_chasing.remind(work)


def grid(world, meeting_id, who="coordinator", now=None):
    with world.reading(who, now) as work:
        return research_grid.page(work, meeting_id)


def due(world, meeting_id):
    """Return when what is still missing is due; an answer that was given keeps its own day."""
    with world.looking() as session:
        return session.scalars(select(ResearchRequest.due_on).distinct().where(
            ResearchRequest.meeting_id == meeting_id, ResearchRequest.status.in_(list(WAITING)))).one()


def days_from(world, day):
    """Return the moment of a day at the hour of the world's now."""
    return world.now + (day - world.now.date())


def test_all_that_is_missing_is_chased_with_one_letter_to_each_person(world, asked):
    meeting_id, _ = asked
    assert chase(world, meeting_id) == Chased(requests=5, agencies=3, people=3, spared=0, unreached=0)
    assert letters(world, K.RESEARCH_DUE) == [
        (name, K.RESEARCH_DUE) for name in ("advocate", "officer", "probation_officer")]


@pytest.mark.parametrize(("of", "requests"), [
    ({"case_id": 0}, 2), ({"agency_id": "probation"}, 1), ({"case_id": 1, "agency_id": "police"}, 1),
])
def test_one_case_one_agency_or_one_of_both_is_chased(world, asked, of, requests):
    meeting_id, ids = asked
    chosen = {name: ids[value] if name == "case_id" else world.agencies[value] for name, value in of.items()}
    assert chase(world, meeting_id, **chosen).requests == requests


def test_nobody_is_chased_twice_on_a_day_nor_for_what_is_answered(world, asked):
    meeting_id, ids = asked
    chase(world, meeting_id, case_id=ids[0])
    assert (chase(world, meeting_id).requests, chase(world, meeting_id).spared) == (3, 5)
    assert chase(world, meeting_id, case_id=ids[0], agency_id=world.agencies["probation"]) == NOTHING
    assert chase(world, meeting_id, now=world.now + DAY).requests == 5


def test_an_agency_that_speaks_for_nobody_who_may_know_is_not_reached_and_not_marked(world, asked):
    meeting_id, ids = asked
    make.excluded(world, ids[1], who="probation_officer")
    assert chase(world, meeting_id, agency_id=world.agencies["probation"]).unreached == 1
    assert letters(world, K.RESEARCH_DUE) == []


def test_what_is_late_is_chased_as_late(world, asked):
    meeting_id, _ = asked
    chase(world, meeting_id, now=days_from(world, due(world, meeting_id)) + DAY)
    assert {kind for _, kind in letters(world, K.RESEARCH_DUE, K.RESEARCH_OVERDUE)} == {K.RESEARCH_OVERDUE}


def test_a_coordinator_chases_nothing_of_a_case_that_they_must_not_know_of(world, asked):
    meeting_id, ids = asked
    make.excluded(world, ids[1], who="coordinator")
    assert chase(world, meeting_id).requests == 2
    assert chase(world, meeting_id, case_id=ids[1]) == NOTHING


@pytest.mark.parametrize("who", ["officer", "minute_taker", "observer"])
def test_only_who_runs_the_panel_chases(world, asked, who):
    with pytest.raises(NotPermitted):
        chase(world, asked[0], who)


def test_a_meeting_that_has_begun_is_not_chased(world, asked):
    set_meeting(world, asked[0], MeetingStatus.IN_PROGRESS)
    with pytest.raises(RuleBroken, match="has begun"):
        chase(world, asked[0])


def test_agencies_are_reminded_once_on_the_working_day_before_and_once_when_they_are_late(world, asked):
    day = days_from(world, due(world, asked[0]))
    friday = day - 3 * DAY
    assert (day.weekday(), remind(world, friday - DAY)) == (0, 0)
    assert (remind(world, friday), remind(world, friday), remind(world, day)) == (5, 0, 0)
    assert (remind(world, day + DAY), remind(world, day + 2 * DAY)) == (5, 0)
    with world.looking() as session:
        assert len(session.scalars(select(ResearchReminder)).all()) == 10


def test_a_chase_by_hand_long_before_takes_no_reminder_away(world, asked):
    day = days_from(world, due(world, asked[0]))
    assert chase(world, asked[0]).requests == 5
    assert [remind(world, when) for when in (world.now, day - 3 * DAY, day, day + DAY)] == [0, 5, 0, 5]


def test_agencies_are_reminded_and_chased_anew_when_the_meeting_has_moved_to_a_later_day(world, asked):
    meeting_id, _ = asked
    before = days_from(world, due(world, meeting_id))
    assert [remind(world, before - 3 * DAY), remind(world, before + DAY)] == [5, 5]
    with world.looking() as session:
        meeting = session.get_one(Meeting, meeting_id)
    move(world, meeting, (meeting.starts_at + FORTNIGHT).date())
    day = days_from(world, due(world, meeting_id))
    assert day == before + FORTNIGHT
    assert [remind(world, when) for when in (before + 2 * DAY, day - 3 * DAY, day, day + DAY, day + 2 * DAY)] == [
        0, 5, 0, 5, 0]


def test_nobody_is_reminded_on_a_day_that_is_no_working_day(world, asked):
    day = days_from(world, due(world, asked[0])) + DAY
    while day.weekday() < 5:
        day += DAY
    assert remind(world, day) == 0


def test_the_coordinator_is_told_once_when_the_last_answer_is_in(world, asked):
    meeting_id, ids = asked
    speakers = {"police": "officer", "probation": "probation_officer", "advocacy": "advocate"}
    waiting = [(speakers[name], id_) for case_id in ids for name, id_ in requests_by_agency(world, case_id).items()]
    for who, id_ in waiting[:-1]:
        if id_ != requests_by_agency(world, ids[0])["probation"]:
            give(world, who, id_, NONE)
    assert letters(world, K.RESEARCH_IN) == []
    give(world, *waiting[-1], NONE)
    assert letters(world, K.RESEARCH_IN) == [("coordinator", K.RESEARCH_IN)]
    give(world, *waiting[-1], ResearchAnswer((Known.VICTIM,)))
    assert len(letters(world, K.RESEARCH_IN)) == 1
    assert grid(world, meeting_id).missing == 0


def test_a_coordinator_who_is_kept_from_a_case_hears_when_all_others_are_in_and_not_of_that_case(world, asked):
    _, ids = asked
    make.excluded(world, ids[1], who="coordinator")
    speakers = {"police": "officer", "advocacy": "advocate"}
    for name, who in speakers.items():
        give(world, who, requests_by_agency(world, ids[0])[name], NONE)
    assert letters(world, K.RESEARCH_IN) == [("coordinator", K.RESEARCH_IN)]
    for name, who in (speakers | {"probation": "probation_officer"}).items():
        give(world, who, requests_by_agency(world, ids[1])[name], NONE)
    assert len(letters(world, K.RESEARCH_IN)) == 1


SPEAKERS = {"police": "officer", "probation": "probation_officer", "advocacy": "advocate"}


def all_but(world, ids, missing):
    """Let everything be answered but what is missing, as pairs of case and agency."""
    for case_id in ids:
        for name, request_id in requests_by_agency(world, case_id).items():
            if (case_id, name) not in missing and (case_id, name) != (ids[0], "probation"):
                give(world, SPEAKERS[name], request_id, NONE)


def shut_out(world, case_id, agency):
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(agency_id=world.agencies[agency]), "user_is_party")


def take_off(world, meeting_id, case_id, who="chair"):
    with world.looking() as session:
        item_id = session.scalars(select(AgendaItem.id).where(AgendaItem.case_id == case_id)).one()
    with world.changing(who) as work:
        running_order.remove(work, meeting_id, version(world, meeting_id), item_id)


def test_the_coordinator_is_told_that_all_is_in_when_the_agency_that_was_missing_is_shut_out(world, asked):
    _, ids = asked
    all_but(world, ids, [(ids[1], "advocacy"), (ids[1], "probation")])
    shut_out(world, ids[0], "advocacy")
    shut_out(world, ids[1], "advocacy")
    assert letters(world, K.RESEARCH_IN) == []
    shut_out(world, ids[1], "probation")
    assert letters(world, K.RESEARCH_IN) == [("coordinator", K.RESEARCH_IN)]


def test_the_coordinator_is_told_that_all_is_in_when_the_case_that_was_missing_is_taken_off(world, asked):
    meeting_id, ids = asked
    all_but(world, ids, [(ids[1], "advocacy"), (ids[1], "police")])
    take_off(world, meeting_id, ids[1])
    assert letters(world, K.RESEARCH_IN) == [("coordinator", K.RESEARCH_IN)]


def test_nobody_is_told_that_all_is_in_of_a_meeting_for_which_nothing_is_asked_any_more(world):
    meeting_id, case_id = make.meeting(world, world.now + FORTNIGHT), make.case(world)
    place(world, case_id, meeting_id)
    take_off(world, meeting_id, case_id)
    assert letters(world, K.RESEARCH_IN) == []


def test_a_case_that_is_taken_off_when_it_was_answered_tells_nothing(world, asked):
    meeting_id, ids = asked
    all_but(world, ids, [])
    assert len(letters(world, K.RESEARCH_IN)) == 1
    take_off(world, meeting_id, ids[1])
    assert len(letters(world, K.RESEARCH_IN)) == 1


@pytest.mark.parametrize("by", ["exclusion", "taking it off"])
def test_what_becomes_of_a_case_tells_nothing_to_a_coordinator_who_is_kept_from_it(world, asked, by):
    meeting_id, ids = asked
    make.excluded(world, ids[1], who="coordinator")
    all_but(world, ids, [(ids[1], "advocacy")])
    told = letters(world, K.RESEARCH_IN)
    assert told == [("coordinator", K.RESEARCH_IN)]
    if by == "exclusion":
        with world.changing("chair") as work:
            work.require(anyone)
            research.exempt(work, ids[1], world.agencies["advocacy"])
    else:
        take_off(world, meeting_id, ids[1])
    assert letters(world, K.RESEARCH_IN) == told


def test_the_grid_says_of_each_agency_and_case_how_far_it_is(world, asked):
    meeting_id, ids = asked
    chase(world, meeting_id, agency_id=world.agencies["police"])
    page = grid(world, meeting_id, now=days_from(world, due(world, meeting_id)) + DAY)
    assert [row.case_id for row in page.rows] == ids and (page.asked, page.answered) == (6, 1)
    cells = {(row.case_id, cell.agency_id): cell for row in page.rows for cell in row.cells}
    answered = cells[ids[0], world.agencies["probation"]]
    chased = cells[ids[0], world.agencies["police"]]
    assert (answered.missing, answered.overdue) == (False, False)
    assert (chased.missing, chased.overdue, chased.chased_on) == (True, True, world.now.date())
    assert [column.missing for column in page.columns] == [
        {"police": 2, "probation": 1, "advocacy": 2}[name] for name in names(world, page)]


def test_the_grid_says_what_was_added_late_to_whom_its_code_lets_in(world, asked):
    meeting_id, ids = asked
    request_id = requests_by_agency(world, ids[0])["police"]
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    late = days_from(world, due(world, meeting_id)) + 3 * DAY
    with world.changing("officer", late) as work:
        research.add(work, request_id, InformationKind.FACT, "Since then.", Handling(HandlingCode.OWN))
    added = {who: {cell.request_id: cell for row in grid(world, meeting_id, who, late).rows for cell in row.cells}
             for who in ("coordinator", "minute_taker")}
    assert [cell.request_id for cell in added["coordinator"].values() if cell.added_on] == [request_id]
    assert added["coordinator"][request_id].added_on == late.date() and added["coordinator"][request_id].missing
    assert not any(cell.added_on for cell in added["minute_taker"].values())


def names(world, page):
    known = {agency_id: name for name, agency_id in world.agencies.items()}
    return [known[column.agency_id] for column in page.columns]


def test_a_case_and_what_was_asked_of_it_leave_no_trace_in_the_grid_of_whoever_is_kept_from_it(world, asked):
    meeting_id, ids = asked
    make.excluded(world, ids[1], who="deputy")
    page = grid(world, meeting_id, "deputy")
    assert [row.case_id for row in page.rows] == ids[:1] and (page.asked, page.answered) == (3, 1)
    assert [column.missing for column in page.columns] == [
        {"police": 1, "probation": 0, "advocacy": 1}[name] for name in names(world, page)]


@pytest.mark.parametrize(("who", "chases"), [("coordinator", True), ("chair", True), ("minute_taker", False)])
def test_who_follows_the_research_reads_the_grid(world, asked, who, chases):
    assert grid(world, asked[0], who).may_chase is chases


def test_an_agency_reads_no_grid(world, asked):
    with pytest.raises(NotPermitted):
        grid(world, asked[0], "officer")
