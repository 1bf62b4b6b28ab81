"""The search for leaks finds what it looks for: a search that finds nothing would prove nothing."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.journeys import canary, tokens
from tests.journeys.people import Sight, Walk


@pytest.fixture(scope="module")
def made():
    return tokens.made()


@pytest.mark.parametrize("column", [*tokens.NAMES, *tokens.TEXTS, *tokens.BIRTHS, "victim_postcode", "victim_phone"])
def test_a_value_is_found_in_raw_bytes_however_it_is_capitalised(made, column, tmp_path):
    row, values = next(iter(made.of.items()))
    (tmp_path / "clinic.sqlite3-wal").write_bytes(b"\x00\xff" + values[column].upper().encode() + b"\x00")
    assert leaks(made, tmp_path)
    assert row in made.of


def test_a_value_is_found_in_letters_titles_addresses_and_file_names(made, tmp_path):
    token = next(iter(made.of.values()))["victim_family_name"]
    letter = EmailMessage()
    letter["Subject"], letter["Message-ID"] = f"About {token}", "<1@clinic.invalid>"
    letter.set_content("nothing")
    encoded = EmailMessage()
    encoded.set_content(f"é {token}", cte="base64")
    for found in (
        leaks(made, tmp_path, letters=[letter]), leaks(made, tmp_path, letters=[encoded]),
        leaks(made, tmp_path, calendars=[token]), leaks(made, tmp_path, walk=Walk(urls=[f"http://x/?q={token}"])),
        leaks(made, tmp_path, walk=Walk(files=[f"{token}.csv"])),
        leaks(made, tmp_path, walk=Walk(sights=[Sight("a", "b", token, "")])),
    ):
        assert found


def test_a_calendar_secret_is_found_in_a_log(made, tmp_path):
    (tmp_path / "service.log").write_text("GET /cal/sesame.ics")
    assert leaks(made, tmp_path, secrets=["sesame"])


def test_nothing_is_found_where_nothing_is(made, tmp_path):
    (tmp_path / "service.log").write_text("GET /cal/***.ics on 21 November 2026, 07700")
    assert not leaks(made, tmp_path, secrets=["sesame"])


def leaks(made, folder, *, letters=(), calendars=(), walk=None, secrets=()) -> list[str]:
    return canary.leaks(
        canary.words(made), secrets, folder=folder, letters=list(letters), calendars=list(calendars),
        walks=[walk] if walk else [],
    )
