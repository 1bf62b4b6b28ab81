"""Five people bring ten cases from the listing to a locked agenda: once by keyboard alone, once without script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from clinic.domain.meetings import When, local_day, working_days_after
from clinic.domain.panels import Nation
from clinic.services import demonstration, holidays
from tests.journeys import prepared
from tests.journeys.inspector import Inspector
from tests.journeys.job import EMAILS, PANEL
from tests.journeys.keyboard import Typist
from tests.journeys.people import Person
from tests.journeys.prepared import panel_of
from tests.journeys.served import Served
from tests.journeys.unseen import times

EXCLUDED = "ingrid.llewellyn@westmarch.police.example"
# One victim a case, each by a name that stands nowhere else.
VICTIMS = ("Abernqua", "Brixqole", "Coldquist", "Dunqworth", "Eskqvale", "Farqloch", "Gristquay", "Holmqove",
           "Inverquill", "Jarroqway")
# Whose case comes when the agenda is locked.
LATE_VICTIM = "Kestqmoor"
# Which of the ten the excluded officer must not know of, counted from the first that was sent.
HIDDEN = 3


@dataclass
class Listing:
    """One run: who is at which screen, and what they are about."""

    browser: Browser
    served: Served
    kind: type[Person]
    js: bool
    panel: UUID
    day: date = date.min
    meeting: str = ""
    #: path of each nomination by the victim's name, in the order in which they were sent
    nominations: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)

    def __getitem__(self, role: str) -> Person:
        if role not in self.people:
            email = EXCLUDED if role == "excluded" else EMAILS[role]
            somebody = self.kind(self.browser, self.served.base, email, 375 if role == "health" else 1280, self.js)
            self.people[role] = somebody
            if self.js and role in ("coordinator", "health"):
                somebody.inspector = Inspector()
            somebody.sign_in(self.served.password)
        return self.people[role]

    @property
    def hidden(self) -> str:
        return self.references[HIDDEN]


@pytest.fixture(params=[True, False], ids=["by keyboard", "without script"])
def listing(browser, served, request):
    js = request.param
    begun = datetime.now(UTC) - timedelta(days=21)
    demonstration.fill_calendars(served.office, begun)
    made = Listing(browser, served, Typist if js else Person, js, panel_of(served, PANEL))
    # The next working day from today.
    today = local_day(datetime.now(UTC))
    made.day = working_days_after(today, 1, holidays.around(Nation.ENGLAND_WALES, today.year))
    meeting_id = prepared.schedule(served, made.panel, When(made.day, time(14, 30), 180), begun)
    made.meeting = f"/meetings/{meeting_id}"
    for hour, name in enumerate(VICTIMS):
        nominate(made, name, begun + timedelta(hours=hour))
    # The first of the ten was accepted weeks ago: its research is overdue when the others are asked about.
    first = UUID(made.nominations[VICTIMS[0]].rpartition("/")[2])
    prepared.accept(served, first, meeting_id, begun + timedelta(days=1))
    yield made
    for somebody in made.people.values():
        somebody.leave()
    faults = [fault for somebody in made.people.values() for fault in somebody.walk.faults]
    assert not faults, faults


def nominate(made: Listing, name: str, now: datetime) -> None:
    sent = prepared.nominate(made.served, made.panel, name, now, len(made.nominations))
    made.nominations[name] = f"/nominations/{sent}"


def test_five_people_bring_ten_cases_from_the_listing_to_a_locked_agenda(listing):
    find_cases(listing)
    exclude(listing)
    list_nine(listing)
    police_answer_late(listing)
    health_answers_ten_on_a_telephone(listing)
    advocate_answers_in_two_sittings(listing)
    chase(listing)
    say_who_presents(listing)
    suggest_and_publish(listing)
    read_editions(listing)
    publish_again(listing)
    lock(listing)
    add_one_late(listing)
    declare_an_interest(listing)
    add_to_an_answer(listing)
    excluded_meets_nothing(listing)


def find_cases(listing: Listing) -> None:
    for path in listing.nominations.values():
        find_case(listing, path)


def find_case(listing: Listing, path: str) -> None:
    coordinator = listing["coordinator"]
    html = coordinator.go(path).html
    listing.references.append(re.search(r"PM-\d{4}-\d{6}", coordinator.page.title())[0])
    listing.cases.append(re.search(r"/cases/[0-9a-f-]{36}", html)[0])


def exclude(listing: Listing) -> None:
    """Before the case is listed, the coordinator keeps from it an officer who is family."""
    coordinator = listing["coordinator"]
    coordinator.go(listing.cases[HIDDEN])
    coordinator.follow("Who must not know of it")
    who = coordinator.main.get_by_label("Person or agency")
    coordinator.pick(who, who.locator("option", has_text="Ingrid Llewellyn").inner_text())
    coordinator.select("Ground", "Related to a party")
    coordinator.press("Go on")
    coordinator.press("Exclude")
    coordinator.sees("They are not told.")


def list_nine(listing: Listing) -> None:
    """The coordinator takes the other nine one after another, onto the meeting that the first is on."""
    coordinator = listing["coordinator"]
    coordinator.go(f"/panels/{listing.panel}/desk")
    coordinator.sees("Waiting (9)")
    coordinator.follow("Start with the first")
    for _ in range(9):
        coordinator.choose("Accept: put it on an agenda")
        pick = coordinator.main.get_by_label("Meeting, if you accept")
        option = pick.locator("option", has_text=f"{listing.day.day} {listing.day:%B %Y}").first
        coordinator.pick(pick, option.inner_text())
        coordinator.press("Save and next")
    coordinator.sees("Nothing waits for a decision")


def row_of(somebody: Person, reference: str) -> str:
    return somebody.main.locator("tr").filter(has_text=reference).first.inner_text()


def open_request(listing: Listing, role: str, number: int) -> Person:
    somebody = listing[role]
    somebody.go("/research")
    somebody.follow(listing.references[number])
    return somebody


def police_answer_late(listing: Listing) -> None:
    officer = open_request(listing, "police", 0)
    officer.sees("Overdue")
    with officer.expecting(422):
        officer.press("Send the answer")
    officer.sees("Choose whom your agency knows")
    officer.choose("The victim")
    officer.choose("A perpetrator")
    officer.fill("Facts", "Four calls to the address in October.")
    officer.fill("Restricted intelligence", "A source says that he has bought a second telephone.")
    officer.select("If something is withheld, why?", "It is before a court, or operational")
    officer.press("Send the answer")
    officer.sees(f"{listing.references[0]}: your agency's answer is kept.")


def health_answers_ten_on_a_telephone(listing: Listing) -> None:
    """One with what is known, nine that know nobody, each a tick and a button."""
    nurse = open_request(listing, "health", 0)
    nurse.choose("A perpetrator")
    nurse.fill("Facts", "Known since 2024; last seen on 9 November.")
    nurse.fill("Your agency’s opinion", "Not likely to keep the next appointment.")
    nurse.press("Send, and open the next")
    for _ in range(8):
        nurse.choose("None of them")
        nurse.press("Send, and open the next")
    nurse.choose("None of them")
    nurse.press("Send the answer")
    nurse.go("/research")
    nurse.sees("There is nothing to answer")


def advocate_answers_in_two_sittings(listing: Listing) -> None:
    """What is not finished is nobody's to read; then it is sent."""
    advocate = open_request(listing, "advocate", 1)
    advocate.choose("The victim")
    advocate.fill("Facts", "She fears the mornings most.")
    advocate.press("Finish later")
    coordinator = listing["coordinator"]
    coordinator.go(listing.meeting + "/research")
    coordinator.misses("She fears the mornings most.")
    advocate = open_request(listing, "advocate", 1)
    advocate.fill("Actions that your agency suggests", "Change the route to school.")
    advocate.press("Send the answer")
    coordinator.go(listing.meeting + "/research")
    coordinator.sees("She fears the mornings most.", "Change the route to school.")


