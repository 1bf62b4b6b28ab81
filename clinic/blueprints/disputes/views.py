"""Disputed responses: those of a case, one with its versions and answers, and what waits for an answer."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.disputes.forms import AnswerForm, CorrectionForm, DisputeForm, TakeBackForm, values
from clinic.domain.disputes import DisputeOutcome
from clinic.domain.pages import number_of
from clinic.services import dispute_pages, disputes
from clinic.web.fields import Form
from clinic.web.work import changing, reading, then

bp = Blueprint("disputes", __name__)


@bp.get("/disputes")
def index():
    with reading() as work:
        page = dispute_pages.tasks(work, number_of(request.args.get("page")))
    return render_template("disputes/index.html", page=page)


@bp.get("/cases/<uuid:case_id>/disputes")
def of_case(case_id: UUID, form: DisputeForm | None = None):
    with reading() as work:
        page = dispute_pages.page(work, case_id)
    status, form = 422 if form else 200, form or DisputeForm(formdata=None)
    form.responder.offer(page.agencies)
    return render_template("disputes/of_case.html", page=page, form=form), status


@bp.post("/cases/<uuid:case_id>/disputes")
def dispute(case_id: UUID):
    form = DisputeForm()
    with changing(form) as work:
        if form.validate():
            dispute_id = disputes.dispute(work, case_id, form.dispute())
            return then(work, url_for(".show", case_id=case_id, dispute_id=dispute_id),
                        "It is written down. The agency is asked to answer.")
    return of_case(case_id, form)


@bp.get("/cases/<uuid:case_id>/disputes/<uuid:dispute_id>")
def show(case_id: UUID, dispute_id: UUID, form: Form | None = None):
    with reading() as work:
        page = dispute_pages.one(work, case_id, dispute_id)
    correction = form if isinstance(form, CorrectionForm) else CorrectionForm(formdata=None, data=values(page.said))
    correction.responder.offer(page.agencies)
    back = form if isinstance(form, TakeBackForm) else TakeBackForm(formdata=None)
    answer_form = form if isinstance(form, AnswerForm) else AnswerForm(formdata=None)
    return render_template("disputes/show.html", page=page, form=form, correction=correction, back_form=back,
                           answer_form=answer_form), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/disputes/<uuid:dispute_id>")
def correct(case_id: UUID, dispute_id: UUID):
    form = CorrectionForm()
    with changing(form) as work:
        if form.validate():
            new_id = disputes.correct(work, case_id, dispute_id, form.dispute(), form.why.data)
            return then(work, url_for(".show", case_id=case_id, dispute_id=new_id), "It is put right.")
    return show(case_id, dispute_id, form)


@bp.post("/cases/<uuid:case_id>/disputes/<uuid:dispute_id>/take-back")
def take_back(case_id: UUID, dispute_id: UUID):
    form = TakeBackForm()
    with changing(form) as work:
        if form.validate():
            disputes.take_back(work, case_id, dispute_id, form.why.data)
            return then(work, url_for(".of_case", case_id=case_id), "It is taken back.")
    return show(case_id, dispute_id, form)


@bp.post("/cases/<uuid:case_id>/disputes/<uuid:dispute_id>/answer")
def answer(case_id: UUID, dispute_id: UUID):
    form = AnswerForm()
    with changing(form) as work:
        if form.validate():
            disputes.answer(work, case_id, dispute_id, DisputeOutcome(form.outcome.data), form.words.data or "")
            return then(work, url_for(".show", case_id=case_id, dispute_id=dispute_id),
                        "The answer is written down, and the agency that disputes is told.")
    return show(case_id, dispute_id, form)
