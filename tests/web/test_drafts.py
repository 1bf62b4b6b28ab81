"""Writing a nomination page by page, as people meet it."""

import re

import pytest
from sqlalchemy import select

from clinic.domain.incidents import MOST
from clinic.models.nomination import Nomination
from clinic.services import nominations
from clinic.web import clock
from tests import make

# What somebody types who leaves nothing out, page by page.
PAGES = {
    "victim": {
        "victim_given_name": "Zelda", "victim_family_name": "Uniquename", "victim_aliases": "Zed; Zee",
        "victim_gender": "female", "victim_date_of_birth-day": "27", "victim_date_of_birth-month": "March",
        "victim_date_of_birth-year": "1990",
    },
    "perpetrator": {
        "perpetrator_given_name": "Yorick", "perpetrator_date_of_birth_nothing": "y", "relationship": "ex_partner",
        "typology": "not_determined",
    },
    "others": {"others_nothing": "y", "children": "0"},
    "behaviour": {
        "narrative": "Messages <b>every</b> night.", "behaviours": ["following", "contacting"],
        "four_fixated": "yes", "four_obsessive": "not_known", "four_unwanted": "yes", "four_repeated": "not_asked",
        "last_incident_on-day": "1", "last_incident_on-month": "11", "last_incident_on-year": "2026",
        "incidents_last_12_months": "118",
    },
    "incidents": {"incidents_nothing": "y"},
    "criteria": {"criteria": ["breach_of_order", "advocate_concern"], "reason_advocate_concern": "She moved twice."},
    "risk": {"risk_tool": "sash", "risk_result": "high", "risk_assessed_on_nothing": "y", "risk_assessor": "DC Holt"},
    "justice": {
        "offences": "pha_s4a", "order_1_kind": "spo", "order_1_status": "served", "order_1_on-day": "26",
        "order_1_on-month": "9", "order_1_on-year": "2026",
    },
    "contact": {
        "victim_postcode": "ZZ1 1ZZ", "victim_phone": "07700 900000", "victim_phone_safe": "not_known",
        "victim_safe_contact_notes": "Through the advocate.",
    },
    "voice": {
        "victim_aware": "not_aware_unsafe", "consent": "not_sought_unsafe", "sharing_purpose": "To keep her safe",
        "sharing_basis": "art6_1_e_public_task", "sharing_reason": "The risk is high.",
        "victim_wishes_nothing": "y", "advocate_offered": "not_asked",
    },
    "question": {"question": "Is it enough?", "presenter_nothing": "y"},
}


@pytest.fixture(autouse=True)
def the_worlds_day(monkeypatch, site):
    """Pages are read on the world's own day."""
    monkeypatch.setattr(clock, "now", lambda: site.world.now)
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.errors"):
        monkeypatch.setattr(f"{module}.now", lambda: site.world.now)


def begun(site, who="officer"):
    """Return somebody's browser and the address of a nomination that they have begun."""
    browser = site.browser(who)
    return browser, browser.post(f"/panels/{site.world.clinic}/nominations/new").location


def fill(browser, draft, pages=PAGES, **changes):
    """Fill in pages of a draft and go on from each."""
    for code, fields in pages.items():
        answer = browser.post(f"{draft}/pages/{code}", fields | changes.get(code, {}))
    return answer


def words(answer):
    return answer.text.replace("&#39;", "'")


def test_a_nomination_is_written_page_by_page_checked_and_sent(site):
    browser, draft = begun(site)
    start = browser.get(draft)
    assert "0 of" not in start.text and start.text.count("Not started yet") >= 8
    answer = fill(browser, draft)
    assert answer.location.endswith("/check")
    check = browser.get(answer.location)
    for part in ("Zelda", "Also Zed, Zee", "Not known", "Nobody else", "100 or more", "Repeated: not asked",
                 "None to add", "She moved twice.", "Stalking protection order: served 26 September 2026",
                 "Safe to ring: not known", "The victim has not been asked", "Messages <b>every</b> night.",
                 "Not asked: it would not be safe"):
        assert part in check.text, part
    assert "Not answered" not in check.text and "Before you can send" not in check.text
    sent = browser.post(f"{draft}/check", page=check)
    done = browser.follow(sent)
    assert re.search(r"PM-2026-\d{6}", done.text) and "What happens next" in done.text
    browser.get(draft, 404)
    shown = browser.get(sent.location.removesuffix("/sent"))
    for part in ("Zelda Uniquename", "(36 today)", "Stalking protection order: served", "Why it is shared without",
                 "Fixated: yes", "Assessed by DC Holt", "She moved twice.", "Following"):
        assert part in shown.text, part
    assert "07700" not in shown.text and "ZZ1" not in shown.text and "<b>every" not in shown.html


