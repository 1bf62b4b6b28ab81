"""Meetings: lists, one meeting, and putting them into the calendar, moving and cancelling them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from clinic.blueprints.meetings.forms import AnswerForm, CancelForm, MoveForm, NewMeetingForm, PressForm
from clinic.domain.meetings import MeetingKind, MeetingMode
from clinic.domain.pages import number_of
from clinic.services import expectations, meeting_lists, meeting_pages, scheduling
from clinic.web.work import changing, reading, then

bp = Blueprint("meetings", __name__)


@bp.get("/meetings")
def index():
    with reading() as work:
        page = meeting_lists.mine(work, request.args.get("panel", type=UUID), number_of(request.args.get("page")))
    return render_template("meetings/index.html", page=page)


@bp.get("/panels/<uuid:panel_id>/meetings")
def of_panel(panel_id: UUID):
    earlier = request.args.get("show") == "earlier"
    with reading() as work:
        page = meeting_lists.of_panel(work, panel_id, number_of(request.args.get("page")), earlier)
    return render_template("meetings/of_panel.html", page=page, press=PressForm())


@bp.post("/panels/<uuid:panel_id>/meetings/plan")
def plan(panel_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            made = scheduling.plan(work, panel_id)
            return then(work, url_for("meetings.of_panel", panel_id=panel_id), _planned(made))
    return _refused(form, url_for("meetings.of_panel", panel_id=panel_id))


def _planned(made: int) -> str:
    if not made:
        return "Every meeting of the next twelve months is planned already."
    return f"{made} {'meeting is' if made == 1 else 'meetings are'} planned. The next three are being invited to."


@bp.get("/panels/<uuid:panel_id>/meetings/new")
def new(panel_id: UUID, form: NewMeetingForm | None = None):
    with reading() as work:
        page = meeting_lists.new(work, panel_id)
    status = 422 if form else 200
    usual = {"starts": page.starts, "minutes": page.minutes, "mode": MeetingMode.VIRTUAL.value}
    form = form or NewMeetingForm(data=usual | _proposed())
    return render_template("meetings/new.html", form=form, page=page), status


def _proposed() -> dict[str, str | date]:
    """Return the kind and the day that a link to the form proposes; what makes no sense is left out."""
    kind, day = request.args.get("kind", type=MeetingKind), request.args.get("day", type=date.fromisoformat)
    return ({"kind": kind.value} if kind else {}) | ({"day": day} if day else {})


@bp.post("/panels/<uuid:panel_id>/meetings/new")
def schedule(panel_id: UUID):
    form = NewMeetingForm()
    with changing(form) as work:
        if form.validate():
            meeting_id = scheduling.schedule(work, panel_id, form.new())
            return then(work, url_for("meetings.show", meeting_id=meeting_id),
                        "The meeting is in the calendar. Invitations are on their way.")
    return new(panel_id, form)


@bp.get("/meetings/<uuid:meeting_id>")
def show(meeting_id: UUID):
    with reading() as work:
        page = meeting_pages.show(work, meeting_id)
    return render_template("meetings/show.html", page=page, press=PressForm())


@bp.post("/meetings/<uuid:meeting_id>/answer")
def answer(meeting_id: UUID):
    form = AnswerForm()
    with changing(form) as work:
        if form.validate():
            expectations.answer(work, meeting_id, form.coming)
            return then(work, url_for("meetings.show", meeting_id=meeting_id), "Your answer is kept.")
    return _refused(form, url_for("meetings.show", meeting_id=meeting_id))


@bp.get("/meetings/<uuid:meeting_id>/move")
def move(meeting_id: UUID, form: MoveForm | None = None):
    with reading() as work:
        page = meeting_pages.change(work, meeting_id)
    status = 422 if form else 200
    form = form or MoveForm(data={"day": page.when.day, "starts": page.when.starts, "minutes": page.when.minutes,
                                  "mode": page.mode.value, "place": page.place, "version": page.version})
    return render_template("meetings/move.html", form=form, page=page), status


@bp.post("/meetings/<uuid:meeting_id>/move")
def send_move(meeting_id: UUID):
    form = MoveForm()
    with changing(form) as work:
        if form.validate():
            moved = scheduling.move(work, meeting_id, form.change())
            return then(work, url_for("meetings.show", meeting_id=meeting_id),
                        "The meeting is changed. Everybody who was invited is told by e-mail." if moved
                        else "Nothing was different, so nothing was changed and nobody was told.")
    return move(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/keep")
def keep_day(meeting_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            panel_id = scheduling.keep_day(work, meeting_id)
            return then(work, url_for("meetings.of_panel", panel_id=panel_id), "The meeting keeps its day.")
    return _refused(form, url_for("meetings.show", meeting_id=meeting_id))


@bp.get("/meetings/<uuid:meeting_id>/cancel")
def cancel(meeting_id: UUID, form: CancelForm | None = None):
    with reading() as work:
        page = meeting_pages.change(work, meeting_id)
    status = 422 if form else 200
    return render_template("meetings/cancel.html", form=form or CancelForm(data={"version": page.version}),
                           page=page), status


@bp.post("/meetings/<uuid:meeting_id>/cancel")
def send_cancel(meeting_id: UUID):
    form = CancelForm()
    with changing(form) as work:
        if form.validate():
            gone = scheduling.cancel(work, meeting_id, form.seen_version)
            return then(work, url_for("meetings.show", meeting_id=meeting_id), _cancelled(gone))
    return cancel(meeting_id, form)


def _cancelled(gone: int) -> str:
    onward = " Its cases are on the next meeting." if gone else ""
    return f"The meeting is cancelled. Everybody who was invited is told by e-mail.{onward}"


def _refused(form: PressForm | AnswerForm, url: str):
    """Show what stands against a button that has no page of its own."""
    if not form.errors:
        return redirect(url, 303)
    sentences = [line["text"] for line in form.summary]
    return render_template("error.html", title="This cannot be done", sentences=sentences, typed=[]), 422
