"""Cases, and what is known of them."""

from __future__ import annotations

from tests.house.access.forms import INCIDENT, disputed, reveal, somebody_s_address
from tests.house.access.people import (
    ADMIN,
    CLINIC,
    MARAC,
    answering_disputes,
    deciding,
    deciding_on_risk,
    disputing,
    knowing,
    nominating_or_deciding,
    planning,
    proposing,
    reaching,
    reading_journal,
    revealing,
    speaking,
    speaking_for_victims,
    telling,
    telling_first,
)
from tests.house.access.rows import COORDINATED, Row, by_case, handed, page, panel, send, show

ORDER = {"case_id": "planned_case", "order_id": "order_id"}
DISPUTE = {"case_id": "planned_case", "dispute_id": "dispute_id"}
BREACH = {"case_id": "planned_case", "breach_id": "breach_id"}
#: the one endpoint whose answer holds a safe address
ADDRESS_SHOWN_BY = "addresses.reveal"
ADDRESS = {"case_id": "planned_case", "address_id": "address_id"}

ROWS: tuple[Row, ...] = (
    # Cases: who takes part; how the victim is reached, for fewer; who must not know, for the coordinator.
    page("cases.index"),
    show("cases.show", "case_id=planned_case", may=by_case("planned", knowing)),
    # How a victim is reached: read by few, written by coordinator and advocate, checked by the advocate alone.
    page("contacts.index"),
    show("contacts.show", "case_id=planned_case", may=by_case("planned", reaching)),
    show("contacts.new", "case_id=planned_case", may=by_case("planned", proposing)),
    send("contacts.write", "case_id=planned_case", may=by_case("planned", proposing), form="contacts.new",
         fill={"text": "unsafe"}),
    send("contacts.check", "case_id=planned_case", may=by_case("planned", speaking_for_victims), form="contacts.show"),
    # Risk: entered by who speaks for an agency that knows, a lower result agreed to by another; plans are a clinic's.
    page("risks.index"),
    show("risks.show", "case_id=planned_case", may=by_case("planned", knowing)),
    show("risks.new", "case_id=planned_case", may=by_case("planned", telling)),
    send("risks.assess", "case_id=planned_case", may=by_case("planned", telling), fill={
        "tool": "sam", "seen": "3-2", "result": "high", "assessed_on-day": "1", "assessed_on-month": "11",
        "assessed_on-year": "2026", "assessor": "A. Assessor", "judgement": "He knows where she works."}),
    send("risks.decide", {"case_id": "planned_case", "assessment_id": "assessment_id"},
         may=by_case("planned", deciding_on_risk), fill={"decision": "agree"}),
    send("risks.ask", "case_id=planned_case", may=by_case("planned", telling), fill={
        "cause": "move", "on-day": "1", "on-month": "11", "on-year": "2026"}),
    show("risks.plan", "case_id=planned_case", may=by_case("planned", planning)),
    send("risks.write_plan", "case_id=planned_case", may=by_case("planned", planning), form="risks.plan",
         fill={"formulation": "Rejection, and nobody who tells him to stop."}),
    # A safe address: shown by one answer, to fewer still.
    page("addresses.index"),
    show("addresses.show", "case_id=planned_case", may=by_case("planned", revealing)),
    show("addresses.ask", ADDRESS, may=by_case("planned", revealing)),
    send(ADDRESS_SHOWN_BY, ADDRESS, yes=200, may=by_case("planned", revealing), fill=reveal),
    show("addresses.new", "case_id=planned_case", may=by_case("planned", proposing)),
    send("addresses.propose", "case_id=running_case", may=by_case("running", proposing), form="addresses.new",
         fill={"address": "1 High Street"}),
    send("addresses.decide", {"case_id": "planned_case", "address_id": "waiting_address"},
         may=by_case("planned", revealing), fill={"decision": "refuse", "refusal": "It is an old one."}),
    send("addresses.take_note", "case_id=planned_case", may=by_case("planned", revealing)),
    show("addresses.known", "case_id=planned_case", may=by_case("planned", knowing)),
    send("addresses.add_known", "case_id=planned_case", may=by_case("planned", telling), form="addresses.known",
         sender="coordinator", fill=somebody_s_address),
    send("addresses.take_back_known", {"case_id": "planned_case", "known_id": "known_id"},
         may=by_case("planned", deciding)),
    show("cases.list_exclusions", "case_id=planned_case", may=by_case("planned", deciding)),
    show("cases.new_exclusion", "case_id=planned_case", may=by_case("planned", deciding), yes=422),
    send("cases.exclude", "case_id=planned_case", may=by_case("planned", deciding),
         fill=lambda scenery, relation: {"who": f"user:{scenery.world.users['chair']}", "ground": "chair_decision"}),
    show("cases.lift", {"case_id": "shut_case", "exclusion_id": "exclusion_id"}, may=COORDINATED),
    send("cases.lift_exclusion", {"case_id": "shut_case", "exclusion_id": "exclusion_id"}, may=COORDINATED),
    show("cases.journal", "case_id=planned_case", may=by_case("planned", reading_journal)),
    # Matches: the coordinator's. Looking for people: everybody's, among what each may know of.
    # What runs out: whoever knows the case reads it, whoever speaks in it says how it stands.
    show("clocks.of_panel", "panel_id=panel_id", may=panel(CLINIC, MARAC, ADMIN)),
    show("clocks.show", "case_id=planned_case", may=by_case("planned", knowing)),
    send("clocks.take_step", "case_id=planned_case", may=by_case("planned", telling), fill={
        "status": "file_to_cps", "on-day": "1", "on-month": "11", "on-year": "2026"}),
    send("clocks.answer_four_a", "case_id=planned_case", may=by_case("planned", telling), fill={"answer": "no"}),
    show("closings.show", "case_id=closed_case", may=by_case("closed", knowing)),
    send("closings.close", "case_id=closed_case", may=by_case("closed", reading_journal), fill={
        "reason": "risk_reduced", "words": "All is done.", "all_the_same": "y"}),
    # It is open: whoever may is told so.
    send("closings.reopen", "case_id=closed_case", may=by_case("closed", reading_journal), yes=422,
         fill={"why": "No."}),
    show("flags.of_panel", "panel_id=panel_id", may=panel(CLINIC, MARAC)),
    show("flags.as_csv", "panel_id=panel_id", may=panel(CLINIC, MARAC)),
    show("flags.as_workbook", "panel_id=panel_id", may=panel(CLINIC, MARAC)),
    show("flags.show", "case_id=planned_case", may=by_case("planned", speaking)),
    send("flags.put_up", "case_id=planned_case", may=by_case("planned", speaking), fill={"identifier": "NP/99"}),
    send("flags.take_down", "case_id=planned_case", may=by_case("planned", speaking)),
    show("incidents.index", "case_id=planned_case", may=by_case("planned", knowing)),
    show("incidents.add", "case_id=planned_case", may=by_case("planned", telling)),
    send("incidents.tell", "case_id=planned_case", may=by_case("planned", telling), fill=INCIDENT),
    show("incidents.paste", "case_id=planned_case", may=by_case("planned", telling)),
    send("incidents.send_paste", "case_id=planned_case", may=by_case("planned", telling), yes=200,
         fill={"lines": "1/11/2026; Waited.", "information": "fact"}),
    show("incidents.show", {"case_id": "planned_case", "incident_id": "incident_id"}, may=by_case("planned", knowing)),
    send("incidents.correct", {"case_id": "planned_case", "incident_id": "incident_id"},
         may=by_case("planned", nominating_or_deciding), fill={**INCIDENT, "why": "The day was wrong."}),
    send("incidents.take_back", {"case_id": "planned_case", "incident_id": "incident_id"},
         may=by_case("planned", nominating_or_deciding), fill={"why": "It was another man."}),
    send("clocks.take_back", {"case_id": "planned_case", "step_id": "step_id"}, may=by_case("planned", deciding)),
    # Orders: whoever knows the case reads them, whoever speaks in it tells of them; the coordinator judges a breach.
    page("orders.index"),
    show("orders.of_panel", "panel_id=panel_id", may=panel(CLINIC, MARAC, ADMIN)),
    show("orders.show", "case_id=planned_case", may=by_case("planned", knowing)),
    show("orders.new", "case_id=planned_case", may=by_case("planned", telling)),
    send("orders.add", "case_id=planned_case", may=by_case("planned", telling), fill={
        "kind": "dapo", "event": "made", "on-day": "1", "on-month": "11", "on-year": "2026"}),
    show("orders.new_event", ORDER, may=by_case("planned", telling)),
    send("orders.tell", ORDER, may=by_case("planned", telling), fill={
        "kind": "varied", "on-day": "6", "on-month": "11", "on-year": "2026"}),
    show("orders.new_breach", ORDER, may=by_case("planned", telling)),
    send("orders.breach", ORDER, may=by_case("planned", telling), fill={
        "on-day": "6", "on-month": "11", "on-year": "2026", "what": "Waited outside."}),
    send("orders.take_back", {"case_id": "planned_case", "event_id": "event_id"},
         may=by_case("planned", telling_first)),
    send("orders.take_back_breach", BREACH, may=by_case("planned", telling_first)),
    show("orders.ask", BREACH, may=by_case("planned", deciding)),
    send("orders.check", BREACH, may=by_case("planned", deciding), fill={"is_repeat": "no", "reason": "Known before."}),
    # Handovers: whoever knows the case reads of them; the coordinators of both panels act, each for their own.
    show("handovers.of_panel", "panel_id=panel_id", may=panel(CLINIC, MARAC, ADMIN)),
    show("handovers.show", "case_id=handed_case", may=handed(knowing)),
    # Agencies are asked for an urgent decision on it: whoever may is told so.
    send("handovers.offer", "case_id=planned_case", may=by_case("planned", deciding), yes=422,
         fill=lambda scenery, relation: {
             "panel": str(scenery.world.clinic if relation == "foreign" else scenery.world.marac), "reason": "Moved."}),
    send("handovers.keep", "case_id=handed_case", may=handed(deciding), fill={"done": "risk_given"}),
    send("handovers.take_back", "case_id=handed_case", may=handed(deciding)),
    send("handovers.answer", "case_id=handing_case", may=COORDINATED, fill={"answer": "acknowledge"}),
    # Disputed responses: read by who knows the case, raised by who speaks in it, answered by who responded or a chair.
    page("disputes.index"),
    show("disputes.of_case", "case_id=planned_case", may=by_case("planned", knowing)),
    # The agency that is named takes no part: whoever may dispute is told so.
    send("disputes.dispute", "case_id=planned_case", may=by_case("planned", speaking), yes=422,
         fill=lambda scenery, relation: disputed(scenery, "council")),
    show("disputes.show", DISPUTE, may=by_case("planned", knowing)),
    send("disputes.correct", DISPUTE, may=by_case("planned", disputing), fill=lambda scenery, relation: disputed(
        scenery, "probation" if relation == "foreign" else "police") | {"why": "It was twice."}),
    send("disputes.take_back", DISPUTE, may=by_case("planned", disputing), fill={"why": "It was another case."}),
    send("disputes.answer", DISPUTE, may=by_case("planned", answering_disputes),
         fill={"outcome": "changed", "words": "A car is sent."}),
)
