"""Private calendar addresses, as people make them and programs fetch them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from wsgiref.handlers import format_date_time

import icalendar
import pytest
from sqlalchemy import select, text

from clinic.blueprints.feeds.pace import HOUR, Body, Pace, Shelf
from clinic.domain.actors import UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import MeetingKind, MeetingMode, When, local_day
from clinic.models.account import Membership, User
from clinic.models.meeting import CalendarFeed, Meeting
from clinic.policy.accounts import anyone
from clinic.services import feeds, scheduling
from clinic.services.feeds import NewFeed
from clinic.services.scheduling import Change, NewMeeting
from clinic.web import clock
from tests.conftest import NOW

HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": 'inline; filename="panel-dates.ics"',
    "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
ADDRESS = re.compile(r"/cal/([\w-]{43})\.ics")


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Let the pages' clock stand where the world's does."""
    moment = [NOW]
    for module in ("clinic.blueprints.feeds.views", "clinic.web.work", "clinic.web.session"):
        monkeypatch.setattr(f"{module}.now", lambda: moment[0])
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


def plan(site, panel="clinic", who="coordinator"):
    with site.world.changing(who) as work:
        scheduling.plan(work, getattr(site.world, panel))


def address(site, who="officer", **options):
    with site.world.changing(who) as work:
        return f"/cal/{feeds.make(work, NewFeed('phone', **options))}.ics"


def fetch(site, url, **kw):
    return site.app.test_client().get(url, **kw)


def events(answer):
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.data).events


def change_user(site, who, model, **values):
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        column = User.id if model is User else Membership.user_id
        for row in work.session.scalars(select(model).where(column == site.world.users[who])):
            for name, value in values.items():
                setattr(row, name, value)
        work.record(AuditVerb.UPDATE, "User")


def first_meeting(site):
    with site.world.looking() as session:
        return session.scalars(select(Meeting).where(Meeting.panel_id == site.world.clinic)
                               .order_by(Meeting.starts_at)).first()


def test_an_address_is_shown_once_by_the_very_answer_and_only_its_hash_is_kept(site):
    browser = site.browser("officer")
    page = browser.get("/account/calendar")
    answer = browser.post("/account/calendar", {"label": "Work phone"}, page=page, status=200)
    token = ADDRESS.search(answer.text)[1]
    assert f"http://127.0.0.1:8000/cal/{token}.ics" in answer.text and "webcal://127.0.0.1:8000/cal/" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert token not in browser.get("/account/calendar").html and "Work phone" in browser.get("/account/calendar").text
    with site.world.looking() as session:
        dump = "".join(session.connection().connection.driver_connection.iterdump())
    assert token not in dump


def test_the_same_form_sent_again_makes_no_second_address_and_says_so(site):
    browser = site.browser("officer")
    page = browser.get("/account/calendar")
    browser.post("/account/calendar", {"label": "Work phone"}, page=page, status=200)
    again = browser.follow(browser.post("/account/calendar", {"label": "Work phone"}, page=page))
    assert "This form was sent before" in again.text and not ADDRESS.search(again.html)
    with site.world.looking() as session:
        assert len(session.scalars(select(CalendarFeed)).all()) == 1


def test_an_address_needs_a_name_and_there_is_an_end_to_them(site):
    browser = site.browser("officer")
    answer = browser.post("/account/calendar", {"label": " "}, status=422)
    assert "Enter a name, so that you can tell your addresses apart" in answer.text
    for _ in range(feeds.MOST_ADDRESSES):
        address(site)
    answer = browser.post("/account/calendar", {"label": "One more"}, status=422)
    assert "You have 10 calendar addresses already" in answer.text and "One more" in answer.text


def test_who_is_on_no_panel_is_told_why_there_is_no_form(site):
    page = site.browser("lapsed").get("/account/calendar")
    assert "You are on no panel today" in page.text


def test_a_feed_has_the_owners_panels_and_no_other(site):
    plan(site)
    plan(site, "marac", "other_coordinator")
    assert {str(e["SUMMARY"])[:15] for e in events(fetch(site, address(site)))} == {"Northmere panel"}
    names = {str(e["SUMMARY"]).rpartition(" ")[0] for e in events(fetch(site, address(site, "probation_officer")))}
    assert names == {"Northmere panel", "Northmere second panel"}


def test_headers_are_those_that_programs_and_their_providers_need(site):
    plan(site)
    answer = fetch(site, address(site))
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, name
    assert "Set-Cookie" not in answer.headers and "Vary" not in answer.headers
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["ETag"].startswith('"') and answer.last_modified == NOW.replace(microsecond=0)


def test_no_cookie_comes_or_goes_even_for_somebody_signed_in(site):
    plan(site)
    browser = site.browser("officer")
    answer = browser.client.get(address(site))
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers


