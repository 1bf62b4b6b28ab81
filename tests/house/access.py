"""Who may: the expected answer of every endpoint to everybody, written from the design and not from the code.

A row names an endpoint, the things that its address names, and for each relation to them
(own, other agency's, excluded, other panel's) who is answered. Everybody else meets 404,
as if there were nothing; where no thing is named, 403. Strangers are sent to sign in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from uuid import uuid4

from sqlalchemy import select

from clinic.domain.columns import NEEDED
from clinic.domain.imports import COLUMNS
from clinic.models.agenda import AgendaItem
from clinic.models.hearing import Hearing
from tests.house.scenery import perpetrator_of, victim_of
from tests.make import PASSWORD

STRANGER = "stranger"
#: the one endpoint whose answer holds a safe address
ADDRESS_SHOWN_BY = "addresses.reveal"
ADDRESS = {"case_id": "planned_case", "address_id": "address_id"}


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Who sits where. `detective`, `minute_taker`, `deputy` and `housing_officer` are shut out of the cases that are called
# excluded: three by name, one with the agency. `lapsed` has a seat that has ended.
CLINIC = names("chair deputy coordinator minute_taker officer detective probation_officer advocate housing_officer "
               "observer recipient")
MARAC = names("chair other_coordinator probation_officer outsider")
PEOPLE = tuple(sorted(CLINIC | MARAC | names("lapsed admin auditor")))
EVERYBODY = frozenset(PEOPLE)
ANYBODY = EVERYBODY | {STRANGER}
NOBODY: frozenset[str] = frozenset()
SHUT_OUT = names("detective housing_officer minute_taker deputy")

# Those who run a panel's work, who decide, and who write. A deputy chair runs it beside the chair; minutes they
# approve only where they chaired, as the closed meeting of the clinic.
COORDINATORS = names("coordinator other_coordinator")
RUN_CLINIC, RUN_MARAC = names("chair deputy coordinator"), names("chair other_coordinator")
SPEAK_CLINIC = names("officer detective probation_officer advocate housing_officer")
SPEAK_MARAC = names("probation_officer outsider")
READ_CLINIC = RUN_CLINIC | SPEAK_CLINIC | {"minute_taker"}
READ_MARAC = RUN_MARAC | SPEAK_MARAC
OF_AGENCY = {"police": names("officer detective"), "probation": names("probation_officer"),
             "advocacy": names("advocate"), "housing": names("housing_officer"), "health": names("outsider")}
_NOMINATED_BY = {"own": "police", "other": "probation", "excluded": "police", "foreign": "health"}
_PRESENTERS = {"own": "officer", "other": "probation_officer", "excluded": "officer", "foreign": "outsider"}
_ACTION_OF = {"own": "probation", "other": "police", "excluded": "advocacy", "foreign": "health"}


def shut_out_of(case: str) -> frozenset[str]:
    """Return who must not know of a case; on the other panel probation's officer is kept from the coming one."""
    if case.startswith("excluded"):
        return SHUT_OUT
    return names("probation_officer") if case == "foreign_planned" else NOBODY


def knowing(case: str) -> frozenset[str]:
    """Return who knows of a case: its panel's runners, the agency that nominated it; once it is listed, all that
    the panel asks about it, and the minute-taker."""
    relation, stage = case.split("_")
    foreign = relation == "foreign"
    if stage in ("offered", "handing"):
        # Nobody of its agency sits on the panel that it was redirected to.
        return RUN_MARAC if foreign else RUN_CLINIC
    if stage in ("new", "returned", "withdrawn", "redirected"):
        found = (RUN_MARAC if foreign else RUN_CLINIC) | OF_AGENCY[_NOMINATED_BY[relation]]
    else:
        found = READ_MARAC if foreign else READ_CLINIC
    return found - shut_out_of(case)


def knows_of(who: str, case: str) -> bool:
    """Whether somebody may meet a case's reference: an observer too, of what is on an agenda."""
    watching = who == "observer" and case.startswith(("own", "other", "excluded")) and case.endswith(
        ("closed", "running", "planned", "carried", "chaired"))
    return watching or who in knowing(case)


