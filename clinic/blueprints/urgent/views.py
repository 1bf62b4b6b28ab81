"""Urgent decisions: those of a case, one with its answers, and what waits for an answer or for the chair."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for

from clinic.blueprints.urgent.forms import ActionForm, AnswerForm, AskForm, DecideForm, RatifyForm
from clinic.domain.urgent import UrgentOutcome
from clinic.services import urgent, urgent_pages
from clinic.web.fields import Form
from clinic.web.work import changing, reading, then

bp = Blueprint("urgent", __name__)


@bp.get("/urgent")
def index():
    with reading() as work:
        page = urgent_pages.tasks(work)
    return render_template("urgent/index.html", page=page)


@bp.get("/cases/<uuid:case_id>/urgent")
def of_case(case_id: UUID, form: AskForm | None = None):
    with reading() as work:
        page = urgent_pages.page(work, case_id)
    status, form = 422 if form else 200, form or AskForm(formdata=None, quorum=page.quorum)
    form.agencies.choices = page.agencies
    return render_template("urgent/of_case.html", page=page, form=form), status


@bp.post("/cases/<uuid:case_id>/urgent")
def ask(case_id: UUID):
    form = AskForm()
    with changing(form) as work:
        if form.validate():
            decision_id = urgent.ask(work, case_id, form.new())
            return then(work, url_for(".show", decision_id=decision_id), "The agencies are asked.")
    return of_case(case_id, form)


@bp.get("/urgent/<uuid:decision_id>")
def show(decision_id: UUID, form: Form | None = None):
    with reading() as work:
        page = urgent_pages.one(work, decision_id)
    deciding = form if isinstance(form, DecideForm) else DecideForm(formdata=None)
    acting = form if isinstance(form, ActionForm) else ActionForm(formdata=None)
    acting.owner.offer([(str(key), name) for key, name in page.owners.agencies])
    acting.lead.offer([(str(key), name) for key, name, _ in page.owners.leads])
    ratifying = form if isinstance(form, RatifyForm) else RatifyForm(formdata=None)
    return render_template(
        "urgent/show.html", page=page, form=form, deciding=deciding, acting=acting, ratifying=ratifying,
    ), 422 if form else 200


@bp.get("/urgent/answers/<uuid:answer_id>")
def give(answer_id: UUID, form: AnswerForm | None = None):
    with reading() as work:
        page, line = urgent_pages.to_answer(work, answer_id)
    status, form = 422 if form else 200, form or AnswerForm(
        formdata=None, reply=line.reply, reason=line.reason, readers=line.handling, version=str(line.version))
    return render_template("urgent/give.html", page=page, line=line, form=form), status


@bp.post("/urgent/answers/<uuid:answer_id>")
def answer(answer_id: UUID):
    form = AnswerForm()
    with changing(form) as work:
        if form.validate():
            decision_id = urgent.answer(work, answer_id, form.said(), form.seen_version)
            return then(work, url_for(".show", decision_id=decision_id), "Your agency’s answer is written down.")
    return give(answer_id, form)


@bp.post("/urgent/<uuid:decision_id>/decision")
def decide(decision_id: UUID):
    form = DecideForm()
    with changing(form) as work:
        if form.validate():
            urgent.decide(work, decision_id, UrgentOutcome(form.outcome.data), form.words.data)
            return then(work, url_for(".show", decision_id=decision_id), "It is written down, and agencies are told.")
    return show(decision_id, form)


@bp.post("/urgent/<uuid:decision_id>/actions")
def agree(decision_id: UUID):
    form = ActionForm()
    with changing(form) as work:
        if form.validate():
            reference = urgent.agree(work, decision_id, form.new())
            return then(work, url_for(".show", decision_id=decision_id, _anchor="actions"),
                        f"{reference} is agreed, and its agency is told.")
    return show(decision_id, form)


@bp.post("/urgent/<uuid:decision_id>/ratification")
def ratify(decision_id: UUID):
    form = RatifyForm()
    with changing(form) as work:
        if form.validate():
            meeting_id = urgent.ratify(work, decision_id, form.yes, form.words.data or "")
            return then(work, url_for("hearings.live", meeting_id=meeting_id, _anchor="between"),
                        "What the meeting says is written down.")
    return show(decision_id, form)