def test_an_unchanged_feed_answers_304_to_its_tag_in_every_form(site):
    plan(site)
    url = address(site)
    tag = fetch(site, url).headers["ETag"]
    for form in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = fetch(site, url, headers={"If-None-Match": form})
        assert answer.status_code == 304 and answer.data == b"" and answer.headers["ETag"] == tag
        assert answer.headers["Cache-Control"] == "private, no-cache"
    for headers in ({"If-None-Match": '"other"'}, {"If-Modified-Since": format_date_time(NOW.timestamp())}):
        assert fetch(site, url, headers=headers).status_code == 200


def test_the_body_is_the_same_byte_for_byte_until_something_changes(site, today):
    plan(site)
    url = address(site)
    first = fetch(site, url)
    site.app.extensions["feeds"].shelf = Shelf()
    today[0] += timedelta(hours=5)
    assert fetch(site, url).data == first.data
    meeting = first_meeting(site)
    with site.world.changing("coordinator", today[0]) as work:
        when = When(date(2026, 12, 10), time(10), 60)
        scheduling.move(work, meeting.id, Change(when, meeting.mode, "", meeting.version))
    after = fetch(site, url, headers={"If-None-Match": first.headers["ETag"]})
    moved = next(e for e in events(after) if str(e["UID"]) == str(meeting.uid))
    assert (moved["SEQUENCE"], moved.start.astimezone(UTC)) == (1, datetime(2026, 12, 10, 10, tzinfo=UTC))
    assert moved["DTSTAMP"].dt == moved["LAST-MODIFIED"].dt == after.last_modified == today[0]


def test_head_has_the_headers_and_no_body_and_writing_is_refused(site):
    plan(site)
    url = address(site)
    head = site.app.test_client().head(url)
    assert head.status_code == 200 and head.data == b"" and int(head.headers["Content-Length"]) > 1000
    for method in ("post", "put", "delete", "patch"):
        assert getattr(site.app.test_client(), method)(url).status_code == 405


def test_unknown_revoked_disabled_and_left_get_the_same_404(site, today):
    plan(site)
    revoked, disabled, left = address(site), address(site, "advocate"), address(site, "probation_officer")
    with site.world.looking() as session:
        feed = session.scalars(select(CalendarFeed).where(CalendarFeed.user_id == site.world.users["officer"])).one()
    browser = site.browser("officer")
    browser.post(f"/account/calendar/{feed.id}/revoke", page=browser.get("/account/calendar"))
    change_user(site, "advocate", User, status=UserStatus.DISABLED)
    change_user(site, "probation_officer", Membership, valid_until=local_day(NOW))
    assert fetch(site, left).status_code == 200, "the last day of a membership belongs to it"
    today[0] += timedelta(days=1)
    answers = [fetch(site, url) for url in (f"/cal/{'x' * 43}.ics", "/cal/x.ics", revoked, disabled, left)]
    assert {a.status_code for a in answers} == {404} and len({a.data for a in answers}) == 1
    assert not any("Set-Cookie" in a.headers for a in answers)


def test_nobody_revokes_anothers_address(site):
    address(site)
    with site.world.looking() as session:
        feed = session.scalars(select(CalendarFeed)).one()
    for who in ("coordinator", "chair", "admin"):
        browser = site.browser(who)
        page = browser.get("/account/calendar")
        token = page.forms[0]["fields"]["csrf_token"]
        answer = browser.client.post(f"/account/calendar/{feed.id}/revoke", data={"csrf_token": token})
        assert answer.status_code == 404


def test_what_is_shown_goes_from_90_days_back_to_400_ahead_and_cancelled_ones_stay_30_days(site, today):
    plan(site)
    url = address(site)
    meeting = first_meeting(site)
    with site.world.changing("coordinator") as work:
        scheduling.cancel(work, meeting.id, meeting.version)
    shown = {str(e["UID"]): e for e in events(fetch(site, url))}
    assert str(shown[str(meeting.uid)]["STATUS"]) == "CANCELLED"
    assert str(shown[str(meeting.uid)]["SUMMARY"]).startswith("Cancelled: ")
    today[0] += timedelta(days=31)
    assert str(meeting.uid) not in {str(e["UID"]) for e in events(fetch(site, url))}
    january = datetime(2027, 1, 13, 10, tzinfo=UTC)
    for days, there in ((89, True), (92, False)):
        today[0] = january + timedelta(days=days)
        assert (january in {e.start.astimezone(UTC) for e in events(fetch(site, url))}) is there
    with site.world.changing("coordinator") as work:
        scheduling.schedule(work, site.world.clinic, NewMeeting(
            MeetingKind.OVERFLOW, When(date(2028, 3, 1), time(9), 60), MeetingMode.VIRTUAL))
    today[0] = NOW
    assert max(e.start for e in events(fetch(site, url))).year == 2027


