"""The number of SQL statements of a page does not grow with its rows: 5, 50 and 500 cost the same."""

from datetime import date, timedelta

from sqlalchemy import select

from clinic.domain.addresses import AddressDraft
from clinic.domain.cases import PartyKind
from clinic.domain.disputes import NewDispute, ResponseKind
from clinic.domain.risks import AskCause
from clinic.domain.urgent import UrgentQuestion
from clinic.models.case import Person
from clinic.models.nomination import Nomination
from clinic.policy.accounts import anyone
from clinic.services import addresses, agenda, disputes, links, meetings, risks, urgent
from clinic.web import clock
from tests import crowd, make
from tests.web.test_drafts import PAGES as ANSWERS

# Pages: who opens them, and the most statements that they may take (None where no goal names the page).
PAGES = {
    "agenda": ("coordinator", "/meetings/{meeting}/agenda", 9),
    "running order": ("coordinator", "/meetings/{meeting}/hearing", None),
    "suggested order": ("coordinator", "/meetings/{meeting}/agenda/suggestion", None),
    "meeting": ("coordinator", "/meetings/{meeting}", None),
    "actions": ("officer", "/actions", 6),
    "clocks": ("coordinator", "/panels/{panel}/clocks?show=all", None),
    "orders": ("coordinator", "/panels/{panel}/orders", None),
    "orders of an agency": ("officer", "/orders", None),
    "cases": ("coordinator", "/cases", None),
    "panel home": ("coordinator", "/panels/{panel}", 8),
    "panel home of a chair": ("chair", "/panels/{panel}", 8),
    "panel home of an agency": ("officer", "/panels/{panel}", 8),
    "research": ("probation_officer", "/research", None),
    "nominations": ("coordinator", "/nominations", None),
    "interests": ("officer", "/meetings/{meeting}/interests", None),
    "declared": ("coordinator", "/meetings/{meeting}/interests/declared", None),
    "returns grid": ("coordinator", "/meetings/{meeting}/research/grid", None),
}
SIZES = (5, 45, 450)


def test_five_fifty_and_five_hundred_rows_cost_the_same_statements(site):
    world = site.world
    meeting = make.meeting(world)
    with world.changing("coordinator") as work:
        work.require(anyone)
        agenda.standing(work, meetings.find(work, meeting))
    counts: dict[str, list[int]] = {name: [] for name in PAGES}
    for more in SIZES:
        crowd.cases(world, meeting, more)
        for name, (who, path, _) in PAGES.items():
            counts[name].append(statements(site, who, path.format(meeting=meeting, panel=world.clinic)))
    for name, (_, _, most) in PAGES.items():
        assert len(set(counts[name])) == 1, f"{name}: {counts[name]}"
        assert most is None or counts[name][0] <= most, f"{name}: {counts[name]}, at most {most}"


def test_a_desk_of_five_and_of_a_full_page_costs_the_same_statements_and_so_does_a_decision(site):
    world, counts, pages = site.world, [], []
    for more in (5, 25):
        for _ in range(more):
            first = make.nominated(world)
        counts.append(statements(site, "coordinator", f"/panels/{world.clinic}/desk"))
        pages.append(statements(site, "coordinator", f"/nominations/{first}/triage"))
    assert len(set(counts)) == 1 and counts[0] <= 18, counts
    # Six of them look for who else its people may be.
    assert len(set(pages)) == 1 and pages[0] <= 30, pages


def test_what_waits_of_contacts_addresses_and_risk_costs_the_same_for_two_and_for_twelve(site):
    world, counts = site.world, []
    paths = ("/safe-contacts", "/safe-addresses", "/risks", "/")
    for more in (2, 10):
        for number in range(more):
            case_id = case_that_waits(world, number)
        shown = (f"/cases/{case_id}/contact", f"/cases/{case_id}/address", f"/cases/{case_id}/risk")
        counts.append([statements(site, "coordinator", path) for path in (*paths, *shown)])
    assert counts[0] == counts[1] and max(counts[0][:3]) <= 7 and max(counts[0]) <= 13, counts


