"""Telling of a safe address: that somebody has looked, or somebody has to. A letter says neither who nor at what."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select, union

from clinic.domain.actors import TRIAGERS, Actor, MembershipRole
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.case import Case
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.policy import addresses as policy
from clinic.services import audience
from clinic.services.work import Work

_ADVOCATE = MembershipRole.ADVOCATE


def tell_of_reveal(work: Work, case: Case, reveal_id: UUID) -> None:
    """Tell the coordinators, and the advocates of the case, that somebody has looked."""
    _tell(work, case, LetterKind.RECORD_OPENED, reveal_id, 0)


def ask_to_look(work: Work, case: Case, address_id: UUID, revision: int) -> None:
    """Tell them that something in the case needs one of them."""
    _tell(work, case, LetterKind.LOOK_NOW, address_id, revision)


def _tell(work: Work, case: Case, kind: LetterKind, about: UUID, revision: int) -> None:
    for member in _keepers(work, case):
        if member.user_id != work.actor.user_id:
            work.post(Letter(kind, to=member.user_id, reference=case.reference, link=f"/cases/{case.id}", about=about,
                             revision=revision), panel_id=case.panel_id)


def _keepers(work: Work, case: Case) -> Iterator[Actor]:
    """Yield the coordinators of the panel, and the advocates whose agency takes part in the case. Three statements."""
    taking_part = set(work.session.scalars(union(
        select(Nomination.agency_id).where(Nomination.case_id == case.id),
        select(ResearchRequest.agency_id).where(ResearchRequest.case_id == case.id))))
    roles = TRIAGERS | {_ADVOCATE}
    for member in audience.on(work.session, case.panel_id, local_day(work.now), roles).members:
        coordinates = member.actor.holds(case.panel_id, TRIAGERS)
        speaks = member.speaks_for(case.panel_id, frozenset({_ADVOCATE})) & taking_part
        if (coordinates or speaks) and policy.may_reveal(member.actor, case):
            yield member.actor
