"""The live meeting: start, register, one case at a time, notes that save themselves, closing."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from clinic.blueprints.hearings.forms import (
    ActionForm,
    AdjournForm,
    AttendanceForm,
    ChairForm,
    ComingForm,
    GuestForm,
    NotesForm,
    OrderForm,
    OutcomeForm,
    PressForm,
    StartForm,
    StepOutForm,
    box_names,
)
from clinic.documents import markup
from clinic.domain.errors import Stale
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import AttendanceStatus
from clinic.services import actions, adjournments, attendance, following, hearings, live, minutes, reordering, room
from clinic.services.following import FollowPage
from clinic.web.clock import now
from clinic.web.fields import Form, options
from clinic.web.filters import clock
from clinic.web.work import actor, changing, office, reading, then

bp = Blueprint("hearings", __name__)
# A deputy is marked together with whom they stand in for.
_STATUSES = options(AttendanceStatus, without=[AttendanceStatus.DEPUTY_PRESENT])


@bp.get("/meetings/<uuid:meeting_id>/hearing", endpoint="live")
def live_meeting(meeting_id: UUID, form: Form | None = None):
    with reading() as work:
        page = following.page_for(work, meeting_id)
    if isinstance(page, FollowPage):
        return render_template("hearings/following.html", page=page, form=form,
                               coming=PressForm(formdata=None)), 422 if form else 200
    starting = form if isinstance(form, StartForm) else StartForm(formdata=None)
    starting.chair.offer(page.chairs)
    chairing = form if isinstance(form, ChairForm) else ChairForm(formdata=None)
    chairing.chair.offer(page.chairs)
    adjourning = form if isinstance(form, AdjournForm) else AdjournForm(formdata=None)
    if form is None and page.me in dict(page.chairs):
        starting.chair.data = str(page.me)
    return render_template(
        "hearings/live.html", page=page, form=form, starting=starting, chairing=chairing, adjourning=adjourning,
        marking=AttendanceForm(formdata=None), ordering=OrderForm(formdata=None, seen=page.seen),
        press=PressForm(formdata=None), statuses=_STATUSES, typed=request.form if form else {},
    ), 422 if form else 200


@bp.get("/meetings/<uuid:meeting_id>/hearing/now")
def following_now(meeting_id: UUID):
    """Give the changing part of a member's screen: 304 when nothing changed that they may know."""
    tag = following.tag(office(), actor(), meeting_id, now())
    if request.if_none_match.contains(tag):
        return Response(status=304)
    with reading() as work:
        page = following.now_page(work, meeting_id)
    answer = make_response(render_template("hearings/_following.html", page=page, coming=PressForm(formdata=None)))
    answer.set_etag(page.tag)
    return answer


