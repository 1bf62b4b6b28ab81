"""What became of letters."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from clinic.domain.pages import number_of
from clinic.services import letters
from clinic.services.letters import Standing
from clinic.web.work import reading

bp = Blueprint("post", __name__)


@bp.get("/post")
def index():
    with reading() as work:
        page = letters.page(work, _standing(request.args.get("show")), number_of(request.args.get("page")))
    return render_template("post/index.html", page=page)


def _standing(text: str | None) -> Standing | None:
    return Standing(text) if text in set(Standing) else None