def test_a_case_costs_the_same_statements_whatever_hangs_on_it(site):
    world = site.world
    case_id, *others = (make.case(world) for _ in range(4))
    counts = [statements(site, "coordinator", f"/cases/{case_id}")]
    make.listed(world, case_id, make.meeting(world), asked=("advocacy",))
    for other in others:
        with world.changing("advocate") as work:
            disputes.dispute(work, case_id, NewDispute(
                world.agencies["police"], ResponseKind.LOW_PRIORITY, date(2026, 11, 2), "He was there."))
        with world.changing("coordinator", clock.now()) as work:
            urgent.ask(work, case_id, UrgentQuestion("Is an alarm put in?", frozenset(
                world.agencies[name] for name in ("police", "advocacy")), 2, clock.now() + timedelta(hours=3)))
        with world.looking() as session:
            one, same = (session.scalars(select(Person.id).where(
                Person.case_id == id_, Person.kind == PartyKind.VICTIM)).one() for id_ in (case_id, other))
        with world.changing("coordinator") as work:
            links.judge(work, case_id, one, same, same=True)
    counts.append(statements(site, "coordinator", f"/cases/{case_id}"))
    assert counts == [9, 9]


def case_that_waits(world, number: int):
    """Return the id of a case whose contact is due, with a proposed address, and a risk to assess anew."""
    nomination_id = make.nominated(world)
    with world.looking() as session:
        case_id = session.get_one(Nomination, nomination_id).case_id
    make.unchecked(world, case_id, clock.now() - timedelta(days=40))
    make.listed(world, case_id, make.meeting(world), asked=("advocacy",))
    with world.changing("advocate") as work:
        addresses.propose(work, case_id, AddressDraft(f"{number} Hidden Lane ZZ9 9ZZ"))
    with world.changing("officer") as work:
        risks.ask(work, case_id, AskCause.MOVE, date(2026, 11, 2))
    return case_id


def test_a_feed_of_five_fifty_and_five_hundred_meetings_costs_two_statements(site):
    world, counts = site.world, []
    browser = site.browser("officer")
    page = browser.client.post("/account/calendar", data={
        **browser.get("/account/calendar").form("/account/calendar"), "label": "Phone",
    })
    path = page.text.split("/cal/")[1].split(".ics")[0]
    for more in SIZES:
        crowd.meetings(world, more)
        site.app.test_client().get(f"/cal/{path}.ics")
        with site.statements() as seen:
            answer = site.app.test_client().get(f"/cal/{path}.ics")
        assert answer.status_code == 200
        counts.append(len(seen))
        with site.statements() as seen:
            poll = site.app.test_client().get(f"/cal/{path}.ics", headers={"If-None-Match": answer.headers["ETag"]})
        assert poll.status_code == 304 and len(seen) <= 2
        assert not [s for s in seen if s.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(set(counts)) == 1 and counts[0] <= 2, counts


def test_signing_in_costs_seven_statements_and_two_more_after_a_failure(site):
    counts = [len(signed_in(site, make.PASSWORD))]
    signed_in(site, "a wrong one of some length", status=422)
    counts += [len(signed_in(site, make.PASSWORD)), len(signed_in(site, make.PASSWORD))]
    assert counts == [7, 9, 7]


def test_sending_costs_as_many_statements_as_it_writes_kinds_of_rows_and_writes_each_row_once(site):
    browser = site.browser("officer")
    draft = browser.post(f"/panels/{site.world.clinic}/nominations/new").location
    for code, fields in ANSWERS.items():
        browser.post(f"{draft}/pages/{code}", fields)
    page = browser.get(f"{draft}/check")
    with site.statements() as seen:
        browser.post(f"{draft}/check", page=page)
    assert len(seen) <= 32, seen
    # Where the form led to is known only when the work is done; so is the end of the journal.
    assert [s.split()[1] for s in seen if s.startswith("UPDATE")] == ["submission", "audit_head"]


def signed_in(site, password: str, status: int = 303) -> list[str]:
    browser = site.browser(None)
    page = browser.get("/sign-in")
    with site.statements() as seen:
        browser.post("/sign-in", {"email": "officer@police.example", "password": password}, page=page, status=status)
    return seen


def statements(site, who: str, path: str) -> int:
    browser = site.browser(who)
    browser.get(path)
    with site.statements() as seen:
        browser.get(path)
    return len(seen)

