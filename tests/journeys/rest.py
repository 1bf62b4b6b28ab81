"""Every other page that answers GET: each is opened once by somebody whom a link leads there."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from clinic.scheduler import importer
from tests.journeys.job import OTHER_PANEL, Job
from tests.journeys.people import Person
from tests.journeys.served import path_in

# What answers with something else than a page.
NO_PAGES = frozenset({
    "static", "accounts.leave", "feeds.calendar", "hearings.pulse", "hearings.following_now", "help.health",
    "help.robots", "imports.rejected_rows", "imports.progress", "flags.as_csv", "panels.arrivals", "flags.as_workbook",
    "agenda.as_file",
})
PAGES = ("victim", "perpetrator", "behaviour", "criteria", "risk", "justice", "contact", "voice")
NEWCOMER = "oriel.vantage@saltby.gov.example"


def look_at_every_other_page(job: Job) -> None:
    """Look closely at each page of the application that the main job has not come by."""
    letters(job)
    import_with_a_fault(job)
    import_with_other_headings(job)
    refused_forms(job)
    a_broken_order(job)
    a_safe_contact(job)
    a_victim_is_told(job)
    a_safe_address(job)
    a_lowered_risk(job)
    a_disputed_response(job)
    an_urgent_decision(job)
    an_interest(job)
    a_dropped_case(job)
    a_late_addition(job)
    job["lapsed"].press("Sign out", within=job["lapsed"].page.locator("header"))
    for role in ("coordinator", "advocate", "admin", "auditor"):
        job[role].go("/")
    waiting = patterns(job)
    while waiting:
        # What is opened may hold the links to what was not found yet.
        left = [pattern for pattern in waiting if not was_seen(job, pattern) and not open_by_a_link(job, pattern)]
        assert len(left) < len(waiting), f"no page links to {[pattern.pattern for pattern in left]}"
        waiting = left


def was_seen(job: Job, pattern: re.Pattern) -> bool:
    return any(
        pattern.fullmatch(sight.path) and "not found" not in sight.title
        for somebody in job.people.values() for sight in somebody.looked
    )


def patterns(job: Job) -> list[re.Pattern]:
    rules = [rule for rule in job.served.app.url_map.iter_rules() if "GET" in rule.methods]
    return [
        re.compile(re.sub(r"<\w+:\w+>", r"[0-9a-f-]{36}", re.sub(r"<\w+>", "[^/]+", rule.rule)))
        for rule in sorted(rules, key=lambda rule: rule.rule) if rule.endpoint not in NO_PAGES
    ]


def open_by_a_link(job: Job, pattern: re.Pattern) -> bool:
    """Let somebody open the page who was shown a link to it, the latest link first; say whether anybody was."""
    for somebody in job.people.values():
        for sight in reversed(somebody.walk.sights):
            for link in re.findall(r'\bhref="([^"#]+)', sight.html):
                if pattern.fullmatch(link.partition("?")[0]):
                    somebody.go(link.replace("&amp;", "&"))
                    return True
    return False


def letters(job: Job) -> None:
    """Somebody is invited and chooses a password; somebody else is sent a letter to choose a new one."""
    admin = job["admin"]
    admin.go("/directory/people/new")
    admin.fill("Name", "Oriel Vantage")
    admin.select("Agency", "Saltby District Council Housing")
    admin.fill("E-mail address", NEWCOMER)
    admin.press("Send invitation")
    choose_password(job, NEWCOMER, "Your account is ready")
    admin.go("/directory/people")
    admin.follow("Bronwen Mountjoy")
    admin.press("Send a letter to choose a new password")
    choose_password(job, "bronwen.mountjoy@westmarchfire.gov.example", "Your password is changed")


def choose_password(job: Job, email: str, done: str) -> None:
    """Follow the letter's link with a browser of one's own, and sign in."""
    (letter,) = [letter for letter in job.served.deliver() if email in letter["To"]]
    stranger = Person(job.browser, job.served.base, email, job.width, job.js)
    stranger.inspector = job.inspector
    job.people[email] = stranger
    stranger.go(path_in(letter))
    for label in ("New password", "The same password again"):
        stranger.fill(label, "seven quiet lanterns by the sea")
    stranger.press("Save password")
    stranger.sees(done)
    stranger.sign_in("seven quiet lanterns by the sea")


def import_with_a_fault(job: Job) -> None:
    """A file of one bad row stays on its page, with how to mend it."""
    coordinator = job["coordinator"]
    text = job.tokens.csv().decode().splitlines()
    bad = "\r\n".join((text[0], text[1].replace("2026-", "2026-31-", 1).replace("WM/40000/26", "WM/40000/27")))
    coordinator.go(job.panel + "/import")
    coordinator.main.get_by_label("CSV file").set_input_files(
        {"name": "one.csv", "mimeType": "text/csv", "buffer": bad.encode()})
    coordinator.press("Check the file")
    coordinator.sees("To mend")


def import_with_other_headings(job: Job) -> None:
    """A force's own export is asked once for its columns, which are kept by name."""
    coordinator = job["coordinator"]
    header, *rows = job.tokens.csv().decode().splitlines()
    theirs = "\r\n".join((header.replace("_", " "), *rows[:2]))
    coordinator.go(job.panel + "/import")
    coordinator.main.get_by_label("CSV file").set_input_files(
        {"name": "export.csv", "mimeType": "text/csv", "buffer": theirs.encode()})
    coordinator.press("Check the file")
    importer.bring_in(job.served.office, lambda: datetime.now(UTC))
    coordinator.go(coordinator.path)
    coordinator.fill("Name of this export", "Records system")
    coordinator.select("Agency whose export it is", "Westmarch Police")
    coordinator.choose("31/12/2026, or 2026-12-31")
    coordinator.press("Read the file by these columns")