def test_deadlines_are_all_day_entries_that_leave_the_day_free_for_who_asked_for_them(site):
    plan(site)
    assert len(events(fetch(site, address(site)))) == 12
    shown = events(fetch(site, address(site, with_deadlines=True)))
    assert len(shown) == 12 * 6
    cutoff = next(e for e in shown if str(e["SUMMARY"]).endswith("last day to nominate"))
    assert cutoff.start == date(2026, 11, 25) and str(cutoff["TRANSP"]) == "TRANSPARENT"
    assert len({str(e["UID"]) for e in shown}) == len(shown)


def test_a_feed_may_leave_out_what_its_owner_was_invited_to(site):
    plan(site)
    assert len(events(fetch(site, address(site, without_invited=True)))) == 9
    assert len(events(fetch(site, address(site, "recipient", without_invited=True)))) == 12


def test_a_feed_holds_no_name_no_place_no_attendee_and_no_alarm(site):
    with site.world.changing("coordinator") as work:
        scheduling.schedule(work, site.world.clinic, NewMeeting(
            MeetingKind.EMERGENCY, When(date(2026, 12, 2), time(9), 60), MeetingMode.IN_PERSON, "Quillmere House"))
    data = fetch(site, address(site)).data
    for word in (b"Quillmere", b"Stalking", b"Testwell", b"ATTENDEE", b"ORGANIZER", b"VALARM", b"METHOD", b"emergency"):
        assert word not in data, word
    assert b"In person: sign in for the place" in data


def more_meetings(site, count):
    base = NOW + timedelta(days=1)
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        for n in range(count):
            starts = base + timedelta(hours=12 * n % 8000, minutes=n)
            meeting = Meeting(panel_id=site.world.clinic, reference=f"MT-2026-X{n}-{count}", uid=UUID(int=n),
                              starts_at=starts, ends_at=starts + timedelta(hours=1), changed_at=NOW, holiday="")
            work.session.add(meeting)
        work.record(AuditVerb.CREATE, "Meeting")


@pytest.mark.parametrize("count", [5, 50, 500])
def test_a_poll_takes_two_statements_whatever_the_number_of_meetings(site, count):
    more_meetings(site, count)
    url = address(site, with_deadlines=True)
    with site.statements() as seen:
        assert len(events(fetch(site, url))) == count * 6
    assert len(seen) == 3 and seen[-1].startswith("UPDATE calendar_feed")
    tag = fetch(site, url).headers["ETag"]
    with site.statements() as seen:
        assert fetch(site, url, headers={"If-None-Match": tag}).status_code == 304
    assert len(seen) == 1
    site.app.extensions["feeds"].shelf = Shelf()
    with site.statements() as seen:
        assert fetch(site, url, headers={"If-None-Match": tag}).status_code == 304
    assert len(seen) == 2 and all(s.startswith("SELECT") for s in seen)


def test_an_unchanged_feed_writes_one_mark_a_day_and_nothing_else(site, today):
    plan(site)
    url = address(site)
    with site.statements() as seen:
        for _ in range(3):
            fetch(site, url)
        today[0] += timedelta(days=1)
        for _ in range(3):
            fetch(site, url)
    assert len([s for s in seen if not s.startswith("SELECT")]) == 2
    with site.world.looking() as session:
        assert session.scalars(select(CalendarFeed.last_used_on)).one() == local_day(today[0])
        journal = text("SELECT count(*) FROM audit_event WHERE object_type = 'CalendarFeed'")
        assert session.execute(journal).scalar() == 1, "its making, and no fetch of it"


def test_a_program_that_asks_too_often_is_told_when_to_come_back(site):
    plan(site)
    site.app.extensions["feeds"].pace = Pace(most=3)
    url, other = address(site), address(site)
    assert [fetch(site, url).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert fetch(site, url).headers["Retry-After"] == "3600"
    assert fetch(site, other).status_code == 200, "another address is not held up"


def test_the_pace_is_counted_anew_each_hour_and_remembers_a_bounded_number():
    pace = Pace(most=1, places=2)
    assert pace.wait(b"a", NOW) == 0 and pace.wait(b"a", NOW + timedelta(minutes=30)) == 1800
    assert pace.wait(b"a", NOW + HOUR) == 0
    for key in (b"b", b"c"):
        pace.wait(key, NOW)
    assert pace.wait(b"a", NOW + HOUR) == 0, "the longest unseen is forgotten first"


def test_the_shelf_keeps_the_last_few_bodies_and_none_that_has_no_state():
    shelf, body = Shelf(places=2), Body(b"", "tag", NOW)
    for state in ("a", "b"):
        shelf.put(state, body)
    shelf.get("a")
    shelf.put("c", body)
    shelf.put(None, body)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c"), shelf.get(None)) == (body, None, body, None)
