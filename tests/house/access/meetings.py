"""Meetings in the calendar, and the addresses of calendars."""

from __future__ import annotations

from tests.house.access.people import ANYBODY, CLINIC, MARAC, READ_CLINIC, READ_MARAC, names
from tests.house.access.rows import COORDINATED, RUN, Row, page, panel, press, send, show

ROWS: tuple[Row, ...] = (
    # Meetings: members see their dates; coordinator and chair put them into the calendar.
    page("meetings.index"),
    show("meetings.of_panel", "panel_id=panel_id", may=panel(CLINIC, MARAC)),
    send("meetings.plan", "panel_id=panel_id", may=RUN),
    show("meetings.new", "panel_id=panel_id", may=RUN),
    send("meetings.schedule", "panel_id=panel_id", may=RUN, form="meetings.new", fill={
        "kind": "extraordinary", "day-day": "3", "day-month": "3", "day-year": "2027", "starts": "10:00",
        "minutes": "90", "mode": "virtual"}),
    show("meetings.show", "meeting_id=planned_meeting", may=panel(CLINIC, MARAC)),
    show("meetings.move", "meeting_id=planned_meeting", may=RUN),
    send("meetings.send_move", "meeting_id=planned_meeting", may=RUN, form="meetings.move", fill={"day-day": "10"}),
    send("meetings.keep_day", "meeting_id=planned_meeting", may=RUN),
    show("meetings.cancel", "meeting_id=drafted_meeting", may=RUN),
    send("meetings.send_cancel", "meeting_id=drafted_meeting", may=RUN, form="meetings.cancel"),
    send("meetings.answer", "meeting_id=planned_meeting", may=panel(READ_CLINIC, READ_MARAC), fill={"comes": "yes"}),
    show("panels.phrases", "panel_id=panel_id", may=RUN),
    send("panels.save_phrases", "panel_id=panel_id", may=RUN, form="panels.phrases", fill={"phrases": "A number."}),
    show("panels.core", "panel_id=panel_id", may=COORDINATED),
    send("panels.choose_core", "panel_id=panel_id", may=COORDINATED, form="panels.core"),
    # Whoever reads a meeting's papers signs for it first, and everybody has but for the bare one.
    show("declarations.undertaking", "meeting_id=bare_meeting", may=panel(READ_CLINIC | {"observer"}, READ_MARAC)),
    send("declarations.stopped", "meeting_id=bare_meeting", yes=200,
         may=panel(READ_CLINIC | {"observer"}, READ_MARAC), fill={"reason": "It cannot wait."}),
    send("declarations.sign", "meeting_id=bare_meeting", may=panel(READ_CLINIC | {"observer"}, READ_MARAC),
         form="declarations.undertaking", fill={"agree": "y"}),
    # They say too whether they know somebody in a case; what was said is the coordinator's.
    page("interests.index"),
    show("interests.declare", "meeting_id=planned_meeting", may=panel(READ_CLINIC | {"observer"}, READ_MARAC)),
    send("interests.send", "meeting_id=planned_meeting", may=panel(READ_CLINIC | {"observer"}, READ_MARAC),
         form="interests.declare", fill={"knows": "no"}),
    show("interests.declared", "meeting_id=planned_meeting", may=COORDINATED),
    show("interests.instead", "interest_id=interest_id", may=COORDINATED),
    send("interests.settle", "interest_id=interest_id", may=COORDINATED, fill={"speaker": "nobody"}),
    # Private calendar addresses: the address is the key.
    page("feeds.index"),
    press("feeds.make", CLINIC | MARAC, yes=200, fill={"label": "Tablet"}),
    send("feeds.revoke", "feed_id=feed_id", own=names("officer"), other=names("probation_officer"),
         foreign=names("outsider")),
    show("feeds.calendar", "token=token", own=ANYBODY, other=ANYBODY, foreign=ANYBODY),
)
