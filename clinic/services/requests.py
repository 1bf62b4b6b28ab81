"""The pages of research: an agency's list of what it is asked, one request, and a meeting's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Integer, Row, Select, and_, bindparam, case, exists, func, select

from clinic.domain import research as rules
from clinic.domain.actors import Actor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Gender, PartyKind
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import MeetingStatus
from clinic.domain.pages import SIZE, Pages
from clinic.domain.panels import ReturnMode
from clinic.domain.research import (
    ANSWERED,
    WAITING,
    AskAgainReason,
    HandlingCode,
    Known,
    ResearchAnswer,
    ResearchStatus,
)
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case, Person
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.models.research import ResearchPart, ResearchRequest
from clinic.policy import cases
from clinic.policy import research as policy
from clinic.policy import research_parts as parts_policy
from clinic.policy.once import ONCE, once
from clinic.services import declarations, research, research_parts
from clinic.services.research import ReturnLine
from clinic.services.research_parts import PartLine, Readers
from clinic.services.work import Work


class Show(StrEnum):
    """Which of an agency's requests are listed."""

    OPEN = "open"
    ANSWERED = "answered"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class RequestLine:
    id: UUID
    reference: str
    panel: str
    meeting_id: UUID
    starts_at: datetime
    due_on: date
    status: ResearchStatus
    #: of an emergency meeting: until when agencies answer
    answers_by: datetime | None
    #: something was added after the meeting had begun
    added: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class FollowedMeeting:
    """A coming meeting whose research the actor follows: how many requests it has, how many are answered."""

    id: UUID
    panel: str
    starts_at: datetime
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class RequestsPage:
    show: Show
    lines: tuple[RequestLine, ...]
    pages: Pages
    followed: tuple[FollowedMeeting, ...]
    speaks: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What it takes to look somebody up."""

    kind: PartyKind
    name: str
    aliases: tuple[str, ...]
    born_on: date | None
    gender: Gender


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same agency answered for the latest earlier meeting, as far as the reader may read it."""

    starts_at: datetime
    answer: ResearchAnswer
    parts: tuple[PartLine, ...]
    readers: Readers


@dataclass(frozen=True, slots=True)
class RequestPage:
    """`closed` says why no answer is taken, and is empty while one is."""

    id: UUID
    case_id: UUID
    reference: str
    meeting_id: UUID
    starts_at: datetime
    panel: str
    agency: str
    people: tuple[PersonLine, ...]
    due_on: date
    #: of an emergency meeting: until when agencies answer
    answers_by: datetime | None
    overdue: bool
    status: ResearchStatus
    #: nothing of it to anybody else while the agency still writes it
    answer: ResearchAnswer
    #: to its agency what it has begun to say anew, and not sent, while the answer stands
    begun: ResearchAnswer | None
    parts: tuple[PartLine, ...]
    #: for whom the facts are, and what is suggested
    readers: Readers
    #: the agencies that a piece can be for, with their names: to whoever answers
    to_name: tuple[tuple[str, str], ...]
    answered_at: datetime | None
    #: why it is asked for once more
    again: AskAgainReason | None
    with_text: bool
    earlier: Earlier | None
    may_answer: bool
    may_see_case: bool
    closed: str
    may_add: bool
    version: int

    @property
    def may_begin(self) -> bool:
        """Whether a first answer can be begun with the one for an earlier meeting."""
        return self.earlier is not None and self.may_answer and not self.closed and self.answered_at is None


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    case_id: UUID
    reference: str
    lines: tuple[ReturnLine, ...]
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class MeetingAnswers:
    """`follows` tells whether requests without an answer are shown too; the actor answers for `own` agencies."""

    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime
    reference: str
    cases: tuple[CaseAnswers, ...]
    follows: bool
    own: frozenset[UUID]
    may_ask_again: bool
    over: bool


def requests_page(work: Work, show: Show, number: int) -> RequestsPage:
    """List what the actor's agencies were asked, by meeting and due day; and the meetings the actor follows."""
    work.require(policy.may_list)
    pages, rows = _page_of(work, show, number)
    lines = tuple(
        RequestLine(*row, overdue=research.is_overdue(row.status, row.due_on, work.now, row.answers_by)) for row in rows
    )
    work.record(AuditVerb.VIEW, "ResearchRequest", shown=[line.id for line in lines])
    speaks = any(s.role in policy.SPEAKERS for s in work.actor.seats)
    return RequestsPage(show, lines, pages, _followed(work), speaks)