def test_a_page_that_is_sent_empty_says_at_each_field_what_to_do(site):
    browser, draft = begun(site)
    expected = {
        "victim": ("victim_given_name", "victim_family_name", "victim_date_of_birth-day"),
        "perpetrator": ("perpetrator_given_name", "perpetrator_date_of_birth-day", "relationship"),
        "others": ("others_nothing", "children"),
        "behaviour": ("narrative", "behaviours", "four_fixated", "last_incident_on-day", "incidents_last_12_months"),
        "incidents": ("incidents_nothing",), "criteria": ("criteria",), "risk": ("risk_tool", "risk_assessed_on-day"),
        "justice": ("offences", "order_1_kind"), "contact": ("victim_phone_safe", "victim_safe_contact_notes"),
        "voice": ("victim_aware", "consent", "victim_wishes", "advocate_offered"),
        "question": ("question", "presenter"),
    }
    for code, fields in expected.items():
        answer = browser.post(f"{draft}/pages/{code}", {"typology": ""}, status=422)
        for field in fields:
            assert f'href="#{field}"' in answer.text, (code, field)
            assert f'id="{field}"' in answer.text, (code, field)


@pytest.mark.parametrize(("code", "changes", "sentence"), [
    ("victim", {"victim_given_name": "x" * 101}, "must be 100 characters or fewer"),
    ("victim", {"victim_given_name": "a\0b"}, "a character that cannot be kept"),
    ("victim", {"victim_date_of_birth-day": "31", "victim_date_of_birth-month": "2"}, "must be a real date"),
    ("victim", {"victim_date_of_birth-year": "2090"}, "cannot lie in the future"),
    ("victim", {"victim_date_of_birth-day": ""}, "must include a day"),
    ("victim", {"victim_date_of_birth_nothing": "y"}, "take one of them out"),
    ("victim", {"victim_gender": "woman"}, "Choose one of the answers shown"),
    ("perpetrator", {"relationship": "enemy"}, "is not on this panel's list"),
    ("others", {"children": "many"}, "must be a whole number from 0 to 30"),
    ("behaviour", {"narrative": "x" * 10_001}, "take out 1"),
    ("behaviour", {"last_incident_on-year": "2027"}, "cannot lie in the future"),
    ("criteria", {"criteria": "visible_high_risk"}, "is not on this panel's list"),
    ("criteria", {"reason_advocate_concern": " "}, "Give the reason for each criterion"),
    ("risk", {"risk_result": ""}, "Enter the result of the risk tool"),
    ("justice", {"order_1_kind": ""}, "Choose what kind of order it is"),
    ("justice", {"order_1_until-day": "1", "order_1_until-month": "1", "order_1_until-year": "2020"}, "its two dates"),
    ("voice", {"sharing_reason": ""}, "say why it is right to share all the same"),
    ("question", {"contact_email": "nobody"}, "Enter an e-mail address like"),
])
def test_bad_input_has_a_sentence_at_its_field_and_keeps_what_was_typed(site, code, changes, sentence):
    browser, draft = begun(site)
    answer = browser.post(f"{draft}/pages/{code}", PAGES[code] | changes, status=422)
    assert sentence in words(answer) and "govuk-error-summary" in answer.text
    typed = {"victim": "Zed; Zee", "behaviour": "118", "voice": "To keep her safe", "risk": "DC Holt"}.get(code, "")
    assert typed in answer.text
    assert "Nothing" not in browser.get(draft).text


