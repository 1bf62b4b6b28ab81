"""What there is to prepare of a panel's next meeting, as far as somebody may know of it: selected at once.

Which of it is asked hangs on the parts that somebody has there; what is told of it is in `services.preparing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, and_, bindparam, case, exists, func, or_, select, union_all

from clinic.domain import agenda as order_rules
from clinic.domain.actions import OPEN, OWED
from clinic.domain.actors import RUNNERS, SPEAKERS, Actor, UserStatus
from clinic.domain.agenda import PlannedItem
from clinic.domain.arrivals import MONTHS, Arrivals, begins, told
from clinic.domain.attendance import Outlook
from clinic.domain.cases import CaseStatus
from clinic.domain.declarations import DeclarationKind
from clinic.domain.entries import DeadlineKind
from clinic.domain.meetings import InviteStatus, MeetingStatus, deadlines_of, local_day
from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import PanelType, Rules
from clinic.domain.research import WAITING, ResearchStatus
from clinic.models.account import Membership, User
from clinic.models.action import Action
from clinic.models.agency import Agency
from clinic.models.agenda import Agenda, AgendaItem, EditionItem, EditionReading
from clinic.models.case import Case
from clinic.models.clock import Clock
from clinic.models.declaration import Declaration
from clinic.models.meeting import Invitation, Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel, PanelRules
from clinic.models.research import ResearchRequest
from clinic.policy import actions as action_policy
from clinic.policy import agenda as agenda_policy
from clinic.policy import cases as case_policy
from clinic.policy import clocks as clock_policy
from clinic.policy import declarations as declaration_policy
from clinic.policy import meetings as meeting_policy
from clinic.policy import presenting as presenting_policy
from clinic.policy import research as research_policy
from clinic.policy.once import once
from clinic.services import (
    agenda,
    audience,
    capacity,
    cutoffs,
    editions,
    expectations,
    holidays,
    needed,
    presenters,
    research,
    tasks,
)
from clinic.services import waiting as waiting_cases
from clinic.services.capacity import Room
from clinic.services.editions import Edition
from clinic.services.needed import Needed
from clinic.services.tasks import Task
from clinic.services.together import Together, together
from clinic.services.work import Work

_PANEL, _MEETING = bindparam("panel_id"), bindparam("meeting_id")
_BEGINS = [bindparam(f"month_{place}", type_=Nomination.submitted_at.type) for place in range(MONTHS)]
_NOW = bindparam("now", type_=Meeting.ends_at.type)
_TODAY, _DAY = bindparam("today", type_=Date()), bindparam("day", type_=Date())


@dataclass(frozen=True)
class Preparations:
    """A panel, its next meeting if there is one, and the rows that were selected of it, by name."""

    actor: Actor
    panel: Panel
    rules: PanelRules
    meeting: Meeting | None
    members: int
    today: date
    found: dict[str, list[Any]]

    @property
    def is_planned(self) -> bool:
        """Whether there is a meeting that has not begun."""
        return self.meeting is not None and self.meeting.status is MeetingStatus.PLANNED

    @property
    def is_in_writing(self) -> bool:
        """Whether the next meeting is a round in writing, to which nobody comes."""
        return self.meeting is not None and self.meeting.mode.is_in_writing

    @property
    def hears_cases(self) -> bool:
        return self.panel.type is not PanelType.CPS_SCRUTINY_PANEL

    @cached_property
    def waiting(self) -> tuple[Task, ...]:
        """Return what waits for the actor on the panel, as it is counted for every page."""
        return tasks.of_rows(self.actor, self.found).get(self.panel.id, ())

    @cached_property
    def own(self) -> Any:
        """Return how the meeting stands with the actor and its agenda, in one row."""
        return next(iter(self.found.get("own", ())), None)

    @cached_property
    def holidays(self) -> Any:
        return holidays.around(self.panel.nation, self.today.year)

    @cached_property
    def days(self) -> dict[DeadlineKind, date]:
        """Return the days by which things of the meeting are due."""
        rules = Rules(**{name: getattr(self.rules, name) for name in Rules.names()})
        return deadlines_of(self.panel.type, self.day, rules, self.holidays, self.meeting.mode)

    @property
    def day(self) -> date:
        return local_day(self.meeting.starts_at)

    @cached_property
    def draft(self) -> list[PlannedItem]:
        return agenda.planned_items(sorted(self.found["draft"], key=lambda row: (row.position, row.id)))

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """Return the actor's own editions of the agenda."""
        by_number: dict[int, list[Any]] = {}
        for row in sorted(self.found["editions"], key=lambda row: (row.edition, row.position, row.item_id)):
            by_number.setdefault(row.edition, []).append(row)
        return editions.own_of(
            Edition(number, rows[0].published_at, rows[0].opened_at, tuple((row, None) for row in rows))
            for number, rows in by_number.items())

    @property
    def is_changed(self) -> bool:
        """Whether the draft is another than what its readers have."""
        return not self.editions or order_rules.as_read(self.editions[-1].items) != order_rules.as_read(self.draft)

    @cached_property
    def room(self) -> Room | None:
        """Return how full the meeting is, to those who build its agenda, until it begins."""
        if not self.is_planned or not self.hears_cases or "draft" not in self.found or self.is_in_writing:
            return None
        used = sum(item.minutes for item in self.draft) if self.draft else None
        return capacity.room_of(self.meeting, self.panel.type, self.rules.max_cases, used,
                                sum(item.is_case for item in self.draft), self.own.edition, self.own.status,
                                cutoffs.is_late_by(self.meeting, self.rules.nomination_cutoff_days, self.panel.nation,
                                                   0, self.today))

    @cached_property
    def outlook(self) -> Outlook | None:
        rows = [*self.found.get("wanted", ()), *self.found.get("invited", ())]
        return expectations.of_rows(rows).get(self.meeting.id) if rows else None

    @property
    def arrivals(self) -> Arrivals | None:
        """Return how many nominations came in month by month, to those who run a panel that hears cases."""
        if "arrivals" not in self.found or not self.hears_cases:
            return None
        return told(self.today, {row.month: row.count for row in self.found["arrivals"]})

    @cached_property
    def needed(self) -> Needed | None:
        """Return from when to when the actor's agencies are needed, by the agenda as they have it."""
        agencies = research_policy.speaks_for(self.actor, self.panel.id)
        if not agencies or not self.editions or self.is_in_writing:
            return None
        items = self.editions[-1].items
        slots = order_rules.clock_times(items, self.meeting.starts_at)
        heard = [(item.case_id, slot) for item, slot in zip(items, slots, strict=True) if item.is_case]
        return needed.among(heard, agencies, needed.of_rows(self.found["asked"])) if heard else None


