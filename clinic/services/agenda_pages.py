"""The page on which the agenda of a meeting is built: the draft, and what waits to be added to it.

Whoever may not read drafts gets the newest edition at the same address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import aliased, load_only

from clinic.domain import agenda as rules
from clinic.domain.actors import Actor, SystemActor
from clinic.domain.agenda import AgendaItemKind, AgendaStatus, Fit
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.research import ANSWERED, ResearchStatus
from clinic.domain.risks import is_stale
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.agenda import Agenda, AgendaItem, PresenterHours
from clinic.models.case import Case
from clinic.models.clock import Clock
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel, PanelRules, Term
from clinic.models.research import ResearchRequest
from clinic.models.risk import RiskAssessment, RiskPlan
from clinic.policy import agenda as policy
from clinic.policy.once import ONCE, once
from clinic.services import (
    actions,
    clocks,
    cutoffs,
    declarations,
    edition_pages,
    expectations,
    locking,
    matches,
    presenters,
    repeats,
    risk_pages,
    waiting,
)
from clinic.services import agenda as agenda_
from clinic.services.actions import ActionLine
from clinic.services.clocks import Running
from clinic.services.edition_pages import ReaderPage
from clinic.services.locking import LockLine
from clinic.services.presenters import Presents
from clinic.services.repeats import Returned
from clinic.services.work import Work

# The column beside the order shows so many waiting cases, the longest-waiting first.
MOST_WAITING = 25


@dataclass(frozen=True, slots=True)
class About:
    """What a runner wants to know of a case at a glance; the risk is in the words of its own tool."""

    reference: str
    relationship: str
    risk_tool: str
    risk_result: str
    agency: str
    #: a lower result waits for a second person; until then the one above counts
    lowering: bool
    #: the result is older than the panel wants
    is_old: bool


@dataclass(frozen=True, slots=True)
class BuildLine:
    """A line of the draft; `about` is None for a line without a case."""

    id: UUID
    number: int
    kind: AgendaItemKind
    title: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    case_id: UUID | None
    about: About | None
    deferred_from: datetime | None
    #: the day on which its review was due, of one that came for that
    review_on: date | None
    asked: int
    answered: int
    #: which agency presents it, and whether somebody has said that they will
    presents: Presents | None
    #: the earlier case of the same pair
    returned: Returned | None
    #: what runs out next in the case, where it is near
    clock: Running | None

    @property
    def is_missed(self) -> bool:
        """Whether who presents it cannot be there for all of it."""
        return self.presents is not None and self.presents.confirmed and not self.presents.hours.cover(
            self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class WaitingLine:
    case_id: UUID
    kind: AgendaItemKind
    minutes: int
    about: About
    accepted_at: datetime | None
    #: the day on which its review is due; whether it has been on a list for that
    review_on: date | None
    was_listed: bool
    returned: Returned | None
    clock: Running | None


@dataclass(frozen=True, slots=True)
class BuildPage:
    """`version` is 0 while there is no agenda yet; `open` says whether it can still be changed."""

    meeting_id: UUID
    reference: str
    panel: str
    starts_at: datetime
    ends_at: datetime
    finishes_at: datetime
    meeting_status: MeetingStatus
    status: AgendaStatus | None
    edition: int
    version: int
    lines: tuple[BuildLine, ...]
    fit: Fit
    #: nobody meets, so that cases take no time
    is_in_writing: bool
    most_cases: int
    cases: int
    waiting: tuple[WaitingLine, ...]
    waiting_total: int
    actions: tuple[ActionLine, ...]
    #: the lock that holds, if one does
    lock: LockLine | None
    open: bool
    #: cases are added with the chair's approval alone
    is_late: bool
    #: the meeting is so near that a case without a presenter is a gap
    is_near: bool
    may_build: bool
    #: that too few have accepted the meeting, to whoever builds
    warning: str

    @property
    def reviews_without_place(self) -> int:
        """Return how many reviews are due by this meeting and came onto no list, since none had room."""
        return sum(line.review_on is not None and not line.was_listed for line in self.waiting)


def page_for(work: Work, meeting_id: UUID) -> BuildPage | ReaderPage:
    """Return the draft for those who may read it, and the newest edition for everybody else who may read."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_read, meeting)
    if policy.may_read_draft(work.actor, meeting):
        return _build_page(work, meeting)
    return edition_pages.shown(work, meeting, AuditVerb.VIEW)