def chase(listing: Listing) -> None:
    """The grid says how each agency answered; whoever is missing gets one letter, and it names no case."""
    coordinator = listing["coordinator"]
    coordinator.go(listing.meeting + "/research")
    coordinator.sees("Something is withheld: it is before a court, or operational")
    coordinator.follow("Who has answered, and who has not")
    first, second = (row_of(coordinator, reference) for reference in listing.references[:2])
    assert {"Late", "Overdue"} <= words_of(first), first
    assert {"Checked not known", "Returned", "Requested"} <= words_of(second), second
    listing.served.deliver()
    coordinator.press("Chase all that are missing")
    letters = listing.served.deliver()
    told = {letter["To"] for letter in letters}
    assert len(letters) == len(told) and told
    assert not [to for to in told if "wmht.nhs" in to], "health has answered everything"
    assert "Told" in row_of(coordinator, listing.references[1])


def words_of(row: str) -> set[str]:
    return {part.strip() for part in re.split(r"[\t\n]", row)}


def say_who_presents(listing: Listing) -> None:
    """The officer who sent a case presents it, and says from when they can be there."""
    officer = listing["police"]
    officer.go("/presenting")
    officer.press(f"I will present {listing.references[0]}")
    officer.go("/presenting")
    officer.follow(f"Say when you can be there, or name a colleague for {listing.references[0]}")
    officer.fill("From", "9pm")
    with officer.expecting(422):
        officer.press("Keep these times")
    officer.sees("Enter a time at which the meeting runs")
    officer.fill("From", "3pm")
    officer.press("Keep these times")
    listing["coordinator"].go(listing.meeting + "/agenda")
    listing["coordinator"].sees("Presented by Quentin Fotheringay")