def _own(actor: Actor, show: Show) -> Select:
    over = Meeting.status.in_((MeetingStatus.HELD, MeetingStatus.CLOSED))
    coming = Meeting.status.in_(research.NOT_OVER)
    which = {
        Show.OPEN: and_(coming, ResearchRequest.status.in_(WAITING)),
        Show.ANSWERED: and_(coming, ResearchRequest.status.in_(ANSWERED)),
        Show.PAST: over,
    }[show]
    added = exists().where(ResearchPart.request_id == ResearchRequest.id, ResearchPart.addition)
    order = Meeting.starts_at.desc() if show is Show.PAST else Meeting.starts_at
    return (
        select(
            ResearchRequest.id, Case.reference, Panel.name, Meeting.id.label("meeting_id"), Meeting.starts_at,
            ResearchRequest.due_on, ResearchRequest.status, ResearchRequest.answers_by, added.label("added"),
        )
        .join(Meeting, Meeting.id == ResearchRequest.meeting_id)
        .join(Panel, Panel.id == ResearchRequest.panel_id)
        .join(Case, Case.id == ResearchRequest.case_id)
        .where(
            policy.visible_to(actor), policy.of_own_agency(actor), which, research.on_agenda(),
            ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT,
        )
        .order_by(order, ResearchRequest.due_on, Case.reference, ResearchRequest.id)
    )


def _page_of(work: Work, show: Show, number: int) -> tuple[Pages, list]:
    total = work.session.scalar(_how_many(work.actor, show))
    pages = Pages(number, total)
    pages = Pages(min(number, pages.last), total)
    return pages, list(work.session.execute(_some(work.actor, show), {"skipped": pages.first_line - 1}))


@once
def _how_many(actor: Actor, show: Show) -> Select:
    own = _own(actor, show).order_by(None).subquery()
    return select(func.count()).select_from(own).execution_options(**ONCE)


@once
def _some(actor: Actor, show: Show) -> Select:
    return _own(actor, show).limit(SIZE).offset(bindparam("skipped", type_=Integer())).execution_options(**ONCE)


def _followed(work: Work) -> tuple[FollowedMeeting, ...]:
    return tuple(FollowedMeeting(*row) for row in work.session.execute(_follows(work.actor)))


@once
def _follows(actor: Actor) -> Select:
    counted = and_(
        ResearchRequest.meeting_id == Meeting.id, ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT,
        policy.visible_to(actor), research.on_agenda(),
    )
    return (
        select(
            Meeting.id, Panel.name, Meeting.starts_at, func.count(ResearchRequest.id),
            func.count(case((ResearchRequest.status.in_(ANSWERED), 1))),
        )
        .join(Panel, Panel.id == Meeting.panel_id)
        .join(ResearchRequest, counted)
        .where(
            Meeting.panel_id.in_(list(actor.panels(*policy.FOLLOWERS))),
            Meeting.status.in_(research.NOT_OVER),
        )
        .group_by(Meeting.id, Panel.name, Meeting.starts_at).order_by(Meeting.starts_at).limit(25)
        .execution_options(**ONCE)
    )


def request_page(work: Work, request_id: UUID) -> RequestPage:
    """Return one request with who is to be looked up."""
    request = research.find(work, request_id)
    work.require(policy.may_see, request)
    row = work.session.execute(
        select(
            Case.reference, Meeting.starts_at, Meeting.status, Panel.name, Agency.name.label("agency"),
            PanelRules.return_mode, research.on_agenda().label("listed"),
            parts_policy.facts_readable_to(work.actor).label("for_reader"),
        )
        .select_from(ResearchRequest)
        .join(Case, Case.id == ResearchRequest.case_id)
        .join(Meeting, Meeting.id == ResearchRequest.meeting_id)
        .join(Panel, Panel.id == ResearchRequest.panel_id)
        .join(PanelRules, PanelRules.panel_id == ResearchRequest.panel_id)
        .join(Agency, Agency.id == ResearchRequest.agency_id)
        .where(ResearchRequest.id == request.id)
    ).one()
    people = _people(work, request.case_id)
    before = _earlier(work, request, row.starts_at)
    may_answer, answered = policy.may_answer(work.actor, request), request.answered_at is not None
    shown = [request, *([before.ResearchRequest] if before else [])]
    said = research_parts.of_requests(work.session, [one.id for one in shown])
    names = research_parts.names_in(work.session, shown)
    parts = said.get(request.id, ())
    again = research.asked_again(request)
    closed = _closed(rules.check_open, row.status, row.listed, answered and again is None)
    work.record(AuditVerb.VIEW, request)
    return RequestPage(
        id=request.id, case_id=request.case_id, reference=row.reference, meeting_id=request.meeting_id,
        starts_at=row.starts_at, panel=row.name, agency=row.agency, people=people, due_on=request.due_on,
        answers_by=request.answers_by,
        overdue=research.is_overdue(request.status, request.due_on, work.now, request.answers_by),
        status=request.status,
        answer=_answer(request, row.for_reader, parts) if may_answer or answered else ResearchAnswer(()), parts=parts,
        begun=ResearchAnswer.of(request.draft) if may_answer and again and request.draft else None,
        readers=research_parts.readers(request, names),
        to_name=research_parts.to_name(work, request) if may_answer else (),
        answered_at=request.answered_at, again=again,
        with_text=row.return_mode is ReturnMode.SHARED_RETURN,
        earlier=_as_read(before, said, names) if before else None,
        may_answer=may_answer, may_see_case=cases.may_see(work.actor, request), closed=closed,
        may_add=may_answer and not _closed(rules.check_addendum, row.status, row.listed, row.return_mode,
                                           "something"),
        version=request.version,
    )