def _build_page(work: Work, meeting: Meeting) -> BuildPage:
    """Nine statements with those of the frame, five more where a pair has come back, however many lines there are."""
    may_build = policy.may_build(work.actor, meeting)
    asked = {"meeting_id": meeting.id, "panel_id": meeting.panel_id, "day": local_day(meeting.starts_at)}
    rows = work.session.execute(_draft(work.actor), asked).all()
    waits = work.session.execute(_waiting(work.actor), asked).all() if may_build and meeting.case_id is None else []
    open_actions = actions.open_before(work.session, meeting)
    first = rows[0]
    items = [row.AgendaItem for row in rows if row.AgendaItem is not None]
    planned = agenda_.planned_items(items)
    slots = rules.clock_times(planned, meeting.starts_at)
    linked = {row.Nomination.case_id: row.Nomination.submitted_at for row in (*rows, *waits) if row.linked}
    returned = repeats.of_cases(work, meeting.panel_id, linked) if linked else {}
    lines = tuple(
        _build_line(work, meeting, number, row, slot, returned)
        for number, (row, slot) in enumerate(zip((r for r in rows if r.AgendaItem is not None), slots, strict=True), 1)
    )
    work.record(AuditVerb.VIEW, meeting, shown=[i.case_id for i in items if i.case_id] + [w.Case.id for w in waits])
    agenda = first.Agenda
    is_locked = agenda is not None and agenda.status is AgendaStatus.LOCKED
    return BuildPage(
        meeting_id=meeting.id, reference=meeting.reference, panel=first.panel, starts_at=meeting.starts_at,
        ends_at=meeting.ends_at, finishes_at=slots[-1].ends_at if slots else meeting.starts_at,
        meeting_status=meeting.status, status=agenda.status if agenda else None,
        edition=agenda.edition if agenda else 0, version=agenda_.version_for(agenda, items), lines=lines,
        fit=rules.fits(planned, agenda_.length_of(meeting)), is_in_writing=meeting.mode.is_in_writing,
        most_cases=first.PanelRules.max_cases,
        cases=sum(item.is_case for item in planned),
        waiting=tuple(_waiting_line(work, w, first.PanelRules, returned) for w in waits),
        waiting_total=waits[0].total if waits else 0, actions=open_actions,
        lock=locking.standing(locking.lines_of(work.session, meeting.id)) if is_locked else None,
        open=meeting.status is MeetingStatus.PLANNED and not is_locked,
        is_late=cutoffs.is_late_by(meeting, first.PanelRules.nomination_cutoff_days, first.nation,
                                   agenda.edition if agenda else 0, local_day(work.now)),
        is_near=meeting.starts_at < presenters.near_until(first.nation, work.now),
        may_build=may_build,
        warning=_warning(work, meeting) if may_build else "",
    )


def _warning(work: Work, meeting: Meeting) -> str:
    expected = expectations.of_meeting(work.session, meeting, local_day(work.now))
    return "" if expected is None or expected.enough else expected.words


@once
def _draft(actor: Actor | SystemActor) -> Select:
    """Select panel, rules and agenda, and each line with its case: one row at least, even without an agenda."""
    before, presenting, presenter = aliased(Meeting), aliased(Agency), aliased(User)
    counted = (
        ResearchRequest.meeting_id == AgendaItem.meeting_id, ResearchRequest.case_id == AgendaItem.case_id,
        ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT,
    )
    return (
        select(
            Panel.name.label("panel"), Panel.nation, PanelRules, Agenda, AgendaItem, Case.reference, Nomination, Clock,
            Agency.name.label("agency"), before.starts_at.label("deferred_from"),
            _label("relationship", Nomination.relationship).label("relationship"),
            _label("risk_tool", _TOOL).label("risk_tool"),
            select(func.count(ResearchRequest.id)).where(*counted)
            .correlate(AgendaItem).scalar_subquery().label("asked"),
            select(func.count(ResearchRequest.id)).where(*counted, ResearchRequest.status.in_(ANSWERED))
            .correlate(AgendaItem).scalar_subquery().label("answered"),
            matches.is_linked(Nomination.case_id).label("linked"), RiskAssessment,
            risk_pages.is_lowering(AgendaItem.case_id).label("lowering"), presenting.name.label("presents"),
            presenter.name.label("presenter"), presenters.is_confirmed().label("confirmed"), PresenterHours,
        )
        .select_from(Panel)
        .join(PanelRules, PanelRules.panel_id == Panel.id)
        .outerjoin(Agenda, Agenda.meeting_id == bindparam("meeting_id"))
        .outerjoin(AgendaItem, and_(AgendaItem.meeting_id == bindparam("meeting_id"), policy.visible_to(actor)))
        .outerjoin(Case, Case.id == AgendaItem.case_id)
        .outerjoin(Nomination, Nomination.id == waiting.latest_nomination(AgendaItem.case_id))
        .outerjoin(Agency, Agency.id == Nomination.agency_id)
        .outerjoin(before, before.id == AgendaItem.deferred_from_id)
        .outerjoin(presenting, presenting.id == func.coalesce(AgendaItem.presenter_agency_id, Nomination.agency_id))
        .outerjoin(presenter, presenter.id == AgendaItem.presenter_id)
        .outerjoin(PresenterHours, presenters.said_hours())
        .outerjoin(Clock, Clock.id == clocks.nearest_of(AgendaItem.case_id))
        .outerjoin(RiskAssessment, RiskAssessment.id == risk_pages.latest_of(AgendaItem.case_id))
        .where(Panel.id == bindparam("panel_id"))
        .order_by(AgendaItem.position, AgendaItem.id)
        .options(_BRIEFLY, _RESULT).execution_options(**ONCE)
    )


