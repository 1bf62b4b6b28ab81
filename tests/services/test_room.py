"""Who is in the room for one case: guests of that case alone, and members who step out of it."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.documents import markup
from clinic.domain.attendance import Mark
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.interests import Declared
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import AttendanceStatus, MeetingStatus
from clinic.models.hearing import Hearing, HearingGuest
from clinic.models.minute import MinuteSection
from clinic.models.post import QueuedLetter
from clinic.services import attendance, exclusions, hearings, interests, live, minutes, room
from tests import make
from tests.services.test_following import begin, page_of
from tests.services.test_hearings import row

O = HearingOutcome  # noqa: E741


@pytest.fixture
def running(world):
    """A meeting that runs with two cases, everybody present; the first one is being heard."""
    meeting_id = make.meeting(world)
    ids = [make.listed(world, make.case(world), meeting_id) for _ in range(2)]
    make.meeting(world, world.now + timedelta(days=28))
    with world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])
        attendance.mark_all_present(work, meeting_id)
    begin(world, ids[0], 0)
    return meeting_id, ids


def welcome(world, hearing_id, name="Dr Gray", agency="Ward 4", who="minute_taker"):
    with world.changing(who) as work:
        room.welcome(work, hearing_id, name, agency)


def step_out(world, hearing_id, whom="officer", who="coordinator", minutes=0):
    with world.changing(who, world.now + timedelta(minutes=minutes)) as work:
        room.step_out(work, hearing_id, world.users[whom])


def shown(world, hearing_id, who="coordinator"):
    with world.reading(who) as work:
        page = live.hearing_page(work, hearing_id)
    return [guest.name for guest in page.guests], [one.name for one in page.away if one.while_heard]


def sections(world, meeting_id, ids):
    for hearing_id in ids:
        with world.changing("coordinator", world.now + timedelta(hours=1)) as work:
            hearings.decide(work, hearing_id, O.HEARD_NO_ACTIONS, None, None)
    with world.changing("coordinator", world.now + timedelta(hours=2)) as work:
        hearings.close(work, meeting_id)
        minutes.draft(work, meeting_id, markup.render)
    with world.looking() as session:
        return [one.text for one in session.scalars(select(MinuteSection).order_by(MinuteSection.position))]


def test_a_guest_comes_for_one_case_alone_and_is_sealed(world, running):
    meeting_id, (first, second) = running
    welcome(world, first)
    assert shown(world, first) == (["Dr Gray"], []) and shown(world, second) == ([], [])
    assert shown(world, first, "probation_officer") == (["Dr Gray"], [])
    with world.looking() as session:
        kept = session.scalars(select(HearingGuest)).one()
    assert b"Gray" not in bytes(kept.name_sealed) and b"Ward" not in bytes(kept.agency_sealed)
    for name, agency, field in (("", "Ward 4", "name"), ("Dr Gray", " ", "agency")):
        with pytest.raises(RuleBroken) as refused:
            welcome(world, first, name, agency)
        assert refused.value.each[0].field == field


def test_a_guest_who_was_written_down_by_mistake_is_taken_back(world, running):
    meeting_id, (first, second) = running
    welcome(world, first)
    welcome(world, first, "Dr Grey")
    with world.looking() as session:
        wrong = next(one.id for one in session.scalars(select(HearingGuest)) if one.name == "Dr Gray")
    # By the address of another case nobody is taken off.
    for hearing_id, refused in ((second, RuleBroken), (first, None), (first, RuleBroken)):
        with world.changing("minute_taker") as work, pytest.raises(refused) if refused else nullcontext():
            room.take_back(work, hearing_id, wrong)
    assert shown(world, first) == (["Dr Grey"], [])
    with world.looking() as session:
        kept = session.get_one(HearingGuest, wrong)
    assert kept.taken_back_at == world.now and kept.taken_back_by_id == world.users["minute_taker"]
    text = " ".join(sections(world, meeting_id, (first, second)))
    assert "Dr Grey" in text and "Dr Gray" not in text
    with world.changing("minute_taker", world.now + timedelta(hours=3)) as work, pytest.raises(RuleBroken):
        room.take_back(work, first, kept.id)


def test_whoever_steps_out_knows_nothing_of_the_case_from_there_on(world, running):
    meeting_id, (first, second) = running
    step_out(world, first, minutes=5)
    with pytest.raises(NotFound):
        shown(world, first, "officer")
    page = page_of(world, meeting_id, minutes=6)
    assert [one.line.hearing_id for one in page.lines] == [second] and page.now is None
    assert shown(world, first) == ([], ["Officer Testwell"])
    assert shown(world, second) == ([], [])
    with pytest.raises(RuleBroken, match="excluded from this case already"):
        step_out(world, first)


def test_the_coordinator_is_told_who_was_let_out_and_says_who_speaks_instead(world, running):
    meeting_id, (first, _) = running
    make.excluded(world, row(world, Hearing, first).case_id, who="deputy")
    step_out(world, first, who="chair")
    with world.reading("coordinator") as work:
        (task,) = interests.tasks(work)
    assert (task.name, task.agency, task.settled) == ("Officer Testwell", "Northmere Police", False)
    assert told(world) == {"coordinator"}
    with world.changing("coordinator") as work:
        interests.settle(work, task.id, None)
    with world.reading("coordinator") as work:
        assert interests.tasks(work) == ()


def test_no_agency_is_left_without_a_voice_by_whoever_speaks_for_none(world, running):
    step_out(world, running[1][0], "minute_taker", "chair")
    with world.reading("coordinator") as work:
        assert interests.tasks(work) == ()


def told(world):
    names = {id_: name for name, id_ in world.users.items()}
    with world.looking() as session:
        return {names[row.user_id] for row in session.scalars(
            select(QueuedLetter).where(QueuedLetter.kind == LetterKind.INTEREST_DECLARED))}


def test_whoever_is_out_of_a_case_counts_for_no_quorum_of_it(world, running):
    meeting_id, (first, second) = running
    with world.reading("chair") as work:
        whole = live.hearing_page(work, first).quorum
    step_out(world, first)
    make.excluded(world, row(world, Hearing, first).case_id, agency="advocacy")
    make.excluded(world, row(world, Hearing, first).case_id, who="deputy")
    with world.changing("probation_officer", world.now + timedelta(minutes=6)) as work:
        attendance.leave(work, meeting_id)
    with world.reading("chair") as work:
        here, other = (live.hearing_page(work, one) for one in (first, second))
    assert (here.quorum.present, other.quorum.present) == (whole.present - 4, whole.present - 1)
    assert other.quorum.met and not here.quorum.met


def test_whoever_declares_in_the_meeting_is_not_in_the_room(world, running):
    meeting_id, (first, second) = running
    with world.changing("officer", world.now + timedelta(minutes=3)) as work:
        interests.declare(work, meeting_id, Declared(
            True, frozenset({row(world, Hearing, first).case_id}), "user_related_to_party"))
    assert shown(world, first) == ([], ["Officer Testwell"])


def test_only_who_is_here_steps_out_and_nobody_shuts_themselves_out_so(world, running):
    meeting_id, (first, _) = running
    with world.changing("coordinator") as work:
        attendance.mark(work, meeting_id, {world.users["officer"]: Mark(AttendanceStatus.APOLOGIES)})
    for whom, says in (("officer", "who is here"), ("outsider", "who is here"), ("coordinator", "yourself")):
        with pytest.raises(RuleBroken, match=says):
            step_out(world, first, whom)


def test_a_minute_taker_shuts_nobody_out(world, running):
    with pytest.raises(NotPermitted):
        step_out(world, running[1][0], "probation_officer", "minute_taker")


@pytest.mark.parametrize("who", ["officer", "advocate", "observer", "outsider", "admin"])
def test_nobody_else_writes_down_who_is_in_the_room(world, running, who):
    _, (first, _) = running
    with pytest.raises((NotFound, NotPermitted)):
        welcome(world, first, who=who)
    with pytest.raises((NotFound, NotPermitted)):
        step_out(world, first, "probation_officer", who)


def test_minutes_say_who_was_in_the_room_while_the_case_was_heard(world, running):
    meeting_id, (first, second) = running
    welcome(world, first)
    step_out(world, first, minutes=5)
    make.excluded(world, row(world, Hearing, second).case_id, who="probation_officer")
    begin(world, second, 30)
    texts = sections(world, meeting_id, (first, second))
    assert "For this case only: Dr Gray, Ward 4." in texts[2]
    assert "Not in the room: Officer Testwell, Northmere Police." in texts[2] and "chair" not in texts[2].lower()
    assert "Not in the room: Probation Officer Testwell, Northmere Probation." in texts[3]
    assert "Officer Testwell" in texts[0] and "Not in the room" not in texts[0]


def test_who_was_let_in_before_or_shut_out_after_it_was_heard_was_in_the_room(world, running):
    meeting_id, (first, second) = running
    step_out(world, second, "officer")
    with world.looking() as session:
        case_id = row(world, Hearing, second).case_id
    with world.reading("coordinator") as work:
        line, = exclusions.page(work, case_id).lines
    with world.changing("coordinator", world.now + timedelta(minutes=10)) as work:
        exclusions.lift(work, case_id, line.id)
    begin(world, second, 20)
    for hearing_id in (first, second):
        with world.changing("coordinator", world.now + timedelta(minutes=40)) as work:
            hearings.decide(work, hearing_id, O.HEARD_NO_ACTIONS, None, None)
    with world.changing("coordinator", world.now + timedelta(minutes=50)) as work:
        hearings.close(work, meeting_id)
    with world.changing("coordinator", world.now + timedelta(minutes=60)) as work:
        exclusions.exclude(work, case_id, exclusions.Who(user_id=world.users["officer"]), "user_is_party")
    with world.changing("coordinator", world.now + timedelta(minutes=70)) as work:
        minutes.draft(work, meeting_id, markup.render)
    with world.looking() as session:
        texts = [one.text for one in session.scalars(select(MinuteSection).order_by(MinuteSection.position))]
    assert not [text for text in texts if "Not in the room" in text]


def test_minutes_say_who_chaired_and_when_members_came_and_left(world, running):
    meeting_id, ids = running
    with world.changing("officer", world.now + timedelta(minutes=20)) as work:
        attendance.leave(work, meeting_id)
    for who in ("deputy", "deputy"):
        with world.changing("chair", world.now + timedelta(minutes=30)) as work:
            hearings.hand_over(work, meeting_id, world.users[who])
    frame = sections(world, meeting_id, ids)[0]
    assert "Chaired by Chair Testwell, then Deputy Testwell." in frame
    assert "| Officer Testwell | Northmere Police | Present for part | 10am to 10:20am |" in frame
    assert "| Advocate Testwell | Northmere Advocacy | Present | 10am to midday |" in frame


def test_nothing_is_noted_in_a_meeting_that_does_not_run(world):
    meeting_id = make.meeting(world, status=MeetingStatus.CLOSED)
    with pytest.raises(RuleBroken, match="closed"):
        welcome(world, make.listed(world, make.case(world), meeting_id))
