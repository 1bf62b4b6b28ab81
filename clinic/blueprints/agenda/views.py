"""The agenda of a meeting: built by those who run it, read and printed by everyone invited."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from clinic.blueprints.agenda import papers
from clinic.blueprints.agenda.forms import (
    ArrangeForm,
    DropForm,
    ItemForm,
    OrderForm,
    UnlockForm,
    Versioned,
    order_form,
)
from clinic.documents import pdf
from clinic.domain.agenda import Direction
from clinic.domain.meetings import local_day
from clinic.services import agenda, agenda_pages, drops, edition_pages, editions, locking, running_order, suggestions
from clinic.services.work import Work
from clinic.web.work import changing, reading, then

bp = Blueprint("agenda", __name__)


@bp.get("/meetings/<uuid:meeting_id>/agenda")
def show(meeting_id: UUID, form: Versioned | None = None):
    """Show the draft to those who make it, and the newest edition to everybody else."""
    with reading() as work:
        page = agenda_pages.page_for(work, meeting_id)
    if isinstance(page, edition_pages.ReaderPage):
        return render_template("agenda/edition.html", page=page)
    return render_template("agenda/build.html", **_parts(page, form)), 422 if form else 200


def _parts(page: agenda_pages.BuildPage, form: Versioned | None) -> dict:
    """Return what the template needs: three forms with keys of their own, one of them as it was sent."""
    version = str(page.version)
    fresh = {
        "order": OrderForm(formdata=None, version=version), "item": ItemForm(formdata=None, version=version),
        "press": Versioned(formdata=None, version=version),
    }
    kind = "order" if isinstance(form, OrderForm) else "item" if isinstance(form, ItemForm) else "press"
    sent = {kind: form} if form is not None else {}
    boxes = form.boxes if isinstance(form, OrderForm) else {}
    return {"page": page, **fresh, **sent, "form": form, "boxes": boxes}


@bp.get("/meetings/<uuid:meeting_id>/agenda/edition")
def edition(meeting_id: UUID):
    """Show the newest edition as its reader has it, to those who make the draft too."""
    with reading() as work:
        page = edition_pages.reader_page(work, meeting_id)
    return render_template("agenda/edition.html", page=page)


@bp.get("/meetings/<uuid:meeting_id>/agenda/print")
def printed(meeting_id: UUID):
    with reading() as work:
        copy = edition_pages.print_page(work, meeting_id)
    return render_template("agenda/print.html", copy=copy, page=copy.page)


@bp.get("/meetings/<uuid:meeting_id>/agenda.pdf")
def as_file(meeting_id: UUID):
    """Give the reader's own copy as a file for paper; one who asks too early is told so by the page."""
    with reading() as work:
        copy = edition_pages.print_page(work, meeting_id)
    if not copy.page.number:
        return redirect(url_for("agenda.printed", meeting_id=meeting_id))
    name = f"agenda-{local_day(copy.page.starts_at)}.pdf"
    return Response(pdf.render("agenda", papers.as_data(copy)), mimetype=pdf.MIME,
                    headers={"Content-Disposition": f"attachment; filename={name}"})


