"""A response is disputed by one agency and answered by the other or the chair; both stay to be read."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.disputes import DisputeOutcome, NewDispute, ResponseKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.panels import TaskKind
from clinic.models.hearing import Hearing
from clinic.models.post import QueuedLetter
from clinic.services import case_pages, dispute_pages, disputes, exclusions, live, overviews
from clinic.services.exclusions import Who
from tests import make

CHANGED, STANDS = DisputeOutcome.CHANGED, DisputeOutcome.STANDS


@pytest.fixture
def case_id(world):
    """A case that the police nominated, and that the advocates and probation are asked about."""
    case_id = make.case(world)
    make.listed(world, case_id, make.meeting(world, world.now + timedelta(days=14)), asked=("advocacy", "probation"))
    return case_id


def said(world, **other):
    given = {"responder_id": world.agencies["police"], "response": ResponseKind.LOW_PRIORITY,
             "responded_on": date(2026, 11, 3), "words": "He was at the door that night."}
    return NewDispute(**given | other)


def dispute(world, case_id, who="advocate", **other):
    with world.changing(who) as work:
        return disputes.dispute(work, case_id, said(world, **other))


def answer(world, case_id, dispute_id, who="officer", outcome=CHANGED, words="A car was sent."):
    with world.changing(who) as work:
        disputes.answer(work, case_id, dispute_id, outcome, words)


def lines(world, case_id, who="officer"):
    with world.reading(who) as work:
        return dispute_pages.page(work, case_id).lines


def waits(world, who):
    """Return how many tasks somebody's home counts, and the cases on their list."""
    with world.reading(who) as work:
        counted = sum(task.count for panel in overviews.of_person(work).panels for task in panel.tasks
                      if task.kind is TaskKind.DISPUTES)
    with world.reading(who) as work:
        return counted, [line.case_id for line in dispute_pages.tasks(work).lines]


def letters(world):
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == LetterKind.LOOK_NOW)).all()
    names = {id_: name for name, id_ in world.users.items()}
    return sorted(names[row.user_id] for row in rows)


def test_a_disputed_response_waits_for_who_gave_it_and_the_chair_until_one_answers(world, case_id):
    dispute_id = dispute(world, case_id)
    assert letters(world) == ["officer"]
    for who in ("officer", "chair"):
        assert waits(world, who) == (1, [case_id])
    for who in ("advocate", "coordinator", "probation_officer"):
        assert waits(world, who) == (0, [])
    answer(world, case_id, dispute_id)
    assert waits(world, "officer") == waits(world, "chair") == (0, [])
    assert letters(world) == ["advocate", "officer"]
    line, = lines(world, case_id, "probation_officer")
    assert (line.agency, line.by, line.responder) == ("Northmere Advocacy", "Advocate Testwell", "Northmere Police")
    answered, = line.answers
    assert (answered.agency, answered.by, answered.words) == ("Northmere Police", "Officer Testwell", "A car was sent.")


def test_the_case_and_its_hearing_show_what_stands_and_what_is_open_comes_first(world, case_id):
    dispute(world, case_id)
    answer(world, case_id, dispute(world, case_id, response=ResponseKind.NOT_STALKING))
    with world.changing("advocate") as work:
        disputes.take_back(work, case_id, disputes.dispute(work, case_id, said(world, words="A mistake.")), "Not so.")
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(Hearing.case_id == case_id)).one()
    with world.reading("probation_officer") as work:
        on_case = case_pages.show(work, case_id).disputes
    with world.reading("chair") as work:
        heard = live.hearing_page(work, hearing_id).disputes
    assert [line.id for line in heard] == [line.id for line in on_case]
    assert [(line.response, line.outcome is None) for line in on_case] == [
        (ResponseKind.LOW_PRIORITY, True), (ResponseKind.NOT_STALKING, False)]
    assert [line.why for line in lines(world, case_id)] == ["", "", "Not so."]