def deciding(case: str) -> frozenset[str]:
    foreign = case.startswith("foreign")
    return knowing(case) & (names("other_coordinator") if foreign else names("coordinator"))


def nominating(case: str) -> frozenset[str]:
    return knowing(case) & OF_AGENCY[_NOMINATED_BY[case.split("_")[0]]]


def owning(case: str) -> frozenset[str]:
    return knowing(case) & OF_AGENCY[_ACTION_OF[case.split("_")[0]]]


def recording(case: str) -> frozenset[str]:
    """Return who writes in a hearing: those who run the panel, and the minute-taker."""
    if case.startswith("foreign"):
        return knowing(case) & RUN_MARAC
    return knowing(case) & (RUN_CLINIC | {"minute_taker"})


def may_read(who: str, token) -> bool:
    """Whether a text of a case may be shown to somebody. Source: the design's table of roles and rights."""
    kind, case = token.kind, token.case
    if kind == "batch":
        return who == ("coordinator" if case.startswith("own") else "other_coordinator")
    if kind == "draft":
        # Its writer's alone, and not even theirs once they are kept from the case.
        return who == token.agency and who not in shut_out_of(case)
    if kind == "addition":
        return who in knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)
    if kind == "unlocking":
        return who in (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)
    if kind == "adjournment":
        return who in (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC | {"minute_taker"})
    if kind == "interest" and case.endswith("_meeting"):
        return who == ("other_coordinator" if case.startswith("foreign") else "coordinator")
    if case.endswith("_meeting"):
        members = MARAC if case.startswith("foreign") else CLINIC
        allowed = members - {"recipient"}
    elif kind in ("person", "nomination", "action", "report", "clock", "order", "handover", "voice", "known",
                  "incident", "risk", "plan", "closing", "dispute", "drop", "urgent", "pressing"):
        allowed = knowing(case)
    elif kind == "interest":
        allowed = deciding(case)
    elif kind == "flag":
        allowed = knowing(case) & OF_AGENCY[token.agency]
    elif kind == "restricted":
        allowed = knowing(case) & (OF_AGENCY[token.agency] | (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC))
    elif kind == "contact":
        allowed = reaching(case)
    elif kind in ("address", "refusal"):
        allowed = revealing(case)
    elif kind == "research":
        allowed = knowing(case)
    elif kind == "guest":
        allowed = knowing(case)
    elif kind == "notes":
        allowed = knowing(case) if case.endswith("closed") else recording(case)
    else:
        raise AssertionError(kind)
    return who in allowed


# Sealed columns that stay empty here: letters as they were sent are the timer's, and hold no text of a case.
NEVER_FILLED = names("queued_letter.raw_sealed")
# Which of the scenery's texts the table's pages are about: of each kind, the cases at these stages.
_LOOKED_AT = {"person": "planned", "nomination": "planned", "clock": "planned", "contact": "planned",
              "order": "planned", "handover": "handed", "known": "planned", "refusal": "planned", "risk": "planned",
              "plan": "planned", "research": "planned", "voice": "running", "notes": "running closed",
              "guest": "running",
              "draft": "draft", "action": "running closed", "incident": "planned", "restricted": "planned",
              "flag": "planned", "closing": "closed", "dispute": "planned", "interest": "planned",
              "addition": "waiting", "drop": "planned", "urgent": "planned"}


def is_shown(who: str, token) -> bool:
    """Whether some page of the table that answers GET shows the text to this person."""
    if token.kind in ("place", "adjournment"):  # its agency is the stage of its meeting
        return may_read(who, token) and token.agency == ("planned" if token.kind == "place" else "running")
    looked_at = names(_LOOKED_AT.get(token.kind, ""))
    return may_read(who, token) and token.case.rpartition("_")[2] in looked_at | {"meeting"}


Fill = Mapping[str, object] | Callable[[object, str], dict]


