"""The journal, the letters, the help and the health of the service, as people and machines meet them."""

import pytest

from clinic.domain.audit import AuditVerb
from clinic.domain.letters import LetterKind
from clinic.services import health
from clinic.services.work import event_of
from tests import sitting
from tests.services.test_letters import post


def test_the_auditor_filters_the_journal_and_turns_its_pages(site):
    events = [event_of(site.world.actor("officer"), AuditVerb.PRINT, "Case", {}) for _ in range(60)]
    site.world.office.note(site.world.now, events)
    auditor = site.browser("auditor")
    page = auditor.get("/audit?verb=print")
    assert page.text.count("Officer Testwell") == 50
    older = next(url for text, url in page.links if text == "Older")
    assert "verb=print" in older and auditor.get(older).text.count("Officer Testwell") == 10
    assert "Nothing in the journal fits" in auditor.get("/audit?person=Nobody+of+that+name").text


@pytest.mark.parametrize("query, said", [
    ("first-day=31&first-month=2&first-year=2026", "must be a real date"), ("object_id=12", "Enter an id"),
    ("verb=burn", "Choose from the list"), ("person=" + "x" * 101, "100 characters or fewer"),
    ("person=a%00b", "cannot be kept"),
])
def test_a_broken_filter_gets_a_sentence_at_its_field(site, query, said):
    assert said in site.browser("auditor").get(f"/audit?{query}", 422).text


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40, ""])
def test_a_broken_page_number_shows_the_latest(site, before):
    site.browser("auditor").get("/audit", query_string={"before": before})


@pytest.mark.parametrize("who", ["coordinator", "chair", "officer", "admin"])
def test_the_journal_is_the_auditors_alone(site, who):
    site.browser(who).get("/audit", 403)


@pytest.mark.parametrize("who", ["coordinator", "officer", "observer", "admin", "auditor", "lapsed"])
def test_everybody_can_read_what_is_recorded_of_them(site, who):
    browser = site.browser(who)
    browser.get("/audit/mine")
    assert "Journal" in browser.get("/audit/mine").text


def test_letters_are_listed_for_the_coordinator_and_for_nobody_else(site):
    held = sitting.held(site.world)
    post(site.world, LetterKind.INVITATION, "officer", held.meeting_id)
    coordinator = site.browser("coordinator")
    page = coordinator.get("/post")
    assert "Officer Testwell" in page.text and "has not run yet" in page.text
    for show in ("waiting", "failed", "accepted", "nonsense"):
        coordinator.get("/post", query_string={"show": show, "page": "²"})
    for who in ("officer", "chair", "auditor"):
        site.browser(who).get("/post", 403)


@pytest.mark.parametrize("path, who", [("/audit", "auditor"), ("/audit/mine", "coordinator"), ("/post", "coordinator")])
def test_the_number_of_statements_does_not_grow(site, path, who):
    held = sitting.held(site.world)
    browser, counts = site.browser(who), []
    browser.get("/account")
    for more in (5, 45):
        site.world.office.note(site.world.now, [
            event_of(site.world.actor(who), AuditVerb.VIEW, "Case", {}) for _ in range(more)])
        for kind in list(LetterKind)[:more % 20]:
            if kind.method is not None:
                post(site.world, kind, "officer", held.meeting_id)
        with site.statements() as seen:
            browser.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12, counts


@pytest.mark.parametrize("path", ["/help/privacy", "/help/accessibility"])
def test_privacy_and_accessibility_are_open_to_strangers(site, path):
    site.browser(None).get(path)


def test_help_explains_words_and_roles_to_whoever_is_signed_in(site):
    page = site.browser("observer").get("/help")
    for word in ("Nomination", "Triage", "Research", "Agenda", "Hearing", "Action", "Minutes", "Repeat", "Exclusion"):
        assert word in page.text
    assert site.browser(None).client.get("/help").status_code == 302


def test_the_service_says_whether_it_is_well_and_nothing_else(site, monkeypatch):
    client = site.browser(None).client
    answer = client.get("/health")
    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "ok\n", "no-store")
    monkeypatch.setattr(health, "answers", lambda office: False)
    assert client.get("/health").status_code == 503


def test_a_database_that_is_away_makes_the_service_unwell(site):
    office = site.app.extensions["office"]
    assert health.answers(office)
    office.engine.dispose()
    database = site.app.config["SETTINGS"].instance / "clinic.sqlite3"
    database.write_bytes(b"this is no database at all, and long enough to be taken for one" * 20)
    assert site.browser(None).client.get("/health").status_code == 503


def test_robots_are_kept_from_everything_but_calendars(site):
    answer = site.browser(None).client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.splitlines() == ["User-agent: *", "Allow: /cal/", "Disallow: /"]
