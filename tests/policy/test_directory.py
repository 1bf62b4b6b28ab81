"""Who may see and keep panels, people and memberships: the row's rule and the query's rule agree."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actors import Actor, MembershipRole, Seat, SystemActor, UserStatus
from clinic.models.account import Membership, User
from clinic.models.panel import Panel
from clinic.policy import accounts, directory, panels

R = MembershipRole


def an_actor(world, role, own_panel, excluded, **flags):
    seat = Seat(world.clinic if own_panel else world.marac, role, world.agencies["police"])
    return Actor(world.users["officer"], world.agencies["police"], frozenset({seat}),
                 frozenset({uuid4()}) if excluded else frozenset(), **flags)


@pytest.mark.parametrize("excluded", [True, False])
@pytest.mark.parametrize("admin", [True, False])
@pytest.mark.parametrize("own_panel", [True, False])
@pytest.mark.parametrize("role", R)
def test_panels_and_memberships_are_seen_alike_in_a_list_and_one_by_one(world, role, own_panel, admin, excluded):
    actor = an_actor(world, role, own_panel, excluded, system_admin=admin)
    with world.looking() as session:
        for model, visible, may in ((Panel, panels.visible_to, panels.may_see),
                                    (Membership, directory.seats_visible_to, directory.may_see_seat)):
            found = set(session.scalars(select(model.id).where(visible(actor))))
            assert found == {row.id for row in session.scalars(select(model)) if may(actor, row)}
            assert found, "the world has something to see"


@pytest.mark.parametrize("status", UserStatus)
@pytest.mark.parametrize(("role", "flags"), [
    (R.REPRESENTATIVE, {}), (R.COORDINATOR, {}), (R.CHAIR, {}), (R.OBSERVER, {"system_admin": True}),
    (R.OBSERVER, {"auditor": True}),
])
def test_people_are_seen_alike_in_a_list_and_one_by_one(world, status, role, flags):
    actor = an_actor(world, role, True, False, **flags)
    with world.changing("coordinator") as work:
        work.require(accounts.anyone)
        work.session.get_one(User, world.users["lapsed"]).status = status
        work.record("update", "User")
    with world.looking() as session:
        found = set(session.scalars(select(User.id).where(directory.people_visible_to(actor))))
        assert found == {u.id for u in session.scalars(select(User)) if directory.may_see_person(actor, u)}
        assert (world.users["lapsed"] in found) is (status is UserStatus.ACTIVE or role is R.COORDINATOR or bool(flags))


def test_nobody_who_is_not_signed_in_sees_the_directory():
    assert not directory.may_look(SystemActor("visitor"))
    assert not panels.may_list(SystemActor("visitor"))


@pytest.mark.parametrize("role", R)
def test_only_the_coordinator_of_the_panel_changes_its_members_and_rules(role):
    panel, other = Panel(name="a"), Panel(name="b")
    actor = Actor(uuid4(), uuid4(), frozenset({Seat(panel.id, role, uuid4())}))
    coordinates = role is R.COORDINATOR
    assert directory.may_add_seat(actor, panel, R.OBSERVER, frozenset()) is coordinates
    assert directory.may_change_seat(actor, Membership(panel_id=panel.id, user_id=uuid4())) is coordinates
    assert panels.may_coordinate(actor, panel) is coordinates
    assert not directory.may_add_seat(actor, other, R.OBSERVER, frozenset())
    assert not directory.may_change_seat(actor, Membership(panel_id=other.id, user_id=uuid4()))
    assert panels.may_read_rules(actor, panel) is (role in {R.COORDINATOR, R.CHAIR, R.DEPUTY_CHAIR})
    assert not panels.may_read_rules(actor, other) and not panels.may_open(actor)


def test_nobody_changes_a_membership_of_their_own():
    panel_id = uuid4()
    actor = Actor(uuid4(), uuid4(), frozenset({Seat(panel_id, R.COORDINATOR, uuid4())}))
    assert not directory.may_change_seat(actor, Membership(panel_id=panel_id, user_id=actor.user_id))


@pytest.mark.parametrize("role", R)
@pytest.mark.parametrize("taken", [frozenset(), {R.COORDINATOR}, {R.CHAIR}, {R.CHAIR, R.COORDINATOR}])
def test_the_administrator_names_the_first_coordinator_and_chair_and_nobody_else(role, taken):
    admin = Actor(uuid4(), uuid4(), system_admin=True)
    allowed = role in {R.COORDINATOR, R.CHAIR} and role not in taken
    assert directory.may_add_seat(admin, Panel(name="a"), role, taken) is allowed
    assert not directory.may_change_seat(admin, Membership(panel_id=uuid4(), user_id=uuid4()))


def test_a_coordinator_changes_only_people_who_sit_on_no_other_panel():
    mine, other = uuid4(), uuid4()
    actor = Actor(uuid4(), uuid4(), frozenset({Seat(mine, R.COORDINATOR, uuid4())}))
    admin = Actor(uuid4(), uuid4(), system_admin=True)
    user = User(name="a", email="a@b.example", status=UserStatus.ACTIVE, system_admin=False, auditor=False)
    assert directory.may_change_person(actor, user, {mine}) and directory.may_change_person(actor, user, set())
    assert not directory.may_change_person(actor, user, frozenset({mine, other}))
    assert directory.may_change_person(admin, user, frozenset({mine, other}))


def test_only_the_administrator_moves_the_mailbox_of_somebody_who_signs_in():
    mine = uuid4()
    actor = Actor(uuid4(), uuid4(), frozenset({Seat(mine, R.COORDINATOR, uuid4())}))
    admin = Actor(uuid4(), uuid4(), system_admin=True)
    for status in UserStatus:
        user = User(name="a", email="a@b.example", status=status, system_admin=False, auditor=False)
        assert directory.may_readdress(actor, user, {mine}) is (status is UserStatus.INVITED)
        assert directory.may_readdress(admin, user, {mine})


@pytest.mark.parametrize("role", R)
def test_coordinators_and_the_administrator_manage_people(role):
    actor = Actor(uuid4(), uuid4(), frozenset({Seat(uuid4(), role, uuid4())}))
    user = User(name="a", email="a@b.example", status=UserStatus.ACTIVE, system_admin=False, auditor=False)
    assert accounts.may_manage(actor) is (role is R.COORDINATOR)
    assert accounts.may_manage(actor, user) is (role is R.COORDINATOR)
    assert directory.may_keep(actor) is (role is R.COORDINATOR)
    assert accounts.may_manage(replace(actor, system_admin=True), user)


def test_nobody_manages_their_own_account_nor_a_coordinator_the_administrators():
    coordinator = Actor(uuid4(), uuid4(), frozenset({Seat(uuid4(), R.COORDINATOR, uuid4())}))
    admin = Actor(uuid4(), uuid4(), system_admin=True)
    for flags in ({"system_admin": True, "auditor": False}, {"system_admin": False, "auditor": True}):
        assert not accounts.may_manage(coordinator, User(name="a", email="a@b.example", **flags))
        assert accounts.may_manage(admin, User(name="a", email="a@b.example", **flags))
    me = User(id=admin.user_id, name="a", email="a@b.example", system_admin=True, auditor=False)
    assert not accounts.may_manage(admin, me) and accounts.is_oneself(admin, me)


def test_only_the_command_line_installs_and_only_the_auditor_reads_the_whole_journal():
    assert accounts.may_install(SystemActor("command line"))
    assert not accounts.may_install(SystemActor("timer"))
    for flags in ({"system_admin": True}, {"auditor": True}):
        assert not accounts.may_install(Actor(uuid4(), uuid4(), **flags))
    assert accounts.may_read_journal(Actor(uuid4(), uuid4(), auditor=True))
    assert not accounts.may_read_journal(Actor(uuid4(), uuid4(), system_admin=True))


def test_a_membership_that_has_ended_or_not_begun_gives_no_seat(world):
    assert not world.actor("lapsed").seats
    with world.changing("coordinator") as work:
        work.require(accounts.anyone)
        seat = work.session.scalar(select(Membership).where(Membership.user_id == world.users["officer"]))
        seat.valid_from = date(2026, 11, 26)
        work.record("update", seat)
    assert not world.actor("officer").seats
