"""Two panels in the middle of their work, made through the use cases, where every sealed text is a token.

On each panel: a meeting that is planned with its agenda out, one that runs, one that is
closed with its minutes read; and after them one whose agenda is a draft. On each of them
cases in the relations that access is decided by:

- `own`: nominated by the police, whose `officer` is the one who asks;
- `other`: nominated by probation on the same panel;
- `excluded`: nominated by the police, and closed to the police's `detective`, to the
  `minute_taker`, to the `deputy` chair, and to the housing agency, for which
  `housing_officer` speaks;
- `foreign`: on the other panel, where most people have no seat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import or_, select

from clinic.documents import markup
from clinic.domain.actions import NewAction
from clinic.domain.actors import MembershipRole, SystemActor, UserStatus
from clinic.domain.additions import AdditionAnswer, AdditionKind
from clinic.domain.addresses import AddressStatus, RevealReason
from clinic.domain.advocacy import VictimFeedback, VoiceKind
from clinic.domain.audit import AuditVerb
from clinic.domain.breaches import NewBreach, RepeatAnswer
from clinic.domain.cases import Answer, PartyKind
from clinic.domain.closings import CloseReason, Closing
from clinic.domain.columns import MAPPED, MapDraft
from clinic.domain.declarations import NEWEST
from clinic.domain.directory import PersonDraft, SeatDraft
from clinic.domain.disputes import DisputeOutcome, ResponseKind
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft, SharingDraft
from clinic.domain.drops import Drop, DropReason
from clinic.domain.handovers import HandoverAnswer, HandoverDraft
from clinic.domain.hearings import HearingOutcome
from clinic.domain.imports import COLUMNS, ImportStatus, Stop
from clinic.domain.incidents import Incident, InformationKind
from clinic.domain.investigations import FourAConsidered, InvestigationStatus, Step
from clinic.domain.meetings import MeetingKind, MeetingMode, When
from clinic.domain.nominations import (
    AdvocateOffer,
    ConsentPosition,
    Four,
    TriageDecision,
    TriageOutcome,
    VictimAwareness,
)
from clinic.domain.notes import NoteSection
from clinic.domain.order_events import NewOrder, OrderEvent, OrderEventKind
from clinic.domain.research import HandlingCode, Known, ResearchAnswer
from clinic.domain.risks import AskCause, RiskChange, RiskStatus
from clinic.domain.urgent import UrgentOutcome, UrgentReply
from clinic.models.account import Membership, User, UserSession
from clinic.models.action import Action
from clinic.models.agenda import Agenda, AgendaItem
from clinic.models.all import metadata
from clinic.models.case import Case, CaseExclusion, Person
from clinic.models.case import Incident as IncidentRow
from clinic.models.clock import InvestigationStep
from clinic.models.contact import ContactCard
from clinic.models.dispute import Dispute, DisputeAnswer
from clinic.models.handover import Handover
from clinic.models.hearing import Hearing
from clinic.models.import_batch import ColumnMap, ImportBatch
from clinic.models.interest import Interest
from clinic.models.known_address import KnownAddress
from clinic.models.link import PersonLink
from clinic.models.meeting import CalendarFeed
from clinic.models.minute import MinuteSection, MinuteVersion, Receipt
from clinic.models.nomination import Draft, Nomination
from clinic.models.order import Breach, Order
from clinic.models.order import OrderEvent as OrderRow
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.models.risk import RiskAssessment, RiskPlan, RiskPrompt
from clinic.models.safe_address import AddressReveal, SafeAddress
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from clinic.policy.accounts import may_install
from clinic.policy.agenda import READERS
from clinic.services import (
    actions,
    additions,
    adjournments,
    advocacy,
    agenda,
    approvals,
    attendance,
    closings,
    column_maps,
    declarations,
    drafts,
    drops,
    editions,
    exclusions,
    feeds,
    flags,
    handovers,
    hearings,
    import_works,
    imports,
    incidents,
    investigations,
    links,
    locking,
    members,
    minutes,
    nominations,
    orders,
    outbox,
    people,
    receipts,
    research,
    room,
    running_order,
    scheduling,
    sessions,
)
from clinic.services.exclusions import Who
from clinic.services.feeds import NewFeed
from clinic.services.scheduling import NewMeeting
from tests import make
from tests.make import World

# A Wednesday in term time, in winter time: what the clock on the wall shows all through these tests.
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 10, 19, 9, 0, tzinfo=UTC)
_PRIOR = datetime(2026, 10, 21, 9, 0, tzinfo=UTC)
_CLOSED_ON, _RUNS_ON = date(2026, 11, 11), date(2026, 11, 25)
# Stage by stage: when the panel meets. Five meetings without cases stand for minutes on their way.
DAYS = {
    "closed": _CLOSED_ON, "running": _RUNS_ON, "planned": date(2026, 12, 9), "drafted": date(2027, 1, 13),
    "bare": date(2027, 2, 10), "chaired": _RUNS_ON, "unwritten": date(2026, 11, 3), "written": date(2026, 11, 4),
    "with_chair": date(2026, 11, 5), "approved": date(2026, 11, 6), "empty": date(2026, 11, 26),
}
# Who is added to the small world: two who are shut out, one for themselves, one with their agency.
SHUT_OUT = (("detective", "police"), ("housing_officer", "housing"))


@dataclass(frozen=True)
class Token:
    """A word that stands in one sealed field: what kind of text it is, of which case (or panel's meetings), and said
    by which agency (or of which meeting)."""

    word: str
    kind: str
    case: str
    agency: str = ""


@dataclass
class Scenery:
    """The world and the ids of its things: `things[kind][relation]`."""

    world: World
    things: dict[str, dict[str, UUID | str]] = field(default_factory=lambda: defaultdict(dict))
    tokens: dict[str, Token] = field(default_factory=dict)
    #: references of cases (and of actions), by the case's name
    references: dict[str, str] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)

    def seen(self, relation: str, stage: str = "with_chair") -> str:
        """Return what stands for the draft that the chair's page shows."""
        with self.world.reading("chair", NOW) as work:
            return minutes.approval_page(work, self.things[f"{stage}_meeting"][relation]).seen

    @property
    def agenda_versions(self) -> dict[str, int]:
        with self.world.looking() as session:
            return {
                relation: session.scalars(select(Agenda.version).where(Agenda.meeting_id == id_)).one()
                for relation, id_ in self.things["planned_meeting"].items()
            }

    def token(self, kind: str, case: str, agency: str = "") -> str:
        number, letters = len(self.tokens), ""
        for _ in range(4):
            number, rest = divmod(number, 20)
            letters += "bcdfghjklmnpqrstvwxz"[rest]
        word = f"kanari{letters}"
        self.tokens[word] = Token(word, kind, case, agency)
        return word


@contextmanager
def doing(scenery: Scenery, who: str, at: datetime):
    with scenery.world.changing(who, at) as work:
        yield work


def build(office: Any) -> Scenery:
    """Return the world with its two panels at work."""
    made = Scenery(make.world(office, LONG_AGO))
    _newcomers(made)
    _clinic(made)
    _marac(made)
    clinic, marac = made.world.clinic, made.world.marac
    _redirect(made, "foreign", "officer", "coordinator", (clinic, marac))
    _redirect(made, "own", "outsider", "other_coordinator", (marac, clinic))
    _hand_over(made, "own", "officer", "coordinator", "other_coordinator")
    _hand_over(made, "excluded", "officer", "coordinator", "other_coordinator")
    _hand_over(made, "foreign", "outsider", "other_coordinator", "coordinator")
    _accounts(made)
    _sign(made, clinic, "own")
    _sign(made, marac, "foreign")
    _name_pairs(made)
    return made


def _sign(made: Scenery, panel_id: UUID, relation: str) -> None:
    """Let everybody who reads a panel's papers give the undertaking, for every meeting but the bare one."""
    make.undertaking_asked(made.world, panel_id)
    for who in made.world.users:
        if made.world.actor(who).holds(panel_id, READERS):
            with doing(made, who, NOW) as work:
                for stage in DAYS.keys() - {"bare"}:
                    declarations.sign(work, made.things[f"{stage}_meeting"][relation], NEWEST)


def _name_pairs(made: Scenery) -> None:
    """Give things that stand in one relation the names that the table calls them by."""
    things = made.things
    for relation, agency, of in (("own", "police", "own"), ("other", "probation", "own"),
                                 ("excluded", "police", "excluded"), ("foreign", "health", "foreign")):
        things["request_id"][relation] = things[f"planned_request_of_{agency}"][of]
    things["shut_case"] |= {"own": made.cases["excluded_planned"], "foreign": made.cases["foreign_planned"]}
    things["here_user"] |= {"own": made.world.users["officer"], "foreign": made.world.users["outsider"]}


def _newcomers(made: Scenery) -> None:
    world = made.world
    with world.office.changing(SystemActor("command line"), LONG_AGO) as work:
        work.require(may_install)
        for name, agency in SHUT_OUT:
            user = User(name=f"{name.replace('_', ' ').title()} Testwell", email=f"{name}@{agency}.example",
                        agency_id=world.agencies[agency], status=UserStatus.ACTIVE, created_at=LONG_AGO)
            work.session.add(user)
            work.session.flush()
            work.session.add(Membership(user_id=user.id, panel_id=world.clinic, agency_id=user.agency_id,
                                        role=MembershipRole.REPRESENTATIVE, valid_from=date(2025, 1, 1)))
            world.users[name] = user.id
        work.record(AuditVerb.IMPORT, "World")


def _clinic(made: Scenery) -> None:
    sittings = _meetings(made, "coordinator", made.world.clinic, "own")
    for stage in ("closed", "running", "planned"):
        for name, who in ((f"own_{stage}", "officer"), (f"other_{stage}", "probation_officer"),
                          (f"excluded_{stage}", "officer")):
            _nominate(made, name, who, made.world.clinic)
            if name.startswith("excluded"):
                _shut_out(made, name)
            _accept(made, name, "coordinator", sittings[stage])
            for answerer in ("officer", "probation_officer", "advocate", "housing_officer"):
                if not (name.startswith("excluded") and answerer == "housing_officer"):
                    _answer(made, name, answerer, sittings[stage])
    for relation, who in (("own", "officer"), ("other", "probation_officer"), ("excluded", "officer")):
        _nominate(made, f"{relation}_carried", who, made.world.clinic)
        if relation == "excluded":
            _shut_out(made, "excluded_carried")
        _carry_over(made, relation, "coordinator", sittings)
    for relation, who in (("own", "officer"), ("other", "probation_officer"), ("excluded", "officer")):
        name = f"{relation}_waiting"
        _nominate(made, name, who, made.world.clinic)
        if relation == "excluded":
            _shut_out(made, name)
        _wait(made, name, "coordinator", sittings["drafted"])
    _nominate(made, "own_chaired", "officer", made.world.clinic)
    _accept(made, "own_chaired", "coordinator", sittings["chaired"])
    for name, who in (("own_new", "officer"), ("other_new", "probation_officer"), ("excluded_new", "officer"),
                      ("own_returned", "officer"), ("other_returned", "probation_officer"),
                      ("excluded_returned", "officer")):
        _nominate(made, name, who, made.world.clinic)
        if name == "excluded_new":
            _change(made, "detective", made.things["new_nomination"]["excluded"])
        if name.startswith("excluded"):
            _shut_out(made, name)
        if name.endswith("returned"):
            _return(made, name, "coordinator")
    _nominate(made, "own_withdrawn", "officer", made.world.clinic)
    with doing(made, "officer", _PRIOR) as work:
        nominations.withdraw(work, made.things["withdrawn_nomination"]["own"],
                             f"No longer: {made.token('nomination', 'own_withdrawn', 'police')}.")
    _publish(made, "coordinator", sittings["planned"])
    for relation in ("own", "other", "excluded"):
        _add_late(made, relation, "coordinator", sittings["planned"])
    _hear(made, "coordinator", "deputy", sittings["closed"], "closed", ("own", "other", "excluded"))
    _hear(made, "coordinator", "chair", sittings["running"], "running", ("own", "other", "excluded"))
    _hear(made, "coordinator", "deputy", sittings["chaired"], "chaired", ("own",))
    _minute(made, "minute_taker", "deputy", "coordinator", sittings["closed"], "own")
    _minutes_on_their_way(made, "coordinator", sittings)
    _import(made, "coordinator", made.world.clinic, "own")
    _draft(made, "own", "officer", made.world.clinic)
    _draft(made, "other", "probation_officer", made.world.clinic)


def _marac(made: Scenery) -> None:
    world = made.world
    sittings = _meetings(made, "other_coordinator", world.marac, "foreign")
    for stage in ("closed", "running", "planned"):
        name = f"foreign_{stage}"
        _nominate(made, name, "outsider", world.marac)
        _accept(made, name, "other_coordinator", sittings[stage])
        _answer(made, name, "outsider", sittings[stage])
    _nominate(made, "foreign_carried", "outsider", world.marac)
    _carry_over(made, "foreign", "other_coordinator", sittings)
    for name in ("foreign_new", "foreign_returned", "foreign_waiting"):
        _nominate(made, name, "outsider", world.marac)
    _wait(made, "foreign_waiting", "other_coordinator", sittings["drafted"])
    _return(made, "foreign_returned", "other_coordinator")
    with doing(made, "other_coordinator", _PRIOR) as work:
        exclusions.exclude(work, made.cases["foreign_planned"], Who(user_id=world.users["probation_officer"]),
                           "user_is_party")
    _publish(made, "other_coordinator", sittings["planned"])
    _add_late(made, "foreign", "other_coordinator", sittings["planned"])
    _hear(made, "other_coordinator", "chair", sittings["closed"], "closed", ("foreign",))
    _hear(made, "other_coordinator", "chair", sittings["running"], "running", ("foreign",))
    _minute(made, "other_coordinator", "chair", "other_coordinator", sittings["closed"], "foreign")
    _minutes_on_their_way(made, "other_coordinator", sittings)
    _import(made, "other_coordinator", world.marac, "foreign")
    _draft(made, "foreign", "outsider", world.marac)


def _meetings(made: Scenery, who: str, panel_id: UUID, relation: str) -> dict[str, UUID]:
    """Put the panel's meetings into the calendar and return their ids by stage."""
    found = {}
    made.things["panel_id"][relation] = panel_id
    for stage, day in DAYS.items():
        place = made.token("place", f"{relation}_meeting", stage)
        starts = time(13, 30) if stage == "chaired" else time(9, 30)
        with doing(made, who, LONG_AGO) as work:
            found[stage] = scheduling.schedule(work, panel_id, NewMeeting(
                MeetingKind.EXTRAORDINARY, When(day, starts, 240), MeetingMode.HYBRID, f"Room {place}"))
        made.things[f"{stage}_meeting"][relation] = found[stage]
    with doing(made, who, LONG_AGO) as work:
        agenda.start(work, found["drafted"])
    return found


def _nominate(made: Scenery, name: str, who: str, panel_id: UUID) -> None:
    def said(kind: str) -> str:
        return made.token(kind, name, agency=_agency(who))

    with doing(made, who, _PRIOR) as work:
        draft = _said(said, who, panel_id == made.world.clinic, len(made.cases))
        nomination_id = nominations.submit(work, panel_id, draft)
    with made.world.looking() as session:
        nomination = session.get_one(Nomination, nomination_id)
    relation, stage = name.split("_")
    made.things[f"{stage}_nomination"][relation] = nomination.id
    made.things[f"{stage}_case"][relation] = nomination.case_id
    made.references[nomination.reference] = name
    made.cases[name] = nomination.case_id


def _said(said: Callable[[str], str], who: str, on_clinic: bool, number: int) -> NominationDraft:
    """Return a nomination in which every text is a token of its own, and nothing is left out."""
    # The words are spelt almost alike: days of birth of their own keep people from being taken for one another.
    later = timedelta(days=411 * number)
    criteria = ("persistent_or_recurring", "advocate_concern") if on_clinic else (
        "visible_high_risk", "professional_judgement")
    child = PartyDraft(said("person"), "", (), date(1985, 2, 28) + later, kind=PartyKind.CHILD, school=said("person"),
                       note=said("person"), id=uuid4())
    return NominationDraft(
        victim=PartyDraft(said("person"), said("person"), (said("person"),), date(1970, 5, 17) + later),
        perpetrator=PartyDraft(said("person"), said("person"), (said("person"),), date(1965, 3, 2) + later),
        others=(child,), relationship="ex_partner", behaviours=("following",), four=dict.fromkeys(Four, Answer.YES),
        incidents=(Incident(date(2026, 10, 2), said("nomination"), id=uuid4()),), criteria=criteria,
        criteria_reasons={criteria[1]: said("nomination")}, risk_tool="s_dash", risk_result=said("nomination"),
        risk_assessed_on=date(2026, 10, 3), risk_assessor=said("nomination"), children=1,
        last_incident_on=date(2026, 10, 2), incidents_last_12_months=4, victim_aware=VictimAwareness.AWARE,
        consent=ConsentPosition.NOT_SOUGHT_UNSAFE,
        sharing=SharingDraft(said("nomination"), "art6_1_e_public_task", "", said("nomination")),
        victim_wishes=said("nomination"), advocate_offered=AdvocateOffer.ACCEPTED, question=said("nomination"),
        narrative=said("nomination"), presenter=said("nomination"), contact_name="A Contact",
        contact_email=f"contact@{_agency(who)}.example",
        contact=SafeContactDraft(said("contact"), said("contact"), Answer.NO, said("contact")),
        emergency=True, emergency_reason=said("nomination"), nothing_to_say=frozenset({"offences", "orders"}),
    )


def _draft(made: Scenery, relation: str, who: str, panel_id: UUID) -> None:
    """Let somebody write a whole nomination and not send it."""
    told = _said(lambda _: made.token("draft", f"{relation}_draft", who), who, panel_id == made.world.clinic,
                 len(made.cases))
    with doing(made, who, _PRIOR) as work:
        draft_id = drafts.begin(work, panel_id)
    with doing(made, who, _PRIOR) as work:
        drafts.save(work, draft_id, "victim", lambda _: told, 1, later=True)
    made.things["draft_id"][relation] = draft_id
    made.things["person_entry"][relation] = told.others[0].id
    made.things["incident_entry"][relation] = told.incidents[0].id


def _change(made: Scenery, who: str, nomination_id: UUID) -> None:
    """Let somebody begin to change what their agency has said of a case from which they are kept afterwards."""
    token = made.token("draft", "excluded_draft", who)
    with doing(made, who, _PRIOR) as work:
        draft_id = drafts.begin_change(work, nomination_id)
    with doing(made, who, _PRIOR) as work:
        drafts.save(work, draft_id, "behaviour", lambda said: replace(said, narrative=token), 1, later=True)
    with made.world.looking() as session:
        said = drafts.answers_of(session.get_one(Draft, draft_id))
    made.things["draft_id"]["excluded"] = draft_id
    made.things["person_entry"]["excluded"] = said.others[0].id
    made.things["incident_entry"]["excluded"] = said.incidents[0].id


def _agency(who: str) -> str:
    return {"officer": "police", "detective": "police", "probation_officer": "probation", "outsider": "health",
            "advocate": "advocacy", "housing_officer": "housing"}[who]


def _shut_out(made: Scenery, case: str) -> None:
    """Close a case to some who would read it, and to housing, before anybody is asked about it."""
    users, agencies = made.world.users, made.world.agencies
    people_ = (Who(user_id=users[name]) for name in ("detective", "minute_taker", "deputy"))
    for who in (*people_, Who(agency_id=agencies["housing"])):
        with doing(made, "coordinator", _PRIOR) as work:
            exclusions.exclude(work, made.cases[case], who, "user_is_party")


def _redirect(made: Scenery, relation: str, sender: str, coordinator: str, panels: tuple[UUID, UUID]) -> None:
    """Let one panel redirect a nomination to the other. What it says is plain: it is the same in both cases."""
    here, there = panels
    criteria = ("persistent_or_recurring",) if here == made.world.clinic else ("visible_high_risk",)
    with doing(made, sender, _PRIOR) as work:
        first_id = nominations.submit(work, here, make.draft(criteria=criteria, last_incident_on=None))
    with doing(made, coordinator, _PRIOR) as work:
        nominations.triage(work, first_id, TriageDecision(
            TriageOutcome.REDIRECT, "It belongs there.", redirect_to=there))
    with made.world.looking() as session:
        first = session.get_one(Nomination, first_id)
        copy = session.scalars(select(Nomination).where(Nomination.redirected_from_id == first_id)).one()
    other = "own" if relation == "foreign" else "foreign"
    made.references |= {first.reference: f"{other}_redirected", copy.reference: f"{relation}_offered"}
    made.things["offered_nomination"][relation] = copy.id


def _hand_over(made: Scenery, relation: str, sender: str, coordinator: str, partner: str) -> None:
    """Let one panel hand a case over to the other: refused once, and open now. What goes to the other is plain."""
    name, clinic, marac = f"{relation}_handed", made.world.clinic, made.world.marac
    here, there = (marac, clinic) if relation == "foreign" else (clinic, marac)
    criteria = ("visible_high_risk",) if here == marac else ("persistent_or_recurring",)
    with doing(made, sender, _PRIOR) as work:
        nomination_id = nominations.submit(work, here, make.draft(criteria=criteria, last_incident_on=None, orders=()))
    with made.world.looking() as session:
        said = session.get_one(Nomination, nomination_id)
    made.things["handed_nomination"][relation], made.things["handed_case"][relation] = said.id, said.case_id
    made.references[said.reference], made.cases[name] = name, said.case_id
    if relation == "excluded":
        _shut_out(made, name)
    _wait(made, name, coordinator, made.things["drafted_meeting"]["foreign" if here == marac else "own"])
    with doing(made, coordinator, _PRIOR) as work:
        handovers.offer(work, said.case_id, HandoverDraft(there, made.token("handover", name)))
    with doing(made, partner, _PRIOR) as work:
        handovers.answer(work, _handed(made, said.case_id).case_id, HandoverAnswer(False, made.token("handover", name)))
    with doing(made, coordinator, NOW - timedelta(hours=1)) as work:
        handovers.offer(work, said.case_id, HandoverDraft(there, "They live together now."))
    copy, other = _handed(made, said.case_id), "own" if there == clinic else "foreign"
    made.references[copy.reference] = f"{other}_handing"
    made.things["handing_case"].setdefault(other, copy.case_id)


def _handed(made: Scenery, case_id: UUID) -> Nomination:
    """Return the nomination of the case that another panel is offered."""
    with made.world.looking() as session:
        return session.scalars(select(Nomination).join(Handover, Handover.case_id == Nomination.case_id).where(
            Handover.partner_case_id == case_id)).one()


def _accept(made: Scenery, name: str, who: str, meeting_id: UUID) -> None:
    relation, stage = name.split("_")
    with doing(made, who, _PRIOR) as work:
        nominations.triage(work, made.things[f"{stage}_nomination"][relation],
                           TriageDecision(TriageOutcome.ACCEPT, meeting_id=meeting_id))


def _wait(made: Scenery, name: str, who: str, meeting_id: UUID) -> None:
    """Accept a case and take it off its agenda again: it waits for one."""
    _accept(made, name, who, meeting_id)
    with made.world.looking() as session:
        item = session.scalars(select(AgendaItem).where(AgendaItem.case_id == made.cases[name])).one()
        version = session.scalars(select(Agenda.version).where(Agenda.meeting_id == meeting_id)).one()
    with doing(made, who, _PRIOR) as work:
        running_order.remove(work, meeting_id, version, item.id)


def _carry_over(made: Scenery, relation: str, who: str, sittings: dict[str, UUID]) -> None:
    """Let an earlier meeting not have heard two cases: one is taken off with a reason and put back, one stays."""
    meeting_id = sittings["planned"]
    _accept(made, f"{relation}_carried", who, meeting_id)
    for name in (f"{relation}_planned", f"{relation}_carried"):
        with made.world.office.changing(SystemActor("command line"), _PRIOR) as work:
            work.require(may_install)
            item = work.session.scalars(select(AgendaItem).where(
                AgendaItem.case_id == made.cases[name], AgendaItem.meeting_id == meeting_id)).one()
            item.deferred_from_id = sittings["closed"]
            work.record(AuditVerb.IMPORT, "World")
        with made.world.looking() as session:
            version = session.scalars(select(Agenda.version).where(Agenda.meeting_id == meeting_id)).one()
        if name.endswith("carried"):
            made.things["carried_item"][relation] = item.id
            continue
        with doing(made, who, _PRIOR) as work:
            drops.drop(work, meeting_id, version, item.id, Drop(DropReason.OTHER, f"For {made.token('drop', name)}."))
        with doing(made, who, _PRIOR) as work:
            running_order.add_case(work, meeting_id, version + 1, made.cases[name])


def _return(made: Scenery, name: str, who: str) -> None:
    relation, stage = name.split("_")
    reason = made.token("nomination", name)
    with doing(made, who, _PRIOR) as work:
        nominations.triage(work, made.things[f"{stage}_nomination"][relation],
                           TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, f"Say more of {reason}."))


