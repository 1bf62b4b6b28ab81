"""What is wrong with a nomination, and the sentence that says how to mend it."""

from dataclasses import replace
from datetime import date

import pytest

from clinic.domain import drafts
from clinic.domain import faults as rules
from clinic.domain.cases import Answer, PartyKind
from clinic.domain.drafts import NominationDraft, PartyDraft, SharingDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import Incident
from clinic.domain.nominations import ConsentPosition
from clinic.domain.orders import Order, OrderStatus, read
from clinic.domain.panels import PanelType
from tests.make import draft

TODAY = date(2026, 11, 25)
CODES = {
    "criteria": {"breach_of_order", "repeat"}, "relationship": {"ex_partner"}, "typology": {"not_determined"},
    "risk_tool": {"sash", "professional_judgement_only"}, "offences": {"pha_s4a"}, "order_kind": {"spo"},
    "behaviours": {"following"}, "basis": {"art6_1_e_public_task"}, "gateway": {"care_act_2014"},
}


def faults(panel_type=PanelType.STALKING_CLINIC, **changes):
    return {f.field: f.message for f in rules.of(draft(**changes), TODAY, panel_type, CODES)}


def party(**changes):
    return replace(PartyDraft("Zelda", "Uniquename", (), date(1990, 3, 27)), **changes)


def test_a_whole_nomination_has_no_fault():
    assert faults() == {}


@pytest.mark.parametrize(("changes", "field"), [
    ({"victim": party(given_name="")}, "victim_given_name"),
    ({"victim": party(family_name="  ")}, "victim_family_name"),
    ({"perpetrator": PartyDraft("", "")}, "perpetrator_given_name"),
    ({"victim": party(born_on=date(2026, 11, 26))}, "victim_date_of_birth"),
    ({"perpetrator": party(given_name="Yorick", born_on=date(1899, 12, 31))}, "perpetrator_date_of_birth"),
    ({"perpetrator": party(given_name="ZELDA")}, "perpetrator_given_name"),
    ({"criteria": ()}, "criteria"),
    ({"criteria": ("visible_high_risk",)}, "criteria"),
    ({"relationship": "<script>"}, "relationship"),
    ({"risk_result": ""}, "risk_result"),
    ({"last_incident_on": date(2026, 11, 26)}, "last_incident_on"),
    ({"last_incident_on": date(1066, 10, 14)}, "last_incident_on"),
    ({"incidents_last_12_months": 101}, "incidents_last_12_months"),
    ({"children": 31}, "children"),
    ({"victim_wishes": ""}, "victim_wishes"),
    ({"question": ""}, "question"),
    ({"narrative": "x" * 10_001}, "narrative"),
    ({"narrative": "a\0b"}, "narrative"),
    ({"contact_name": "two\nlines"}, "contact_name"),
    ({"contact_email": "nobody"}, "contact_email"),
    ({"orders": (Order("spo", OrderStatus.MADE, date(2026, 5, 2), date(2026, 5, 1)),)}, "orders"),
    ({"orders": (Order("pardon", OrderStatus.MADE, date(2026, 5, 2)),)}, "orders"),
    ({"orders": (Order("spo", OrderStatus.MADE, date(2026, 5, 2)),) * 5}, "orders"),
    ({"behaviours": ("humming",)}, "behaviours"),
    ({"others": (PartyDraft("Noor", "Testwell"),)}, "other_kind"),
    ({"others": (PartyDraft("", "", kind=PartyKind.CHILD),)}, "other_given_name"),
    ({"others": (party(kind=PartyKind.PERPETRATOR),)}, "other_given_name"),
    ({"others": (PartyDraft("Noor", "", (), date(2027, 1, 1), kind=PartyKind.CHILD),)}, "other_date_of_birth"),
    ({"others": (PartyDraft("Noor", "", kind=PartyKind.CHILD),) * 41}, "others"),
    ({"incidents": (Incident(date(2026, 11, 26), "Followed to work"),)}, "incidents"),
    ({"incidents": (Incident(date(2026, 11, 2), " "),)}, "incidents"),
    ({"incidents": (Incident(date(2026, 11, 2), "Followed", ("humming",)),)}, "incidents"),
    ({"incidents": (Incident(date(2026, 11, 2), "Followed to work"),) * 501}, "incidents"),
    ({"criteria": ("breach_of_order", "repeat"), "criteria_reasons": {"repeat": "x" * 2001}}, "criteria_reasons"),
    ({"sharing": SharingDraft("Safety", "because", "", "At risk")}, "sharing_basis"),
])
def test_each_fault_is_named_at_its_field(changes, field):
    assert list(faults(**changes)) == [field]


