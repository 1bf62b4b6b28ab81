"""What the pages of a draft show: what to have at hand, the list of tasks, one page, its entries, and the check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain import answers, faults
from clinic.domain import drafts as rules
from clinic.domain import questions as asking
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import age
from clinic.domain.drafts import NominationDraft, PartyDraft
from clinic.domain.faults import Fault
from clinic.domain.incidents import Incident
from clinic.domain.meetings import local_day
from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import PanelType
from clinic.domain.questions import Completeness, PageState, Question
from clinic.models.meeting import Meeting
from clinic.models.nomination import Draft, Nomination
from clinic.models.panel import Panel
from clinic.policy import drafts as policy
from clinic.policy import nominations as nomination_policy
from clinic.services import drafts, intake, meetings, nominations, panels, questions, repeats
from clinic.services.repeats import Returned
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One of a person's drafts. No names: lists hold none. `reference` is of the nomination that it changes."""

    id: UUID
    panel: str
    reference: str
    begun_at: datetime
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class StartPage:
    """What to have at hand, page by page. `closed` says why a panel takes no nominations."""

    panel_id: UUID
    panel: str
    closed: str
    pages: tuple[questions.Page, ...]
    drafts: tuple[DraftLine, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a draft says of it."""

    id: UUID
    panel_id: UUID
    panel: str
    reference: str
    nomination_id: UUID | None
    version: int


@dataclass(frozen=True, slots=True)
class Part:
    code: str
    title: str
    state: PageState


@dataclass(frozen=True, slots=True)
class TaskPage:
    frame: Frame
    parts: tuple[Part, ...]
    whole: Completeness
    saved_at: datetime
    emergency: bool


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One page to fill in. `onward` is the code of the page after it, or nothing after the last."""

    frame: Frame
    page: questions.Page
    number: int
    of: int
    onward: str
    draft: NominationDraft
    #: of the other people, today: the meeting is not known yet
    ages: dict[UUID, int]
    lists: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One of the other people, or one incident: what is said of it so far; nothing of a new one."""

    frame: Frame
    back: str
    person: PartyDraft | None
    incident: Incident | None
    lists: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A page as its answers: label and lines of each; no lines where nobody has said anything."""

    code: str
    title: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything that will be sent. `theirs` is what somebody else has put meanwhile into the nomination."""

    frame: Frame
    sections: tuple[Section, ...]
    whole: Completeness
    wrong: tuple[Fault, ...]
    #: the page of each question
    places: dict[str, str]
    seen: int
    theirs: str
    #: why it could not wait, of a nomination that was sent half-full
    emergency: str
    returned: bool


@dataclass(frozen=True, slots=True)
class SentPage:
    nomination_id: UUID
    reference: str
    panel: str
    emergency: bool
    whole: Completeness
    next_meeting_at: datetime | None
    #: the earlier case of the pair, as far as the sender may know of one
    returned: Returned | None


def start_page(work: Work, panel_id: UUID) -> StartPage:
    """Return what somebody needs who is about to nominate to a panel."""
    panel = panels.find(work, panel_id)
    work.require(nomination_policy.may_nominate, panel)
    work.record(AuditVerb.VIEW, panel)
    if panel.type is PanelType.CPS_SCRUTINY_PANEL:
        return StartPage(panel.id, panel.name, rules.CLOSED_PANEL, (), ())
    mine = tuple(line for line in lines_of(work, panel.id) if not line.reference)
    return StartPage(panel.id, panel.name, "", questions.pages_of(work.session, panel), mine)


def lines_of(work: Work, panel_id: UUID | None = None) -> tuple[DraftLine, ...]:
    """Return the actor's drafts, the latest first. One statement."""
    query = (
        select(Draft.id, Panel.name, Nomination.reference, Draft.begun_at, Draft.saved_at)
        .join(Panel, Panel.id == Draft.panel_id).outerjoin(Nomination, Nomination.id == Draft.nomination_id)
        .where(policy.visible_to(work.actor)).order_by(Draft.saved_at.desc(), Draft.id)
    )
    rows = work.session.execute(query if panel_id is None else query.where(Draft.panel_id == panel_id))
    return tuple(DraftLine(id_, panel, reference or "", begun_at, saved_at)
                 for id_, panel, reference, begun_at, saved_at in rows)


def task_page(work: Work, draft_id: UUID) -> TaskPage:
    """Return the pages of a draft, how far its writer is with each, and what is missing as a whole."""
    draft, panel, said = _open(work, draft_id)
    pages = questions.pages_of(work.session, panel)
    wrong = _wrong(work, panel, said)
    parts = tuple(Part(page.code, page.title, asking.state_of(said, page.questions, wrong)) for page in pages)
    return TaskPage(_frame(work, draft, panel), parts, _whole(said, pages), draft.saved_at, said.emergency)


def answer_page(work: Work, draft_id: UUID, code: str) -> AnswerPage:
    """Return one page of a draft as it stands."""
    draft, panel, said = _open(work, draft_id)
    pages = questions.pages_of(work.session, panel)
    page = questions.chosen(pages, code)
    number = pages.index(page) + 1
    onward = pages[number].code if number < len(pages) else ""
    today = local_day(work.now)
    ages = {one.id: age(one.born_on, today) for one in said.others if one.born_on}
    return AnswerPage(_frame(work, draft, panel), page, number, len(pages), onward, said, ages,
                      nominations.codes_of(work, panel))


def person_page(work: Work, draft_id: UUID, entry_id: UUID) -> EntryPage:
    """Return one of the other people of a draft, or an empty page for a new one."""
    draft, panel, said = _open(work, draft_id)
    person = next((one for one in said.others if one.id == entry_id), None)
    return EntryPage(_frame(work, draft, panel), questions.place_of(work.session, panel, "others"), person, None,
                     nominations.codes_of(work, panel))


def incident_page(work: Work, draft_id: UUID, entry_id: UUID | None = None) -> EntryPage:
    """Return one incident of a draft, or an empty page for new ones."""
    draft, panel, said = _open(work, draft_id)
    incident = next((one for one in said.incidents if one.id == entry_id), None)
    return EntryPage(_frame(work, draft, panel), questions.place_of(work.session, panel, "incidents"), None, incident,
                     nominations.codes_of(work, panel))


def check_page(work: Work, draft_id: UUID) -> CheckPage:
    """Return everything that a draft says, what it lacks, and what has changed under it meanwhile."""
    draft, panel, said = _open(work, draft_id)
    pages = questions.pages_of(work.session, panel)
    labels = nominations.codes_of(work, panel)
    places = {question.field: page.code for page in pages for question in page.questions}
    sections = tuple(Section(page.code, page.title, tuple(_answer(said, question, labels)
                                                          for question in page.questions)) for page in pages)
    nomination, theirs = _meanwhile(work, draft, said)
    return CheckPage(
        _frame(work, draft, panel), sections, _whole(said, pages), _wrong(work, panel, said), places,
        nomination.version if nomination else 0, theirs, said.emergency_reason if said.emergency else "",
        nomination is not None and nomination.status is NominationStatus.RETURNED_FOR_INFORMATION,
    )


def _answer(said: NominationDraft, question: Question, labels: answers.Labels) -> tuple[str, tuple[str, ...]]:
    return answers.LABELS[question.field], answers.in_words(said, question.field, labels)


def _meanwhile(work: Work, draft: Draft, said: NominationDraft) -> tuple[Nomination | None, str]:
    """Return the nomination that a draft changes, and what in it differs if it is no longer as it was."""
    if draft.nomination_id is None:
        return None, ""
    nomination = nominations.find(work, draft.nomination_id)
    if nomination.version == draft.nomination_version:
        return nomination, ""
    kept = intake.draft_of(intake.rows_of(work.session, nomination))
    return nomination, nominations.differences(kept, said)


def frame_page(work: Work, draft_id: UUID) -> Frame:
    """Return what a page says that asks something of a whole draft: to discard it, to send it half-full."""
    draft, panel, _ = _open(work, draft_id)
    return _frame(work, draft, panel)


def sent_page(work: Work, nomination_id: UUID) -> SentPage:
    """Return what somebody reads who has just sent a nomination."""
    nomination = nominations.find(work, nomination_id)
    work.require(nomination_policy.may_edit, nomination)
    panel = work.session.get_one(Panel, nomination.panel_id)
    coming: list[Meeting] = meetings.coming(work.session, panel.id, work.now)
    work.record(AuditVerb.VIEW, nomination)
    return SentPage(nomination.id, nomination.reference, panel.name, nomination.emergency,
                    questions.completeness_of(work.session, nomination), coming[0].starts_at if coming else None,
                    repeats.so_far(work, nomination))


def _open(work: Work, draft_id: UUID) -> tuple[Draft, Panel, NominationDraft]:
    draft = drafts.find(work, draft_id)
    work.require(policy.may_write, draft)
    work.record(AuditVerb.VIEW, draft)
    return draft, work.session.get_one(Panel, draft.panel_id), drafts.answers_of(draft)


def _frame(work: Work, draft: Draft, panel: Panel) -> Frame:
    reference = nominations.find(work, draft.nomination_id).reference if draft.nomination_id else ""
    return Frame(draft.id, panel.id, panel.name, reference, draft.nomination_id, draft.version)


def _whole(said: NominationDraft, pages: tuple[questions.Page, ...]) -> Completeness:
    return asking.completeness(said, [question for page in pages for question in page.questions])


def _wrong(work: Work, panel: Panel, said: NominationDraft) -> tuple[Fault, ...]:
    return tuple(faults.wrong(said, local_day(work.now), panel.type, nominations.codes_of(work, panel)))