def _answer(made: Scenery, name: str, who: str, meeting_id: UUID) -> None:
    agency = _agency(who)
    with made.world.looking() as session:
        request = session.scalars(select(ResearchRequest).where(
            ResearchRequest.case_id == made.cases[name], ResearchRequest.meeting_id == meeting_id,
            ResearchRequest.agency_id == made.world.agencies[agency])).one()
    text = made.token("research", name, agency)
    with doing(made, who, _PRIOR + timedelta(days=1)) as work:
        research.give(work, request.id, request.version, ResearchAnswer(
            (Known.VICTIM,), f"We know {text}.",
            third_party_report=f"For us, {made.token('restricted', name, agency)}.",
            professional_opinion=f"We think {made.token('research', name, agency)}.",
            intelligence_restricted=f"Between us, {made.token('restricted', name, agency)}.",
            suggested=f"Let us {made.token('research', name, agency)}.",
            handling={InformationKind.THIRD_PARTY_REPORT: HandlingCode.OWN}))
    relation, stage = name.split("_")
    made.things[f"{stage}_request_of_{agency}"][relation] = request.id


def _publish(made: Scenery, who: str, meeting_id: UUID) -> None:
    with made.world.looking() as session:
        version = session.scalars(select(Agenda.version).where(Agenda.meeting_id == meeting_id)).one()
    with doing(made, who, _PRIOR + timedelta(days=2)) as work:
        running_order.add_item(work, meeting_id, version, f"Item {made.token('item', _panel_of(who))}")
    with made.world.looking() as session:
        version = session.scalars(select(Agenda.version).where(Agenda.meeting_id == meeting_id)).one()
    with doing(made, who, _PRIOR + timedelta(days=2)) as work:
        editions.publish(work, meeting_id, version)
    with doing(made, who, _PRIOR + timedelta(days=2)) as work:
        locking.lock(work, meeting_id, version + 1)
    with doing(made, who, _PRIOR + timedelta(days=2)) as work:
        locking.unlock(work, meeting_id, f"For {made.token('unlocking', _panel_of(who))}.")
    with made.world.looking() as session:
        for item in session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)):
            name = next((n for n, id_ in made.cases.items() if id_ == item.case_id), None)
            if name is not None and name.endswith("planned"):
                made.things["item_id"][name.split("_")[0]] = item.id


