"""A result is held against its own tool's alone, and one that may be lower wants a reason and a second person."""

from datetime import date
from uuid import uuid4

import pytest

from clinic.domain import risks as rules
from clinic.domain.errors import RuleBroken
from clinic.domain.risks import NewAssessment, Plan, RiskChange

C = RiskChange
TODAY = date(2026, 11, 25)
TOOLS = {"sash": "SASH", "dash_safelives": "SafeLives Dash"}


def new(**changes):
    return NewAssessment(**{"tool": "sash", "version": "", "result": "high", "assessed_on": TODAY, "assessor": "A. B.",
                            "judgement": "He knows where she works.", **changes})


@pytest.mark.parametrize(("tool", "text", "result"), [
    ("sash", "High", "high"), ("sash", "moderate concern", "moderate"), ("sash", "not done", None),
    ("sash", "moderate to high", None), ("oasys", "Very high RoSH", "very_high"), ("oasys", "high", "high"),
    ("dash_police_2009", "MEDIUM", "medium"), ("dash_safelives", "14", "14"), ("dash_safelives", "14 of 24", "14"),
    ("dash_safelives", "07 ticks", "7"), ("dash_safelives", "99", None), ("dash_safelives", "high", None),
    ("a_panels_own", "Low", "low"),
])
def test_what_a_nomination_says_is_read_where_it_means_one_result(tool, text, result):
    assert rules.read(tool, text) == result


@pytest.mark.parametrize(("tool", "before", "now", "change"), [
    ("sash", None, "low", C.FIRST), ("sash", "low", "high", C.RAISED), ("sash", "High", "high", C.UNCHANGED),
    ("sash", "high", "moderate", C.LOWERED), ("dash_safelives", "14", "9", C.LOWERED),
    ("dash_safelives", "9", "14", C.RAISED), ("oasys", "very high", "high", C.LOWERED),
    ("sash", "see the report", "moderate", C.LOWERED), ("sash", "see the report", "high", C.RAISED),
])
def test_a_result_is_first_raised_unchanged_or_lowered(tool, before, now, change):
    assert rules.compare(tool, before, now) is change


def test_a_lower_result_wants_its_reason_and_that_none_waits():
    rules.check_lowering(C.RAISED, "", "high", waits=True)
    rules.check_lowering(C.LOWERED, "He is in custody.", "high", waits=False)
    with pytest.raises(RuleBroken) as refused:
        rules.check_lowering(C.LOWERED, " ", "high", waits=False)
    assert refused.value.field == "because"
    with pytest.raises(RuleBroken, match="waits already"):
        rules.check_lowering(C.LOWERED, "He is in custody.", "high", waits=True)


@pytest.mark.parametrize(("changes", "field"), [
    ({"tool": "crystal_ball"}, "tool"), ({"result": "very_high"}, "result"), ({"result": ""}, "result"),
    ({"assessed_on": date(2026, 11, 26)}, "assessed_on"), ({"judgement": " "}, "judgement"),
    ({"judgement": "x" * 4001}, "judgement"), ({"because": "x" * 1001}, "because"),
])
def test_an_assessment_that_is_not_whole_is_refused_at_its_field(changes, field):
    rules.check(new(), TOOLS, TODAY)
    with pytest.raises(RuleBroken) as refused:
        rules.check(new(**changes), TOOLS, TODAY)
    assert refused.value.field == field


def test_whoever_entered_it_decides_nothing_and_a_refusal_has_its_reason():
    me = uuid4()
    with pytest.raises(RuleBroken):
        rules.check_decider(me, me)
    rules.check_decider(me, uuid4())
    with pytest.raises(RuleBroken):
        rules.check_refusal("")
    with pytest.raises(RuleBroken):
        rules.check_asked(date(2026, 11, 26), TODAY)


def test_an_assessment_is_old_the_day_after_the_panels_days():
    assert not rules.is_stale(date(2026, 8, 27), 90, TODAY) and rules.is_stale(date(2026, 8, 26), 90, TODAY)


@pytest.mark.parametrize(("plan", "field"), [
    (Plan(), "formulation"), (Plan(formulation="x" * 4001), "formulation"),
    (Plan(formulation="x", typology="poet"), "typology"), (Plan(formulation="x", review_on=TODAY), "review_on"),
])
def test_a_plan_that_says_nothing_or_looks_back_is_refused(plan, field):
    whole = Plan("rejected", management="Bail until trial.", review_on=date(2026, 12, 9))
    rules.check_plan(whole, {"rejected": "Rejected"}, TODAY)
    with pytest.raises(RuleBroken) as refused:
        rules.check_plan(plan, {"rejected": "Rejected"}, TODAY)
    assert refused.value.field == field
