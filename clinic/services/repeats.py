"""Whether a pair has come back: said to whoever may know of the earlier case, and kept with the nomination.

Until a coordinator has judged, a pair that is as good as certainly the same counts as the
same: a repeat that is overlooked costs more than one that is looked at twice. What was
called different does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.hearings import HearingOutcome
from clinic.domain.matching.kinship import Kinship
from clinic.domain.meetings import local_day
from clinic.domain.nominations import EDITABLE
from clinic.domain.panels import Rules
from clinic.domain.repeats import last_of
from clinic.models.case import Case
from clinic.models.nomination import Nomination
from clinic.policy import cases as policy
from clinic.services import exclusions, matches, panels, pasts
from clinic.services.pasts import Earlier
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Returned:
    """The latest earlier case of the same pair, as its reader may know it. `until` is the last day of the window."""

    case_id: UUID
    reference: str
    panel: str
    referred_on: date
    heard_on: date | None
    outcome: HearingOutcome | None
    open_actions: int
    until: date
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader may hear of a case's pair: whether the word repeat, and which earlier case."""

    may_say: bool
    returned: Returned | None


def of_nomination(work: Work, nomination: Nomination) -> Returned | None:
    """Return the earlier case of a nomination's pair, if the actor may know of one on the same panel."""
    return in_kin(work, nomination, matches.of_case(work, nomination.case_id))


def so_far(work: Work, nomination: Nomination) -> Returned | None:
    """Return the same until the nomination is decided; from then on only what a coordinator has linked."""
    if nomination.status in EDITABLE:
        return of_nomination(work, nomination)
    sent = {nomination.case_id: nomination.submitted_at}
    return of_cases(work, nomination.panel_id, sent).get(nomination.case_id)


def in_kin(work: Work, nomination: Nomination, kin: Mapping[UUID, Kinship],
           known: Mapping[UUID, Earlier] | None = None) -> Returned | None:
    """Return the same where the matches are known already."""
    pairs = matches.same_pairs(kin)
    if not pairs:
        return None
    earlier = known if known is not None else pasts.of_cases(work, pairs)
    rules = panels.rules_of(work.session, nomination.panel_id)
    return _returned(nomination.panel_id, nomination.submitted_at, rules,
                     [earlier[case_id] for case_id in pairs if case_id in earlier])


def of_cases(work: Work, panel_id: UUID, sent: Mapping[UUID, datetime]) -> dict[UUID, Returned]:
    """Return the earlier case of each case's pair, where a coordinator has linked them.

    `sent` holds, for cases of one panel, when each was nominated. Five statements, whatever their number.
    """
    pairs = matches.linked_pairs(work, list(sent))
    earlier = pasts.of_cases(work, set().union(*pairs.values())) if pairs else {}
    if not earlier:
        return {}
    rules = panels.rules_of(work.session, panel_id)
    found = {}
    for case_id, others in pairs.items():
        returned = _returned(panel_id, sent[case_id], rules, [earlier[other] for other in others if other in earlier])
        if returned is not None:
            found[case_id] = returned
    return found


