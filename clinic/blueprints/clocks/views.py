"""What runs out in a case: its clocks, the steps of the investigation, the answer on section 4A."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.clocks.forms import FourAForm, PressForm, StepForm
from clinic.domain.pages import number_of
from clinic.services import clock_pages, investigations
from clinic.web.fields import Form
from clinic.web.work import changing, reading, then

bp = Blueprint("clocks", __name__)


@bp.get("/panels/<uuid:panel_id>/clocks")
def of_panel(panel_id: UUID):
    with reading() as work:
        page = clock_pages.of_panel(work, panel_id, request.args.get("show") == "all",
                                    number_of(request.args.get("page")))
    return render_template("clocks/panel.html", page=page)


@bp.get("/cases/<uuid:case_id>/clocks")
def show(case_id: UUID, refused: Form | None = None):
    with reading() as work:
        page = clock_pages.page(work, case_id)
    forms = {"step_form": StepForm, "four_a_form": FourAForm}
    drawn = {name: refused if isinstance(refused, kind) else kind(formdata=None) for name, kind in forms.items()}
    return render_template("clocks/show.html", page=page, form=refused, press=PressForm(formdata=None),
                           **drawn), 422 if refused else 200


@bp.post("/cases/<uuid:case_id>/investigation")
def take_step(case_id: UUID):
    form = StepForm()
    with changing(form) as work:
        if form.validate():
            investigations.take(work, case_id, form.step())
            return then(work, url_for(".show", case_id=case_id), "The step is written down.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/investigation/<uuid:step_id>/take-back")
def take_back(case_id: UUID, step_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            investigations.take_back(work, case_id, step_id)
            return then(work, url_for(".show", case_id=case_id), "The step is taken back. It stays to be read.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/four-a")
def answer_four_a(case_id: UUID):
    form = FourAForm()
    with changing(form) as work:
        if form.validate():
            investigations.answer_four_a(work, case_id, form.considered(), form.reason.data or "")
            return then(work, url_for(".show", case_id=case_id), "The answer is written down.")
    return show(case_id, form)
