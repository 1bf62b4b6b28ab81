"""Nominating a case: a task list with a page for each part, saved as one goes, checked and sent as a whole."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from flask import Blueprint, Response, redirect, render_template, request, url_for

from clinic.blueprints.drafts.entry_forms import (
    EmergencyForm,
    IncidentForm,
    PasteForm,
    PersonForm,
    PressForm,
    SendForm,
    incident_values,
    person_values,
)
from clinic.blueprints.drafts.forms import REASONS, AnswersForm, values_of
from clinic.domain import incidents
from clinic.domain.answers import KINDS, LABELS
from clinic.domain.faults import SHARED_WITHOUT_CONSENT
from clinic.domain.meetings import local_day
from clinic.domain.pages import Pages, number_of
from clinic.domain.questions import question_of
from clinic.services import draft_pages, drafts
from clinic.services.draft_pages import AnswerPage, CheckPage, EntryPage
from clinic.services.work import Work
from clinic.web.work import changing, reading, then

bp = Blueprint("drafts", __name__)

EntryForm = PersonForm | IncidentForm


@bp.get("/panels/<uuid:panel_id>/nominations/new")
def start(panel_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = draft_pages.start_page(work, panel_id)
    status = 422 if form else 200
    return render_template("drafts/start.html", page=page, form=form or PressForm(), labels=LABELS), status


@bp.post("/panels/<uuid:panel_id>/nominations/new")
def begin(panel_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            draft_id = drafts.begin(work, panel_id)
            return then(work, url_for("drafts.show", draft_id=draft_id))
    return start(panel_id, form)


@bp.post("/nominations/<uuid:nomination_id>/change")
def change(nomination_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            draft_id = drafts.begin_change(work, nomination_id)
            return then(work, url_for("drafts.show", draft_id=draft_id))
    return redirect(url_for("nominations.show", nomination_id=nomination_id), 303)


@bp.get("/drafts/<uuid:draft_id>")
def show(draft_id: UUID):
    with reading() as work:
        page = draft_pages.task_page(work, draft_id)
    return render_template("drafts/tasks.html", page=page)


@bp.get("/drafts/<uuid:draft_id>/pages/<code>")
def page(draft_id: UUID, code: str, form: AnswersForm | None = None):
    with reading() as work:
        shown = draft_pages.answer_page(work, draft_id, code)
    status = 422 if form else 200
    form = form or _filled(shown)
    form.offer(shown.lists)
    lines = sorted(shown.draft.incidents, key=lambda one: one.on, reverse=True)
    pages = Pages(number_of(request.args.get("page")), len(lines))
    return render_template(
        "drafts/page.html", page=shown, form=form, press=PressForm(), pages=pages, kinds=KINDS, reasons=REASONS,
        lines=lines[pages.first_line - 1:pages.last_line], without_consent=sorted(SHARED_WITHOUT_CONSENT),
    ), status


def _filled(shown: AnswerPage) -> AnswersForm:
    """Return a page's form with what the draft says so far."""
    values = values_of(shown.draft, shown.frame.version, shown.page.questions)
    form = AnswersForm(formdata=None, data=values | {"back": request.args.get("back", "")})
    form.ask(shown.page.questions)
    return form


@bp.post("/drafts/<uuid:draft_id>/pages/<code>")
def save(draft_id: UUID, code: str):
    form = AnswersForm()
    with changing(form) as work:
        form.ask(drafts.asked_on(work, draft_id, code))
        if form.validate():
            onward = drafts.save(work, draft_id, code, form.put_into, form.seen_version, form.later)
            return then(work, *_after(form, draft_id, onward))
    return page(draft_id, code, form)


def _after(form: AnswersForm, draft_id: UUID, onward: str) -> tuple[str, str]:
    """Return where a page leads, by the button that was pressed, and what is said there."""
    if form.go.data == "later":
        return url_for("nominations.index"), "Your draft is kept. You can go on with it on any device."
    if form.go.data == "person":
        return url_for("drafts.person", draft_id=draft_id, entry_id=uuid4()), ""
    if form.go.data == "incident":
        return url_for("drafts.incident", draft_id=draft_id, entry_id=uuid4()), ""
    if form.go.data == "paste":
        return url_for("drafts.paste", draft_id=draft_id), ""
    if form.back.data or not onward:
        return url_for("drafts.check", draft_id=draft_id), ""
    return url_for("drafts.page", draft_id=draft_id, code=onward), ""


# ── the other people, and incidents: an entry that is not there yet is a new one ──────────────────────────


@bp.get("/drafts/<uuid:draft_id>/people/<uuid:entry_id>")
def person(draft_id: UUID, entry_id: UUID, form: PersonForm | None = None):
    with reading() as work:
        shown = draft_pages.person_page(work, draft_id, entry_id)
    fresh = PersonForm(formdata=None, data=person_values(shown.person))
    return _entry("drafts/person.html", shown, entry_id, form, fresh)


@bp.post("/drafts/<uuid:draft_id>/people/<uuid:entry_id>")
def put_person(draft_id: UUID, entry_id: UUID):
    form = PersonForm()
    kept = _kept(form, draft_id, "The person is kept.",
                 lambda work: drafts.put_person(work, draft_id, entry_id, form.person()))
    return kept or person(draft_id, entry_id, form)


@bp.post("/drafts/<uuid:draft_id>/people/<uuid:entry_id>/remove")
def remove_person(draft_id: UUID, entry_id: UUID):
    kept = _kept(PressForm(), draft_id, "The person is taken out.",
                 lambda work: drafts.remove_person(work, draft_id, entry_id))
    return kept or show(draft_id)


