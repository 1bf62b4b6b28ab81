"""What minutes are composed of, and the steps of their life."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from clinic.documents.markup import render
from clinic.domain import minutes
from clinic.domain.adjournments import Pause
from clinic.domain.attendance import Spell
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import AttendanceStatus, MeetingStatus
from clinic.domain.minutes import Agreed, Attendee, Between, Heard, MinuteStatus, Sat, Section
from clinic.domain.notes import NoteSection
from clinic.domain.urgent import UrgentReply

DUE = date(2026, 12, 9)


def a_case(**more) -> Heard:
    noted = {NoteSection.SHARED: more.pop("notes", "Talked."), **more.pop("besides", {})}
    return Heard(uuid4(), "PM-2026-482719", noted, **{"outcome": HearingOutcome.HEARD_NO_ACTIONS, **more})


def test_the_frame_comes_first_and_each_case_is_a_section_headed_by_its_reference_alone():
    case = a_case()
    sections = minutes.compose((), (case,))
    assert [s.heading for s in sections] == ["Attendance and apologies", "Confidentiality", "PM-2026-482719"]
    assert [s.case_id for s in sections] == [None, None, case.case_id]


def test_who_came_and_who_did_not_stand_in_two_tables():
    text = minutes.compose((
        Attendee("Ann", "Police", AttendanceStatus.PRESENT),
        Attendee("Bob", "Health", AttendanceStatus.APOLOGIES_INFORMATION_SENT),
    ), ())[0].text
    assert "| Ann | Police | Present |" in text and "| Bob | Health | Apologies, information sent |" in text
    assert text.index("Ann") < text.index("Apologies and absence") < text.index("Bob")


def test_what_was_decided_between_meetings_comes_first_in_a_section_of_its_case_alone():
    between = Between(uuid4(), "PM-2026-482719", "Is an *alarm* put in?", "It is put in.", "Ann", date(2026, 11, 24),
                      (("Police", UrgentReply.AGREE), ("Health", None)),
                      (Agreed("Put it in", "Police", "Bob", DUE),), False, "Not like this.")
    section, heard = minutes.compose((), (a_case(),), between=(between,))[2:]
    assert (section.heading, section.case_id) == ("PM-2026-482719", between.case_id) != (heard.heading, heard.case_id)
    html = render(section.text)
    for said in ("Decided between meetings", "Police agreed", "Health did not answer", "Put it in",
                 "Decided by Ann, 24 November 2026", "The meeting did not ratify it.", "Not like this."):
        assert said in html


def test_minutes_say_when_the_meeting_sat_and_when_it_stood_still():
    ten = datetime(2026, 11, 25, 10, tzinfo=UTC)
    hour = timedelta(hours=1)
    sat = Sat(ten, ten + 2 * hour, (Pause(ten + timedelta(minutes=40), ten + timedelta(minutes=55)),))
    text = minutes.compose((), (), sat=sat)[0].text
    assert "On 25 November 2026, from 10am to midday." in text and "Adjourned from 10:40am to 10:55am." in text
    later = Sat(ten, ten + 48 * hour, (Pause(ten + hour, ten + 47 * hour),))
    assert "Adjourned from 11am to 9am on 27 November 2026." in minutes.compose((), (), sat=later)[0].text


def test_minutes_say_who_chaired_and_who_came_when_and_not_who_stepped_out_in_between():
    ten, hour = datetime(2026, 11, 25, 10, tzinfo=UTC), timedelta(hours=1)
    chairs = (("Ann Lee", ten), ("Bob", ten + hour))
    people = (Attendee("Ann Lee", "Police", AttendanceStatus.PRESENT_PART, spells=(
                  Spell(ten, ten + hour / 2), Spell(ten + hour, None))),
              Attendee("Cy", "Health", AttendanceStatus.DEPUTY_PRESENT, deputy_for="Di"),
              Attendee("Ed", "Housing", AttendanceStatus.APOLOGIES))
    text = minutes.compose(people, (), sat=Sat(ten, ten + 2 * hour, (), chairs))[0].text
    assert "Chaired by Ann Lee, then Bob." in text
    assert "| Ann Lee | Police | Present for part | 10am to midday |" in text
    assert "| Cy | Health | Present as deputy for Di | – |" in text and "| Ed | Housing | Apologies |" in text
    assert render(text).count("<th>From and until</th>") == 1
    assert "Chaired by Ann Lee." in minutes.compose((), (), sat=Sat(ten, ten + hour, (), chairs[:1]))[0].text
    assert "Chaired" not in minutes.compose((), (), sat=Sat(ten, ten + hour))[0].text


def test_a_case_says_who_came_for_it_alone_and_who_was_not_there_for_it_and_not_why():
    case = a_case(guests=(("Dr Gray", "Ward 4"),), away=(("Ann Lee", "Police"), ("Bob", "Health")))
    text = minutes.compose((), (case,))[2].text
    assert "For this case only: Dr Gray, Ward 4." in text
    assert "Not in the room: Ann Lee, Police; Bob, Health." in text
    assert "In the room" not in minutes.compose((), (a_case(),))[2].text


def test_where_the_clocks_changed_in_between_minutes_say_which_hour_is_which():
    late = datetime(2026, 10, 24, 22, tzinfo=UTC)
    pause = Pause(late + timedelta(hours=2, minutes=50), late + timedelta(hours=3, minutes=10))
    text = minutes.compose((), (), sat=Sat(late, late + timedelta(hours=5), (pause,)))[0].text
    assert "Adjourned from 1:50am (BST) on 25 October 2026 to 1:10am (GMT) on 25 October 2026." in text


def test_minutes_say_who_signed_the_undertaking_where_the_panel_asks_for_it():
    here = AttendanceStatus.PRESENT
    text = minutes.compose((Attendee("Ann", "Police", here, True), Attendee("Bob", "Health", here, False)), ())[0].text
    html = render(text)
    assert "| Ann | Police | Present | Signed |" in text and "| Bob | Health | Present | Not signed |" in text
    assert "<th>Undertaking</th>" in html and html.count("<tr>") == 3
    assert "Undertaking" not in minutes.compose((Attendee("Ann", "Police", here),), ())[0].text


def test_the_frame_does_not_say_that_somebody_left_for_a_conflict():
    text = minutes.compose((Attendee("Ann", "Police", AttendanceStatus.EXCUSED_CONFLICT),), ())[0].text
    assert "conflict" not in text.lower() and "| Ann | Police | Excused |" in text


def test_an_action_names_agency_lead_and_day():
    case = a_case(actions=(Agreed("Visit her at work", "Police", "Ann Lee", DUE),))
    html = render(minutes.compose((), (case,))[2].text)
    assert "<li>Visit her at work<br>\n<strong>Police, Ann Lee, by 9 December 2026</strong></li>" in html


def test_a_deferred_case_says_why_and_where_it_went():
    case = a_case(outcome=HearingOutcome.DEFERRED, reason="Research incomplete",
                  went_to="the meeting of 13 January 2027")
    text = minutes.compose((), (case,))[2].text
    assert "Deferred. Reason: Research incomplete. It goes on at the meeting of 13 January 2027." in text


@pytest.mark.parametrize("typed", [
    "a | b", "| --- |", "x\n\n### Actions\n\n1. forged", "**bold** _it_ `code`", "[link](https://x.example)",
    "<b>hi</b>", "# Big", "- item", "1. one", "12) two", "> quote", "a & b &amp; c", "back\\slash \\| bar",
    "===", "~~~",
])
def test_what_was_typed_stays_in_its_cell_or_item_and_is_read_as_typed(typed):
    sections = minutes.compose(
        (Attendee(typed, typed, AttendanceStatus.PRESENT), Attendee("Last", "Agency", AttendanceStatus.PRESENT)),
        (a_case(actions=(Agreed(typed, typed, typed, DUE), Agreed("Second", "Agency", "", DUE))),),
    )
    frame, case = render(sections[0].text), render(sections[2].text)
    assert frame.count("<tr>") == 3 and frame.count("<td>") == 6
    assert case.count("<li>") == 2 and case.count("<h3>") == 3 and case.count("<strong>") == 2
    shown = " ".join(typed.split())
    assert shown in frame.unescape() and case.unescape().count(shown) == 3


@pytest.mark.parametrize("notes", [
    "# Actions\n1. forged", "Actions\n=====\nforged", "Actions\n---\nforged", "  ## Sub",
])
def test_notes_make_no_headings_of_their_own(notes):
    html = render(minutes.compose((), (a_case(notes=notes),))[2].text)
    assert html.count("<h3>") == 3 and "<h4>" not in html and "<hr" not in html


def test_the_lines_of_notes_stay_lines_and_their_markdown_works():
    html = render(minutes.prose("10:02 police: seen\n10:05 health: **not** known\n\n- one\n- two"))
    assert "seen<br>" in html and "<strong>not</strong>" in html and html.count("<li>") == 2


def test_each_section_of_the_notes_stands_under_its_heading_and_an_empty_one_is_left_out():
    text = minutes.compose((), (a_case(besides={NoteSection.ADVICE: "Charge 4A.", NoteSection.RISK: " "}),))[2].text
    assert text.index("### Discussion\n\nTalked.") < text.index("### Advice of the prosecutors\n\nCharge 4A.")
    assert "Risk" not in text


def test_a_case_without_notes_outcome_or_actions_says_so():
    text = minutes.compose((), (a_case(notes="", outcome=None),))[2].text
    assert "No notes were taken." in text and "No outcome was recorded." in text and "No actions were agreed." in text


def test_the_hash_changes_with_text_order_heading_and_case():
    case_id = uuid4()
    one, two = Section("A", "x", case_id), Section("B", "y")
    hashes = {minutes.hash_of(s) for s in (
        (one, two), (two, one), (one, Section("B", "z")), (Section("C", "x", case_id), two), (Section("A", "x"), two),
        (Section("A", "xB", case_id), Section("", "y")),
    )}
    assert len(hashes) == 6 and minutes.hash_of((one, two)) == minutes.hash_of([one, two])


@pytest.mark.parametrize("status", MeetingStatus)
def test_minutes_are_drafted_only_of_a_meeting_that_is_over(status):
    if status in (MeetingStatus.HELD, MeetingStatus.CLOSED):
        minutes.check_draft(status)
    else:
        with pytest.raises(RuleBroken):
            minutes.check_draft(status)


def test_draft_goes_to_the_chair_and_only_from_there_is_it_approved():
    assert minutes.after_sending_to_chair(MinuteStatus.DRAFT) is MinuteStatus.WITH_CHAIR
    assert minutes.after_approval(MinuteStatus.WITH_CHAIR) is MinuteStatus.APPROVED
    for status in set(MinuteStatus) - {MinuteStatus.WITH_CHAIR}:
        with pytest.raises(RuleBroken):
            minutes.after_approval(status)


def test_nobody_edits_what_the_chair_is_reading_and_what_was_approved_becomes_amended():
    with pytest.raises(RuleBroken):
        minutes.after_edit(MinuteStatus.WITH_CHAIR)
    assert minutes.after_edit(MinuteStatus.CIRCULATED) is MinuteStatus.AMENDED
    assert minutes.after_sending_to_chair(MinuteStatus.AMENDED) is MinuteStatus.WITH_CHAIR


def test_only_the_newest_version_is_circulated_and_only_to_somebody_new():
    minutes.check_circulate(2, 2, 1)
    for wrong in ((1, 2, 1), (2, 2, 0)):
        with pytest.raises(RuleBroken):
            minutes.check_circulate(*wrong)


def test_a_receipt_is_chased_when_the_panels_days_have_passed_and_again_after_as_many():
    sent = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert minutes.chase_due(sent, None, date(2026, 11, 20))
    assert not minutes.chase_due(sent, None, date(2026, 11, 19))
    assert not minutes.chase_due(sent, datetime(2026, 11, 25, 8, tzinfo=UTC), date(2026, 11, 20))
