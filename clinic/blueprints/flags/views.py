"""Flags: which files of a panel's cases are flagged and until when, to read and to take away; and one's own."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from clinic.blueprints.flags.forms import FlagForm, PressForm
from clinic.documents import tables, workbooks
from clinic.domain.pages import number_of
from clinic.services import flags
from clinic.web.work import changing, reading, then

bp = Blueprint("flags", __name__)


@bp.get("/panels/<uuid:panel_id>/flags")
def of_panel(panel_id: UUID):
    with reading() as work:
        page = flags.of_panel(work, panel_id, _lapsed(), number_of(request.args.get("page")))
    return render_template("flags/panel.html", page=page)


def _lapsed() -> bool:
    return request.args.get("show") == "lapsed"


@bp.get("/panels/<uuid:panel_id>/flags.csv")
def as_csv(panel_id: UUID):
    with reading() as work:
        header, rows = flags.table(work, panel_id, _lapsed())
    return _file(tables.write_csv(header, rows), "text/csv", "csv")


@bp.get("/panels/<uuid:panel_id>/flags.xlsx")
def as_workbook(panel_id: UUID):
    with reading() as work:
        header, rows = flags.table(work, panel_id, _lapsed())
    return _file(workbooks.write(header, rows), workbooks.MIME, "xlsx")


def _file(data: bytes, kind: str, ending: str) -> Response:
    name = f"{'flags-to-take-down' if _lapsed() else 'flags'}.{ending}"
    return Response(data, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"})


@bp.get("/cases/<uuid:case_id>/flag")
def show(case_id: UUID, form: FlagForm | PressForm | None = None):
    with reading() as work:
        page = flags.flag_page(work, case_id)
    drawn = form if isinstance(form, FlagForm) else FlagForm(formdata=None, data={"identifier": page.identifier})
    return render_template("flags/show.html", page=page, form=form, flag_form=drawn,
                           press=PressForm(formdata=None)), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/flag")
def put_up(case_id: UUID):
    form = FlagForm()
    with changing(form) as work:
        if form.validate():
            flags.put_up(work, case_id, form.identifier.data)
            return then(work, url_for(".show", case_id=case_id), "The flag is written down.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/flag/take-down")
def take_down(case_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            flags.take_down(work, case_id)
            return then(work, url_for(".show", case_id=case_id), "It is written down that the flag is off.")
    return show(case_id, form)