@pytest.mark.parametrize(("given", "family"), [
    ("X", "Y"), ("Siân", "ap Llŷr"), ("Wałęsa", "Święch-Żółć"), ("محمد", "عبد الله"), ("小明", "王"), ("O", "'"),
])
def test_names_of_every_script_and_length_come_back_as_they_were_typed(site, given, family):
    browser, draft = begun(site)
    fill(browser, draft, {"victim": PAGES["victim"] | {"victim_given_name": given, "victim_family_name": family}})
    fields = browser.get(f"{draft}/pages/victim").form("/pages/victim")
    assert (fields["victim_given_name"], fields["victim_family_name"]) == (given, family)


def test_a_perpetrator_who_is_the_victim_is_refused_at_the_perpetrators_name(site):
    browser, draft = begun(site)
    fill(browser, draft, {"victim": PAGES["victim"]})
    same = {"perpetrator_given_name": "zelda", "perpetrator_family_name": "UNIQUENAME",
            "perpetrator_date_of_birth_nothing": "", "perpetrator_date_of_birth-day": "27",
            "perpetrator_date_of_birth-month": "3", "perpetrator_date_of_birth-year": "1990",
            "relationship": "ex_partner", "typology": "mixed"}
    answer = browser.post(f"{draft}/pages/perpetrator", same, status=422)
    assert "check who is who" in answer.text and 'href="#perpetrator_given_name"' in answer.text


def test_a_marac_hears_nobody_of_fifteen(site):
    browser = site.browser("probation_officer")
    draft = browser.post(f"/panels/{site.world.marac}/nominations/new").location
    young = PAGES["victim"] | {"victim_date_of_birth-year": "2011"}
    answer = browser.post(f"{draft}/pages/victim", young, status=422)
    assert "A MARAC hears victims of 16 or over" in answer.text


def test_coming_back_later_keeps_what_is_not_whole_and_says_so(site):
    browser, draft = begun(site)
    later = browser.post(f"{draft}/pages/victim", {
        "victim_given_name": "Zelda", "victim_date_of_birth-day": "1", "victim_date_of_birth-month": "1",
        "victim_date_of_birth-year": "2090", "go": "later"})
    listed = browser.follow(later)
    assert "Your draft is kept" in listed.text and "Your drafts" in listed.text and "Zelda" not in listed.text
    elsewhere = site.browser("officer")
    assert "Go on with your drafts" in elsewhere.get("/").text
    assert "There is a problem" in elsewhere.get(draft).text
    assert elsewhere.get(f"{draft}/pages/victim").form("/pages/victim")["victim_given_name"] == "Zelda"
    # A day that is none cannot be kept: it is said where, and nothing is lost.
    answer = browser.post(f"{draft}/pages/victim", {"victim_date_of_birth-day": "31", "victim_family_name": "Typed",
                                                    "victim_date_of_birth-month": "2", "go": "later"}, status=422)
    assert "must be a real date" in answer.text and 'value="Typed"' in answer.text


def test_a_page_that_another_device_has_changed_shows_both_texts(site):
    browser, draft = begun(site)
    old = browser.get(f"{draft}/pages/behaviour")
    site.browser("officer").post(f"{draft}/pages/behaviour", {"narrative": "The first text.", "go": "later"})
    answer = browser.post(f"{draft}/pages/behaviour", {"narrative": "The second text."}, page=old, status=409)
    assert "The first text." in answer.text and "The second text." in answer.text


def test_other_people_are_added_changed_and_taken_out(site):
    browser, draft = begun(site)
    new = browser.post(f"{draft}/pages/others", {"children": "1", "go": "person"}).location
    assert "Choose what this person is" in browser.post(new, status=422).text
    child = {"other_kind": "child", "other_given_name": "Noor", "other_date_of_birth-day": "29",
             "other_date_of_birth-month": "2", "other_date_of_birth-year": "2016", "school": "St Bees Primary"}
    listed = browser.follow(browser.post(new, child))
    assert "Noor" in listed.text and "(10 today)" in listed.text and "St Bees Primary" in listed.text
    assert listed.form("/pages/others")["children"] == "1"
    assert browser.get(new).form("/people/")["school"] == "St Bees Primary"
    assert "Noora" in browser.follow(browser.post(new, {"other_given_name": "Noora"})).text
    assert "between 1900 and today" in browser.post(new, {"other_date_of_birth-year": "2096"}, status=422).text
    gone = browser.follow(browser.post(f"{new}/remove", page=browser.get(f"{draft}/pages/others")))
    assert "Noora" not in gone.text and "Nobody has been added yet" in gone.text


