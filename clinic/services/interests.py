"""Declarations of interest: somebody knows a person in a case, keeps out of it at once, and another speaks there.

A declaration is never an answer. It names cases that its writer sees, or somebody in words that the
coordinator alone reads; what is said back is the same each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from clinic.domain import interests as rules
from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor, MembershipRole
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.interests import Declared
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaItem, EditionItem
from clinic.models.case import Case
from clinic.models.interest import Interest
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.models.sealed import DataKey
from clinic.policy import agenda as agenda_policy
from clinic.policy import cases as case_policy
from clinic.policy import interests as policy
from clinic.policy.agenda import READERS
from clinic.services import attendance, audience, declarations, directory, exclusions, meetings, terms
from clinic.services.work import Work

_LIST = "exclusion_ground"
_DEPUTIES = frozenset({MembershipRole.DEPUTY_REPRESENTATIVE})


@dataclass(frozen=True, slots=True)
class InterestsPage:
    """What somebody may declare: the cases of the meeting that they see. `declared_at` is their last answer's."""

    meeting_id: UUID
    panel: str
    starts_at: datetime
    cases: tuple[tuple[UUID, str], ...]
    grounds: tuple[tuple[str, str], ...]
    declared_at: datetime | None
    knew: bool


@dataclass(frozen=True, slots=True)
class InterestLine:
    """Something declared: of a case, or of somebody in words alone, who may be in any."""

    id: UUID
    name: str
    agency: str
    declared_at: datetime
    case_id: UUID | None
    reference: str
    ground: str
    words: str
    settled: bool
    speaker: str


@dataclass(frozen=True, slots=True)
class DeclaredPage:
    """`people` are all who read the papers, and when each answered last: what they answered is in `lines` alone."""

    meeting_id: UUID
    panel: str
    starts_at: datetime
    people: tuple[tuple[str, str, datetime | None], ...]
    lines: tuple[InterestLine, ...]


@dataclass(frozen=True, slots=True)
class InsteadPage:
    """An interest that waits until it is said who speaks instead; `speakers` are those who may, deputies first."""

    line: InterestLine
    meeting_id: UUID
    panel_id: UUID
    starts_at: datetime
    speakers: tuple[tuple[UUID, str], ...]


