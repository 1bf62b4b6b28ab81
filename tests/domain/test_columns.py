"""A force's own export becomes our rows by a map of headings."""

from dataclasses import replace
from uuid import uuid4

import pytest

from clinic.domain import columns
from clinic.domain.columns import MAPPED, NEEDED, MapDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.imports import COLUMNS

THEIRS = {column: f"Their {column}" for column in MAPPED}
DRAFT = MapDraft("Niche export", uuid4(), THEIRS)


def translated(month_first=False, **cells):
    return columns.translated({f"Their {name}": text for name, text in cells.items()},
                              {name: f"Their {name}" for name in cells}, month_first, {"panel": "Northmere"})


def test_headings_of_others_are_told_from_ours_with_a_few_mistakes():
    assert columns.is_foreign(("Crime number", "Surname", "narrative"))
    assert not columns.is_foreign(COLUMNS) and not columns.is_foreign([c.upper() for c in COLUMNS[5:]])


@pytest.mark.parametrize("heading", ["a@b.example", "07700900000", "27/03/1990", "x" * 101])
def test_a_first_row_that_holds_values_is_no_row_of_headings(heading):
    columns.check_headings(["Crime number", "Victim 1 surname", "Date (first report)"])
    with pytest.raises(RuleBroken, match="reads like a value"):
        columns.check_headings(["Surname", heading])


@pytest.mark.parametrize(("change", "field"), [
    ({"name": " "}, "name"), ({"agency_id": None}, "agency"),
    ({"columns": THEIRS | {"narrative": ""}}, "narrative"),
    ({"columns": THEIRS | {"question": "Elsewhere"}}, "question"),
    ({"columns": THEIRS | {"children": "Their narrative"}}, "narrative"),
])
def test_a_map_is_refused_at_the_field_that_is_wrong(change, field):
    columns.check(DRAFT, tuple(THEIRS.values()))
    columns.check(replace(DRAFT, columns={column: THEIRS[column] for column in NEEDED}), tuple(THEIRS.values()))
    with pytest.raises(RuleBroken) as broken:
        columns.check(replace(DRAFT, **change), tuple(THEIRS.values()))
    assert broken.value.field == field


def test_headings_that_say_which_they_are_are_proposed():
    assert columns.proposed(["Victim given-name", "Narrative", "Town"]) == {
        "victim_given_name": "Victim given-name", "narrative": "Narrative"}


@pytest.mark.parametrize(("column", "text", "ours"), [
    ("victim_phone_safe", "Y", "yes"), ("victim_phone_safe", "FALSE", "no"), ("victim_phone_safe", "maybe", "maybe"),
    ("victim_gender", "F", "female"), ("relationship", "Ex-Partner", "Ex Partner"),
    ("submitted_on", "20/11/2026 09:30", "20/11/2026"), ("submitted_on", "2026-11-20T09:30:00", "2026-11-20"),
    ("submitted_on", "soon", "soon"), ("narrative", "Ex-partner at 9:30", "Ex-partner at 9:30"),
])
def test_plain_words_are_translated_and_others_are_left(column, text, ours):
    assert translated(**{column: text}) == {"panel": "Northmere", column: ours}


def test_the_month_comes_first_only_where_the_map_says_so():
    assert translated(True, submitted_on="11/2/2026")["submitted_on"] == "2026-11-2"
    assert translated(False, submitted_on="11/2/2026")["submitted_on"] == "11/2/2026"
