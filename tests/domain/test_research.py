"""What an agency may answer, and when."""

import json
from csv import DictReader
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from clinic.domain.actions import EscalationLevel
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import MeetingStatus
from clinic.domain.panels import ReturnMode, Rules
from clinic.domain.research import (
    STATUTORY_SECTORS,
    Handling,
    HandlingCode,
    Known,
    ResearchAnswer,
    ResearchStatus,
    WithheldReason,
    check,
    check_addendum,
    check_open,
    due,
    is_past,
    reminder_due,
    speaking_order,
    status_after,
)

M = MeetingStatus
H = HandlingCode
RULES = Rules(research_due_days=2)


def test_an_answer_is_due_working_days_before_the_meeting():
    assert due(date(2026, 12, 9), RULES, (), date(2026, 11, 25)) == date(2026, 12, 7)
    christmas = {date(2026, 12, 25), date(2026, 12, 28)}
    assert due(date(2026, 12, 30), RULES, christmas, date(2026, 11, 25)) == date(2026, 12, 24)


def test_what_is_asked_late_is_due_on_the_day_it_is_asked():
    assert due(date(2026, 12, 9), RULES, (), date(2026, 12, 8)) == date(2026, 12, 8)


def test_an_answer_says_whom_the_agency_knows_or_that_it_knows_none():
    for known in ((), (Known.NONE, Known.VICTIM)):
        with pytest.raises(RuleBroken) as broken:
            check(ResearchAnswer(known), ReturnMode.SHARED_RETURN)
        assert broken.value.field == "known"
    both = ResearchAnswer((Known.VICTIM, Known.CHILDREN), "Seen in May.")
    assert check(both, ReturnMode.SHARED_RETURN) == both


def test_where_only_readiness_is_asked_no_text_is_kept():
    assert check(ResearchAnswer((Known.VICTIM,), "Seen in May."), ReturnMode.READINESS_ONLY).text == ""


@pytest.mark.parametrize(("known", "on", "status"), [
    ((Known.NONE,), date(2026, 12, 7), ResearchStatus.CHECKED_NOT_KNOWN),
    ((Known.VICTIM,), date(2026, 12, 7), ResearchStatus.RETURNED),
    ((Known.VICTIM,), date(2026, 12, 8), ResearchStatus.LATE),
    ((Known.NONE,), date(2026, 12, 8), ResearchStatus.LATE),
])
def test_an_answer_after_the_due_day_is_late(known, on, status):
    at = datetime(on.year, on.month, on.day, 23, 30, tzinfo=UTC)
    assert status_after(ResearchAnswer(known), is_past(at, date(2026, 12, 7))) is status


def test_where_an_hour_is_given_an_answer_is_late_after_it():
    hour, day = datetime(2026, 12, 7, 14, tzinfo=UTC), date(2026, 12, 7)
    assert not is_past(hour, day, hour) and is_past(hour + timedelta(minutes=1), day, hour)


@pytest.mark.parametrize(("status", "listed", "answered", "word"), [
    (M.CANCELLED, True, False, "cancelled"), (M.CLOSED, True, False, "over"), (M.HELD, True, False, "over"),
    (M.PLANNED, False, False, "taken off"), (M.IN_PROGRESS, True, True, "started"),
])
def test_no_answer_is_taken_when_nobody_waits_for_it(status, listed, answered, word):
    with pytest.raises(RuleBroken, match=word):
        check_open(status, listed, answered)


def test_a_first_answer_is_taken_during_the_meeting_and_a_changed_one_before():
    check_open(M.IN_PROGRESS, True, False)
    check_open(M.PLANNED, True, True)


def test_an_answer_is_added_to_once_the_meeting_has_begun_where_the_panel_takes_texts():
    for status in (M.IN_PROGRESS, M.HELD, M.CLOSED):
        check_addendum(status, True, ReturnMode.SHARED_RETURN, "Since then.")
        with pytest.raises(RuleBroken, match="takes no texts"):
            check_addendum(status, True, ReturnMode.READINESS_ONLY, "Since then.")


LATE, SOON = EscalationLevel.LEAD_CHASED, EscalationLevel.REMINDER