def _answer(request: ResearchRequest, for_reader: bool, parts: tuple[PartLine, ...]) -> ResearchAnswer:
    said = {part.kind: part for part in parts if not part.addition}
    codes = {kind: part.readers.code for kind, part in said.items()} | {InformationKind.FACT: request.handling}
    return ResearchAnswer(
        tuple(Known(k) for k in request.known), request.text or "" if for_reader else "",
        suggested=request.suggested or "" if for_reader else "", withheld=request.withheld,
        handling={kind: code for kind, code in codes.items()
                  if code is not HandlingCode.PANEL and kind is not InformationKind.INTELLIGENCE_RESTRICTED},
        named=frozenset(UUID(id_) for id_ in request.named),
        **{kind.value: part.text for kind, part in said.items()})


def next_of_own(work: Work) -> UUID | None:
    """Return the request that the actor's agencies should answer next. Goes on after an answer, which has asked."""
    return work.session.scalars(_own(work.actor, Show.OPEN).limit(1)).first()


def _people(work: Work, case_id: UUID) -> tuple[PersonLine, ...]:
    rows = work.session.scalars(select(Person).where(Person.case_id == case_id))
    order = list(PartyKind)
    lines = [
        PersonLine(p.kind, p.full_name, tuple(p.aliases or ()), p.born_on, p.gender) for p in rows
    ]
    return tuple(sorted(lines, key=lambda p: (order.index(p.kind), p.name)))


def _earlier(work: Work, request: ResearchRequest, before: datetime) -> Row | None:
    """Return the request that the same agency answered last for an earlier meeting, when that was, and whether its
    facts are for the actor.
    """
    return work.session.execute(
        select(ResearchRequest, Meeting.starts_at, parts_policy.facts_readable_to(work.actor))
        .join(Meeting, Meeting.id == ResearchRequest.meeting_id)
        .where(
            ResearchRequest.case_id == request.case_id, ResearchRequest.agency_id == request.agency_id,
            ResearchRequest.answered_at.is_not(None), Meeting.starts_at < before,
        )
        .order_by(Meeting.starts_at.desc()).limit(1)
    ).first()


def _as_read(before: Row, said: Mapping[UUID, tuple[PartLine, ...]], names: Mapping[str, str]) -> Earlier:
    request, starts_at, for_reader = before
    parts = said.get(request.id, ())
    return Earlier(starts_at, _answer(request, for_reader, parts), parts, research_parts.readers(request, names))


def _closed(check: Callable[..., None], *standing: object) -> str:
    try:
        check(*standing)
    except RuleBroken as broken:
        return broken.message
    return ""


def of_meeting(work: Work, meeting_id: UUID) -> MeetingAnswers:
    """Return the answers to every case of a meeting that the actor knows, in the order of the agenda."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_follow, meeting)
    listed = and_(AgendaItem.meeting_id == ResearchRequest.meeting_id, AgendaItem.case_id == ResearchRequest.case_id)
    rows = work.session.execute(
        research.returns(work.session, meeting.id)
        .add_columns(Case.reference)
        .join(Case, Case.id == ResearchRequest.case_id)
        .join(AgendaItem, listed)
        .order_by(AgendaItem.position, Agency.name)
    ).all()
    found: dict[UUID, tuple[str, list[ReturnLine]]] = {}
    for row, line in zip(rows, research.lines(work.session, rows), strict=True):
        found.setdefault(line.case_id, (row.reference, []))[1].append(line)
    work.record(AuditVerb.VIEW, meeting, shown=list(found))
    return MeetingAnswers(
        meeting.id, meeting.starts_at, meeting.ends_at, meeting.reference,
        tuple(_of_case(case_id, *about) for case_id, about in found.items()),
        work.actor.holds(meeting.panel_id, policy.FOLLOWERS), policy.speaks_for(work.actor, meeting.panel_id),
        policy.may_chase(work.actor, meeting) and meeting.status is MeetingStatus.PLANNED,
        meeting.status not in research.NOT_OVER,
    )


def _of_case(case_id: UUID, reference: str, lines: list[ReturnLine]) -> CaseAnswers:
    counted = [line for line in lines if line.status is not ResearchStatus.EXEMPT_CONFLICT]
    return CaseAnswers(case_id, reference, tuple(lines), len(counted), sum(line.answered for line in counted))
