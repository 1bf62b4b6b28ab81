"""The coordinator's desk: trays, order, clocks, how whole a nomination is, marks, and going on to the next."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from clinic.domain.clocks import ClockState
from clinic.domain.desk import Tray
from clinic.domain.drafts import PartyDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.nominations import MessageKind, TriageDecision, TriageOutcome
from clinic.domain.panels import TaskKind
from clinic.models.case import Person
from clinic.models.nomination import Nomination
from clinic.services import desk, links, nomination_pages, nominations, overviews, triage
from clinic.services import sightings as service
from tests import make

RETURN = TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, "Say more.")
REJECT = TriageDecision(TriageOutcome.REJECT, "Known.", reject_reason="outside_area")


def sent(world, who="officer", hours=0, **changes):
    """Return the id of a nomination that was sent so many hours from now."""
    with world.changing(who, world.now + timedelta(hours=hours)) as work:
        return nominations.submit(work, world.clinic, make.draft(**changes))


def at_desk(world, tray=Tray.WAITING, who="coordinator", days=0):
    with world.reading(who, world.now + timedelta(days=days)) as work:
        return desk.page(work, world.clinic, tray)


def ids(page):
    return [line.id for line in page.lines]


def mark(world, nomination_id, urgent=True, reason="The release is on Friday.", who="coordinator"):
    with world.changing(who) as work:
        return triage.mark(work, nomination_id, urgent, reason)


def go_on(world, nomination_id, decision=RETURN, who="coordinator"):
    with world.looking() as session:
        version = session.get_one(Nomination, nomination_id).version
    with world.changing(who) as work:
        return desk.decide_and_go_on(work, nomination_id, decision, version)


def case_id(world, nomination_id):
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id


def test_the_oldest_stands_first_and_urgent_ones_before_all(world):
    third, first, second = sent(world, hours=3), sent(world, hours=1), sent(world, hours=2)
    assert ids(at_desk(world)) == [first, second, third]
    mark(world, third)
    assert ids(at_desk(world)) == [third, first, second]
    mark(world, third, False, "The date has moved.")
    assert ids(at_desk(world)) == [first, second, third]


def test_an_emergency_arrives_marked(world):
    nomination_id = sent(world, emergency=True, emergency_reason="Release tomorrow.")
    (line,) = at_desk(world).lines
    assert line.id == nomination_id and line.urgent and line.emergency


def test_trays_and_their_numbers(world):
    waiting, returned, rejected, withdrawn = (sent(world, hours=n) for n in range(4))
    go_on(world, returned)
    go_on(world, rejected, REJECT)
    with world.changing("officer") as work:
        nominations.withdraw(work, withdrawn, "In error.")
    assert at_desk(world).counts == {Tray.WAITING: 1, Tray.RETURNED: 1, Tray.OFFERED: 0, Tray.DECIDED: 2}
    assert ids(at_desk(world)) == [waiting] and ids(at_desk(world, Tray.RETURNED)) == [returned]
    assert set(ids(at_desk(world, Tray.DECIDED))) == {rejected, withdrawn}


@pytest.mark.parametrize(("days", "state"), [
    (0, ClockState.RUNNING), (1, ClockState.AMBER), (2, ClockState.AMBER), (5, ClockState.RED)])
def test_the_panels_clock_runs_in_its_own_working_days(world, days, state):
    sent(world)
    (line,) = at_desk(world, days=days).lines
    assert (line.clock.state, line.clock.due_on, line.clock.days) == (state, date(2026, 11, 27), days)


def test_what_comes_back_keeps_its_place_and_begins_a_new_clock(world):
    old, new = sent(world), sent(world, hours=1)
    go_on(world, old)
    with world.changing("officer", world.now + timedelta(days=5)) as work:
        nominations.send_again(work, old, "On Monday.")
    page = at_desk(world, days=5)
    assert ids(page) == [old, new] and page.lines[0].times_returned == 1
    assert page.lines[0].clock.since == date(2026, 11, 30) and page.lines[1].clock.state is ClockState.RED


def test_how_whole_a_nomination_is_stands_on_the_desk_and_beside_the_decision(world):
    sent(world, incidents_last_12_months=None)
    sent(world, hours=1)
    less, more = at_desk(world).lines
    assert less.percent < more.percent <= 100
    with world.reading("coordinator") as work:
        page = triage.page(work, less.id)
    assert page.whole.percent == less.percent
    sentences = [sentence for _, sentences in page.lacking for sentence in sentences]
    assert any("incidents in the last 12 months" in sentence for sentence in sentences)
    assert "incidents" not in dict(page.lacking)


def test_deciding_leads_to_the_next_then_to_what_was_left_aside_then_nowhere(world):
    first, second, third = (sent(world, hours=n) for n in range(3))
    assert go_on(world, second).next_id == third
    assert go_on(world, third, REJECT).next_id == first
    done = go_on(world, first)
    assert done.next_id is None and done.panel_id == world.clinic


def test_the_next_is_never_one_that_the_coordinator_sent(world):
    first = sent(world)
    own = sent(world, "coordinator", hours=1)
    assert go_on(world, first).next_id is None
    (line,) = at_desk(world).lines
    assert line.id == own and line.is_own


def test_the_page_says_what_the_case_would_take_and_what_is_free(world):
    make.meeting(world, world.now + timedelta(days=14))
    nomination_id = sent(world)
    sent(world, hours=1)
    with world.reading("coordinator") as work:
        page = triage.page(work, nomination_id)
    assert page.takes == 20 and page.rooms[0].free == page.rooms[0].minutes - page.rooms[0].used
    assert page.left == 1


def test_an_excluded_coordinator_finds_it_in_no_tray_no_count_and_not_as_the_next(world):
    first, hidden = sent(world), sent(world, hours=1)
    make.excluded(world, case_id(world, hidden), who="coordinator")
    page = at_desk(world)
    assert ids(page) == [first] and page.counts[Tray.WAITING] == 1
    assert go_on(world, first).next_id is None
    with pytest.raises(NotFound):
        mark(world, hidden)


@pytest.mark.parametrize("who", ["officer", "chair", "minute_taker", "other_coordinator", "admin"])
def test_the_desk_is_the_coordinators(world, who):
    with pytest.raises((NotFound, NotPermitted)):
        at_desk(world, who=who)


def test_a_mark_needs_a_reason_that_the_agency_reads(world):
    nomination_id = sent(world)
    with pytest.raises(RuleBroken, match="Say why"):
        mark(world, nomination_id, reason=" ")
    with pytest.raises(RuleBroken, match="2,000 characters"):
        mark(world, nomination_id, reason="x" * 2001)
    with pytest.raises(RuleBroken, match="not marked"):
        mark(world, nomination_id, urgent=False)
    mark(world, nomination_id)
    with pytest.raises(RuleBroken, match="already"):
        mark(world, nomination_id)
    with world.reading("officer") as work:
        page = nomination_pages.show(work, nomination_id)
    assert page.urgent and [(line.kind, line.text) for line in page.thread] == [
        (MessageKind.MARKED_URGENT, "The release is on Friday.")]


@pytest.mark.parametrize("who", ["officer", "chair", "other_coordinator"])
def test_only_the_coordinator_marks(world, who):
    nomination_id = sent(world)
    with pytest.raises((NotFound, NotPermitted)):
        mark(world, nomination_id, who=who)


def test_what_was_decided_or_withdrawn_meanwhile_is_not_decided_again(world):
    decided, withdrawn = sent(world), sent(world, hours=1)
    go_on(world, decided)
    with world.changing("officer") as work:
        nominations.withdraw(work, withdrawn, "In error.")
    for nomination_id in (decided, withdrawn):
        with pytest.raises(RuleBroken, match="already been decided"):
            go_on(world, nomination_id, REJECT)
    with pytest.raises(RuleBroken, match="no longer a question"):
        mark(world, withdrawn)


def test_of_two_coordinators_who_decide_at_once_one_is_told_that_it_is_done(world):
    nomination_id = sent(world)
    both, answers = Barrier(2), []

    def decide(decision):
        both.wait()
        try:
            answers.append(go_on(world, nomination_id, decision).reference)
        except (RuleBroken, Stale) as refused:
            answers.append(type(refused))

    threads = [Thread(target=decide, args=(decision,)) for decision in (RETURN, REJECT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, str) for answer in answers) == 1 and len(answers) == 2
    with world.reading("officer") as work:
        assert len(nomination_pages.show(work, nomination_id).thread) == 1


def tasks(world, who, days):
    with world.reading(who, world.now + timedelta(days=days)) as work:
        panel = next(panel for panel in overviews.of_person(work).panels if panel.id == world.clinic)
    return {task.kind: (task.count, task.late) for task in panel.tasks}


def test_the_home_page_counts_what_is_late_for_coordinator_and_agency(world):
    sent(world)
    back = sent(world, hours=1)
    assert tasks(world, "coordinator", 2) == {TaskKind.TRIAGE: (2, 0)}
    assert tasks(world, "coordinator", 5) == {TaskKind.TRIAGE: (2, 2)}
    go_on(world, back)
    assert tasks(world, "coordinator", 6) == {TaskKind.TRIAGE: (1, 1), TaskKind.CHASE: (1, 0)}
    assert tasks(world, "officer", 6) == {TaskKind.RETURNED: (1, 1)}


def test_a_change_since_the_page_was_opened_is_not_decided_over(world):
    nomination_id = sent(world)
    with world.changing("officer") as work:
        nominations.edit(work, nomination_id, replace(make.draft(), narrative="Other."), 1)
    with pytest.raises(Exception, match="changed by somebody else"), world.changing("coordinator") as work:
        desk.decide_and_go_on(work, nomination_id, RETURN, 1)


def sightings(world, who="coordinator"):
    return [line.sightings for line in at_desk(world, who=who).lines]


def test_each_line_says_in_how_many_other_cases_its_people_may_be(world):
    first, _ = sent(world, hours=1), sent(world, hours=2)
    sent(world, hours=3, victim=PartyDraft("Branwen", "Tregenza", (), date(1990, 3, 27)),
         contact=replace(make.draft().contact, telephone="07700 900777"))
    assert sightings(world) == [1, 1, 0]
    make.excluded(world, case_id(world, first), who="coordinator")
    assert sightings(world) == [0, 0]


def test_a_case_that_the_reader_may_not_know_of_is_counted_nowhere(world):
    own = case_id(world, sent(world, "probation_officer"))
    sent(world)
    with world.reading("probation_officer") as work:
        work.require(lambda actor: True)
        work.record("view", "Case")
        assert not service.of_cases(work, [own])
    assert sightings(world) == [1, 1]


def test_people_whom_a_coordinator_called_different_are_no_possible_match_any_more(world):
    one, other = (case_id(world, sent(world, hours=hours)) for hours in (1, 2))
    with world.looking() as session:
        victims = [session.scalars(select(Person.id).where(Person.case_id == id_, Person.kind == "victim")).one()
                   for id_ in (one, other)]
    with world.changing("coordinator") as work:
        links.judge(work, one, *victims, same=False)
    assert sightings(world) == [0, 0]


def test_a_birth_that_many_share_makes_no_possible_match(world, monkeypatch):
    monkeypatch.setattr(service, "MOST_SHARERS", 2)
    for hours in (1, 2):
        sent(world, hours=hours)
    assert sightings(world) == [0, 0]
