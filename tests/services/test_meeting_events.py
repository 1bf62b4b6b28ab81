"""Whatever happens at a meeting, in any order: each case ends once, times add up, nobody sees what they must not."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from clinic.domain.additions import AdditionKind
from clinic.domain.adjournments import Pause, sat
from clinic.domain.cases import CaseStatus
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.following import Stage
from clinic.domain.hearings import GOES_ON, PUT_OFF, HearingOutcome
from clinic.domain.meetings import MeetingStatus
from clinic.domain.reordering import Move
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Adjournment, AttendanceSpell, Meeting
from clinic.services import additions, adjournments, agenda, attendance, following, hearings, reordering
from tests import make

O = HearingOutcome  # noqa: E741
FORTNIGHT = timedelta(days=14)
FOLLOWERS = ("officer", "probation_officer", "advocate")
CASES, MINUTES = st.integers(0, 3), st.integers(0, 20)
OUTCOMES = st.sampled_from((O.HEARD_NO_ACTIONS, O.DEFERRED, O.NOT_REACHED, O.WITHDRAWN_AT_MEETING))
EVENTS = st.lists(st.tuples(MINUTES, st.one_of(
    st.tuples(st.just("begin"), CASES),
    st.tuples(st.just("decide"), CASES, OUTCOMES),
    st.tuples(st.just("go_on"), CASES, OUTCOMES),
    st.tuples(st.just("come"), st.sampled_from(FOLLOWERS)),
    st.tuples(st.just("leave"), st.sampled_from(FOLLOWERS)),
    st.tuples(st.just("adjourn")),
    st.tuples(st.just("resume")),
    st.tuples(st.just("hand_over"), st.sampled_from(("chair", "deputy"))),
    st.tuples(st.just("exclude"), CASES, st.sampled_from(FOLLOWERS)),
    st.tuples(st.just("move"), CASES, st.sampled_from(Move)),
    st.tuples(st.just("bring_in")),
)), min_size=8, max_size=16)


class Sitting:
    """A meeting of four cases that runs, and one after it; earlier ones of this world are over."""

    def __init__(self, world):
        self.world, self.now = world, world.now
        with world.office.engine.begin() as connection:
            connection.execute(update(Meeting.__table__).values(status=MeetingStatus.CLOSED))
            connection.execute(update(Case.__table__).values(status=CaseStatus.CLOSED))
        self.meeting = make.meeting(world)
        self.later = make.meeting(world, world.now + FORTNIGHT)
        for meeting_id in (self.meeting, self.later):
            with world.changing("coordinator") as work:
                agenda.start(work, meeting_id)
        self.cases = [make.case(world) for _ in range(4)]
        self.ids = [make.listed(world, case_id, self.meeting, asked=("police", "probation", "advocacy"))
                    for case_id in self.cases]
        self.hidden: dict[str, set] = {who: set() for who in FOLLOWERS}
        # One more stands on the later list: it may come in as an emergency.
        self.urgent = make.case(world)
        make.listed(world, self.urgent, self.later, asked=("police", "probation", "advocacy"))
        self.do("chair", hearings.start, self.meeting, world.users["chair"])

    def do(self, who, use_case, *more) -> bool:
        """Let somebody do something; what the state of the meeting forbids changes nothing."""
        try:
            with self.world.changing(who, self.now) as work:
                use_case(work, *more)
        except RuleBroken:
            return False
        return True

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, number):
        self.do("minute_taker", hearings.begin, self.ids[number])

    def decide(self, number, outcome):
        self._end(hearings.decide, number, outcome)

    def go_on(self, number, outcome):
        self._end(hearings.decide_and_go_on, number, outcome)

    def _end(self, use_case, number, outcome):
        seen = self.rows()[self.ids[number]].outcome
        reason = "time_ran_out" if outcome in PUT_OFF else None
        self.do("minute_taker", use_case, self.ids[number], outcome, reason, seen)

    def come(self, who):
        self.do(who, attendance.come, self.meeting)

    def leave(self, who):
        self.do(who, attendance.leave, self.meeting)

    def adjourn(self):
        self.do("chair", adjournments.adjourn, self.meeting, "A fire alarm.")

    def resume(self):
        self.do("chair", adjournments.resume, self.meeting)

    def hand_over(self, who):
        self.do("coordinator", hearings.hand_over, self.meeting, self.world.users[who])

    def exclude(self, number, who):
        if self.cases[number] not in self.hidden[who]:
            make.excluded(self.world, self.cases[number], who=who)
            self.hidden[who].add(self.cases[number])

    def move(self, number, way):
        with self.world.reading("minute_taker", self.now) as work:
            seen = following.page_for(work, self.meeting).seen
        with self.world.looking() as session:
            item_id = session.scalars(select(AgendaItem.id).where(
                AgendaItem.meeting_id == self.meeting, AgendaItem.case_id == self.cases[number])).one()
        self.do("minute_taker", reordering.move, self.meeting, seen, item_id, way)

    def bring_in(self):
        """Bring in the case that stands on the later list, unless it has come already."""
        if self.urgent in self.cases:
            return
        if self.do("chair", additions.ask, self.meeting, self.urgent, AdditionKind.EMERGENCY, "He is let out."):
            self.cases.append(self.urgent)

    # ── what holds after each ───────────────────────────────────────────────────────────────────────────────

    def rows(self) -> dict:
        with self.world.looking() as session:
            return {row.id: row for row in session.scalars(select(Hearing).where(Hearing.meeting_id == self.meeting))}

    def holds(self):
        self.spells_are_in_order()
        for who in FOLLOWERS:
            self.screen_is_right(who)

    def spells_are_in_order(self):
        with self.world.looking() as session:
            rows = session.scalars(select(AttendanceSpell).where(AttendanceSpell.meeting_id == self.meeting)
                                   .order_by(AttendanceSpell.came_at, AttendanceSpell.id)).all()
        for who in FOLLOWERS:
            spells = [row for row in rows if row.user_id == self.world.users[who]]
            assert all(spell.left_at is None or spell.came_at <= spell.left_at for spell in spells)
            assert all(first.left_at is not None and first.left_at <= then.came_at for first, then in pairwise(spells))

    def screen_is_right(self, who):
        """A member's screen has their cases alone, one of them now at most, and no hole between what was heard."""
        with self.world.reading(who, self.now) as work:
            page = following.now_page(work, self.meeting)
        assert [one.line.number for one in page.lines] == list(range(1, len(page.lines) + 1))
        assert not self.hidden[who] & {one.line.case_id for one in page.lines}
        now = [one for one in page.lines if one.is_now]
        assert len(now) <= 1 and all(one.line.outcome is None for one in now if page.sitting.running)
        begun = {row.case_id: row.started_at for row in self.rows().values() if row.started_at is not None}
        mine = [one for one in page.lines if one.line.case_id in begun]
        assert any(one.line.case_id for one in now) == bool(mine and page.sitting.running)
        self.times_add_up(page, mine)

    def times_add_up(self, page, mine):
        """What was heard lasts until the next of the reader's began, so it adds up to all that the meeting sat."""
        mine = sorted(mine, key=lambda one: one.placed.at)
        until = [*(one.placed.at for one in mine[1:]), self.closed_at or self.now]
        for one, end in zip(mine, until, strict=False):
            assert one.placed.stage is Stage.NOW or one.placed.until == end
        first = mine[0].placed.at if mine else until[0]
        pauses = self.pauses()
        heard = sum((sat(one.placed.at, end, pauses) for one, end in zip(mine, until, strict=False)), timedelta())
        assert sat(self.world.now, first, pauses) + heard == sat(self.world.now, until[-1], pauses)

    closed_at = None

    def pauses(self):
        with self.world.looking() as session:
            rows = session.scalars(select(Adjournment).where(Adjournment.meeting_id == self.meeting)
                                   .order_by(Adjournment.adjourned_at)).all()
        return [Pause(row.adjourned_at, row.resumed_at) for row in rows]

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────

    def close(self):
        """Close it: what has no outcome is said first, and whatever goes on is on exactly one later list."""
        self.resume()
        open_ones = [row for row in self.rows().values() if row.outcome is None]
        assert self.do("coordinator", hearings.close, self.meeting) == (not open_ones)
        for row in open_ones:
            self.do("minute_taker", hearings.decide, row.id, O.NOT_REACHED, None, None)
        assert not open_ones or self.do("coordinator", hearings.close, self.meeting)
        self.closed_at = self.now
        with self.world.looking() as session:
            listed = session.execute(select(AgendaItem.case_id, AgendaItem.meeting_id)
                                     .where(AgendaItem.case_id.in_([*self.cases, self.urgent]))).all()
        for row in self.rows().values():
            later = [meeting_id for case_id, meeting_id in listed
                     if case_id == row.case_id and meeting_id != self.meeting]
            assert row.outcome is not None
            assert later == ([row.next_meeting_id] if row.outcome in GOES_ON else [])
        if self.urgent not in self.cases:
            assert [meeting_id for case_id, meeting_id in listed if case_id == self.urgent] == [self.later]
        assert not self.do("minute_taker", hearings.begin, self.ids[0])


@settings(max_examples=8, phases=[Phase.generate], deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(EVENTS)
def test_no_order_of_events_breaks_a_meeting(world, events):
    sitting = Sitting(world)
    for minutes, (name, *more) in events:
        sitting.now += timedelta(minutes=minutes)
        try:
            getattr(sitting, name)(*more)
        except NotFound:
            raise AssertionError(f"nobody can {name} {more}") from None
        sitting.holds()
    sitting.close()
    sitting.holds()
