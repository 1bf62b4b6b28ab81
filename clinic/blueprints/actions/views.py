"""Actions: one's agency's list, and one action with its history."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.actions.forms import DONE, NotDoneForm, PressForm, ReopenForm, ReportForm
from clinic.domain.pages import number_of
from clinic.services import action_pages, actions
from clinic.services.action_pages import Filters, State
from clinic.web.work import changing, reading, then

bp = Blueprint("actions", __name__)


@bp.get("/actions")
def index():
    with reading() as work:
        page = action_pages.mine_page(work, _filters())
    return render_template("actions/index.html", page=page, states=list(State))


def _filters() -> Filters:
    """Return how the address narrows the list; what it cannot mean is left out."""
    state = request.args.get("state", "")
    try:
        panel_id = UUID(request.args.get("panel", ""))
    except ValueError:
        panel_id = None
    return Filters(State(state) if state in set(State) else State.OPEN, panel_id, number_of(request.args.get("page")))


@bp.get("/actions/<uuid:action_id>")
def show(action_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = action_pages.action_page(work, action_id)
    forms = {
        name: form if isinstance(form, kind) else kind(formdata=None, version=str(page.version))
        for name, kind in (("reporting", ReportForm), ("reopening", ReopenForm), ("ending", NotDoneForm))
    }
    press = PressForm(formdata=None, version=str(page.version))
    return render_template("actions/action.html", page=page, form=form, press=press, **forms), 422 if form else 200


@bp.post("/actions/<uuid:action_id>/report")
def report(action_id: UUID):
    form = ReportForm()
    with changing(form) as work:
        if form.validate():
            actions.report(work, action_id, form.how.data == DONE, form.text.data, form.seen)
            return then(work, url_for(".show", action_id=action_id), "Your report is saved.")
    return show(action_id, form)


@bp.post("/actions/<uuid:action_id>/confirm")
def confirm(action_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            actions.confirm(work, action_id, form.seen)
            return then(work, url_for(".show", action_id=action_id), "The action is confirmed as done.")
    return show(action_id, form)


@bp.post("/actions/<uuid:action_id>/reopen")
def reopen(action_id: UUID):
    form = ReopenForm()
    with changing(form) as work:
        if form.validate():
            actions.reopen(work, action_id, form.text.data, form.seen)
            return then(work, url_for(".show", action_id=action_id), "It is open again. A letter tells its agency.")
    return show(action_id, form)


@bp.post("/actions/<uuid:action_id>/not-done")
def end_not_done(action_id: UUID):
    form = NotDoneForm()
    with changing(form) as work:
        if form.validate():
            actions.end_not_done(work, action_id, form.text.data, form.seen)
            return then(work, url_for(".show", action_id=action_id), "The action is closed as not done.")
    return show(action_id, form)