def test_it_is_put_right_by_another_version_until_somebody_has_answered(world, case_id):
    first = dispute(world, case_id)
    with world.changing("advocate") as work:
        second = disputes.correct(work, case_id, first, said(world, words="He was there twice."), "It was twice.")
    with world.reading("officer") as work:
        page = dispute_pages.one(work, case_id, second)
    assert page.line.words == "He was there twice." and page.line.corrects
    assert [(line.words, line.why) for line in page.earlier] == [("He was at the door that night.", "It was twice.")]
    with pytest.raises(RuleBroken, match="corrected this or taken it back"):
        answer(world, case_id, first)
    answer(world, case_id, second)
    for change in (lambda work: disputes.correct(work, case_id, second, said(world), "So."),
                   lambda work: disputes.take_back(work, case_id, second, "So.")):
        with world.changing("advocate") as work, pytest.raises(RuleBroken, match="has been answered"):
            change(work)


def test_an_answer_is_put_right_by_another_and_the_chair_s_says_whose_it_is(world, case_id):
    dispute_id = dispute(world, case_id)
    answer(world, case_id, dispute_id, outcome=STANDS, words="Nothing new.")
    with world.changing("chair", world.now + timedelta(hours=1)) as work:
        disputes.answer(work, case_id, dispute_id, CHANGED, "It is looked at anew.")
    line, = lines(world, case_id)
    assert [(one.outcome, one.by) for one in line.answers] == [
        (CHANGED, "Chair Testwell"), (STANDS, "Officer Testwell")]


def test_nobody_disputes_their_own_response_nor_that_of_who_takes_no_part(world, case_id):
    for agency in ("advocacy", "housing", "health"):
        with pytest.raises(RuleBroken) as broken:
            dispute(world, case_id, responder_id=world.agencies[agency])
        assert broken.value.each[0].field == "responder"
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(agency_id=world.agencies["probation"]), "user_is_party")
    with pytest.raises(RuleBroken):
        dispute(world, case_id, responder_id=world.agencies["probation"])
    with world.reading("advocate") as work:
        assert [name for _, name in dispute_pages.page(work, case_id).agencies] == ["Northmere Police"]


@pytest.mark.parametrize(("who", "refusal"), [("coordinator", NotPermitted), ("outsider", NotFound),
                                              ("other_coordinator", NotFound)])
def test_whoever_speaks_for_no_agency_of_the_case_disputes_and_answers_nothing(world, case_id, who, refusal):
    dispute_id = dispute(world, case_id)
    with pytest.raises(refusal):
        dispute(world, case_id, who=who)
    with pytest.raises(refusal):
        answer(world, case_id, dispute_id, who=who)
    with pytest.raises(refusal), world.changing(who) as work:
        disputes.take_back(work, case_id, dispute_id, "So.")


def test_another_agency_s_dispute_is_not_answered_nor_put_right_by_a_third(world, case_id):
    dispute_id = dispute(world, case_id)
    with pytest.raises(NotPermitted):
        answer(world, case_id, dispute_id, who="probation_officer")
    with pytest.raises(NotPermitted), world.changing("probation_officer") as work:
        disputes.correct(work, case_id, dispute_id, said(world, words="Otherwise."), "So.")


def test_whoever_is_shut_out_meets_no_dispute_no_task_no_count_and_no_letter(world, case_id):
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users["officer"]), "user_is_party")
    dispute_id = dispute(world, case_id)
    assert letters(world) == [] and waits(world, "officer") == (0, [])
    for call in (lambda work: dispute_pages.page(work, case_id),
                 lambda work: dispute_pages.one(work, case_id, dispute_id)):
        with pytest.raises(NotFound), world.reading("officer") as work:
            call(work)


def test_a_dispute_of_another_case_is_not_found(world, case_id):
    dispute_id = dispute(world, case_id)
    other = make.case(world)
    with pytest.raises(NotFound), world.reading("officer") as work:
        dispute_pages.one(work, other, dispute_id)
    with pytest.raises(NotFound):
        answer(world, other, dispute_id)
