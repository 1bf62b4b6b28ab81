"""Flags, as an agency's representative meets them: the two lists, the file's number, and the lists taken away."""

import io
from dataclasses import replace
from datetime import UTC, datetime

from openpyxl import load_workbook

from tests import make


def test_a_representative_writes_down_the_flag_takes_the_list_away_and_takes_the_flag_down(site):
    world = site.world
    case_id = make.case(replace(world, now=datetime.now(UTC)))
    make.case(replace(world, now=datetime(2024, 2, 29, 10, 0, tzinfo=UTC)))
    browser, path = site.browser("officer"), f"/panels/{world.clinic}/flags"
    page = browser.get(path)
    assert "1 cases" not in page.text and "1 case." in page.text and "Zelda" not in page.text + page.title
    link = next(url for text, url in page.links if text.startswith("Write down your flag"))
    assert link == f"/cases/{case_id}/flag" and link in dict(browser.get(f"/cases/{case_id}").links).values()
    empty = browser.post(link, {"identifier": " "}, page=browser.get(link), status=422)
    assert "Enter your agency’s own number of the file" in empty.text
    after = browser.follow(browser.post(link, {"identifier": "=NP/77"}, page=browser.get(link)))
    assert "The flag is written down." in after.text and "=NP/77" in after.text
    listed = browser.client.get(f"{path}.csv")
    assert listed.mimetype == "text/csv" and "no-store" in listed.headers["Cache-Control"]
    assert "'=NP/77" in listed.text and "Zelda" not in listed.text and "Nothing" in listed.text
    sheet = load_workbook(io.BytesIO(browser.client.get(f"{path}.xlsx").data)).active
    assert sheet.cell(1, 1).value == "Reference" and sheet.cell(2, 2).value == "=NP/77"
    assert sheet.cell(2, 2).data_type == "s"
    out = browser.client.get(f"{path}.csv?show=lapsed").text
    assert "2024-02-29,2025-02-28" in out and "Take the flag down" in out
    after = browser.follow(browser.post(f"{link}/take-down", {}, page=browser.get(link)))
    assert "It is written down that the flag is off." in after.text and "flagged file" not in after.text


def test_an_empty_list_says_what_it_waits_for(site):
    browser, path = site.browser("officer"), f"/panels/{site.world.clinic}/flags"
    assert "No case that you know of was accepted within 12 months." in browser.get(path).text
    assert "No flag has run out." in browser.get(f"{path}?show=lapsed").text
