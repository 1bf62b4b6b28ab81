"""The README's map names every folder, and its commands exist."""

import re
from pathlib import Path

from clinic.app import create_app
from tests.conftest import settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_map_names_every_folder():
    inner = [p for p in (ROOT / "clinic").iterdir() if p.is_dir() and p.name != "__pycache__"]
    missing = [p.name for p in inner if f"`clinic/{p.name}`" not in README]
    outer = ("migrations", "frontend", "tests", "docs", "instance")
    assert not missing and all(f"`{name}`" in README for name in outer), missing


def test_the_commands_it_names_exist(fresh_sqlite):
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", README)) <= verbs
    commands = create_app(settings(fresh_sqlite)).cli.list_commands(None)
    assert set(re.findall(r"flask --app wsgi ([a-z-]+)", README)) <= set(commands)


def test_the_pictures_it_shows_are_there():
    for picture in re.findall(r"\((docs/[^)]+\.png)\)", README):
        assert (ROOT / picture).stat().st_size > 10_000, picture


def test_every_setting_is_documented():
    named = set(re.findall(r'"(CLINIC_[A-Z_]+)"', (ROOT / "clinic" / "config.py").read_text(encoding="utf-8")))
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    stems = {name for name in named if name in text or name.replace("CLINIC_SMTP", "") in text}
    assert stems == named, named - stems
