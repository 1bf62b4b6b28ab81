"""The live meeting, as people meet it on their pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.audit import AuditEvent
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.policy.accounts import anyone
from clinic.services import agenda, hearings, meetings
from clinic.web import clock
from tests import make
from tests.site import Page, plain, stopped_clock

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def running(site):
    """A meeting that runs today, with two cases."""
    site.world.now = clock.now()
    meeting_id = make.meeting(site.world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    ids = [make.listed(site.world, make.case(site.world), meeting_id) for _ in range(2)]
    make.meeting(site.world, site.world.now + timedelta(days=28))
    return meeting_id, ids


def row(site, kind, row_id):
    with site.world.looking() as session:
        return session.get_one(kind, row_id)


def action_fields(site, **changes):
    due = site.world.now + timedelta(days=7)
    return {"text": "Visit her workplace", "owner": str(site.world.agencies["police"]), "lead": "",
            "due_on-day": due.day, "due_on-month": due.month, "due_on-year": due.year, "risk": "victim"} | changes


def test_a_meeting_from_start_to_close(site):
    site.world.now = clock.now()
    meeting_id = make.meeting(site.world)
    first, second = (make.listed(site.world, make.case(site.world), meeting_id) for _ in range(2))
    following = make.meeting(site.world, site.world.now + timedelta(days=28))
    browser = site.browser("coordinator")
    live, hearing = f"/meetings/{meeting_id}/hearing", f"/hearings/{first}"
    assert "Start the meeting" in browser.get(live).text
    browser.post(f"/meetings/{meeting_id}/start", {"chair": str(site.world.users["chair"])}, page=browser.get(live))
    page = browser.get(live)
    assert "Chaired by Chair Testwell" in page.text and "The quorum of 4 is not met" in page.text
    browser.post(f"/meetings/{meeting_id}/attendance/all", page=page)
    browser.post(f"/meetings/{meeting_id}/attendance",
                 {f"status-{site.world.users['officer']}": "apologies"}, page=browser.get(live))
    page = browser.get(hearing)
    assert "Wants no contact at work." in page.text and "Apologies" in page.text
    places = [page.text.index(part) for part in ("Victim’s view", "Wants no", "Is there enough", "Northmere Probation")]
    assert places == sorted(places)
    browser.post(f"{hearing}/start", page=page)
    browser.post(f"/meetings/{meeting_id}/attendance/{site.world.users['officer']}", page=browser.get(hearing))
    browser.post(f"{hearing}/notes", {"notes": "Seen twice."}, page=browser.get(hearing))
    answer = browser.post(f"{hearing}/actions", action_fields(site), page=browser.get(hearing))
    assert "Visit her workplace" in browser.follow(answer).text
    typed = {"outcome": "heard_actions_set", "go": "next"}
    answer = browser.post(f"{hearing}/outcome", typed, page=browser.get(hearing), status=422)
    assert "Read the actions back to the meeting" in answer.text
    assert "Northmere Police, by" in answer.text and 'value="heard_actions_set" checked' in answer.text
    typed |= {"read_back": "y"}
    answer = browser.post(f"{hearing}/outcome", typed, page=browser.get(hearing))
    assert answer.location == f"/hearings/{second}"
    assert "Every case" not in browser.get(f"/meetings/{meeting_id}/close").text
    browser.post(f"/hearings/{second}/outcome", {"outcome": "deferred", "reason": "time_ran_out"},
                 page=browser.follow(answer))
    page = browser.get(f"/meetings/{meeting_id}/close")
    assert "Northmere Police: 1 action" in page.text and row(site, Hearing, second).started_at is not None
    answer = browser.post(f"/meetings/{meeting_id}/close", page=page)
    assert f"/meetings/{following}" in [url for _, url in browser.follow(answer).links]
    assert "goes on at" in browser.get(f"/hearings/{second}").text
    assert "Notes for the minutes" not in browser.get(hearing).text


def test_whoever_goes_on_without_reading_back_keeps_the_outcome_and_is_told_what_is_to_be_read(site, running):
    meeting_id, (first, second) = running
    browser = site.browser("minute_taker")
    one, other = f"/hearings/{first}", f"/hearings/{second}"
    browser.post(f"{one}/start", page=browser.get(one))
    browser.post(f"{one}/actions", action_fields(site), page=browser.get(one))
    browser.post(f"{one}/outcome", {"outcome": "heard_actions_set", "go": "stay"}, page=browser.get(one))
    refused = browser.post(f"{other}/start", page=browser.get(other), status=422)
    assert "Read back the actions of PM-" in refused.text and "first, and tick that on its page" in refused.text
    answer = browser.post(f"{other}/outcome", {"outcome": "heard_no_actions", "go": "next"}, page=browser.get(other))
    assert answer.location == other
    page = browser.follow(answer)
    assert "The outcome is saved. Before the next case begins, read back the actions of PM-" in page.text
    assert "read-back" in browser.get(one).ids
    chair = site.browser("chair")
    assert (f"{one}#read-back" in chair.get(f"/meetings/{meeting_id}/close").urls)
    browser.post(f"/meetings/{meeting_id}/attendance/all", page=browser.get(f"/meetings/{meeting_id}/hearing"))
    make.excluded(site.world, row(site, Hearing, first).case_id, who="officer")
    assert "Not in front of Officer Testwell" in browser.get(one).text
    browser.post(f"{one}/outcome", {"outcome": "heard_actions_set", "read_back": "y", "go": "stay"},
                 page=browser.get(one))
    page = browser.get(one)
    assert "Read back at" in page.text and "Not in front of" not in page.text


def test_two_people_write_two_sections_of_one_note_without_a_quarrel(site, running):
    _, (hearing_id, _) = running
    one, two = site.browser("chair"), site.browser("minute_taker")
    url = f"/hearings/{hearing_id}/notes"
    pages = [b.get(f"/hearings/{hearing_id}") for b in (one, two)]
    of_chair = {"notes_risk": "High: he knows her hours.", "version_risk": "0", "form_key": "",
                "csrf_token": pages[0].form(url)["csrf_token"]}
    assert one.post(url, of_chair, page=False, status=200, headers=FETCH).json["versions"] == {"version_risk": 1}
    two.post(url, {"notes": "He came twice.", "notes_risk": ""}, page=pages[1], status=409)
    fresh = two.get(f"/hearings/{hearing_id}")
    two.post(url, {"notes": "He came twice."}, page=fresh)
    shown = one.get(f"/hearings/{hearing_id}").form(url)
    assert shown["notes"].strip() == "He came twice." and shown["notes_risk"].strip() == "High: he knows her hours."


def test_two_browsers_on_one_note_lose_nothing(site, running):
    _, (hearing_id, _) = running
    one, two = site.browser("coordinator"), site.browser("minute_taker")
    url = f"/hearings/{hearing_id}/notes"
    page_of_one, page_of_two = (b.get(f"/hearings/{hearing_id}") for b in (one, two))
    answer = one.post(url, {"notes": "Hers"}, page=page_of_one, status=200, headers=FETCH)
    assert answer.json["versions"]["version"] == 1 and answer.json["saved_at"]
    answer = two.post(url, {"notes": "His"}, page=page_of_two, status=409, headers=FETCH)
    assert answer.json == {"box": "notes", "theirs": "Hers", "version": 1}
    refused = two.post(url, {"notes": "His"}, page=page_of_two, status=409)
    assert "His" in refused.text and "Hers" in refused.text and "Somebody else changed this first" in refused.text
    answer = two.post(url, {"notes": "His and hers", "version": "1", "form_key": ""}, page=page_of_two, status=200,
                      headers=FETCH)
    assert answer.json["versions"]["version"] == 2 and "His and hers" in one.get(f"/hearings/{hearing_id}").text


def test_saving_by_hand_twice_saves_once_and_goes_to_the_same_place(site, running):
    _, (hearing_id, _) = running
    browser = site.browser("coordinator")
    page = browser.get(f"/hearings/{hearing_id}")
    answers = [browser.post(f"/hearings/{hearing_id}/notes", {"notes": "Once"}, page=page) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert row(site, Hearing, hearing_id).notes_version == 1


@pytest.mark.parametrize("changes", [
    {"notes": "x" * 50_001}, {"notes": "a\x00b"}, {"notes": "a\x0bb"},
])
def test_notes_that_cannot_be_kept_are_refused_with_a_sentence(site, running, changes):
    _, (hearing_id, _) = running
    browser = site.browser("coordinator")
    page = browser.get(f"/hearings/{hearing_id}")
    answer = browser.post(f"/hearings/{hearing_id}/notes", changes, page=page, status=422, headers=FETCH)
    assert answer.json["problem"]
    browser.post(f"/hearings/{hearing_id}/notes", changes, page=page, status=422)
    assert row(site, Hearing, hearing_id).notes_version == 0


LONG = "Seen twice, \N{LATIN SMALL LETTER E WITH ACUTE} \N{BUS}, and once more by her door.\n"


def test_a_note_of_forty_thousand_characters_is_kept_and_stands_in_the_minutes(site, running):
    meeting_id, (hearing_id, other) = running
    browser, notes = site.browser("coordinator"), (LONG * 1_000)[:40_000].strip()
    browser.post(f"/hearings/{hearing_id}/notes", {"notes": notes}, page=browser.get(f"/hearings/{hearing_id}"),
                 headers=FETCH, status=200)
    browser.post(f"/hearings/{other}/notes", {"notes": notes}, page=browser.get(f"/hearings/{other}"))
    assert browser.get(f"/hearings/{other}").form(f"/hearings/{other}/notes")["notes"].strip() == notes
    for one in (hearing_id, other):
        browser.post(f"/hearings/{one}/outcome", {"outcome": "heard_no_actions"}, page=browser.get(f"/hearings/{one}"))
    browser.post(f"/meetings/{meeting_id}/close", page=browser.get(f"/meetings/{meeting_id}/close"))
    minutes = browser.client.get(f"/meetings/{meeting_id}/minutes").text
    assert minutes.count("and once more by her door.<br>") == 2 * (notes.count("\n"))


def test_a_draft_of_the_minutes_stands_ready_whole_whoever_closes_the_meeting(site, running):
    meeting_id, heard = running
    browser, chair = site.browser("coordinator"), site.browser("chair")
    for one in heard:
        browser.post(f"/hearings/{one}/outcome", {"outcome": "heard_no_actions"}, page=browser.get(f"/hearings/{one}"))
    cases = [row(site, Hearing, one).case_id for one in heard]
    make.excluded(site.world, cases[1], who="chair")
    closed = chair.post(f"/meetings/{meeting_id}/close", page=chair.get(f"/meetings/{meeting_id}/close"))
    assert "A draft of its minutes stands ready." in chair.follow(closed).text
    references = [row(site, Case, one).reference for one in cases]
    read = {who: site.browser(who).get(f"/meetings/{meeting_id}/minutes").text for who in ("minute_taker", "chair")}
    assert [one in read["minute_taker"] for one in references] == [True, True]
    assert [one in read["chair"] for one in references] == [True, False]


def test_a_note_that_is_too_long_says_by_how_much_and_comes_back_whole(site, running):
    _, (hearing_id, _) = running
    browser, notes = site.browser("coordinator"), "\N{BUS}" * 50_012
    page = browser.get(f"/hearings/{hearing_id}")
    answer = browser.post(f"/hearings/{hearing_id}/notes", {"notes": notes}, page=page, status=422)
    assert "must be 50,000 characters or fewer; take out 12" in answer.text and notes in answer.text
    answer = browser.post(f"/hearings/{hearing_id}/notes", {"notes": notes}, page=page, status=422, headers=FETCH)
    assert "take out 12" in answer.json["problem"]


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 40, "٣"])
def test_a_version_that_is_none_is_a_stale_one(site, running, version):
    _, (hearing_id, _) = running
    browser = site.browser("coordinator")
    browser.post(f"/hearings/{hearing_id}/notes", {"notes": "Mine", "version": version}, status=409, headers=FETCH,
                 page=browser.get(f"/hearings/{hearing_id}"))


def test_what_was_typed_is_shown_as_text(site, running):
    _, (hearing_id, _) = running
    browser = site.browser("coordinator")
    page = browser.get(f"/hearings/{hearing_id}")
    browser.post(f"/hearings/{hearing_id}/notes", {"notes": "<script>alert(1)</script>"}, page=page)
    assert "<script>alert" not in browser.get(f"/hearings/{hearing_id}").html


@pytest.mark.parametrize("changes, sentence", [
    ({"text": ""}, "Enter what needs to be done"), ({"text": "x" * 501}, "500 characters or fewer"),
    ({"owner": ""}, "Choose the agency"), ({"owner": "police"}, "Choose from the list"),
    ({"owner": "5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10"}, "Choose an agency of this panel"),
    ({"lead": "5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10"}, "must speak for the agency"),
    ({"due_on-day": "31", "due_on-month": "2"}, "must be a real date"), ({"due_on-year": ""}, "include a year"),
    ({"due_on-year": "2020"}, "on the day of the meeting or later"), ({"due_on-year": "9999"}, "within two years"),
    ({"risk": "weather"}, "Choose from the list"),
])
def test_an_action_that_cannot_stand_is_refused_at_its_field_and_keeps_what_was_typed(site, running, changes, sentence):
    _, (hearing_id, _) = running
    browser = site.browser("coordinator")
    page = browser.get(f"/hearings/{hearing_id}")
    answer = browser.post(f"/hearings/{hearing_id}/actions", action_fields(site, **changes), page=page, status=422)
    assert sentence in answer.text and "Error: " in answer.text
    assert "Visit her workplace" in answer.text or "text" in changes
    with site.world.looking() as session:
        assert session.scalar(select(Action.id)) is None


def test_a_double_click_agrees_one_action(site, running):
    _, (hearing_id, _) = running
    browser = site.browser("coordinator")
    page = browser.get(f"/hearings/{hearing_id}")
    answers = [browser.post(f"/hearings/{hearing_id}/actions", action_fields(site), page=page) for _ in range(2)]
    assert answers[0].location == answers[1].location
    with site.world.looking() as session:
        assert len(session.scalars(select(Action.id)).all()) == 1


@pytest.mark.parametrize("typed, sentence", [
    ({}, "Choose an outcome"), ({"outcome": "vanished"}, "Choose one of the answers shown"),
    ({"outcome": "deferred"}, "Say why the case is put off"),
    ({"outcome": "deferred", "reason": "rain"}, "Choose a reason from the list"),
    ({"outcome": "heard_actions_set"}, "No action has been agreed yet"),
])
def test_an_outcome_that_does_not_fit_is_refused(site, running, typed, sentence):
    _, (hearing_id, _) = running
    browser = site.browser("coordinator")
    page = browser.get(f"/hearings/{hearing_id}")
    answer = browser.post(f"/hearings/{hearing_id}/outcome", typed, page=page, status=422)
    assert sentence in answer.text


def test_an_outcome_over_another_s_is_a_conflict(site, running):
    _, (hearing_id, _) = running
    one, two = site.browser("coordinator"), site.browser("chair")
    pages = [b.get(f"/hearings/{hearing_id}") for b in (one, two)]
    one.post(f"/hearings/{hearing_id}/outcome", {"outcome": "not_reached"}, page=pages[0])
    answer = two.post(f"/hearings/{hearing_id}/outcome", {"outcome": "heard_no_actions"}, page=pages[1], status=409)
    assert "Not reached" in answer.text and row(site, Hearing, hearing_id).outcome is HearingOutcome.NOT_REACHED


def test_a_register_that_is_saved_late_does_not_take_back_what_another_said(site, running):
    meeting_id, _ = running
    one, two = site.browser("coordinator"), site.browser("minute_taker")
    pages = [_register(b, meeting_id) for b in (one, two)]
    officer, advocate = (site.world.users[who] for who in ("officer", "advocate"))
    one.post(f"/meetings/{meeting_id}/attendance", {f"status-{officer}": "present"}, page=pages[0])
    two.post(f"/meetings/{meeting_id}/attendance", {f"status-{advocate}": "present"}, page=pages[1])
    fields = _register(one, meeting_id).form("/attendance")
    assert fields[f"status-{officer}"] == fields[f"status-{advocate}"] == "present"


@pytest.mark.parametrize("value", ["dancing", "deputy_present", "apologies/{deputy}", "deputy_present/{officer}"])
def test_a_register_that_cannot_be_is_refused(site, running, value):
    meeting_id, _ = running
    browser = site.browser("coordinator")
    typed = {f"status-{site.world.users['probation_officer']}": value.format(**site.world.users),
             f"status-{site.world.users['officer']}": "apologies"}
    answer = browser.post(f"/meetings/{meeting_id}/attendance", typed, status=422, page=_register(browser, meeting_id))
    assert '<option value="apologies" selected>' in answer.text


def test_a_deputy_is_marked_with_whom_they_stand_in_for(site, running):
    meeting_id, _ = running
    browser = site.browser("coordinator")
    typed = {f"status-{site.world.users['probation_officer']}": f"deputy_present/{site.world.users['deputy']}"}
    answer = browser.post(f"/meetings/{meeting_id}/attendance", typed, page=_register(browser, meeting_id))
    assert f'<option value="deputy_present/{site.world.users["deputy"]}" selected>' in browser.follow(answer).html


def _register(browser, meeting_id):
    """Return the meeting's page with the form of its whole register alone."""
    page = browser.get(f"/meetings/{meeting_id}/hearing")
    page.forms = [form for form in page.forms if form["action"].endswith("/attendance")]
    return page


