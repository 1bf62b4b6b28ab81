"""Matches and search as people meet them: reasons in words, two buttons and an undo; nothing typed in an address."""

from datetime import date, timedelta

import pytest

from clinic.domain.cases import Gender
from clinic.domain.drafts import PartyDraft
from clinic.models.case import Case
from clinic.models.nomination import Nomination
from tests import make
from tests.services.test_editions import publish
from tests.services.test_matches import accept, judge, nominated

TWIN = PartyDraft("Isolde", "Uniquename", (), date(1990, 3, 27), Gender.FEMALE)


def case_of(site, **changes):
    nomination_id = make.nominated(site.world, **changes)
    with site.world.looking() as session:
        return nomination_id, session.get_one(Nomination, nomination_id).case_id


def test_a_coordinator_reads_why_links_and_undoes(site):
    case_of(site)
    nomination, case = case_of(site)
    browser = site.browser("coordinator")
    decide = browser.get(f"/nominations/{nomination}/triage")
    assert "The same victim and perpetrator: PM-" in decide.text
    path = next(link for _, link in decide.links if link.endswith("/matches"))
    page = browser.get(path)
    for words in ("The same victim and perpetrator", "Very likely the same person", "Same name", "Same date of birth",
                  "Same telephone number", "Same postcode", "Possibly the same person", "A date of birth is not known"):
        assert words in page.text
    assert "Zelda" not in page.title and "Zelda" not in path and "07700" not in page.text and "ZZ1" not in page.text
    linked = browser.follow(browser.post(path, {"said": "same"}, page=page))
    assert "They are linked. Each case keeps its own record." in linked.text and "Linked as one person" in linked.text
    undo = next(form["action"] for form in linked.forms if form["action"].endswith("/undo"))
    again = browser.follow(browser.post(undo, page=linked))
    assert "It is undone" in again.text and "Linked as one person" not in again.text
    apart = browser.follow(browser.post(path, {"said": "different"}, page=again))
    assert "Called different people" in apart.text
    assert "Choose whether" in browser.post(path, page=browser.get(path), status=422).text
    assert path in dict(browser.get(f"/cases/{case}").links).values()


def test_whoever_sends_a_pair_again_and_whoever_hears_it_read_what_became_of_it(site):
    meeting = make.meeting(site.world, site.world.now + timedelta(days=14))
    _, first = nominated(site.world, days_ago=30)
    nomination, case = case_of(site)
    sent = site.browser("officer").get(f"/nominations/{nomination}/sent")
    assert "This pair has come before" in sent.text and "Repeat: the same pair within the panel's window" in sent.text
    judge(site.world, case, first)
    accept(site.world, nomination)
    publish(site.world, meeting)
    with site.world.looking() as session:
        reference = session.get_one(Case, first).reference
    for path in ("edition", "print"):
        shown = site.browser("officer").get(f"/meetings/{meeting}/agenda/{path}")
        assert "Repeat of" in shown.text and "not heard, no open actions" in shown.text and reference in shown.text
        hidden = site.browser("probation_officer").get(f"/meetings/{meeting}/agenda/{path}")
        assert "Repeat" not in hidden.text and "New case" in hidden.text and reference not in hidden.text


def test_a_twin_is_shown_as_somebody_connected(site):
    case_of(site)
    _, case = case_of(site, victim=TWIN, perpetrator=PartyDraft("Gawain", "Polglaze"))
    page = site.browser("coordinator").get(f"/cases/{case}/matches")
    assert "It seems not the same person, but somebody connected" in page.text and "Perhaps a twin" in page.text
    assert "Very likely" not in page.text and "Repeat" not in page.text


def test_a_case_without_matches_says_so(site):
    _, case = case_of(site)
    page = site.browser("coordinator").get(f"/cases/{case}/matches")
    assert "Nobody of this case was found in another case that you may see." in page.text
    for who in ("chair", "officer", "other_coordinator"):
        site.browser(who).get(f"/cases/{case}/matches", 404)


def test_searching_leaves_nothing_in_the_address_and_finds_what_was_misspelt(site):
    case_of(site)
    browser = site.browser("officer")
    page = browser.get("/search")
    answer = browser.post("/search", {"name": "uniq"}, page=page, status=200)
    assert "Zelda Uniquename" in answer.text and "Also Zed" in answer.text and answer.request.query_string == b""
    misspelt = browser.post("/search", {"name": "Unikename"}, page=page, status=200)
    assert "Spelt otherwise: did you mean one of these?" in misspelt.text and "Zelda Uniquename" in misspelt.text
    assert "Nothing was found" in browser.post("/search", {"name": "Marrowend"}, page=page, status=200).text
    assert "Nothing was found" in site.browser("advocate").post("/search", {"name": "uniq"}, status=200).text


@pytest.mark.parametrize(("fields", "sentence"), [
    ({}, "Enter a name, a reference or a date of birth"), ({"name": "—"}, "Enter a name with letters in it"),
    ({"reference": "PM"}, "three or more of its last digits"),
    ({"born_on-day": "31", "born_on-month": "2", "born_on-year": "1990"}, "must be a real date"),
])
def test_a_search_that_cannot_be_made_is_refused_at_its_field_and_keeps_what_was_typed(site, fields, sentence):
    answer = site.browser("officer").post("/search", {"name": "", **fields}, status=422)
    assert sentence in answer.text and "There is a problem" in answer.text
    assert all(f'value="{value}"' in answer.text for value in fields.values())
