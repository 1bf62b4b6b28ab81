"""Which tray a nomination lies in, and the text that asks for what is missing."""

import pytest

from clinic.domain.desk import STATUSES, Tray, tray_of, what_is_missing
from clinic.domain.faults import MISSING
from clinic.domain.nominations import LONGEST_REASON, NominationStatus
from clinic.domain.questions import Completeness


def test_every_nomination_that_was_sent_lies_in_one_tray():
    placed = [status for statuses in STATUSES.values() for status in statuses]
    assert sorted(placed) == sorted(set(NominationStatus) - {NominationStatus.DRAFT})
    assert tray_of(NominationStatus.RETURNED_FOR_INFORMATION) is Tray.RETURNED


def test_what_is_missing_becomes_one_sentence_a_line():
    whole = Completeness(1, 3, (("victim", "victim_postcode", "Enter it."), ("risk", "risk_tool", "Choose it.")))
    assert what_is_missing(whole) == "Please add what is missing:\n- Enter it.\n- Choose it."


def test_where_nothing_is_missing_nothing_is_asked():
    assert what_is_missing(Completeness(3, 3, ())) == ""


@pytest.mark.parametrize("times", [1, 2, 10])
def test_the_text_is_never_longer_than_a_reason_may_be(times):
    missing = tuple(("page", field, sentence) for field, sentence in MISSING.items()) * times
    assert 0 < len(what_is_missing(Completeness(0, len(missing), missing))) <= LONGEST_REASON
