"""Nominating a case, answering what the panel asks, and deciding."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.nominations.forms import (
    NEXT_WITH_ROOM,
    AnswerForm,
    MarkForm,
    NoteForm,
    OfferForm,
    PressForm,
    TriageForm,
    WithdrawForm,
)
from clinic.domain.desk import Tray, what_is_missing
from clinic.domain.nominations import NominationStatus, TriageOutcome
from clinic.domain.pages import number_of
from clinic.services import chasing, nomination_lists, nomination_pages, nominations, offers
from clinic.services import desk as desks
from clinic.services import triage as decisions
from clinic.services.capacity import Room
from clinic.web.fields import Form
from clinic.web.filters import clock, weekday
from clinic.web.work import changing, reading, then

bp = Blueprint("nominations", __name__)


@bp.get("/nominations")
def index():
    chosen = request.args.get("status", "")
    status = NominationStatus(chosen) if chosen in list(NominationStatus) else None
    panel_id = _uuid(request.args.get("panel", ""))
    with reading() as work:
        page = nomination_lists.queue(work, status, panel_id, number_of(request.args.get("page")))
    return render_template("nominations/index.html", page=page, status=status, panel_id=panel_id,
                           statuses=[s for s in NominationStatus if s is not NominationStatus.DRAFT])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@bp.get("/nominations/<uuid:nomination_id>")
def show(nomination_id: UUID, form: Form | None = None):
    with reading() as work:
        page = nomination_pages.show(work, nomination_id)
    kind = AnswerForm if page.may_send_again else NoteForm
    said = form if isinstance(form, kind) else kind(formdata=None)
    return render_template("nominations/show.html", page=page, form=form, said=said, press=PressForm()), (
        422 if form else 200)


@bp.post("/nominations/<uuid:nomination_id>/send-again")
def send_again(nomination_id: UUID):
    form = AnswerForm()
    with changing(form) as work:
        if form.validate():
            reference = nominations.send_again(work, nomination_id, form.text.data or "")
            return then(work, url_for("nominations.show", nomination_id=nomination_id), f"{reference} is sent again.")
    return show(nomination_id, form)


@bp.post("/nominations/<uuid:nomination_id>/notes")
def note(nomination_id: UUID):
    form = NoteForm()
    with changing(form) as work:
        if form.validate():
            nominations.note(work, nomination_id, form.text.data)
            return then(work, url_for("nominations.show", nomination_id=nomination_id), "The message is kept.")
    return show(nomination_id, form)


@bp.post("/nominations/<uuid:nomination_id>/chase")
def chase(nomination_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            chasing.chase(work, nomination_id)
            return then(work, url_for("nominations.show", nomination_id=nomination_id), "The agency is reminded.")
    return show(nomination_id, form)


@bp.get("/nominations/<uuid:nomination_id>/withdraw")
def withdraw(nomination_id: UUID, form: WithdrawForm | None = None):
    with reading() as work:
        page = nomination_pages.withdraw_page(work, nomination_id)
    return render_template("nominations/withdraw.html", form=form or WithdrawForm(), page=page), 422 if form else 200


@bp.post("/nominations/<uuid:nomination_id>/withdraw")
def take_back(nomination_id: UUID):
    form = WithdrawForm()
    with changing(form) as work:
        if form.validate():
            reference = nominations.withdraw(work, nomination_id, form.reason.data)
            return then(work, url_for("nominations.show", nomination_id=nomination_id), f"{reference} is withdrawn.")
    return withdraw(nomination_id, form)


@bp.get("/panels/<uuid:panel_id>/desk")
def desk(panel_id: UUID):
    chosen = request.args.get("tray", "")
    tray = Tray(chosen) if chosen in list(Tray) else Tray.WAITING
    with reading() as work:
        page = desks.page(work, panel_id, tray, number_of(request.args.get("page")))
    return render_template("nominations/desk.html", page=page, trays=list(Tray))


@bp.get("/nominations/<uuid:nomination_id>/triage")
def triage(nomination_id: UUID, form: TriageForm | OfferForm | None = None):
    with reading() as work:
        page = decisions.page(work, nomination_id)
    status = 422 if form else 200
    form = form or _form_of(page)
    if isinstance(form, TriageForm):
        _offer(form, page)
    return render_template("nominations/triage.html", form=form, page=page), status


def _form_of(page: decisions.TriagePage) -> TriageForm | OfferForm:
    if page.status is NominationStatus.OFFERED:
        return OfferForm(formdata=None)
    return TriageForm(formdata=None, data=_beginning(page))


def _beginning(page: decisions.TriagePage) -> dict[str, str]:
    """Return what the form begins with; if what is missing is to be asked for, the question for it."""
    values = {"version": str(page.version), "meeting": NEXT_WITH_ROOM}
    if request.args.get("ask") == "missing" and page.whole.missing:
        values |= {"outcome": TriageOutcome.RETURN_FOR_INFORMATION.value, "reason": what_is_missing(page.whole)}
    return values


def _offer(form: TriageForm, page: decisions.TriagePage) -> None:
    form.meeting.choices = [(NEXT_WITH_ROOM, "The next meeting with room"), *(
        (str(room.meeting_id), f"{weekday(room.starts_at)}, {clock(room.starts_at)}: {_room(room, page.takes)}")
        for room in sorted(page.rooms, key=lambda room: not room.is_open)
    )]
    form.reject_reason.offer(list(page.reject_reasons.items()))
    form.redirect_to.offer([
        (str(panel.id), panel.name if panel.has_agency else f"{panel.name} ({page.agency} does not sit there)")
        for panel in page.panels
    ])


def _room(room: Room, takes: int) -> str:
    held = f"{room.used} of {room.minutes} minutes used, {room.cases} of {room.most_cases} cases"
    if room.is_locked:
        return f"locked, {held}"
    if room.is_out:
        return f"the agenda is out, ask the chair, {held}"
    if room.is_closed:
        return f"nominations are closed, ask the chair, {held}"
    if not room.has_room_for(takes):
        return f"too full, {held}"
    return f"{room.free} minutes free, {held}"


@bp.post("/nominations/<uuid:nomination_id>/triage")
def decide(nomination_id: UUID):
    form = TriageForm()
    with changing(form) as work:
        if form.validate():
            if form.goes_on:
                done = desks.decide_and_go_on(work, nomination_id, form.decision(), form.seen_version)
                return then(work, _onward(done), _what_was_decided(done, form.outcome.data))
            reference = nominations.triage(work, nomination_id, form.decision(), form.seen_version)
            return then(work, url_for("nominations.show", nomination_id=nomination_id), f"{reference} is decided.")
    return triage(nomination_id, form)


@bp.post("/nominations/<uuid:nomination_id>/offer")
def answer_offer(nomination_id: UUID):
    form = OfferForm()
    with changing(form) as work:
        if form.validate():
            if form.takes:
                done = offers.take(work, nomination_id)
                return then(work, _onward(done), f"{done.reference} waits in your queue now.")
            done = offers.refuse(work, nomination_id, form.reason.data or "")
            return then(work, _onward(done), f"{done.reference} is refused and forgotten here.")
    return triage(nomination_id, form)


def _onward(done: desks.Onward) -> str:
    if done.next_id is None:
        return url_for("nominations.desk", panel_id=done.panel_id, tray=done.tray)
    return url_for("nominations.triage", nomination_id=done.next_id, _anchor="decide")


_DECIDED = {
    TriageOutcome.ACCEPT: "accepted", TriageOutcome.RETURN_FOR_INFORMATION: "returned for information",
    TriageOutcome.REDIRECT: "redirected", TriageOutcome.REJECT: "rejected",
}


def _what_was_decided(done: desks.Onward, outcome: str) -> str:
    decided = f"{done.reference} is {_DECIDED[TriageOutcome(outcome)]}."
    return decided if done.next_id else f"{decided} Nothing else waits for you here."


@bp.get("/nominations/<uuid:nomination_id>/urgent")
def urgent(nomination_id: UUID, form: MarkForm | None = None):
    with reading() as work:
        page = decisions.mark_page(work, nomination_id)
    status = 422 if form else 200
    form = form or MarkForm(formdata=None, data={"urgent": "no" if page.urgent else "yes"})
    return render_template("nominations/urgent.html", form=form, page=page), status


@bp.post("/nominations/<uuid:nomination_id>/urgent")
def mark(nomination_id: UUID):
    form = MarkForm()
    with changing(form) as work:
        if form.validate():
            reference = decisions.mark(work, nomination_id, form.is_urgent, form.reason.data)
            marked = "marked as urgent" if form.is_urgent else "no longer marked as urgent"
            return then(work, url_for("nominations.triage", nomination_id=nomination_id), f"{reference} is {marked}.")
    return urgent(nomination_id, form)
