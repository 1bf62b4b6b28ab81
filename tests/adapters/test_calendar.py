"""Feeds and invitations, read back by a calendar library and by the clock on the wall."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest

from clinic.calendar import event, feed, invitation
from clinic.domain.entries import Acceptance, Deadline, DeadlineKind, Entry, EntryStatus, Method, Place

SITE = "https://panels.example"
OURS = "panels@mail.example"
CHANGED = datetime(2026, 11, 3, 8, 30, 5, tzinfo=UTC)
MADE = datetime(2026, 11, 21, 9, 0, 7, tzinfo=UTC)
WINTER = datetime(2026, 12, 3, 14, tzinfo=UTC)
SUMMER = datetime(2027, 7, 1, 13, tzinfo=UTC)


def an_entry(starts_at=WINTER, **change):
    given = {
        "uid": UUID("4b7f7d5e-3f0c-4d0e-9a51-0d6c3c1f0001"),
        "reference": "MT-2026-301472",
        "diary_name": "Westmarch Tuesday",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "sequence": 1,
        "changed_at": CHANGED,
        "link": f"{SITE}/meetings/1",
        "place": Place.HYBRID,
    }
    return Entry(**given | change)


def a_deadline(**change):
    given = {
        "uid": UUID("4b7f7d5e-3f0c-4d0e-9a51-0d6c3c1f0002"),
        "kind": DeadlineKind.RESEARCH_DUE,
        "reference": "MT-2026-301472",
        "diary_name": "Westmarch Tuesday",
        "day": date(2026, 11, 30),
        "changed_at": CHANGED,
        "link": f"{SITE}/meetings/1",
    }
    return Deadline(**given | change)


def invited(entry=None, address="rep@agency.example", name="Siân Rees", method=Method.REQUEST, **more):
    return invitation.render(entry or an_entry(), address, name, method, OURS, made_at=MADE, **more)


def events(ics):
    return icalendar.Calendar.from_ical(ics).walk("VEVENT")


def the_event(ics):
    (found,) = events(ics)
    return found


# ── What both hold ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("starts_at", "wall"),
    [
        (WINTER, "20261203T140000"),
        (SUMMER, "20270701T140000"),
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "20270328T003000"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "20270328T020000"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "20261025T013000"),
    ],
)
@pytest.mark.parametrize("render", [event.lines, invited])
def test_a_sitting_stands_at_its_uk_wall_time_on_either_side_of_both_clock_changes(render, starts_at, wall):
    entry = an_entry(starts_at, ends_at=starts_at + timedelta(minutes=20))
    ics = render(entry)
    assert f"DTSTART;TZID=Europe/London:{wall}\r\n".encode() in ics


def test_an_hour_that_comes_twice_is_written_in_utc_the_second_time():
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    found = the_event(invited(an_entry(second)))
    assert found["DTSTART"].to_ical() == b"20261025T013000Z"
    assert found["DTEND"].to_ical() == b"20261025T033000Z"


@pytest.mark.parametrize("starts_at", [WINTER, SUMMER])
def test_the_zone_in_the_file_says_the_same_as_the_real_one(starts_at):
    calendar = icalendar.Calendar.from_ical(feed.render([an_entry(starts_at)], [], "Dates"))
    (zone,) = calendar.walk("VTIMEZONE")
    local = starts_at.astimezone(ZoneInfo("Europe/London"))
    assert local.replace(tzinfo=zone.to_tz()).utcoffset() == local.utcoffset()


def test_the_zone_has_one_yearly_rule_each_way_and_nothing_else():
    lines = event.TIMEZONE.decode().split("\r\n")
    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ]
    assert not any(line.startswith(("RDATE", "COMMENT", "X-")) for line in lines)


@pytest.mark.parametrize("render", [lambda e: feed.render([e], [], "Dates"), invited])
def test_feed_and_invitation_say_the_same_of_a_sitting(render):
    found = the_event(render(an_entry()))
    said = {name: found[name].to_ical().decode() for name in sorted(found) if name not in _LETTERS_OWN}
    assert said == {
        "CLASS": "PRIVATE",
        "DESCRIPTION": "Sign in for the details. This entry holds none on purpose.",
        "DTEND": "20261203T160000",
        "DTSTART": "20261203T140000",
        "LAST-MODIFIED": "20261103T083005Z",
        "LOCATION": "In person and online: sign in for the place and the link",
        "SEQUENCE": "1",
        "STATUS": "CONFIRMED",
        "SUMMARY": "Westmarch Tuesday MT-2026-301472",
        "TRANSP": "OPAQUE",
        "UID": "4b7f7d5e-3f0c-4d0e-9a51-0d6c3c1f0001",
        "URL": "https://panels.example/meetings/1",
    }


_LETTERS_OWN = {"DTSTAMP", "ORGANIZER", "ATTENDEE"}


@pytest.mark.parametrize("render", [lambda e: feed.render([e], [], "Dates é" * 40), invited])
def test_lines_end_in_crlf_and_hold_at_most_75_octets(render):
    ics = render(an_entry(diary_name="Ŵestmarch Tuesday " * 6))
    assert b"\n" not in ics.replace(b"\r\n", b"")
    assert b"\r" not in ics.replace(b"\r\n", b"")
    assert max(len(line) for line in ics.split(b"\r\n")) <= 75
    assert ics.decode().startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


HOSTILE = 'x"\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:evil@evil.example\x00\x0b\x85\u2028;,:\\n^n'


def test_hostile_words_make_no_second_event_and_no_new_line():
    entry = an_entry(diary_name=HOSTILE)
    for ics in (
        invited(entry, name=HOSTILE),
        feed.render([entry], [a_deadline(diary_name=HOSTILE)], HOSTILE),
    ):
        assert not any(octet < 32 for octet in ics.replace(b"\r\n", b""))
        unfolded = ics.replace(b"\r\n ", b"").split(b"\r\n")
        assert unfolded.count(b"BEGIN:VEVENT") == len(events(ics))
        assert b"ATTENDEE:mailto:evil@evil.example" not in unfolded
    assert len(events(feed.render([entry], [a_deadline()], HOSTILE))) == 2
    assert the_event(invited(entry, name=HOSTILE))["ATTENDEE"] == "mailto:rep@agency.example"


def test_a_summary_has_at_most_100_characters_and_always_its_reference():
    found = the_event(event.lines(an_entry(diary_name="W" * 300, status=EntryStatus.CANCELLED)))
    assert len(found["SUMMARY"]) == 100
    assert found["SUMMARY"].endswith(" MT-2026-301472")
    assert found["SUMMARY"].startswith("Cancelled: ")


def test_a_link_without_our_site_is_refused_rather_than_left_out():
    with pytest.raises(ValueError, match="whole address"):
        event.lines(an_entry(link="/meetings/1"))


# ── Feeds ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_feed_is_the_same_bytes_until_something_changes():
    later = an_entry(SUMMER, uid=UUID(int=7))
    first = feed.render([an_entry(), later], [a_deadline()], "Dates", SITE)
    assert feed.render([later, an_entry()], [a_deadline()], "Dates", SITE) == first
    moved = feed.render([an_entry(changed_at=CHANGED + timedelta(seconds=1)), later], [a_deadline()], "Dates")
    assert feed.etag(moved) != feed.etag(first)


def test_events_rendered_before_make_the_same_feed_without_being_rendered_again():
    entry, deadline = an_entry(), a_deadline()
    kept = [event.lines(entry), event.lines(deadline)]
    assert feed.join(kept, "Dates") == feed.render([entry], [deadline], "Dates")


def test_a_feed_completes_the_links_on_our_own_site():
    ics = feed.render([an_entry(link="/meetings/1")], [a_deadline(link="/meetings/1")], "Dates", SITE)
    assert {str(found["URL"]) for found in events(ics)} == {f"{SITE}/meetings/1"}


def test_a_feed_names_nobody_and_rings_no_alarm():
    ics = feed.render([an_entry()], [a_deadline()], "Dates")
    for word in (b"METHOD", b"ATTENDEE", b"ORGANIZER", b"VALARM", b"VTODO", b"RRULE:FREQ=DAILY"):
        assert word not in ics


def test_a_feed_tells_its_name_and_when_to_come_again():
    ics = feed.render([], [], "Panel dates; Westmarch, north")
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in ics
    assert b"\r\nX-PUBLISHED-TTL:PT1H\r\n" in ics
    assert b"\r\nX-WR-TIMEZONE:Europe/London\r\n" in ics
    assert b"\r\nNAME:Panel dates\\; Westmarch\\, north\r\n" in ics
    assert b"\r\nX-WR-CALNAME:Panel dates\\; Westmarch\\, north\r\n" in ics


def test_an_empty_feed_still_holds_its_zone():
    calendar = icalendar.Calendar.from_ical(feed.render([], [], "Dates"))
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]


def test_in_a_feed_the_stamp_is_the_last_stored_change():
    found = the_event(feed.render([an_entry()], [], "Dates"))
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt == CHANGED


def test_a_cancelled_sitting_stays_in_the_feed_and_blocks_no_time():
    found = the_event(feed.render([an_entry(status=EntryStatus.CANCELLED)], [], "Dates"))
    assert found["SUMMARY"] == "Cancelled: Westmarch Tuesday MT-2026-301472"
    assert (found["STATUS"], found["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


@pytest.mark.parametrize("kind", DeadlineKind)
def test_a_deadline_is_a_whole_day_that_stays_free(kind):
    found = the_event(feed.render([], [a_deadline(kind=kind)], "Dates"))
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2026, 11, 30), date(2026, 12, 1))
    assert (found["STATUS"], found["TRANSP"], found["SEQUENCE"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert found["SUMMARY"] == f"Westmarch Tuesday MT-2026-301472: {kind.words}"
    assert found["DTSTAMP"].dt == CHANGED


# ── Invitations ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_invitation_asks_one_person_to_answer_our_mailbox():
    found = the_event(invited())
    attendee = found["ATTENDEE"]
    assert attendee == "mailto:rep@agency.example"
    assert dict(attendee.params) == {
        "CN": "Siân Rees",
        "CUTYPE": "INDIVIDUAL",
        "PARTSTAT": "NEEDS-ACTION",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "TRUE",
    }
    assert found["ORGANIZER"] == f"mailto:{OURS}"
    assert dict(found["ORGANIZER"].params) == {}


def test_the_method_stands_before_the_first_component():
    ics = invited()
    assert ics.index(b"\r\nMETHOD:REQUEST\r\n") < ics.index(b"BEGIN:VTIMEZONE")


def test_in_a_mail_the_stamp_is_the_making_of_the_message():
    found = the_event(invited())
    assert (found["DTSTAMP"].dt, found["LAST-MODIFIED"].dt) == (MADE, CHANGED)


def test_an_answer_already_given_is_kept_where_nothing_moved():
    found = the_event(invited(acceptance=Acceptance.ACCEPTED))
    assert found["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_calling_off_a_sitting_keeps_its_uid_and_its_start():
    off = an_entry(status=EntryStatus.CANCELLED, sequence=2)
    before, after = the_event(invited()), the_event(invited(off, method=Method.CANCEL))
    assert (after["UID"], after["DTSTART"].dt) == (before["UID"], before["DTSTART"].dt)
    assert (after["STATUS"], after["SEQUENCE"]) == ("CANCELLED", 2)
    assert "RSVP" not in after["ATTENDEE"].params


def test_taking_one_person_off_says_nothing_of_the_sitting_itself():
    ics = invited(an_entry(removed=True, sequence=2), method=Method.CANCEL)
    assert b"\r\nMETHOD:CANCEL\r\n" in ics
    found = the_event(ics)
    assert "STATUS" not in found
    assert "Cancelled" not in found["SUMMARY"]
    assert found["ATTENDEE"] == "mailto:rep@agency.example"


@pytest.mark.parametrize(
    ("change", "method"),
    [
        ({}, Method.CANCEL),
        ({"status": EntryStatus.CANCELLED}, Method.REQUEST),
        ({"removed": True}, Method.REQUEST),
    ],
)
def test_a_sitting_is_never_called_off_by_asking_people_to_come(change, method):
    with pytest.raises(ValueError, match="CANCEL"):
        invited(replace(an_entry(), **change), method=method)


@pytest.mark.parametrize("name", ['O\'Neill, "Pat"; MBE', "a:b", "Ünal\r\n Öz", "^n", "", '"', "x" * 500])
def test_any_name_comes_back_readable_and_changes_nothing_else(name):
    attendee = the_event(invited(name=name))["ATTENDEE"]
    assert attendee == "mailto:rep@agency.example"
    assert attendee.params["ROLE"] == "REQ-PARTICIPANT"
    assert attendee.params.get("CN", "") == " ".join(name.replace('"', "").split())[:80]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b\r\nX:y", "a b@c.example", "zoë@c.example", "a@b.example,c@d.example", "a@@b"],
)
def test_an_invitation_goes_to_one_plain_address_only(address):
    with pytest.raises(ValueError, match="address"):
        invited(address=address)
