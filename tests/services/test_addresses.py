"""A safe address: one proposes, a second decides, few look, and whoever looks is known to have looked."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.addresses import AddressDraft, AddressStatus, RevealReason
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.panels import TaskKind
from clinic.models.account import Membership, User
from clinic.models.audit import AuditEvent
from clinic.models.case import Case, Person
from clinic.models.post import QueuedLetter
from clinic.models.safe_address import AddressReveal, SafeAddress
from clinic.models.sealed import DataKey, SealBroken
from clinic.policy import addresses as policy
from clinic.policy.accounts import anyone
from clinic.services import addresses, case_pages, exclusions, known_addresses, overviews, reveals
from clinic.services.exclusions import Who
from tests import make

HOME, HIS = "1 Hidden Lane, Northmere ZZ9 9ZZ", "2 Known Road, Northmere ZZ8 8ZZ"
SHUT = (NotFound, NotPermitted)
CHECK = RevealReason.CHECK


@pytest.fixture
def case_id(world):
    """A case that the advocate's agency is asked about."""
    return new_case(world)


def new_case(world, **more):
    case_id = make.case(world, **more)
    make.listed(world, case_id, make.meeting(world), asked=("advocacy", "probation"))
    return case_id


def propose(world, case_id, address=HOME, who="advocate", **more):
    with world.changing(who) as work:
        addresses.propose(work, case_id, AddressDraft(address, **more))
    return waiting(world, case_id)


def waiting(world, case_id):
    with world.looking() as session:
        return session.scalars(select(SafeAddress.id).where(
            SafeAddress.case_id == case_id, SafeAddress.status == AddressStatus.WAITING)).one()


def look(world, case_id, address_id, who="coordinator", now=None, words="A visit tomorrow."):
    with world.changing(who, now) as work:
        return reveals.reveal(work, case_id, address_id, CHECK, words)


def decide(world, case_id, address_id, who="coordinator", confirmed=True, refusal="", now=None):
    with world.changing(who, now) as work:
        addresses.decide(work, case_id, address_id, confirmed, refusal)


def kept(world, case_id, address=HOME):
    """Return an address that counts: the advocate's, confirmed by the coordinator."""
    address_id = propose(world, case_id, address)
    look(world, case_id, address_id)
    decide(world, case_id, address_id)
    return address_id


def page(world, case_id, who="coordinator"):
    with world.reading(who) as work:
        return addresses.page(work, case_id)


def tasks(world, who):
    with world.reading(who) as work:
        lines = [(line.case_id, line.waits, line.seen) for line in addresses.tasks(work).lines]
    with world.reading(who) as work:
        counted = {task.kind: task.count for panel in overviews.of_person(work).panels for task in panel.tasks}
    assert counted.get(TaskKind.ADDRESSES, 0) == sum(waits for _, waits, _ in lines)
    assert counted.get(TaskKind.REVEALS, 0) == sum(seen for *_, seen in lines)
    return lines


def letters(world):
    with world.looking() as session:
        names = {id_: name for name, id_ in world.users.items()}
        return sorted((letter.kind, names[letter.user_id]) for letter in session.scalars(select(QueuedLetter))
                      if letter.kind in (LetterKind.RECORD_OPENED, LetterKind.LOOK_NOW))


def add_known(world, case_id, address=HIS, who="officer"):
    with world.looking() as session:
        person_id = session.scalars(select(Person.id).where(
            Person.case_id == case_id, Person.kind == PartyKind.PERPETRATOR)).one()
    with world.changing(who) as work:
        known_addresses.add(work, case_id, person_id, address)


def test_an_address_counts_once_a_second_person_who_has_looked_confirms_it(world, case_id):
    first = propose(world, case_id)
    assert page(world, case_id).standing is None and page(world, case_id).waiting.id == first
    with pytest.raises(RuleBroken, match="second person"):
        decide(world, case_id, first, "advocate")
    with pytest.raises(RuleBroken, match="Look at the address"):
        decide(world, case_id, first)
    assert look(world, case_id, first).address == HOME
    decide(world, case_id, first)
    assert page(world, case_id).standing.id == first and page(world, case_id).waiting is None


