"""A safe address is in one answer and nowhere else: not again by a refresh, and not from a page that has grown old."""

import logging
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic.domain.addresses import AddressDraft, RevealReason
from clinic.models.account import Throttle
from clinic.models.audit import AuditEvent
from clinic.models.case import Person
from clinic.models.safe_address import SafeAddress
from clinic.services import addresses, reveals
from clinic.web import clock
from tests import make

HOME = "1 Kanarilane, Northmere ZZ9 9ZZ"
WHY = {"reason": "safety_visit", "words": "A visit tomorrow at noon.", "password": make.PASSWORD}


@pytest.fixture
def kept(site):
    """Return the pages of a case and of its safe address, which the advocate proposed and the coordinator confirmed."""
    world = site.world
    case_id = make.case(world)
    make.listed(world, case_id, make.meeting(world, clock.now() + timedelta(days=9)), asked=("advocacy",))
    with world.changing("advocate") as work:
        addresses.propose(work, case_id, AddressDraft(HOME))
    with world.looking() as session:
        address_id = session.scalars(select(SafeAddress.id)).one()
    with world.changing("coordinator", clock.now() - timedelta(days=1)) as work:
        reveals.reveal(work, case_id, address_id, RevealReason.CHECK, "To confirm it.")
    with world.changing("coordinator") as work:
        addresses.decide(work, case_id, address_id, True, "")
    return f"/cases/{case_id}", f"/cases/{case_id}/address/{address_id}"


def looks(site):
    with site.world.looking() as session:
        return len(session.scalars(select(AuditEvent).where(AuditEvent.verb == "reveal")).all())


def test_a_coordinator_gives_a_reason_and_the_password_sees_it_once_and_finds_it_recorded(site, kept):
    case, address = kept
    browser = site.browser("coordinator")
    assert f"{case}/address" in dict(browser.get(case).links).values()
    assert HOME not in browser.get(f"{case}/address").html
    page = browser.get(address)
    answer = browser.post(address, WHY, page=page, status=200)
    assert HOME in answer.text and answer.headers["Cache-Control"] == "no-store" and "app-screen-only" in answer.text
    again = browser.follow(browser.post(address, WHY, page=page))
    assert "The address was shown once" in again.text and HOME not in again.html
    assert "A visit tomorrow at noon." in again.text and looks(site) == 2
    assert HOME not in browser.get(address).html


def test_a_form_without_its_key_shows_nothing(site, kept):
    browser, (_, address) = site.browser("coordinator"), kept
    page = browser.get(address)
    fields = {**page.form(address), **WHY}
    del fields["form_key"]
    for sent in (fields, {**fields, "form_key": ""}):
        answer = browser.post(address, sent, page=False, status=422)
        assert "This form is not whole" in answer.text and HOME not in answer.text
    assert looks(site) == 1


def test_a_page_that_has_grown_old_shows_nothing(site, kept):
    case, address = kept
    browser = site.browser("coordinator")
    page = browser.get(address)
    with site.world.changing("coordinator") as work:
        addresses.propose(work, page_case(case), AddressDraft("3 Other Lane ZZ7 7ZZ"))
    with site.world.looking() as session:
        newer = session.scalars(select(SafeAddress).where(SafeAddress.status == "waiting")).one().id
    with site.world.changing("chair") as work:
        reveals.reveal(work, page_case(case), newer, RevealReason.CHECK, "To confirm it.")
    with site.world.changing("chair", clock.now()) as work:
        addresses.decide(work, page_case(case), newer, True, "")
    answer = browser.post(address, WHY, page=page, status=422)
    assert "decided on since you opened" in answer.text and HOME not in answer.text and "Other Lane" not in answer.text


def page_case(path):
    return UUID(path.rpartition("/")[2])


