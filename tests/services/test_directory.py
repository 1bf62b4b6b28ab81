"""Agencies, people and memberships through their use cases, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, UserStatus
from clinic.domain.directory import AgencyDraft, PersonDraft, SeatChange, SeatDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.letters import LetterKind
from clinic.models.account import Membership, Ticket, TicketKind, User, UserSession
from clinic.models.agency import Agency
from clinic.models.audit import AuditEvent
from clinic.models.meeting import CalendarFeed
from clinic.models.post import QueuedLetter
from clinic.services import accounts, directory, members, people, sessions

R = MembershipRole
TODAY = date(2026, 11, 25)


def an_agency(world, name="Northmere Fire", domains="fire.example", who="coordinator"):
    with world.changing(who) as work:
        return directory.add(work, AgencyDraft(name, "fire_service", domains))


def invited(world, email="new.person@police.example", who="coordinator", agency="police"):
    with world.changing(who) as work:
        return people.invite(work, PersonDraft("New Person", email, world.agencies[agency]))


def user(world, who) -> User:
    with world.looking() as session:
        return session.get_one(User, world.users.get(who, who))


def test_an_agency_is_added_with_its_domains_and_changed(world):
    agency_id = an_agency(world, domains="fire.example\nrescue.example")
    with world.reading("officer") as work:
        page = directory.agency_page(work, agency_id)
        assert page.name == "Northmere Fire" and page.sector == "Fire service"
        assert page.domains == (), "mail domains are for those who keep them"
    with world.changing("admin") as work:
        directory.change(work, agency_id, AgencyDraft("Northmere Fire and Rescue", "fire_service", "rescue.example"), 1)
    with world.reading("coordinator") as work:
        assert directory.agency_page(work, agency_id).domains == ("rescue.example",)


def test_two_agencies_do_not_share_a_name_whatever_its_case(world):
    with pytest.raises(RuleBroken, match="already"):
        an_agency(world, name=" northmere  POLICE ")


def test_a_sector_that_is_not_on_the_list_is_refused(world):
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        directory.add(work, AgencyDraft("Northmere Fire", "circus", "fire.example"))


def test_a_domain_stays_while_somebody_has_an_address_on_it(world):
    with pytest.raises(RuleBroken, match="police.example"), world.changing("coordinator") as work:
        directory.change(work, world.agencies["police"], AgencyDraft("Northmere Police", "police", "other.example"), 1)


def test_a_change_of_an_agency_that_somebody_else_changed_shows_theirs(world):
    agency_id = an_agency(world)
    draft = AgencyDraft("Northmere Fire", "fire_service", "fire.example\nb.example")
    with world.changing("coordinator") as work:
        directory.change(work, agency_id, draft, 1)
    with pytest.raises(Stale) as stale, world.changing("admin") as work:
        directory.change(work, agency_id, draft, 1)
    assert "b.example" in stale.value.theirs


@pytest.mark.parametrize("who", ["officer", "chair", "observer", "auditor", "lapsed"])
def test_others_change_nothing_in_the_directory(world, who):
    for act in (
        lambda work: directory.add(work, AgencyDraft("A", "police", "a.example")),
        lambda work: directory.change(work, world.agencies["police"], AgencyDraft("A", "police", "police.example"), 1),
        lambda work: people.invite(work, PersonDraft("A", "a@police.example", world.agencies["police"])),
        lambda work: people.disable(work, world.users["advocate"]),
        lambda work: people.change(work, world.users["advocate"], PersonDraft("A"), 1),
        lambda work: people.start_reset(work, world.users["advocate"]),
    ):
        with pytest.raises(NotPermitted), world.changing(who) as work:
            act(work)


def test_a_new_person_is_invited_by_a_letter_whose_link_is_not_in_the_queue(world):
    user_id = invited(world)
    with world.looking() as session:
        letter = session.scalars(select(QueuedLetter)).one()
        assert letter.kind is LetterKind.ACCOUNT_INVITATION and letter.user_id == user_id
        assert letter.address == "new.person@police.example" and letter.link == "/invitation"
        assert session.get_one(User, user_id).status is UserStatus.INVITED


@pytest.mark.parametrize("email", ["new@gmail.com", "new@council.example", "new@sub.police.example"])
def test_a_new_persons_address_is_on_a_domain_of_their_agency(world, email):
    with pytest.raises(RuleBroken, match=r"police\.example") as refused:
        invited(world, email=email)
    assert refused.value.field == "email"


def test_an_address_belongs_to_one_person(world):
    with pytest.raises(RuleBroken, match="already"):
        invited(world, email="OFFICER@police.example")


def test_a_second_invitation_ends_the_first(world):
    user_id = invited(world)
    with world.changing("admin") as work:
        people.invite_again(work, user_id)
    with world.looking() as session:
        tickets = session.scalars(select(Ticket).where(Ticket.user_id == user_id)).all()
        assert sorted(ticket.used_at is None for ticket in tickets) == [False, True]
        assert len(session.scalars(select(QueuedLetter)).all()) == 2


def test_a_wrong_address_that_is_corrected_gets_a_new_letter_and_the_old_link_dies(world):
    user_id = invited(world, email="tpyo@police.example")
    with world.changing("coordinator") as work:
        people.change(work, user_id, PersonDraft("New Person", "typo@police.example", world.agencies["police"]), 1)
    with world.looking() as session:
        assert {letter.address for letter in session.scalars(select(QueuedLetter))} == {
            "tpyo@police.example", "typo@police.example"}
        tickets = session.scalars(select(Ticket).where(Ticket.used_at.is_(None))).all()
        assert len(tickets) == 1


def test_a_coordinator_renames_somebody_but_does_not_move_their_mailbox(world):
    with world.changing("coordinator") as work:
        people.change(work, world.users["officer"], PersonDraft("Officer Newname"), 1)
    assert user(world, "officer").name == "Officer Newname"
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        people.change(work, world.users["officer"],
                      PersonDraft("Officer Newname", "x@council.example", world.agencies["council"]), 2)
    with world.changing("admin") as work:
        people.change(work, world.users["officer"],
                      PersonDraft("Officer Newname", "x@council.example", world.agencies["council"]), 2)
    assert user(world, "officer").email == "x@council.example"


def test_a_coordinator_does_not_touch_somebody_of_another_panel(world):
    for who in ("chair", "probation_officer"):
        for act in (people.disable, lambda work, id_: people.change(work, id_, PersonDraft("A"), 1)):
            with pytest.raises(NotPermitted), world.changing("coordinator") as work:
                act(work, world.users[who])
    assert user(world, "chair").status is UserStatus.ACTIVE


def test_disabling_ends_sessions_feeds_and_waiting_letters_and_no_membership(world):
    with world.office.beside("tests") as session:
        sessions.open_new(session, world.now, world.users["officer"], {}, "phone")
    with world.changing("officer") as work:
        work.require(accounts.anyone)
        work.session.add(CalendarFeed(user_id=world.users["officer"], label="phone", token_hash=b"1" * 32,
                                      created_at=world.now))
        work.record("create", "CalendarFeed")
    with world.changing("coordinator") as work:
        people.start_reset(work, world.users["officer"])
    with world.changing("coordinator") as work:
        people.disable(work, world.users["officer"])
    with world.looking() as session:
        assert session.get_one(User, world.users["officer"]).status is UserStatus.DISABLED
        assert session.scalars(select(UserSession)).one().ended_at == world.now
        assert session.scalars(select(CalendarFeed)).one().revoked_at == world.now
        assert session.scalars(select(Ticket)).one().used_at is not None
        seat = session.scalars(select(Membership).where(Membership.user_id == world.users["officer"])).one()
        assert seat.valid_until is None


def test_an_account_is_opened_again_as_it_was(world):
    never = invited(world)
    for user_id, status in ((world.users["officer"], UserStatus.ACTIVE), (never, UserStatus.INVITED)):
        with world.changing("admin") as work:
            people.disable(work, user_id)
        with pytest.raises(RuleBroken), world.changing("admin") as work:
            people.disable(work, user_id)
        with world.changing("admin") as work:
            people.enable(work, user_id)
        assert user(world, user_id).status is status
        with pytest.raises(RuleBroken), world.changing("admin") as work:
            people.enable(work, user_id)


def test_nobody_disables_themselves(world):
    for who in ("admin", "coordinator"):
        with pytest.raises(NotPermitted), world.changing(who) as work:
            people.disable(work, world.users[who])


def test_the_journal_names_fields_and_no_values(world):
    invited(world)
    with world.looking() as session:
        details = [str(event.detail) for event in session.scalars(select(AuditEvent))]
    assert not [d for d in details if "New Person" in d or "@" in d]


def add(world, who, draft, panel=None):
    with world.changing(who) as work:
        return members.add(work, panel or world.clinic, draft)


def a_seat(world, who="outsider", role=R.REPRESENTATIVE, **more):
    return SeatDraft(world.users[who], world.agencies["health"], role, TODAY, **more)


def test_the_coordinator_adds_a_member_who_has_a_seat_from_that_day_on(world):
    add(world, "coordinator", a_seat(world))
    assert world.clinic in world.actor("outsider").panels(R.REPRESENTATIVE)


def test_the_last_day_is_included_and_the_day_after_is_not(world):
    seat_id = add(world, "coordinator", a_seat(world, valid_until=TODAY))
    assert world.clinic in world.actor("outsider").panels()
    with world.changing("coordinator") as work:
        members.change(work, seat_id, SeatChange(TODAY - timedelta(days=9), TODAY - timedelta(days=1)), 1)
    assert world.clinic not in world.actor("outsider").panels()


@pytest.mark.parametrize("who", ["chair", "officer", "minute_taker", "admin"])
def test_nobody_else_adds_or_ends_a_member(world, who):
    with pytest.raises(NotPermitted):
        add(world, who, a_seat(world))
    seat_id = add(world, "coordinator", a_seat(world))
    with pytest.raises(NotPermitted), world.changing(who) as work:
        members.change(work, seat_id, SeatChange(TODAY, TODAY), 1)


@pytest.mark.parametrize("who", ["other_coordinator", "outsider", "lapsed", "auditor"])
def test_to_those_without_a_seat_the_members_do_not_exist(world, who):
    seat_id = add(world, "coordinator", a_seat(world, "observer", R.STEERING_MEMBER))
    for act in (
        lambda work: members.members_page(work, world.clinic), lambda work: members.seat_page(work, seat_id),
        lambda work: members.add_page(work, world.clinic),
    ):
        with pytest.raises(NotFound), world.reading(who) as work:
            act(work)


def test_nobody_gives_a_seat_to_themselves(world):
    with pytest.raises(RuleBroken, match="to themselves"):
        add(world, "coordinator", SeatDraft(world.users["coordinator"], world.agencies["council"], R.CHAIR, TODAY))


def test_the_administrator_and_the_auditor_have_no_seat(world):
    for who in ("admin", "auditor"):
        with pytest.raises(RuleBroken, match="no seat"):
            add(world, "coordinator", a_seat(world, who))


def test_a_seat_is_not_held_twice_on_one_day(world):
    add(world, "coordinator", a_seat(world, valid_until=TODAY))
    with pytest.raises(RuleBroken, match="already"):
        add(world, "coordinator", a_seat(world))
    later = SeatDraft(world.users["outsider"], world.agencies["health"], R.REPRESENTATIVE, TODAY + timedelta(days=1))
    seat_id = add(world, "coordinator", later)
    with pytest.raises(RuleBroken, match="already"), world.changing("coordinator") as work:
        members.change(work, seat_id, SeatChange(TODAY), 1)


def test_a_deputy_stands_in_for_a_member_of_the_panel(world):
    add(world, "coordinator", a_seat(world, role=R.DEPUTY_REPRESENTATIVE, deputy_for_id=world.users["officer"]))
    with world.reading("observer") as work:
        page = members.members_page(work, world.clinic)
    assert [line.deputy_for for line in page.lines if line.deputy_for] == ["Officer Testwell"]
    with pytest.raises(RuleBroken, match="member of this panel"):
        add(world, "coordinator", a_seat(world, "observer", R.DEPUTY_CHAIR, deputy_for_id=world.users["lapsed"]))


def test_a_stale_change_of_a_membership_is_refused(world):
    seat_id = add(world, "coordinator", a_seat(world))
    with pytest.raises(Stale), world.changing("coordinator") as work:
        members.change(work, seat_id, SeatChange(TODAY, TODAY), 7)


def test_who_left_is_shown_only_when_asked_for(world):
    with world.reading("officer") as work:
        page = members.members_page(work, world.clinic)
    assert page.ended == 1 and "Lapsed Testwell" not in {line.name for line in page.lines}
    with world.reading("officer") as work:
        page = members.members_page(work, world.clinic, show_ended=True)
    assert "Lapsed Testwell" in {line.name for line in page.lines}


def test_a_member_who_is_not_active_is_not_on_the_day(world):
    with world.changing("coordinator") as work:
        people.disable(work, world.users["officer"])
    with world.looking() as session:
        names = {m.name for m in directory.members_on(session, world.clinic, TODAY)}
        everyone = {m.name for m in directory.members_on(session, world.clinic, TODAY, active_only=False)}
    assert everyone - names == {"Officer Testwell"}


def test_agencies_are_shown_twenty_five_a_page_and_by_sector(world):
    with world.changing("admin") as work:
        work.require(accounts.anyone)
        work.session.add_all(Agency(name=f"Agency {n:02}", sector="refuge") for n in range(30))
        work.record("create", "Agency")
    with world.reading("officer") as work:
        page = directory.agencies_page(work, "refuge", 2)
    assert page.pages.total == 30 and [line.name for line in page.lines][0] == "Agency 25"
    with world.reading("officer") as work:
        assert directory.agencies_page(work, "no such sector", 1).pages.total == 36


def test_people_are_filtered_by_agency_and_by_account(world):
    invited(world)
    with world.reading("coordinator") as work:
        page = people.people_page(work, str(world.agencies["police"]), "invited", 1)
    assert [line.name for line in page.lines] == ["New Person"]
    with world.reading("officer") as work:
        page = people.people_page(work, str(world.agencies["police"]), "invited", 1)
    assert {line.name for line in page.lines} == {"Officer Testwell", "Chair Testwell"}, "who is invited is not shown"


def test_a_person_is_shown_with_seats_on_the_readers_panels_only(world):
    with world.reading("coordinator") as work:
        page = people.person_page(work, world.users["chair"])
    assert [seat.panel_id for seat in page.seats] == [world.clinic] and page.email
    with world.reading("officer") as work:
        assert people.person_page(work, world.users["chair"]).email == ""


def test_a_reset_ticket_is_for_a_reset(world):
    with world.changing("coordinator") as work:
        people.start_reset(work, world.users["officer"])
    with world.looking() as session:
        assert session.scalars(select(Ticket)).one().kind is TicketKind.RESET
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        people.invite_again(work, world.users["officer"])
