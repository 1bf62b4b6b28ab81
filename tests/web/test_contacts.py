"""How a victim is reached, as an advocate checks and writes it."""

from datetime import timedelta

from clinic.models.nomination import Nomination
from clinic.web import clock
from tests import make


def case_of(site):
    """Return a case that the advocate's agency is asked about."""
    nomination_id = make.nominated(site.world)
    with site.world.looking() as session:
        case_id = session.get_one(Nomination, nomination_id).case_id
    make.listed(site.world, case_id, make.meeting(site.world, clock.now() + timedelta(days=9)), asked=("advocacy",))
    return case_id


def test_an_advocate_goes_from_home_to_the_card_checks_it_and_finds_nothing_due(site):
    case_id = case_of(site)
    make.unchecked(site.world, case_id, clock.now() - timedelta(days=40))
    browser = site.browser("advocate")
    assert "/safe-contacts" in dict(browser.get(f"/panels/{site.world.clinic}").links).values()
    assert f"/cases/{case_id}/contact" in dict(browser.get("/safe-contacts").links).values()
    page = browser.get(f"/cases/{case_id}/contact")
    assert "ZZ1 1ZZ" in page.text and "No advocate has checked it yet." in page.text and "Overdue" in page.text
    done = browser.follow(browser.post(f"/cases/{case_id}/contact/checked", page=page))
    assert "Checked by Advocate Testwell, Northmere Advocacy" in done.text
    assert "No check is due." in browser.get("/safe-contacts").text


def test_the_next_card_begins_with_the_last_and_both_are_read(site):
    case_id = case_of(site)
    path = f"/cases/{case_id}/contact/new"
    browser = site.browser("advocate")
    refused = browser.post(path, {"text_to": "07700 900123", "code_word": "Marigold"}, status=422)
    assert "Say whether this way is safe" in refused.text and "Marigold" in refused.text
    browser.post(path, {"text": "safe", "text_to": "07700 900123", "code_word": "Marigold"})
    old = browser.get(path)
    assert old.form(path)["code_word"] == "Marigold" and old.form(path)["text"] == "safe"
    page = browser.follow(browser.post(path, {"text": "unsafe"}, page=old))
    assert "Earlier cards" in page.text and page.text.count("Marigold") == 2
    refused = browser.post(path, {"form_key": "another"}, page=old, status=409)
    assert "Somebody else has written a card" in refused.text


def test_who_reads_but_writes_nothing_is_offered_nothing(site):
    case_id = case_of(site)
    page = site.browser("officer").get(f"/cases/{case_id}/contact")
    assert "ZZ1 1ZZ" in page.text and "Write the card" not in page.text and "it still holds" not in page.text
    assert "Safe address" not in page.text
