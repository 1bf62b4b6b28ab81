"""Whoever must not know of a case meets every list, count, clock, flag and neighbour as if it were not there."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from clinic.domain.actors import SystemActor
from clinic.domain.addresses import AddressDraft
from clinic.domain.agenda import Direction
from clinic.domain.breaches import NewBreach
from clinic.domain.cases import PartyKind
from clinic.domain.disputes import NewDispute, ResponseKind
from clinic.domain.drafts import PartyDraft
from clinic.domain.emergencies import Emergency
from clinic.domain.handovers import HandoverDraft
from clinic.domain.incidents import Incident, InformationKind
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingMode, When, local_day, local_time
from clinic.domain.order_events import NewOrder, OrderEvent, OrderEventKind
from clinic.domain.risks import AskCause, NewAssessment
from clinic.domain.urgent import Said, UrgentOutcome, UrgentQuestion, UrgentReply
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.case import Person
from clinic.models.interest import Interest
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.models.urgent import UrgentAnswer
from clinic.scheduler import timetable
from clinic.services import (
    addresses,
    agenda,
    disputes,
    editions,
    emergencies,
    flags,
    handovers,
    incidents,
    known_addresses,
    links,
    meetings,
    order_pages,
    orders,
    references,
    risk_pages,
    risks,
    running_order,
    urgent,
)
from clinic.web import clock
from tests import make

# What each reader opens: the lists of the case record, and of what stands beside it, and a case that is linked.
RECORD = ("", "/timeline", "/risk", "/clocks", "/orders", "/disputes", "/urgent", "/emergency-meeting",
          "/voice", "/known-addresses", "/handover")
PAGES = {
    "coordinator": (
        "/meetings", "/panels/{panel}/meetings",
        "/", "/cases", "/panels/{panel}", "/panels/{panel}/clocks?show=all", "/panels/{panel}/orders",
        "/panels/{panel}/orders?show=to_check", "/panels/{panel}/flags", "/panels/{panel}/flags?show=lapsed",
        "/panels/{panel}/flags.csv", "/panels/{panel}/nominations-each-month.csv",
        "/panels/{panel}/handovers", "/panels/{panel}/desk", "/risks", "/nominations",
        "/meetings/{meeting}/agenda", "/meetings/{meeting}/hearing",
        "/meetings/{meeting}/research", "/meetings/{meeting}/research/grid", "/meetings/{meeting}/interests",
        "/meetings/{meeting}/interests/declared",
        "/interests", *(f"/cases/{{case}}{page}" for page in RECORD), "/cases/{case}/matches"),
    "officer": ("/", "/cases", "/orders", "/actions", "/research", "/disputes", "/urgent", "/panels/{panel}/flags",
                "/panels/{panel}/clocks?show=all", "/meetings/{meeting}/agenda", "/meetings/{meeting}/interests",
                "/panels/{panel}", "/cases/{case}"),
    "chair": ("/", "/panels/{panel}", "/urgent", "/meetings/{meeting}/hearing"),
    "advocate": ("/", "/panels/{panel}", "/safe-contacts", "/victims-voice", "/orders", "/research", "/safe-addresses"),
}
# What would be the same for whoever may know of the case: nothing in it has lapsed, and these are of one case alone.
THE_SAME = {"/panels/{panel}/flags?show=lapsed", *(f"/cases/{{case}}{page}" for page in RECORD[1:])}
_KEYS = r'(name="csrf_token" value="|data-token="|name="form_key" value=")[^"]*'
_TOKENS = re.compile(_KEYS.encode())
_PASSING = re.compile(_KEYS + r"|\d{1,2}(:\d\d)?(am|pm)")


@pytest.fixture
def world(site):
    return replace(site.world, now=clock.now())


def test_a_case_changes_no_page_of_whoever_must_not_know_of_it(site, world):
    at = {"panel": world.clinic, "meeting": make.meeting(world, world.now + timedelta(days=10)),
          "case": make.accepted(world)}
    with world.changing("coordinator") as work:
        agenda.start(work, at["meeting"])
    make.listed(world, at["case"], at["meeting"], asked=("police", "advocacy"))
    timetable.set_clocks(world.office, None)
    before = seen(site, at)
    hidden = (everything(world, at), new(world), called(world))
    timetable.set_clocks(world.office, None)
    told = seen(site, at, THE_SAME)
    for case_id in hidden:
        for who in PAGES:
            make.excluded(world, case_id, who=who)
    after = seen(site, at)
    assert not [page for page in before if after[page] != before[page]]
    changed = {path for (who, path), text in told.items() if text != before[who, path]}
    assert {path for _, path in told} == changed, "a page that tells of no case shows nothing here"


def test_a_case_changes_no_edition_paper_or_letter_of_whoever_must_not_know_of_it(site, world, monkeypatch):
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.clock"):
        monkeypatch.setattr(f"{module}.now", lambda: world.now)
    at = {"meeting": make.meeting(world, world.now + timedelta(days=20))}
    make.listed(world, make.accepted(world), at["meeting"], asked=("police", "advocacy"))
    make.listed(world, make.accepted(world), at["meeting"], asked=("police", "advocacy"))
    publish(world, at)
    copies(site, at)  # a first reading is written down, and a second one says so
    before, told = copies(site, at), letters_of(world, "officer")
    hidden = make.accepted(world, "probation_officer", victim=PartyDraft("Quilla", "Elsewhere"))
    make.excluded(world, hidden, who="officer")
    make.listed(world, hidden, at["meeting"], asked=("police", "advocacy"))
    others = letters_of(world, "advocate")
    put_between(world, at, hidden)
    publish(world, at)
    assert copies(site, at) == before
    assert letters_of(world, "officer") == told and letters_of(world, "advocate") == others + 1
    paper = site.browser("advocate").client.get(f"/meetings/{at['meeting']}/agenda.pdf").data
    assert len(cases_of(paper)) == 3 and len(cases_of(before["/agenda.pdf"])) == 2


def publish(world, at):
    with world.changing("coordinator") as work:
        version = agenda.version_seen_by(work, agenda.standing(work, meetings.find(work, at["meeting"])))
        editions.publish(work, at["meeting"], version)


def put_between(world, at, case_id):
    """Move a case, which came last, to between the two before it."""
    with world.changing("coordinator") as work:
        version = agenda.version_seen_by(work, agenda.standing(work, meetings.find(work, at["meeting"])))
        item_id = work.session.scalars(select(AgendaItem.id).where(AgendaItem.case_id == case_id)).one()
        running_order.move(work, at["meeting"], version, item_id, Direction.UP)


def copies(site, at):
    """Return every form of what the officer has of the agenda, as bytes."""
    client = site.browser("officer").client
    found = {part: client.get(f"/meetings/{at['meeting']}{part}") for part in
             ("", "/agenda/edition", "/agenda/print", "/agenda.pdf", "/research")}
    assert {answer.status_code for answer in found.values()} == {200}
    return {part: re.sub(_TOKENS, b"", answer.data) for part, answer in found.items()}


def cases_of(paper):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    return set(re.findall(r"PM-\d{4}-\d{6}", text))


def letters_of(world, who):
    with world.looking() as session:
        return session.scalar(select(func.count(QueuedLetter.id)).where(
            QueuedLetter.user_id == world.users[who], QueuedLetter.kind == LetterKind.AGENDA_READY))


def seen(site, at, without=frozenset()):
    """Return what each reader is answered, but for keys of forms and times of day."""
    browsers = {who: site.browser(who) for who in PAGES}
    return {(who, path): _PASSING.sub("", browsers[who].client.get(path.format(**at)).text)
            for who, paths in PAGES.items() for path in paths if path not in without}


def new(world):
    nomination_id = make.nominated(world, "probation_officer")
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id


def everything(world, at):
    """Return a case in which something stands on each of these lists, and which is linked to the one that is seen."""
    today = local_day(world.now)
    case_id = make.accepted(world, "probation_officer", victim=PartyDraft("Quilla", "Elsewhere"))
    make.listed(world, case_id, at["meeting"], asked=("police", "advocacy", "probation"))
    make.unchecked(world, case_id, world.now - timedelta(days=400))
    perpetrators = [somebody(world, id_) for id_ in (at["case"], case_id)]
    with world.changing("coordinator") as work:
        links.judge(work, case_id, *reversed(perpetrators), same=True)
    with world.changing("probation_officer") as work:
        incidents.tell(work, case_id, [Incident(today, "Waited.", information=InformationKind.FACT)])
        known_addresses.add(work, case_id, perpetrators[1], "2 Known Road ZZ8 8ZZ")
        made = OrderEvent(OrderEventKind.MADE, today - timedelta(days=9), today + timedelta(days=90))
        orders.add(work, case_id, NewOrder("dapo", made, "Northmere Magistrates", "Not to go near."))
        risks.ask(work, case_id, AskCause.MOVE, today)
        disputes.dispute(work, case_id, NewDispute(
            world.agencies["police"], ResponseKind.LOW_PRIORITY, today, "He was there."))
    with world.changing("probation_officer") as work:
        order_id = order_pages.page(work, case_id).orders[0].id
        orders.breach(work, case_id, order_id, NewBreach(today, "Waited outside."))
    for result, because in (("high", ""), ("moderate", "He is in custody.")):
        with world.reading("probation_officer") as work:
            state = risk_pages.page(work, case_id).state
        with world.changing("probation_officer") as work:
            risks.assess(work, case_id, NewAssessment("sash", "", result, today, "A. Assessor", "Known.", because),
                         state)
    with world.changing("officer") as work:
        flags.put_up(work, case_id, "NP/77")
    with world.changing("coordinator") as work:
        addresses.propose(work, case_id, AddressDraft("1 Hidden Lane ZZ9 9ZZ"))
        handovers.offer(work, case_id, HandoverDraft(world.marac, "They live together now."))
    pressed(world, case_id)
    owed(world, case_id, at["meeting"])
    kept_out(world, case_id, at["meeting"])
    return case_id


def called(world):
    """Return a case about which an emergency meeting is called."""
    case_id = make.accepted(world, "probation_officer", victim=PartyDraft("Odile", "Elsewhere"))
    soon = world.now + timedelta(days=2)
    with world.changing("chair") as work:
        emergencies.call(work, case_id, Emergency(
            When(local_day(soon), local_time(soon), 30), MeetingMode.VIRTUAL,
            frozenset(world.agencies[name] for name in ("police", "probation", "advocacy")),
            world.now + timedelta(days=1)))
    return case_id


def pressed(world, case_id):
    """Ask two agencies: one question that waits for an answer, one that was decided, and one that waits for the chair.
    """
    agencies, at = ("police", "probation"), world.now - timedelta(hours=2)
    questions = []
    for hours in (4, 1, 1):
        with world.changing("coordinator", at) as work:
            questions.append(urgent.ask(work, case_id, UrgentQuestion(
                "Is an alarm put in?", frozenset(world.agencies[name] for name in agencies), 2,
                at + timedelta(hours=hours))))
    for question in questions[1:]:
        with world.looking() as session:
            rows = session.scalars(select(UrgentAnswer).where(UrgentAnswer.decision_id == question)).all()
        for row in rows:
            who = "officer" if row.agency_id == world.agencies["police"] else "probation_officer"
            with world.changing(who, at) as work:
                urgent.answer(work, row.id, Said(UrgentReply.AGREE, "Yes."), row.version)
    with world.changing("chair") as work:
        urgent.decide(work, questions[1], UrgentOutcome.DECIDED, "It is put in.")


def somebody(world, case_id):
    with world.looking() as session:
        return session.scalars(select(Person.id).where(
            Person.case_id == case_id, Person.kind == PartyKind.PERPETRATOR)).one()


def owed(world, case_id, meeting_id):
    """Let the police owe an action in a case."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        row = Action(panel_id=world.clinic, case_id=case_id, meeting_id=meeting_id, text="Visit.", agreed_at=world.now,
                     reference=references.fresh(work.session, "AC", Action.reference, world.now),
                     due_on=local_day(world.now), owner_agency_id=world.agencies["police"])
        work.session.add(row)
        work.session.flush()
        work.record("create", row)


def kept_out(world, case_id, meeting_id):
    """Let probation's officer keep out of a case, and nobody be named who speaks instead."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        row = Interest(panel_id=world.clinic, case_id=case_id, key_owner_id=case_id, meeting_id=meeting_id,
                       user_id=world.users["probation_officer"], agency_id=world.agencies["probation"], knows=True,
                       ground="user_is_party", declared_at=world.now)
        work.session.add(row)
        work.record("create", row)
