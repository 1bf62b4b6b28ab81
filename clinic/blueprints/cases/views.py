"""Cases: the list, a case, who must not know, and who has looked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from clinic.blueprints.cases.forms import ExclusionForm, PressForm
from clinic.domain.cases import CaseStatus
from clinic.domain.pages import number_of
from clinic.services import case_pages, cases, exclusions, journals
from clinic.web.work import changing, reading, then

bp = Blueprint("cases", __name__)


@bp.get("/cases")
def index():
    status = request.args.get("status", "")
    only = cases.Filter(
        _uuid(request.args.get("panel", "")), CaseStatus(status) if status in list(CaseStatus) else None,
        request.args.get("reference", "").strip()[:40],
    )
    with reading() as work:
        page = cases.index(work, only, number_of(request.args.get("page")))
    return render_template("cases/index.html", page=page, only=only, statuses=list(CaseStatus))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@bp.get("/cases/<uuid:case_id>")
def show(case_id: UUID):
    with reading() as work:
        page = case_pages.show(work, case_id)
    return render_template("cases/show.html", page=page)


@bp.get("/cases/<uuid:case_id>/exclusions")
def list_exclusions(case_id: UUID):
    with reading() as work:
        page = exclusions.page(work, case_id)
    form = ExclusionForm(formdata=None)
    _offer(form, page)
    return render_template("cases/exclusions.html", page=page, form=form)


def _offer(form: ExclusionForm, page: exclusions.ExclusionsPage) -> None:
    form.who.offer([(f"agency:{id_}", f"Agency: {name}") for id_, name in page.agencies]
                   + [(f"user:{id_}", name) for id_, name in page.people])
    form.ground.offer(list(page.grounds.items()))


@bp.get("/cases/<uuid:case_id>/exclusions/new")
def new_exclusion(case_id: UUID, form: ExclusionForm | None = None):
    """Name the consequence of what was chosen, and ask once more."""
    with reading() as work:
        page = exclusions.page(work, case_id)
    asked = form is None
    if asked:
        form = ExclusionForm(formdata=MultiDict(request.args), meta={"csrf": False})
    _offer(form, page)
    sound = asked and form.validate()
    template = "cases/exclude.html" if sound else "cases/exclusions.html"
    if sound:
        form = _again(form)
        _offer(form, page)
    return render_template(template, page=page, form=form), 200 if sound else 422


def _again(form: ExclusionForm) -> ExclusionForm:
    """Return the form that confirms, with a token and a key of its own."""
    return ExclusionForm(formdata=None, data={"who": form.who.data, "ground": form.ground.data})


@bp.post("/cases/<uuid:case_id>/exclusions/new")
def exclude(case_id: UUID):
    form = ExclusionForm()
    with changing(form) as work:
        _offer(form, exclusions.page(work, case_id))
        if form.validate():
            exclusions.exclude(work, case_id, form.chosen(), form.ground.data)
            return then(work, url_for("cases.list_exclusions", case_id=case_id),
                        "The exclusion is set. They are not told.")
    return new_exclusion(case_id, form)


@bp.get("/cases/<uuid:case_id>/exclusions/<uuid:exclusion_id>/lift")
def lift(case_id: UUID, exclusion_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page, line = exclusions.lift_page(work, case_id, exclusion_id)
    return render_template("cases/lift.html", page=page, line=line, form=form or PressForm()), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/exclusions/<uuid:exclusion_id>/lift")
def lift_exclusion(case_id: UUID, exclusion_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            exclusions.lift(work, case_id, exclusion_id)
            return then(work, url_for("cases.list_exclusions", case_id=case_id), "The exclusion is lifted.")
    return lift(case_id, exclusion_id, form)


@bp.get("/cases/<uuid:case_id>/journal")
def journal(case_id: UUID):
    with reading() as work:
        page = journals.of_case(work, case_id, number_of(request.args.get("page")))
    return render_template("cases/journal.html", page=page)
