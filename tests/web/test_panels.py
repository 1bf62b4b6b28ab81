"""Panels as people meet them: opening one, its rules, and the home page."""

import re
from datetime import date, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actions import ActionStatus
from clinic.domain.actors import MembershipRole
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.meetings import MeetingStatus
from clinic.domain.minutes import MinuteStatus, ReceiptStatus
from clinic.domain.nominations import AdvocateOffer, NominationStatus, VictimAwareness
from clinic.models.account import Membership
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case, CaseExclusion
from clinic.models.meeting import Meeting
from clinic.models.minute import Minute, MinuteVersion, Receipt
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel, PanelRules
from clinic.models.research import ResearchRequest
from clinic.policy.accounts import anyone
from clinic.web import clock
from clinic.web import session as web_session
from clinic.web import work as web_work
from tests import make
from tests.conftest import NOW

R = MembershipRole
NEW = {
    "type": "marac", "nation": "scotland", "name": "Saltby MARAC", "diary_name": "Saltby Thursday panel",
    "every": "WEEKLY-2", "which": "", "weekday": "3", "starts_at": "9:30am", "minutes": "210", "rules_from": "",
}


@pytest.fixture(autouse=True)
def a_wednesday(monkeypatch):
    for module in (clock, web_session, web_work):
        monkeypatch.setattr(module, "now", lambda: NOW)


def panel_of(site, name="Saltby MARAC"):
    with site.world.looking() as session:
        return session.scalar(select(Panel).where(Panel.name == name))


def rules_of(site, panel_id):
    with site.world.looking() as session:
        return session.get_one(PanelRules, panel_id)


def test_the_administrator_opens_a_panel_and_names_its_first_coordinator_and_chair(site):
    browser, world = site.browser("admin"), site.world
    answer = browser.post("/panels/new", NEW)
    panel = panel_of(site)
    assert (panel.recurrence, panel.minutes, panel.nation) == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", 210, "scotland")
    assert rules_of(site, panel.id).max_cases == 16
    assert "no chair and no coordinator" in browser.follow(answer).text
    url = f"/panels/{panel.id}/members/new"
    for who, agency, role in (("coordinator", "council", "coordinator"), ("chair", "police", "chair")):
        answer = browser.post(url, {
            "person": str(world.users[who]), "agency": str(world.agencies[agency]), "role": role,
            "valid_from-day": "25", "valid_from-month": "11", "valid_from-year": "2026"})
    assert "Coordinator Testwell" in browser.follow(answer).text
    browser.get(url, status=404)
    site.browser("coordinator").get(url)


def test_the_administrator_is_offered_those_two_seats_only_and_never_one_for_himself(site):
    browser = site.browser("admin")
    browser.post("/panels/new", NEW)
    url = f"/panels/{panel_of(site).id}/members/new"
    page = browser.get(url)
    assert "Nobody gives a seat to themselves" in page.text
    assert f'value="{site.world.users["admin"]}"' not in page.html and 'value="representative"' not in page.html
    seat = {"agency": str(site.world.agencies["council"]), "valid_from-day": "25", "valid_from-month": "11",
            "valid_from-year": "2026"}
    answer = browser.post(url, seat | {"person": str(site.world.users["admin"]), "role": "chair"}, status=422)
    assert "Choose from the list" in answer.text
    representative = {"person": str(site.world.users["officer"]), "role": "representative"}
    answer = browser.post(url, seat | representative, status=422)
    assert "Choose from the list" in answer.text


def test_nobody_else_opens_a_panel(site):
    for who in ("coordinator", "chair", "officer", "auditor"):
        browser = site.browser(who)
        browser.get("/panels/new", status=403)
        assert "/panels/new" not in browser.get("/panels").urls


