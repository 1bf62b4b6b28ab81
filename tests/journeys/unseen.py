"""What somebody must not know leaves no trace for them: no word, no reference, no gap in numbers or times."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tests.journeys import canary
from tests.journeys.job import Job
from tests.journeys.people import Person
from tests.journeys.tokens import CONTACTS

MAIN_PAGES = ("/", "/cases", "/nominations", "/research", "/actions", "/meetings", "/panels")
_CLOCK = {"midday": "12pm", "midnight": "12am"}


def excluded_walks(job: Job) -> None:
    """The excluded representative opens every page there is for them and meets nothing of the case."""
    walker = job["excluded"]
    sights = walker.roam() if job.thorough else [walker.go(path) for path in MAIN_PAGES]
    meets_nothing(job, walker)
    others = [listed for listed in job.listed if listed is not job.hidden]
    texts = "".join(sight.html for sight in sights)
    assert all(listed.reference in texts for listed in others)
    if job.minutes:
        walker.go(job.minutes)
        walker.sees(*(listed.reference for listed in others))
        walker.misses(job.hidden.reference)
    for path in (job.hidden.case, job.hidden.nomination):
        walker.go(path, 404)


def meets_nothing(job: Job, walker: Person) -> None:
    for sight in walker.walk.sights:
        assert job.hidden.reference not in sight.html, f"{walker.email} meets the reference at {sight.url}"
        found = canary.found(canary.words(job.tokens, job.hidden.row), sight.html)
        assert not found, f"{walker.email} meets {found} at {sight.url}"


def excluded_reads_agenda(job: Job) -> None:
    """The agenda of the excluded representative counts and runs on as if the case were not there."""
    walker = job["excluded"]
    walker.go(job.meeting)
    walker.follow("Agenda")
    rows = walker.rows("Running order")
    numbers = [row.locator("td").nth(0).inner_text() for row in rows]
    spans = [times(row.locator("td").nth(1).inner_text()) for row in rows]
    assert numbers == [str(number) for number in range(1, len(rows) + 1)]
    assert all(before[1] == after[0] for before, after in zip(spans, spans[1:], strict=False))
    coordinator = job["coordinator"]
    coordinator.go(job.meeting + "/agenda/edition")
    assert len(coordinator.rows("Running order")) == len(rows) + 1


def excluded_follows_meeting(job: Job) -> None:
    """While the meeting runs, what is still to come for the excluded representative runs on without the case."""
    walker = job["excluded"]
    walker.go(job.meeting)
    walker.follow("The meeting itself")
    lines = walker.page.locator(".app-order li").all_inner_texts()
    starts = [found for line in lines if (found := re.search(r"^(\S+), (\d+) min", line, re.MULTILINE))]
    assert len(starts) >= len(job.listed) - 1, lines
    clocks = [(times(f"{found[1]} to {found[1]}")[0], int(found[2])) for found in starts]
    for (before, minutes), (after, _) in zip(clocks, clocks[1:], strict=False):
        # A clock on a page says no day, and a meeting may run past midnight.
        assert (after - before) % timedelta(days=1) == timedelta(minutes=minutes), lines
    meets_nothing(job, walker)


def times(text: str) -> tuple[datetime, datetime]:
    """Read a span such as "9:30am to midday"."""
    return tuple(_clock(part) for part in text.split(" to "))


def _clock(text: str) -> datetime:
    text = _CLOCK.get(text.strip(), text.strip())
    return datetime.strptime(text, "%I:%M%p" if ":" in text else "%I%p")  # noqa: DTZ007


def lapsed_walks(job: Job) -> None:
    """Somebody whose seat has ended finds no page of the panel, and nothing of any case."""
    walker = job["lapsed"]
    sights = walker.roam() if job.thorough else [walker.go(path) for path in MAIN_PAGES]
    words = canary.words(job.tokens)
    for sight in sights:
        assert not canary.found(words, sight.html), f"the lapsed member meets a case at {sight.url}"
        assert not re.search(r"PM-\d{4}-\d{6}", sight.html), f"the lapsed member meets a reference at {sight.url}"
    for path in (job.meeting, job.panel + "/members", job.hidden.case, job.meeting + "/agenda"):
        walker.go(path, 404)
    assert not [letter for letter in job.served.letters() if walker.email in letter["To"]]


def nothing_leaks(job: Job) -> None:
    """No value about a person, and no calendar secret, is anywhere but on pages; the pages that may, show them."""
    words = canary.words(job.tokens)
    found = canary.leaks(
        words, [job.feed_secret], folder=job.served.folder, letters=job.served.letters(), calendars=job.calendars,
        walks=[*job.walks, *(somebody.walk for somebody in job.people.values())],
    )
    assert not found, found[:20]


def pages_show_what_they_may(job: Job) -> None:
    """Each value is on the pages of those whose policy says so, and how to reach a victim on no others'."""
    sights = [sight for walk in job.walks for sight in walk.sights] + job["coordinator"].walk.sights
    everything = canary.shown(canary.words(job.tokens), (s for s in sights if s.who == job["coordinator"].email))
    for row, values in job.tokens.of.items():
        for column, token in values.items():
            assert everything & canary.written(column, token), f"the coordinator was never shown the {column} of {row}"
    contacts = {
        way for listed in job.listed for column in CONTACTS
        for way in canary.written(column, job.tokens.of[listed.row][column])
    }
    job["police"].go(job.listed[0].case + "/contact")
    assert canary.shown(contacts, job["police"].walk.sights)
    for role in ("chair", "minute_taker", "health", "probation", "housing", "excluded", "lapsed"):
        assert not canary.shown(contacts, job[role].walk.sights), role
    for role in ("probation", "health"):
        words = canary.words(job.tokens, job.heard[0].row)
        assert canary.shown(words, job[role].walk.sights), role
