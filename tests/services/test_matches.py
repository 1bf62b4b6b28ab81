"""A pair that comes back is noticed, as far as whoever looks may know; a coordinator judges, and can take it back."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Gender
from clinic.domain.drafts import PartyDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.lookups import LookupField
from clinic.domain.matching.relations import Relation
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.models.agenda import AgendaItem
from clinic.models.audit import AuditEvent
from clinic.models.case import Case, CaseExclusion, Person
from clinic.models.hearing import Hearing
from clinic.models.link import PersonLink
from clinic.models.lookup import digests
from clinic.models.nomination import Nomination
from clinic.policy import cases as case_policy
from clinic.policy.accounts import anyone
from clinic.services import (
    agenda_pages,
    draft_pages,
    edition_pages,
    exclusions,
    frequencies,
    links,
    live,
    match_pages,
    matches,
    nomination_pages,
    nominations,
    repeats,
    triage,
)
from clinic.services.exclusions import Who
from tests import make
from tests.services.test_editions import publish

SWAPPED = {
    "victim": PartyDraft("Yorick", "Othername", (), date(1985, 2, 3), Gender.MALE),
    "perpetrator": PartyDraft("Zelda", "Uniquename", (), date(1990, 3, 27), Gender.FEMALE),
}
STRANGERS = {
    "victim": PartyDraft("Branwen", "Tregenza", (), date(1971, 8, 2), Gender.FEMALE),
    "perpetrator": PartyDraft("Gawain", "Polglaze", (), date(1969, 12, 30), Gender.MALE),
    "contact": replace(make.draft().contact, postcode="ZZ9 9XX", telephone="07700 900777"),
}


def nominated(world, who="officer", days_ago=0, **changes):
    """Return the ids of a nomination that somebody has sent and of its case."""
    if days_ago:
        changes["last_incident_on"] = None
    nomination_id = make.nominated(replace(world, now=world.now - timedelta(days=days_ago)), who, **changes)
    with world.looking() as session:
        return nomination_id, session.get_one(Nomination, nomination_id).case_id


def people(world, case_id):
    with world.looking() as session:
        return {p.kind.value: p.id for p in session.scalars(select(Person).where(Person.case_id == case_id))}


def judge(world, case_id, other_id, kinds=("victim", "perpetrator"), same=True, by="coordinator", theirs=None):
    mine, others = people(world, case_id), people(world, other_id)
    for kind in kinds:
        with world.changing(by) as work:
            links.judge(work, case_id, mine[kind], others[theirs or kind], same)


def page(world, case_id, who="coordinator"):
    with world.reading(who) as work:
        return match_pages.page(work, case_id)


def is_repeat(world, nomination_id):
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).repeat


def accept(world, nomination_id):
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))


def test_a_pair_that_comes_back_is_a_repeat_from_the_day_it_is_sent(world):
    make.meeting(world, world.now + timedelta(days=14))
    first, first_case = nominated(world, days_ago=30)
    second, second_case = nominated(world)
    assert not is_repeat(world, first) and is_repeat(world, second)
    with world.reading("officer") as work:
        shown = nomination_pages.show(work, second).returned
    with world.reading("officer") as work:
        assert draft_pages.sent_page(work, second).returned == shown
    assert shown.case_id == first_case and shown.is_repeat and shown.until == date(2027, 10, 26)
    with world.reading("coordinator") as work:
        beside = triage.page(work, second).beside
    assert beside.returned == shown and beside.relations[0][0] == "The same victim and perpetrator"
    accept(world, second)
    with world.looking() as session:
        item = session.scalars(select(AgendaItem).where(AgendaItem.case_id == second_case)).one()
    assert item.kind == "case_repeat" and item.minutes == 15


def test_strangers_are_no_repeat_and_nothing_is_said_of_them(world):
    nominated(world)
    other, other_case = nominated(world, **STRANGERS)
    assert not is_repeat(world, other) and not page(world, other_case).lines


def test_fourteen_months_later_the_pair_is_known_and_is_no_repeat(world):
    _, first_case = nominated(world, days_ago=426)
    second, second_case = nominated(world)
    returned = page(world, second_case).returned
    assert not is_repeat(world, second) and returned.case_id == first_case and not returned.is_repeat


def test_who_nominates_is_told_only_of_cases_that_their_agency_knows(world):
    first, _ = nominated(world, "probation_officer", days_ago=30)
    second, second_case = nominated(world, "officer")
    assert not is_repeat(world, second)
    with world.reading("officer") as work:
        assert nomination_pages.show(work, second).returned is None
    with world.reading("officer") as work:
        assert draft_pages.sent_page(work, second).returned is None
    assert page(world, second_case).returned.is_repeat
    with world.changing("officer") as work:
        nominations.edit(work, second, make.draft(question="And now?"), 1)
    assert not is_repeat(world, second)


@contextmanager
def statements(office):
    seen = []

    def note(connection, cursor, statement, parameters, context, executemany):
        seen.append(statement)

    sa.event.listen(office.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(office.engine, "before_cursor_execute", note)


def test_a_case_that_the_coordinator_must_not_know_of_is_as_if_it_were_not_there(world):
    _, hidden = nominated(world, days_ago=30)
    make.excluded(world, hidden, who="coordinator")
    second, second_case = nominated(world, "probation_officer")
    _, stranger = nominated(world, **STRANGERS)
    costs = []
    for case_id in (second_case, stranger):
        with statements(world.office) as seen:
            found = page(world, case_id)
        costs.append(len(seen))
        assert not found.lines and found.returned is None
    assert costs[0] == costs[1]
    with world.reading("coordinator") as work:
        beside = triage.page(work, second).beside
    assert not beside.relations and beside.returned is None
    with pytest.raises(NotFound):
        judge(world, second_case, hidden)


def test_what_hundreds_share_says_nothing_and_what_few_share_still_does(world, monkeypatch):
    _, known = nominated(world, days_ago=30)
    nothing_else = {"victim": replace(make.draft().victim, born_on=None), "contact": STRANGERS["contact"]}
    alike = [nominated(world, "probation_officer", **nothing_else)[1] for _ in range(4)]
    _, again = nominated(world)
    assert {line.case_id for line in page(world, again).lines} == {known, *alike}
    monkeypatch.setattr(matches, "MOST_ROWS", 2)
    assert [line.case_id for line in page(world, again).lines] == [known]
    monkeypatch.setattr(matches, "MOST_ROWS", 4000)
    monkeypatch.setattr(matches, "MOST_SHARERS", 5)
    assert [line.case_id for line in page(world, again).lines] == [known]


def test_those_who_share_something_are_counted_only_so_far(world):
    for _ in range(4):
        nominated(world)
    birth, other = (LookupField.BIRTH, "1990-03-27"), (LookupField.BIRTH, "1971-08-02")
    with world.looking() as session:
        keys = digests(session, [birth, other])
        assert frequencies.of(session, keys.values(), 3) == {keys[birth]: 3, keys[other]: 0}


def test_swapped_roles_warn_and_do_not_make_a_repeat(world):
    _, first_case = nominated(world, perpetrator=SWAPPED["victim"])
    second, second_case = nominated(world, **SWAPPED)
    line, = page(world, second_case).lines
    assert line.relation is Relation.ROLES_SWAPPED and "counter-allegation" in line.warning
    assert not is_repeat(world, second) and page(world, second_case).returned is None


@pytest.mark.parametrize(("who", "error"), [
    ("chair", NotPermitted), ("officer", NotPermitted), ("other_coordinator", NotFound), ("admin", NotFound),
])
def test_only_the_coordinator_looks_at_matches_and_judges_them(world, who, error):
    _, first = nominated(world, days_ago=30)
    _, second = nominated(world)
    with pytest.raises(error):
        page(world, second, who)
    with pytest.raises(error):
        judge(world, second, first, by=who)


def test_linked_people_stay_apart_records_and_the_link_can_be_undone(world):
    _, first = nominated(world, days_ago=30)
    _, second = nominated(world)
    before = people(world, first), people(world, second)
    judge(world, second, first)
    for case_id in (first, second):
        line, = page(world, case_id).lines
        assert [match.said for match in line.matches] == [True, True]
    assert (people(world, first), people(world, second)) == before
    link_id = line.matches[0].link_id
    with world.changing("coordinator") as work:
        links.undo(work, first, link_id)
    line, = page(world, second).lines
    assert sorted(str(match.said) for match in line.matches) == ["None", "True"]
    with world.looking() as session:
        row = session.get_one(PersonLink, link_id)
        assert row.undone_by_id == world.users["coordinator"] and row.reasons
    with pytest.raises(RuleBroken, match="undone already"), world.changing("coordinator") as work:
        links.undo(work, first, link_id)


def test_people_called_different_make_no_repeat_until_that_is_undone(world):
    _, first = nominated(world, days_ago=30)
    second, second_case = nominated(world)
    assert is_repeat(world, second)
    judge(world, second_case, first, same=False)
    assert not is_repeat(world, second)
    shown = page(world, second_case)
    assert shown.returned is None and shown.lines[0].relation is Relation.APART
    for match in shown.lines[0].matches:
        with world.changing("coordinator") as work:
            links.undo(work, second_case, match.link_id)
    assert is_repeat(world, second)


def test_two_people_are_judged_once_from_whichever_side(world):
    _, first = nominated(world, days_ago=30)
    _, second = nominated(world)
    judge(world, second, first, kinds=("victim",))
    with pytest.raises(RuleBroken, match="judged these two already"):
        judge(world, first, second, kinds=("victim",), same=False)
    with pytest.raises(NotFound):
        judge(world, first, first, kinds=("victim",), theirs="perpetrator")


def test_what_is_linked_by_hand_counts_though_the_names_say_nothing(world):
    _, first = nominated(world, days_ago=30)
    second, second_case = nominated(world, **STRANGERS)
    judge(world, second_case, first)
    assert is_repeat(world, second) and page(world, second_case).lines[0].relation is Relation.SAME_PAIR


@pytest.mark.parametrize("shut", [0, 1])
def test_a_link_is_behind_the_walls_of_both_its_cases(world, shut):
    _, first = nominated(world, days_ago=30)
    _, second = nominated(world)
    judge(world, second, first, kinds=("victim",))
    make.excluded(world, (first, second)[shut], who="deputy")
    seen = {}
    for who in ("coordinator", "deputy", "observer", "outsider"):
        with world.reading(who) as work:
            work.require(case_policy.may_list)
            seen[who] = len(work.session.scalars(select(PersonLink)).all())
            work.record(AuditVerb.VIEW, "PersonLink")
    assert seen == {"coordinator": 1, "deputy": 0, "observer": 1, "outsider": 0}


def test_what_was_said_of_two_people_is_for_whoever_may_know_of_both_cases(world):
    _, first = nominated(world, "probation_officer", days_ago=30)
    _, second = nominated(world, "officer")
    judge(world, second, first)
    told = {}
    for who in ("coordinator", "officer"):
        with world.reading(who) as work:
            work.require(case_policy.may_list)
            told[who] = len(matches.judgements(work, second)), matches.linked_pairs(work, [second])
            work.record(AuditVerb.VIEW, "PersonLink")
    assert told == {"coordinator": (2, {second: {first}}), "officer": (0, {})}


def test_a_link_with_a_case_behind_somebody_s_wall_is_not_written(world):
    _, first = nominated(world, days_ago=30)
    _, second = nominated(world)
    mine, theirs = people(world, first), people(world, second)
    with world.looking() as session:
        cases = session.get_one(Case, first), session.get_one(Case, second)
    with pytest.raises(NotPermitted), world.changing("other_coordinator") as work:
        work.require(case_policy.may_list)
        work.session.add(PersonLink(
            panel_id=cases[0].panel_id, case_id=first, person_id=mine["victim"], other_panel_id=cases[1].panel_id,
            other_case_id=second, other_person_id=theirs["victim"], same=True, reasons=[],
            said_by_id=world.users["other_coordinator"], said_at=world.now))


def shut_out(world, case_id):
    with world.looking() as session:
        return set(session.scalars(select(CaseExclusion.user_id).where(
            CaseExclusion.case_id == case_id, CaseExclusion.lifted_at.is_(None))))


def test_whoever_must_not_know_of_the_earlier_case_does_not_know_of_the_later_one_once_they_are_linked(world):
    _, first = nominated(world, days_ago=30)
    make.excluded(world, first, who="deputy")
    _, second = nominated(world, **STRANGERS)
    judge(world, second, first, kinds=("victim",))
    assert not shut_out(world, second)
    judge(world, second, first, kinds=("perpetrator",))
    assert shut_out(world, second) == {world.users["deputy"]}
    judge_again = page(world, second).lines[0].matches[0].link_id
    with world.changing("coordinator") as work:
        links.undo(work, second, judge_again)
    assert shut_out(world, second) == {world.users["deputy"]}, "an exclusion is lifted by hand alone"


def test_accepting_a_pair_that_nobody_has_judged_keeps_out_whom_its_earlier_case_keeps_out(world):
    make.meeting(world, world.now + timedelta(days=14))
    _, first = nominated(world, days_ago=30)
    make.excluded(world, first, who="deputy")
    second, second_case = nominated(world)
    accept(world, second)
    assert shut_out(world, second_case) == {world.users["deputy"]}


def test_an_exclusion_that_is_set_later_holds_for_the_linked_later_case_and_not_backwards(world):
    _, first = nominated(world, days_ago=30)
    _, second = nominated(world)
    judge(world, second, first)
    for case_id, who in ((second, "minute_taker"), (first, "deputy")):
        with world.changing("coordinator") as work:
            exclusions.exclude(work, case_id, Who(user_id=world.users[who]), "user_is_party")
    assert shut_out(world, first) == {world.users["deputy"]}
    assert shut_out(world, second) == {world.users["deputy"], world.users["minute_taker"]}


def test_the_agenda_and_the_hearing_say_what_became_of_the_earlier_case(world):
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    _, first = nominated(world, days_ago=30)
    second, second_case = nominated(world)
    judge(world, second_case, first)
    accept(world, second)
    with world.reading("coordinator") as work:
        line = next(line for line in agenda_pages.page_for(work, meeting_id).lines if line.case_id == second_case)
    assert line.returned.case_id == first and line.returned.is_repeat and line.returned.open_actions == 0
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(Hearing.case_id == second_case)).one()
    make.excluded(world, first, who="chair")
    for who, known in (("deputy", first), ("chair", None)):
        with world.reading(who) as work:
            lines = agenda_pages.page_for(work, meeting_id).lines
        with world.reading(who) as work:
            heard = live.hearing_page(work, hearing_id).view.returned
        told = {getattr(line.returned, "case_id", None) for line in lines if line.case_id == second_case}
        assert told == {known} and getattr(heard, "case_id", None) == known


def test_an_edition_calls_a_repeat_what_its_reader_may_know_to_be_one(world):
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    _, first = nominated(world, days_ago=30)
    second, second_case = nominated(world)
    accept(world, second)
    publish(world, meeting_id)
    # Before anybody has linked the two, only whoever knows every case of the panel hears the word.
    assert edition_says(world, meeting_id, "coordinator") == ("Repeat", None)
    assert edition_says(world, meeting_id, "officer") == ("New case", None)
    judge(world, second_case, first)
    assert edition_says(world, meeting_id, "coordinator") == ("Repeat", first)
    assert edition_says(world, meeting_id, "officer") == ("Repeat", first)
    make.excluded(world, first, who="chair")
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(Hearing.case_id == second_case)).one()
    # Not asked about the earlier case, which was never listed, or shut out of it.
    for who in ("probation_officer", "minute_taker", "chair"):
        assert edition_says(world, meeting_id, who) == ("New case", None)
        with world.reading(who) as work:
            heard = live.hearing_page(work, hearing_id)
        assert not heard.view.repeat and heard.here.title == "New case"


def edition_says(world, meeting_id, who):
    """Return what a reader's edition calls its only case, and the earlier case that it names."""
    with world.reading(who) as work:
        line = next(line for line in edition_pages.reader_page(work, meeting_id).lines if line.case_id)
    return line.kind.words, getattr(line.returned, "case_id", None)