def test_a_panel_may_start_with_the_rules_of_another(site):
    coordinator, admin = site.browser("coordinator"), site.browser("admin")
    coordinator.post(f"/panels/{site.world.clinic}/rules", {"max_cases": "5", "minutes_due_days": "7"})
    admin.post("/panels/new", NEW | {"rules_from": str(site.world.clinic)})
    assert (rules_of(site, panel_of(site).id).max_cases, rules_of(site, panel_of(site).id).minutes_due_days) == (5, 7)


@pytest.mark.parametrize(("change", "sentence"), [
    ({"name": ""}, "Enter the panel’s name"), ({"name": "northmere marac"}, "There is a panel of this name"),
    ({"diary_name": "Stalking panel"}, "leave out “Stalking”"), ({"diary_name": "x" * 41}, "take out 1"),
    ({"diary_name": ""}, "Enter a neutral name"), ({"type": ""}, "Choose what kind"),
    ({"type": "circus"}, "Choose one"),
    ({"weekday": ""}, "Choose the day of the week"), ({"every": "MONTHLY-1"}, "Choose which one in the month"),
    ({"every": "DAILY-1"}, "Choose from the list"), ({"starts_at": "25:00"}, "must be a time"),
    ({"starts_at": ""}, "Enter the time"), ({"minutes": "5"}, "from 15 to 600"), ({"minutes": "abc"}, "from 15"),
    ({"starts_at": "23:00"}, "run past midnight"), ({"rules_from": str(uuid4())}, "Choose from the list"),
])
def test_a_bad_panel_is_refused_at_its_field_and_keeps_what_was_typed(site, change, sentence):
    answer = site.browser("admin").post("/panels/new", NEW | change, status=422)
    assert sentence in answer.text
    assert "diary_name" in change or "Saltby Thursday panel" in answer.text
    assert panel_of(site) is None


def test_the_coordinator_changes_rules_and_dates(site):
    browser, url = site.browser("coordinator"), f"/panels/{site.world.clinic}/rules"
    page = browser.get(url)
    assert (page.form(url)["every"], page.form(url)["which"], page.form(url)["weekday"]) == ("MONTHLY-1", "2", "2")
    answer = browser.post(url, {"every": "MONTHLY-4", "which": "-1", "weekday": "1", "quorum_members": "6",
                                "return_mode": "readiness_only"}, page=page)
    assert "The rules are saved" in browser.follow(answer).text
    assert panel_of(site, "Northmere Stalking Clinic").recurrence == "FREQ=MONTHLY;INTERVAL=4;BYDAY=-1TU"
    assert rules_of(site, site.world.clinic).quorum_members == 6
    browser.post(url, {"every": ""})
    assert panel_of(site, "Northmere Stalking Clinic").recurrence == ""


@pytest.mark.parametrize(("change", "sentence"), [
    ({"max_cases": "0"}, "from 1 to 100"), ({"max_cases": ""}, "Enter a whole number"), ({"max_cases": "1e3"}, "whole"),
    ({"agenda_release_days": "11"}, "before nominations close"),
    ({"research_due_days": "9"}, "before the agenda is out"),
    ({"return_mode": "x"}, "Choose one of the answers"), ({"diary_name": "CPS group"}, "leave out “CPS”"),
])
def test_bad_rules_are_refused_at_the_field(site, change, sentence):
    answer = site.browser("coordinator").post(f"/panels/{site.world.clinic}/rules", change, status=422)
    assert sentence in answer.text
    assert rules_of(site, site.world.clinic).max_cases == 8


def test_a_stale_edit_of_rules_shows_both(site):
    browser, url = site.browser("coordinator"), f"/panels/{site.world.clinic}/rules"
    page = browser.get(url)
    browser.post(url, {"max_cases": "9"})
    answer = browser.post(url, {"diary_name": "Quite another panel", "form_key": uuid4().hex}, page=page, status=409)
    assert "Quite another panel" in answer.text and "max cases: 9" in answer.text


