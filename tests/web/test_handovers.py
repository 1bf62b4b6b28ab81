"""A handover, as the coordinators of two panels meet it: offered with its list, answered, or refused with a reason."""

from datetime import date

from clinic.domain.breaches import NewBreach
from clinic.domain.handovers import HandoverAnswer, HandoverDraft
from clinic.domain.order_events import NewOrder, OrderEvent, OrderEventKind
from clinic.domain.orders import OrderCut
from clinic.models.handover import Handover
from clinic.services import handovers, order_pages, orders
from tests import make
from tests.house.trial import bare


def link(page, words):
    return next(path for text, path in page.links if text.startswith(words))


def offered(site, case_id):
    """Offer a case to the MARAC through its page, and return the browser with what follows."""
    browser = site.browser("coordinator")
    path = link(browser.get(f"/cases/{case_id}"), "Handover between panels")
    typed = {"panel": str(site.world.marac), "reason": "They live together now.", "done": ["risk_given", "victim_told"]}
    return browser, browser.follow(browser.post(path, typed, page=browser.get(path)))


def answering(site):
    """Return the other panel's browser, and where it has come from its desk to answer."""
    browser = site.browser("other_coordinator")
    desk = browser.get(link(browser.get("/"), "Take over or refuse what other panels redirect or hand over"))
    return browser, link(browser.get(link(desk, "PM-")), "Acknowledge or refuse it")


def test_a_case_is_offered_with_its_list_and_stays_until_the_other_panel_acknowledges_it(site):
    case_id = make.accepted(site.world)
    browser, page = offered(site, case_id)
    for words in ("Waits for an answer", "They live together now.", "holds the case until Northmere MARAC",
                  "No open action and no order."):
        assert words in page.text, words
    assert page.form("checklist")["done"] == ["victim_told", "risk_given"]
    page = browser.follow(browser.post(f"/cases/{case_id}/handover/checklist", {"done": "minutes_given"}, page=page))
    assert "The list is kept." in page.text and page.form("checklist")["done"] == "minutes_given"
    register = browser.get(link(browser.get("/"), "Handovers that no other panel has acknowledged"))
    assert "To Northmere MARAC" in register.text and "6 to see to" in register.text
    other, path = answering(site)
    asked = other.get(path)
    assert "From Northmere Stalking Clinic" in asked.text and "They live together now." in asked.text
    refused = other.post(f"{path}/answer", {}, page=asked, status=422)
    assert "Choose an answer" in refused.text
    after = other.follow(other.post(f"{path}/answer", {"answer": "acknowledge"}, page=asked))
    assert "Your panel holds the case now." in after.text and "What went with it" in after.text
    assert "Transferred out" in browser.get(f"/cases/{case_id}").text
    assert "Acknowledged by Other Coordinator Testwell" in browser.get(f"/cases/{case_id}/handover").text


def test_a_handover_that_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(site):
    case_id = make.accepted(site.world)
    browser, path = site.browser("coordinator"), f"/cases/{case_id}/handover"
    page = browser.get(path)
    refused = browser.post(path, {"reason": "Typed before.", "panel": "humbug"}, page=page, status=422)
    assert "Choose the panel that should hold the case" in refused.text and "Typed before." in refused.text
    refused = browser.post(path, {"panel": str(site.world.marac)}, page=page, status=422)
    assert "Say why the case goes to the other panel" in refused.text


def test_what_the_other_panel_refuses_is_forgotten_there_and_comes_back_with_its_reason(site):
    case_id = make.accepted(site.world)
    browser, _ = offered(site, case_id)
    other, path = answering(site)
    asked = other.get(path)
    refused = other.post(f"{path}/answer", {"answer": "refuse"}, page=asked, status=422)
    assert "Say why your panel does not take it" in refused.text
    after = other.follow(other.post(f"{path}/answer", {"answer": "refuse", "text": "Not of our area."}, page=asked))
    assert "It is refused, and forgotten here." in after.text and "No handover waits for an answer." in after.text
    other.get(path, 404)
    back = browser.get(f"/cases/{case_id}/handover")
    assert "Not of our area." in back.text and "Hand the case over" in back.text


def test_a_handover_can_be_taken_back_and_a_reader_of_the_case_only_reads_of_it(site):
    case_id = make.accepted(site.world)
    browser, page = offered(site, case_id)
    seen = site.browser("officer").get(f"/cases/{case_id}/handover")
    assert "Waits for an answer" in seen.text and "Take the handover back" not in seen.text
    after = browser.follow(browser.post(f"/cases/{case_id}/handover/take-back", page=page))
    assert "It is taken back." in after.text and "Taken back by Coordinator Testwell" in after.text
    with site.world.looking() as session:
        assert session.query(Handover).count() == 1


def test_for_whoever_is_shut_out_every_page_is_byte_for_byte_what_it_would_be_without_the_case(site):
    before = {who: everything(site, who) for who in ("chair", "probation_officer")}
    seen = everything(site, "coordinator")
    case_id = make.accepted(site.world)
    for who in before:
        make.excluded(site.world, case_id, who=who)
    broken_order(site.world, case_id)
    with site.world.changing("coordinator") as work:
        handovers.offer(work, case_id, HandoverDraft(site.world.marac, "They live together now."))
    for who, pages in before.items():
        assert everything(site, who) == pages, who
    assert len([path for path, text in everything(site, "coordinator").items() if text != seen[path]]) >= 8
    with site.world.looking() as session:
        copy_id = session.query(Handover.partner_case_id).filter(Handover.case_id == case_id).scalar()
    with site.world.changing("other_coordinator") as work:
        handovers.answer(work, copy_id, HandoverAnswer(True))
    for who, pages in before.items():
        assert everything(site, who) == pages, who


def everything(site, who) -> dict[str, str]:
    """Return every list and count that somebody meets, without the keys of its forms."""
    paths = ["/", "/cases", "/actions", "/nominations", "/orders", *(f"/orders?show={cut}" for cut in OrderCut)]
    for panel in (site.world.clinic, site.world.marac):
        paths += [f"/panels/{panel}", f"/panels/{panel}/clocks?show=all", f"/panels/{panel}/handovers?show=all",
                  *(f"/panels/{panel}/orders?show={cut}" for cut in OrderCut)]
    browser = site.browser(who)
    return {path: bare(browser.client.get(path)) for path in paths}


def broken_order(world, case_id):
    """Let a case have an order that was broken."""
    with world.changing("officer") as work:
        orders.add(work, case_id, NewOrder("dapo", OrderEvent(OrderEventKind.MADE, date(2026, 10, 5))))
    with world.changing("officer") as work:
        order_id = order_pages.page(work, case_id).orders[0].id
        orders.breach(work, case_id, order_id, NewBreach(date(2026, 11, 1), "Waited outside."))
