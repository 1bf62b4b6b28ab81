"""Pages of meetings, as their people meet them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinic.domain.actors import MembershipRole, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import local_day
from clinic.models.account import Membership, User
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.policy.accounts import anyone
from clinic.services import invitations
from tests import make
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Let the pages' clock stand where the world's does."""
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.clock"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)


def panel_page(site):
    return f"/panels/{site.world.clinic}/meetings"


def planned(site, browser=None):
    browser = browser or site.browser("coordinator")
    browser.post(f"{panel_page(site)}/plan", page=browser.get(panel_page(site)))
    return [f"/meetings/{m.id}" for m in of_clinic(site)]


def of_clinic(site):
    with site.world.looking() as session:
        mine = select(Meeting).where(Meeting.panel_id == site.world.clinic)
        return session.scalars(mine.order_by(Meeting.starts_at)).all()


def set_rule(site, rule):
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        work.session.execute(update(Panel).where(Panel.id == site.world.clinic).values(recurrence=rule),
                             execution_options={"exempt": True})


def test_a_coordinator_plans_twelve_months_with_one_button_and_doubles_nothing(site):
    browser = site.browser("coordinator")
    page = browser.get(panel_page(site))
    assert "second Wednesday of the month" in page.text and "No meeting is planned" in page.text
    page = browser.follow(browser.post(f"{panel_page(site)}/plan", page=page))
    assert "12 meetings are planned" in page.text and "Wednesday 9 December 2026" in page.text
    page = browser.follow(browser.post(f"{panel_page(site)}/plan", page=page))
    assert "Every meeting of the next twelve months is planned already" in page.text
    assert len(of_clinic(site)) == 12


def test_a_double_click_plans_once(site):
    browser = site.browser("coordinator")
    page = browser.get(panel_page(site))
    for _ in range(2):
        assert browser.post(f"{panel_page(site)}/plan", page=page).location == panel_page(site)
    assert len(of_clinic(site)) == 12


def test_a_bank_holiday_is_shown_with_both_ways_out_of_it(site):
    set_rule(site, "FREQ=WEEKLY;BYDAY=FR")
    browser = site.browser("coordinator")
    planned(site, browser)
    page = browser.get(panel_page(site))
    assert "Friday 25 December 2026 : Christmas Day" in page.text
    christmas = next(m for m in of_clinic(site) if m.holiday == "Christmas Day")
    assert (f"/meetings/{christmas.id}/move") in [url for _, url in page.links]
    page = browser.follow(browser.post(f"/meetings/{christmas.id}/keep", page=page))
    assert "The meeting keeps its day" in page.text and "Christmas Day" not in page.text
    assert "Keep this day" not in site.browser("officer").get(panel_page(site)).text


def test_a_member_sees_the_meetings_of_all_own_panels_and_can_filter_them(site):
    planned(site)
    browser = site.browser("probation_officer")
    page = browser.get("/meetings")
    assert "December 2026" in page.text and "Northmere Stalking Clinic" in page.text
    assert "Wednesday 9 December 2026" in browser.get(f"/meetings?panel={site.world.clinic}").text
    assert "No meeting is planned" in browser.get(f"/meetings?panel={site.world.marac}").text
    assert site.browser("officer").get(f"/meetings?panel={site.world.marac}", 404)
    assert "You are on no panel today" in site.browser("lapsed").get("/meetings").text


def test_long_lists_come_in_pages_of_25_and_a_page_beyond_the_last_is_the_last(site):
    set_rule(site, "FREQ=WEEKLY;BYDAY=WE")
    planned(site)
    browser = site.browser("officer")
    page = browser.get("/meetings")
    assert "Meetings 1 to 25 of 52" in page.text and "Next" in page.text
    assert "Meetings 51 to 52 of 52" in browser.get("/meetings?page=99999").text
    assert "Meetings 1 to 25 of 52" in browser.get("/meetings?page=x").text


def test_the_page_of_a_meeting_has_its_deadlines_its_papers_and_who_is_invited(site):
    meeting = planned(site)[0]
    page = site.browser("coordinator").get(meeting)
    assert page.h1 == ["Wednesday 9 December 2026"] and page.title == "Meeting of 9 December 2026 – Panels"
    for words in ("10am to 1pm", "Last day to nominate", "Wednesday 25 November 2026", "Officer Testwell",
                  "Agenda, and what agencies answered", "Invited: waiting to be sent"):
        assert words in page.text, words
    assert "Observer Testwell" not in page.text


@pytest.mark.parametrize(("who", "place", "people", "change"), [
    ("coordinator", True, True, True), ("chair", True, True, True), ("officer", True, True, False),
    ("observer", True, False, False), ("recipient", False, False, False),
])
def test_each_role_sees_its_part_of_a_meeting(site, who, place, people, change):
    browser = site.browser("coordinator")
    meeting = planned(site, browser)[0]
    browser.post(f"{meeting}/move", {"place": "Room Quillmere\nsecond floor"}, page=browser.get(f"{meeting}/move"))
    page = site.browser(who).get(meeting)
    assert ("Quillmere" in page.text) is place
    assert ("Deputy Testwell" in page.text) is people
    assert ("Move or change" in page.text) is change
    assert ("Last day to nominate" in page.text) is place
    assert ("waiting to be sent" in page.text) is change