def test_until_then_the_earlier_one_stands_and_after_a_refusal_too(world, case_id):
    first = kept(world, case_id)
    second = propose(world, case_id, "3 Other Lane ZZ7 7ZZ", "coordinator")
    assert page(world, case_id).standing.id == first
    with pytest.raises(RuleBroken, match="waits already"):
        propose(world, case_id, "4 Another Lane ZZ7 7ZZ")
    with pytest.raises(RuleBroken, match="Say why"):
        decide(world, case_id, second, "advocate", confirmed=False)
    decide(world, case_id, second, "advocate", confirmed=False, refusal="She left there in May.")
    shown = page(world, case_id, "chair")
    assert shown.standing.id == first and shown.waiting is None and shown.earlier[0].refusal == "She left there in May."
    with pytest.raises(RuleBroken, match="decided this already"):
        decide(world, case_id, second, "advocate", confirmed=False, refusal="Again.")


def test_every_version_stays_and_the_latest_confirmed_counts(world, case_id):
    first = kept(world, case_id)
    second = propose(world, case_id, "3 Other Lane ZZ7 7ZZ", "coordinator")
    later = world.now + timedelta(hours=1)
    look(world, case_id, second, "chair", later)
    decide(world, case_id, second, "chair", now=later)
    shown = page(world, case_id)
    assert shown.standing.id == second and [line.id for line in shown.earlier] == [first]
    with pytest.raises(RuleBroken, match="Nothing is shown"):
        look(world, case_id, first)


def test_the_table_itself_wants_a_second_person(world, case_id):
    address_id = propose(world, case_id)
    with pytest.raises(IntegrityError), world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        row = work.session.get_one(SafeAddress, address_id)
        row.status, row.decided_by_id, row.decided_at = AddressStatus.CONFIRMED, row.proposed_by_id, world.now
        work.record(AuditVerb.UPDATE, row)


@pytest.mark.parametrize("who", [
    "officer", "probation_officer", "minute_taker", "deputy", "outsider", "observer", "admin",
])
def test_nobody_but_the_few_meets_a_safe_address(world, case_id, who):
    address_id = kept(world, case_id)
    for call in (page, lambda *_: look(world, case_id, address_id, who), lambda *_: propose(world, case_id, who=who),
                 lambda *_: decide(world, case_id, address_id, who)):
        with pytest.raises(SHUT):
            call(world, case_id, who)
    with pytest.raises(SHUT), world.changing(who) as work:
        reveals.take_note(work, case_id)
    assert tasks(world, who) == []


def test_the_chair_looks_and_decides_but_proposes_nothing(world, case_id):
    address_id = propose(world, case_id)
    assert look(world, case_id, address_id, "chair").address == HOME
    decide(world, case_id, address_id, "chair")
    with pytest.raises(NotPermitted):
        propose(world, case_id, who="chair")
    with world.reading("chair") as work:
        assert case_pages.show(work, case_id).may_reveal


def test_an_advocate_whose_agency_takes_no_part_meets_nothing_and_is_told_nothing(world):
    case_id = make.case(world)
    address_id = propose(world, case_id, who="coordinator")
    look(world, case_id, address_id, "chair")
    with pytest.raises(NotFound):
        look(world, case_id, address_id, "advocate")
    assert tasks(world, "advocate") == []
    assert {who for _, who in letters(world)} == {"coordinator"}


def test_whoever_looks_is_written_down_and_the_others_are_told_without_a_name(world, case_id):
    address_id = kept(world, case_id)
    look(world, case_id, address_id, "chair", world.now + timedelta(minutes=1), "A visit tomorrow at noon.")
    assert letters(world).count((LetterKind.RECORD_OPENED, "coordinator")) == 1
    assert letters(world).count((LetterKind.RECORD_OPENED, "advocate")) == 2
    assert tasks(world, "coordinator") == [(case_id, False, 1)] and tasks(world, "advocate") == [(case_id, False, 2)]
    line = page(world, case_id).reveals[0]
    assert (line.by, line.reason, line.words) == ("Chair Testwell", CHECK, "A visit tomorrow at noon.") and line.is_new
    with world.looking() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.verb == AuditVerb.REVEAL)
                                .order_by(AuditEvent.seq.desc())).first()
        assert event.detail == {"reason": "check"} and event.object_type == "SafeAddress"


