"""The live meeting, its minutes and its actions; letters and the journal."""

from __future__ import annotations

from tests.house.access.forms import heard_of
from tests.house.access.people import (
    AUDITOR,
    CLINIC,
    KEEPERS,
    MARAC,
    READ_CLINIC,
    READ_MARAC,
    RUN_CLINIC,
    RUN_MARAC,
    SHUT_OUT,
    deciding,
    knowing,
    names,
    owning,
    recording,
    running,
)
from tests.house.access.rows import RUN, WRITE, Row, by_case, page, panel, send, show

DRAFTERS = names("coordinator minute_taker chair")
CIRCULATE = panel(names("chair coordinator"), RUN_MARAC)
_WRITERS = names("coordinator minute_taker")
SECTIONS = {"own": _WRITERS, "other": _WRITERS, "excluded": _WRITERS - SHUT_OUT, "foreign": names("other_coordinator")}

ROWS: tuple[Row, ...] = (
    # The live meeting: followed by those who read cases, written by who runs the panel and the minute-taker.
    show("hearings.live", "meeting_id=running_meeting", may=panel(READ_CLINIC, READ_MARAC)),
    send("hearings.start", "meeting_id=planned_meeting", may=WRITE, fill=lambda scenery, relation: {
        "chair": str(scenery.world.users["chair"])}),
    send("hearings.mark_attendance", "meeting_id=running_meeting", may=WRITE, fill=lambda scenery, relation: {
        f"status-{scenery.world.users['chair']}": "present_part"}),
    send("hearings.hand_over", "meeting_id=running_meeting", may=WRITE, fill=lambda scenery, relation: {
        "chair": str(scenery.world.users["chair" if relation == "foreign" else "deputy"])}),
    # Nobody has seen that order: whoever may is told so.
    send("hearings.reorder", "meeting_id=running_meeting", may=WRITE, yes=409, fill=heard_of),
    send("hearings.adjourn", "meeting_id=running_meeting", may=WRITE, fill={"reason": "A break."}),
    # It is not adjourned: whoever may is told so.
    send("hearings.resume", "meeting_id=running_meeting", may=WRITE, yes=422),
    send("hearings.mark_all_present", "meeting_id=running_meeting", may=WRITE),
    send("hearings.mark_present", {"meeting_id": "running_meeting", "user_id": "here_user"}, may=WRITE),
    send("hearings.come_or_go", "meeting_id=running_meeting", may=panel(READ_CLINIC, READ_MARAC), fill={"goes": "no"}),
    show("hearings.show", "hearing_id=running_hearing", may=by_case("running", knowing)),
    send("hearings.begin", "hearing_id=running_hearing", may=by_case("running", recording)),
    send("hearings.save_notes", "hearing_id=running_hearing", may=by_case("running", recording),
         fill={"notes": "More was said.", "version": "1"}),
    send("hearings.decide", "hearing_id=running_hearing", may=by_case("running", recording),
         fill={"outcome": "heard_actions_set", "seen": ""}),
    send("hearings.agree_action", "hearing_id=running_hearing", may=by_case("running", recording),
         fill=lambda scenery, relation: {
             "text": "Ring the tenant.", "owner": str(scenery.world.agencies["probation" if relation != "foreign" else
                                                                            "health"]),
             "due_on-day": "9", "due_on-month": "12", "due_on-year": "2026", "risk_target": "victim"}),
    send("hearings.welcome", "hearing_id=running_hearing", may=by_case("running", recording),
         fill={"name": "Guest Testwell", "agency": "Ward 4"}),
    send("hearings.take_back_guest", {"hearing_id": "running_hearing", "guest_id": "running_guest"},
         may=by_case("running", recording)),
    send("hearings.step_out", "hearing_id=running_hearing", may=by_case("running", running),
         fill=lambda scenery, relation: {"who": str(scenery.world.users["probation_officer"])}),
    show("hearings.pulse", "hearing_id=running_hearing", may=by_case("running", knowing)),
    show("hearings.following_now", "meeting_id=running_meeting", may=panel(READ_CLINIC, READ_MARAC)),
    show("hearings.close", "meeting_id=running_meeting", may=RUN),
    send("hearings.close_meeting", "meeting_id=empty_meeting", may=RUN),
    # Minutes: written by coordinator and minute-taker, approved by who chaired, circulated by coordinator and chair.
    show("minutes.draft", "meeting_id=closed_meeting", own=DRAFTERS | {"deputy"}, foreign=RUN_MARAC),
    send("minutes.compose", "meeting_id=unwritten_meeting", own=DRAFTERS - {"chair"},
         foreign=names("other_coordinator")),
    show("minutes.section", "section_id=section_id", may=SECTIONS),
    send("minutes.save_section", "section_id=section_id", may=SECTIONS, form="minutes.section", sender="coordinator",
         fill={"text": "It was said."}),
    send("minutes.send_to_chair", "meeting_id=written_meeting", own=DRAFTERS - {"chair"},
         foreign=names("other_coordinator")),
    send("minutes.send_back", "meeting_id=with_chair_meeting", own=DRAFTERS, foreign=RUN_MARAC),
    show("minutes.approval", "meeting_id=closed_meeting", own=names("chair deputy"), foreign=names("chair")),
    send("minutes.approve", "meeting_id=with_chair_meeting", own=names("chair"), foreign=names("chair"),
         fill=lambda scenery, relation: {"version": scenery.seen(relation)}),
    show("minutes.circulation", "version_id=version_id", may=CIRCULATE),
    send("minutes.circulate", "version_id=uncirculated_version", may=CIRCULATE),
    show("minutes.read", "version_id=version_id", may=panel(CLINIC - {"observer"}, MARAC)),
    show("minutes.printed", "version_id=version_id", may=panel(CLINIC - {"observer"}, MARAC)),
    show("minutes.receipts_of", "version_id=version_id", own=RUN_CLINIC, foreign=RUN_MARAC),
    send("minutes.acknowledge", "version_id=version_id", may=panel(CLINIC - {"observer"}, MARAC)),
    send("minutes.revoke", "version_id=version_id receipt_id=receipt_id", may=CIRCULATE),
    # Actions: known to who knows the case and to their owner; the owner reports, the coordinator decides.
    page("actions.index"),
    show("actions.show", "action_id=running_action", may=by_case("running", knowing)),
    send("actions.report", "action_id=running_action", may=by_case("running", owning), form="actions.show",
         fill={"how": "done", "text": "Seen on Friday.", "version": "1"}),
    send("actions.confirm", "action_id=closed_action", may=by_case("closed", deciding), fill={"version": "2"}),
    send("actions.reopen", "action_id=closed_action", may=by_case("closed", deciding),
         fill={"version": "2", "text": "Still missing."}),
    send("actions.end_not_done", "action_id=running_action", may=by_case("running", deciding),
         fill={"version": "1", "text": "Never begun."}),
    # What became of letters, and who did what.
    page("post.index", KEEPERS),
    page("audit.index", AUDITOR),
    page("audit.mine"),
)
