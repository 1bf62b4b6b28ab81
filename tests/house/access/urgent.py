"""What cannot wait for the next meeting, and the victim's voice."""

from __future__ import annotations

from tests.house.access.forms import two_people, urgently
from tests.house.access.people import chairing, deciding, knowing, pressed, recording, running, speaking_for_victims
from tests.house.access.rows import COORDINATED, Row, by_case, page, press, send, show

ROWS: tuple[Row, ...] = (
    # Urgent decisions: read by who knows the case, asked by who runs its panel, answered by who is asked, decided by
    # a chair, and ratified by who writes at the meeting.
    page("urgent.index"),
    show("urgent.of_case", "case_id=planned_case", may=by_case("planned", knowing)),
    # Nobody speaks for the agency that is named: whoever may ask is told so.
    send("urgent.ask", "case_id=planned_case", may=by_case("planned", running), yes=422, fill=urgently),
    show("urgent.show", "decision_id=decided_question", may=by_case("planned", knowing)),
    show("urgent.give", "answer_id=urgent_answer", may=by_case("planned", pressed)),
    send("urgent.answer", "answer_id=urgent_answer", may=by_case("planned", pressed), fill={
        "reply": "agree", "reason": "It is needed.", "readers": "panel", "version": "2"}),
    send("urgent.decide", "decision_id=closed_question", may=by_case("planned", chairing), fill={
        "outcome": "taken_to_meeting", "words": "It is heard tomorrow."}),
    send("urgent.agree", "decision_id=decided_question", may=by_case("planned", chairing),
         fill=lambda scenery, relation: {
             "text": "Put it in.", "due_on-day": "26", "due_on-month": "11", "due_on-year": "2026", "risk": "victim",
             "owner": str(scenery.world.agencies["health" if relation == "foreign" else "police"])}),
    # An emergency meeting: called by who runs the panel. Nobody speaks for the agency that is named.
    show("emergencies.ask", "case_id=planned_case", may=by_case("planned", running)),
    send("emergencies.call", "case_id=planned_case", may=by_case("planned", running), yes=422,
         fill=lambda scenery, relation: urgently(scenery, relation) | {
             "day-day": "26", "day-month": "11", "day-year": "2026", "starts": "17:00", "minutes": "30",
             "mode": "virtual", "answers_on-day": "26", "answers_on-month": "11", "answers_on-year": "2026",
             "answers_at": "12:00"}),
    send("urgent.ratify", "decision_id=decided_question", may=by_case("planned", recording), fill={"ratified": "yes"}),
    # The victim's voice: the advocates' to bring, everybody's to hear who knows the case.
    page("advocacy.index"),
    show("advocacy.show", "case_id=planned_case", may=by_case("planned", knowing)),
    show("advocacy.ask", {"case_id": "planned_case", "meeting_id": "planned_meeting"},
         may=by_case("planned", speaking_for_victims)),
    send("advocacy.say", {"case_id": "planned_case", "meeting_id": "planned_meeting"},
         may=by_case("planned", speaking_for_victims), fill={"kind": "views", "status": "declined"}),
    show("matches.show", "case_id=planned_case", may=by_case("planned", deciding)),
    send("matches.judge", "case_id=planned_case", may=by_case("planned", deciding), fill=two_people),
    send("matches.undo", {"case_id": "planned_case", "link_id": "link_id"}, may=COORDINATED),
    page("search.ask"),
    press("search.find", yes=200, fill={"name": "kanari"}),
)