def told(work: Work, panel_id: UUID, case_ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return what the actor may hear of the pairs of a panel's cases.

    One statement, and five more where a pair has come back, whatever their number.
    """
    if not case_ids:
        return {}
    rows = work.session.execute(
        select(Nomination.case_id, Nomination.panel_id, Nomination.criteria, Nomination.submitted_at,
               matches.is_linked(Nomination.case_id).label("linked"))
        .where(Nomination.case_id.in_(case_ids), Nomination.id == latest_nomination(Nomination.case_id))
    ).all()
    returned = of_cases(work, panel_id, {row.case_id: row.submitted_at for row in rows if row.linked})
    return {row.case_id: tell(work, row, returned.get(row.case_id)) for row in rows}


def tell(work: Work, nomination: Any, returned: Returned | None) -> Told:
    """Return what the actor may hear where the earlier case that the actor may know of is found already.

    The word comes from the agency, or from an earlier case. Until a coordinator has linked the two, whoever may
    know of every case of the panel hears it, and nobody else.
    """
    known = returned is not None and returned.is_repeat
    said = "repeat" in nomination.criteria
    return Told(said or known or policy.knows_all(work.actor, nomination.panel_id), returned)


def _returned(panel_id: UUID, sent_at: datetime, rules: Rules, others: Collection[Earlier]) -> Returned | None:
    earlier = [one for one in others if one.sent_at < sent_at]
    repeat = last_of([one.past for one in earlier], panel_id, local_day(sent_at), rules)
    if repeat is None:
        return None
    last = next(one for one in earlier if one.past is repeat.past)
    return Returned(
        repeat.past.case_id, last.reference, last.panel, repeat.past.referred_on, repeat.past.heard_on, last.outcome,
        last.open_actions, repeat.until, repeat.is_repeat,
    )


def note(work: Work, nomination: Nomination) -> None:
    """Keep with a nomination that it is a repeat, as far as whoever acts may know. Completes what has asked."""
    work.session.flush()
    returned = of_nomination(work, nomination)
    if "repeat" in nomination.criteria or (returned is not None and returned.is_repeat):
        nomination.repeat = True


# As many cases as the timer holds against earlier ones at a time.
AT_ONCE = 20


def uncompared(work: Work) -> dict[UUID, list[UUID]]:
    """Return the cases that nobody has held against earlier ones yet, each with the earlier ones of the same pair.

    The timer's. It reads only, so that nobody waits for it to write.
    """
    work.require(policy.may_compare)
    rows = work.session.execute(
        select(Case.id, Nomination.submitted_at).join(Nomination, Nomination.id == latest_nomination(Case.id))
        .where(Case.compared_at.is_(None)).order_by(Case.opened_at, Case.id).limit(AT_ONCE)
    ).all()
    return {case_id: _earlier(work, case_id, sent_at) for case_id, sent_at in rows}


def _earlier(work: Work, case_id: UUID, sent_at: datetime) -> list[UUID]:
    known = pasts.of_cases(work, matches.same_pairs(matches.of_case(work, case_id)))
    return [earlier_id for earlier_id, earlier in known.items() if earlier.sent_at <= sent_at]


def compare(work: Work, found: Mapping[UUID, Collection[UUID]]) -> None:
    """Shut out of new cases whoever is shut out of earlier ones of the same pair, before anybody has judged.

    The timer's, and not the sender's: how long sending takes, and what comes back, must tell nothing of a case
    that the sender must not know of. So whoever sent it keeps it until it is accepted. `found` is what
    `uncompared` returns.
    """
    work.require(policy.may_compare)
    for case in work.session.scalars(select(Case).where(Case.id.in_(found)).with_for_update()):
        for earlier_id in found[case.id]:
            exclusions.carry(work, earlier_id, case, spare=_senders(work, case))
        case.compared_at = work.now
        work.record(AuditVerb.UPDATE, case, fields=["compared_at"])


def _senders(work: Work, case: Case) -> set[UUID]:
    said = select(Nomination.sender_id, Nomination.agency_id).where(Nomination.case_id == case.id)
    return {one for row in work.session.execute(said) for one in row}


def settle(work: Work, nomination: Nomination) -> None:
    """Let an accepted case be what its pair's earlier cases make of it: a repeat, and shut to whom they are shut.

    Completes an acceptance or a judgement, which has asked.
    """
    work.session.flush()
    kin = matches.of_case(work, nomination.case_id)
    known = pasts.of_cases(work, matches.same_pairs(kin))
    returned = in_kin(work, nomination, kin, known)
    nomination.repeat = "repeat" in nomination.criteria or (returned is not None and returned.is_repeat)
    case = work.session.get_one(Case, nomination.case_id)
    for earlier_id, earlier in known.items():
        # Two that were sent at one moment are shut to the same people.
        if earlier.sent_at <= nomination.submitted_at:
            exclusions.carry(work, earlier_id, case)