def test_what_coordinator_and_advocate_have_read_is_new_to_each_of_them_once(world, case_id):
    address_id = kept(world, case_id)
    look(world, case_id, address_id, "chair")
    with world.changing("coordinator") as work:
        reveals.take_note(work, case_id)
    assert tasks(world, "coordinator") == [] and tasks(world, "advocate") == [(case_id, False, 2)]
    with world.looking() as session:
        noted = [row.revealed_by_id for row in session.scalars(select(AddressReveal)) if row.coordinator_saw_at]
        assert noted == [world.users["chair"]]
    assert not page(world, case_id).has_news and page(world, case_id, "advocate").has_news
    with world.changing("advocate") as work:
        reveals.take_note(work, case_id)
    assert tasks(world, "advocate") == []


def test_ten_looks_of_one_person_are_allowed_on_one_day_over_all_cases(world, case_id):
    address_id, other = kept(world, case_id), new_case(world)
    elsewhere = kept(world, other)
    for _ in range(8):
        look(world, case_id, address_id)
    make.excluded(world, other, who="coordinator")
    with pytest.raises(RuleBroken, match="10 addresses today"):
        look(world, case_id, address_id)
    look(world, other, elsewhere, "chair")
    look(world, case_id, address_id, now=world.now + timedelta(days=1))
    with world.looking() as session:
        assert len(session.scalars(select(AddressReveal)).all()) == 12


def test_the_page_of_an_address_never_loads_it(world, case_id):
    address_id = kept(world, case_id)
    with world.reading("coordinator") as work:
        work.require(policy.may_list)
        row = work.session.scalars(select(SafeAddress).where(SafeAddress.id == address_id)).one()
        work.record(AuditVerb.VIEW, row)
        with pytest.raises(Exception, match="raiseload"):
            _ = row.address


def test_neither_the_cases_key_nor_its_own_alone_opens_an_address(world, case_id):
    address_id, other = kept(world, case_id), new_case(world)
    elsewhere = kept(world, other)
    for lost in (case_id, address_id):
        with world.office.engine.begin() as connection:
            row = connection.execute(select(DataKey.__table__).where(DataKey.owner_id == lost)).one()
            connection.execute(delete(DataKey).where(DataKey.owner_id == lost))
        assert opened(world, elsewhere) == HOME
        assert opened(world, address_id) == ""
        with world.office.engine.begin() as connection:
            connection.execute(DataKey.__table__.insert().values(**row._mapping))
    assert opened(world, address_id) == HOME


def opened(world, address_id):
    with world.looking() as session:
        return session.get_one(SafeAddress, address_id, options=[undefer(SafeAddress.address_sealed)]).address


def test_the_address_of_one_row_does_not_open_in_another(world, case_id):
    address_id, other = kept(world, case_id), new_case(world)
    elsewhere = kept(world, other)
    with world.office.engine.begin() as connection:
        table = SafeAddress.__table__
        sealed = connection.scalar(select(table.c.address_sealed).where(table.c.id == address_id))
        connection.execute(update(table).where(table.c.id == elsewhere).values(address_sealed=sealed))
    with pytest.raises(SealBroken):
        opened(world, elsewhere)


def test_a_known_address_of_a_perpetrator_stops_the_proposal_until_it_is_said_why(world, case_id):
    add_known(world, case_id)
    with pytest.raises(RuleBroken, match="Stop"):
        propose(world, case_id, "2, KNOWN RD, ZZ88ZZ")
    address_id = propose(world, case_id, HIS, sure=True, in_spite="He moved out, she stays.")
    assert look(world, case_id, address_id).in_spite == "He moved out, she stays."


def test_an_address_known_in_another_case_stops_it_too_and_only_for_who_may_know_of_that_case(world, case_id):
    other = make.case(world, nominated_by="probation_officer")
    add_known(world, other, who="probation_officer")
    with pytest.raises(RuleBroken, match="Stop"):
        propose(world, case_id, HIS, "coordinator")
    make.excluded(world, other, who="coordinator")
    propose(world, case_id, HIS, "coordinator")


