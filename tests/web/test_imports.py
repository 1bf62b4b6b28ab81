"""Bringing in files, as people meet it."""

import csv
import io
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from clinic.domain.columns import MAPPED
from clinic.domain.imports import COLUMNS, KEPT, MENDING
from clinic.models.case import Person
from clinic.scheduler import importer
from clinic.web import clock
from tests.domain.test_imports import GOOD
from tests.site import Page


@pytest.fixture(autouse=True)
def the_worlds_day(monkeypatch, site):
    """Pages are read on the world's own day."""
    monkeypatch.setattr(clock, "now", lambda: site.world.now)
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.errors", "clinic.blueprints.imports.views"):
        monkeypatch.setattr(f"{module}.now", lambda: site.world.now)


def upload(site, data, status=303, who="coordinator", name="rows.csv"):
    browser = site.browser(who)
    url = f"/panels/{site.world.clinic}/import"
    return browser, browser.post(url, {"file": (io.BytesIO(data), name)}, status=status,
                                 content_type="multipart/form-data")


def file(*changes, header=(*COLUMNS,), delimiter=","):
    text = io.StringIO()
    writer = csv.DictWriter(text, header, delimiter=delimiter)
    writer.writeheader()
    for number, change in enumerate(changes, 2):
        writer.writerow(GOOD | {"criteria": "breach_of_order", "source_reference": f"NP/{number}/26"} | change)
    return text.getvalue().encode("utf-8-sig")


def workbook(*changes):
    made = Workbook()
    made.active.append(COLUMNS)
    for number, change in enumerate(changes, 2):
        row = GOOD | {"criteria": "breach_of_order", "source_reference": f"NP/{number}/26"} | change
        made.active.append([row[column] for column in COLUMNS])
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def test_importing_shows_confirms_and_hands_back(site):
    browser, answer = upload(site, file({}, {"last_incident_on": "31/02/2026"}, {"victim_phone": "+44 7700"}))
    page = browser.get(answer.location)
    assert "2 rows" in page.text and "Row 3" in page.text and "There is no 31/02/2026" in page.text
    assert "Zelda" not in page.text
    done = browser.post(answer.location, page=page)
    assert "2 nominations are in." in browser.follow(done).text
    rows = browser.client.get(answer.location + "/rejected.csv")
    assert rows.headers["Content-Disposition"] == "attachment; filename=rows-to-mend.csv"
    (row,) = csv.DictReader(io.StringIO(rows.text.lstrip("\ufeff")))
    assert row["source_reference"] == "NP/3/26" and "last_incident_on" in row[MENDING]
    # The mended file is taken as it is, with its column of advice.
    row["last_incident_on"] = "28/02/2026"
    browser, answer = upload(site, file(row, header=(*KEPT, MENDING), delimiter=";"))
    assert "1 nomination is in." in browser.follow(browser.post(answer.location)).text


def test_a_workbook_goes_in_as_a_csv_does(site):
    browser, answer = upload(site, workbook({"last_incident_on": date(2026, 11, 1)}, {"children": "x"}), name="n.xlsx")
    assert "1 row" in browser.get(answer.location).text
    assert "1 nomination is in." in browser.follow(browser.post(answer.location)).text


def test_importing_again_adds_nothing_and_says_so(site):
    for _ in range(2):
        browser, answer = upload(site, file({}, {}))
        page = browser.get(answer.location)
        if "Bring in 2 rows" in page.text:
            browser.post(answer.location, page=page)
    assert "the same agency and reference" in page.text and "nothing to put in" in page.text
    browser.post(answer.location + "/discard", page=page)
    browser.get(answer.location, 404)


def test_a_formula_is_refused_and_comes_back_harmless(site):
    browser, answer = upload(site, file({"narrative": "=cmd|' /C calc'!A0"}))
    assert "starts with =" in browser.get(answer.location).text
    text = browser.client.get(answer.location + "/rejected.csv").text
    assert "'=cmd" in text and ",=cmd" not in text


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "Choose a CSV file|This file is empty"), (b"\xff\xfea", "UTF-16"), (b"a,b\n1", "has 1 cells"),
    (b"PK\x03\x04", "workbook"), (b"a\0b\n", "null character"),
    (",".join(COLUMNS[1:]).encode() + b"\nx" + b"," * (len(COLUMNS) - 2) + b"\n", "has no column"),
    (b"Siobhan,27/03/1990\nx,y\n", "reads like a value"),
    (b'a,"b\n', "quotation marks"), (b"\xe9,b\n", "not written in UTF-8"),
])
def test_a_broken_file_is_refused_at_its_field(site, data, sentence):
    _, answer = upload(site, data, status=422)
    text = answer.text.replace("&#39;", "'")
    assert any(part in text for part in sentence.split("|")) and 'href="#file"' in text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(site):
    browser = site.browser("coordinator")
    url = f"/panels/{site.world.clinic}/import"
    body = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n\r\n' + b"x" * 10_200_000
    answer = browser.client.post(url, data=body + b"\r\n--edge--", content_type="multipart/form-data; boundary=edge")
    assert answer.status_code == 413 and "too large" in answer.text


def test_a_large_file_is_for_people_who_are_signed_in(site):
    body = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n\r\n' + b"x" * 3_000_000
    answer = site.browser(None).client.post(
        f"/panels/{site.world.clinic}/import", data=body + b"\r\n--edge--",
        content_type="multipart/form-data; boundary=edge")
    assert answer.status_code == 413


