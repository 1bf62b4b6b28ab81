"""What may happen to a nomination, and when."""

from uuid import uuid4

import pytest

from clinic.domain import nominations as rules
from clinic.domain.errors import RuleBroken
from clinic.domain.nominations import NominationStatus as Status
from clinic.domain.nominations import TriageDecision, TriageOutcome

REASON = "Say when the last incident was."


@pytest.mark.parametrize(("decision", "status"), [
    (TriageDecision(TriageOutcome.ACCEPT), Status.ACCEPTED),
    (TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, REASON), Status.RETURNED_FOR_INFORMATION),
    (TriageDecision(TriageOutcome.REDIRECT, REASON, redirect_to=uuid4()), Status.REDIRECTED),
    (TriageDecision(TriageOutcome.REJECT, REASON, reject_reason="outside_area"), Status.REJECTED),
])
def test_each_decision_has_its_status(decision, status):
    assert rules.after_triage(Status.NOMINATED, decision) is status


@pytest.mark.parametrize(("decision", "field"), [
    (TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, "  "), "reason"),
    (TriageDecision(TriageOutcome.REDIRECT, REASON), "redirect_to"),
    (TriageDecision(TriageOutcome.REJECT, REASON), "reject_reason"),
    (TriageDecision(TriageOutcome.REJECT, "", reject_reason="duplicate"), "reason"),
    (TriageDecision(TriageOutcome.REJECT, "x" * 2001, reject_reason="duplicate"), "reason"),
])
def test_all_but_an_acceptance_need_a_reason_and_what_belongs_to_them(decision, field):
    with pytest.raises(RuleBroken) as refused:
        rules.after_triage(Status.NOMINATED, decision)
    assert refused.value.field == field


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.NOMINATED])
def test_triage_happens_once(status):
    with pytest.raises(RuleBroken):
        rules.after_triage(status, TriageDecision(TriageOutcome.ACCEPT))


def test_whoever_sent_a_nomination_does_not_decide_it_but_whoever_imported_a_file_may():
    me = uuid4()
    rules.check_decider(uuid4(), me, imported=False)
    rules.check_decider(me, me, imported=True)
    with pytest.raises(RuleBroken, match="somebody else"):
        rules.check_decider(me, me, imported=False)


@pytest.mark.parametrize("status", Status)
def test_what_is_decided_can_no_longer_be_changed_sent_again_or_withdrawn(status):
    def refused(act, *arguments):
        try:
            act(*arguments)
        except RuleBroken:
            return True
        return False

    assert refused(rules.check_editable, status) is (status not in (Status.NOMINATED, Status.RETURNED_FOR_INFORMATION))
    assert refused(rules.after_sending_again, status) is (status is not Status.RETURNED_FOR_INFORMATION)
    may_withdraw = status in (Status.OFFERED, Status.NOMINATED, Status.RETURNED_FOR_INFORMATION, Status.ACCEPTED)
    assert refused(rules.after_withdrawal, status, "Made in error.", False) is not may_withdraw


def test_a_withdrawal_has_a_reason_and_comes_before_the_hearing():
    for reason, heard in (("", False), ("Made in error.", True)):
        with pytest.raises(RuleBroken):
            rules.after_withdrawal(Status.ACCEPTED, reason, heard)