def test_four_hundred_incidents_are_pasted_and_what_is_wrong_is_named_by_its_line(site):
    browser, draft = begun(site)
    paste = f"{draft}/incidents/paste"
    lines = "\n".join(f"{1 + n % 28}/{1 + n % 10}/2026\tCame to the house, number {n}" for n in range(400))
    bad = browser.post(paste, {"lines": f"31/2/2026; x\n{lines}\n26/11/2027, To come\nno day"}, status=422)
    assert "3 lines have to be mended" in bad.text and 'href="#lines"' in bad.text
    assert "Line 1" in bad.text and "There is no 31/2/2026" in bad.text and "cannot lie in the future" in bad.text
    assert "number 399" in bad.text and "Understood so far: 400" in bad.text
    listed = browser.follow(browser.post(paste, {"lines": lines}))
    assert "400 incidents are added." in listed.text and "Showing 1 to 25 of 400" in listed.text
    assert "400 stood here already" in browser.follow(browser.post(paste, {"lines": lines})).text
    more = "\n".join(f"1/1/2025,Another {n}" for n in range(MOST))
    assert "these would make 900" in browser.post(paste, {"lines": more}, status=422).text
    assert "400, from 1 January 2026 to 28 October 2026" in browser.get(f"{draft}/check").text


def test_one_incident_is_added_changed_and_taken_out(site):
    browser, draft = begun(site)
    new = browser.post(f"{draft}/pages/incidents", {"go": "incident"}).location
    empty = browser.post(new, status=422)
    assert 'href="#on-day"' in empty.text and 'href="#what"' in empty.text
    day = {"on-day": "1", "on-month": "11", "on-year": "2026", "behaviours": "following", "breach": "yes"}
    assert "cannot lie in the future" in browser.post(new, day | {"on-year": "2027", "what": "x"}, status=422).text
    assert "Followed to work." in browser.follow(browser.post(new, day | {"what": "Followed to work."})).text
    fields = browser.get(new).form("/incidents/")
    assert fields["behaviours"] == "following" and fields["breach"] == "yes"
    gone = browser.follow(browser.post(f"{new}/remove", page=browser.get(f"{draft}/pages/incidents")))
    assert "Followed" not in gone.text


def test_sending_a_draft_with_gaps_names_each_and_where_it_is_mended(site):
    browser, draft = begun(site)
    fill(browser, draft, {code: PAGES[code] for code in ("victim", "criteria")})
    check = browser.get(f"{draft}/check")
    assert "Say what has happened" in check.text and "Not answered" in check.text
    answer = browser.post(f"{draft}/check", page=check, status=422)
    assert f'href="{draft}/pages/behaviour?back=check"' in answer.text
    mended = browser.post(f"{draft}/pages/question", PAGES["question"],
                          page=browser.get(f"{draft}/pages/question?back=check"))
    assert mended.location.endswith("/check")


def test_an_emergency_is_sent_half_full_and_says_so_to_everybody(site):
    browser, draft = begun(site)
    browser.post(f"{draft}/pages/victim", PAGES["victim"])
    browser.post(f"{draft}/pages/behaviour", {"narrative": "He is on his way.", "go": "later"})
    page = f"{draft}/emergency"
    assert "Say why this cannot wait" in browser.post(page, status=422).text
    refused = browser.post(page, {"emergency_reason": "Released today."}, status=422)
    assert "Enter a name of the perpetrator" in refused.text
    browser.post(f"{draft}/pages/perpetrator", {"perpetrator_given_name": "Not known", "go": "later"})
    sent = browser.post(page, {"emergency_reason": "Released today."})
    done = browser.follow(sent)
    assert "Ring the coordinator now" in done.text and "Still to be answered" in done.text
    url = sent.location.removesuffix("/sent")
    for who, path in (("officer", url), ("coordinator", url), ("coordinator", f"{url}/triage")):
        text = site.browser(who).get(path).text
        assert "Emergency" in text and "Released today." in text and "Missing:" in text