def page(work: Work, meeting_id: UUID) -> InterestsPage:
    """Return the question whether the actor knows somebody in a case, and the cases that they see."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_declare, meeting)
    cases = _cases(work, meeting)
    last = work.session.scalars(
        select(Interest)
        .where(Interest.meeting_id == meeting.id, Interest.user_id == work.actor.user_id, Interest.case_id.is_(None))
        .order_by(Interest.declared_at.desc()).limit(1)
    ).first()
    panel = work.session.scalars(select(Panel.name).where(Panel.id == meeting.panel_id)).one()
    work.record(AuditVerb.VIEW, meeting, what="interests", shown=[case_id for case_id, _ in cases])
    return InterestsPage(meeting.id, panel, meeting.starts_at, cases, tuple(_grounds(work, meeting).items()),
                         last.declared_at if last else None, last is not None and last.knows)


def _cases(work: Work, meeting: Meeting) -> tuple[tuple[UUID, str], ...]:
    """Return the cases of a meeting that the actor sees: of what is published, or because they know of them."""
    published = select(EditionItem.case_id).where(
        EditionItem.meeting_id == meeting.id, agenda_policy.visible_to(work.actor, EditionItem))
    drafted = select(AgendaItem.case_id).where(
        AgendaItem.meeting_id == meeting.id, case_policy.known_to(work.actor, AgendaItem))
    rows = work.session.execute(
        select(Case.id, Case.reference).where(or_(Case.id.in_(published), Case.id.in_(drafted)))
        .order_by(Case.reference))
    return tuple((row.id, row.reference) for row in rows)


def _grounds(work: Work, meeting: Meeting) -> dict[str, str]:
    return {code: label for code, label in _labels(work, meeting).items() if code != rules.NOT_DECLARED}


def declare(work: Work, meeting_id: UUID, said: Declared) -> bool:
    """Keep what somebody declares, shut them out of the cases that they name, and tell the coordinators.

    Return whether the meeting is still theirs to open: an emergency about a case that they named is not.
    """
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_declare, meeting)
    rules.check(said, meeting.status)
    cases = dict(_cases(work, meeting))
    if not said.cases <= cases.keys() or (said.ground and said.ground not in _grounds(work, meeting)):
        raise NotFound
    if work.session.get(DataKey, meeting.id) is None:
        work.seal_for(meeting.id)
    answer = _row(work, meeting, None, said.knows, words=said.somebody.strip())
    work.session.add(answer)
    keepers = _coordinators(work, meeting)
    for case_id in sorted(said.cases):
        _keep_out(work, meeting, case_id, said)
    work.record(AuditVerb.CREATE, answer, meeting_id=meeting.id)
    for keeper in keepers:
        if answer.words or said.cases - keeper.excluded:
            _tell(work, meeting, keeper, answer)
    return meeting.case_id not in said.cases


def let_out(work: Work, meeting: Meeting, case_id: UUID, user_id: UUID, agency_id: UUID) -> None:
    """Keep that a member, who sits for an agency, steps out of a case as the chair decides; tell the coordinators, who
    say who speaks instead. Completes a stepping out, which has asked.
    """
    spoke = {m.actor.user_id for m in audience.of(work.session, meeting, attendance.day_of(meeting), SPEAKERS).members}
    with work.whole("writing down that somebody steps out of a case"):
        row = Interest(
            **_bound(meeting, case_id), user_id=user_id, agency_id=agency_id, knows=True,
            ground=exclusions.BY_THE_CHAIR, declared_at=work.now, settled_at=None if user_id in spoke else work.now)
        work.session.add(row)
    exclusions.let_out(work, case_id, user_id)
    for keeper in _coordinators(work, meeting):
        if case_id not in keeper.excluded:
            _tell(work, meeting, keeper, row)


def _tell(work: Work, meeting: Meeting, keeper: Actor, said: Interest) -> None:
    # In no panel's post: who must not know of the case would read there that others were told.
    work.post(Letter(
        LetterKind.INTEREST_DECLARED, keeper.user_id, reference=meeting.reference,
        link=f"/meetings/{meeting.id}/interests/declared", day=local_day(meeting.starts_at), about=said.id))


def _bound(meeting: Meeting, case_id: UUID | None) -> dict[str, UUID | None]:
    return {"panel_id": meeting.panel_id, "meeting_id": meeting.id, "case_id": case_id,
            "key_owner_id": case_id or meeting.id}


def _row(work: Work, meeting: Meeting, case_id: UUID | None, knows: bool, ground: str = "",
         words: str = "") -> Interest:
    return Interest(
        **_bound(meeting, case_id), user_id=work.actor.user_id, agency_id=declarations.agency_of(work, meeting),
        knows=knows, ground=ground, words=words or None, declared_at=work.now,
    )


def _keep_out(work: Work, meeting: Meeting, case_id: UUID, said: Declared) -> None:
    """Write down why, and shut the actor out: from here on the case is gone for them."""
    with work.whole("writing down why somebody keeps out of a case"):
        row = _row(work, meeting, case_id, True, said.ground, said.reason.strip())
        if not work.actor.holds(meeting.panel_id, SPEAKERS):
            # Who speaks for no agency leaves no agency without a voice.
            row.settled_at = work.now
        work.session.add(row)
    exclusions.keep_out(work, case_id, said.ground)


def _coordinators(work: Work, meeting: Meeting) -> list[Actor]:
    """Return the other coordinators of the panel, each with what is closed to them. Two statements."""
    found = audience.of(work.session, meeting, local_day(work.now), TRIAGERS).members
    return [member.actor for member in found if member.actor.user_id != work.actor.user_id]


def declared_page(work: Work, meeting_id: UUID) -> DeclaredPage:
    """Return what was declared for a meeting, to the coordinator."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_read, meeting)
    labels = _labels(work, meeting)
    panel = work.session.scalars(select(Panel.name).where(Panel.id == meeting.panel_id)).one()
    rows = work.session.execute(
        _declared().where(Interest.meeting_id == meeting.id, policy.visible_to(work.actor))
        .order_by(Interest.declared_at, Interest.id)).all()
    lines = tuple(_line(row, labels) for row in rows if row.Interest.case_id or row.Interest.words)
    work.record(AuditVerb.VIEW, meeting, what="declared", shown=[line.id for line in lines])
    return DeclaredPage(meeting.id, panel, meeting.starts_at, _people(work, meeting, rows), lines)


def _labels(work: Work, meeting: Meeting) -> dict[str, str]:
    return terms.labels(work.session, _LIST, panel_id=meeting.panel_id)[_LIST]