def refused_forms(job: Job) -> None:
    """Forms that are sent empty, or with what cannot be, come back with what to mend."""
    coordinator, officer = job["coordinator"], job["police"]
    with coordinator.expecting(422):
        coordinator.go(job.panel + "/meetings/new")
        coordinator.day("Date", date(2020, 2, 3))
        coordinator.press("Add and invite")
        coordinator.sees("There is a problem")
    send_half_full(officer, job.panel)
    write_a_draft(officer, job.panel)
    officer.go("/nothing/is/here", 404)


def write_a_draft(officer: Person, panel: str) -> None:
    """A nomination is begun: somebody and something that happened are added, its pages are sent empty, and it stays."""
    officer.go(panel + "/nominations/new")
    officer.press("Begin a nomination")
    tasks = officer.path
    officer.follow("Other people")
    officer.press("Add a person")
    officer.choose("Child")
    officer.fill("Given name", "Noor")
    officer.press("Save", exact=True)
    officer.go(tasks)
    officer.follow("Incidents", exact=True)
    officer.press("Add an incident")
    officer.day("When did it happen?", date(2026, 2, 3))
    officer.fill("What happened?", "Waited at the gate.")
    officer.press("Save", exact=True)
    with officer.expecting(422):
        for page in PAGES:
            officer.go(f"{tasks}/pages/{page}")
            officer.press("Continue")
        officer.go(f"{tasks}/incidents/paste")
        officer.press("Add these incidents")
        officer.go(f"{tasks}/check")
        officer.press("Send nomination")
        officer.sees("There is a problem")
        officer.go(f"{tasks}/emergency")
        officer.press("Send as an emergency")
    officer.go(tasks)
    officer.follow("Discard this draft")


def send_half_full(officer: Person, panel: str) -> None:
    """Another nomination says no more than an emergency must, and goes."""
    officer.go(panel + "/nominations/new")
    officer.press("Begin a nomination")
    tasks = officer.path
    for page, texts in (("The victim", {"Given name": "Wren", "Family name": "Saltmarsh"}),
                        ("The perpetrator", {"Given name": "Not known"}),
                        ("What is happening", {"What has happened": "He is on his way."})):
        officer.go(tasks)
        officer.follow(page, exact=True)
        for label, text in texts.items():
            officer.fill(label, text)
        officer.press("Save and come back later")
    officer.go(f"{tasks}/emergency")
    officer.fill("Why can it not wait?", "He was released today.")
    officer.press("Send as an emergency")
    officer.sees("Emergency nomination sent")


def a_broken_order(job: Job) -> None:
    """An order of a case is written down and broken; whether that is a repeat stays to be said."""
    coordinator = job["coordinator"]
    coordinator.go(job.listed[0].case + "/orders")
    coordinator.follow("Write down an order")
    coordinator.select("Order", "Non-molestation order")
    coordinator.select("What has happened to it first", "Made")
    coordinator.day("When", date(2026, 2, 3))
    coordinator.press("Write it down")
    coordinator.follow("Say that it was broken")
    coordinator.day("When was it broken?", date(2026, 2, 5))
    coordinator.fill("What happened?", "Waited at the gate.")
    coordinator.press("Write it down")
    coordinator.sees("Repeat or not?")


