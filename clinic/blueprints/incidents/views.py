"""What happened in a case: its timeline, an entry with its versions, and writing down one or many."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.incidents.forms import CorrectionForm, IncidentForm, PasteForm, TakeBackForm, values
from clinic.domain import incidents as rules
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import local_day
from clinic.domain.pages import number_of
from clinic.services import incidents, timeline
from clinic.web.clock import now
from clinic.web.filters import day
from clinic.web.work import changing, reading, then

bp = Blueprint("incidents", __name__)


@bp.get("/cases/<uuid:case_id>/timeline")
def index(case_id: UUID):
    only = _filter()
    with reading() as work:
        page = timeline.page(work, case_id, only, number_of(request.args.get("page")))
    return render_template("incidents/index.html", page=page, only=only, kinds=list(InformationKind))


def _filter() -> timeline.Filter:
    asked, agency, kind = request.args, None, None
    with suppress(ValueError):
        agency = UUID(asked.get("agency", ""))
    with suppress(ValueError):
        kind = InformationKind(asked.get("information", ""))
    return timeline.Filter(agency, asked.get("behaviour", "")[:60], kind, asked.get("ended") == "yes")


@bp.get("/cases/<uuid:case_id>/incidents/add")
def add(case_id: UUID, form: IncidentForm | None = None):
    with reading() as work:
        page = timeline.telling(work, case_id)
    status, form = 422 if form else 200, form or IncidentForm(formdata=None)
    form.offer(page.behaviours)
    return render_template("incidents/add.html", page=page, form=form), status


@bp.post("/cases/<uuid:case_id>/incidents/add")
def tell(case_id: UUID):
    form = IncidentForm()
    with changing(form) as work:
        if form.validate():
            told = incidents.tell(work, case_id, [form.incident()])
            return then(work, url_for(".index", case_id=case_id), _words("The incident is written down.", told))
    return add(case_id, form)


@bp.get("/cases/<uuid:case_id>/incidents/paste")
def paste(case_id: UUID, form: PasteForm | None = None, good: tuple = (), bad: tuple = ()):
    with reading() as work:
        page = timeline.telling(work, case_id)
    return render_template("incidents/paste.html", page=page, form=form or PasteForm(formdata=None), good=good,
                           bad=bad), 422 if form and form.has_errors else 200


@bp.post("/cases/<uuid:case_id>/incidents/paste")
def send_paste(case_id: UUID):
    """Show what was understood, to be checked; the same lines sent again are written down."""
    form = PasteForm()
    checked = form.is_checked
    good, bad = _read(form)
    if checked and not form.has_errors:
        with changing(form) as work:
            kind = InformationKind(form.information.data)
            told = incidents.tell(work, case_id, [replace(one, information=kind) for one in good])
            return then(work, url_for(".index", case_id=case_id), _words(_added(told.new, len(good)), told))
    return paste(case_id, form, good, bad)


def _read(form: PasteForm) -> tuple[tuple, tuple]:
    if not form.validate():
        return (), ()
    good, bad = rules.read_lines(form.lines.data, local_day(now()))
    if bad or len(good) > rules.MOST:
        form.refuse(form.spoiled(len(bad)))
    else:
        form.seen.data = form.digest
    return good, bad


def _added(new: int, of: int) -> str:
    words = "1 incident is written down." if new == 1 else f"{new:,} incidents are written down."
    return words if new == of else f"{words} {of - new:,} stood here already, or twice."


def _words(done: str, told: incidents.Told) -> str:
    """Return what was done, and that the limit is earlier than it was, which nobody may miss."""
    if told.earlier_limit is None:
        return done
    return f"{done} The six-month limit is earlier than it was: {day(told.earlier_limit)}."


@bp.get("/cases/<uuid:case_id>/incidents/<uuid:incident_id>")
def show(case_id: UUID, incident_id: UUID, form: CorrectionForm | TakeBackForm | None = None):
    with reading() as work:
        page = timeline.entry(work, case_id, incident_id)
    correction = form if isinstance(form, CorrectionForm) else CorrectionForm(formdata=None, data=values(page.said))
    correction.offer(page.behaviours)
    back = form if isinstance(form, TakeBackForm) else TakeBackForm(formdata=None)
    return render_template("incidents/show.html", page=page, form=form, correction=correction,
                           back_form=back), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/incidents/<uuid:incident_id>")
def correct(case_id: UUID, incident_id: UUID):
    form = CorrectionForm()
    with changing(form) as work:
        if form.validate():
            told = incidents.correct(work, case_id, incident_id, form.incident(), form.why.data)
            return then(work, url_for(".index", case_id=case_id), _words("The incident is put right.", told))
    return show(case_id, incident_id, form)


@bp.post("/cases/<uuid:case_id>/incidents/<uuid:incident_id>/take-back")
def take_back(case_id: UUID, incident_id: UUID):
    form = TakeBackForm()
    with changing(form) as work:
        if form.validate():
            told = incidents.take_back(work, case_id, incident_id, form.why.data)
            return then(work, url_for(".index", case_id=case_id), _words("The incident is taken back.", told))
    return show(case_id, incident_id, form)