def _add_late(made: Scenery, relation: str, who: str, meeting_id: UUID) -> None:
    """Let the chair be asked about a case that waits, refuse it, and be asked again."""
    name, at = f"{relation}_waiting", _PRIOR + timedelta(days=3)
    for again in (False, True):
        with doing(made, who, at) as work:
            asked = additions.ask(work, meeting_id, made.cases[name], AdditionKind.LATE,
                                  f"For {made.token('addition', name)}.")
        if not again:
            with doing(made, "chair", at) as work:
                additions.answer(work, asked.id, AdditionAnswer(False, f"Not for {made.token('addition', name)}."))
    made.things["addition_id"][relation] = asked.id


def _relation_of(who: str) -> str:
    return "foreign" if who == "other_coordinator" else "own"


def _panel_of(who: str) -> str:
    return f"{_relation_of(who)}_meeting"


def _hear(made: Scenery, who: str, chair: str, meeting_id: UUID, stage: str, relations: tuple[str, ...]) -> None:
    """Start a meeting, type notes and agree an action on each case; close it if that is its stage."""
    day = _CLOSED_ON if stage == "closed" else _RUNS_ON
    at = datetime.combine(day, time(9, 35), UTC)
    world = made.world
    owners = {"own": "probation", "other": "police", "excluded": "advocacy", "foreign": "health"}
    with doing(made, who, at) as work:
        hearings.start(work, meeting_id, world.users[chair])
    with doing(made, who, at) as work:
        attendance.mark_all_present(work, meeting_id)
    for relation in relations:
        name = f"{relation}_{stage}"
        with world.looking() as session:
            hearing = session.scalars(select(Hearing).where(
                Hearing.meeting_id == meeting_id, Hearing.case_id == made.cases[name])).one()
        made.things[f"{stage}_hearing"][relation] = hearing.id
        with doing(made, who, at) as work:
            hearings.begin(work, hearing.id)
        if who == "coordinator":
            with doing(made, "advocate", at) as work:
                advocacy.say(work, hearing.case_id, meeting_id, VoiceKind.VIEWS, VictimFeedback.GIVEN,
                             f"Fears {made.token('voice', name)}.")
        with doing(made, who, at) as work:
            hearings.save_notes(work, hearing.id, f"They said {made.token('notes', name)}.", 0)
            hearings.save_notes(work, hearing.id, f"High: {made.token('notes', name)}.", 0, NoteSection.RISK)
        with doing(made, who, at) as work:
            made.things[f"{stage}_guest"][relation] = room.welcome(
                work, hearing.id, f"Dr {made.token('guest', name)}", f"Ward {made.token('guest', name)}")
        owner = owners[relation]
        with doing(made, who, at) as work:
            reference = actions.agree(work, hearing.id, NewAction(
                f"Do {made.token('action', name, owner)}.", world.agencies[owner], None, day + timedelta(days=14)))
        made.references[reference] = name
        with world.looking() as session:
            action = session.scalars(select(Action).where(Action.reference == reference)).one()
        made.things[f"{stage}_action"][relation] = action.id
        if stage == "closed":
            with doing(made, who, at) as work:
                hearings.decide(work, hearing.id, HearingOutcome.HEARD_ACTIONS_SET, None, None, 1)
    with doing(made, who, at + timedelta(minutes=5)) as work:
        adjournments.adjourn(work, meeting_id, f"For {made.token('adjournment', _panel_of(who), stage)}.")
    with doing(made, who, at + timedelta(minutes=10)) as work:
        adjournments.resume(work, meeting_id)
    if stage == "closed":
        with doing(made, who, at + timedelta(hours=2)) as work:
            hearings.close(work, meeting_id)
        _report(made, relations, owners, at + timedelta(days=1))


