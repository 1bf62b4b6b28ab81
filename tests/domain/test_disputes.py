"""A disputed response names another agency that takes part, a day that has been, and why; answers say why too."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from clinic.domain import disputes as rules
from clinic.domain.disputes import NewDispute, ResponseKind
from clinic.domain.errors import RuleBroken

TODAY = date(2026, 11, 25)
POLICE, ADVOCACY = uuid4(), uuid4()
SAID = NewDispute(POLICE, ResponseKind.LOW_PRIORITY, TODAY, "He was at the door that night.")


def check(said=SAID):
    rules.check(said, ADVOCACY, {POLICE: "Police", ADVOCACY: "Advocacy"}, TODAY)


def test_a_response_of_today_by_another_agency_is_disputed():
    check()


@pytest.mark.parametrize(("said", "field"), [
    (replace(SAID, responder_id=ADVOCACY), "responder"), (replace(SAID, responder_id=uuid4()), "responder"),
    (replace(SAID, responded_on=TODAY + timedelta(days=1)), "responded_on"),
    (replace(SAID, responded_on=date(1949, 12, 31)), "responded_on"),
    (replace(SAID, words=" "), "words"), (replace(SAID, words="x" * 2001), "words"),
])
def test_what_nobody_could_answer_is_refused_at_its_field(said, field):
    with pytest.raises(RuleBroken) as broken:
        check(said)
    assert broken.value.each[0].field == field


def test_a_new_version_changes_something_and_says_why():
    rules.check_correction(SAID, replace(SAID, words="Twice."), "It was twice.")
    for after, why in ((SAID, "So."), (replace(SAID, words="Twice."), " "), (replace(SAID, words="Twice."), "x" * 501)):
        with pytest.raises(RuleBroken):
            rules.check_correction(SAID, after, why)


@pytest.mark.parametrize(("ended", "answered"), [(True, False), (False, True)])
def test_what_was_ended_or_answered_stays_as_it_is(ended, answered):
    rules.check_open(False, False)
    with pytest.raises(RuleBroken):
        rules.check_open(ended, answered)


@pytest.mark.parametrize(("ended", "own", "words"), [(True, False, "So."), (False, True, "So."), (False, False, " ")])
def test_whoever_disputes_does_not_answer_and_an_answer_says_why(ended, own, words):
    rules.check_answer(False, False, "So.")
    with pytest.raises(RuleBroken):
        rules.check_answer(ended, own, words)
