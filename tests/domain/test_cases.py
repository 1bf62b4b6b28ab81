"""Ages, kinds of agenda item, and who may not be excluded by whom."""

from datetime import date
from uuid import uuid4

import pytest

from clinic.domain.agenda import AgendaItemKind
from clinic.domain.cases import age, agenda_kind, check_exclusion
from clinic.domain.errors import RuleBroken


@pytest.mark.parametrize(("born", "day", "years"), [
    (date(2010, 11, 25), date(2026, 11, 24), 15), (date(2010, 11, 25), date(2026, 11, 25), 16),
    (date(2008, 2, 29), date(2026, 2, 28), 17), (date(2008, 2, 29), date(2026, 3, 1), 18),
])
def test_people_grow_older_on_their_birthday(born, day, years):
    assert age(born, day) == years


def test_a_repeat_is_listed_as_one():
    assert agenda_kind(["repeat", "professional_judgement"]) is AgendaItemKind.CASE_REPEAT
    assert agenda_kind(["breach_of_order"]) is AgendaItemKind.CASE_NEW
    assert agenda_kind(["breach_of_order", "transfer_in"]) is AgendaItemKind.CASE_TRANSFER_IN


def test_an_exclusion_names_one_person_or_one_agency_with_a_ground_and_never_oneself():
    me, mine, other = uuid4(), uuid4(), uuid4()
    check_exclusion(other, None, "chair_decision", me, {mine})
    check_exclusion(None, other, "chair_decision", me, {mine})
    for user_id, agency_id, ground, field in (
        (None, None, "chair_decision", "who"), (other, other, "chair_decision", "who"), (other, None, "", "ground"),
        (me, None, "chair_decision", "who"), (None, mine, "chair_decision", "who"),
    ):
        with pytest.raises(RuleBroken) as refused:
            check_exclusion(user_id, agency_id, ground, me, {mine})
        assert refused.value.field == field