def a_safe_contact(job: Job) -> None:
    """An advocate says that what is known still holds, then writes what is new; the officer says where he lives."""
    advocate, case = job["advocate"], job.heard[0]
    advocate.go(case.case)
    advocate.follow("Safe contact")
    advocate.press("Checked today: it still holds")
    advocate.sees("Checked by")
    advocate.follow("Write the card")
    advocate.select("Is it safe?", "Safe", within=advocate.main.get_by_role("group", name="Text message"))
    advocate.fill("Code word", job.tokens.type(case.row))
    advocate.press("Write the card")
    advocate.sees("Code word")
    police = job["police"]
    police.go(case.case)
    police.follow("Where the perpetrator is known")
    police.main.get_by_label("Whose address").select_option(index=1)
    police.fill("Address", f"2 {job.tokens.type(case.row)} Road, ZZ8 8ZZ")
    police.press("Write it down")


def a_victim_is_told(job: Job) -> None:
    """After the meeting the advocate says that it was not safe to tell the victim, and why."""
    advocate, case = job["advocate"], job.heard[0]
    advocate.go("/victims-voice")
    to_tell = advocate.main.locator("tr").filter(has_text=case.reference).filter(has_text="Tell what was agreed")
    advocate.follow(case.reference, within=to_tell)
    advocate.choose("It was not safe to tell")
    with advocate.expecting(422):
        advocate.press("Write it down")
    advocate.sees("Say why, and what was tried")
    advocate.fill("What the victim said to it, or why this was not possible", job.tokens.type(case.row))
    advocate.press("Write it down")
    advocate.sees("Told afterwards: It was not safe.")
    advocate.go("/victims-voice")
    assert not to_tell.count()


def a_dropped_case(job: Job) -> None:
    """A case that the meeting did not hear is taken off the next list too, which asks why."""
    coordinator, case = job["coordinator"], job.listed[-1]
    coordinator.go(job.next_meeting + "/agenda")
    line = coordinator.main.get_by_role("listitem").filter(has_text=case.reference)
    coordinator.press("Remove", within=line)
    with coordinator.expecting(422):
        coordinator.press("Take it off")
    coordinator.sees("Choose why it is not heard at this meeting")
    coordinator.choose("Nobody can present it at this meeting")
    coordinator.fill("Anything to add", job.tokens.type(case.row))
    coordinator.press("Take it off")
    coordinator.sees(f"{case.reference}: taken off the agenda")


def a_late_addition(job: Job) -> None:
    """The next agenda is out when one more case is to come onto it, and the chair says no."""
    coordinator, chair = job["coordinator"], job["chair"]
    coordinator.go(job.next_meeting + "/agenda/publish")
    coordinator.press("Publish agenda")
    coordinator.go(job.next_meeting + "/agenda")
    coordinator.follow("Choose a case")
    coordinator.follow(f"Ask the chair about {job.later.reference}")
    coordinator.choose("Late: it should be heard at this meeting all the same")
    coordinator.fill("Why can it not wait?", job.tokens.type(job.later.row))
    coordinator.press("Ask the chair")
    coordinator.sees("The chair has not answered yet.")
    chair.go("/")
    chair.follow("Decide on what comes onto an agenda late")
    chair.follow(job.later.reference)
    chair.choose("No, it waits")
    chair.fill("Reason", job.tokens.type(job.later.row))
    chair.press("Answer")
    chair.sees("The case waits.")


def a_disputed_response(job: Job) -> None:
    """An advocate does not leave it at what the police have answered, and the police answer again."""
    advocate, police, case = job["advocate"], job["police"], job.heard[0]
    advocate.go(case.case)
    advocate.follow("Dispute a response")
    advocate.select("Which agency responded?", "Westmarch Police")
    advocate.choose("Low priority")
    advocate.day("When?", date(2026, 2, 3))
    advocate.fill("What was said, and why does your agency dispute it?", job.tokens.type(case.row))
    advocate.press("Dispute it")
    advocate.sees("Waits for an answer")
    police.go("/disputes")
    police.follow(case.reference)
    police.choose("The response is another one now")
    police.fill("What was done, and why?", job.tokens.type(case.row))
    police.press("Write the answer down")
    police.sees("Answered by")


def an_urgent_decision(job: Job) -> None:
    """Two agencies answer what cannot wait for a meeting, and the chair decides and has it done."""
    coordinator, chair, case = job["coordinator"], job["chair"], job.heard[0]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    coordinator.go(case.case)
    coordinator.follow("Decisions between meetings")
    coordinator.fill("What is to be decided?", job.tokens.type(case.row))
    coordinator.choose("Westmarch Police")
    coordinator.choose("Lantern IDVA Service")
    coordinator.fill("How many of them must agree or not agree?", "2")
    coordinator.day("Day on which it closes", tomorrow)
    coordinator.fill("Time at which it closes", "17:00")
    coordinator.press("Ask them")
    coordinator.sees("The quorum is not met yet.")
    for role in ("police", "advocate"):
        job[role].go("/urgent")
        job[role].follow(case.reference)
        job[role].follow("Answer")
        job[role].choose("We agree")
        job[role].fill("Why?", job.tokens.type(case.row))
        job[role].press("Answer")
    chair.go("/urgent")
    chair.follow(case.reference)
    chair.sees("The quorum is met.")
    chair.choose("It is decided, as I write below")
    chair.fill("What stands, and why?", job.tokens.type(case.row))
    chair.press("Write it down")
    chair.fill("What needs to be done", job.tokens.type(case.row))
    chair.select("Owning agency", "Westmarch Police")
    chair.day("Due", tomorrow)
    chair.press("Add action")
    chair.sees("is agreed, and its agency is told.")