def _declared() -> Select:
    speaker = aliased(User)
    return (
        select(Interest, User.name, Agency.name.label("agency"), Case.reference, speaker.name.label("speaker"), Meeting)
        .join(User, User.id == Interest.user_id).join(Agency, Agency.id == Interest.agency_id)
        .join(Meeting, Meeting.id == Interest.meeting_id)
        .outerjoin(Case, Case.id == Interest.case_id).outerjoin(speaker, speaker.id == Interest.speaker_id)
    )


def _people(work: Work, meeting: Meeting, rows: Iterable) -> tuple[tuple[str, str, datetime | None], ...]:
    """Return who reads the papers and when they answered. Of cases it tells nothing, not even that there was one."""
    answered = {row.Interest.user_id: row.Interest.declared_at for row in rows if row.Interest.case_id is None}
    members = directory.members_of(work.session, meeting, attendance.day_of(meeting), READERS)
    return tuple({m.user_id: (m.name, m.agency, answered.get(m.user_id)) for m in members}.values())


def _line(row: Any, labels: dict[str, str]) -> InterestLine:
    said = row.Interest
    return InterestLine(said.id, row.name, row.agency, said.declared_at, said.case_id, row.reference or "",
                        labels.get(said.ground, said.ground), said.words or "", said.settled_at is not None,
                        row.speaker or "")


def tasks(work: Work) -> tuple[InterestLine, ...]:
    """Return what waits for the actor to say who speaks instead, on all their panels. One statement."""
    work.require(policy.may_list)
    rows = work.session.execute(
        _declared().where(policy.waits_for(work.actor)).order_by(Meeting.starts_at, Interest.declared_at)).all()
    work.record(AuditVerb.VIEW, "Interest", shown=[row.Interest.id for row in rows])
    return tuple(_line(row, {}) for row in rows)


def instead_page(work: Work, interest_id: UUID) -> InsteadPage:
    """Return who may speak in a case for whoever keeps out of it, to its coordinator."""
    row = work.session.execute(
        _declared().where(Interest.id == interest_id, policy.waits_for(work.actor))).one_or_none()
    if row is None:
        raise NotFound
    work.require(policy.may_settle, row.Interest)
    work.record(AuditVerb.VIEW, row.Interest)
    return InsteadPage(_line(row, _labels(work, row.Meeting)), row.Meeting.id, row.Meeting.panel_id,
                       row.Meeting.starts_at, _instead(work, row.Meeting, row.Interest))


def _instead(work: Work, meeting: Meeting, said: Interest) -> tuple[tuple[UUID, str], ...]:
    """Return who speaks for the same agency and may know of the case, deputies first. Two statements."""
    speaking = audience.of(work.session, meeting, attendance.day_of(meeting), SPEAKERS).members
    found = [
        member for member in speaking
        if said.agency_id in member.speaks_for(meeting.panel_id, SPEAKERS)
        and member.actor.user_id != said.user_id and said.case_id not in member.actor.excluded
    ]
    found.sort(key=lambda member: said.agency_id not in member.speaks_for(meeting.panel_id, _DEPUTIES))
    return tuple((member.actor.user_id, member.name) for member in found)


def settle(work: Work, interest_id: UUID, speaker_id: UUID | None) -> UUID:
    """Say who speaks for the agency in the case instead, or that nobody does; return the meeting's id."""
    row = work.session.execute(
        select(Interest, Meeting, Case.reference).join(Meeting, Meeting.id == Interest.meeting_id)
        .join(Case, Case.id == Interest.case_id)
        .where(Interest.id == interest_id, case_policy.known_to(work.actor, Interest)).with_for_update(of=Interest)
    ).one_or_none()
    if row is None:
        raise NotFound
    said, meeting, reference = row
    work.require(policy.may_settle, said)
    if said.settled_at is not None:
        raise RuleBroken("Somebody has settled this already. Go back to what was declared.")
    if speaker_id is not None and speaker_id not in dict(_instead(work, meeting, said)):
        raise RuleBroken("Choose somebody who speaks for the same agency and may know of the case", "speaker")
    said.speaker_id, said.settled_at, said.settled_by_id = speaker_id, work.now, work.actor.user_id
    work.record(AuditVerb.UPDATE, said, fields=["speaker_id", "settled_at"])
    if speaker_id is not None:
        work.post(Letter(LetterKind.LOOK_NOW, speaker_id, reference=reference, link=f"/cases/{said.case_id}",
                         about=said.id), panel_id=said.panel_id)
    return meeting.id
