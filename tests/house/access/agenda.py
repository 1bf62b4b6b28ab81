"""Research and the agenda: before the door."""

from __future__ import annotations

from tests.house.access.forms import asked_again, lines_of, order_of
from tests.house.access.people import (
    NOMINATED_BY,
    OF_AGENCY,
    PRESENTERS,
    READ_CLINIC,
    READ_MARAC,
    RUN_CLINIC,
    RUN_MARAC,
    SHUT_OUT,
    knowing,
    names,
    nominating,
)
from tests.house.access.rows import RUN, WRITE, Row, by_case, page, panel, send, show

FOLLOW = RUN_CLINIC | {"minute_taker"}
ITEM = {"meeting_id": "planned_meeting", "item_id": "item_id"}
CARRIED = {"meeting_id": "planned_meeting", "item_id": "carried_item"}
WAITING = {"meeting_id": "planned_meeting", "case_id": "waiting_case"}
ITEMS = {"own": RUN_CLINIC, "other": RUN_CLINIC, "excluded": RUN_CLINIC - SHUT_OUT, "foreign": RUN_MARAC}

ROWS: tuple[Row, ...] = (
    # Research: the asked agency, and those who follow the meeting.
    page("research.index"),
    show("research.show", "request_id=request_id", may={
        "own": (OF_AGENCY["police"] | FOLLOW), "other": OF_AGENCY["probation"] | FOLLOW,
        "excluded": (OF_AGENCY["police"] | FOLLOW) - SHUT_OUT, "foreign": RUN_MARAC | {"outsider"}}),
    send("research.give", "request_id=request_id", may={
        "own": OF_AGENCY["police"], "other": OF_AGENCY["probation"], "excluded": OF_AGENCY["police"] - SHUT_OUT,
        "foreign": names("outsider")}, form="research.show", fill={"known": "victim", "text": "What we know."},
        sender="officer"),
    # A colleague has answered, and its meeting has not begun: whoever may is told so.
    send("research.keep", "request_id=request_id", yes=409, fill={"known": "victim", "version": "0"}, may={
        "own": OF_AGENCY["police"], "other": OF_AGENCY["probation"], "excluded": OF_AGENCY["police"] - SHUT_OUT,
        "foreign": names("outsider")}),
    send("research.add", "request_id=request_id", yes=422, fill={"information": "fact", "addition": "More."}, may={
        "own": OF_AGENCY["police"], "other": OF_AGENCY["probation"], "excluded": OF_AGENCY["police"] - SHUT_OUT,
        "foreign": names("outsider")}),
    send("research.add_all", "request_id=request_id", yes=422, fill={"text": "More."}, may={
        "own": OF_AGENCY["police"], "other": OF_AGENCY["probation"], "excluded": OF_AGENCY["police"] - SHUT_OUT,
        "foreign": names("outsider")}),
    show("research.of_meeting", "meeting_id=planned_meeting", may=panel(READ_CLINIC, READ_MARAC)),
    show("research.grid", "meeting_id=planned_meeting", may=WRITE),
    send("research.chase", "meeting_id=planned_meeting", may=RUN, fill={"which": "all"}),
    show("research.again", "meeting_id=planned_meeting case_id=planned_case", may=ITEMS),
    send("research.ask_again", "meeting_id=planned_meeting case_id=planned_case", may=ITEMS, fill=asked_again),
    # The agenda: built by coordinator and chair, read by all who are invited, watched by observers.
    show("agenda.show", "meeting_id=planned_meeting", may=panel(READ_CLINIC | {"observer"}, READ_MARAC)),
    show("agenda.edition", "meeting_id=planned_meeting", may=panel(READ_CLINIC | {"observer"}, READ_MARAC)),
    show("agenda.printed", "meeting_id=planned_meeting", may=panel(READ_CLINIC, READ_MARAC)),
    show("agenda.as_file", "meeting_id=planned_meeting", may=panel(READ_CLINIC, READ_MARAC)),
    # Nobody has signed for it: whoever may begin its agenda is led to the undertaking.
    send("agenda.start", "meeting_id=bare_meeting", may=RUN, yes=307),
    send("agenda.set_minutes", "meeting_id=planned_meeting", may=RUN, fill=order_of),
    show("agenda.suggestion", "meeting_id=planned_meeting", may=RUN),
    send("agenda.arrange", "meeting_id=planned_meeting", may=panel(RUN_CLINIC - SHUT_OUT, RUN_MARAC), fill=lines_of),
    send("agenda.move_up", ITEM, may=ITEMS, fill=order_of),
    send("agenda.move_down", ITEM, may=ITEMS, fill=order_of),
    send("agenda.remove", ITEM, may=ITEMS, fill=order_of),
    send("agenda.begin_drop", CARRIED, may=RUN, fill=order_of),
    show("agenda.drop", CARRIED, may=ITEMS),
    send("agenda.send_drop", CARRIED, may=ITEMS,
         fill=lambda scenery, relation: order_of(scenery, relation) | {"reason": "nobody_presents"}),
    send("agenda.add_break", "meeting_id=planned_meeting", may=RUN, fill=order_of),
    send("agenda.add_item", "meeting_id=planned_meeting", may=RUN,
         fill=lambda scenery, relation: order_of(scenery, relation) | {"title": "Training"}),
    # Its agenda is out: whoever may is sent to the chair.
    send("agenda.add_case", WAITING, yes=422, may=ITEMS, fill=order_of),
    show("additions.of_panel", "panel_id=panel_id", may=RUN),
    show("additions.choose", "meeting_id=planned_meeting", may=RUN),
    show("additions.ask", WAITING, may=ITEMS),
    # The chair has been asked already.
    send("additions.send", WAITING, yes=422, may=ITEMS, fill={"kind": "late", "reason": "It cannot wait."}),
    show("additions.show", "addition_id=addition_id", may=ITEMS),
    send("additions.answer", "addition_id=addition_id", fill={"approved": "no", "reason": "It can wait."}, may={
        "own": names("chair deputy"), "other": names("chair deputy"), "excluded": names("chair"),
        "foreign": names("chair")}),
    show("agenda.lock", "meeting_id=planned_meeting", may=RUN),
    send("agenda.send_lock", "meeting_id=planned_meeting", may=RUN, form="agenda.lock", fill=order_of),
    # It is not locked any more: whoever may is told so.
    send("agenda.unlock", "meeting_id=planned_meeting", may=RUN, yes=422, fill={"reason": "One more came in."}),
    # Who presents: seen by who knows the case, said by its agency, entrusted to another by who runs the panel.
    page("presenting.index"),
    show("presenting.show", "item_id=item_id", may=by_case("planned", knowing)),
    send("presenting.present", "item_id=item_id", may=by_case("planned", nominating)),
    send("presenting.name", "item_id=item_id", may=by_case("planned", nominating), fill=lambda scenery, relation: {
        "presenter": str(scenery.world.users[PRESENTERS[relation]])}),
    # Nobody has said that they present it: whoever may is told so.
    send("presenting.say_hours", "item_id=item_id", yes=422, may=by_case("planned", nominating),
         fill={"ends": "10:30"}),
    send("presenting.entrust", "item_id=item_id", may=ITEMS, fill=lambda scenery, relation: {
        "agency": str(scenery.world.agencies[NOMINATED_BY[relation]])}),
    show("agenda.publish", "meeting_id=drafted_meeting", may=RUN),
    send("agenda.send_publish", "meeting_id=drafted_meeting", may=RUN, form="agenda.publish"),
)
