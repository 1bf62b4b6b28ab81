"""Bringing in a file of nominations: sent, looked at, confirmed, watched, handed back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from clinic.blueprints.imports.forms import ImportForm, MatchForm, PressForm, values_of
from clinic.documents import files, tables
from clinic.domain.columns import check_headings, is_foreign
from clinic.domain.errors import RuleBroken
from clinic.services import column_maps, import_pages, imports
from clinic.web.clock import now
from clinic.web.limits import takes_file
from clinic.web.work import actor, changing, office, reading, then

bp = Blueprint("imports", __name__)

# Bytes of rows that are read while their sender waits.
READ_AT_ONCE = 300_000


@bp.get("/panels/<uuid:panel_id>/import")
def new(panel_id: UUID, form: ImportForm | None = None):
    with reading() as work:
        page = import_pages.new_page(work, panel_id)
    return render_template("imports/new.html", form=form or ImportForm(), page=page), 422 if form else 200


@bp.post("/panels/<uuid:panel_id>/import")
@takes_file(tables.MOST_BYTES)
def send(panel_id: UUID):
    form = ImportForm()
    # Before the work begins: nobody else is to wait while a file is read.
    sent = _sent(form) if form.validate() else None
    with changing(form) as work:
        if sent is not None:
            return then(work, url_for("imports.show", batch_id=_keep(work, panel_id, sent)))
    return new(panel_id, form)


def _sent(form: ImportForm) -> tables.Table | bytes | None:
    """Return the rows of a small file, or a large or a foreign one as it came; its field says what is wrong with it."""
    data = form.file.data.read()
    try:
        if files.weigh(data) > READ_AT_ONCE:
            return data
        table = files.read(data)
        if not is_foreign(table.header):
            return table
        # Whoever sent it says first which of its columns is which.
        check_headings(table.header)
        return data
    except RuleBroken as broken:
        form.refuse(RuleBroken(broken.message, "file"))
        return None


def _keep(work: imports.Work, panel_id: UUID, sent: tables.Table | bytes) -> UUID:
    if isinstance(sent, bytes):
        return imports.keep(work, panel_id, sent)
    return imports.look(work, panel_id, sent.header, [(row.line, row.cells) for row in sent.rows])


@bp.get("/imports/<uuid:batch_id>")
def show(batch_id: UUID, form: PressForm | MatchForm | None = None):
    with reading() as work:
        page = import_pages.show_page(work, batch_id)
    status = 422 if form else 200
    if page.matching is not None:
        if not isinstance(form, MatchForm):
            form = MatchForm(formdata=None, data=values_of(page.matching.proposed))
        form.offer(page.matching.headings, page.matching.agencies)
    return render_template("imports/show.html", page=page, form=form, press=PressForm()), status


@bp.post("/imports/<uuid:batch_id>/columns")
def match(batch_id: UUID):
    form = MatchForm()
    with changing(form) as work:
        if form.validate():
            column_maps.match(work, batch_id, form.draft())
            return then(work, url_for("imports.show", batch_id=batch_id))
    return show(batch_id, form)


@bp.get("/imports/<uuid:batch_id>/progress")
def progress(batch_id: UUID):
    """Say how far a file is: 304 while it is no further."""
    found = import_pages.progress(office(), actor(), batch_id, now())
    answer = jsonify(status=found.status, gone=found.gone, words=render_template("imports/_how_far.txt", how_far=found))
    answer.set_etag(f"{found.status}.{found.left}")
    return answer.make_conditional(request)


@bp.post("/imports/<uuid:batch_id>")
def confirm(batch_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            done = imports.confirm(work, batch_id)
            onward = url_for("imports.show", batch_id=batch_id) if done.batch_id else url_for("nominations.index")
            return then(work, onward, "" if done.running else _what_was_done(done))
    return show(batch_id, form)


def _what_was_done(done: imports.Result) -> str:
    nominations_ = "1 nomination is in." if done.added == 1 else f"{done.added:,} nominations are in."
    if not done.known:
        return nominations_
    return f"{nominations_} {done.known:,} {'was' if done.known == 1 else 'were'} here already and stayed as they are."


@bp.post("/imports/<uuid:batch_id>/stop")
def stop(batch_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            imports.stop(work, batch_id)
            return then(work, url_for("imports.show", batch_id=batch_id))
    # It came to its end before the button was pressed: its page says so.
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@bp.post("/imports/<uuid:batch_id>/go-on")
def go_on(batch_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            imports.go_on(work, batch_id)
            return then(work, url_for("imports.show", batch_id=batch_id))
    return show(batch_id, form)


@bp.post("/imports/<uuid:batch_id>/discard")
def discard(batch_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            imports.discard(work, batch_id)
            return then(work, url_for("nominations.index"), "The file is forgotten.")
    return show(batch_id, form)


@bp.get("/imports/<uuid:batch_id>/rejected.csv")
def rejected_rows(batch_id: UUID):
    with reading() as work:
        header, rows = import_pages.rejected(work, batch_id)
    return Response(tables.write_csv(header, rows), mimetype="text/csv",
                    headers={"Content-Disposition": "attachment; filename=rows-to-mend.csv"})


# ── which column of an export is which, as it was said before ─────────────────────────────────────────────


@bp.get("/panels/<uuid:panel_id>/import/columns")
def columns(panel_id: UUID):
    with reading() as work:
        page = column_maps.page(work, panel_id)
    return render_template("imports/columns.html", page=page)


@bp.get("/panels/<uuid:panel_id>/import/columns/<uuid:map_id>/forget")
def ask_forget(panel_id: UUID, map_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page, line = column_maps.forget_page(work, panel_id, map_id)
    return render_template("imports/forget.html", page=page, line=line, form=form or PressForm()), 422 if form else 200


@bp.post("/panels/<uuid:panel_id>/import/columns/<uuid:map_id>/forget")
def forget(panel_id: UUID, map_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            column_maps.forget(work, panel_id, map_id)
            return then(work, url_for("imports.columns", panel_id=panel_id), "The columns are forgotten.")
    return ask_forget(panel_id, map_id, form)