def test_a_perpetrator_who_is_found_at_the_safe_address_marks_it_and_the_entrant_learns_nothing(world, case_id):
    kept(world, case_id)
    told = letters(world)
    add_known(world, case_id, HOME)
    assert page(world, case_id).standing.clashes_at is not None
    assert [one for one in letters(world) if one not in told or letters(world).count(one) > told.count(one)] != []
    assert tasks(world, "coordinator") == [(case_id, True, 0)]
    with world.reading("officer") as work:
        line, = known_addresses.page(work, case_id).lines
    assert line.address == HOME and line.may_take_back
    with world.changing("officer") as work:
        known_addresses.take_back(work, case_id, line.id)
    assert page(world, case_id).standing.clashes_at is None and tasks(world, "coordinator") == []


def test_what_an_agency_said_of_a_perpetrator_only_it_and_the_coordinator_take_back(world, case_id):
    add_known(world, case_id)
    with world.reading("chair") as work:
        shown = known_addresses.page(work, case_id)
    assert not shown.may_add and not shown.lines[0].may_take_back
    for who in ("probation_officer", "advocate", "chair"):
        with pytest.raises(NotPermitted), world.changing(who) as work:
            known_addresses.take_back(work, case_id, shown.lines[0].id)
    with world.changing("coordinator") as work:
        known_addresses.take_back(work, case_id, shown.lines[0].id)
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        known_addresses.take_back(work, case_id, shown.lines[0].id)
    assert propose(world, case_id, HIS)


def test_a_known_address_is_somebody_s_of_the_case(world, case_id):
    with pytest.raises(RuleBroken), world.changing("officer") as work:
        known_addresses.add(work, case_id, None, HIS)
    other = make.case(world)
    with world.looking() as session:
        stranger = session.scalars(select(Person.id).where(Person.case_id == other)).first()
    with pytest.raises(RuleBroken), world.changing("officer") as work:
        known_addresses.add(work, case_id, stranger, HIS)


def test_an_advocate_who_is_shut_out_meets_no_address_no_task_and_no_letter(world, case_id):
    meets_nothing(world, case_id, "advocate", "coordinator")


def test_a_coordinator_who_is_shut_out_meets_no_address_no_task_and_no_letter(world, case_id):
    second_coordinator(world)
    meets_nothing(world, case_id, "coordinator", "lapsed")


def meets_nothing(world, case_id, who, by):
    address_id = kept(world, case_id)
    with world.changing(by) as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users[who]), "user_is_party")
    told = [one for one in letters(world) if one[1] == who]
    look(world, case_id, address_id, "chair")
    add_known(world, case_id, HOME)
    assert tasks(world, who) == [] and [one for one in letters(world) if one[1] == who] == told
    for call in (page, lambda *_: look(world, case_id, address_id, who), lambda *_: propose(world, case_id, who=who)):
        with pytest.raises(NotFound):
            call(world, case_id, who)
    with pytest.raises(NotFound), world.reading(who) as work:
        known_addresses.page(work, case_id)


def second_coordinator(world):
    """Let somebody whose seat had ended coordinate the panel too."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        user = work.session.get_one(User, world.users["lapsed"])
        work.session.add(Membership(user_id=user.id, panel_id=world.clinic, agency_id=user.agency_id,
                                    role=MembershipRole.COORDINATOR, valid_from=world.now.date()))
        work.record(AuditVerb.CREATE, "Membership")


def test_the_row_rule_and_the_query_rule_agree(world, case_id):
    address_id = kept(world, case_id)
    with world.looking() as session:
        case = session.get_one(Case, case_id)
    for who in world.users:
        actor = world.actor(who)
        with world.office.reading(actor, world.now) as work:
            work.require(policy.may_list)
            found = work.session.scalars(select(SafeAddress.id).where(policy.visible_to(actor))).all()
            work.record(AuditVerb.VIEW, "SafeAddress")
        assert (found == [address_id]) is policy.may_reveal(actor, case), who