def test_the_chair_reads_the_rules_and_changes_none(site):
    browser, url = site.browser("chair"), f"/panels/{site.world.clinic}/rules"
    page = browser.get(url)
    assert "The coordinator keeps these rules" in page.text and "Save rules" not in page.text
    fields = site.browser("coordinator").get(url).form(url) | {"csrf_token": page.forms[0]["fields"]["csrf_token"]}
    assert browser.client.post(url, data=fields).status_code == 404
    for who in ("officer", "observer", "admin", "other_coordinator", "outsider", "auditor"):
        site.browser(who).get(url, status=404)


def test_a_panel_is_shown_to_its_members_and_to_the_administrator(site):
    url = f"/panels/{site.world.clinic}"
    for who in ("coordinator", "chair", "officer", "observer", "recipient", "admin"):
        page = site.browser(who).get(url)
        assert page.h1 == ["Northmere Stalking Clinic"] and page.title == "Panel – Panels"
    for who in ("outsider", "other_coordinator", "lapsed", "auditor"):
        site.browser(who).get(url, status=404)


def test_nominations_of_each_month_are_a_chart_a_table_and_a_file(site):
    browser, url = site.browser("coordinator"), f"/panels/{site.world.clinic}"
    page = browser.get(url)
    assert "None came in since 1 June 2026." in page.text and "<svg class=\"app-chart" not in page.html
    make.nominated(site.world)
    page = browser.get(url)
    assert "1 came in since 1 June 2026, the most in November: 1." in page.text
    assert 'role="img"' in page.html and "View as a table" in page.text and "November 2026" in page.text
    sent = browser.client.get(next(url for text, url in page.links if text.startswith("Download")))
    assert sent.headers["Content-Type"].startswith("text/csv") and sent.data.splitlines()[-1] == b"2026-11,1"
    assert "Nominations each month" not in site.browser("officer").get(url).text


def test_the_list_of_panels_is_ones_own(site):
    assert "Northmere MARAC" not in site.browser("coordinator").get("/panels").text
    assert "Northmere MARAC" in site.browser("admin").get("/panels").text
    assert "You have no seat" in site.browser("lapsed").get("/panels").text


_NUMBERS = count(100000)


def reference(prefix):
    return f"{prefix}-2026-{next(_NUMBERS)}"


def a_meeting(work, panel_id, days=14, status=MeetingStatus.PLANNED):
    starts_at = NOW + timedelta(days=days)
    meeting = Meeting(panel_id=panel_id, reference=reference("MT"), uid=uuid4(), status=status, starts_at=starts_at,
                      ends_at=starts_at + timedelta(hours=3), changed_at=NOW)
    work.session.add(meeting)
    work.session.flush()
    return meeting


def a_case(work, world, meeting, status=NominationStatus.ACCEPTED):
    """A case of the police with one of everything that can wait."""
    case = Case(panel_id=meeting.panel_id, reference=reference("PM"), opened_at=NOW, listed_at=NOW)
    work.session.add(case)
    work.seal_for(case.id)
    work.session.flush()
    bound = {"panel_id": case.panel_id, "case_id": case.id}
    here = bound | {"meeting_id": meeting.id}
    police, yesterday = world.agencies["police"], date(2026, 11, 24)
    reason = {} if status in (NominationStatus.ACCEPTED, NominationStatus.NOMINATED) else {"triage_reason": "Say more"}
    work.session.add(Nomination(
        **bound, agency_id=police, sender_id=world.users["officer"], contact_name="A", status=status,
        contact_email="a@police.example", reference=case.reference, submitted_at=NOW, criteria=[], orders=[],
        offences=[], relationship="ex_partner", risk_tool="dash_police_2009", victim_aware=VictimAwareness.AWARE,
        advocate_offered=AdvocateOffer.ACCEPTED, **reason))
    work.session.add(AgendaItem(**here, kind=AgendaItemKind.CASE_NEW, position=1, minutes=20))
    work.session.add(ResearchRequest(**here, agency_id=police, due_on=yesterday, asked_at=NOW, known=[]))
    for state in (ActionStatus.AGREED, ActionStatus.REPORTED_COMPLETE):
        work.session.add(Action(**here, reference=reference("AC"), text="Visit", owner_agency_id=police,
                                due_on=yesterday, agreed_at=NOW, status=state))
    return case