def _report(made: Scenery, relations: tuple[str, ...], owners: dict[str, str], at: datetime) -> None:
    """Let the owners of the closed meeting's actions say that they are done."""
    speakers = {"probation": "probation_officer", "police": "officer", "advocacy": "advocate", "health": "outsider"}
    for relation in relations:
        name, owner = f"{relation}_closed", owners[relation]
        action_id = made.things["closed_action"][relation]
        with made.world.looking() as session:
            version = session.get_one(Action, action_id).version
        with doing(made, speakers[owner], at) as work:
            actions.report(work, action_id, True, f"Done: {made.token('report', name, owner)}.", version)


def _minute(made: Scenery, writer: str, approver: str, sender: str, meeting_id: UUID, relation: str) -> None:
    """Draft, approve and circulate the minutes of a closed meeting; then begin a second version's draft."""
    at = datetime.combine(_CLOSED_ON, time(15, 0), UTC)
    with doing(made, writer, at) as work:
        minutes.draft(work, meeting_id, markup.render)
    with doing(made, writer, at) as work:
        approvals.send_to_chair(work, meeting_id)
    with made.world.reading(approver, at) as work:
        seen = minutes.approval_page(work, meeting_id).seen
    with doing(made, approver, at) as work:
        version_id = approvals.approve(work, meeting_id, seen)
    with doing(made, sender, at) as work:
        receipts.circulate(work, version_id)
    made.things["version_id"][relation] = version_id
    with made.world.looking() as session:
        names = {id_: name for name, id_ in made.cases.items()}
        for section in session.scalars(select(MinuteSection).where(MinuteSection.version_id.is_(None))):
            name = names.get(section.case_id)
            if name is not None:
                made.things["section_id"][name.split("_")[0]] = section.id
        for receipt in session.scalars(select(Receipt).where(Receipt.version_id == version_id)):
            user = next(n for n, id_ in made.world.users.items() if id_ == receipt.user_id)
            if (relation, user) in (("own", "officer"), ("foreign", "outsider")):
                made.things["receipt_id"][relation] = receipt.id
        made.things["versions"][relation] = session.get_one(MinuteVersion, version_id).id