@pytest.mark.parametrize("who", ["outsider", "other_coordinator", "lapsed", "admin", "auditor"])
def test_a_meeting_of_another_panel_answers_as_one_that_does_not_exist(site, who):
    meeting = planned(site)[0]
    browser = site.browser(who)
    missing = browser.get("/meetings/00000000-0000-4000-8000-000000000000", 404)
    for url in (meeting, f"{meeting}/move", f"{meeting}/cancel"):
        assert browser.get(url, 404).text == missing.text


def test_a_representative_opens_no_page_that_changes_a_meeting(site):
    meeting = planned(site)[0]
    for url in (f"{meeting}/move", f"{meeting}/cancel", f"{panel_page(site)}/new"):
        site.browser("officer").get(url, 404)


def test_a_meeting_is_moved_and_everybody_told(site):
    browser = site.browser("chair")
    meeting = planned(site)[0]
    page = browser.get(f"{meeting}/move")
    assert "7 people who were invited are told" in page.text
    fields = page.form("/move")
    assert (fields["day-day"], fields["starts"], fields["minutes"], fields["mode"]) == ("9", "10:00", "180", "virtual")
    page = browser.follow(browser.post(f"{meeting}/move", {"day-day": "10", "starts": "2:30pm"}, page=page))
    assert page.h1 == ["Thursday 10 December 2026"] and "2:30pm to 5:30pm" in page.text
    assert "Everybody who was invited is told" in page.text
    page = browser.follow(browser.post(f"{meeting}/move", page=browser.get(f"{meeting}/move")))
    assert "nothing was changed and nobody was told" in page.text


@pytest.mark.parametrize(("typed", "sentence"), [
    ({"day-day": "28", "day-month": "3", "day-year": "2027", "starts": "1:30am"},
     "On 28 March 2027 the clocks go forward"),
    ({"day-day": "31", "day-month": "10", "day-year": "2027", "starts": "01:30"}, "comes twice"),
    ({"day-day": "24", "day-month": "11"}, "A meeting cannot be put into the past"),
    ({"day-day": "31", "day-month": "2"}, "Date must be a real date"),
    ({"day-day": ""}, "Date must include a day"),
    ({"day-year": "9999"}, "more than three years ahead"),
    ({"starts": "25:00"}, "Starts at must be a time"),
    ({"minutes": "0"}, "Length in minutes must be a whole number from 15 to 720"),
    ({"minutes": "９０"}, "Length in minutes must be a whole number"),
    ({"mode": "by post"}, "Choose one of the answers shown"),
    ({"place": "x" * 501}, "must be 500 characters or fewer"),
    ({"place": "Room\x004"}, "character that cannot be kept"),
])
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(site, typed, sentence):
    browser = site.browser("coordinator")
    meeting = planned(site, browser)[0]
    answer = browser.post(f"{meeting}/move", {"place": "Room Quillmere", **typed}, page=browser.get(f"{meeting}/move"),
                          status=422)
    assert sentence in answer.text and "There is a problem" in answer.text
    assert "Quillmere" in answer.text or "place" in typed
    assert of_clinic(site)[0].sequence == 0


def test_what_somebody_typed_as_a_place_is_text_and_never_markup(site):
    browser = site.browser("coordinator")
    meeting = planned(site, browser)[0]
    browser.post(f"{meeting}/move", {"place": "<script>alert(1)</script>"}, page=browser.get(f"{meeting}/move"))
    assert "<script>alert" not in browser.get(meeting).html


def test_who_was_overtaken_gets_both_and_changes_nothing(site):
    browser = site.browser("coordinator")
    meeting = planned(site, browser)[0]
    page = browser.get(f"{meeting}/move")
    browser.post(f"{meeting}/move", {"starts": "11am"}, page=browser.get(f"{meeting}/move"))
    answer = browser.post(f"{meeting}/move", {"starts": "8am", "place": "Room Quillmere"}, page=page, status=409)
    assert "11:00 to 14:00" in answer.text and "Quillmere" in answer.text
    assert of_clinic(site)[0].sequence == 1


def test_cancelling_names_what_follows_and_takes_one_page_more(site):
    browser = site.browser("coordinator")
    meeting = planned(site, browser)[0]
    page = browser.get(f"{meeting}/cancel")
    assert "7 people who were invited are told by e-mail" in page.text and "cannot be brought back" in page.text
    page = browser.follow(browser.post(f"{meeting}/cancel", page=page))
    assert "The meeting is cancelled" in page.text and "Cancelled" in page.text and "Move or change" not in page.text
    for url in ("move", "cancel"):
        assert "can no longer be" in browser.get(f"{meeting}/{url}").text


def test_a_tampered_version_is_stale_and_no_fault(site):
    browser = site.browser("coordinator")
    meeting = planned(site, browser)[0]
    for version in ("", "x", "-1", "²", "9" * 40):
        browser.post(f"{meeting}/cancel", {"version": version}, page=browser.get(f"{meeting}/cancel"), status=409)


