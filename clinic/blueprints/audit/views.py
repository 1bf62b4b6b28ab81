"""The journal: all of it for the auditor, one's own lines for everybody."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from clinic.blueprints.audit.forms import JournalForm
from clinic.services import audits
from clinic.services.audits import Search
from clinic.web.work import reading

bp = Blueprint("audit", __name__)


@bp.get("/audit")
def index():
    form = JournalForm(request.args, meta={"csrf": False})
    sound = form.validate()
    with reading() as work:
        page = audits.page(work, form.search() if sound else Search(), _before(request.args.get("before", "")))
    kept = {name: value for name, value in request.args.items() if value and name != "before"}
    return render_template("audit/index.html", page=page, form=form, kept=kept), 200 if sound else 422


def _before(text: str) -> int | None:
    """Return the line that the page begins before; whatever is no number means the latest."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


@bp.get("/audit/mine")
def mine():
    with reading() as work:
        page = audits.mine(work)
    return render_template("audit/mine.html", page=page)
