"""Accounts, help, panels, and the directory of professionals."""

from __future__ import annotations

from tests.house.access.people import (
    ADMIN,
    ANYBODY,
    CLINIC,
    COORDINATORS,
    EVERYBODY,
    KEEPERS,
    MARAC,
    RUN_CLINIC,
    RUN_MARAC,
    names,
)
from tests.house.access.rows import COORDINATED, RUN, Row, page, panel, press, send, show

PEOPLE_OF = {"own": names("admin coordinator"), "other": ADMIN, "foreign": names("admin other_coordinator")}
PEOPLE_OF_PANELS = panel(names("admin coordinator"), names("admin other_coordinator"))

ROWS: tuple[Row, ...] = (
    page("static", ANYBODY, fixed={"filename": "app.css"}),
    # Accounts: signing in is open, one's own account one's own.
    page("accounts.sign_in", ANYBODY),
    press("accounts.send_sign_in", ANYBODY, yes=422),
    page("accounts.signed_out", ANYBODY),
    page("accounts.leave", ANYBODY, yes=303, changes=True),
    press("accounts.sign_out"),
    press("accounts.extend", yes=200),
    press("accounts.hide"),
    page("accounts.hidden"),
    press("accounts.show_again", yes=422),
    page("accounts.account"),
    page("accounts.password"),
    press("accounts.change_password", yes=422),
    show("accounts.invitation", "token=invitation_token", own=ANYBODY),
    show("accounts.reset", "token=reset_token", own=ANYBODY),
    # Who has the letter is let in; a password that is too short is refused only then.
    send("accounts.accept_invitation", "token=invitation_token", yes=422, own=ANYBODY,
         fill={"password": "too short", "again": "too short"}),
    send("accounts.choose_after_reset", "token=reset_token", yes=422, own=ANYBODY,
         fill={"password": "too short", "again": "too short"}),
    send("accounts.end_session", "session_id=session_id", own=names("officer"), other=names("probation_officer"),
         foreign=names("outsider")),
    # Help is for everybody; how the service is, for its machine too.
    page("help.index"),
    page("help.privacy", ANYBODY),
    page("help.accessibility", ANYBODY),
    page("help.health", ANYBODY),
    page("help.robots", ANYBODY),
    # Panels: a seat opens them; whoever opens panels sees that they are there, and who sits on them.
    page("panels.home"),
    page("panels.index"),
    page("panels.new", ADMIN),
    press("panels.open_panel", ADMIN, form="panels.new", fill={
        "type": "marac", "name": "Third panel", "diary_name": "Friday panel", "starts_at": "10:00", "minutes": "120"}),
    show("panels.show", "panel_id=panel_id", may=panel(CLINIC, MARAC, ADMIN)),
    show("panels.arrivals", "panel_id=panel_id", may=RUN),
    show("panels.rules", "panel_id=panel_id", may=panel(RUN_CLINIC, RUN_MARAC)),
    send("panels.save_rules", "panel_id=panel_id", may=panel(names("coordinator"), names("other_coordinator")),
         form="panels.rules"),
    show("panels.questions", "panel_id=panel_id", may=COORDINATED),
    send("panels.save_questions", "panel_id=panel_id", may=COORDINATED, form="panels.questions"),
    # The directory of professionals: agencies and their people are contacts for all; keeping it is not.
    page("directory.index"),
    page("directory.list_people"),
    page("directory.new_agency", KEEPERS),
    press("directory.add_agency", KEEPERS, form="directory.new_agency", fill={
        "name": "Northmere Fire", "sector": "fire_service", "domains": "fire.example"}),
    show("directory.agency", "agency_id=agency_id", own=EVERYBODY, other=EVERYBODY, foreign=EVERYBODY),
    show("directory.edit_agency", "agency_id=agency_id", own=KEEPERS, other=KEEPERS, foreign=KEEPERS),
    send("directory.change_agency", "agency_id=agency_id", own=KEEPERS, other=KEEPERS, foreign=KEEPERS,
         form="directory.edit_agency"),
    show("directory.person", "user_id=user_id", own=EVERYBODY, other=EVERYBODY, foreign=EVERYBODY),
    page("directory.new_person", KEEPERS),
    press("directory.invite_person", KEEPERS, form="directory.new_person", fill=lambda scenery, relation: {
        "name": "New Comer", "email": "new.comer@police.example",
        "agency": str(scenery.world.agencies["police"])}),
    # A coordinator changes people who sit on no other panel than theirs; probation's officer sits on both.
    show("directory.edit_person", "user_id=user_id", may=PEOPLE_OF),
    send("directory.change_person", "user_id=user_id", may=PEOPLE_OF, form="directory.edit_person"),
    show("directory.confirm_disable", "user_id=user_id", may=PEOPLE_OF),
    send("directory.disable", "user_id=user_id", may=PEOPLE_OF),
    send("directory.start_reset", "user_id=user_id", may=PEOPLE_OF | {"other": COORDINATORS | ADMIN}),
    send("directory.enable", "user_id=disabled_user", may=PEOPLE_OF_PANELS),
    send("directory.invite_again", "user_id=invited_user", may=PEOPLE_OF_PANELS),
    show("directory.members", "panel_id=panel_id", may=panel(CLINIC, MARAC, ADMIN)),
    show("directory.new_member", "panel_id=panel_id", may=COORDINATED),
    send("directory.add_member", "panel_id=panel_id", may=COORDINATED, form="directory.new_member",
         fill=lambda scenery, relation: {
             "person": str(scenery.world.users["lapsed"]), "agency": str(scenery.world.agencies["housing"]),
             "role": "presenter", "valid_from-day": "1", "valid_from-month": "12", "valid_from-year": "2026"}),
    show("directory.edit_member", "seat_id=seat_id", own=names("coordinator"), other=names("coordinator"),
         foreign=names("other_coordinator")),
    send("directory.change_member", "seat_id=seat_id", own=names("coordinator"), other=names("coordinator"),
         foreign=names("other_coordinator"), form="directory.edit_member", sender="coordinator"),
)
