"""Handovers: a case goes to another panel, open until that one has answered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.handovers.forms import ITEMS, AnswerForm, ChecklistForm, OfferForm, PressForm
from clinic.domain.pages import number_of
from clinic.services import handover_pages, handovers
from clinic.web.fields import Form
from clinic.web.work import changing, reading, then

bp = Blueprint("handovers", __name__)


@bp.get("/panels/<uuid:panel_id>/handovers")
def of_panel(panel_id: UUID):
    with reading() as work:
        page = handover_pages.of_panel(work, panel_id, request.args.get("show") == "all",
                                       number_of(request.args.get("page")))
    return render_template("handovers/panel.html", page=page)


@bp.get("/cases/<uuid:case_id>/handover")
def show(case_id: UUID, refused: Form | None = None):
    with reading() as work:
        page = handover_pages.page(work, case_id)
    seen_to = [item.value for item in page.open.done] if page.open else []
    drawn = {
        "offer": refused if isinstance(refused, OfferForm) else OfferForm(formdata=None),
        "checklist": ChecklistForm(formdata=None, data={"done": seen_to}),
        "answer": refused if isinstance(refused, AnswerForm) else AnswerForm(formdata=None),
    }
    drawn["offer"].panel.offer([(str(id_), name) for id_, name in page.panels])
    return render_template("handovers/show.html", page=page, items=ITEMS, form=refused,
                           press=PressForm(formdata=None), **drawn), 422 if refused else 200


@bp.post("/cases/<uuid:case_id>/handover")
def offer(case_id: UUID):
    form = OfferForm()
    with changing(form) as work:
        if form.validate():
            handovers.offer(work, case_id, form.draft())
            return then(work, url_for(".show", case_id=case_id),
                        "The case is offered. Your panel holds it until the other one has acknowledged.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/handover/checklist")
def keep(case_id: UUID):
    form = ChecklistForm()
    with changing(form) as work:
        if form.validate():
            handovers.keep(work, case_id, form.items())
            return then(work, url_for(".show", case_id=case_id), "The list is kept.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/handover/take-back")
def take_back(case_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            handovers.take_back(work, case_id)
            return then(work, url_for(".show", case_id=case_id),
                        "It is taken back. What the other panel was offered is forgotten there.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/handover/answer")
def answer(case_id: UUID):
    form = AnswerForm()
    with changing(form) as work:
        if form.validate():
            said = form.said()
            panel_id = handovers.answer(work, case_id, said)
            if said.acknowledged:
                return then(work, url_for(".show", case_id=case_id), "Your panel holds the case now.")
            return then(work, url_for(".of_panel", panel_id=panel_id), "It is refused, and forgotten here.")
    return show(case_id, form)