@bp.post("/meetings/<uuid:meeting_id>/start")
def start(meeting_id: UUID):
    form = StartForm()
    with changing(form) as work:
        if form.validate():
            hearings.start(work, meeting_id, form.chair.uuid)
            return then(work, url_for(".live", meeting_id=meeting_id), "The meeting has started.")
    return live_meeting(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/chair")
def hand_over(meeting_id: UUID):
    form = ChairForm()
    with changing(form) as work:
        if form.validate():
            hearings.hand_over(work, meeting_id, form.chair.uuid)
            return then(work, url_for(".live", meeting_id=meeting_id), "Somebody else chairs the meeting now.")
    return live_meeting(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/adjourn")
def adjourn(meeting_id: UUID):
    form = AdjournForm()
    with changing(form) as work:
        if form.validate():
            adjournments.adjourn(work, meeting_id, form.reason.data, form.expected_at(work.now))
            return then(work, url_for(".live", meeting_id=meeting_id), "The meeting is adjourned.")
    return live_meeting(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/resume")
def resume(meeting_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            adjournments.resume(work, meeting_id)
            return then(work, _back(meeting_id, form, ""), "The meeting goes on.")
    return live_meeting(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/order")
def reorder(meeting_id: UUID):
    """Move what is still to be heard: next, up or down."""
    form = OrderForm()
    with changing(form) as work:
        if form.validate():
            item_id, way = form.move
            said = reordering.move(work, meeting_id, form.seen.data or "", item_id, way)
            return then(work, url_for(".live", meeting_id=meeting_id, _anchor="order-heading"), f"{said}.")
    return live_meeting(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/attendance")
def mark_attendance(meeting_id: UUID):
    form = AttendanceForm()
    with changing(form) as work:
        if form.validate():
            attendance.mark(work, meeting_id, form.marks())
            return then(work, url_for(".live", meeting_id=meeting_id), "The register is saved.")
    return live_meeting(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/attendance/all")
def mark_all_present(meeting_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            here, away = attendance.mark_all_present(work, meeting_id)
            return then(work, url_for(".live", meeting_id=meeting_id), _marked(here, away))
    return live_meeting(meeting_id, form)


def _marked(here: int, away: int) -> str:
    if not here and not away:
        return "Everybody on the register was marked already."
    return f"{here} marked present." + (f" {away} marked with apologies, as they had said." if away else "")


@bp.post("/meetings/<uuid:meeting_id>/attendance/<uuid:user_id>")
def mark_present(meeting_id: UUID, user_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            attendance.mark_present(work, meeting_id, user_id)
            return then(work, _back(meeting_id, form))
    return live_meeting(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/here")
def come_or_go(meeting_id: UUID):
    """Let a member say that they are here, or that they must leave."""
    form = ComingForm()
    with changing(form) as work:
        if form.validate():
            (attendance.leave if form.leaves else attendance.come)(work, meeting_id)
            said = "You have left. Come again by the same button." if form.leaves else "You are here."
            return then(work, url_for(".live", meeting_id=meeting_id), said)
    return live_meeting(meeting_id, form)


def _back(meeting_id: UUID, form: PressForm, part: str = "register") -> str:
    """Return the page that the button stood on, at that part of it: a hearing's, or the meeting's."""
    if form.hearing_id is not None:
        return url_for(".show", hearing_id=form.hearing_id, _anchor=part or None)
    return url_for(".live", meeting_id=meeting_id, _anchor=part or None)


@bp.get("/hearings/<uuid:hearing_id>")
def show(hearing_id: UUID, form: Form | None = None):
    with reading() as work:
        page = live.hearing_page(work, hearing_id)
    notes = form if isinstance(form, NotesForm) else NotesForm.showing(page.notes)
    deciding = form if isinstance(form, OutcomeForm) else OutcomeForm(
        formdata=None, outcome=page.here.outcome, reason=page.deferral_reason, seen=page.here.outcome or "")
    deciding.reason.offer(page.reasons)
    # Whatever was refused is read back anew: there may be other actions by now.
    deciding.read_back.data = False
    acting = form if isinstance(form, ActionForm) else ActionForm(formdata=None)
    acting.owner.offer([(str(key), name) for key, name in page.owners.agencies])
    acting.lead.offer([(str(key), name) for key, name, _ in page.owners.leads])
    coming = form if isinstance(form, GuestForm) else GuestForm(formdata=None)
    leaving = form if isinstance(form, StepOutForm) else StepOutForm(formdata=None)
    leaving.who.offer([(str(one.user_id), f"{one.name} ({one.agency})") for one in page.may_step_out])
    return render_template(
        "hearings/hearing.html", page=page, form=form, notes=notes, deciding=deciding, acting=acting, guest=coming,
        leaving=leaving, press=PressForm(formdata=None),
    ), 422 if form else 200


@bp.post("/hearings/<uuid:hearing_id>/start")
def begin(hearing_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            hearings.begin(work, hearing_id)
            return then(work, url_for(".show", hearing_id=hearing_id))
    return show(hearing_id, form)


@bp.post("/hearings/<uuid:hearing_id>/notes")
def save_notes(hearing_id: UUID):
    """Save notes: for the page's script, which asks for JSON, or for a person who pressed Save."""
    form, kept, box = NotesForm(), {}, ""
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        with changing(form) as work:
            if form.validate():
                for section, text, version in form.sent():
                    box, of_version = box_names(section)
                    kept[of_version] = hearings.save_notes(work, hearing_id, text, version, section)
                saved = then(work, url_for(".show", hearing_id=hearing_id, _anchor="notes"),
                             "" if by_script else "The notes are saved.")
                return jsonify(versions=kept, saved_at=clock(now())) if by_script else saved
    except Stale as stale:
        if not by_script:
            raise
        return jsonify(box=box, theirs=stale.theirs, version=stale.version), 409
    if by_script:
        return jsonify(problem=form.summary[0]["text"]), 422
    return show(hearing_id, form)


@bp.post("/hearings/<uuid:hearing_id>/outcome")
def decide(hearing_id: UUID):
    form = OutcomeForm()
    with changing(form) as work:
        if form.validate():
            said = (hearing_id, HearingOutcome(form.outcome.data), form.reason.data or None, form.seen_outcome,
                    form.actions_read_back)
            if request.form.get("go") != "next":
                hearings.decide(work, *said)
                return then(work, url_for(".show", hearing_id=hearing_id), "The outcome is saved.")
            onward = hearings.decide_and_go_on(work, *said)
            if onward.unread:
                return then(work, url_for(".show", hearing_id=hearing_id), "The outcome is saved. Before the next case "
                            f"begins, read back the actions of {', '.join(onward.unread)}.")
            if onward.hearing_id is None:
                return then(work, url_for(".live", meeting_id=onward.meeting_id), "Every case has an outcome.")
            return then(work, url_for(".show", hearing_id=onward.hearing_id),
                        "The outcome is saved. This item has started.")
    return show(hearing_id, form)


@bp.post("/hearings/<uuid:hearing_id>/actions")
def agree_action(hearing_id: UUID):
    form = ActionForm()
    with changing(form) as work:
        if form.validate():
            reference = actions.agree(work, hearing_id, form.new())
            return then(work, url_for(".show", hearing_id=hearing_id, _anchor="actions"), f"{reference} is agreed.")
    return show(hearing_id, form)


@bp.post("/hearings/<uuid:hearing_id>/guests")
def welcome(hearing_id: UUID):
    """Write down a guest who has come for this case alone."""
    form = GuestForm()
    with changing(form) as work:
        if form.validate():
            room.welcome(work, hearing_id, form.name.data, form.agency.data)
            return then(work, url_for(".show", hearing_id=hearing_id, _anchor="register"), "The guest is noted.")
    return show(hearing_id, form)


@bp.post("/hearings/<uuid:hearing_id>/guests/<uuid:guest_id>/take-back")
def take_back_guest(hearing_id: UUID, guest_id: UUID):
    """Take off a guest who was written down by mistake."""
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            room.take_back(work, hearing_id, guest_id)
            return then(work, url_for(".show", hearing_id=hearing_id, _anchor="register"), "The guest is removed.")
    return show(hearing_id, form)


@bp.post("/hearings/<uuid:hearing_id>/out")
def step_out(hearing_id: UUID):
    """Let a member step out of this case: from the next moment they must not know of it."""
    form = StepOutForm()
    with changing(form) as work:
        if form.validate():
            room.step_out(work, hearing_id, form.who.uuid)
            return then(work, url_for(".show", hearing_id=hearing_id, _anchor="register"), "They are out of this case.")
    return show(hearing_id, form)


@bp.get("/hearings/<uuid:hearing_id>/pulse")
def pulse(hearing_id: UUID):
    """Say whether anything of this hearing changed: 304 when nothing did."""
    found = hearings.pulse(office(), actor(), hearing_id)
    answer = jsonify(notes_version=found.notes_version, outcome=found.outcome, actions=found.actions,
                     adjourned=found.adjourned, present=found.present, emergencies=found.emergencies)
    answer.set_etag(f"{found.notes_version}.{found.outcome or ''}.{found.actions}.{int(found.adjourned)}"
                    f".{found.present}.{found.emergencies}")
    return answer.make_conditional(request)


@bp.get("/meetings/<uuid:meeting_id>/close")
def close(meeting_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = live.close_page(work, meeting_id)
    return render_template("hearings/close.html", page=page, form=form, press=PressForm(formdata=None)), (
        422 if form else 200
    )


@bp.post("/meetings/<uuid:meeting_id>/close")
def close_meeting(meeting_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            hearings.close(work, meeting_id)
            minutes.stand_ready(work, meeting_id, markup.render)
            return then(work, url_for(".live", meeting_id=meeting_id),
                        "The meeting is closed. A draft of its minutes stands ready.")
    return close(meeting_id, form)
