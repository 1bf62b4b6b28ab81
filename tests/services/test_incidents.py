"""What happened in a case: told by an agency, put right by another version, never overwritten."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.clocks import ClockKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.incidents import Incident, InformationKind
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.models.case import Incident as Row
from clinic.models.case import Person
from clinic.models.clock import Clock
from clinic.models.nomination import Nomination
from clinic.models.order import Breach, Order
from clinic.services import incidents, nomination_pages, nominations, timeline
from clinic.services.timeline import Filter
from tests import make

FACT, SECRET = InformationKind.FACT, InformationKind.INTELLIGENCE_RESTRICTED
FOLLOWED = Incident(date(2026, 11, 2), "Followed from work.", ("following",), information=FACT)


@pytest.fixture
def case(world):
    """A case that police and probation take part in."""
    case_id = make.case(world)
    make.listed(world, case_id, make.meeting(world))
    return case_id


def tell(world, case, *said, who="officer"):
    with world.changing(who) as work:
        return incidents.tell(work, case, said or [FOLLOWED])


def seen(world, case, who="officer", **only):
    with world.reading(who) as work:
        return timeline.page(work, case, Filter(**only))


def limit(world, case):
    with world.looking() as session:
        return session.scalar(select(Clock.due_on).where(
            Clock.case_id == case, Clock.kind == ClockKind.SUMMARY_LIMIT, Clock.ended_at.is_(None)))


def test_each_agency_writes_down_what_it_knows_and_signs_for_it(world, case):
    tell(world, case)
    tell(world, case, Incident(date(2026, 11, 4), "Waited at the gate.", information=FACT), who="probation_officer")
    page = seen(world, case, "coordinator")
    assert [(line.on.day, line.agency) for line in page.lines] == [(4, "Northmere Probation"), (2, "Northmere Police")]
    assert page.lines[1].behaviours == ("Following",) and page.pattern.behaviours == (("following", 1),)
    assert [line.may_correct for line in page.lines] == [True, True]
    assert [line.may_correct for line in seen(world, case).lines] == [False, True]


def test_a_correction_is_another_version_and_the_earlier_one_stays_to_be_read(world, case):
    tell(world, case)
    first = seen(world, case).lines[0]
    with world.changing("officer") as work:
        incidents.correct(work, case, first.id, replace(FOLLOWED, on=date(2026, 11, 3)), "The day was wrong.")
    page = seen(world, case)
    assert [line.on.day for line in page.lines] == [3] and page.lines[0].corrects
    assert [line.on.day for line in seen(world, case, ended=True).lines] == [3, 2]
    with world.reading("coordinator") as work:
        entry = timeline.entry(work, case, page.lines[0].id)
    assert [(line.id, line.why, line.ended_by) for line in entry.earlier] == [
        (first.id, "The day was wrong.", "Officer Testwell")]
    with world.changing("officer") as work, pytest.raises(RuleBroken, match="already"):
        incidents.correct(work, case, first.id, replace(FOLLOWED, on=date(2026, 11, 4)), "Once more.")


def test_the_limit_follows_what_is_told_put_right_and_taken_back_and_says_when_it_is_earlier(world, case):
    tell(world, case)
    assert limit(world, case) == date(2027, 5, 2)
    assert tell(world, case, replace(FOLLOWED, on=date(2026, 11, 9))).earlier_limit is None
    assert limit(world, case) == date(2027, 5, 9)
    last = seen(world, case).lines[0]
    with world.changing("officer") as work:
        assert incidents.take_back(work, case, last.id, "Another man.").earlier_limit == date(2027, 5, 2)
    assert limit(world, case) == date(2027, 5, 2)


@pytest.mark.parametrize("kind", [SECRET, InformationKind.PROFESSIONAL_OPINION])
def test_no_limit_moves_by_an_opinion_or_by_what_may_not_be_disclosed(world, case, kind):
    tell(world, case)
    tell(world, case, replace(FOLLOWED, on=date(2026, 11, 9), information=kind))
    assert limit(world, case) == date(2027, 5, 2)


def test_restricted_intelligence_is_nowhere_for_other_agencies(world, case):
    tell(world, case, replace(FOLLOWED, information=SECRET))
    for who, count in (("officer", 1), ("coordinator", 1), ("chair", 1), ("probation_officer", 0)):
        page = seen(world, case, who, ended=True)
        assert (len(page.lines), page.pattern.total, page.pages.total, len(page.agencies)) == (count,) * 4, who
    secret = seen(world, case).lines[0].id
    with pytest.raises(NotFound), world.reading("probation_officer") as work:
        timeline.entry(work, case, secret)
    with world.changing("probation_officer") as work, pytest.raises(NotFound):
        incidents.take_back(work, case, secret, "Mine now.")


def test_what_was_restricted_once_is_no_earlier_version_for_other_agencies(world, case):
    tell(world, case, replace(FOLLOWED, information=SECRET))
    with world.changing("officer") as work:
        incidents.correct(work, case, timeline.latest(work, case, {}).lines[0].id, FOLLOWED, "It may be told now.")
    newer = seen(world, case).lines[0].id
    for who, count in (("officer", 1), ("coordinator", 1), ("probation_officer", 0)):
        with world.reading(who) as work:
            assert len(timeline.entry(work, case, newer).earlier) == count, who


def test_another_agencys_entry_is_not_ones_own_to_put_right(world, case):
    tell(world, case)
    entry = seen(world, case).lines[0]
    with world.changing("probation_officer") as work, pytest.raises(NotPermitted):
        incidents.correct(work, case, entry.id, replace(FOLLOWED, what="Nothing."), "I say so.")
    with world.changing("minute_taker") as work, pytest.raises(NotPermitted):
        incidents.tell(work, case, [FOLLOWED])


def test_the_breach_of_an_order_is_put_right_among_the_orders(world, case):
    tell(world, case)
    entry = seen(world, case).lines[0].id
    with world.changing("officer") as work:
        signed = {"panel_id": world.clinic, "case_id": case, "agency_id": work.actor.agency_id,
                  "entered_by_id": work.actor.user_id, "entered_at": work.now}
        order = Order(**signed, kind="spo")
        work.session.add(order)
        work.session.flush()
        work.session.add(Breach(**signed, order_id=order.id, incident_id=entry, happened_on=FOLLOWED.on))
        work.require(lambda *_: True)
        work.record(AuditVerb.CREATE, "Breach")
    with world.changing("officer") as work, pytest.raises(RuleBroken, match="among the orders"):
        incidents.take_back(work, case, entry, "Not so.")


def test_a_log_goes_in_once_however_often_it_is_pasted(world, case):
    log = [replace(FOLLOWED, on=date(2026, 10, day), what=f"Message {day}.") for day in range(1, 29)]
    assert tell(world, case, *log, log[0]).new == 28
    assert tell(world, case, *log).new == 0
    assert seen(world, case).pages.total == 28
    with pytest.raises(RuleBroken, match="already"):
        tell(world, case, log[3])


def test_what_cannot_have_happened_is_refused_with_a_sentence(world, case):
    with world.office.peeking("tests") as session:
        victim = session.scalars(select(Person).where(Person.case_id == case, Person.kind == PartyKind.VICTIM)).one()
        victim.born_on = date(1990, 5, 1)
        session.commit()
    for said, sentence in ((date(1990, 4, 30), "before the victim was born"), (date(2027, 1, 1), "in the future")):
        with pytest.raises(RuleBroken, match=sentence):
            tell(world, case, replace(FOLLOWED, on=said))
    tell(world, case, replace(FOLLOWED, on=date(1990, 5, 1)))


def test_a_correction_says_why_and_changes_something(world, case):
    tell(world, case)
    entry = seen(world, case).lines[0].id
    for said, why, sentence in ((FOLLOWED, "So.", "Nothing is different"),
                                (replace(FOLLOWED, what="Otherwise."), " ", "Say why")):
        with world.changing("officer") as work, pytest.raises(RuleBroken, match=sentence):
            incidents.correct(work, case, entry, said, why)


def test_what_an_undecided_nomination_tells_is_changed_there_and_what_it_told_is_no_secret_afterwards(world):
    make.meeting(world, datetime(2026, 12, 9, 9, 30, tzinfo=UTC))
    nomination_id = make.nominated(world, incidents=(FOLLOWED,))
    with world.looking() as session:
        said = session.get_one(Nomination, nomination_id)
        row = session.scalars(select(Row).where(Row.nomination_id == nomination_id)).one()
    with world.changing("coordinator") as work, pytest.raises(RuleBroken, match="nobody has decided"):
        incidents.take_back(work, said.case_id, row.id, "Wrong.")
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))
    with world.changing("coordinator") as work, pytest.raises(RuleBroken, match="cannot be restricted"):
        incidents.correct(work, said.case_id, row.id, replace(FOLLOWED, information=SECRET), "Secret.")
    with world.changing("coordinator") as work:
        incidents.correct(work, said.case_id, row.id, replace(FOLLOWED, what="Followed home."), "It was home.")
    with world.reading("officer") as work:
        assert [one.what for one in nomination_pages.show(work, nomination_id).told.incidents] == ["Followed home."]
    assert [line.what for line in seen(world, said.case_id, "coordinator").lines] == ["Followed home."]
