"""Offering a nomination to another panel: what it is given is a copy of its own, under a key of its own.

Rows never move from panel to panel. The copy begins a case there, closed to whoever the first
case is closed to, and waits until that panel's coordinator takes it or refuses it
(`services.offers`). A copy that was refused is forgotten, rows and key.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select, update

from clinic.domain.actors import TRIAGERS, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import local_day
from clinic.domain.nominations import MessageKind, NominationStatus
from clinic.models.account import Membership, User
from clinic.models.all import metadata
from clinic.models.case import Case, CaseBound, CaseExclusion, MaybeCaseBound
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.safe_address import SafeAddress
from clinic.models.sealed import DataKey
from clinic.models.types import Base
from clinic.policy import nominations as policy
from clinic.services import audience, exclusions, intake, nomination_letters, references, threads
from clinic.services.work import Work

NOBODY = "Nobody there could take it: that panel has no coordinator today who may know of this case."
_WAITING = (PostStatus.QUEUED, PostStatus.RETRY)


def offer(work: Work, nomination: Nomination, panel: Panel, reason: str) -> None:
    """Give another panel a copy to take or to refuse, and tell its coordinators that something waits.

    Asks no permission of its own: it completes a decision, which has asked. Raises RuleBroken
    where nobody on that panel could take it.
    """
    with work.whole("redirecting a nomination"):
        copy = copied(work, nomination, panel)
        exclusions.carry(work, nomination.case_id, work.session.get_one(Case, copy.case_id))
        threads.say(work, copy, MessageKind.REDIRECTED, reason)
        work.session.flush()
        work.record(AuditVerb.CREATE, copy)
        if not can_be_taken(work, copy):
            raise RuleBroken(NOBODY, "redirect_to")
        nomination_letters.tell_coordinators(work, copy, LetterKind.REDIRECT_OFFERED, revision=0)


def sitting(work: Work, agency_id: UUID) -> frozenset[UUID]:
    """Return the panels on which somebody nominates for an agency today. One statement."""
    today = local_day(work.now)
    return frozenset(work.session.scalars(
        select(Membership.panel_id).join(User, User.id == Membership.user_id).where(
            Membership.agency_id == agency_id, Membership.role.in_(list(policy.NOMINATORS)),
            User.status == UserStatus.ACTIVE, Membership.valid_from <= today,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
        ).distinct()
    ))


def copied(work: Work, first: Nomination, panel: Panel) -> Nomination:
    """Return what was said as a nomination of the other panel, by the same agency and the same sender.

    Asks no permission of its own, as `offer`: it completes a decision or a handover.
    """
    rows = intake.rows_of(work.session, first)
    reference = references.fresh(work.session, "PM", Case.reference, work.now)
    copy = intake.take_in(work, panel.id, first.agency_id, intake.draft_of(rows), reference, first.submitted_at)
    copy.status, copy.sender_id, copy.urgent, copy.requeued_at = (
        NominationStatus.OFFERED, first.sender_id, first.urgent, work.now)
    copy.brought_in = first.brought_in
    copy.redirected_from_id, copy.redirected_from_panel_id = first.id, first.panel_id
    copy.kept_by_panel = panel.id not in sitting(work, first.agency_id)
    work.session.flush()
    _say_who_said_it(work, rows, copy)
    return copy


def _say_who_said_it(work: Work, rows: intake.Rows, copy: Nomination) -> None:
    """Let the copy's incidents and its decision to share be those of who gave them, not of who redirects."""
    copied = intake.rows_of(work.session, copy)
    for incident in copied.incidents:
        incident.entered_by_id = copy.sender_id
    if rows.sharing is not None and copied.sharing is not None:
        copied.sharing.decided_by_id, copied.sharing.decided_at = rows.sharing.decided_by_id, rows.sharing.decided_at


def can_be_taken(work: Work, copy: Nomination) -> bool:
    """Whether a coordinator of the other panel may know of a copy."""
    coordinators = audience.on(work.session, copy.panel_id, local_day(work.now), TRIAGERS)
    return any(policy.may_triage(member.actor, copy) for member in coordinators.members)


def forget(work: Work, copy: Nomination) -> None:
    """Forget a copy: every row of its case, and the keys, so that no backup opens it either."""
    case_id, reference = copy.case_id, copy.reference
    work.session.execute(
        update(QueuedLetter)
        .where(QueuedLetter.status.in_(_WAITING), QueuedLetter.reference == reference)
        .values(status=PostStatus.CANCELLED, raw_sealed=None, last_reply="taken back"),
        execution_options={"exempt": True, "synchronize_session": False},
    )
    owners = [case_id, *work.session.scalars(select(SafeAddress.id).where(SafeAddress.case_id == case_id))]
    for model in _of_a_case():
        for row in work.session.scalars(select(model).where(model.case_id == case_id)).all():
            work.session.delete(row)
        work.session.flush()
    work.session.delete(work.session.get_one(Case, case_id))
    for owner_id in owners:
        work.session.delete(work.session.get_one(DataKey, owner_id))
    work.session.flush()


def _of_a_case() -> list[type[Base]]:
    """Return the tables that hold rows of a case, each before those that it names."""
    bound = {
        mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
        if issubclass(mapper.class_, (CaseBound, MaybeCaseBound, CaseExclusion))
    }
    return [bound[table.name] for table in reversed(metadata.sorted_tables) if table.name in bound]