@dataclass(frozen=True, eq=False)
class Row:
    method: str
    endpoint: str
    #: the arguments of the address, and what kind of thing each names
    things: Mapping[str, str] = field(default_factory=dict)
    may: Mapping[str, frozenset[str]] = field(default_factory=dict)
    yes: int = 200
    no: int = 404
    open: bool = False
    #: a page that changes something although it is only asked for
    changes: bool = False
    fixed: Mapping[str, object] = field(default_factory=dict)
    #: the endpoint of the page that holds its form, who fills it in, and with what
    form: str = ""
    sender: str = ""
    fill: Fill = field(default_factory=dict)

    @property
    def relations(self) -> tuple[str, ...]:
        return (*self.may, "missing") if self.things else ("-",)

    def expected(self, who: str, relation: str) -> int:
        if who in self.may.get(relation, NOBODY):
            return self.yes
        if who == STRANGER and not self.open:
            return 302 if self.method == "GET" else 401
        return self.no


def page(endpoint: str, who: frozenset[str] = EVERYBODY, yes: int = 200, **more) -> Row:
    """A page that names no thing."""
    return Row("GET", endpoint, may={"-": who}, yes=yes, no=403, open=STRANGER in who, **more)


def press(endpoint: str, who: frozenset[str] = EVERYBODY, yes: int = 303, **more) -> Row:
    """A form that names no thing."""
    return Row("POST", endpoint, may={"-": who}, yes=yes, no=403, open=STRANGER in who, **more)


def show(endpoint: str, things: str | Mapping[str, str], yes: int = 200, **may_or_more) -> Row:
    return _of_things("GET", endpoint, things, yes, may_or_more)


def send(endpoint: str, things: str | Mapping[str, str], yes: int = 303, **may_or_more) -> Row:
    return _of_things("POST", endpoint, things, yes, may_or_more)


RELATIONS = ("own", "other", "excluded", "foreign")


def _of_things(method: str, endpoint: str, things: str | Mapping[str, str], yes: int, given: dict) -> Row:
    may = {relation: given.pop(relation) for relation in RELATIONS if relation in given}
    may |= given.pop("may", {})
    open_ = any(STRANGER in who for who in may.values())
    pairs = dict(part.split("=") for part in things.split()) if isinstance(things, str) else things
    return Row(method, endpoint, pairs, may, yes, open=open_, **given)