def suggest_and_publish(listing: Listing) -> None:
    coordinator = listing["coordinator"]
    coordinator.go(listing.meeting + "/agenda")
    coordinator.follow("Suggest an order")
    coordinator.sees("agencies wait")
    if coordinator.main.get_by_role("button", name="Use this order").count():
        coordinator.press("Use this order")
    coordinator.go(listing.meeting + "/agenda")
    coordinator.misses("Presenter not here")
    publish(listing, 1)


def publish(listing: Listing, edition: int) -> None:
    """Whoever the page names gets one letter, and nobody else does."""
    coordinator = listing["coordinator"]
    coordinator.go(listing.meeting + "/agenda")
    coordinator.follow("Publish agenda")
    names = coordinator.main.locator("details li").count()
    listing.served.deliver()
    coordinator.press("Publish agenda")
    letters = listing.served.deliver()
    assert len(letters) == names == len({letter["To"] for letter in letters}) > 20
    coordinator.follow("Read the published agenda")
    coordinator.sees(f"Edition {edition}, published on")


def order_of(somebody: Person) -> list[str]:
    """Return the cases of the edition that is open, and hold its numbers and times to running on."""
    rows = somebody.rows("Running order")
    numbers = [row.locator("td").nth(0).inner_text() for row in rows]
    spans = [times(row.locator("td").nth(1).inner_text()) for row in rows]
    assert numbers == [str(number) for number in range(1, len(rows) + 1)]
    assert all(before[1] == after[0] for before, after in zip(spans, spans[1:], strict=False))
    return [found[0] for row in rows if (found := re.search(r"PM-\d{4}-\d{6}", row.inner_text()))]


def read_edition(listing: Listing, role: str) -> list[str]:
    somebody = listing[role]
    somebody.go(listing.meeting)
    somebody.follow("Agenda, and what agencies answered")
    return order_of(somebody)


def read_editions(listing: Listing) -> None:
    """Each reads their own: all ten, or the nine that there are for the excluded officer."""
    whole = read_edition(listing, "police")
    assert set(whole) == set(listing.references)
    listing["police"].sees("Your agency is needed from")
    for role in ("coordinator", "health", "advocate"):
        listing[role].go(listing.meeting + "/agenda/edition")
        assert order_of(listing[role]) == whole
    assert read_edition(listing, "excluded") == [one for one in whole if one != listing.hidden]


def publish_again(listing: Listing) -> None:
    """Two cases change places; readers find what changed since they read it."""
    coordinator = listing["coordinator"]
    coordinator.go(listing.meeting + "/agenda")
    shown = coordinator.main.locator(".app-agenda__line .app-agenda__name a").all_inner_texts()
    last = next(one for one in reversed(shown) if one != listing.hidden)
    up = coordinator.main.get_by_role("listitem").filter(has_text=last).get_by_role("button", name="Up").last
    if listing.js:
        with coordinator.page.expect_response(lambda answer: answer.request.method == "POST"):
            coordinator.activate(up)
        coordinator.page.locator("#agenda-builder:not([aria-busy])").wait_for()
        assert coordinator.page.evaluate("() => document.activeElement.innerText").startswith("Up")
    else:
        with coordinator.page.expect_navigation():
            coordinator.activate(up)
    publish(listing, 2)
    police = listing["police"]
    police.go(listing.meeting + "/agenda/edition")
    police.sees("What changed since you read edition 1", f"{last}: moved from number 17 to number 16")
    order_of(police)


def lock(listing: Listing, cases: int = 10) -> None:
    coordinator = listing["coordinator"]
    coordinator.go(listing.meeting + "/agenda")
    coordinator.follow("Lock the agenda")
    coordinator.press("Lock the agenda")
    coordinator.go(listing.meeting + "/agenda")
    coordinator.sees("This agenda is locked, by Myfanwy Prosser-Lyle", f"{cases} of 16 cases")
    assert not coordinator.main.get_by_role("button", name="Up").count()
    for role in ("police", "health", "advocate", "excluded"):
        listing[role].go(listing.meeting + "/agenda/edition")
        listing[role].sees("It is locked")


