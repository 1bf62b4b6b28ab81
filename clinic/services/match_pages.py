"""What a coordinator reads of possible matches: each with its reasons, and what became of the other case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from clinic.domain.actors import TRIAGERS
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.hearings import HearingOutcome
from clinic.domain.matching.kinship import Kinship, Match, Party
from clinic.domain.matching.reasons import Strength
from clinic.domain.matching.relations import COUNTER_ALLEGATION, Relation
from clinic.models.case import Case, CaseExclusion
from clinic.models.nomination import Nomination
from clinic.policy import links as policy
from clinic.services import cases, matches, pasts, repeats
from clinic.services.pasts import Earlier
from clinic.services.repeats import Returned
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Somebody:
    id: UUID
    kind: PartyKind
    name: str
    aliases: tuple[str, ...]
    born_on: date | None


@dataclass(frozen=True, slots=True)
class MatchLine:
    """Somebody here and somebody there. `said` is what a coordinator has called them; `link_id` undoes that.

    Somebody who is only connected, as a twin, is shown but not offered for linking.
    """

    mine: Somebody
    theirs: Somebody
    strength: str
    reasons: tuple[str, ...]
    is_offered: bool
    said: bool | None
    link_id: UUID | None


@dataclass(frozen=True, slots=True)
class KinLine:
    """Another case, what it has to do with this one, and what became of it. `shut` are exclusions that stand on it."""

    case_id: UUID
    reference: str
    panel: str
    relation: Relation
    certain: bool
    warning: str
    matches: tuple[MatchLine, ...]
    referred_on: date
    heard_on: date | None
    outcome: HearingOutcome | None
    open_actions: int
    shut: int


@dataclass(frozen=True, slots=True)
class MatchesPage:
    case_id: UUID
    reference: str
    nomination_id: UUID
    returned: Returned | None
    said_repeat: bool
    lines: tuple[KinLine, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a decision: how many cases may have to do with this one, and the repeat."""

    case_id: UUID
    returned: Returned | None
    #: what each case is to this one, with its reference
    relations: tuple[tuple[str, str], ...]
    is_counter_allegation: bool
    said_repeat: bool

    @property
    def is_repeat(self) -> bool:
        return self.said_repeat or (self.returned is not None and self.returned.is_repeat)

    @property
    def kind(self) -> AgendaItemKind:
        """Return as what the case comes onto an agenda when it is accepted."""
        return AgendaItemKind.CASE_REPEAT if self.is_repeat else AgendaItemKind.CASE_NEW


def page(work: Work, case_id: UUID) -> MatchesPage:
    """Return the possible matches of a case's people to its coordinator. A fixed number of statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_match, case)
    said = matches.judgements(work, case.id)
    kin = matches.of_case(work, case.id, said)
    earlier = pasts.of_cases(work, list(kin))
    nomination, shut = _nomination(work, case.id), _shut(work, list(earlier))
    ids = {pair: link.id for pair, link in said.items()}
    work.record(AuditVerb.VIEW, case, shown=list(kin))
    return MatchesPage(
        case.id, case.reference, nomination.id, repeats.in_kin(work, nomination, kin, earlier),
        "repeat" in nomination.criteria,
        tuple(_line(near, earlier[id_], ids, shut.get(id_, 0)) for id_, near in kin.items() if id_ in earlier),
    )


def beside(work: Work, nomination: Nomination) -> Beside:
    """Return what a decision should know of other cases. The page that shows it has asked and records its own view."""
    kin = matches.of_case(work, nomination.case_id)
    earlier = pasts.of_cases(work, list(kin))
    telling = {id_: near for id_, near in kin.items()
               if id_ in earlier and near.relation not in (Relation.APART, Relation.CONNECTED)}
    return Beside(
        nomination.case_id, repeats.in_kin(work, nomination, kin, earlier),
        tuple((near.relation.words, earlier[id_].reference) for id_, near in telling.items()),
        any(near.relation.is_counter_allegation for near in telling.values()), "repeat" in nomination.criteria,
    )


def _nomination(work: Work, case_id: UUID) -> Nomination:
    return work.session.scalars(select(Nomination).where(Nomination.id == latest_nomination(case_id))).one()


def _shut(work: Work, case_ids: list[UUID]) -> dict[UUID, int]:
    """Return how many exclusions stand on each case, of those whose exclusions the reader may see."""
    standing = aliased(CaseExclusion)
    return dict(work.session.execute(
        select(standing.case_id, func.count()).join(Case, Case.id == standing.case_id)
        .where(Case.id.in_(case_ids), Case.panel_id.in_(list(work.actor.panels(*TRIAGERS))),
               standing.lifted_at.is_(None)).group_by(standing.case_id)
    ).all())


def _line(near: Kinship, earlier: Earlier, ids: Mapping[tuple[UUID, UUID], UUID], shut: int) -> KinLine:
    past = earlier.past
    return KinLine(
        past.case_id, earlier.reference, earlier.panel, near.relation, near.certain,
        COUNTER_ALLEGATION if near.relation.is_counter_allegation else "",
        tuple(_match(match, ids) for match in near.matches), past.referred_on, past.heard_on, earlier.outcome,
        earlier.open_actions, shut,
    )


def _match(match: Match, ids: Mapping[tuple[UUID, UUID], UUID]) -> MatchLine:
    alike = match.likeness
    return MatchLine(
        _somebody(match.mine), _somebody(match.theirs), alike.strength.words,
        tuple(reason.words for reason in alike.reasons), alike.strength > Strength.CONNECTED, match.same,
        ids.get((match.mine.id, match.theirs.id)),
    )


def _somebody(party: Party) -> Somebody:
    who = party.identity
    return Somebody(party.id, party.kind, f"{who.given_name} {who.family_name}".strip(), who.aliases, who.born_on)
