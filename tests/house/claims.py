"""Use cases called directly, by somebody who may not.

For what no page can show: acts that a view reaches only after a page has asked the same
permission before, and what the system does by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from clinic.domain.actors import MembershipRole
from clinic.domain.addresses import RevealReason
from clinic.domain.directory import AgencyDraft, PersonDraft, SeatChange, SeatDraft
from clinic.domain.imports import Stop
from clinic.domain.interests import Declared
from clinic.domain.panels import Frame, Nation, NewPanel, PanelType
from clinic.models.account import User
from clinic.services import (
    accounts,
    chasing,
    clock_letters,
    clocks,
    core_agencies,
    directory,
    drafts,
    exclusions,
    expectations,
    import_works,
    imports,
    installation,
    interests,
    invitations,
    members,
    newcomers,
    nominations,
    panels,
    people,
    presenting,
    receipts,
    reminders,
    repeats,
    research,
    research_chasing,
    reveals,
    reviews,
    risks,
    unattended,
    urgent,
)
from clinic.services.exclusions import Who
from tests.house.scenery.made import NOW

TODAY = NOW.date()


@dataclass(frozen=True)
class Claim:
    """`act(work, scenery)` is refused to `who`."""

    who: str
    act: Callable[[Any, Any], Any]


def _police(scenery) -> Any:
    return scenery.world.agencies["police"]


def _user(work, scenery, who: str = "lapsed") -> User:
    return work.session.get_one(User, scenery.world.users[who])


def _own(scenery, thing: str) -> Any:
    return scenery.things[thing]["own"]


_NOT_A_PANEL = NewPanel(PanelType.MARAC, Nation.ENGLAND_WALES, Frame("Other", "Friday panel", "", time(9), 60))

CLAIMS = {
    "reminders.remind": Claim("coordinator", lambda work, s: reminders.remind(work)),
    "chasing.remind": Claim("coordinator", lambda work, s: chasing.remind(work)),
    "research_chasing.remind": Claim("coordinator", lambda work, s: research_chasing.remind(work)),
    "research_chasing.remind_by_hour": Claim("coordinator", lambda work, s: research_chasing.remind_by_hour(work)),
    "newcomers.ask_everywhere": Claim("coordinator", lambda work, s: newcomers.ask_everywhere(work)),
    "receipts.chase": Claim("coordinator", lambda work, s: receipts.chase(work)),
    "invitations.invite_coming": Claim("coordinator", lambda work, s: invitations.invite_coming(work)),
    "import_works.give_up": Claim("coordinator", lambda work, s: import_works.give_up(
        work, _own(s, "batch_id"), Stop.NO_SEAT)),
    "repeats.compare": Claim("coordinator", lambda work, s: repeats.compare(work, {})),
    "repeats.uncompared": Claim("coordinator", lambda work, s: repeats.uncompared(work)),
    "unattended.on": Claim("coordinator", lambda work, s: unattended.on(work, s.world.clinic)),
    "unattended.tell": Claim("coordinator", lambda work, s: unattended.tell(work)),
    "urgent.tell_closed": Claim("coordinator", lambda work, s: urgent.tell_closed(work)),
    "reveals.reveal": Claim("officer", lambda work, s: reveals.reveal(
        work, s.cases["own_planned"], _own(s, "address_id"), RevealReason.CHECK, "Checking it again.")),
    "reviews.list_due": Claim("coordinator", lambda work, s: reviews.list_due(work)),
    "risks.ask_after_releases": Claim("coordinator", lambda work, s: risks.ask_after_releases(work)),
    "clocks.unset": Claim("coordinator", lambda work, s: clocks.unset(work)),
    "clocks.set_unset": Claim("coordinator", lambda work, s: clocks.set_unset(work, [])),
    "presenting.tell": Claim("coordinator", lambda work, s: presenting.tell(work)),
    "clock_letters.tell": Claim("coordinator", lambda work, s: clock_letters.tell(work)),
    "drafts.forget": Claim("coordinator", lambda work, s: drafts.forget(work)),
    "nominations.submit": Claim("chair", lambda work, s: nominations.submit(work, s.world.clinic, None)),
    "nominations.edit": Claim("coordinator", lambda work, s: nominations.edit(
        work, _own(s, "new_nomination"), None, 1)),
    "imports.forget": Claim("coordinator", lambda work, s: imports.forget(work)),
    "installation.first_user": Claim("admin", lambda work, s: installation.first_user(
        work, "A Name", "a@police.example", "Another", "four-lanterns-under-water")),
    "directory.new_agency_page": Claim("officer", lambda work, s: directory.new_agency_page(work)),
    "directory.edit_page": Claim("officer", lambda work, s: directory.edit_page(work, _police(s))),
    "directory.add": Claim("officer", lambda work, s: directory.add(
        work, AgencyDraft("New", "police", "new.example"))),
    "directory.change": Claim("officer", lambda work, s: directory.change(
        work, _police(s), AgencyDraft("New", "police", "police.example"), 1)),
    "expectations.warn": Claim("coordinator", lambda work, s: expectations.warn(work)),
    "core_agencies.choose": Claim("chair", lambda work, s: core_agencies.choose(work, s.world.clinic, ())),
    "interests.declare": Claim("recipient", lambda work, s: interests.declare(
        work, _own(s, "planned_meeting"), Declared(False))),
    "interests.settle": Claim("chair", lambda work, s: interests.settle(
        work, _own(s, "interest_id"), None)),
    "exclusions.page": Claim("chair", lambda work, s: exclusions.page(work, s.cases["own_planned"])),
    "exclusions.exclude": Claim("chair", lambda work, s: exclusions.exclude(
        work, s.cases["own_planned"], Who(user_id=s.world.users["advocate"]), "chair_decision")),
    "exclusions.lift": Claim("chair", lambda work, s: exclusions.lift(
        work, _own(s, "shut_case"), _own(s, "exclusion_id"))),
    "members.add_page": Claim("officer", lambda work, s: members.add_page(work, s.world.clinic)),
    "members.add": Claim("officer", lambda work, s: members.add(work, s.world.clinic, SeatDraft(
        s.world.users["lapsed"], s.world.agencies["housing"], MembershipRole.PRESENTER, TODAY))),
    "members.seat_page": Claim("chair", lambda work, s: members.seat_page(work, _own(s, "seat_id"))),
    "members.change": Claim("chair", lambda work, s: members.change(work, _own(s, "seat_id"), SeatChange(TODAY), 1)),
    "panels.panels_to_copy": Claim("coordinator", lambda work, s: panels.panels_to_copy(work)),
    "panels.open_panel": Claim("coordinator", lambda work, s: panels.open_panel(work, _NOT_A_PANEL)),
    # Refused before anything that was typed is looked at: an answer about an address would tell who has it.
    "people.invite": Claim("officer", lambda work, s: people.invite(work, PersonDraft("", "", None))),
    "people.agencies_to_choose": Claim("officer", lambda work, s: people.agencies_to_choose(work)),
    "people.change": Claim("coordinator", lambda work, s: people.change(
        work, s.world.users["officer"], PersonDraft("A Name", "mine@police.example", _police(s)), 1)),
    "accounts.invite": Claim("officer", lambda work, s: accounts.invite(work, _user(work, s))),
    "accounts.start_reset": Claim("officer", lambda work, s: accounts.start_reset(work, _user(work, s))),
    "research.give": Claim("coordinator", lambda work, s: research.give(work, _own(s, "request_id"), 1, None)),
    "research.mark_opened": Claim("coordinator", lambda work, s: research.mark_opened(work, _own(s, "request_id"))),
}
