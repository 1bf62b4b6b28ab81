"""The card of how a victim is reached: few read it, two kinds of people write it, an advocate checks it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.cases import Answer
from clinic.domain.contacts import Card, SafeChannel, Safety, Way
from clinic.domain.errors import NotFound, NotPermitted, Stale
from clinic.domain.panels import TaskKind
from clinic.models.case import Case
from clinic.models.contact import ContactCard, ContactCheck
from clinic.models.nomination import Nomination
from clinic.services import contacts, exclusions, overviews
from clinic.services.exclusions import Who
from tests import make

CARD = Card({SafeChannel.TEXT: Way(Safety.SAFE, "07700 900123")}, times="Weekdays until two", code_word="Marigold")
SHUT = (NotFound, NotPermitted)


@pytest.fixture
def case_id(world):
    """A case that the advocate's agency is asked about."""
    nomination_id = make.nominated(world)
    with world.looking() as session:
        case_id = session.get_one(Nomination, nomination_id).case_id
    make.listed(world, case_id, make.meeting(world, world.now + timedelta(days=14)), asked=("advocacy", "probation"))
    return case_id


def page(world, case_id, who="advocate", now=None):
    with world.reading(who, now) as work:
        return contacts.page(work, case_id)


def write(world, case_id, card=CARD, who="advocate", seen="", now=None):
    with world.changing(who, now) as work:
        contacts.write(work, case_id, card, seen)


def due(world, who="advocate", now=None):
    with world.reading(who, now) as work:
        listed = [line.case_id for line in contacts.tasks(work).lines]
    with world.reading(who, now) as work:
        counted = [task.count for panel in overviews.of_person(work).panels for task in panel.tasks
                   if task.kind is TaskKind.CONTACTS]
    assert sum(counted) == len(listed)
    return listed


def test_the_safe_contact_is_open_to_few(world, case_id):
    for who in ("coordinator", "officer", "advocate"):
        shown = page(world, case_id, who)
        assert (shown.postcode, shown.telephone_safe) == ("ZZ1 1ZZ", Answer.NO)
    for who in ("probation_officer", "minute_taker", "deputy", "chair", "observer", "outsider", "admin"):
        with pytest.raises(SHUT):
            page(world, case_id, who)


def test_an_advocates_card_counts_as_checked_and_the_earlier_one_stays(world, case_id):
    write(world, case_id, who="coordinator")
    first = page(world, case_id)
    assert first.cards[0].card.code_word == "Marigold" and first.checked is None
    later = world.now + timedelta(days=1)
    write(world, case_id, Card({SafeChannel.TEXT: Way(Safety.UNSAFE)}), seen=first.card_id, now=later)
    second = page(world, case_id)
    assert [line.card.ways[SafeChannel.TEXT].safety for line in second.cards] == [Safety.UNSAFE, Safety.SAFE]
    assert (second.checked.by, second.checked.agency) == ("Advocate Testwell", "Northmere Advocacy")
    with world.looking() as session:
        assert len(session.scalars(select(ContactCard)).all()) == 2


def test_a_check_says_today_who_and_of_which_card_and_moves_the_day(world, case_id):
    before = page(world, case_id).due_on
    later = world.now + timedelta(days=10)
    with world.changing("advocate", later) as work:
        contacts.check(work, case_id, "")
    assert page(world, case_id).due_on == before + timedelta(days=10)
    write(world, case_id, who="coordinator")
    with pytest.raises(Stale), world.changing("advocate", later) as work:
        contacts.check(work, case_id, "")
    card_id = page(world, case_id).card_id
    with world.changing("advocate", later + timedelta(hours=1)) as work:
        contacts.check(work, case_id, card_id)
    with world.looking() as session:
        assert {str(row.card_id) for row in session.scalars(select(ContactCheck))} == {"None", card_id}


def test_a_card_written_over_one_that_its_writer_did_not_see_is_refused(world, case_id):
    write(world, case_id, who="coordinator")
    with pytest.raises(Stale):
        write(world, case_id)


@pytest.mark.parametrize("who", ["officer", "probation_officer", "chair", "minute_taker"])
def test_nobody_else_writes_a_card_and_only_an_advocate_checks_it(world, case_id, who):
    with pytest.raises(SHUT):
        write(world, case_id, who=who)
    for other in (who, "coordinator"):
        with pytest.raises(SHUT), world.changing(other) as work:
            contacts.check(work, case_id, "")


def test_a_check_is_due_after_the_panels_days_until_it_is_made_and_not_of_a_closed_case(world, case_id):
    later = world.now + timedelta(days=28, minutes=1)
    for who in ("advocate", "coordinator"):
        assert due(world, who) == [] and due(world, who, later) == [case_id]
    assert due(world, "officer", later) == []
    assert page(world, case_id, now=later + timedelta(days=1)).late
    with world.changing("advocate", later) as work:
        contacts.check(work, case_id, "")
    assert due(world, now=later) == []
    much_later = later + timedelta(days=40)
    assert due(world, now=much_later) == [case_id]
    with world.changing("coordinator") as work:
        work.require(exclusions.policy.may_exclude, work.session.get_one(Case, case_id))
        work.session.get_one(Case, case_id).status = "closed"
        work.record("update", "Case")
    assert due(world, now=much_later) == []


def test_whoever_is_shut_out_meets_no_contact_no_task_and_no_count(world, case_id):
    later = world.now + timedelta(days=40)
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users["advocate"]), "user_is_party")
    assert due(world, now=later) == []
    for call in (page, write):
        with pytest.raises(NotFound):
            call(world, case_id)


def test_an_advocate_whose_agency_takes_no_part_finds_nothing_to_check(world):
    make.nominated(world)
    later = world.now + timedelta(days=40)
    assert due(world, now=later) == [] and len(due(world, "coordinator", later)) == 1