def _minutes_on_their_way(made: Scenery, who: str, sittings: dict[str, UUID]) -> None:
    """Hold short meetings: one still runs; minutes of the others are not begun, a draft, with the chair, approved."""
    for stage in ("empty", "unwritten", "written", "with_chair", "approved"):
        at = min(datetime.combine(DAYS[stage], time(9, 35), UTC), NOW)
        with doing(made, who, at) as work:
            hearings.start(work, sittings[stage], made.world.users["chair"])
        if stage == "empty":
            continue
        with doing(made, who, at + timedelta(hours=1)) as work:
            hearings.close(work, sittings[stage])
        if stage != "unwritten":
            with doing(made, who, at + timedelta(hours=2)) as work:
                minutes.draft(work, sittings[stage], markup.render)
        if stage in ("with_chair", "approved"):
            with doing(made, who, at + timedelta(hours=2)) as work:
                approvals.send_to_chair(work, sittings[stage])
    relation = _relation_of(who)
    with doing(made, "chair", at + timedelta(hours=3)) as work:
        made.things["uncirculated_version"][relation] = approvals.approve(
            work, sittings["approved"], made.seen(relation, "approved"))


def _import(made: Scenery, who: str, panel_id: UUID, relation: str) -> None:
    """Let a coordinator bring in a file of one row that cannot go in, and leave it waiting."""
    told = made.token("batch", f"{relation}_batch")
    line = {"source_reference": f"{relation}/1", "panel": "Nowhere", "narrative": told}
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        made.things["batch_id"][relation] = imports.look(work, panel_id, COLUMNS, [(2, line)])
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        unreadable = imports.keep(work, panel_id, b"x")
        exported = imports.keep(work, panel_id, b"x")
    made.things["unmatched_batch"][relation] = exported
    import_works.read(made.world.office, NOW, exported, [*(f"Their {column}" for column in MAPPED),
                                                         made.token("batch", f"{relation}_batch")], [])
    _export(made, who, panel_id, relation)
    # Quotes its headings, and so whatever stands in its first line.
    import_works.refuse(made.world.office, NOW, unreadable, made.token("batch", f"{relation}_batch"))