def a_safe_address(job: Job) -> None:
    """The coordinator's address is confirmed by the advocate who has looked; the advocate's change is refused."""
    coordinator, advocate, case = job["coordinator"], job["advocate"], job.heard[0].case
    home, other = (f"{number} {job.tokens.type(job.heard[0].row)} Lane, ZZ9 9ZZ" for number in (1, 3))
    propose(coordinator, case, "Propose an address", home)
    look(job, advocate, case, "See the proposed address", home)
    advocate.choose("Yes: it counts from now on")
    advocate.press("Save the decision")
    propose(advocate, case, "Propose another address", other)
    look(job, coordinator, case, "See the address", home)
    coordinator.follow("I have seen it")
    coordinator.sees("Who has looked", "Myfanwy Prosser-Lyle", "To see whether it is right.")
    coordinator.choose("No: the earlier one goes on counting")
    coordinator.fill("Why it is refused", "They have not moved yet.")
    coordinator.press("Save the decision")
    coordinator.sees("They have not moved yet.")
    for walker, held in ((coordinator, home), (advocate, home)):
        pages = [sight for sight in walker.walk.sights if held in sight.html]
        assert len(pages) == 1, [sight.url for sight in pages]


def propose(somebody: Person, case: str, link: str, address: str) -> None:
    somebody.go(case + "/address")
    somebody.follow(link)
    somebody.fill("Address", address)
    somebody.press("Propose it")
    somebody.sees("You proposed it")


def look(job: Job, somebody: Person, case: str, link: str, address: str) -> None:
    somebody.go(case + "/address")
    somebody.follow(link)
    somebody.choose("To check that it is right")
    somebody.fill("Say it in a few words", "To see whether it is right.")
    somebody.fill("Your password", job.served.password)
    somebody.press("Show the address")
    somebody.sees(address)


def a_lowered_risk(job: Job) -> None:
    """A lower result of an officer is refused, comes again and is agreed; a clinic's case has its plan."""
    officer, coordinator, case = job["police"], job["coordinator"], job.heard[0]
    assess(job, officer, "High")
    for words, answer in (("He is in custody.", "No: the earlier one goes on counting"),
                          ("He was sentenced.", "Yes: it counts from now on")):
        assess(job, officer, "Moderate", words)
        officer.sees("It is lower than before and waits for a second person.")
        coordinator.go(case.case)
        coordinator.sees("Lower result waits")
        coordinator.follow("All assessments")
        coordinator.choose(answer)
        if answer.startswith("No"):
            coordinator.fill("Why the earlier result stays", "Custody ends on Friday.")
        coordinator.press("Save the decision")
    coordinator.sees("The lower result counts from now on.")
    coordinator.go("/cases")
    of_clinic = coordinator.main.locator("tr").filter(has_text=OTHER_PANEL).get_by_role("link").first
    coordinator.go(of_clinic.get_attribute("href") + "/risk")
    coordinator.follow("Write the plan")
    coordinator.fill("How the case is understood", "Rejection, and nobody who tells him to stop.")
    coordinator.press("Write the plan")


def assess(job: Job, officer: Person, result: str, because: str = "") -> None:
    officer.go(job.heard[0].case + "/risk")
    officer.follow("Enter an assessment")
    officer.select("Which tool was used?", "SASH")
    officer.press("Continue")
    officer.select("What it came to", result)
    officer.day("When", date(2026, 2, 3))
    officer.fill("Who assessed", "A. Assessor")
    officer.fill("What the assessor makes of it", job.tokens.type(job.heard[0].row))
    officer.fill("If it is lower than before: why", because)
    officer.press("Enter the assessment")


def an_interest(job: Job) -> None:
    """Somebody who knows a person in a case keeps out of it, and the coordinator is asked who speaks instead."""
    somebody, case = job["housing"], job.listed[0]
    somebody.go(job.meeting + "/interests")
    somebody.choose("Yes, or I may")
    somebody.choose(case.reference)
    somebody.select("How you know them", "Previous relationship")
    somebody.press("Declare", exact=True)
    somebody.sees("Your declaration is kept.")
    somebody.go(case.case, 404)