# The pulse

def test_an_unchanged_pulse_is_304_writes_nothing_and_asks_twice_at_most(site, running):
    _, (hearing_id, _) = running
    browser = site.browser("officer")
    first = browser.client.get(f"/hearings/{hearing_id}/pulse")
    assert first.json == {"notes_version": 0, "outcome": None, "actions": 0, "adjourned": False, "present": 0,
                          "emergencies": 0}
    with site.world.looking() as session:
        before = len(session.scalars(select(AuditEvent.seq)).all())
    with site.statements() as seen:
        again = browser.client.get(f"/hearings/{hearing_id}/pulse", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b"" and again.headers["Cache-Control"] == "no-store"
    assert len(seen) <= 2 and all(statement.startswith("SELECT") for statement in seen)
    with site.world.looking() as session:
        assert len(session.scalars(select(AuditEvent.seq)).all()) == before


def test_a_pulse_says_that_something_changed(site, running):
    _, (hearing_id, _) = running
    writer, reader = site.browser("coordinator"), site.browser("minute_taker")
    before = reader.client.get(f"/hearings/{hearing_id}/pulse").headers["ETag"]
    writer.post(f"/hearings/{hearing_id}/notes", {"notes": "New"}, page=writer.get(f"/hearings/{hearing_id}"))
    after = reader.client.get(f"/hearings/{hearing_id}/pulse", headers={"If-None-Match": before})
    assert after.status_code == 200 and after.json["notes_version"] == 1


def test_a_case_that_was_left_for_another_is_heard_again_from_its_page(site, running):
    meeting_id, (first, second) = running
    writer, member = site.browser("minute_taker"), site.browser("officer")
    live, left = f"/meetings/{meeting_id}/hearing", row(site, Case, row(site, Hearing, first).case_id).reference
    for hearing_id in (first, second):
        page = writer.get(f"/hearings/{hearing_id}")
        assert "Start this item" in page.text and "Hear this now" not in page.text
        writer.post(f"/hearings/{hearing_id}/start", page=page)
    page = writer.get(f"/hearings/{first}")
    assert "left without an outcome" in page.text and page.text.count("hearing now") == 1
    assert f"{left} is being heard now." not in member.get(live).html and "Left for now" in member.get(live).text
    page = writer.follow(writer.post(f"/hearings/{first}/start", page=page))
    assert "Hear this now" not in page.text and "Hear this now" in writer.get(f"/hearings/{second}").text
    assert f"{left} is being heard now." in member.get(live).html


def test_the_page_of_a_case_says_who_presents_it_and_nobody_whom_the_nomination_had_named(site, running):
    _, (first, _) = running
    browser = site.browser("officer")
    page = browser.get(f"/hearings/{first}")
    assert "Northmere Police presents. Nobody has said who." in page.text and "Presented by" not in page.text
    with site.world.office.changing(SystemActor("tests"), site.world.now) as work:
        work.require(anyone)
        item = work.session.scalars(select(AgendaItem).join(Hearing, Hearing.case_id == AgendaItem.case_id)
                                    .where(Hearing.id == first)).one()
        item.presenter_id = site.world.users["officer"]
        work.record("update", item)
    assert "Presented by Officer Testwell, Northmere Police." in browser.get(f"/hearings/{first}").text


def test_the_page_of_a_case_counts_who_is_in_the_room_for_it(site, running):
    meeting_id, (first, _) = running
    coordinator = site.browser("coordinator")
    coordinator.post(f"/meetings/{meeting_id}/attendance/all", page=coordinator.get(f"/meetings/{meeting_id}/hearing"))
    assert "7 of 8 present. Quorum met." in coordinator.get(f"/hearings/{first}").text
    for who in ("officer", "probation_officer", "deputy", "advocate"):
        make.excluded(site.world, row(site, Hearing, first).case_id, who=who)
    page = coordinator.get(f"/hearings/{first}")
    assert "3 of 8 present for this case. The quorum of 4 is not met." in page.text and "Quorum met" not in page.text


# The screen of whoever follows

def test_a_screen_that_has_nothing_new_to_show_is_304_writes_nothing_and_asks_twice_at_most(site, running):
    # What is expected moves by steps of five minutes: none ends while this looks.
    with stopped_clock(clock.now()):
        meeting_id, (first, _) = running
        browser, coordinator = site.browser("officer"), site.browser("coordinator")
        page = browser.get(f"/meetings/{meeting_id}/hearing")
        assert "Nothing yet. What your agency takes on" in page.text and "No case is being heard yet" in page.text
        tag = {"If-None-Match": re.search(r'data-tag=("[0-9a-f]+")', page.html)[1]}
        with site.world.looking() as session:
            before = len(session.scalars(select(AuditEvent.seq)).all())
        with site.statements() as seen:
            again = browser.client.get(f"/meetings/{meeting_id}/hearing/now", headers=tag)
        assert again.status_code == 304 and again.data == b"" and again.headers["Cache-Control"] == "no-store"
        assert len(seen) <= 2 and all(statement.startswith("SELECT") for statement in seen)
        with site.world.looking() as session:
            assert len(session.scalars(select(AuditEvent.seq)).all()) == before
        coordinator.post(f"/hearings/{first}/start", page=coordinator.get(f"/hearings/{first}"))
        changed = browser.client.get(f"/meetings/{meeting_id}/hearing/now", headers=tag)
        assert changed.status_code == 200 and "is being heard now." in changed.text and "<html" not in changed.text
        tag = {"If-None-Match": changed.headers["ETag"]}
        assert browser.client.get(f"/meetings/{meeting_id}/hearing/now", headers=tag).status_code == 304


def test_what_is_shown_anew_says_who_chairs_and_lets_its_reader_come_and_go(site, running):
    meeting_id, _ = running
    browser, coordinator = site.browser("officer"), site.browser("coordinator")
    live, now = f"/meetings/{meeting_id}/hearing", f"/meetings/{meeting_id}/hearing/now"
    assert "Chaired by Chair Testwell" in browser.client.get(now).text
    coordinator.post(f"/meetings/{meeting_id}/chair", {"chair": str(site.world.users["deputy"])},
                     page=coordinator.get(live))
    part = browser.client.get(now)
    assert "Chaired by Deputy Testwell" in part.text and "I am here" in part.text and "0 of 8" in part.text
    browser.post(f"/meetings/{meeting_id}/here", page=Page(part.text))
    assert "You are here." in browser.client.get(now).text and "1 of 8" in browser.client.get(now).text


def test_an_adjourned_meeting_keeps_what_was_typed_and_tells_everybody(site, running):
    meeting_id, (first, _) = running
    live = f"/meetings/{meeting_id}/hearing"
    taker, writer, member = (site.browser(who) for who in ("minute_taker", "coordinator", "officer"))
    begun = writer.get(f"/hearings/{first}")
    adjourn, resume = f"/meetings/{meeting_id}/adjourn", f"/meetings/{meeting_id}/resume"
    answer = taker.post(adjourn, {"reason": "", "starts": "25"}, page=taker.get(live), status=422)
    assert "Say why the meeting is adjourned" in answer.text and "must be a time" in answer.text
    taker.post(adjourn, {"reason": "The line is down."}, page=taker.get(live))
    assert "The line is down." in taker.get(live).text and "The line is down." not in member.get(live).text
    assert "Adjourned since" in member.get(live).text and "Adjourned since" in member.get(f"/hearings/{first}").text
    writer.post(f"/hearings/{first}/notes", {"notes": "Said before."}, page=begun)
    answer = writer.post(f"/hearings/{first}/actions", action_fields(site, text="Half said"), page=begun, status=422)
    assert "The meeting is adjourned" in answer.text and "Half said" in answer.text and "Said before." in answer.text
    assert "Add action" not in writer.get(f"/hearings/{first}").text
    assert "Resume the meeting first" in writer.get(f"/meetings/{meeting_id}/close").text
    answer = writer.post(resume, {"hearing": str(first)}, page=writer.get(f"/hearings/{first}"))
    assert answer.location == f"/hearings/{first}" and "Add action" in writer.follow(answer).text
    assert "Adjourned since" not in member.get(live).text


def test_the_order_is_changed_and_an_emergency_brought_in_on_the_pages_of_the_meeting(site, running):
    meeting_id, (first, second) = running
    live, choose = f"/meetings/{meeting_id}/hearing", f"/meetings/{meeting_id}/additions"
    third = make.listed(site.world, make.case(site.world), meeting_id)
    taker, chair, member = (site.browser(who) for who in ("minute_taker", "chair", "officer"))
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        agenda.standing(work, meetings.find(work, meeting_id))
    taker.post(f"/hearings/{first}/start", page=taker.get(f"/hearings/{first}"))
    page, seen = taker.get(live), chair.get(live)
    with site.world.looking() as session:
        item = session.scalars(select(AgendaItem.id).where(
            AgendaItem.case_id == row(site, Hearing, third).case_id)).one()
    answer = taker.post(f"/meetings/{meeting_id}/order", {"next": str(item)}, page=page)
    assert "moved to position" in taker.follow(answer).text
    chair.post(f"/meetings/{meeting_id}/order", {"up": str(item)}, page=seen, status=409)
    assert "Bring in an emergency" not in taker.get(live).text
    case_id = make.case(site.world)
    page = chair.get(choose)
    assert "Bring it in" in page.text and f"{choose}/{case_id}" in [url for _, url in page.links]
    typed = {"reason": "He was seen at her door."}
    answer = chair.post(f"{choose}/{case_id}", typed, page=chair.get(f"{choose}/{case_id}"))
    assert answer.location == live and "Emergency" in chair.follow(answer).text
    assert member.get(live).text.count("Emergency") == 2


def test_phrases_that_the_panel_keeps_stand_beside_the_notes(site, running):
    _, (hearing_id, _) = running
    chair, path = site.browser("chair"), f"/panels/{site.world.clinic}/phrases"
    assert path in [url for _, url in chair.get(f"/panels/{site.world.clinic}/rules").links]
    many = "\n".join(f"Phrase {n}." for n in range(21))
    answer = chair.post(path, {"phrases": many}, page=chair.get(path), status=422)
    assert "Keep 20 phrases at most; take out 1" in answer.text and "Phrase 20." in answer.text
    chair.post(path, {"phrases": "Safe contact <b>was</b> confirmed.\nThe flag stays up."}, page=chair.get(path))
    page = site.browser("minute_taker").get(f"/hearings/{hearing_id}")
    assert "Safe contact <b>was</b> confirmed." in page.text and "The flag stays up." in page.text
    chair.post(path, {"phrases": "The flag stays up."}, page=chair.get(path))
    assert "Safe contact" not in site.browser("minute_taker").get(f"/hearings/{hearing_id}").text


def test_a_member_says_that_they_are_here_and_that_they_must_leave(site, running):
    meeting_id, _ = running
    browser, path = site.browser("officer"), f"/meetings/{meeting_id}/hearing"
    page = browser.follow(browser.post(f"/meetings/{meeting_id}/here", {"goes": "no"}, page=browser.get(path)))
    assert "You are here." in page.text and "I must leave" in page.text and "1 of 8" in page.text
    page = browser.follow(browser.post(f"/meetings/{meeting_id}/here", {"goes": "yes"}, page=page))
    assert "You left at" in page.text and "I am here" in page.text and "0 of 8" in page.text
    assert "Left at" in site.browser("coordinator").get(path).text


def test_whoever_follows_is_not_told_why_somebody_is_excused(site, running):
    meeting_id, (first, _) = running
    live, taker, member = f"/meetings/{meeting_id}/hearing", site.browser("minute_taker"), site.browser("officer")
    taker.post(f"/meetings/{meeting_id}/attendance",
               {f"status-{site.world.users['probation_officer']}": "excused_conflict"}, page=taker.get(live))
    for path in (live, f"/hearings/{first}"):
        page = member.get(path)
        assert "Excused" in page.text and "conflict" not in page.html
    assert "Excused conflict" in taker.get(f"/hearings/{first}").text


# Who meets what

URLS = ("/hearings/{h}", "/hearings/{h}/pulse")
POSTS = ("/hearings/{h}/start", "/hearings/{h}/notes", "/hearings/{h}/outcome", "/hearings/{h}/actions")


@pytest.mark.parametrize("who", ["advocate", "observer", "recipient", "outsider", "lapsed", "admin", "auditor",
                                 "other_coordinator", "excluded"])
def test_a_hearing_that_is_not_yours_is_not_there(site, running, who):
    _, (hearing_id, _) = running
    if who == "excluded":
        make.excluded(site.world, row(site, Hearing, hearing_id).case_id, who="chair")
        who = "chair"
    browser = site.browser(who)
    token = browser.get("/account").forms[0]["fields"]["csrf_token"]
    missing = "5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10"
    for url in URLS:
        answers = [browser.client.get(url.format(h=h)) for h in (hearing_id, missing)]
        assert answers[0].status_code == 404 and plain(answers[0].text) == plain(answers[1].text), url
    for url in POSTS:
        typed = {"csrf_token": token, "notes": "Mine", "version": "0", "outcome": "not_reached",
                 **{k: str(v) for k, v in action_fields(site).items()}}
        answers = [browser.client.post(url.format(h=h), data=typed) for h in (hearing_id, missing)]
        assert answers[0].status_code == 404 and plain(answers[0].text) == plain(answers[1].text), url
    assert row(site, Hearing, hearing_id).version == 1


def test_an_excluded_person_s_meeting_closes_up_without_a_gap(site, running):
    meeting_id, (first, second) = running
    make.excluded(site.world, row(site, Hearing, first).case_id, who="deputy")
    browser = site.browser("deputy")
    page = browser.get(f"/hearings/{second}")
    assert "Item 1 of 1" in page.text and f"/hearings/{first}" not in page.html
    assert f"/hearings/{first}" not in browser.get(f"/meetings/{meeting_id}/hearing").html
    assert f"/hearings/{first}" not in browser.get(f"/meetings/{meeting_id}/close").html


def test_agencies_follow_without_the_means_to_write(site, running):
    meeting_id, (first, _) = running
    browser = site.browser("officer")
    assert [f["action"] for f in browser.get(f"/hearings/{first}").forms] == ["/sign-out", "/hide"]
    here = f"/meetings/{meeting_id}/here"
    assert [f["action"] for f in browser.get(f"/meetings/{meeting_id}/hearing").forms] == [
        "/sign-out", "/hide", here]
    browser.get(f"/meetings/{meeting_id}/close", status=404)


def test_a_meeting_of_today_and_one_of_another_day_say_so_before_they_start(site):
    site.world.now = clock.now()
    browser = site.browser("coordinator")
    early = make.meeting(site.world, site.world.now + timedelta(days=3))
    assert "Warning" in browser.get(f"/meetings/{early}/hearing").text
    assert "Nothing is on the agenda yet" in browser.get(f"/meetings/{early}/hearing").text
    page = browser.get(f"/meetings/{early}/hearing")
    for chair in ("", "chair", str(site.world.users["officer"])):
        browser.post(f"/meetings/{early}/start", {"chair": chair}, page=page, status=422)
    assert row(site, Meeting, early).status is MeetingStatus.PLANNED


# Statements

def grow(site, meeting_id, count):
    """Put as many cases more onto the meeting."""
    for _ in range(count):
        make.listed(site.world, make.case(site.world), meeting_id)


def add_actions(site, hearing_id, count):
    hearing = row(site, Hearing, hearing_id)
    with site.world.office.changing(SystemActor("tests"), site.world.now) as work:
        work.require(anyone)
        work.session.add_all(
            Action(panel_id=hearing.panel_id, case_id=hearing.case_id, meeting_id=hearing.meeting_id,
                   reference=f"AC-2026-{hearing_id.hex[:6]}{n}", text="Visit", agreed_at=site.world.now,
                   owner_agency_id=site.world.agencies["police"], due_on=site.world.now.date()) for n in range(count)
        )
        work.session.flush()
        work.record("create", "Action")


def counted(site, browser, url):
    browser.get(url)
    with site.statements() as seen:
        browser.get(url)
    return len(seen)


def test_the_pages_of_a_meeting_ask_as_often_for_fifty_cases_as_for_five(site, running):
    meeting_id, (first, _) = running
    browser = site.browser("coordinator")
    urls = [f"/meetings/{meeting_id}/hearing", f"/hearings/{first}", f"/meetings/{meeting_id}/close"]
    grow(site, meeting_id, 3)
    add_actions(site, first, 5)
    few = [counted(site, browser, url) for url in urls]
    grow(site, meeting_id, 45)
    add_actions(site, make.listed(site.world, make.case(site.world), meeting_id), 45)
    with site.world.office.changing(SystemActor("tests"), site.world.now) as work:
        work.require(anyone)
        for hearing in work.session.scalars(select(Hearing)):
            hearing.outcome = HearingOutcome.HEARD_ACTIONS_SET
        work.record("update", "Hearing")
    assert [counted(site, browser, url) for url in urls] == few
    assert max(few) <= 26, few


def test_closing_asks_as_often_for_many_actions_as_for_few(site, running):
    counts = []
    for actions in (2, 40):
        meeting_id = make.meeting(site.world, status=MeetingStatus.IN_PROGRESS)
        hearing_id = make.listed(site.world, make.case(site.world), meeting_id)
        add_actions(site, hearing_id, actions)
        with site.world.changing("coordinator") as work:
            hearings.decide(work, hearing_id, HearingOutcome.HEARD_ACTIONS_SET, None, None)
        with site.statements() as seen, site.world.changing("coordinator") as work:
            hearings.close(work, meeting_id)
        counts.append(len(seen))
    assert counts[0] == counts[1]
