"""What another panel has redirected to one's own: taken into the queue, or refused with a reason."""

from __future__ import annotations

from uuid import UUID

from clinic.domain import nominations as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.desk import Tray
from clinic.domain.errors import RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.nominations import MessageKind, NominationStatus
from clinic.models.case import Case
from clinic.models.nomination import Nomination
from clinic.policy import nominations as policy
from clinic.services import clocks, desk, handovers, nomination_letters, nominations, redirects, repeats, threads
from clinic.services.desk import Onward
from clinic.services.work import Work


def take(work: Work, nomination_id: UUID) -> Onward:
    """Take over what another panel offers: it waits in one's own queue now. The first panel and the agency are told."""
    copy = nominations.find(work, nomination_id, lock=True)
    work.require(policy.may_triage, copy)
    _refuse_handover(work, copy)
    copy.status, copy.requeued_at = rules.after_taking(copy.status), work.now
    threads.say(work, copy, MessageKind.REDIRECT_TAKEN)
    repeats.note(work, copy)
    work.session.flush()
    work.record(AuditVerb.UPDATE, copy, fields=["status"])
    with work.whole("telling the panel that redirected it"):
        first = _first(work, copy)
        threads.say(work, first, MessageKind.REDIRECT_TAKEN)
        work.session.flush()
        _tell(work, first)
    return _onward(work, copy)


def refuse(work: Work, nomination_id: UUID, reason: str) -> Onward:
    """Give back what another panel offers, with the reason: it waits there again, and the copy is forgotten."""
    copy = nominations.find(work, nomination_id, lock=True)
    work.require(policy.may_triage, copy)
    _refuse_handover(work, copy)
    rules.check_offered(copy.status)
    rules.check_reason(reason, "Say why your panel does not take it: the other panel reads it")
    done = _onward(work, copy)
    with work.whole("giving a nomination back"):
        first = _first(work, copy)
        _requeue(work, first)
        threads.say(work, first, MessageKind.REDIRECT_REFUSED, reason)
        work.session.flush()
        work.record(AuditVerb.UPDATE, first, fields=["status"])
        _tell(work, first)
        redirects.forget(work, copy)
    work.record(AuditVerb.REVOKE, "Nomination", panel_id=done.panel_id, forgotten=[nomination_id])
    return done


def _refuse_handover(work: Work, copy: Nomination) -> None:
    """Refuse to answer for a handover as if it were redirected: what goes with it would be left behind."""
    if handovers.is_offered(work, copy.case_id):
        raise RuleBroken("Another panel hands this case over: acknowledge or refuse it on the page of the handover.")


def _first(work: Work, copy: Nomination) -> Nomination:
    return work.session.get_one(Nomination, copy.redirected_from_id, with_for_update=True)


def _requeue(work: Work, first: Nomination) -> None:
    """Put the first nomination back into its panel's queue, as it was before it was redirected."""
    first.status, first.decided_at, first.requeued_at = NominationStatus.NOMINATED, None, work.now
    first.redirected_to_id, first.triage_reason = None, None
    case = work.session.get_one(Case, first.case_id)
    case.status = CaseStatus.OPEN
    clocks.ask_anew(case)


def _tell(work: Work, first: Nomination) -> None:
    """Tell the panel that redirected and the agency that there is something to read."""
    revision = int(work.now.timestamp()) // 60
    nomination_letters.tell_coordinators(work, first, LetterKind.REDIRECT_ANSWERED, revision)
    nomination_letters.tell_agency(work, first, LetterKind.REDIRECT_ANSWERED, revision)


def _onward(work: Work, copy: Nomination) -> Onward:
    next_id, _ = desk.after(work, copy, Tray.OFFERED)
    return Onward(copy.reference, copy.panel_id, Tray.OFFERED, next_id)
