"""Rows of a file: what they say, and the column and the sentence for what is wrong."""

import csv
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

import clinic
from clinic.domain import imports
from clinic.domain.errors import RuleBroken
from clinic.domain.imports import Grounds, PanelGround
from clinic.domain.orders import Order, OrderStatus
from clinic.domain.panels import PanelType

TODAY = date(2026, 11, 25)
CLINIC, SCRUTINY, POLICE, HEALTH = uuid4(), uuid4(), uuid4(), uuid4()
CODES = {
    "criteria": {"breach_of_order", "repeat"}, "relationship": {"ex_partner"},
    "typology": {"not_determined", "rejected"}, "risk_tool": {"sash"},
    "offences": {"pha_s4a", "pha_s2"}, "order_kind": {"spo", "police_bail"},
}
GROUNDS = Grounds(
    TODAY,
    {"northmere stalking clinic": PanelGround(CLINIC, PanelType.STALKING_CLINIC, CODES),
     "northmere scrutiny panel": PanelGround(SCRUTINY, PanelType.CPS_SCRUTINY_PANEL, {})},
    {"northmere police": POLICE, "northmere health": HEALTH}, {(CLINIC, POLICE)},
)
GOOD = dict.fromkeys(imports.COLUMNS, "") | {
    "source_reference": "NP/1/26", "submitted_on": "2026-11-20", "panel": "Northmere Stalking Clinic",
    "nominating_agency": "Northmere Police", "contact_name": "PC Hallam", "contact_email": "hallam@police.example",
    "criteria": "breach_of_order;repeat", "victim_given_name": "Zelda", "victim_family_name": "Uniquename",
    "victim_date_of_birth": "27/03/1990", "victim_gender": "female", "victim_phone_safe": "no", "victim_aware": "aware",
    "victim_wishes": "Wants it to stop.", "advocate_offered": "accepted", "perpetrator_given_name": "Yorick",
    "perpetrator_family_name": "Othername", "perpetrator_aliases": "Y; Yo", "relationship": "ex_partner",
    "typology": "rejected", "children": "2", "last_incident_on": "1 Nov 2026", "incidents_last_12_months": "118",
    "risk_tool": "sash", "risk_result": "high", "offences": "pha_s4a;pha_s2",
    "orders": "spo:served:2026-09-26;police_bail:made:23.09.2026:12/10/2026", "question": "Is it enough?",
    "narrative": "Messages every night.",
}


def read(**changes):
    return imports.read(GOOD | changes, GROUNDS)


def faulty(**changes):
    return [fault.field for fault in read(**changes).faults]


def test_a_good_row_becomes_a_draft():
    row = read()
    assert row.faults == () and (row.panel_id, row.agency_id) == (CLINIC, POLICE)
    assert row.submitted_on == date(2026, 11, 20) and row.source_reference == "NP/1/26"
    draft = row.draft
    assert draft.victim.born_on == date(1990, 3, 27) and draft.perpetrator.aliases == ("Y", "Yo")
    assert draft.last_incident_on == date(2026, 11, 1) and draft.incidents_last_12_months == 100
    assert draft.orders == (Order("spo", OrderStatus.SERVED, date(2026, 9, 26)),
                            Order("police_bail", OrderStatus.MADE, date(2026, 9, 23), date(2026, 10, 12)))


@pytest.mark.parametrize("text", ["2026-12-31", "31/12/2026", "31.12.2026", "31 Dec 2026", "31 december 2026"])
def test_dates_are_read_as_iso_or_as_the_uk_writes_them(text):
    assert imports.day_of(text) == date(2026, 12, 31)


@pytest.mark.parametrize("text", [
    "12/31/2026", "31 February 2026", "31/02/2026", "2026", "31/12/26", "soon", "٣١/١٢/٢٠٢٦",
])
def test_a_date_that_is_none_is_refused_with_how_to_write_it(text):
    with pytest.raises(RuleBroken, match="date|There is no"):
        imports.day_of(text)


def test_a_day_that_a_spreadsheet_shows_as_a_number_is_not_guessed_at():
    with pytest.raises(RuleBroken, match="46386 is how a spreadsheet counts days: give the column the format"):
        imports.day_of("46386")


@pytest.mark.parametrize(("column", "value"), [
    ("panel", "Saltby MARAC"), ("panel", "Northmere Scrutiny Panel"), ("panel", ""),
    ("nominating_agency", "Scotland Yard"), ("nominating_agency", "Northmere Health"), ("source_reference", ""),
    ("submitted_on", ""), ("submitted_on", "2026-11-26"), ("last_incident_on", "31/02/2026"),
    ("victim_gender", "woman"), ("victim_aware", ""), ("victim_phone_safe", "maybe"), ("children", "many"),
    ("incidents_last_12_months", "-1"), ("criteria", "visible_high_risk"), ("criteria", ""), ("offences", "arson"),
    ("orders", "spo:served"), ("orders", "spo:lost:2026-01-01"), ("orders", "spo:made:31/02/2026"),
    ("victim_given_name", ""), ("narrative", "=HYPERLINK(1)"), ("contact_email", "hallam"),
    ("victim_family_name", "x" * 101), ("question", "a\x07b"), ("victim_given_name", "two\nlines"),
])
def test_each_fault_is_named_with_its_column(column, value):
    assert faulty(**{column: value}) == [column]


def test_all_faults_of_a_row_are_named_at_once():
    assert set(faulty(panel="nowhere", last_incident_on="x", victim_gender="x")) == {
        "panel", "last_incident_on", "victim_gender"}


def test_markup_is_text_and_a_telephone_may_begin_with_a_plus():
    draft = read(narrative="<script>alert(1)</script>", victim_phone="+44 7700 900000").draft
    assert draft.narrative == "<script>alert(1)</script>" and draft.contact.telephone == "+44 7700 900000"


def test_a_row_that_our_own_file_handed_back_reads_as_before():
    assert read(victim_phone="'+44 7700 900000").draft.contact.telephone == "+44 7700 900000"


def test_a_file_needs_its_columns_knows_all_of_them_and_holds_ten_thousand_rows():
    imports.check_file([*imports.COLUMNS, imports.MENDING, "presenter"], 10_000)
    for header, rows, sentence in (
        (imports.COLUMNS[1:], 1, "no column “source_reference”"), ([*imports.COLUMNS, "shoe_size"], 1, "shoe_size"),
        (imports.COLUMNS, 0, "no rows"), (imports.COLUMNS, 10_001, "10,001 rows and may have 10,000"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            imports.check_file(header, rows)


def test_the_columns_are_those_of_the_demonstration():
    path = Path(clinic.__file__).parent / "demo" / "nominations.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert tuple(next(csv.reader(file))) == imports.COLUMNS
