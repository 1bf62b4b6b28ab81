"""Research: what one's own agency is asked, one request, and what the agencies answered for a meeting."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.research.forms import (
    KNOWN,
    WITHHELD,
    AddendaForm,
    AddendumForm,
    AgainForm,
    AnswerForm,
    ChaseForm,
    LaterForm,
)
from clinic.domain.incidents import InformationKind
from clinic.domain.pages import number_of
from clinic.domain.research import AskAgainReason, ResearchAnswer, ResearchStatus
from clinic.services import requests, research, research_again, research_chasing, research_grid
from clinic.services.requests import Show
from clinic.services.research_chasing import Chased
from clinic.web.work import changing, reading, then

bp = Blueprint("research", __name__)
_ADDED = "added to what your agency says."


@bp.get("/research")
def index():
    asked = request.args.get("show", "")
    show_ = Show(asked) if asked in set(Show) else Show.OPEN
    with reading() as work:
        page = requests.requests_page(work, show_, number_of(request.args.get("page")))
    return render_template("research/index.html", page=page)


@bp.get("/research/<uuid:request_id>")
def show(request_id: UUID, form: AnswerForm | AddendaForm | AddendumForm | None = None):
    with reading() as work:
        page = requests.request_page(work, request_id)
    if page.may_answer and page.status is ResearchStatus.REQUESTED and form is None:
        with changing(AnswerForm(formdata=None)) as work:
            research.mark_opened(work, request_id)
            page = requests.request_page(work, request_id)
    begun = page.may_begin and form is None and request.args.get("begin") == "last"
    answer = form if isinstance(form, AnswerForm) else _filled(
        page, page.earlier.answer if begun else page.begun or page.answer)
    addendum = form if isinstance(form, AddendumForm) else AddendumForm(formdata=None)
    late = answer if page.closed and (isinstance(form, AnswerForm) or (form is None and page.begun)) else None
    addenda = _addenda(page, late or form) if page.may_add else None
    for one in filter(None, (answer, addendum, addenda)):
        one.offer(page.to_name)
    typed = _typed(late, addenda) if late else ()
    return render_template("research/request.html", page=page, form=form, answer=answer, addendum=addendum,
                           addenda=addenda, typed=typed, begun=begun), 422 if form else 200


def _addenda(page: requests.RequestPage, form: AnswerForm | AddendaForm | AddendumForm | None) -> AddendaForm | None:
    """Return what came too late to be an answer, to be added; nothing where nothing did."""
    if isinstance(form, AnswerForm):
        late = AddendaForm.of(form, page.answer if page.answered_at else ResearchAnswer(()))
        return None if late.is_empty else late
    return form if isinstance(form, AddendaForm) and not form.is_empty else None


def _typed(form: AnswerForm, addenda: AddendaForm | None) -> list[tuple[str, str]]:
    """Return in words what was typed and cannot be kept, but for what is put in to be added."""
    ticked = ", ".join(label for value, label in KNOWN if value in (form.known.data or ()))
    reason = dict(WITHHELD).get(form.withheld.data, "")
    texts = [(form[name].label.text, form[name].data or "")
             for name in (*(form.pieces.values() if addenda is None else ()), "suggested")]
    return [(label, text) for label, text in (
        (form.known.label.text, ticked), *texts, (form.withheld.label.text, reason)) if text]


def _filled(page: requests.RequestPage, answer: ResearchAnswer) -> AnswerForm:
    form = AnswerForm(formdata=None, version=str(page.version))
    form.show_answer(answer)
    return form


@bp.post("/research/<uuid:request_id>")
def give(request_id: UUID):
    """Send the answer, and go on to the next request where that button was pressed."""
    form = AnswerForm()
    with changing(form) as work:
        if form.validate():
            reference = research.give(work, request_id, form.seen_version, form.answer())
            work.session.flush()
            onward = requests.next_of_own(work) if form.onward.data else None
            url = url_for(".show", request_id=onward) if onward else url_for(".index")
            return then(work, url, f"{reference}: your agency's answer is kept.")
    return show(request_id, form)


@bp.post("/research/<uuid:request_id>/later")
def keep(request_id: UUID):
    """Keep what is written so far; nobody outside the agency reads it."""
    form = LaterForm()
    with changing(form) as work:
        if form.validate():
            reference = research.give(work, request_id, form.seen_version, form.answer(), later=True)
            return then(work, url_for(".index"), f"{reference}: kept for your agency, and not sent yet.")
    return show(request_id, form)


@bp.post("/research/<uuid:request_id>/addendum")
def add(request_id: UUID):
    form = AddendumForm()
    with changing(form) as work:
        if form.validate():
            reference = research.add(work, request_id, InformationKind(form.information.data), form.addition.data,
                                     form.handling())
            return then(work, url_for(".show", request_id=request_id), f"{reference}: {_ADDED}")
    return show(request_id, form)


@bp.post("/research/<uuid:request_id>/addenda")
def add_all(request_id: UUID):
    """Add what was typed as an answer and came too late for one."""
    form = AddendaForm()
    with changing(form) as work:
        if form.validate():
            reference = research.add_all(work, request_id, form.said())
            return then(work, url_for(".show", request_id=request_id), f"{reference}: {_ADDED}")
    return show(request_id, form)


@bp.get("/meetings/<uuid:meeting_id>/research")
def of_meeting(meeting_id: UUID):
    with reading() as work:
        page = requests.of_meeting(work, meeting_id)
    return render_template("research/meeting.html", page=page)


@bp.get("/meetings/<uuid:meeting_id>/research/grid")
def grid(meeting_id: UUID, form: ChaseForm | None = None):
    with reading() as work:
        page = research_grid.page(work, meeting_id)
    return render_template("research/grid.html", page=page, form=form or ChaseForm(formdata=None)), 422 if form else 200


@bp.post("/meetings/<uuid:meeting_id>/research/grid")
def chase(meeting_id: UUID):
    form = ChaseForm()
    with changing(form) as work:
        if form.validate():
            chased = research_chasing.chase(work, meeting_id, **form.chosen)
            return then(work, url_for("research.grid", meeting_id=meeting_id), _said(chased))
    return grid(meeting_id, form)


@bp.get("/meetings/<uuid:meeting_id>/research/cases/<uuid:case_id>")
def again(meeting_id: UUID, case_id: UUID, form: AgainForm | None = None):
    """Show which agencies could be asked again about a case that has changed; all of them are ticked."""
    with reading() as work:
        page = research_again.page(work, meeting_id, case_id)
    fresh = AgainForm(formdata=None)
    fresh.agencies.data = [str(id_) for id_, _ in page.agencies]
    drawn = form or fresh
    drawn.agencies.choices = [(str(id_), name) for id_, name in page.agencies]
    return render_template("research/again.html", page=page, form=drawn), 422 if form else 200


@bp.post("/meetings/<uuid:meeting_id>/research/cases/<uuid:case_id>")
def ask_again(meeting_id: UUID, case_id: UUID):
    form = AgainForm()
    with changing(form) as work:
        page = research_again.page(work, meeting_id, case_id)
        form.agencies.choices = [(str(id_), name) for id_, name in page.agencies]
        if form.validate():
            count = research_again.ask(work, meeting_id, case_id, AskAgainReason(form.reason.data),
                                       {UUID(text) for text in form.agencies.data})
            url = url_for(".of_meeting", meeting_id=meeting_id, _anchor=f"case-{case_id}")
            return then(work, url, f"{page.reference}: {count} {'agency is' if count == 1 else 'agencies are'} "
                                   "asked again.")
    return again(meeting_id, case_id, form)


def _said(chased: Chased) -> str:
    """Return in words what a chase has sent, and what it has not."""
    if not chased.requests and not chased.spared and not chased.unreached:
        return "Nothing is missing there, so nothing was sent."
    words = [f"Missing answers chased: {chased.requests}. People who get a letter: {chased.people}, of "
             f"{chased.agencies} {'agency' if chased.agencies == 1 else 'agencies'}."
             if chased.requests else "Nothing was sent."]
    if chased.spared:
        words.append(f"{chased.spared} had been chased today already.")
    if chased.unreached:
        words.append(f"For {chased.unreached} nobody can be reached by letter: ring the agency.")
    return " ".join(words)
