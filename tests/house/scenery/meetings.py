"""A panel's meetings at every stage: asked about, published, heard, minuted; and conflicts declared before them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic.documents import markup
from clinic.domain.actions import NewAction
from clinic.domain.actors import SystemActor
from clinic.domain.additions import AdditionAnswer, AdditionKind
from clinic.domain.advocacy import VictimFeedback, VoiceKind
from clinic.domain.hearings import HearingOutcome
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import MeetingKind, MeetingMode, When
from clinic.domain.notes import NoteSection
from clinic.domain.research import AskAgainReason, HandlingCode, Known, ResearchAnswer
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.interest import Interest
from clinic.models.minute import MinuteSection, MinuteVersion, Receipt
from clinic.models.research import ResearchRequest
from clinic.services import (
    actions,
    additions,
    adjournments,
    advocacy,
    agenda,
    approvals,
    attendance,
    editions,
    hearings,
    locking,
    minutes,
    receipts,
    research,
    research_again,
    room,
    running_order,
    scheduling,
)
from clinic.services.scheduling import NewMeeting
from tests import make
from tests.house.scenery.made import (
    _CLOSED_ON,
    _RUNS_ON,
    DAYS,
    LONG_AGO,
    NOW,
    PRIOR,
    Scenery,
    agency_of,
    doing,
    relation_of,
)


def plan(made: Scenery, who: str, panel_id: UUID, relation: str) -> dict[str, UUID]:
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


def answer(made: Scenery, name: str, who: str, meeting_id: UUID) -> None:
    agency = agency_of(who)
    with made.world.looking() as session:
        request = session.scalars(select(ResearchRequest).where(
            ResearchRequest.case_id == made.cases[name], ResearchRequest.meeting_id == meeting_id,
            ResearchRequest.agency_id == made.world.agencies[agency])).one()
    text = made.token("research", name, agency)
    with doing(made, who, PRIOR + timedelta(days=1)) as work:
        research.give(work, request.id, request.version, ResearchAnswer(
            (Known.VICTIM,), f"We know {text}.",
            third_party_report=f"For us, {made.token('restricted', name, agency)}.",
            professional_opinion=f"We think {made.token('research', name, agency)}.",
            intelligence_restricted=f"Between us, {made.token('restricted', name, agency)}.",
            suggested=f"Let us {made.token('research', name, agency)}.",
            handling={InformationKind.THIRD_PARTY_REPORT: HandlingCode.OWN}))
    relation, stage = name.split("_")
    made.things[f"{stage}_request_of_{agency}"][relation] = request.id


def answer_anew(made: Scenery, name: str, agency: str, who: str, meeting_id: UUID) -> None:
    """Ask an agency again that has answered, and let it begin what it says now."""
    at = PRIOR + timedelta(days=1)
    with doing(made, "coordinator", at) as work:
        research_again.ask(work, meeting_id, made.cases[name], AskAgainReason.OTHER, {made.world.agencies[agency]})
    with made.world.looking() as session:
        request = session.scalars(select(ResearchRequest).where(
            ResearchRequest.case_id == made.cases[name], ResearchRequest.meeting_id == meeting_id,
            ResearchRequest.agency_id == made.world.agencies[agency])).one()
    with doing(made, who, at) as work:
        research.give(work, request.id, request.version, ResearchAnswer(
            (), f"By now, {made.token('anew', name, agency)}."), later=True)


def publish(made: Scenery, who: str, meeting_id: UUID) -> None:
    version = make.agenda_version(made.world, meeting_id)
    with doing(made, who, PRIOR + timedelta(days=2)) as work:
        running_order.add_item(work, meeting_id, version, f"Item {made.token('item', _panel_of(who))}")
    with doing(made, who, PRIOR + timedelta(days=2)) as work:
        editions.publish(work, meeting_id, make.agenda_version(made.world, meeting_id))
    with doing(made, who, PRIOR + timedelta(days=2)) as work:
        locking.lock(work, meeting_id, make.agenda_version(made.world, meeting_id))
    with doing(made, who, PRIOR + timedelta(days=2)) as work:
        locking.unlock(work, meeting_id, f"For {made.token('unlocking', _panel_of(who))}.")
    with made.world.looking() as session:
        for item in session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)):
            name = next((n for n, id_ in made.cases.items() if id_ == item.case_id), None)
            if name is not None and name.endswith("planned"):
                made.things["item_id"][name.split("_")[0]] = item.id


def add_late(made: Scenery, relation: str, who: str, meeting_id: UUID) -> None:
    """Let the chair be asked about a case that waits, refuse it, and be asked again."""
    name, at = f"{relation}_waiting", PRIOR + timedelta(days=3)
    for again in (False, True):
        with doing(made, who, at) as work:
            asked = additions.ask(work, meeting_id, made.cases[name], AdditionKind.LATE,
                                  f"For {made.token('addition', name)}.")
        if not again:
            with doing(made, "chair", at) as work:
                additions.answer(work, asked.id, AdditionAnswer(False, f"Not for {made.token('addition', name)}."))
    made.things["addition_id"][relation] = asked.id


def _panel_of(who: str) -> str:
    return f"{relation_of(who)}_meeting"


def hear(made: Scenery, who: str, chair: str, meeting_id: UUID, stage: str, relations: tuple[str, ...]) -> None:
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


def minute(made: Scenery, writer: str, approver: str, sender: str, meeting_id: UUID, relation: str) -> None:
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


def minutes_on_their_way(made: Scenery, who: str, sittings: dict[str, UUID]) -> None:
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
    relation = relation_of(who)
    with doing(made, "chair", at + timedelta(hours=3)) as work:
        made.things["uncirculated_version"][relation] = approvals.approve(
            work, sittings["approved"], made.seen(relation, "approved"))


def declare(made: Scenery, name: str, who: str, meeting: str) -> None:
    """Let somebody who is shut out of a case have declared it, and somebody in words; nobody speaks instead yet."""
    world, meeting_id = made.world, made.things["planned_meeting"][meeting]
    with world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
        work.asked = True
        case = work.session.get_one(Case, made.cases[name])
        said = {"panel_id": case.panel_id, "meeting_id": meeting_id, "user_id": world.users[who], "knows": True,
                "agency_id": world.agencies[agency_of(who)], "declared_at": work.now}
        of_case = Interest(**said, case_id=case.id, key_owner_id=case.id, ground="user_related_to_party",
                           words=made.token("interest", name))
        work.session.add_all((of_case, Interest(**said, key_owner_id=meeting_id,
                                                words=made.token("interest", f"{meeting}_meeting"))))
        work.session.flush()
        work.record("create", of_case)
        made.things["interest_id"][meeting] = of_case.id
