"""Nominations, drafts of them, and files of them."""

from __future__ import annotations

from io import BytesIO

from clinic.domain.columns import NEEDED
from clinic.domain.imports import COLUMNS
from tests.house.access.people import (
          NOBODY,
          SPEAK_CLINIC,
          SPEAK_MARAC,
          deciding,
          names,
          nominating,
          nominating_or_deciding,
)
from tests.house.access.rows import COORDINATED, Row, by_case, page, panel, send, show

NOMINATE = panel(SPEAK_CLINIC | {"coordinator"}, SPEAK_MARAC | {"other_coordinator"})
MAP = {"panel_id": "panel_id", "map_id": "map_id"}
DRAFTS = {"own": names("officer"), "other": names("probation_officer"), "excluded": NOBODY,
          "foreign": names("outsider")}

ROWS: tuple[Row, ...] = (
    # Nominations: the agency that made it and the coordinator who decides.
    page("nominations.index"),
    show("nominations.show", "nomination_id=new_nomination", may=by_case("new", nominating_or_deciding)),
    send("nominations.send_again", "nomination_id=returned_nomination", may=by_case("returned", nominating)),
    send("nominations.note", "nomination_id=new_nomination", may=by_case("new", nominating_or_deciding),
         fill={"text": "More is to come."}),
    send("nominations.chase", "nomination_id=returned_nomination", may=by_case("returned", deciding)),
    show("nominations.withdraw", "nomination_id=new_nomination", may=by_case("new", nominating)),
    send("nominations.take_back", "nomination_id=new_nomination", may=by_case("new", nominating),
         fill={"reason": "Resolved otherwise."}),
    show("nominations.triage", "nomination_id=new_nomination", may=by_case("new", deciding)),
    send("nominations.decide", "nomination_id=new_nomination", may=by_case("new", deciding),
         form="nominations.triage", fill={"outcome": "accept"}),
    # Drafts: their writer's alone. One that changes a case from which its writer is kept by now is nobody's.
    show("drafts.start", "panel_id=panel_id", may=NOMINATE),
    send("drafts.begin", "panel_id=panel_id", may=NOMINATE),
    send("drafts.change", "nomination_id=new_nomination", may=by_case("new", nominating)),
    show("drafts.sent", "nomination_id=new_nomination", may=by_case("new", nominating)),
    show("drafts.show", "draft_id=draft_id", may=DRAFTS),
    show("drafts.page", "draft_id=draft_id", may=DRAFTS, fixed={"code": "victim"}),
    send("drafts.save", "draft_id=draft_id", may=DRAFTS, fixed={"code": "victim"}, form="drafts.page"),
    show("drafts.person", "draft_id=draft_id entry_id=person_entry", may=DRAFTS),
    send("drafts.put_person", "draft_id=draft_id entry_id=person_entry", may=DRAFTS, form="drafts.person"),
    send("drafts.remove_person", "draft_id=draft_id entry_id=person_entry", may=DRAFTS),
    show("drafts.incident", "draft_id=draft_id entry_id=incident_entry", may=DRAFTS),
    send("drafts.put_incident", "draft_id=draft_id entry_id=incident_entry", may=DRAFTS, form="drafts.incident"),
    send("drafts.remove_incident", "draft_id=draft_id entry_id=incident_entry", may=DRAFTS),
    show("drafts.paste", "draft_id=draft_id", may=DRAFTS),
    send("drafts.send_paste", "draft_id=draft_id", may=DRAFTS, fill={"lines": "1/11/2026, Came again."}),
    show("drafts.check", "draft_id=draft_id", may=DRAFTS),
    send("drafts.send", "draft_id=draft_id", may=DRAFTS, form="drafts.check"),
    show("drafts.emergency", "draft_id=draft_id", may=DRAFTS),
    send("drafts.send_emergency", "draft_id=draft_id", may=DRAFTS, fill={"emergency_reason": "Tonight."}),
    show("drafts.discard", "draft_id=draft_id", may=DRAFTS),
    send("drafts.throw_away", "draft_id=draft_id", may=DRAFTS),
    show("nominations.desk", "panel_id=panel_id", may=COORDINATED),
    send("nominations.answer_offer", "nomination_id=offered_nomination", may=COORDINATED,
         fill={"answer": "take"}),
    show("nominations.urgent", "nomination_id=new_nomination", may=by_case("new", deciding)),
    send("nominations.mark", "nomination_id=new_nomination", may=by_case("new", deciding), form="nominations.urgent",
         fill={"reason": "It gets worse."}),
    # Files: the coordinator sends them, and nobody but the sender meets one again.
    show("imports.new", "panel_id=panel_id", may=COORDINATED),
    send("imports.send", "panel_id=panel_id", may=COORDINATED, fill=lambda scenery, relation: {
        "file": (BytesIO((",".join(COLUMNS) + "\n").encode() + b"x" + b"," * (len(COLUMNS) - 1) + b"\n"), "n.csv")}),
    show("imports.show", "batch_id=batch_id", may=COORDINATED),
    send("imports.match", "batch_id=unmatched_batch", may=COORDINATED, form="imports.show",
         fill=lambda scenery, relation: {
             "name": "Export", "days": "day",
             "agency": str(scenery.world.agencies["police" if relation == "own" else "health"]),
             **{column: f"Their {column}" for column in NEEDED}}),
    show("imports.progress", "batch_id=batch_id", may=COORDINATED),
    send("imports.confirm", "batch_id=batch_id", may=COORDINATED),
    send("imports.stop", "batch_id=batch_id", may=COORDINATED),
    send("imports.go_on", "batch_id=stopped_batch", may=COORDINATED, form="imports.show"),
    send("imports.discard", "batch_id=batch_id", may=COORDINATED),
    show("imports.columns", "panel_id=panel_id", may=COORDINATED),
    show("imports.ask_forget", MAP, may=COORDINATED),
    send("imports.forget", MAP, may=COORDINATED, form="imports.ask_forget"),
    show("imports.rejected_rows", "batch_id=batch_id", may=COORDINATED),
)