def _export(made: Scenery, who: str, panel_id: UUID, relation: str) -> None:
    """Let a coordinator say the columns of an export, and stop a file half-way."""
    theirs = {column: f"Their {column}" for column in MAPPED}
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        exported = imports.keep(work, panel_id, b"x")
        stopped = imports.look(work, panel_id, COLUMNS, [(2, {"source_reference": f"{relation}/2"})])
    made.things["stopped_batch"][relation] = stopped
    import_works.read(made.world.office, NOW, exported, list(theirs.values()), [])
    agency = made.world.agencies["police" if relation == "own" else "health"]
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        column_maps.match(work, exported, MapDraft("Their system", agency, theirs))
        imports.discard(work, exported)
        batch = work.session.get_one(ImportBatch, stopped)
        batch.status, batch.stop, batch.row_count, batch.left = ImportStatus.STOPPED, Stop.BY_HAND, 1, 1
        made.things["map_id"][relation] = work.session.scalar(
            select(ColumnMap.id).where(ColumnMap.panel_id == panel_id))


def _accounts(made: Scenery) -> None:
    """Things of one person each, links of letters, and rows of the directory."""
    world = made.world
    for relation, who in (("own", "officer"), ("other", "probation_officer"), ("foreign", "outsider")):
        with doing(made, who, LONG_AGO) as work:
            made.things["token"][relation] = feeds.make(work, NewFeed("Phone"))
        with world.looking() as session:
            made.things["feed_id"][relation] = session.scalars(
                select(CalendarFeed.id).where(CalendarFeed.user_id == world.users[who])).one()
            made.things["seat_id"][relation] = session.scalars(
                select(Membership.id).where(Membership.user_id == world.users[who])
                .order_by(Membership.panel_id != world.clinic)).first()
        with world.office.beside("tests") as session:
            token = sessions.open_new(session, NOW, world.users[who], {}, "another browser")
        with world.looking() as session:
            made.things["session_id"][relation] = session.scalars(
                select(UserSession.id).where(UserSession.token_hash == sessions.hash_of(token))).one()
        made.things["user_id"][relation] = world.users[who]
        agency = world.agencies[_agency(who)]
        made.things["agency_id"][relation] = agency
    _letters_of_accounts(made)
    _judge(made)
    _investigate(made)
    _tell_incidents(made)
    _put_up_flags(made)
    _close_and_reopen(made)
    _put_orders(made)
    _put_addresses(made)
    _assess(made)
    _dispute(made)
    _press(made)
    _declare(made, "excluded_planned", "detective", "own")
    _declare(made, "foreign_planned", "probation_officer", "foreign")
    with world.looking() as session:
        for relation, name in (("own", "excluded_planned"), ("foreign", "foreign_planned")):
            made.things["exclusion_id"][relation] = session.scalars(
                select(CaseExclusion.id).where(CaseExclusion.case_id == made.cases[name])).first()


def _judge(made: Scenery) -> None:
    """Call a victim of each panel's coming case and one of its running case different people."""
    for relation, of, who in (("own", "other", "coordinator"), ("foreign", "foreign", "other_coordinator")):
        case_id, other_id = made.cases[f"{relation}_planned"], made.cases[f"{of}_running"]
        with doing(made, who, NOW - timedelta(hours=1)) as work:
            links.judge(work, case_id, victim_of(made, case_id), victim_of(made, other_id), same=False)
        with made.world.looking() as session:
            made.things["link_id"][relation] = session.scalars(select(PersonLink.id).where(
                or_(PersonLink.case_id == case_id, PersonLink.other_case_id == case_id))).one()


def _investigate(made: Scenery) -> None:
    """Say how each panel's coming cases stand, and what was considered."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation, case_id = name.removesuffix("_planned"), made.cases[name]
        who = "other_coordinator" if relation == "foreign" else "coordinator"
        with doing(made, who, NOW - timedelta(hours=1)) as work:
            investigations.take(work, case_id, Step(
                InvestigationStatus.EARLY_ADVICE_REQUESTED, date(2026, 11, 1), made.token("clock", name)))
            investigations.answer_four_a(work, case_id, FourAConsidered.YES_NOT_MET, made.token("clock", name))
        with made.world.looking() as session:
            made.things["step_id"][relation] = session.scalars(
                select(InvestigationStep.id).where(InvestigationStep.case_id == case_id)).one()


def _tell_incidents(made: Scenery) -> None:
    """Write down in each panel's coming cases what was put right since, and what is restricted to who told it."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation, case_id = name.removesuffix("_planned"), made.cases[name]
        who = "outsider" if relation == "foreign" else "probation_officer" if relation == "other" else "officer"
        told = Incident(date(2026, 11, 3), made.token("incident", name), ("following",),
                        information=InformationKind.FACT)
        secret = replace(told, what=made.token("restricted", name, _agency(who)),
                         information=InformationKind.INTELLIGENCE_RESTRICTED)
        at = NOW - timedelta(hours=1)
        with doing(made, who, at) as work:
            incidents.tell(work, case_id, [told])
            incidents.tell(work, case_id, [secret])
        with made.world.looking() as session:
            rows = select(IncidentRow).where(IncidentRow.case_id == case_id, IncidentRow.nomination_id.is_(None))
            kinds = {row.information: row.id for row in session.scalars(rows)}
        with doing(made, who, at) as work:
            incidents.correct(work, case_id, kinds[told.information], replace(told, what=made.token("incident", name)),
                              made.token("incident", name))
        with made.world.looking() as session:
            made.things["incident_id"][relation] = session.scalars(rows.where(
                IncidentRow.replaces_id.is_not(None))).one().id