def test_a_double_click_begins_and_sends_once(site):
    browser = site.browser("officer")
    url = f"/panels/{site.world.clinic}/nominations/new"
    page = browser.get(url)
    draft = browser.post(url, page=page).location
    assert browser.post(url, page=page).location == draft
    fill(browser, draft)
    check = browser.get(f"{draft}/check")
    first = browser.post(f"{draft}/check", page=check)
    assert browser.post(f"{draft}/check", page=check).location == first.location
    assert "1 nomination." in browser.get("/nominations").text


def test_changing_what_was_sent_begins_a_draft_and_puts_the_whole_back(site):
    url = f"/nominations/{make.nominated(site.world, **filled())}"
    browser = site.browser("officer")
    draft = browser.post(f"{url}/change", page=browser.get(url)).location
    assert browser.post(f"{url}/change", page=browser.get(url)).location == draft
    fields = browser.get(f"{draft}/pages/behaviour").form("/pages/")
    assert fields["narrative"] == "Messages every night."
    browser.post(f"{draft}/pages/behaviour", {"narrative": "On Monday.", "go": "later"})
    assert "Messages every night." in browser.get(url).text
    saved = browser.follow(browser.post(f"{draft}/check"))
    assert "On Monday." in saved.text and "The nomination is saved." in saved.text
    browser.get(draft, 404)


def test_a_change_on_top_of_anothers_shows_what_is_kept_before_it_is_put_over_it(site):
    nomination_id = make.nominated(site.world, **filled())
    url, browser = f"/nominations/{nomination_id}", site.browser("officer")
    draft = browser.post(f"{url}/change", page=browser.get(url)).location
    browser.post(f"{draft}/pages/behaviour", {"narrative": "Mine.", "go": "later"})
    old = browser.get(f"{draft}/check")
    assert "Somebody has changed" not in old.text
    with site.world.changing("officer") as work:
        nominations.edit(work, nomination_id, make.draft(**filled(narrative="Theirs.")), 1)
    stale = browser.post(f"{draft}/check", page=old, status=409)
    assert "Theirs." in stale.text
    seen = browser.get(f"{draft}/check")
    assert "Somebody has changed" in seen.text and "Theirs." in seen.text and "Mine." in seen.text
    assert "Mine." in browser.follow(browser.post(f"{draft}/check", page=seen)).text


def filled(**changes):
    """Return what makes a nomination that leaves nothing out, as changes of `make.draft`."""
    said = make.draft()
    return {
        "perpetrator": said.perpetrator, "behaviours": ("following",),
        "four": dict.fromkeys(("fixated", "obsessive", "unwanted", "repeated"), "yes"), "consent": "given",
        "nothing_to_say": frozenset({"perpetrator_date_of_birth", "others", "incidents", "risk_assessed_on"}),
    } | changes


def test_a_draft_is_its_writers_alone_and_goes_when_it_is_discarded(site):
    browser, draft = begun(site)
    fill(browser, draft, {"victim": PAGES["victim"]})
    for who in ("coordinator", "chair", "advocate", "probation_officer", "admin", "auditor"):
        stranger = site.browser(who)
        stranger.get(draft, 404)
        assert draft not in stranger.get("/nominations").html
    with site.world.looking() as session:
        assert session.execute(select(Nomination.id)).all() == []
    browser.get(f"{draft}/discard")
    browser.follow(browser.post(f"{draft}/discard"))
    browser.get(draft, 404)


def test_what_is_asked_takes_the_same_statements_however_much_was_said(site):
    browser, draft = begun(site)
    counts = []
    for lines in ("1/1/2026,One", "\n".join(f"1/1/2026,Another {n}" for n in range(300))):
        browser.post(f"{draft}/incidents/paste", {"lines": lines})
        for path in (draft, f"{draft}/pages/incidents", f"{draft}/check"):
            browser.get(path)
            with site.statements() as seen:
                browser.get(path)
            counts.append(len(seen))
    assert counts[:3] == counts[3:] and max(counts) <= 11, counts
