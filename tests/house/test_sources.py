"""What no source file of ours does: read the clock, import late, mark HTML as safe, catch everything."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "clinic").rglob("*.py"))
TEMPLATES = sorted((ROOT / "clinic" / "templates").rglob("*.html"))
CLOCKS = {"web/clock.py", "scheduler/timetable.py"}
CLOCK = re.compile(r"(datetime\.)?(datetime|date)\.(now|utcnow|today)|time\.time")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "clinic"))


def calls(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_source_keeps_the_house_rules(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if name(path) not in CLOCKS:
        clock = {c for c in calls(tree) if CLOCK.fullmatch(c)}
        assert not clock, f"{name(path)} reads the clock: {clock}"
    late = [
        ast.unparse(inner)
        for function in ast.walk(tree) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function) if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not late, f"{name(path)} imports inside a function: {late}"
    for handler in ast.walk(tree):
        if isinstance(handler, ast.ExceptHandler):
            caught = ast.unparse(handler.type) if handler.type else "everything"
            assert caught not in ("everything", "Exception"), f"{name(path)}:{handler.lineno} catches {caught}"


@pytest.mark.parametrize("path", [p for p in SOURCES if p.stat().st_size and p.name != "__init__.py"], ids=name)
def test_a_source_begins_by_saying_what_it_holds(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), name(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_trusts_nothing_and_imports_what_it_uses(path):
    text = path.read_text(encoding="utf-8")
    # Mail programs know no style sheets: their templates alone say how they look.
    styled = "" if "templates/mail" in str(path) else "|style=\""
    assert not re.search(rf"\|\s*safe\b|autoescape false|\son[a-z]+=\"{styled}", text), name(path)
    for names in re.findall(r"{% from \"[^\"]+\" import ([^%]+?)(?: with context)? %}", text):
        for part in names.split(","):
            used = part.split(" as ")[-1].strip()
            uses = len(re.findall(rf"\b{re.escape(used)}\b", text)) - 1
            assert uses, f"{name(path)} imports {used} and does not use it"


def test_markup_is_made_in_one_place_and_by_macros_that_escape():
    makers = {name(p) for p in SOURCES if re.search(r"\bMarkup\(", p.read_text(encoding="utf-8"))}
    assert makers <= {"documents/markup.py", "web/fields.py", "web/filters.py"}, makers


def test_raw_sql_has_no_place_outside_the_database_s_own_files():
    allowed = {"models/triggers.py", "scheduler/place.py", "services/database.py"}
    raw = r"^from sqlalchemy(\.\w+)* import (\([^)]*|[^(\n]*)\btext\b|\bsa\.text\(|from_statement|exec_driver_sql"
    makers = {name(p) for p in SOURCES if re.search(raw, p.read_text(encoding="utf-8"), re.MULTILINE)}
    assert makers <= allowed, makers - allowed