def _close_and_reopen(made: Scenery) -> None:
    """Close each panel's heard cases, and open them again."""
    for name in [name for name in made.cases if name.endswith("_closed")]:
        who = "other_coordinator" if name.startswith("foreign") else "coordinator"
        with doing(made, who, NOW - timedelta(hours=1)) as work:
            said = Closing(CloseReason.RISK_REDUCED, made.token("closing", name), all_the_same=True)
            closings.close(work, made.cases[name], said)
            closings.reopen(work, made.cases[name], made.token("closing", name))


def _put_up_flags(made: Scenery) -> None:
    """Let each agency that takes part in a panel's coming cases flag its own file."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        speakers = {"outsider"} if name.startswith("foreign") else {
            "officer", "probation_officer", "advocate", "housing_officer"}
        for who in sorted(speakers - ({"housing_officer"} if name.startswith("excluded") else set())):
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                flags.put_up(work, made.cases[name], made.token("flag", name, _agency(who)))


def _put_orders(made: Scenery) -> None:
    """Tell of an order in each panel's coming cases, and of two breaches, one of which nobody has looked at."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation, case_id = name.removesuffix("_planned"), made.cases[name]
        foreign = relation == "foreign"
        who, keeper = ("outsider", "other_coordinator") if foreign else ("officer", "coordinator")

        def said(name=name) -> str:
            return made.token("order", name)

        with doing(made, who, NOW - timedelta(hours=3)) as work:
            orders.add(work, case_id, NewOrder("restraining_conviction", OrderEvent(
                OrderEventKind.MADE, date(2026, 11, 2), None, said()), said(), said()))
        with made.world.looking() as session:
            order_id = made.things["order_id"][relation] = session.scalars(
                select(Order.id).where(Order.case_id == case_id)).one()
        with doing(made, who, NOW - timedelta(hours=2)) as work:
            orders.tell(work, case_id, order_id, OrderEvent(OrderEventKind.SERVED, date(2026, 11, 3)))
        for day in (4, 5):
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                orders.breach(work, case_id, order_id, NewBreach(date(2026, 11, day), said()))
        with made.world.looking() as session:
            made.things["event_id"][relation] = session.scalars(select(OrderRow.id).where(
                OrderRow.order_id == order_id, OrderRow.kind == OrderEventKind.SERVED)).one()
            looked_at, made.things["breach_id"][relation] = session.scalars(
                select(Breach.id).where(Breach.order_id == order_id).order_by(Breach.happened_on))
        with doing(made, keeper, NOW - timedelta(minutes=30)) as work:
            orders.check_repeat(work, case_id, looked_at, RepeatAnswer(False, said()))


def _put_addresses(made: Scenery) -> None:
    """Put a card, three addresses that somebody has looked at, and a known one into each panel's coming cases."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        first, second = ("other_coordinator", "chair") if name.startswith("foreign") else ("coordinator", "advocate")
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
            work.asked = True
            case = work.session.get_one(Case, made.cases[name])
            bound = {"panel_id": case.panel_id, "case_id": case.id, "agency_id": made.world.agencies["council"]}
            card = ContactCard(
                **bound, entered_by_id=made.world.users[first], entered_at=work.now,
                ways=[{"channel": "text", "safety": "safe", "to": made.token("contact", name)}],
                times=made.token("contact", name), may_answer=made.token("contact", name),
                code_word=made.token("contact", name), unsafe_people=made.token("contact", name),
                notes=made.token("contact", name))
            work.session.add(card)
            refused, kept, waiting = (SafeAddress(
                **bound, status=status, address=made.token("address", name), in_spite=made.token("address", name),
                refusal=made.token("refusal", name) if status is AddressStatus.REFUSED else "",
                proposed_by_id=made.world.users["lapsed"], proposed_at=work.now, decided_by_id=decider and
                made.world.users[decider], decided_at=work.now if decider else None,
            ) for status, decider in ((AddressStatus.REFUSED, first), (AddressStatus.CONFIRMED, second),
                                      (AddressStatus.WAITING, None)))
            perpetrator = work.session.scalars(select(Person).where(
                Person.case_id == case.id, Person.kind == PartyKind.PERPETRATOR)).one()
            for row in (refused, kept, waiting):
                work.seal_for(row.id)
                work.session.add(row)
            work.session.flush()
            work.session.add(AddressReveal(
                **bound, address_id=kept.id, reason=RevealReason.CHECK, words=made.token("refusal", name),
                revealed_by_id=made.world.users[second], revealed_at=work.now))
            known = KnownAddress(
                **bound, person_id=perpetrator.id, address=made.token("known", name),
                entered_by_id=made.world.users[first], entered_at=work.now)
            work.session.add(known)
            work.session.flush()
            relation = name.removesuffix("_planned")
            made.things["address_id"][relation], made.things["known_id"][relation] = kept.id, known.id
            made.things["waiting_address"][relation] = waiting.id
            work.record("create", card)


def _assess(made: Scenery) -> None:
    """Assess each panel's coming cases: one counts, a lower one was refused, another waits; a clinic plans."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        decider = "other_coordinator" if name.startswith("foreign") else "coordinator"
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
            work.asked = True
            case = work.session.get_one(Case, made.cases[name])
            signed = {"panel_id": case.panel_id, "case_id": case.id, "agency_id": made.world.agencies["council"],
                      "entered_by_id": made.world.users["lapsed"], "entered_at": work.now}
            rows = [RiskAssessment(
                **signed, tool=tool, tool_version="", change=change, result=made.token("risk", name),
                judgement=made.token("risk", name), assessed_on=date(2026, 11, 2), assessor=made.token("risk", name),
                because=made.token("risk", name), status=status,
                refusal=made.token("risk", name) if status is RiskStatus.REFUSED else "",
                decided_by_id=made.world.users[decider] if status is RiskStatus.REFUSED else None,
            ) for tool, change, status in (
                ("sash", RiskChange.FIRST, RiskStatus.COUNTS), ("sash", RiskChange.LOWERED, RiskStatus.REFUSED),
                ("srp", RiskChange.LOWERED, RiskStatus.WAITING))]
            work.session.add_all((*rows, RiskPrompt(
                panel_id=case.panel_id, case_id=case.id, cause=AskCause.MOVE, happened_on=date(2026, 11, 2),
                asked_at=work.now)))
            if not name.startswith("foreign"):
                parts = ("formulation", "scenarios", "victim_safety", "management")
                work.session.add(RiskPlan(**signed, typology="rejected", **{
                    part: made.token("plan", name) for part in parts}))
            work.session.flush()
            work.record("create", rows[0])
            made.things["assessment_id"][name.removesuffix("_planned")] = rows[-1].id