def busy(site, cases=1):
    """Give the clinic a meeting with cases, each with something for everybody."""
    world = site.world
    with world.changing("coordinator") as work:
        work.require(anyone)
        meeting = a_meeting(work, world.clinic)
        made = [a_case(work, world, meeting) for _ in range(cases)]
        a_case(work, world, meeting, status=NominationStatus.NOMINATED)
        a_case(work, world, meeting, status=NominationStatus.RETURNED_FOR_INFORMATION)
        held = a_meeting(work, meeting.panel_id, days=-14, status=MeetingStatus.CLOSED)
        minute = Minute(meeting_id=held.id, panel_id=held.panel_id, status=MinuteStatus.WITH_CHAIR)
        work.session.add(minute)
        work.session.flush()
        version = MinuteVersion(minute_id=minute.id, meeting_id=held.id, panel_id=held.panel_id, number=1,
                                hash="0" * 64, approved_by_id=world.users["chair"], approved_at=NOW)
        work.session.add(version)
        work.session.flush()
        for reader, status in (("officer", ReceiptStatus.OPENED), ("advocate", ReceiptStatus.ACKNOWLEDGED)):
            work.session.add(Receipt(version_id=version.id, panel_id=held.panel_id, user_id=world.users[reader],
                                     status=status, sent_at=NOW))
        work.record("create", "Meeting")
    return [case.id for case in made]


def test_home_tells_each_person_what_waits_for_them(site):
    busy(site)
    told = {who: site.browser(who).get("/").text for who in
            ("coordinator", "officer", "chair", "deputy", "minute_taker", "advocate", "observer", "recipient")}
    assert "Next meeting: Wednesday 9 December 2026" in told["recipient"]
    assert "1 waiting" in told["coordinator"] and "3 reported" in told["coordinator"]
    assert "3 cases on the agenda" in told["coordinator"] and "on the agenda" not in told["officer"]
    assert "3 to answer" in told["officer"] and "3 overdue" in told["officer"] and "1 sent back" in told["officer"]
    assert "To read and acknowledge" in told["officer"] and "To read and acknowledge" not in told["advocate"]
    assert "To approve" in told["chair"] and "To approve" not in told["deputy"] + told["officer"] + told["coordinator"]
    assert "Ask agencies about overdue actions" in told["deputy"] and "3 overdue" in told["deputy"]
    for who in ("observer", "recipient", "advocate"):
        assert "Nothing is left for you to do before this meeting" in told[who], who


def test_minutes_wait_for_whoever_has_the_next_turn(site):
    busy(site)
    assert not [who for who in ("coordinator", "minute_taker") if "Minutes of" in site.browser(who).get("/").text]
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        work.session.scalars(select(Minute)).one().status = MinuteStatus.DRAFT
        work.record("update", "Minute")
    for who in ("coordinator", "minute_taker"):
        page = site.browser(who).get("/").text
        assert "Minutes of 11 November 2026 Was due on Monday 16 November 2026. To finish, overdue" in page
    assert "Minutes of" not in site.browser("chair").get("/").text


def test_an_excluded_person_counts_one_less_and_finds_no_gap(site):
    excluded = busy(site, cases=2)[0]
    before = site.browser("officer").get("/").text
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        work.session.add(CaseExclusion(
            panel_id=site.world.clinic, case_id=excluded, user_id=site.world.users["officer"],
            ground="chair_decision", set_by_id=site.world.users["coordinator"], set_at=NOW))
        work.record("exclude", "Case")
    after = site.browser("officer").get("/").text
    assert "4 to answer" in before and "3 to answer" in after
    assert "4 open" in before and "3 open" in after
    page = site.browser("officer").get(f"/panels/{site.world.clinic}")
    assert "3 to answer" in page.text and not re.search(r"\b4\b", page.text)