@bp.post("/meetings/<uuid:meeting_id>/agenda/start")
def start(meeting_id: UUID):
    form = Versioned()
    with changing(form) as work:
        if form.validate():
            agenda.start(work, meeting_id)
            return then(work, url_for("agenda.show", meeting_id=meeting_id), "The agenda has its usual items.")
    return show(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/agenda")
def set_minutes(meeting_id: UUID):
    form = order_form()
    return _change(meeting_id, form, lambda work: running_order.set_minutes(
        work, meeting_id, form.seen_version, form.minutes))


@bp.get("/meetings/<uuid:meeting_id>/agenda/suggestion")
def suggestion(meeting_id: UUID):
    """Show an order in which agencies wait least, beside the order as it stands."""
    with reading() as work:
        page = suggestions.page(work, meeting_id)
    form = ArrangeForm(formdata=None, version=str(page.version), order=",".join(map(str, page.order)))
    return render_template("agenda/suggestion.html", page=page, form=form)


@bp.post("/meetings/<uuid:meeting_id>/agenda/arrange")
def arrange(meeting_id: UUID):
    form = order_form(ArrangeForm)
    return _change(meeting_id, form, lambda work: running_order.arrange(
        work, meeting_id, form.seen_version, form.ids, form.minutes, form.dragged_id))


@bp.post("/meetings/<uuid:meeting_id>/agenda/items/<uuid:item_id>/up")
def move_up(meeting_id: UUID, item_id: UUID):
    return _move(meeting_id, item_id, Direction.UP)


@bp.post("/meetings/<uuid:meeting_id>/agenda/items/<uuid:item_id>/down")
def move_down(meeting_id: UUID, item_id: UUID):
    return _move(meeting_id, item_id, Direction.DOWN)


def _move(meeting_id: UUID, item_id: UUID, direction: Direction):
    form = order_form()
    return _change(meeting_id, form, lambda work: running_order.move(
        work, meeting_id, form.seen_version, item_id, direction, form.minutes), f"item-{item_id}")


@bp.post("/meetings/<uuid:meeting_id>/agenda/items/<uuid:item_id>/remove")
def remove(meeting_id: UUID, item_id: UUID):
    form = order_form()
    return _change(meeting_id, form, lambda work: running_order.remove(
        work, meeting_id, form.seen_version, item_id, form.minutes))


@bp.post("/meetings/<uuid:meeting_id>/agenda/items/<uuid:item_id>/drop/begin")
def begin_drop(meeting_id: UUID, item_id: UUID):
    """Keep the minutes that stood in the form, and go on to ask why a carried-over case is taken off."""
    form = order_form()
    with changing(form) as work:
        if form.validate():
            running_order.set_minutes(work, meeting_id, form.seen_version, form.minutes)
            return then(work, url_for("agenda.drop", meeting_id=meeting_id, item_id=item_id))
    return show(meeting_id, form)


@bp.get("/meetings/<uuid:meeting_id>/agenda/items/<uuid:item_id>/drop")
def drop(meeting_id: UUID, item_id: UUID, form: DropForm | None = None):
    with reading() as work:
        page = drops.page(work, meeting_id, item_id)
    asks = form or DropForm(formdata=None, version=str(page.version))
    return render_template("agenda/drop.html", page=page, form=asks), 422 if form else 200


@bp.post("/meetings/<uuid:meeting_id>/agenda/items/<uuid:item_id>/drop")
def send_drop(meeting_id: UUID, item_id: UUID):
    form = DropForm()
    with changing(form) as work:
        if form.validate():
            message = drops.drop(work, meeting_id, form.seen_version, item_id, form.drop())
            return then(work, url_for("agenda.show", meeting_id=meeting_id), f"{message}.")
    return drop(meeting_id, item_id, form)


@bp.post("/meetings/<uuid:meeting_id>/agenda/break")
def add_break(meeting_id: UUID):
    form = order_form()
    return _change(meeting_id, form, lambda work: running_order.add_break(
        work, meeting_id, form.seen_version, form.minutes))


@bp.post("/meetings/<uuid:meeting_id>/agenda/items")
def add_item(meeting_id: UUID):
    form = ItemForm()
    return _change(meeting_id, form, lambda work: running_order.add_item(
        work, meeting_id, form.seen_version, form.title.data))


@bp.post("/meetings/<uuid:meeting_id>/agenda/cases/<uuid:case_id>")
def add_case(meeting_id: UUID, case_id: UUID):
    form = Versioned()
    return _change(meeting_id, form, lambda work: running_order.add_case(
        work, meeting_id, form.seen_version, case_id))


def _change(meeting_id: UUID, form: Versioned, act: Callable[[Work], str], anchor: str = ""):
    """Carry out `act` and go back to the page; to our own script, answer with the new list instead."""
    by_script = request.headers.get("X-Requested-With") == "fetch"
    url = partial(url_for, "agenda.show", meeting_id=meeting_id)
    done = None
    with changing(form) as work:
        if form.validate():
            message = act(work)
            done = then(work, url(_anchor=anchor or None), "" if by_script else f"{message}.")
    if done is None:
        return show(meeting_id, form)
    return _fragment(meeting_id, message) if by_script else done


def _fragment(meeting_id: UUID, message: str):
    with reading() as work:
        page = agenda_pages.page_for(work, meeting_id)
    return jsonify(html=render_template("agenda/_builder.html", **_parts(page, None)), message=message)


@bp.get("/meetings/<uuid:meeting_id>/agenda/publish")
def publish(meeting_id: UUID, form: Versioned | None = None):
    """Show what publishing would change, and who would be told."""
    with reading() as work:
        page = edition_pages.publish_page(work, meeting_id)
    form = form or Versioned(formdata=None, version=str(page.version))
    return render_template("agenda/publish.html", page=page, form=form), 422 if form.errors else 200


@bp.post("/meetings/<uuid:meeting_id>/agenda/publish")
def send_publish(meeting_id: UUID):
    form = Versioned()
    with changing(form) as work:
        if form.validate():
            editions.publish(work, meeting_id, form.seen_version)
            return then(work, url_for("agenda.show", meeting_id=meeting_id),
                        "The agenda is published. Members whose own copy is new or changed get a letter.")
    return publish(meeting_id, form)


@bp.get("/meetings/<uuid:meeting_id>/agenda/lock")
def lock(meeting_id: UUID, form: Versioned | UnlockForm | None = None):
    """Show what locking does; or, of an agenda that is locked, what unlocking asks."""
    with reading() as work:
        page = locking.page(work, meeting_id)
    asks = UnlockForm(formdata=None) if page.is_locked else Versioned(formdata=None, version=str(page.version))
    if isinstance(form, UnlockForm) and page.is_locked:
        asks = form
    return render_template("agenda/lock.html", page=page, form=form, asks=asks), 422 if form else 200


@bp.post("/meetings/<uuid:meeting_id>/agenda/lock")
def send_lock(meeting_id: UUID):
    form = Versioned()
    with changing(form) as work:
        if form.validate():
            locking.lock(work, meeting_id, form.seen_version)
            return then(work, url_for("agenda.show", meeting_id=meeting_id), "The agenda is locked.")
    return lock(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/agenda/unlock")
def unlock(meeting_id: UUID):
    form = UnlockForm()
    with changing(form) as work:
        if form.validate():
            locking.unlock(work, meeting_id, form.reason.data)
            return then(work, url_for("agenda.show", meeting_id=meeting_id), "The agenda can be changed again.")
    return lock(meeting_id, form)
