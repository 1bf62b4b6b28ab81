"""Saying of two people that they are one human, or that they are not, and taking it back.

Records are linked, never merged: each case keeps its own people. When both people of a pair
are one, the later case is the earlier one's repeat, and shut to whom the earlier one is shut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import aliased

from clinic.domain.actors import Actor, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.matching.likeness import likeness
from clinic.domain.matching.reasons import Reason
from clinic.models.account import User
from clinic.models.case import Case, Person
from clinic.models.link import PersonLink
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import links as policy
from clinic.services import cases, matches, repeats
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work

# Made once: making an alias, and its columns, takes longer than the rest of a select.
_mine, _theirs, _other = aliased(Person), aliased(Person), aliased(Case)


def judge(work: Work, case_id: UUID, person_id: UUID, other_person_id: UUID, same: bool) -> None:
    """Say of somebody in a case and somebody in another that they are one human, or that they are not."""
    case = cases.find(work, case_id, lock=True)
    people = {p.id: p for p in work.session.scalars(select(Person).where(Person.id.in_([person_id, other_person_id])))}
    mine, theirs = people.get(person_id), people.get(other_person_id)
    if mine is None or theirs is None or mine.case_id != case.id or theirs.case_id == case.id:
        raise NotFound
    other = cases.find(work, theirs.case_id)
    work.require(policy.may_judge, case, other)
    if (mine.id, theirs.id) in matches.judgements(work, case.id):
        raise RuleBroken("Somebody has judged these two already. Undo that first.")
    link = _link(work, mine, theirs, same)
    work.session.add(link)
    work.session.flush()
    work.record(AuditVerb.CREATE, link, same=int(same), other_case=other.id)
    _settle(work, case, other)


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody of this case who is somebody of another: as what, here and there, and who has said so, and why."""

    here: PartyKind
    there: PartyKind
    reasons: tuple[str, ...]
    by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """Another case, of people of this one."""

    id: UUID
    reference: str
    panel: str
    ties: tuple[Tie, ...]


def standing(actor: Actor | SystemActor, case_id: Any) -> Select:
    """Select who of a case was called the same as somebody of another, of which the reader may know too."""
    turned = PersonLink.other_case_id == case_id
    return (
        select(_other.id, _other.reference, Panel.name.label("panel"), _mine.kind.label("here"),
               _theirs.kind.label("there"), PersonLink.reasons, User.name.label("by"), PersonLink.said_at)
        .select_from(PersonLink)
        .join(_other, _other.id == either((turned, PersonLink.case_id), else_=PersonLink.other_case_id))
        .join(_mine, _mine.id == either((turned, PersonLink.other_person_id), else_=PersonLink.person_id))
        .join(_theirs, _theirs.id == either((turned, PersonLink.person_id), else_=PersonLink.other_person_id))
        .join(Panel, Panel.id == _other.panel_id).join(User, User.id == PersonLink.said_by_id)
        .where(or_(PersonLink.case_id == case_id, turned), PersonLink.same, PersonLink.undone_at.is_(None),
               policy.visible_to(actor))
    )


def by_case(rows: Iterable[Any]) -> tuple[LinkedCase, ...]:
    """Return what `standing` selects, by the other case, in the order in which it was said."""
    found: dict[UUID, list[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.said_at, row.reference, row.here)):
        found.setdefault(row.id, []).append(row)
    return tuple(
        LinkedCase(id_, several[0].reference, several[0].panel, tuple(_tie(row) for row in several))
        for id_, several in found.items())


def _tie(row: Any) -> Tie:
    return Tie(row.here, row.there, tuple(Reason(code).words for code in row.reasons), row.by, row.said_at)


def _link(work: Work, mine: Person, theirs: Person, same: bool) -> PersonLink:
    """Return the row, in the order of the ids: two people have one judgement, from whichever side it comes."""
    found = [party.identity for people in matches.parties(work, [mine.case_id, theirs.case_id]).values()
             for party in people if party.id in (mine.id, theirs.id)]
    alike = likeness(*found)
    first, second = sorted((mine, theirs), key=lambda person: person.id)
    return PersonLink(
        panel_id=first.panel_id, case_id=first.case_id, person_id=first.id, other_panel_id=second.panel_id,
        other_case_id=second.case_id, other_person_id=second.id, same=same,
        reasons=list(alike.reasons) if alike else [], said_by_id=work.actor.user_id, said_at=work.now,
    )


def undo(work: Work, case_id: UUID, link_id: UUID) -> None:
    """Take a judgement back; it stays on record as undone. Exclusions that it carried over stay: lifting has a page."""
    case = cases.find(work, case_id, lock=True)
    link = work.session.scalar(select(PersonLink).where(
        PersonLink.id == link_id, or_(PersonLink.case_id == case.id, PersonLink.other_case_id == case.id),
    ).with_for_update())
    if link is None:
        raise NotFound
    other = cases.find(work, link.other_case_id if link.case_id == case.id else link.case_id)
    work.require(policy.may_judge, case, other)
    if link.undone_at is not None:
        raise RuleBroken("This has been undone already.")
    link.undone_at, link.undone_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record(AuditVerb.REVOKE, link, fields=["undone_at"], other_case=other.id)
    _settle(work, case, other)


def _settle(work: Work, *sides: Case) -> None:
    """Let each of the two cases be what the judgement makes of it; only the later one changes."""
    for case in sides:
        nomination = work.session.scalars(select(Nomination).where(Nomination.id == latest_nomination(case.id))).one()
        repeats.settle(work, nomination)