def test_a_cancelled_meeting_and_one_that_is_over_are_not_the_next(site):
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        a_meeting(work, site.world.clinic, 7, MeetingStatus.CANCELLED)
        a_meeting(work, site.world.clinic, -7)
        a_meeting(work, site.world.clinic, 21)
        work.record("create", "Meeting")
    assert "Next meeting: Wednesday 16 December 2026" in site.browser("officer").get("/").text


def test_who_sits_on_one_panel_finds_it_at_home_and_others_find_all_of_theirs(site):
    assert site.browser("officer").get("/").h1 == ["Northmere Stalking Clinic"]
    page = site.browser("chair").get("/")
    assert page.h1 == ["Home"] and "Northmere MARAC" in page.text and "Northmere Stalking Clinic" in page.text


def test_the_administrators_home_says_what_to_do_and_counts_no_case(site):
    busy(site)
    page = site.browser("admin").get("/")
    assert "Open a panel" in page.text and "Invite a person" in page.text
    for word in ("waiting", "to answer", "on the agenda", "overdue", "9 December"):
        assert word not in page.text
        assert word not in site.browser("admin").get(f"/panels/{site.world.clinic}").text


def test_who_has_no_seat_is_told_so(site):
    assert "You have no seat on any panel today" in site.browser("lapsed").get("/").text
    assert "Read the journal" in site.browser("auditor").get("/").text


def test_home_needs_eight_statements_at_most_for_one_panel_and_for_many(site):
    people = ("coordinator", "officer", "chair", "observer")
    busy(site)
    few = {who: statements_of_home(site, who) for who in people}
    more_panels(site)
    busy(site, cases=30)
    many = {who: statements_of_home(site, who) for who in people}
    assert few["chair"] == many["chair"] and max(*few.values(), *many.values()) <= 8


def statements_of_home(site, who):
    browser = site.browser(who)
    browser.get("/account")
    with site.statements() as seen:
        browser.get("/")
    return len(seen)


def more_panels(site):
    for n in range(5):
        site.browser("admin").post("/panels/new", NEW | {"name": f"Panel {n}", "diary_name": f"Panel {n}"})
        with site.world.changing("admin") as work:
            work.require(anyone)
            panel_id: UUID = work.session.scalar(select(Panel.id).where(Panel.name == f"Panel {n}"))
            for who in ("coordinator", "officer", "chair", "observer"):
                work.session.add(Membership(user_id=site.world.users[who], panel_id=panel_id, role=R.COORDINATOR,
                                            agency_id=site.world.agencies["police"], valid_from=date(2026, 1, 1)))
            work.record("create", "Membership")


def test_the_coordinator_sets_what_nominations_are_asked(site):
    browser, url = site.browser("coordinator"), f"/panels/{site.world.clinic}/questions"
    assert url in {link for _, link in browser.get(f"/panels/{site.world.clinic}/rules").links}
    page = browser.get(url)
    assert page.form("/questions")["need_typology"] == "may" and "Every nomination has to say this" in page.text
    browser.post(url, {"need_typology": "not_asked", "place_relationship": "1"}, page=page)
    officer = site.browser("officer")
    assert "Kind of stalking" not in officer.get(f"/panels/{site.world.clinic}/nominations/new").text
    refused = browser.post(url, {"need_narrative": "may", "place_typology": "x"}, status=422)
    assert "must be a whole number from 1 to 99" in refused.text
    assert "stays required" in browser.post(url, {"need_narrative": "may"}, status=422).text
    fresh = browser.get(url).form("/questions")["form_key"]
    browser.post(url, {"need_typology": "must", "form_key": fresh}, page=page, status=409)