def test_what_the_agency_calls_a_repeat_is_called_so_to_everybody(world):
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    said, _ = nominated(world)
    with world.changing("officer") as work:
        work.require(anyone)
        nomination = work.session.get_one(Nomination, said)
        nomination.criteria = ["repeat"]
        work.record(AuditVerb.UPDATE, nomination)
    accept(world, said)
    publish(world, meeting_id)
    assert edition_says(world, meeting_id, "probation_officer") == ("Repeat", None)


def test_what_is_said_of_an_earlier_case_needs_as_many_questions_for_one_pair_as_for_five(world):
    costs = []
    for _ in range(2):
        sent = {}
        for _ in range(2):
            _, first = nominated(world, days_ago=30)
            _, second = nominated(world)
            judge(world, second, first)
            sent[second] = world.now
        with world.reading("coordinator") as work:
            work.require(case_policy.may_list)
            with statements(world.office) as seen:
                found = repeats.of_cases(work, world.clinic, sent)
            work.record(AuditVerb.VIEW, "Case")
        assert set(found) == set(sent)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 6


def test_judging_and_undoing_are_written_down_without_a_name(world):
    _, first = nominated(world, days_ago=30)
    _, second = nominated(world)
    judge(world, second, first, kinds=("victim",))
    with world.changing("coordinator") as work:
        links.undo(work, second, next(iter(matches.judgements(work, second).values())).id)
    with world.looking() as session:
        about_links = select(AuditEvent).where(AuditEvent.object_type == "PersonLink").order_by(AuditEvent.seq)
        written = [(row.verb, row.detail) for row in session.scalars(about_links)]
    assert [verb for verb, _ in written] == [AuditVerb.CREATE, AuditVerb.REVOKE]
    assert "Zelda" not in str(written) and written[0][1]["same"] == 1