def add_one_late(listing: Listing) -> None:
    """One more case is pressing: the agenda is unlocked with a reason, the chair lets the case in, all read anew."""
    coordinator = listing["coordinator"]
    nominate(listing, LATE_VICTIM, datetime.now(UTC))
    find_case(listing, listing.nominations[LATE_VICTIM])
    coordinator.go(listing.meeting + "/agenda")
    coordinator.follow("Unlock it")
    with coordinator.expecting(422):
        coordinator.press("Unlock the agenda")
    coordinator.fill("Why is it unlocked?", "One more case, and it cannot wait.")
    coordinator.press("Unlock the agenda")
    coordinator.go(listing.nominations[LATE_VICTIM])
    coordinator.follow("Decide")
    coordinator.choose("Accept: put it on an agenda")
    pick = coordinator.main.get_by_label("Meeting, if you accept")
    coordinator.pick(pick, pick.locator("option", has_text=f"{listing.day.day} {listing.day:%B %Y}").first.inner_text())
    coordinator.choose("Emergency: somebody is in danger until it is heard")
    coordinator.fill("Why can it not wait for one that is open?", "He comes out on Friday.")
    coordinator.press("Save decision")
    chair = listing["chair"]
    chair.go("/")
    chair.follow("Decide on what comes onto an agenda late")
    chair.follow(listing.references[-1])
    chair.choose("Yes, add it to this agenda")
    chair.press("Answer")
    publish(listing, 3)
    lock(listing, 11)
    assert listing.references[-1] in read_edition(listing, "police")


def declare_an_interest(listing: Listing) -> None:
    """The nurse knows somebody in a case: it leaves their pages, and the coordinator is asked who speaks instead."""
    nurse, coordinator, known = listing["health"], listing["coordinator"], listing.references[-1]
    nurse.go(listing.meeting)
    nurse.follow("Declare that you know somebody in a case, or nobody")
    nurse.choose("Yes, or I may")
    nurse.choose(known)
    nurse.select("How you know them", "Previous relationship")
    nurse.press("Declare", exact=True)
    nurse.sees("Your declaration is kept.")
    assert known not in read_edition(listing, "health")
    nurse.go(listing.cases[-1], 404)
    coordinator.go("/interests")
    coordinator.follow(f"{known}: instead of")
    coordinator.choose("Nobody: the agency is not heard in this case")
    coordinator.press("Keep this")
    coordinator.sees("Nobody is named to speak instead.")


def add_to_an_answer(listing: Listing) -> None:
    """When the meeting has begun, what was answered stays as it was, and something is added."""
    coordinator = listing["coordinator"]
    coordinator.go(listing.meeting + "/hearing")
    chair = coordinator.main.get_by_label("Who chairs this meeting")
    coordinator.pick(chair, chair.locator("option", has_text="Philippa Ashdown").inner_text())
    coordinator.press("Start the meeting")
    officer = listing["police"]
    officer.go("/research?show=answered")
    officer.follow(listing.references[0])
    officer.sees("This meeting has started, so the answer stays as it is.")
    with officer.expecting(422):
        officer.press("Add this")
    officer.choose("Fact")
    officer.fill("What you add", "He was seen at the school gate this morning.")
    officer.press("Add this")
    coordinator.go(listing.meeting + "/research")
    coordinator.sees("Four calls to the address in October.", "He was seen at the school gate this morning.",
                     "added by Quentin Fotheringay")


def excluded_meets_nothing(listing: Listing) -> None:
    """In all pages that there are for the officer, and in every letter, nothing tells of the case."""
    walker = listing["excluded"]
    walker.roam(most=900)
    told = (listing.hidden, listing.cases[HIDDEN], listing.nominations[VICTIMS[HIDDEN]], VICTIMS[HIDDEN])
    html = "".join(sight.html for sight in walker.walk.sights)
    assert not [word for word in told if word.lower() in html.lower()]
    assert all(reference in html for reference in listing.references if reference != listing.hidden)
    walker.go(listing.cases[HIDDEN], 404)
    own = [letter.as_string().lower() for letter in listing.served.letters() if EXCLUDED in letter["To"]]
    assert own and not [word for word in told for text in own if word.lower() in text]
    every = "".join(letter.as_string().lower() for letter in listing.served.letters())
    assert not [name for name in (*VICTIMS, LATE_VICTIM) if name.lower() in every]
