"""Minutes: drafted, edited, approved, circulated, read and acknowledged."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.minutes.forms import ApprovalForm, PressForm, SectionForm
from clinic.documents import markup
from clinic.domain.errors import RuleBroken
from clinic.services import approvals, copies, minutes, receipts
from clinic.web.clock import now
from clinic.web.work import actor, changing, office, reading, then

bp = Blueprint("minutes", __name__)


@bp.get("/meetings/<uuid:meeting_id>/minutes")
def draft(meeting_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = minutes.draft_page(work, meeting_id)
    return render_template(
        "minutes/draft.html", page=page, form=form or PressForm(), kept=markup.kept
    ), 422 if form else 200


@bp.post("/meetings/<uuid:meeting_id>/minutes")
def compose(meeting_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            minutes.draft(work, meeting_id, markup.render)
            return then(work, url_for("minutes.draft", meeting_id=meeting_id), "The minutes are drafted.")
    return draft(meeting_id, form)


@bp.get("/minutes/sections/<uuid:section_id>")
def section(section_id: UUID, form: SectionForm | None = None, preview: str | None = None):
    with reading() as work:
        page = minutes.section_page(work, section_id)
    return render_template(
        "minutes/section.html", page=page, preview=preview,
        form=form or SectionForm(text=page.text, version=str(page.version)),
    ), 422 if form and form.errors else 200


@bp.post("/minutes/sections/<uuid:section_id>")
def save_section(section_id: UUID):
    form = SectionForm()
    html = _html(form)
    if "preview" in request.form or html is None:
        return section(section_id, form, html)
    with changing(form) as work:
        meeting_id = minutes.save_section(work, section_id, form.text.data, html, form.began_from)
        there = url_for("minutes.draft", meeting_id=meeting_id, _anchor=f"section-{section_id}")
        return then(work, there, "The section is saved.")
    return section(section_id, form)


def _html(form: SectionForm) -> str | None:
    """Return the typed Markdown as HTML, made once, or None with the reason at the field."""
    if not form.validate():
        return None
    try:
        return markup.render(form.text.data)
    except RuleBroken as broken:
        form.refuse(RuleBroken(broken.message, "text"))
        return None


@bp.post("/meetings/<uuid:meeting_id>/minutes/send")
def send_to_chair(meeting_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            approvals.send_to_chair(work, meeting_id)
            return then(work, url_for("minutes.draft", meeting_id=meeting_id), "The minutes are with the chair.")
    return draft(meeting_id, form)


@bp.post("/meetings/<uuid:meeting_id>/minutes/back")
def send_back(meeting_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            approvals.send_back(work, meeting_id)
            return then(work, url_for("minutes.draft", meeting_id=meeting_id), "The minutes can be edited again.")
    return draft(meeting_id, form)


@bp.get("/meetings/<uuid:meeting_id>/minutes/approve")
def approval(meeting_id: UUID, form: ApprovalForm | None = None):
    with reading() as work:
        page = minutes.approval_page(work, meeting_id)
    return render_template(
        "minutes/approve.html", page=page, form=form or ApprovalForm(version=page.seen), kept=markup.kept
    ), 422 if form else 200


@bp.post("/meetings/<uuid:meeting_id>/minutes/approve")
def approve(meeting_id: UUID):
    form = ApprovalForm()
    with changing(form) as work:
        if form.validate():
            approvals.approve(work, meeting_id, form.version.data or "")
            return then(work, url_for("minutes.draft", meeting_id=meeting_id), "The minutes are approved.")
    return approval(meeting_id, form)


@bp.get("/minutes/<uuid:version_id>/circulate")
def circulation(version_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = receipts.circulation_page(work, version_id)
    return render_template("minutes/circulate.html", page=page, form=form or PressForm()), 422 if form else 200


@bp.post("/minutes/<uuid:version_id>/circulate")
def circulate(version_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            sent = receipts.circulate(work, version_id)
            said = f"The minutes are circulated to {sent} {'person' if sent == 1 else 'people'}."
            return then(work, url_for("minutes.receipts_of", version_id=version_id), said)
    return circulation(version_id, form)


@bp.get("/minutes/<uuid:version_id>")
def read(version_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = copies.read(work, version_id)
    if page.is_new:
        # After the page's own work, so that nothing is noted that could not be shown.
        with office().changing(actor(), now()) as work:
            receipts.opened(work, version_id)
    return render_template(
        "minutes/read.html", page=page, form=form or PressForm(), kept=markup.kept
    ), 422 if form else 200


@bp.get("/minutes/<uuid:version_id>/print")
def printed(version_id: UUID):
    with reading() as work:
        page = copies.read(work, version_id, printed=True)
    return render_template("minutes/print.html", page=page, kept=markup.kept)


@bp.post("/minutes/<uuid:version_id>/acknowledge")
def acknowledge(version_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            receipts.acknowledge(work, version_id)
            return then(work, url_for("minutes.read", version_id=version_id), "You have confirmed that you read them.")
    return read(version_id, form)


@bp.get("/minutes/<uuid:version_id>/receipts")
def receipts_of(version_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = receipts.receipts_page(work, version_id)
    return render_template("minutes/receipts.html", page=page, form=form or PressForm()), 422 if form else 200


@bp.post("/minutes/<uuid:version_id>/receipts/<uuid:receipt_id>/revoke")
def revoke(version_id: UUID, receipt_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            receipts.revoke(work, receipt_id)
            there = url_for("minutes.receipts_of", version_id=version_id)
            return then(work, there, "This person can no longer read these minutes.")
    return receipts_of(version_id, form)
