"""Who presents which case: the list of an agency's own, and the page of one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for

from clinic.blueprints.presenting.forms import AgencyForm, HoursForm, PresenterForm
from clinic.services import presenting
from clinic.web.fields import Form
from clinic.web.work import actor, changing, reading, then

bp = Blueprint("presenting", __name__)


@bp.get("/presenting")
def index(form: Form | None = None):
    """Show the cases that the reader's agency presents."""
    with reading() as work:
        lines = presenting.mine(work)
    return render_template("presenting/index.html", lines=lines, form=form, press=Form(formdata=None)), (
        422 if form else 200)


@bp.get("/presenting/<uuid:item_id>")
def show(item_id: UUID, form: PresenterForm | AgencyForm | HoursForm | None = None):
    with reading() as work:
        page = presenting.page(work, item_id)
    names = form if isinstance(form, PresenterForm) else PresenterForm(formdata=None, presenter=str(page.presenter_id))
    entrusts = form if isinstance(form, AgencyForm) else AgencyForm(formdata=None)
    begins, ends = page.wall_times
    hours = form if isinstance(form, HoursForm) else HoursForm(formdata=None, begins=begins, ends=ends)
    names.presenter.offer(page.colleagues)
    entrusts.agency.offer(page.agencies)
    return render_template("presenting/show.html", page=page, form=form, names=names, entrusts=entrusts,
                           hours=hours), (
        422 if form else 200)


@bp.post("/presenting/<uuid:item_id>/me")
def present(item_id: UUID):
    """Let whoever presses the button present the case themselves."""
    form = Form()
    with changing(form) as work:
        if form.validate():
            reference = presenting.confirm(work, item_id, actor().user_id)
            return then(work, url_for("presenting.index"), f"You present {reference}.")
    return index(form)


@bp.post("/presenting/<uuid:item_id>")
def name(item_id: UUID):
    form = PresenterForm()
    with changing(form) as work:
        if form.validate():
            reference = presenting.confirm(work, item_id, form.user_id)
            return then(work, url_for("presenting.show", item_id=item_id), f"It is said who presents {reference}.")
    return show(item_id, form)


@bp.post("/presenting/<uuid:item_id>/hours")
def say_hours(item_id: UUID):
    """Keep from when until when who presents the case can be at the meeting."""
    form = HoursForm()
    with changing(form) as work:
        if form.validate():
            reference = presenting.say_hours(work, item_id, form.begins.data, form.ends.data)
            return then(work, url_for("presenting.show", item_id=item_id),
                        f"It is said when {reference} can be presented.")
    return show(item_id, form)


@bp.post("/presenting/<uuid:item_id>/agency")
def entrust(item_id: UUID):
    form = AgencyForm()
    with changing(form) as work:
        if form.validate():
            reference = presenting.entrust(work, item_id, form.agency_id)
            return then(work, url_for("presenting.show", item_id=item_id), f"Another agency presents {reference}.")
    return show(item_id, form)