def test_a_wrong_password_shows_nothing_is_counted_and_shuts_the_door(site, kept):
    browser, (_, address) = site.browser("coordinator"), kept
    for field, value, sentence in (("password", "wrong", "This is not your password"), ("words", "x", "in a few words"),
                                   ("reason", "", "Choose why")):
        answer = browser.post(address, {**WHY, field: value}, status=422)
        assert sentence in answer.text and HOME not in answer.text
    for _ in range(5):
        browser.post(address, {**WHY, "password": "wrong"}, status=422)
    answer = browser.post(address, WHY, status=422)
    assert "There were too many tries" in answer.text and HOME not in answer.text
    with site.world.looking() as session:
        assert session.scalars(select(Throttle)).one().failures == 5
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.verb == "login_failed")).all()) == 6
    assert looks(site) == 1


def test_a_second_person_refuses_a_change_on_its_page_and_the_earlier_one_counts(site, kept):
    case, _ = kept
    advocate, coordinator = site.browser("advocate"), site.browser("coordinator")
    refused = advocate.post(f"{case}/address/new", {"address": ""}, status=422)
    assert "Enter the address" in refused.text
    page = advocate.follow(advocate.post(f"{case}/address/new", {"address": "3 Other Lane ZZ7 7ZZ"}))
    assert "You proposed it" in page.text and "decide" not in page.html
    assert "/safe-addresses" in dict(coordinator.get("/").links).values()
    assert "An address needs you" in coordinator.get("/safe-addresses").text
    page = coordinator.get(f"{case}/address")
    decide = next(url for url in page.urls if url.endswith("/decide"))
    assert "Look at the address before" in coordinator.post(decide, {"decision": "confirm"}, page=page, status=422).text
    assert "Say why it is refused" in coordinator.post(decide, {"decision": "refuse"}, page=page, status=422).text
    answer = coordinator.post(decide, {"decision": "refuse", "refusal": "She left in May."}, page=page)
    done = coordinator.follow(answer)
    assert "is refused; what counted before still counts" in done.text and "She left in May." in done.text
    assert "Other Lane" not in done.html


def test_a_proposal_at_a_perpetrators_door_stops_and_asks(site, kept):
    case, _ = kept
    officer, advocate = site.browser("officer"), site.browser("advocate")
    path = f"{case}/known-addresses"
    assert path in dict(officer.get(case).links).values()
    person = perpetrator(site)
    assert "Choose whose address" in officer.post(path, {"address": "2 Known Road ZZ8 8ZZ"}, status=422).text
    shown = officer.follow(officer.post(path, {"person": person, "address": "2 Known Road ZZ8 8ZZ"}))
    assert "2 Known Road" in shown.text
    new = f"{case}/address/new"
    stopped = advocate.post(new, {"address": "2 KNOWN RD, ZZ88ZZ"}, status=422)
    assert "Stop: this is a known address of a perpetrator" in stopped.text and "2 KNOWN RD" in stopped.text
    advocate.post(new, {"address": "2 KNOWN RD, ZZ88ZZ", "sure": "y", "in_spite": "He has moved out."})


def perpetrator(site):
    with site.world.looking() as session:
        return str(session.scalars(select(Person.id).where(Person.kind == "perpetrator")).one())


def test_the_address_is_in_no_log_no_letter_no_journal_and_not_among_the_bytes(site, kept, caplog):
    case, address = kept
    browser = site.browser("coordinator")
    with caplog.at_level(logging.DEBUG):
        assert HOME in browser.post(address, WHY, status=200).text
    assert "Kanarilane" not in caplog.text
    for path in (f"{case}/journal", f"{case}/contact", "/", "/safe-addresses", case):
        answer = browser.client.get(path)
        assert "Kanarilane" not in answer.text
    engine = site.app.extensions["office"].engine
    if engine.dialect.name == "sqlite":
        folder = Path(engine.url.database).parent
        assert not [file for file in folder.rglob("*") if file.is_file() and b"anarilane" in file.read_bytes()]
    with engine.connect() as connection:
        for table in SafeAddress.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert "anarilane" not in str([bytes(v) if isinstance(v, memoryview) else v for v in row])
