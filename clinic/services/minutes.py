"""The draft of a meeting's minutes: composed once from what was typed, then edited.

Composing is done whole (`Work.whole`): a section is not lost because whoever pressed the
button must not know of its case. What a person sees of a draft or a version is cut by
`policy.minutes` each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain import minutes as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.minutes import MinuteStatus, Section
from clinic.models.account import User
from clinic.models.meeting import Meeting
from clinic.models.minute import Minute, MinuteSection, MinuteVersion
from clinic.models.sealed import DataKey
from clinic.policy import minutes as policy
from clinic.services import proceedings
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section as its reader has it: numbered among those that the reader may see."""

    id: UUID
    number: int
    heading: str
    html: str
    text: str
    is_frame: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    id: UUID
    number: int
    approved_at: datetime
    approved_by: str
    circulated_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`status` is None before the first draft; `seen` stands for the text that the page shows."""

    meeting_id: UUID
    reference: str
    starts_at: datetime
    over: bool
    status: MinuteStatus | None
    sections: tuple[SectionLine, ...]
    versions: tuple[VersionLine, ...]
    seen: str
    can_write: bool
    can_approve: bool
    can_circulate: bool
    can_see_receipts: bool

    @property
    def newest(self) -> VersionLine | None:
        return self.versions[0] if self.versions else None


@dataclass(frozen=True, slots=True)
class SectionPage:
    id: UUID
    meeting_id: UUID
    heading: str
    text: str
    version: int
    is_frame: bool


def draft(work: Work, meeting_id: UUID, render: Callable[[str], str]) -> None:
    """Compose the minutes of a meeting that is over, once. `render` makes HTML of Markdown or refuses."""
    meeting = _meeting(work, meeting_id)
    work.require(policy.may_write, meeting)
    rules.check_draft(meeting.status)
    if work.session.scalar(select(Minute.id).where(Minute.meeting_id == meeting.id)) is not None:
        raise RuleBroken("These minutes have been drafted already. Load the page again.")
    _compose(work, meeting, render)


def stand_ready(work: Work, meeting_id: UUID, render: Callable[[str], str]) -> None:
    """Compose the minutes of a meeting that closes. Completes the closing, which has asked."""
    _compose(work, work.session.get_one(Meeting, meeting_id), render)


def _compose(work: Work, meeting: Meeting, render: Callable[[str], str]) -> None:
    minute = Minute(meeting_id=meeting.id, panel_id=meeting.panel_id)
    work.session.add(minute)
    if work.session.get(DataKey, meeting.id) is None:
        work.seal_for(meeting.id)
    with work.whole("minutes"):
        composed = rules.compose(
            proceedings.attendance(work.session, meeting.id), proceedings.heard(work.session, meeting),
            proceedings.dropped(work.session, meeting.id), proceedings.between(work.session, meeting.id),
            proceedings.sat(work.session, meeting), meeting.starts_at if meeting.mode.is_in_writing else None,
        )
        for position, section in enumerate(composed, 1):
            work.session.add(row_of(minute, position, section, _rendered(render, section.text)))
    work.record(AuditVerb.CREATE, minute)


def _meeting(work: Work, meeting_id: UUID) -> Meeting:
    """Find the meeting whose minutes the actor may write or approve; nobody else drafts meanwhile."""
    meeting = work.session.scalar(
        select(Meeting).where(Meeting.id == meeting_id, policy.drafts_visible_to(work.actor)).with_for_update()
    )
    if meeting is None:
        raise NotFound
    return meeting


def _rendered(render: Callable[[str], str], text: str) -> str | None:
    """Return the HTML of a composed text, or None for one that is shown as plain text until somebody shortens it."""
    try:
        return str(render(text))
    except RuleBroken:
        return None


def row_of(minute: Minute, position: int, section: Section, html: str | None,
         version_id: UUID | None = None) -> MinuteSection:
    return MinuteSection(
        minute_id=minute.id, version_id=version_id, panel_id=minute.panel_id, case_id=section.case_id,
        key_owner_id=section.case_id or minute.meeting_id, position=position, heading=section.heading,
        text=section.text, html=html,
    )


def draft_page(work: Work, meeting_id: UUID) -> DraftPage:
    """Show the draft as far as the actor may see it, and the versions before it."""
    return _page(work, meeting_id, policy.may_see_draft)


def approval_page(work: Work, meeting_id: UUID) -> DraftPage:
    """Show what the chair is asked to approve."""
    return _page(work, meeting_id, policy.may_approve)


def _page(work: Work, meeting_id: UUID, permission: Callable[..., bool]) -> DraftPage:
    row = work.session.execute(
        select(Meeting, Minute)
        .outerjoin(Minute, Minute.meeting_id == Meeting.id)
        .where(Meeting.id == meeting_id, policy.drafts_visible_to(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    meeting, minute = row
    work.require(permission, meeting)
    rows = sections_of(work, minute.id, None) if minute else []
    work.record(AuditVerb.VIEW, minute or meeting, shown=cases_in(rows))
    return DraftPage(
        meeting.id, meeting.reference, meeting.starts_at, _is_over(meeting), minute.status if minute else None,
        lines(rows), versions_of(work, minute.id) if minute else (), digest(rows),
        policy.may_write(work.actor, meeting), policy.may_approve(work.actor, meeting),
        policy.may_circulate(work.actor, meeting), policy.may_see_receipts(work.actor, meeting),
    )


def _is_over(meeting: Meeting) -> bool:
    try:
        rules.check_draft(meeting.status)
    except RuleBroken:
        return False
    return True


def sections_of(work: Work, minute_id: UUID, version_id: UUID | None) -> Sequence[MinuteSection]:
    """Return the sections of a draft or a version that the actor may see, in order."""
    return work.session.scalars(
        select(MinuteSection)
        .where(
            MinuteSection.minute_id == minute_id,
            MinuteSection.version_id.is_(None) if version_id is None else MinuteSection.version_id == version_id,
            policy.sections_visible_to(work.actor),
        )
        .order_by(MinuteSection.position)
    ).all()


def lines(rows: Sequence[MinuteSection]) -> tuple[SectionLine, ...]:
    """Number the sections among themselves: a gap would tell that something was left out."""
    return tuple(
        SectionLine(row.id, number, row.heading, row.html or "", row.text or "", row.case_id is None)
        for number, row in enumerate(rows, 1)
    )


def cases_in(rows: Sequence[MinuteSection]) -> list[UUID]:
    return [row.case_id for row in rows if row.case_id is not None]


def digest(rows: Sequence[MinuteSection]) -> str:
    """Return what stands for the text of these sections."""
    return rules.hash_of(values_of(rows))


def values_of(rows: Sequence[MinuteSection]) -> list[Section]:
    return [Section(row.heading, row.text or "", row.case_id) for row in rows]


def versions_of(work: Work, minute_id: UUID) -> tuple[VersionLine, ...]:
    """Return the approved versions that the actor may read, the newest first."""
    return tuple(VersionLine(*row) for row in work.session.execute(
        select(MinuteVersion.id, MinuteVersion.number, MinuteVersion.approved_at, User.name,
               MinuteVersion.circulated_at)
        .join(User, User.id == MinuteVersion.approved_by_id)
        .where(MinuteVersion.minute_id == minute_id, policy.visible_to(work.actor))
        .order_by(MinuteVersion.number.desc())
    ))


def section_page(work: Work, section_id: UUID) -> SectionPage:
    """Show one section of a draft for editing."""
    section, _, meeting = _section(work, section_id)
    work.require(policy.may_write, meeting)
    work.record(AuditVerb.VIEW, section)
    return SectionPage(section.id, meeting.id, section.heading, section.text or "", section.version,
                       section.case_id is None)


def save_section(work: Work, section_id: UUID, text: str, html: str, version: int) -> UUID:
    """Keep a section's new text with the HTML made of it; return the meeting's id.

    `version` is the one that the editor began from; Stale carries both texts when another
    was saved since.
    """
    section, minute, meeting = _section(work, section_id, lock=True)
    work.require(policy.may_write, meeting)
    if section.version != version:
        raise Stale(theirs=section.text or "", yours=text, version=section.version)
    minute.status = rules.after_edit(minute.status)
    section.text, section.html = text, html
    work.record(AuditVerb.UPDATE, section, fields=["text"])
    return meeting.id


def _section(work: Work, section_id: UUID, lock: bool = False) -> tuple[MinuteSection, Minute, Meeting]:
    query = (
        select(MinuteSection, Minute, Meeting)
        .join(Minute, Minute.id == MinuteSection.minute_id)
        .join(Meeting, Meeting.id == Minute.meeting_id)
        .where(
            MinuteSection.id == section_id, MinuteSection.version_id.is_(None),
            policy.sections_visible_to(work.actor), policy.drafts_visible_to(work.actor),
        )
    )
    row = work.session.execute(query.with_for_update(of=(MinuteSection, Minute)) if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return tuple(row)


def drafted(work: Work, meeting_id: UUID) -> tuple[Meeting, Minute]:
    """Find the minutes of a meeting for a step of their life; nobody else takes one meanwhile."""
    row = work.session.execute(
        select(Meeting, Minute)
        .join(Minute, Minute.meeting_id == Meeting.id)
        .where(Meeting.id == meeting_id, policy.drafts_visible_to(work.actor))
        .with_for_update(of=Minute)
    ).one_or_none()
    if row is None:
        raise NotFound
    return tuple(row)