def by_case(stage: str, who: Callable[[str], frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return who may, for a case of each relation at this stage."""
    return {relation: who(f"{relation}_{stage}") for relation in RELATIONS}


def handed(who: Callable[[str], frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return who may, for a case of each relation that its panel hands over."""
    return {relation: who(f"{relation}_handed") for relation in ("own", "excluded", "foreign")}


def panel(clinic: frozenset[str], marac: frozenset[str], also: frozenset[str] = NOBODY) -> dict[str, frozenset[str]]:
    return {"own": clinic | also, "foreign": marac | also}


ADMIN, AUDITOR = names("admin"), names("auditor")
KEEPERS = COORDINATORS | ADMIN
FOLLOW = RUN_CLINIC | {"minute_taker"}
DRAFTERS = names("coordinator minute_taker chair")
RUN = panel(RUN_CLINIC, RUN_MARAC)
WRITE = panel(RUN_CLINIC | {"minute_taker"}, RUN_MARAC)
COORDINATED = panel(names("coordinator"), names("other_coordinator"))
CIRCULATE = panel(names("chair coordinator"), RUN_MARAC)
NOMINATE = panel(SPEAK_CLINIC | {"coordinator"}, SPEAK_MARAC | {"other_coordinator"})
PEOPLE_OF = {"own": names("admin coordinator"), "other": ADMIN, "foreign": names("admin other_coordinator")}
PEOPLE_OF_PANELS = panel(names("admin coordinator"), names("admin other_coordinator"))
ITEM = {"meeting_id": "planned_meeting", "item_id": "item_id"}
CARRIED = {"meeting_id": "planned_meeting", "item_id": "carried_item"}
ORDER = {"case_id": "planned_case", "order_id": "order_id"}
DISPUTE = {"case_id": "planned_case", "dispute_id": "dispute_id"}
BREACH = {"case_id": "planned_case", "breach_id": "breach_id"}
MAP = {"panel_id": "panel_id", "map_id": "map_id"}
WAITING = {"meeting_id": "planned_meeting", "case_id": "waiting_case"}
ITEMS = {"own": RUN_CLINIC, "other": RUN_CLINIC, "excluded": RUN_CLINIC - SHUT_OUT, "foreign": RUN_MARAC}
_WRITERS = names("coordinator minute_taker")
SECTIONS = {"own": _WRITERS, "other": _WRITERS, "excluded": _WRITERS - SHUT_OUT, "foreign": names("other_coordinator")}
DRAFTS = {"own": names("officer"), "other": names("probation_officer"), "excluded": NOBODY,
          "foreign": names("outsider")}


def nominating_or_deciding(case: str) -> frozenset[str]:
    return nominating(case) | deciding(case)


def reaching(case: str) -> frozenset[str]:
    """Return who may know how the victim is reached: coordinator, advocates, and the agency that said it."""
    advocates = NOBODY if case.startswith("foreign") else names("advocate")
    return deciding(case) | nominating(case) | (knowing(case) & advocates)


def revealing(case: str) -> frozenset[str]:
    """Return who may look at a safe address: coordinator, chair, and the advocates of the case."""
    advocates = NOBODY if case.startswith("foreign") else names("advocate")
    return deciding(case) | (knowing(case) & (advocates | {"chair"}))


def telling(case: str) -> frozenset[str]:
    """Return who says how an investigation stands: the coordinator, and whoever speaks for an agency that knows."""
    return deciding(case) | (knowing(case) & (SPEAK_MARAC if case.startswith("foreign") else SPEAK_CLINIC))


def telling_first(case: str) -> frozenset[str]:
    """Return who takes back what the police told of an order, or on the other panel the health service."""
    return deciding(case) | (telling(case) & OF_AGENCY["health" if case.startswith("foreign") else "police"])


def speaking(case: str) -> frozenset[str]:
    """Return who speaks for an agency that takes part."""
    return knowing(case) & (SPEAK_MARAC if case.startswith("foreign") else SPEAK_CLINIC)


def deciding_on_risk(case: str) -> frozenset[str]:
    """Return who agrees to a lower result that another has entered: who assesses, and the chairs."""
    return telling(case) | (knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC))


def planning(case: str) -> frozenset[str]:
    """Return who writes a plan: who assesses, where the panel is a clinic."""
    return NOBODY if case.startswith("foreign") else telling(case)


def speaking_for_victims(case: str) -> frozenset[str]:
    """Return who brings the victim's voice: the panel's advocates; the other panel has none."""
    return NOBODY if case.startswith("foreign") else knowing(case) & names("advocate")


def proposing(case: str) -> frozenset[str]:
    """Return who writes how a victim is reached, and where they are safe: coordinator, and advocates who know."""
    return deciding(case) | speaking_for_victims(case)


def reading_journal(case: str) -> frozenset[str]:
    """Return who may read who opened a case: coordinator and chair of its panel."""
    return knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)


def disputing(case: str) -> frozenset[str]:
    """Return who speaks for the agency that disputes a response: the advocates, on the other panel the health service.
    """
    return speaking(case) & OF_AGENCY["health" if case.startswith("foreign") else "advocacy"]


def answering_disputes(case: str) -> frozenset[str]:
    """Return who answers: the police, on the other panel probation, whose response it was; and the chairs."""
    return (speaking(case) & OF_AGENCY["probation" if case.startswith("foreign") else "police"]) | (
        knowing(case) & names("chair deputy"))


def running(case: str) -> frozenset[str]:
    """Return who runs the panel of a case and knows of it."""
    return knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)


def chairing(case: str) -> frozenset[str]:
    """Return the chair and the deputy, as far as they know of a case."""
    return knowing(case) & names("chair deputy")


def pressed(case: str) -> frozenset[str]:
    """Return who speaks for an agency that is asked urgently: the police, on the other panel the health service."""
    return speaking(case) & OF_AGENCY["health" if case.startswith("foreign") else "police"]


def disputed(scenery, responder: str) -> dict:
    """Return what the form of a disputed response sends."""
    return {"responder": str(scenery.world.agencies[responder]), "response": "low_priority", "responded_on-day": "1",
            "responded_on-month": "11", "responded_on-year": "2026", "words": "He was at the door."}


