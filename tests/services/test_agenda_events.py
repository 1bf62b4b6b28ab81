"""Whatever happens to an agenda, in any order: no gap, nothing seen that must not be, nothing lost, no idle letter."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from clinic.domain.additions import AdditionKind
from clinic.domain.agenda import Direction
from clinic.domain.cases import CaseStatus
from clinic.domain.drops import Drop, DropReason
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case, CaseExclusion
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.services import additions, agenda, drops, hearings, running_order
from tests import make
from tests.services.test_agenda import FORTNIGHT, order, version
from tests.services.test_editions import EVERYBODY, copy_of, publish, told

READERS = ("officer", "probation_officer", "advocate", "chair", "coordinator")
CASES = st.integers(0, 3)
EVENTS = st.lists(st.one_of(
    st.tuples(st.just("add"), CASES),
    st.tuples(st.just("remove"), CASES),
    st.tuples(st.just("move"), CASES, st.sampled_from(Direction)),
    st.tuples(st.just("exclude"), CASES, st.sampled_from(("officer", "probation_officer"))),
    st.tuples(st.just("admit")),
    st.tuples(st.just("publish")),
    st.tuples(st.just("publish")),
), min_size=6, max_size=12)
# Each begins with an agenda that is out; one reader must not know of its first case, another not of its second.
BEGINNING = (("exclude", 0, "officer"), ("exclude", 1, "probation_officer"), ("add", 0), ("add", 1), ("publish",))
Ends = HearingOutcome
ENDINGS = st.lists(st.sampled_from((Ends.HEARD_NO_ACTIONS, Ends.DEFERRED, Ends.NOT_REACHED)), min_size=4, max_size=4)


class Panel:
    """A meeting with four accepted cases, and one after it; earlier ones of this world are over.

    One of them has not heard the last case: that one has been carried over.
    """

    def __init__(self, world):
        self.world, self.edition, self.events = world, 0, 0
        with world.office.engine.begin() as connection:
            connection.execute(update(Meeting.__table__).values(status=MeetingStatus.CLOSED))
            connection.execute(update(Case.__table__).values(status=CaseStatus.CLOSED))
        self.meeting = make.meeting(world, world.now + FORTNIGHT)
        self.later = make.meeting(world, world.now + 2 * FORTNIGHT)
        self.cases = [make.case(world, nominated_by=who) for who in ("officer", "probation_officer") * 2]
        self.carried = self.cases[3]
        before = make.meeting(world, world.now - FORTNIGHT, status=MeetingStatus.CLOSED)
        make.listed(world, self.carried, before)
        with world.office.engine.begin() as connection:
            connection.execute(update(Hearing.__table__).where(Hearing.meeting_id == before).values(
                outcome=Ends.NOT_REACHED))
        self.hidden: dict[str, set] = {name: set() for name in READERS}
        with world.changing("coordinator") as work:
            agenda.start(work, self.meeting)

    def listed(self) -> dict:
        with self.world.looking() as session:
            rows = session.execute(select(AgendaItem.case_id, AgendaItem.id).where(
                AgendaItem.meeting_id == self.meeting, AgendaItem.case_id.is_not(None)))
            return dict(rows.all())

    def add(self, number):
        """Add a case: once an agenda is out, by the chair alone."""
        if self.cases[number] in self.listed():
            return
        if not self.edition:
            self.change(running_order.add_case, self.cases[number])
            return
        with self.world.changing("chair") as work:
            additions.ask(work, self.meeting, self.cases[number], AdditionKind.LATE, "He is out on bail.")

    def remove(self, number):
        """Take a case off: one that was carried over goes with a reason, and not without."""
        item_id = self.listed().get(self.cases[number])
        if item_id and self.cases[number] == self.carried:
            with pytest.raises(RuleBroken):
                self.change(running_order.remove, item_id)
            self.change(drops.drop, item_id, Drop(DropReason.RESEARCH_INCOMPLETE))
        elif item_id:
            self.change(running_order.remove, item_id)

    def move(self, number, direction):
        item_id = self.listed().get(self.cases[number])
        if item_id:
            self.change(running_order.move, item_id, direction)

    def change(self, use_case, *more):
        seen = version(self.world, self.meeting)
        with self.world.changing("coordinator") as work:
            use_case(work, self.meeting, seen, *more)

    def exclude(self, number, who):
        if self.cases[number] not in self.hidden[who]:
            make.excluded(self.world, self.cases[number], who=who)
            self.hidden[who].add(self.cases[number])

    def admit(self):
        """Lift every exclusion."""
        with self.world.office.engine.begin() as connection:
            connection.execute(update(CaseExclusion.__table__).values(lifted_at=self.world.now))
        self.hidden = {name: set() for name in READERS}

    def publish(self):
        before = {who: self.copy(who) for who in EVERYBODY}
        try:
            publish(self.world, self.meeting)
        except RuleBroken:
            return
        self.edition += 1
        after = {who: self.copy(who) for who in EVERYBODY}
        changed = {who for who in EVERYBODY if before[who] != after[who]}
        assert told(self.world, self.meeting, self.edition) == changed

    def copy(self, who) -> list | None:
        """Return a reader's copy as a list of what stands on it, having looked whether it is a good one."""
        page = copy_of(self.world, self.meeting, who)
        if page.number == 0:
            return None
        lines = page.lines
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        ends = [page.starts_at, *(line.ends_at for line in lines)]
        assert [line.starts_at for line in lines] == ends[:-1]
        assert not self.hidden.get(who, set()) & {line.case_id for line in lines}
        return [(line.case_id or line.title, line.minutes) for line in lines]

    def nothing_is_lost(self):
        page = order(self.world, self.meeting)
        waiting = {line.case_id for line in page.waiting}
        assert waiting | set(self.listed()) >= set(self.cases) and not waiting & set(self.listed())

    def hold(self, endings):
        """Hold the meeting: what was not brought to an end is on the next one, and nothing else."""
        ended = self.listed()
        with self.world.changing("chair") as work:
            hearings.start(work, self.meeting, self.world.users["chair"])
        outcomes = {}
        for case_id, outcome in zip(self.cases, endings, strict=True):
            if case_id in ended:
                outcomes[case_id] = outcome
                with self.world.looking() as session:
                    hearing_id = session.scalars(select(Hearing.id).where(
                        Hearing.case_id == case_id, Hearing.meeting_id == self.meeting)).one()
                with self.world.changing("chair") as work:
                    reason = "time_ran_out" if outcome is Ends.DEFERRED else None
                    hearings.decide(work, hearing_id, outcome, reason, None)
        with self.world.changing("chair", self.world.now + timedelta(hours=3)) as work:
            hearings.close(work, self.meeting)
        with self.world.looking() as session:
            following = set(session.scalars(select(AgendaItem.case_id).where(
                AgendaItem.meeting_id == self.later, AgendaItem.case_id.is_not(None))))
        heard = {case_id for case_id, outcome in outcomes.items() if outcome is Ends.HEARD_NO_ACTIONS}
        assert following == set(ended) - heard


@settings(max_examples=10, phases=[Phase.generate], deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(EVENTS, ENDINGS)
def test_no_order_of_events_breaks_an_agenda(world, events, endings):
    panel = Panel(world)
    for name, *more in (*BEGINNING, *events, ("publish",)):
        getattr(panel, name)(*more)
        panel.nothing_is_lost()
    panel.hold(endings)


def test_who_must_not_know_of_a_late_case_gets_no_letter_about_it(world):
    panel = Panel(world)
    for name, *more in (("add", 0), ("publish",), ("exclude", 1, "officer"), ("add", 1), ("publish",)):
        getattr(panel, name)(*more)
    assert panel.edition == 2 and panel.cases[1] in panel.listed()
    letters = told(world, panel.meeting, 2)
    assert "officer" not in letters and "probation_officer" in letters