@pytest.mark.parametrize(("today", "sent", "level"), [
    (4, (), SOON), (7, (), SOON), (8, (), LATE), (3, (), None),
    # Sent of this day's due.
    (7, ((SOON, 4),), None), (9, ((LATE, 8),), None), (8, ((SOON, 4),), LATE),
    # Chased by hand long before, or when it was due on another day.
    (4, ((SOON, 2),), SOON), (8, ((LATE, 2),), LATE), (8, ((LATE, 7),), LATE),
    # One letter a day, whatever it says.
    (4, ((LATE, 4),), None), (8, ((SOON, 8),), None),
])
def test_a_reminder_counts_for_the_due_day_that_it_was_sent_of(today, sent, level):
    days = [(kind, date(2026, 12, day)) for kind, day in sent]
    assert reminder_due(date(2026, 12, 7), date(2026, 12, today), days, ()) is level


def test_a_piece_is_for_the_whole_panel_unless_something_else_is_chosen():
    named, other = uuid4(), uuid4()
    for code, agencies, statutory, may in (
        (H.PANEL, (), (), True),
        (H.STATUTORY, (other,), (), False), (H.STATUTORY, (other,), (other,), True),
        (H.NAMED_AGENCIES, (other,), (other,), False), (H.NAMED_AGENCIES, (named, other), (), True),
        (H.OWN, (named,), (named,), False),
    ):
        assert Handling(code, frozenset({named})).is_for(agencies, statutory) is may, code
    assert ResearchAnswer((Known.VICTIM,), "Seen.").handling_of(InformationKind.FACT) == Handling(H.PANEL)


def test_restricted_intelligence_is_its_own_agencys_whatever_is_chosen():
    for code in H:
        assert Handling(code, frozenset({uuid4()})).of(InformationKind.INTELLIGENCE_RESTRICTED) == Handling(H.OWN)


@pytest.mark.parametrize(("code", "text", "named", "refused"), [
    (H.NAMED_AGENCIES, "Seen.", 0, "Tick the agencies"), (H.NAMED_AGENCIES, "Seen.", 1, ""),
    (H.NAMED_AGENCIES, "", 0, ""), (H.NAMED_AGENCIES, "", 1, "nothing is for named agencies"),
    (H.PANEL, "Seen.", 1, "nothing is for named agencies"), (H.OWN, "Seen.", 0, ""),
])
def test_agencies_are_ticked_where_something_is_for_them_and_nowhere_else(code, text, named, refused):
    answer = ResearchAnswer((Known.VICTIM,), text, handling={InformationKind.FACT: code},
                            named=frozenset(uuid4() for _ in range(named)))
    if not refused:
        assert check(answer, ReturnMode.SHARED_RETURN) == answer
        return
    with pytest.raises(RuleBroken, match=refused) as broken:
        check(answer, ReturnMode.SHARED_RETURN)
    assert broken.value.field == "named"
    assert check(answer, ReturnMode.SHARED_RETURN, later=True) == answer


def test_an_answer_that_is_kept_to_be_finished_is_read_as_it_was():
    for answer in (
        ResearchAnswer(()),
        ResearchAnswer(
            (Known.VICTIM, Known.CHILDREN), "Seen.", "They say.", "We think.", "A source.", "Visit.",
            WithheldReason.THIRD_PARTY, {InformationKind.FACT: H.NAMED_AGENCIES}, frozenset({uuid4()})),
    ):
        assert ResearchAnswer.of(json.loads(json.dumps(answer.spelled()))) == answer


def test_every_sector_that_counts_as_statutory_is_one_of_the_list():
    with open("migrations/terms.csv", encoding="utf-8") as file:
        sectors = {row["code"] for row in DictReader(file) if row["list"] == "agency_sector"}
    assert STATUTORY_SECTORS < sectors
    assert not STATUTORY_SECTORS & {"idva_service", "stalking_advocacy", "refuge", "voluntary_other", "other"}


def test_who_nominated_speaks_first_then_the_advocate_then_the_others():
    police, advocates, health = uuid4(), uuid4(), uuid4()
    order = sorted((health, advocates, police), key=lambda one: speaking_order(one, police, {advocates}))
    assert order == [police, advocates, health]
    assert speaking_order(police, None, set()) == speaking_order(health, None, set())