def test_a_file_of_many_rows_is_read_and_goes_in_bit_by_bit_with_its_progress_on_the_page(site):
    rows = [{"source_reference": f"L/{n}", "narrative": "Messages every night. " * 50} for n in range(250)]
    browser, answer = upload(site, file(*rows[:17], rows[17] | {"children": "x"}, *rows[18:]))
    assert "The file is being read" in browser.get(answer.location).text
    assert poll(browser, answer)["status"] == "unread"
    bring_in(site)
    page = browser.get(answer.location)
    assert "Bring in 249 rows" in page.text and "Row 19" in page.text
    browser.post(answer.location, page=page)
    assert "1 of 250 rows are gone through: 0 are in, 1 is to mend." in browser.get(answer.location).text
    bring_in(site, steps=1)
    told = poll(browser, answer)
    assert (told["status"], told["gone"]) == ("running", 100) and "99 are in, 1 is to mend." in told["words"]
    bring_in(site)
    page = browser.get(answer.location)
    assert "The file is in" in page.text and "249 are in" in page.text and "Row 19" in page.text


def test_a_large_file_that_cannot_be_read_says_why_on_its_page(site):
    browser, answer = upload(site, b"name,NAME\n" + b"x,y\n" * 100_000)
    bring_in(site)
    page = browser.get(answer.location)
    assert "The file cannot be read" in page.text and "“NAME” stands there twice" in page.text


def export(*changes):
    """Return what a force's own system writes: other headings, other words, nothing of panel and agency."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([f"X {column}" for column in MAPPED])
    for number, change in enumerate(changes, 2):
        row = GOOD | {"criteria": "Breach-of-order", "source_reference": f"X/{number}", "victim_gender": "F",
                      "submitted_on": "11/20/2026 09:30", "victim_date_of_birth": "03/27/1990"} | change
        writer.writerow([row.get(column, "") for column in MAPPED])
    return text.getvalue().encode()


def test_an_export_of_a_force_is_read_by_columns_that_are_asked_once_and_proposed_the_next_time(site):
    browser, answer = upload(site, export({}, {"children": "x"}))
    bring_in(site)
    page = browser.get(answer.location)
    assert "Which column is which" in page.text and page.form("columns")["name"] == ""
    chosen = {column: f"X {column}" for column in MAPPED} | {
        "name": "Records system", "agency": str(site.world.agencies["police"]), "days": "month"}
    wrong = browser.post(answer.location + "/columns", chosen | {"narrative": ""}, page=page, status=422)
    assert "Choose the column for narrative: without it no row can go in." in wrong.text
    assert 'href="#narrative"' in wrong.text
    assert Page(wrong.text).form("columns")["question"] == "X question", "what was chosen stays"
    browser.post(answer.location + "/columns", chosen, page=page)
    bring_in(site)
    page = browser.get(answer.location)
    assert "Bring in 1 row" in page.text and "children" in page.text
    browser.post(answer.location, page=page)
    with site.world.looking() as session:
        person = session.scalars(select(Person).where(Person.kind == "victim")).one()
        assert (person.born_on, person.gender) == (date(1990, 3, 27), "female")
    again, answer = upload(site, export({"source_reference": "X/9"}))
    bring_in(site)
    page = again.get(answer.location)
    assert "came before" in page.text and page.form("columns") == page.form("columns") | chosen
    again.post(answer.location + "/columns", page=page)
    bring_in(site)
    assert "Bring in 1 row" in again.get(answer.location).text
    known = again.get(f"/panels/{site.world.clinic}/import/columns")
    assert "Records system" in known.text
    ask = next(link for _, link in known.links if link.endswith("/forget"))
    kept = again.get(ask)
    assert "Northmere Police" in kept.text and "Records" not in kept.title
    assert "No export is known yet." in again.follow(again.post(ask, page=kept)).text


def test_a_file_is_stopped_by_its_button(site):
    rows = [{"source_reference": f"L/{n}"} for n in range(201)]
    browser, answer = upload(site, file(*rows))
    browser.post(answer.location)
    bring_in(site, steps=1)
    browser.post(answer.location + "/stop", page=browser.get(answer.location))
    page = browser.get(answer.location)
    assert "It was stopped by hand." in page.text and "What is in stays in." in page.text
    bring_in(site)
    assert poll(browser, answer)["status"] == "stopped"
    browser.post(answer.location + "/go-on", page=page)
    bring_in(site)
    assert "201 are in" in browser.get(answer.location).text


def bring_in(site, steps=None):
    """Do what the timer does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importer, "PAUSE", 0)
        patch.setattr(importer, "STEPS_AT_A_TIME", steps or importer.STEPS_AT_A_TIME)
        importer.bring_in(site.world.office, lambda: site.world.now)


def poll(browser, answer):
    return browser.client.get(answer.location + "/progress").json


def test_only_the_sender_meets_a_waiting_file(site):
    browser, answer = upload(site, file({}))
    for who in ("other_coordinator", "officer", "chair", "admin"):
        assert site.browser(who).client.get(answer.location + "/progress").status_code == 404
        site.browser(who).get(answer.location, 404)
        assert site.browser(who).client.get(answer.location + "/rejected.csv").status_code == 404
    for who in ("officer", "chair", "other_coordinator"):
        site.browser(who).get(f"/panels/{site.world.clinic}/import", 404)