def of_row(work: Work, row: Any) -> Preparations:
    """Return what there is to prepare on a panel of `overviews.rows_of`. One statement."""
    (panel, meeting, members, rules), today = row, local_day(work.now)
    found = _asked(work.actor, panel.id, meeting is not None).rows(work.session, {
        **tasks.values_of(work.now, [row], []), "panel_id": panel.id, "meeting_id": meeting.id if meeting else None,
        "day": local_day(meeting.starts_at) if meeting else today,
        **{parameter.key: begin for parameter, begin in zip(_BEGINS, begins(today), strict=True)},
        "red": today + timedelta(days=rules.clock_red_days), "amber": today + timedelta(days=rules.clock_amber_days),
    })
    return Preparations(work.actor, panel, rules, meeting, members, today, found)


@once
def _asked(actor: Actor, panel_id: UUID, is_coming: bool) -> Together:
    """Select what waits on a panel, and what belongs to the roles that the actor has there; of its next meeting, where
    one is coming.
    """
    parts = [(RUNNERS, _of_panel)]
    if is_coming:
        parts += [(agenda_policy.READERS, _of_reader), (RUNNERS, _of_runner), (SPEAKERS, _of_speaker)]
    selects = tasks.selects_of(actor, (panel_id,)) | {"emergencies": _emergencies(actor)}
    for roles, part in parts:
        if actor.holds(panel_id, roles):
            selects |= part(actor)
    return together(selects)


def _emergencies(actor: Actor) -> Select:
    """Select the panel's emergency meetings that are not over, of which the actor may know."""
    return (
        select(Meeting.id, Meeting.starts_at, Meeting.ends_at, Meeting.status).select_from(Meeting)
        .where(Meeting.panel_id == _PANEL, Meeting.case_id.is_not(None), meeting_policy.is_open_to(actor, Meeting),
               Meeting.status.in_(tasks.OPEN_MEETINGS),
               or_(Meeting.ends_at > _NOW, Meeting.status == MeetingStatus.IN_PROGRESS)))


def _of_panel(actor: Actor) -> dict[str, Select]:
    """Select what runs out on the panel, meeting or none."""
    late = and_(Action.status.in_(list(OWED)), Action.due_on < _TODAY)
    return {
        "actions": (
            select(Agency.name.label("agency"), func.count(Action.id).label("open"), _counted(late).label("late"),
                   func.min(case((late, Action.due_on))).label("due_on"))
            .select_from(Action).join(Agency, Agency.id == Action.owner_agency_id)
            .where(Action.panel_id == _PANEL, Action.status.in_(list(OPEN)), action_policy.visible_to(actor))
            .group_by(Agency.name)),
        "clocks": (
            select(func.count(Clock.id).label("near"), _counted(Clock.due_on <= bindparam("red")).label("red"),
                   _counted(Clock.due_on < _TODAY).label("passed"), func.min(Clock.due_on).label("due_on"))
            .select_from(Clock)
            .where(Clock.panel_id == _PANEL, Clock.ended_at.is_(None), Clock.met_on.is_(None),
                   Clock.due_on <= bindparam("amber"), clock_policy.visible_to(actor))),
        "cases": (
            select(func.count(Case.id).label("open")).select_from(Case)
            .where(Case.panel_id == _PANEL, Case.status == CaseStatus.OPEN, case_policy.visible_to(actor))),
        "ready": (
            select(func.count(Case.id).label("count")).select_from(Case)
            .join(Nomination, Nomination.case_id == Case.id).where(waiting_cases.ready(actor, _PANEL, _DAY))),
        "arrivals": _arrivals(actor),
    }


