"""Looking for people and cases."""

from __future__ import annotations

from flask import Blueprint, render_template

from clinic.blueprints.search.forms import SearchForm
from clinic.domain.errors import RuleBroken
from clinic.services import search
from clinic.web.work import reading

bp = Blueprint("search", __name__)


@bp.get("/search")
def ask():
    with reading() as work:
        search.page(work)
    return render_template("search/find.html", form=SearchForm(formdata=None), found=None)


@bp.post("/search")
def find():
    form, found = SearchForm(), None
    if form.validate():
        try:
            with reading() as work:
                found = search.find(work, form.query())
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("search/find.html", form=form, found=found), 422 if form.has_errors else 200