# What counts is the latest assessment; a nomination's, where nobody has assessed since.
_TOOL = func.coalesce(RiskAssessment.tool, Nomination.risk_tool)
# A nomination's narrative is long and not shown here.
_BRIEFLY = load_only(
    Nomination.panel_id, Nomination.case_id, Nomination.criteria, Nomination.repeat, Nomination.risk_result_sealed,
    Nomination.decided_at, Nomination.submitted_at, Nomination.risk_assessed_on,
)
_RESULT = load_only(
    RiskAssessment.panel_id, RiskAssessment.case_id, RiskAssessment.result_sealed, RiskAssessment.assessed_on)


def _label(name: str, code: Any) -> ColumnElement[str]:
    """Return the label of a code of a list, as a scalar subquery."""
    return (
        select(Term.label)
        .where(Term.list == name, Term.code == code,
               or_(Term.panel_id.is_(None), Term.panel_id == bindparam("panel_id")))
        .order_by(Term.panel_id.is_(None)).limit(1).correlate(Nomination, RiskAssessment).scalar_subquery()
    )


@once
def _waiting(actor: Actor | SystemActor) -> Select:
    day = bindparam("day", type_=Date())
    return (
        select(
            Case, Case.reference, Nomination, Clock, Agency.name.label("agency"),
            waiting.last_deferral(Case.id).label("deferred_from"),
            _label("relationship", Nomination.relationship).label("relationship"),
            _label("risk_tool", _TOOL).label("risk_tool"),
            func.count().over().label("total"), matches.is_linked(Nomination.case_id).label("linked"),
            either((waiting.comes_back(day), True), else_=False).label("review"), RiskPlan.review_on,
            RiskPlan.listed_at, RiskAssessment,
            risk_pages.is_lowering(Case.id).label("lowering"),
        )
        .join(Nomination, Nomination.case_id == Case.id)
        .join(Agency, Agency.id == Nomination.agency_id)
        .outerjoin(Clock, Clock.id == clocks.nearest_of(Case.id))
        .outerjoin(RiskAssessment, RiskAssessment.id == risk_pages.latest_of(Case.id))
        .outerjoin(RiskPlan, RiskPlan.id == waiting.latest_plan(Case.id))
        .where(waiting.ready(actor, bindparam("panel_id"), day))
        .order_by(Nomination.decided_at, Case.reference).limit(MOST_WAITING)
        .options(_BRIEFLY, _RESULT).execution_options(**ONCE)
    )


def _build_line(work: Work, meeting: Meeting, number: int, row: Any, slot: rules.Slot,
                returned: Mapping[UUID, Returned]) -> BuildLine:
    item, earlier = row.AgendaItem, returned.get(row.AgendaItem.case_id)
    return BuildLine(
        item.id, number, _kind(work, item.kind, row.Nomination, earlier), item.title or item.kind.words, item.minutes,
        slot.starts_at, slot.ends_at, item.case_id, _about(work, row, row.PanelRules) if item.case_id else None,
        row.deferred_from, item.review_on, row.asked, row.answered,
        _presents(meeting, row) if item.case_id else None, earlier,
        clocks.if_near(row.Clock, local_day(work.now), row.PanelRules),
    )


def _presents(meeting: Meeting, row: Any) -> Presents:
    return Presents(row.presents or "", row.presenter or "", bool(row.confirmed),
                    presenters.hours_of(row.PresenterHours, meeting))


def _kind(work: Work, kind: AgendaItemKind, nomination: Nomination | None, earlier: Returned | None) -> AgendaItemKind:
    may_say = nomination is not None and repeats.tell(work, nomination, earlier).may_say
    return rules.kind_as_told(kind, may_say)


def _about(work: Work, row: Any, panel_rules: PanelRules) -> About:
    told = row.RiskAssessment.result.replace("_", " ") if row.RiskAssessment else (
        row.Nomination.risk_result if row.Nomination else None)
    assessed_on = row.RiskAssessment.assessed_on if row.RiskAssessment else (
        row.Nomination.risk_assessed_on if row.Nomination else None)
    is_old = assessed_on is not None and is_stale(assessed_on, panel_rules.risk_stale_days, local_day(work.now))
    return About(row.reference, row.relationship or "", row.risk_tool or "", told or "", row.agency or "",
                 bool(row.lowering), is_old)


def _waiting_line(work: Work, row: Any, panel_rules: PanelRules, returned: Mapping[UUID, Returned]) -> WaitingLine:
    kind = waiting.kind_of(row.Nomination, row.deferred_from is not None, bool(row.review))
    earlier = returned.get(row.Case.id)
    return WaitingLine(
        row.Case.id, _kind(work, kind, row.Nomination, earlier), rules.minutes_for(kind, panel_rules),
        _about(work, row, panel_rules),
        row.Nomination.decided_at, row.review_on if row.review else None, row.listed_at is not None, earlier,
        clocks.if_near(row.Clock, local_day(work.now), panel_rules),
    )
