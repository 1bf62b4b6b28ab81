"""Two panels in the middle of their work, made through the use cases, where every sealed text is a token.

On each panel: a meeting that is planned with its agenda out, one that runs, one that is
closed with its minutes read; and after them one whose agenda is a draft. On each of them
cases in the relations that access is decided by:

- `own`: nominated by the police, whose `officer` is the one who asks;
- `other`: nominated by probation on the same panel;
- `excluded`: nominated by the police, and closed to the police's `detective`, to the
  `minute_taker`, to the `deputy` chair, and to the housing agency, for which
  `housing_officer` speaks;
- `foreign`: on the other panel, where most people have no seat.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.declarations import NEWEST
from clinic.models.account import Membership, User
from clinic.models.case import CaseExclusion
from clinic.policy.accounts import may_install
from clinic.policy.agenda import READERS
from clinic.services import (
    declarations,
    exclusions,
    nominations,
)
from clinic.services.exclusions import Who
from tests import make
from tests.house.scenery.accounts import open_accounts
from tests.house.scenery.cases import tell
from tests.house.scenery.files import bring_in
from tests.house.scenery.made import DAYS, LONG_AGO, NOW, PRIOR, Scenery, doing
from tests.house.scenery.meetings import (
    add_late,
    answer,
    answer_anew,
    declare,
    hear,
    minute,
    minutes_on_their_way,
    plan,
    publish,
)
from tests.house.scenery.nominations import (
    accept,
    begin_change,
    carry_over,
    give_back,
    hand_over,
    nominate,
    redirect,
    shut_out,
    wait,
    write_draft,
)
from tests.house.scenery.urgent import press

# Who is added to the small world: two who are shut out, one for themselves, one with their agency.
SHUT_OUT = (("detective", "police"), ("housing_officer", "housing"))


def build(office: Any) -> Scenery:
    """Return the world with its two panels at work."""
    made = Scenery(make.world(office, LONG_AGO))
    _newcomers(made)
    _clinic(made)
    _marac(made)
    clinic, marac = made.world.clinic, made.world.marac
    redirect(made, "foreign", "officer", "coordinator", (clinic, marac))
    redirect(made, "own", "outsider", "other_coordinator", (marac, clinic))
    hand_over(made, "own", "officer", "coordinator", "other_coordinator")
    hand_over(made, "excluded", "officer", "coordinator", "other_coordinator")
    hand_over(made, "foreign", "outsider", "other_coordinator", "coordinator")
    open_accounts(made)
    tell(made)
    press(made)
    declare(made, "excluded_planned", "detective", "own")
    declare(made, "foreign_planned", "probation_officer", "foreign")
    _name_exclusions(made)
    _sign(made, clinic, "own")
    _sign(made, marac, "foreign")
    _name_pairs(made)
    return made


def _newcomers(made: Scenery) -> None:
    world = made.world
    with world.office.changing(SystemActor("command line"), LONG_AGO) as work:
        work.require(may_install)
        for name, agency in SHUT_OUT:
            user = User(name=f"{name.replace('_', ' ').title()} Testwell", email=f"{name}@{agency}.example",
                        agency_id=world.agencies[agency], status=UserStatus.ACTIVE, created_at=LONG_AGO)
            work.session.add(user)
            work.session.flush()
            work.session.add(Membership(user_id=user.id, panel_id=world.clinic, agency_id=user.agency_id,
                                        role=MembershipRole.REPRESENTATIVE, valid_from=date(2025, 1, 1)))
            world.users[name] = user.id
        work.record(AuditVerb.IMPORT, "World")


def _clinic(made: Scenery) -> None:
    sittings = plan(made, "coordinator", made.world.clinic, "own")
    for stage in ("closed", "running", "planned"):
        for name, who in ((f"own_{stage}", "officer"), (f"other_{stage}", "probation_officer"),
                          (f"excluded_{stage}", "officer")):
            nominate(made, name, who, made.world.clinic)
            if name.startswith("excluded"):
                shut_out(made, name)
            accept(made, name, "coordinator", sittings[stage])
            for answerer in ("officer", "probation_officer", "advocate", "housing_officer"):
                if not (name.startswith("excluded") and answerer == "housing_officer"):
                    answer(made, name, answerer, sittings[stage])
    answer_anew(made, "own_planned", "probation", "probation_officer", sittings["planned"])
    for relation, who in (("own", "officer"), ("other", "probation_officer"), ("excluded", "officer")):
        nominate(made, f"{relation}_carried", who, made.world.clinic)
        if relation == "excluded":
            shut_out(made, "excluded_carried")
        carry_over(made, relation, "coordinator", sittings)
    for relation, who in (("own", "officer"), ("other", "probation_officer"), ("excluded", "officer")):
        name = f"{relation}_waiting"
        nominate(made, name, who, made.world.clinic)
        if relation == "excluded":
            shut_out(made, name)
        wait(made, name, "coordinator", sittings["drafted"])
    nominate(made, "own_chaired", "officer", made.world.clinic)
    accept(made, "own_chaired", "coordinator", sittings["chaired"])
    for name, who in (("own_new", "officer"), ("other_new", "probation_officer"), ("excluded_new", "officer"),
                      ("own_returned", "officer"), ("other_returned", "probation_officer"),
                      ("excluded_returned", "officer")):
        nominate(made, name, who, made.world.clinic)
        if name == "excluded_new":
            begin_change(made, "detective", made.things["new_nomination"]["excluded"])
        if name.startswith("excluded"):
            shut_out(made, name)
        if name.endswith("returned"):
            give_back(made, name, "coordinator")
    nominate(made, "own_withdrawn", "officer", made.world.clinic)
    with doing(made, "officer", PRIOR) as work:
        nominations.withdraw(work, made.things["withdrawn_nomination"]["own"],
                             f"No longer: {made.token('nomination', 'own_withdrawn', 'police')}.")
    publish(made, "coordinator", sittings["planned"])
    for relation in ("own", "other", "excluded"):
        add_late(made, relation, "coordinator", sittings["planned"])
    hear(made, "coordinator", "deputy", sittings["closed"], "closed", ("own", "other", "excluded"))
    hear(made, "coordinator", "chair", sittings["running"], "running", ("own", "other", "excluded"))
    hear(made, "coordinator", "deputy", sittings["chaired"], "chaired", ("own",))
    minute(made, "minute_taker", "deputy", "coordinator", sittings["closed"], "own")
    minutes_on_their_way(made, "coordinator", sittings)
    bring_in(made, "coordinator", made.world.clinic, "own")
    write_draft(made, "own", "officer", made.world.clinic)
    write_draft(made, "other", "probation_officer", made.world.clinic)


def _marac(made: Scenery) -> None:
    world = made.world
    sittings = plan(made, "other_coordinator", world.marac, "foreign")
    for stage in ("closed", "running", "planned"):
        name = f"foreign_{stage}"
        nominate(made, name, "outsider", world.marac)
        accept(made, name, "other_coordinator", sittings[stage])
        answer(made, name, "outsider", sittings[stage])
    nominate(made, "foreign_carried", "outsider", world.marac)
    carry_over(made, "foreign", "other_coordinator", sittings)
    for name in ("foreign_new", "foreign_returned", "foreign_waiting"):
        nominate(made, name, "outsider", world.marac)
    wait(made, "foreign_waiting", "other_coordinator", sittings["drafted"])
    give_back(made, "foreign_returned", "other_coordinator")
    with doing(made, "other_coordinator", PRIOR) as work:
        exclusions.exclude(work, made.cases["foreign_planned"], Who(user_id=world.users["probation_officer"]),
                           "user_is_party")
    publish(made, "other_coordinator", sittings["planned"])
    add_late(made, "foreign", "other_coordinator", sittings["planned"])
    hear(made, "other_coordinator", "chair", sittings["closed"], "closed", ("foreign",))
    hear(made, "other_coordinator", "chair", sittings["running"], "running", ("foreign",))
    minute(made, "other_coordinator", "chair", "other_coordinator", sittings["closed"], "foreign")
    minutes_on_their_way(made, "other_coordinator", sittings)
    bring_in(made, "other_coordinator", world.marac, "foreign")
    write_draft(made, "foreign", "outsider", world.marac)


def _sign(made: Scenery, panel_id: UUID, relation: str) -> None:
    """Let everybody who reads a panel's papers give the undertaking, for every meeting but the bare one."""
    make.undertaking_asked(made.world, panel_id)
    for who in made.world.users:
        if made.world.actor(who).holds(panel_id, READERS):
            with doing(made, who, NOW) as work:
                for stage in DAYS.keys() - {"bare"}:
                    declarations.sign(work, made.things[f"{stage}_meeting"][relation], NEWEST)


def _name_exclusions(made: Scenery) -> None:
    with made.world.looking() as session:
        for relation, name in (("own", "excluded_planned"), ("foreign", "foreign_planned")):
            made.things["exclusion_id"][relation] = session.scalars(
                select(CaseExclusion.id).where(CaseExclusion.case_id == made.cases[name])).first()


def _name_pairs(made: Scenery) -> None:
    """Give things that stand in one relation the names that the table calls them by."""
    things = made.things
    for relation, agency, of in (("own", "police", "own"), ("other", "probation", "own"),
                                 ("excluded", "police", "excluded"), ("foreign", "health", "foreign")):
        things["request_id"][relation] = things[f"planned_request_of_{agency}"][of]
    things["shut_case"] |= {"own": made.cases["excluded_planned"], "foreign": made.cases["foreign_planned"]}
    things["here_user"] |= {"own": made.world.users["officer"], "foreign": made.world.users["outsider"]}