@bp.get("/drafts/<uuid:draft_id>/incidents/<uuid:entry_id>")
def incident(draft_id: UUID, entry_id: UUID, form: IncidentForm | None = None):
    with reading() as work:
        shown = draft_pages.incident_page(work, draft_id, entry_id)
    fresh = IncidentForm(formdata=None, data=incident_values(shown.incident))
    return _entry("drafts/incident.html", shown, entry_id, form, fresh)


@bp.post("/drafts/<uuid:draft_id>/incidents/<uuid:entry_id>")
def put_incident(draft_id: UUID, entry_id: UUID):
    form = IncidentForm()
    kept = _kept(form, draft_id, "The incident is kept.",
                 lambda work: drafts.put_incident(work, draft_id, entry_id, form.incident()))
    return kept or incident(draft_id, entry_id, form)


@bp.post("/drafts/<uuid:draft_id>/incidents/<uuid:entry_id>/remove")
def remove_incident(draft_id: UUID, entry_id: UUID):
    kept = _kept(PressForm(), draft_id, "The incident is taken out.",
                 lambda work: drafts.remove_incident(work, draft_id, entry_id))
    return kept or show(draft_id)


def _entry(template: str, shown: EntryPage, entry_id: UUID, form: EntryForm | None, fresh: EntryForm):
    """Draw an entry with what was typed, or else with what is said of it so far."""
    status = 422 if form else 200
    form = form or fresh
    form.offer(shown.lists)
    return render_template(template, page=shown, form=form, entry_id=entry_id), status


def _kept(form: EntryForm | PressForm, draft_id: UUID, words: str, act: Callable[[Work], str]) -> Response | None:
    """Carry out what a form says of an entry and go back to its list; nothing where that cannot be done."""
    with changing(form) as work:
        if form.validate():
            return then(work, _list(draft_id, act(work)), words)
    return None


@bp.get("/drafts/<uuid:draft_id>/incidents/paste")
def paste(draft_id: UUID, form: PasteForm | None = None, good: tuple = (), bad: tuple = ()):
    with reading() as work:
        shown = draft_pages.incident_page(work, draft_id)
    return render_template("drafts/paste.html", page=shown, form=form or PasteForm(), good=good,
                           bad=bad), 422 if form else 200


@bp.post("/drafts/<uuid:draft_id>/incidents/paste")
def send_paste(draft_id: UUID):
    form, good, bad = PasteForm(), (), ()
    with changing(form) as work:
        if form.validate():
            good, bad = incidents.read_lines(form.lines.data, local_day(work.now))
            if bad:
                form.spoiled(len(bad))
            added, code = drafts.paste(work, draft_id, good)
            return then(work, _list(draft_id, code), _added(added, len(good)))
    return paste(draft_id, form, good, bad)


def _added(new: int, of: int) -> str:
    words = "1 incident is added." if new == 1 else f"{new:,} incidents are added."
    return words if new == of else f"{words} {of - new:,} stood here already, or twice."


def _list(draft_id: UUID, code: str) -> str:
    """Return where a list stands, or the task list where its panel does not ask for it."""
    return url_for("drafts.page", draft_id=draft_id, code=code) if code else url_for("drafts.show", draft_id=draft_id)


# ── the whole ─────────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/drafts/<uuid:draft_id>/check")
def check(draft_id: UUID, form: SendForm | None = None):
    with reading() as work:
        shown = draft_pages.check_page(work, draft_id)
    status = 422 if form else 200
    form = form or SendForm(formdata=None, data={"seen": str(shown.seen)})
    form.places = _places(shown, [broken.field or "" for broken in form.broken])
    return render_template("drafts/check.html", page=shown, form=form), status


def _places(shown: CheckPage, fields: list[str]) -> dict[str, str]:
    """Return where each field is mended."""
    return {
        field: url_for("drafts.page", draft_id=shown.frame.id, code=shown.places[question_of(field)], back="check")
        for field in fields if question_of(field) in shown.places
    }


@bp.post("/drafts/<uuid:draft_id>/check")
def send(draft_id: UUID):
    form = SendForm()
    with changing(form) as work:
        if form.validate():
            sent = drafts.send(work, draft_id, form.seen_version)
            if sent.is_new:
                return then(work, url_for("drafts.sent", nomination_id=sent.nomination_id))
            return then(work, url_for("nominations.show", nomination_id=sent.nomination_id), "The nomination is saved.")
    return check(draft_id, form)


@bp.get("/drafts/<uuid:draft_id>/emergency")
def emergency(draft_id: UUID, form: EmergencyForm | None = None):
    with reading() as work:
        shown = draft_pages.frame_page(work, draft_id)
    return render_template("drafts/emergency.html", page=shown, form=form or EmergencyForm()), 422 if form else 200


@bp.post("/drafts/<uuid:draft_id>/emergency")
def send_emergency(draft_id: UUID):
    form = EmergencyForm()
    with changing(form) as work:
        if form.validate():
            sent = drafts.send(work, draft_id, emergency=form.emergency_reason.data)
            return then(work, url_for("drafts.sent", nomination_id=sent.nomination_id))
    return emergency(draft_id, form)


@bp.get("/nominations/<uuid:nomination_id>/sent")
def sent(nomination_id: UUID):
    with reading() as work:
        shown = draft_pages.sent_page(work, nomination_id)
    return render_template("drafts/sent.html", page=shown)


@bp.get("/drafts/<uuid:draft_id>/discard")
def discard(draft_id: UUID, form: PressForm | None = None):
    with reading() as work:
        shown = draft_pages.frame_page(work, draft_id)
    return render_template("drafts/discard.html", page=shown, form=form or PressForm()), 422 if form else 200


@bp.post("/drafts/<uuid:draft_id>/discard")
def throw_away(draft_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            drafts.discard(work, draft_id)
            return then(work, url_for("nominations.index"), "The draft is forgotten.")
    return discard(draft_id, form)