def _arrivals(actor: Actor) -> Select:
    """Select how many nominations came in, by the place of their month. What another panel offers has not come in; what
    it has handed over came when it was taken.
    """
    taken_at = func.coalesce(Nomination.requeued_at, Nomination.submitted_at)
    came = union_all(
        _came(actor, Nomination.submitted_at, Nomination.redirected_from_id.is_(None)),
        _came(actor, taken_at, Nomination.redirected_from_id.is_not(None),
              Nomination.status != NominationStatus.OFFERED)).subquery()
    return select(came.c.month, func.count().label("count")).select_from(came).group_by(came.c.month)


def _came(actor: Actor, at: Any, *conditions: Any) -> Select:
    month = case(*((at < begin, place) for place, begin in enumerate(_BEGINS[1:])), else_=MONTHS - 1)
    return select(month.label("month")).select_from(Nomination).where(
        Nomination.panel_id == _PANEL, at >= _BEGINS[0], *conditions, case_policy.known_to(actor, Nomination))


def _counted(condition: Any) -> Any:
    """Return of how many rows a condition holds; nothing where there is no row."""
    return func.sum(case((condition, 1), else_=0))


def _of_reader(actor: Actor) -> dict[str, Select]:
    """Select what everybody has to do who reads the papers, and the editions as they may see them."""
    return {
        "own": (
            select(declaration_policy.owed_by(actor).label("owed"), Invitation.comes, Invitation.answered_sequence,
                   Invitation.sequence_sent, Agenda.status, Agenda.edition).select_from(Meeting)
            .outerjoin(Agenda, Agenda.meeting_id == Meeting.id)
            .outerjoin(Invitation, and_(Invitation.meeting_id == Meeting.id, Invitation.user_id == actor.user_id,
                                        Invitation.status == InviteStatus.SENT))
            .where(Meeting.id == _MEETING)),
        "editions": (
            select(EditionItem.id, EditionItem.edition, EditionItem.published_at, EditionItem.item_id,
                   EditionItem.kind, EditionItem.position, EditionItem.minutes, EditionItem.case_id,
                   EditionReading.opened_at).select_from(EditionItem)
            .outerjoin(EditionReading, and_(EditionReading.meeting_id == EditionItem.meeting_id,
                                            EditionReading.edition == EditionItem.edition,
                                            EditionReading.user_id == actor.user_id))
            .where(EditionItem.meeting_id == _MEETING, agenda_policy.visible_to(actor, EditionItem))),
    }


def _of_runner(actor: Actor) -> dict[str, Select]:
    """Select what those who run the meeting see to."""
    missing = ResearchRequest.status.in_(list(WAITING))
    here = (AgendaItem.meeting_id == _MEETING,)
    return {
        "draft": (
            select(AgendaItem.id, AgendaItem.kind, AgendaItem.minutes, AgendaItem.case_id, AgendaItem.position)
            .select_from(AgendaItem).where(*here, agenda_policy.visible_to(actor))),
        "research": (
            select(Agency.name.label("agency"), func.count(ResearchRequest.id).label("asked"),
                   _counted(missing).label("missing"),
                   _counted(and_(missing, ResearchRequest.due_on < _TODAY)).label("late"),
                   func.min(case((missing, ResearchRequest.due_on))).label("due_on"))
            .select_from(ResearchRequest).join(Agency, Agency.id == ResearchRequest.agency_id)
            .where(ResearchRequest.meeting_id == _MEETING, ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT,
                   research.on_agenda(), research_policy.visible_to(actor))
            .group_by(Agency.name)),
        "unpresented": (
            select(func.count(AgendaItem.id).label("count")).select_from(AgendaItem)
            .where(*here, presenting_policy.visible_to(actor), presenters.is_missing())),
        "readers": _readers(),
        "wanted": expectations.wanted([_MEETING]),
        "invited": expectations.invited([_MEETING], _TODAY),
    }


def _readers() -> Select:
    """Select who is asked for the undertaking, and whether they have given it."""
    signed = exists().where(
        Declaration.meeting_id == _MEETING, Declaration.user_id == Membership.user_id,
        Declaration.kind == DeclarationKind.CONFIDENTIALITY)
    return (
        select(Membership.user_id, signed.label("signed")).select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.panel_id == _PANEL, Membership.role.in_(list(agenda_policy.READERS)),
               *audience.valid_on(Membership, _DAY), User.status == UserStatus.ACTIVE)
        .distinct()
    )


def _of_speaker(_: Actor) -> dict[str, Select]:
    return {"asked": needed.asked(_MEETING)}
