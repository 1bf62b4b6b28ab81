"""A reader's copy of an agenda in the words of the page that is set on paper."""

from __future__ import annotations

from html import unescape
from typing import Any

from flask import render_template

from clinic.services.actions import ActionLine
from clinic.services.edition_pages import EditionLine, PrintPage
from clinic.services.repeats import Returned
from clinic.web.filters import clock, day, moment, short_day, span, weekday


def as_data(copy: PrintPage) -> dict[str, Any]:
    """Return what `agenda.typ` fills in. No case is called anything but its reference."""
    page = copy.page
    return {
        "title": f"Agenda, {day(page.starts_at)}", "panel": page.panel, "mark": "OFFICIAL-SENSITIVE",
        "when": f"{weekday(page.starts_at)}, {span(page.starts_at, page.ends_at)}",
        "reader": copy.reader, "agency": copy.agency, "printed": moment(copy.printed_at),
        "edition": f"Edition {page.number}, published on {moment(page.published_at)}.",
        "needed": _needed(page.needed), "lines": [_line(line) for line in page.lines],
        "actions": [_action(action) for action in page.actions],
    }


def _needed(needed: Any) -> str | None:
    if needed is None:
        return None
    times = f"{clock(needed.slot.starts_at)} to {clock(needed.slot.ends_at)}"
    return f"Your agency is needed from {times}, for {needed.cases} of {needed.of} cases."


def _line(line: EditionLine) -> dict[str, Any]:
    item, kind = (line.reference, line.kind.words) if line.case_id else (line.title, "")
    return {"number": line.number, "time": span(line.starts_at, line.ends_at), "item": item, "kind": kind,
            "note": _note(line.returned) if line.returned else "", "minutes": line.minutes}


def _note(returned: Returned) -> str:
    """Return the earlier case of the same pair in one line, in the words of the page, which has no mark-up on paper."""
    return unescape(render_template("matches/_note.html", returned=returned, links=False)).strip()


def _action(action: ActionLine) -> dict[str, str]:
    return {"reference": action.reference, "case": action.case_reference, "what": action.text, "agency": action.owner,
            "due": short_day(action.due_on) + (", overdue" if action.overdue else "")}