def _dispute(made: Scenery) -> None:
    """Dispute responses in each panel's coming cases: one waits, one was answered, one was taken back."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        disputes, responds = ("health", "probation") if name.startswith("foreign") else ("advocacy", "police")
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
            work.asked = True
            case, agencies = work.session.get_one(Case, made.cases[name]), made.world.agencies
            signed = {"panel_id": case.panel_id, "case_id": case.id, "entered_by_id": made.world.users["lapsed"],
                      "entered_at": work.now}
            waiting, answered, ended = (Dispute(
                **signed, agency_id=agencies[disputes], responder_id=agencies[responds],
                response=ResponseKind.LOW_PRIORITY, responded_on=date(2026, 11, 2), words=made.token("dispute", name),
            ) for _ in range(3))
            ended.taken_back_at, ended.why = work.now, made.token("dispute", name)
            ended.taken_back_by_id = made.world.users["lapsed"]
            work.session.add_all((waiting, answered, ended))
            work.session.flush()
            work.session.add(DisputeAnswer(
                **signed, dispute_id=answered.id, agency_id=agencies[responds], outcome=DisputeOutcome.STANDS,
                words=made.token("dispute", name)))
            work.session.flush()
            work.record("create", waiting)
            made.things["dispute_id"][name.removesuffix("_planned")] = waiting.id


def _press(made: Scenery) -> None:
    """Ask agencies about each panel's coming cases: one question is open, one waits for the chair, one was ratified."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation = name.removesuffix("_planned")
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=3)) as work:
            work.asked = True
            waiting, answers = _question(made, work, name, "pressing", 3)
            closed, _ = _question(made, work, name, "pressing", -1)
            ended, last = _question(made, work, name, "urgent", -1)
            answers[0].reply = answers[0].reason = None
            # What its agency said first is nobody's to read any more.
            first = last[0].reason
            made.tokens[first] = Token(first, "pressing", name, "")
            last[0].handling, last[0].reason = HandlingCode.OWN, made.token("restricted", name, _pressed(name)[0])
            ended.outcome, ended.words = UrgentOutcome.DECIDED, made.token("urgent", name)
            ended.decided_at, ended.decided_by_id = work.now, made.world.users["lapsed"]
            ended.ratified, ended.ratified_words = True, made.token("urgent", name)
            ended.ratified_in_id = made.things["running_meeting"]["foreign" if relation == "foreign" else "own"]
            work.session.flush()
            work.record("create", ended)
        made.things["urgent_answer"][relation] = answers[0].id
        for thing, decision in (("closed_question", closed), ("decided_question", ended)):
            made.things[thing][relation] = decision.id


def _pressed(name: str) -> tuple[str, str]:
    return ("health", "probation") if name.startswith("foreign") else ("police", "advocacy")


def _question(made: Scenery, work: Any, name: str, kind: str, hours: int) -> tuple[UrgentDecision, list[UrgentAnswer]]:
    """Ask two agencies, both of which have agreed."""
    case, lapsed = work.session.get_one(Case, made.cases[name]), made.world.users["lapsed"]
    of = {"panel_id": case.panel_id, "case_id": case.id}
    decision = UrgentDecision(**of, question=made.token(kind, name), quorum=2, asked_at=work.now, asked_by_id=lapsed,
                              closes_at=NOW + timedelta(hours=hours))
    work.session.add(decision)
    work.session.flush()
    answers = [UrgentAnswer(**of, decision_id=decision.id, agency_id=made.world.agencies[agency], given_by_id=lapsed,
                            reply=UrgentReply.AGREE, reason=made.token(kind, name), given_at=work.now)
               for agency in _pressed(name)]
    work.session.add_all(answers)
    work.session.flush()
    return decision, answers


def _declare(made: Scenery, name: str, who: str, meeting: str) -> None:
    """Let somebody who is shut out of a case have declared it, and somebody in words; nobody speaks instead yet."""
    world, meeting_id = made.world, made.things["planned_meeting"][meeting]
    with world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
        work.asked = True
        case = work.session.get_one(Case, made.cases[name])
        said = {"panel_id": case.panel_id, "meeting_id": meeting_id, "user_id": world.users[who], "knows": True,
                "agency_id": world.agencies[_agency(who)], "declared_at": work.now}
        of_case = Interest(**said, case_id=case.id, key_owner_id=case.id, ground="user_related_to_party",
                           words=made.token("interest", name))
        work.session.add_all((of_case, Interest(**said, key_owner_id=meeting_id,
                                                words=made.token("interest", f"{meeting}_meeting"))))
        work.session.flush()
        work.record("create", of_case)
        made.things["interest_id"][meeting] = of_case.id


def victim_of(made: Scenery, case_id: UUID) -> UUID:
    return _person_of(made, case_id, PartyKind.VICTIM)


def perpetrator_of(made: Scenery, case_id: UUID) -> UUID:
    return _person_of(made, case_id, PartyKind.PERPETRATOR)


def _person_of(made: Scenery, case_id: UUID, kind: PartyKind) -> UUID:
    with made.world.looking() as session:
        return session.scalars(select(Person.id).where(Person.case_id == case_id, Person.kind == kind)).one()


def _letters_of_accounts(made: Scenery) -> None:
    """Invite two people, end the accounts of two, and start a reset: what the links of such letters open."""
    world = made.world
    of_panels = (("own", "coordinator", world.clinic), ("foreign", "other_coordinator", world.marac))
    for relation, who, panel_id in of_panels:
        for kind in ("invited", "disabled"):
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                user_id = people.invite(work, PersonDraft(
                    f"{kind.title()} Testwell", f"{kind}.{relation}@police.example", world.agencies["police"]))
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                members.add(work, panel_id, SeatDraft(user_id, world.agencies["police"], MembershipRole.PRESENTER,
                                                      NOW.date()))
            made.things[f"{kind}_user"][relation] = user_id
        with doing(made, who, NOW - timedelta(minutes=50)) as work:
            people.disable(work, made.things["disabled_user"][relation])
    with doing(made, "admin", NOW - timedelta(hours=1)) as work:
        people.start_reset(work, world.users["lapsed"])
    made.things["invitation_token"]["own"] = _secret(made, made.things["invited_user"]["own"])
    made.things["reset_token"]["own"] = _secret(made, world.users["lapsed"])


def _secret(made: Scenery, user_id: UUID) -> str:
    with made.world.looking() as session:
        letter = session.scalars(select(QueuedLetter).where(
            QueuedLetter.user_id == user_id, QueuedLetter.secret_sealed.is_not(None))).one()
        return outbox.secret_of(session, letter)


def empty_sealed_fields(office: Any) -> set[str]:
    """Return the sealed columns in which no row of the scenery holds anything."""
    empty = set()
    with office.engine.connect() as connection:
        for name, table in metadata.tables.items():
            for column in table.c:
                if column.name.endswith("_sealed") and not connection.scalar(
                    sa.select(sa.func.count()).where(column.is_not(None))
                ):
                    empty.add(f"{name}.{column.name}")
    return empty