def test_the_last_incident_may_be_today_and_the_perpetrator_may_have_no_known_name():
    assert faults(last_incident_on=TODAY, perpetrator=PartyDraft("Not known", "")) == {}


def test_professional_judgement_needs_no_result():
    assert faults(risk_tool="professional_judgement_only", risk_result="") == {}


def test_a_marac_hears_victims_of_sixteen_and_a_clinic_younger_ones_too():
    day_before, on_the_day = party(born_on=date(2010, 11, 26)), party(born_on=date(2010, 11, 25))
    assert list(faults(PanelType.MARAC, victim=day_before)) == ["victim_date_of_birth"]
    assert faults(PanelType.MARAC, victim=on_the_day) == {}
    assert faults(victim=day_before) == {}


def test_a_scrutiny_panel_takes_no_nominations():
    with pytest.raises(RuleBroken, match="takes no nominations"):
        drafts.criteria_list(PanelType.CPS_SCRUTINY_PANEL)


def test_checking_refuses_the_first_fault_at_its_field():
    with pytest.raises(RuleBroken) as refused:
        rules.check(draft(question="", narrative=""), TODAY, PanelType.MARAC, CODES)
    assert refused.value.field == "question"


def test_an_order_reads_back_as_it_was_written():
    for order in (Order("spo", OrderStatus.SERVED, date(2026, 9, 26)),
                  Order("police_bail", OrderStatus.MADE, date(2026, 9, 23), date(2026, 10, 12))):
        assert read(order.written()) == order


def test_sharing_without_agreement_is_written_down_and_then_holds():
    decided = SharingDraft("To keep her safe", "art6_1_e_public_task", "care_act_2014", "The risk is high")
    assert faults(consent=ConsentPosition.REFUSED_SHARED_ANYWAY, sharing=decided) == {}
    assert faults(consent=ConsentPosition.GIVEN) == {}
    assert list(faults(consent=ConsentPosition.NOT_SOUGHT_UNSAFE)) == [
        "sharing_purpose", "sharing_basis", "sharing_reason"]


def test_an_emergency_says_who_is_in_danger_and_why_it_cannot_wait():
    half = NominationDraft(
        victim=party(), perpetrator=PartyDraft("Not known", ""), narrative="He is on his way.", emergency=True,
        contact_name="Officer Testwell", contact_email="officer@police.example", emergency_reason="Released today",
    )
    found = list(rules.of(half, TODAY, PanelType.MARAC, CODES, rules.IN_AN_EMERGENCY))
    assert found == []
    assert {f.field for f in rules.of(replace(half, emergency_reason=""), TODAY, PanelType.MARAC, CODES,
                                      rules.IN_AN_EMERGENCY)} == {"emergency_reason"}


def test_judgement_gives_its_reason():
    codes = CODES | {"criteria": {"professional_judgement"}}
    said = draft(criteria=("professional_judgement",), criteria_reasons={"professional_judgement": " "})
    assert [f.field for f in rules.of(said, TODAY, PanelType.MARAC, codes)] == ["criteria_reasons"]


def test_saying_that_nothing_is_known_is_an_answer():
    silent = draft(last_incident_on=None)
    must = ("last_incident_on", "orders")
    assert [f.field for f in rules.missing(silent, must)] == ["last_incident_on"]
    assert list(rules.missing(replace(silent, nothing_to_say=frozenset({"last_incident_on"})), must)) == []


def test_four_answers_are_needed_to_the_four_questions():
    assert [f.field for f in rules.missing(draft(four={"fixated": Answer.NO}), ("four",))] == ["four"]