def test_an_extra_meeting_is_added_and_a_clash_refused(site):
    browser = site.browser("chair")
    page = browser.get(f"{panel_page(site)}/new")
    assert not any(field.get("value") == "emergency" for field in page.inputs)
    typed = {"kind": "extraordinary", "day-day": "1", "day-month": "dec", "day-year": "2026", "starts": "9:30"}
    answer = browser.post(f"{panel_page(site)}/new", typed, page=page)
    page = browser.follow(answer)
    assert page.h1 == ["Tuesday 1 December 2026"] and "Extraordinary meeting" in page.text
    again = browser.post(f"{panel_page(site)}/new", typed, page=browser.get(f"{panel_page(site)}/new"), status=422)
    assert "The panel meets already at that time" in again.text
    answer = browser.post(f"{panel_page(site)}/new", {}, page=browser.get(f"{panel_page(site)}/new"), status=422)
    assert "Choose the kind of meeting" in answer.text and "Enter the date of the meeting" in answer.text


def test_a_panel_without_a_rule_offers_no_plan_and_says_so(site):
    set_rule(site, "")
    browser = site.browser("coordinator")
    page = browser.get(panel_page(site))
    assert "no rule of dates" in page.text and "Plan twelve months" not in page.text
    token = page.forms[0]["fields"]["csrf_token"]
    answer = browser.post(f"{panel_page(site)}/plan", {"csrf_token": token}, page=False, status=422)
    assert "Set one on the panel" in answer.text


def add_members(site, count):
    world = site.world
    with world.changing("coordinator") as work:
        work.require(anyone)
        users = [User(name=f"Extra {n} Testwell", email=f"extra{n}@health.example", agency_id=world.agencies["health"],
                      status=UserStatus.ACTIVE, created_at=NOW) for n in range(count)]
        work.session.add_all(users)
        work.session.flush()
        work.session.add_all(Membership(
            user_id=user.id, panel_id=world.clinic, agency_id=user.agency_id, valid_from=local_day(NOW),
            role=MembershipRole.REPRESENTATIVE) for user in users)
        work.record(AuditVerb.CREATE, "User")


def counts(site, browser, meeting):
    found = []
    for url in (meeting, f"{meeting}/move", "/meetings", panel_page(site)):
        browser.get(url)
        with site.statements() as seen:
            browser.get(url)
        found.append(len(seen))
    return found


def test_statements_do_not_grow_with_members_or_meetings(site):
    browser = site.browser("coordinator")
    meeting = planned(site, browser)[0]
    few = counts(site, browser, meeting)
    add_members(site, 50)
    set_rule(site, "FREQ=WEEKLY;BYDAY=WE")
    planned(site, browser)
    assert "Extra 49 Testwell" in browser.get(meeting).text and len(of_clinic(site)) > 50
    assert counts(site, browser, meeting) == few
    assert max(few) <= 12


def test_who_is_invited_says_whether_they_come_and_whoever_runs_it_is_warned(site):
    meeting = make.meeting(site.world, NOW + timedelta(days=9))
    with site.world.office.changing(SystemActor("timer"), NOW) as work:
        invitations.invite_coming(work)
    officer, coordinator, path = site.browser("officer"), site.browser("coordinator"), f"/meetings/{meeting}"
    officer.post(f"{path}/answer", {"comes": "yes"}, page=officer.get(path))
    page = officer.get(path)
    assert "You said that you come" in page.text and "I will come" not in page.text
    assert "needed has accepted" not in page.text
    for url in (path, f"{path}/agenda", "/"):
        assert "1 of 4 needed has accepted" in coordinator.get(url).text
    assert "Invited: comes" in coordinator.get(path).text
    officer.post(f"{path}/answer", {"comes": "no"}, page=page)
    assert "Invited: cannot come" in coordinator.get(path).text
    refused = officer.post(f"{path}/answer", {"comes": "perhaps"}, page=officer.get(path), status=422)
    assert "Choose one of the answers shown" in refused.text
    assert "Will you come" not in site.browser("observer").get(path).text


def test_the_coordinator_chooses_core_agencies_and_misses_them(site):
    meeting = make.meeting(site.world, NOW + timedelta(days=9))
    with site.world.office.changing(SystemActor("timer"), NOW) as work:
        invitations.invite_coming(work)
    coordinator, path = site.browser("coordinator"), f"/panels/{site.world.clinic}/core-agencies"
    coordinator.post(path, {"agencies": [str(site.world.agencies["police"])]})
    assert "no answer from Northmere Police (core)" in coordinator.get(f"/meetings/{meeting}").text
    assert coordinator.get(path).form(path)["agencies"] == str(site.world.agencies["police"])
    refused = coordinator.post(path, {"agencies": [str(site.world.agencies["housing"])]}, status=422)
    assert "Choose from the answers shown" in refused.text
    coordinator.post(path, {"agencies": []})
    assert "(core)" not in coordinator.get(f"/meetings/{meeting}").text
