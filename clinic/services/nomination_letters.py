"""Who is told by letter of what happens to a nomination: its coordinators, or the agency that made it.

Whoever is kept from the case is told nothing, whatever seat they hold; nor is whoever acts.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from clinic.domain.actors import TRIAGERS, Actor, MembershipRole
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.account import User
from clinic.models.agency import AgencyDomain
from clinic.models.case import CaseExclusion
from clinic.models.nomination import Nomination
from clinic.policy import nominations as policy
from clinic.services import audience as audiences
from clinic.services.work import Work


def tell_coordinators(work: Work, nomination: Nomination, kind: LetterKind, revision: int, link: str = "") -> int:
    """Post a letter to each coordinator of the panel who may know of it; return how many they are.

    `link` leads elsewhere than to the nomination.
    """
    told = 0
    for member in _members(work, nomination, TRIAGERS):
        if policy.may_triage(member, nomination):
            _post(work, nomination, to=member.user_id, kind=kind, revision=revision, link=link)
            told += 1
    return told


def tell_agency(
    work: Work, nomination: Nomination, kind: LetterKind, revision: int, day: date | None = None
) -> int:
    """Post a letter to whoever answers for the nomination in its agency; return how many that were."""
    answering = who_answers(work, nomination)
    for to in answering:
        _post(work, nomination, kind=kind, revision=revision, day=day, **to)
    return len(answering)


def who_answers(work: Work, nomination: Nomination) -> list[dict[str, UUID | str]]:
    """Return whoever sent the nomination and the contact whom it names, each as the field of a letter to them."""
    email = nomination.contact_email
    account = work.session.scalar(select(User.id).where(User.email == email))
    found: list[dict[str, UUID | str]] = []
    for member in _members(work, nomination, policy.NOMINATORS):
        named = member.user_id == account and nomination.agency_id in member.agencies(nomination.panel_id)
        if (member.user_id == nomination.sender_id or named) and policy.may_see(member, nomination):
            found.append({"to": member.user_id})
    if account is None and _may_write_to(work, nomination):
        found.append({"address": email})
    return found


def _members(work: Work, nomination: Nomination, roles: frozenset[MembershipRole]) -> list[Actor]:
    """Return who else sits on the nomination's panel today, each as the actor that they are."""
    audience = audiences.on(work.session, nomination.panel_id, local_day(work.now), roles)
    return [member.actor for member in audience.members if member.actor.user_id != work.actor.user_id]


def _post(work: Work, nomination: Nomination, *, kind: LetterKind, revision: int, day: date | None = None,
          link: str = "", **to: UUID | str) -> None:
    work.post(Letter(
        kind, **to, reference=nomination.reference, link=link or f"/nominations/{nomination.id}", day=day,
        about=nomination.id, revision=revision,
    ), panel_id=nomination.panel_id)


def _may_write_to(work: Work, nomination: Nomination) -> bool:
    """Return whether the contact's mailbox is on the nominating agency's own domain, and the agency may know."""
    agency_id, domain = nomination.agency_id, nomination.contact_email.rpartition("@")[2]
    closed = select(CaseExclusion.id).where(
        CaseExclusion.case_id == nomination.case_id, CaseExclusion.agency_id == agency_id,
        CaseExclusion.lifted_at.is_(None),
    )
    own = select(AgencyDomain.id).where(AgencyDomain.agency_id == agency_id, AgencyDomain.domain == domain)
    return work.session.scalar(own.where(~closed.exists()).limit(1)) is not None