def urgently(scenery, relation: str) -> dict:
    """Return what the form of an urgent question sends."""
    return {"question": "Is an alarm put in?", "agencies": str(scenery.world.agencies["council"]), "quorum": "2",
            "closes_on-day": "25", "closes_on-month": "11", "closes_on-year": "2026", "closes_at": "17:00"}


def order_of(scenery, relation: str) -> dict:
    """Return what a button of the agenda sends: the version that its page showed."""
    return {"version": str(scenery.agenda_versions["foreign" if relation == "foreign" else "own"])}


def asked_again(scenery, relation: str) -> dict:
    """Return what asks an agency again that has answered."""
    agency = "health" if relation == "foreign" else "police"
    return {"reason": "new_incident", "agencies": str(scenery.world.agencies[agency])}


def lines_of(scenery, relation: str) -> dict:
    """Return what takes a suggested order, of all lines, those that one of the agenda's makers must not know of too."""
    meeting_id = scenery.things["planned_meeting"][relation]
    with scenery.world.looking() as session:
        ids = session.scalars(select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id))
        return order_of(scenery, relation) | {"order": ",".join(map(str, ids))}


def heard_of(scenery, relation: str) -> dict:
    """Return what moves a case of the running meeting in an order that nobody has seen."""
    with scenery.world.looking() as session:
        item = session.scalars(
            select(AgendaItem.id)
            .join(Hearing, (Hearing.meeting_id == AgendaItem.meeting_id) & (Hearing.case_id == AgendaItem.case_id))
            .where(Hearing.id == scenery.things["running_hearing"][relation])).one()
    return {"seen": "", "next": str(item)}


def reveal(scenery, relation: str) -> dict:
    """Return what the form that shows an address sends, with a key of its own each time."""
    return {"form_key": uuid4().hex, "reason": "check", "words": "Checking it again.", "password": PASSWORD}


def somebody_s_address(scenery, relation: str) -> dict:
    """Return where a perpetrator of a coming case is said to live."""
    return {"person": str(perpetrator_of(scenery, scenery.cases[f"{relation}_planned"])), "address": "1 High Street"}


def two_people(scenery, relation: str) -> dict:
    """Return what a button of the page of matches sends: somebody of the coming case, and of a heard one."""
    mine, other = scenery.cases[f"{relation}_planned"], "foreign" if relation == "foreign" else "own"
    theirs = scenery.cases[f"{other}_closed"]
    return {"person": str(victim_of(scenery, mine)), "other": str(victim_of(scenery, theirs)), "said": "different"}


INCIDENT = {"on-day": "1", "on-month": "11", "on-year": "2026", "what": "Waited at the gate.", "information": "fact"}

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
    send("agenda.send_lock", "meeting_id=planned_meeting", may=RUN, form="agenda.lock"),
    # It is not locked any more: whoever may is told so.
    send("agenda.unlock", "meeting_id=planned_meeting", may=RUN, yes=422, fill={"reason": "One more came in."}),
    # Who presents: seen by who knows the case, said by its agency, entrusted to another by who runs the panel.
    page("presenting.index"),
    show("presenting.show", "item_id=item_id", may=by_case("planned", knowing)),
    send("presenting.present", "item_id=item_id", may=by_case("planned", nominating)),
    send("presenting.name", "item_id=item_id", may=by_case("planned", nominating), fill=lambda scenery, relation: {
        "presenter": str(scenery.world.users[_PRESENTERS[relation]])}),
    # Nobody has said that they present it: whoever may is told so.
    send("presenting.say_hours", "item_id=item_id", yes=422, may=by_case("planned", nominating),
         fill={"ends": "10:30"}),
    send("presenting.entrust", "item_id=item_id", may=ITEMS, fill=lambda scenery, relation: {
        "agency": str(scenery.world.agencies[_NOMINATED_BY[relation]])}),
    show("agenda.publish", "meeting_id=drafted_meeting", may=RUN),
    send("agenda.send_publish", "meeting_id=drafted_meeting", may=RUN, form="agenda.publish"),
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

# Pages that go round the wall on purpose and carry the policy's condition in their query.
BESIDE_THE_WALL = names("hearings.pulse")
