"""Signing in and out, letters that let somebody choose a password, one's own account."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from clinic.blueprints.accounts.forms import (
    ChangePasswordForm,
    ChoosePasswordForm,
    PressForm,
    ShowForm,
    SignInForm,
)
from clinic.domain.errors import RuleBroken
from clinic.models.account import TicketKind
from clinic.services import accounts
from clinic.web.clock import now
from clinic.web.onward import own_path
from clinic.web.work import actor, changing, office, reading, then

bp = Blueprint("accounts", __name__)
WEATHER = "https://www.bbc.co.uk/weather"


@bp.get("/sign-in")
def sign_in(form: SignInForm | None = None):
    return render_template("accounts/sign_in.html", form=form or SignInForm()), 422 if form else 200


@bp.post("/sign-in")
def send_sign_in():
    form = SignInForm()
    if form.validate():
        try:
            token = accounts.sign_in(
                office(), now(), form.email.data, form.password.data, _network(), _device(request.user_agent.string)
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            onward = own_path(session.get("next", "/"))
            session.become(token)
            return redirect(onward, 303)
    return sign_in(form)


def _network() -> str:
    """Return the network that a request comes from: the first three parts of an IPv4 address."""
    address = request.remote_addr or ""
    return address.rpartition(".")[0] if "." in address else address[:19]


def _device(agent: str) -> str:
    """Name a browser and its machine, as a person would: "Firefox on Windows"."""
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    machines = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
                ("Mac OS", "Mac"), ("Linux", "Linux"))
    browser, machine = (next((name for mark, name in marks if mark in agent), "") for marks in (browsers, machines))
    return f"{browser or 'A browser'} on {machine}" if machine else browser or "Unknown browser"


@bp.post("/sign-out")
def sign_out():
    with changing(PressForm()) as work:
        accounts.sign_out(work, work.actor.session_id)
    return _gone(redirect(url_for("accounts.signed_out"), 303))


@bp.get("/signed-out")
def signed_out():
    return render_template("accounts/signed_out.html")


@bp.get("/leave")
def leave():
    """Leave at once for a harmless page. Ends the session, unless another site sent the browser here."""
    if session.presence is not None and session.presence.user_id is not None and _from_here():
        with changing(PressForm()) as work:
            accounts.leave(work, work.actor.session_id)
        return _gone(redirect(WEATHER, 303))
    return redirect(WEATHER, 303)


def _from_here() -> bool:
    """Return whether the person typed the address or came from a page of ours."""
    return request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")


def _gone(response: Response) -> Response:
    session.ended = True
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.post("/session/extend")
def extend():
    """Keep the session: that somebody asked is enough, the gate has noted it."""
    return jsonify(minutes=current_app.config["IDLE_MINUTES"])


@bp.post("/hide")
def hide():
    """Hide every page of this browser until the password is said again; where it was hidden it goes on."""
    accounts.hide(office(), session.presence.session_id, own_path(request.form.get("onward", "/")))
    return redirect(url_for(".hidden"), 303)


@bp.get("/hidden")
def hidden(form: ShowForm | None = None):
    return render_template("accounts/hidden.html", form=form, showing=form or ShowForm(formdata=None)), (
        422 if form else 200
    )


@bp.post("/hidden")
def show_again():
    """Show the screen again: for a person, or for the page's script, which asks for JSON."""
    form = ShowForm()
    by_script = request.headers.get("X-Requested-With") == "fetch"
    if form.validate():
        try:
            accounts.show_again(office(), now(), actor(), form.password.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return ("", 204) if by_script else redirect(session.presence.hidden_from or "/", 303)
    return (jsonify(problem=form.summary[0]["text"]), 422) if by_script else hidden(form)


@bp.get("/invitation/<token>")
def invitation(token: str):
    return _choose_page(token, TicketKind.INVITATION, ChoosePasswordForm())


@bp.post("/invitation/<token>")
def accept_invitation(token: str):
    return _choose(token, TicketKind.INVITATION, "Your account is ready. Sign in with your new password.")


@bp.get("/reset/<token>")
def reset(token: str):
    return _choose_page(token, TicketKind.RESET, ChoosePasswordForm())


@bp.post("/reset/<token>")
def choose_after_reset(token: str):
    return _choose(token, TicketKind.RESET, "Your password is changed. Sign in with the new one.")


def _choose(token: str, kind: TicketKind, message: str):
    form = ChoosePasswordForm()
    with changing(form) as work:
        if form.validate():
            accounts.choose_password(work, token, kind, form.password.data, form.again.data)
            return then(work, url_for("accounts.sign_in"), message)
    return _choose_page(token, kind, form)


def _choose_page(token: str, kind: TicketKind, form: ChoosePasswordForm):
    with reading() as work:
        name = accounts.read_ticket(work, token, kind)
    return render_template("accounts/choose_password.html", form=form, name=name), 422 if form.errors else 200


@bp.get("/account")
def account():
    with reading() as work:
        page = accounts.account_page(work)
    return render_template("accounts/account.html", page=page, press=PressForm())


@bp.post("/account/sessions/<uuid:session_id>/end")
def end_session(session_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            accounts.end_session(work, session_id)
            return then(work, url_for("accounts.account"), "The session is ended.")
    return redirect(url_for("accounts.account"), 303)


@bp.get("/account/password")
def password(form: ChangePasswordForm | None = None):
    return render_template("accounts/password.html", form=form or ChangePasswordForm()), 422 if form else 200


@bp.post("/account/password")
def change_password():
    form = ChangePasswordForm()
    with changing(form) as work:
        if form.validate():
            accounts.change_password(work, form.current.data, form.password.data, form.again.data)
            return then(work, url_for("accounts.account"), "Your password is changed. Other sessions are ended.")
    return password(form)
