"""Inviting people, choosing a password, signing in and out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic.domain import accounts as rules
from clinic.domain.actors import Actor, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.models.account import Ticket, TicketKind, User, UserSession
from clinic.models.agency import Agency
from clinic.policy.accounts import anyone, is_oneself, may_manage
from clinic.services import passwords, sessions, throttle
from clinic.services.work import Office, Work, event_of

# As long as a path may be that a session keeps.
LONGEST_PATH = 200
WRONG = "The e-mail address or the password is not right."


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One of a person's open sessions, for the page where they end them."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    name: str
    email: str
    agency: str
    sessions: tuple[SessionLine, ...]


def sign_in(office: Office, now: datetime, email: str, password: str, network: str, device: str) -> str:
    """Open a session for the right password and return the secret for its cookie.

    An unknown user gets the same words after the same time. The slow check runs outside
    any transaction. Raises RuleBroken.
    """
    email = email.strip().lower()
    buckets = (throttle.bucket("account", email), throttle.bucket("network", network))
    with office.peeking("sign-in") as session:
        doors = throttle.counted(session, buckets)
        wait = throttle.shut_until(doors, now)
        user = session.scalar(select(User).where(User.email == email))
    if wait is not None:
        raise RuleBroken(f"There were too many tries. Try again in {_minutes(now, wait)}.")
    right = passwords.matches(user.password_hash if user else None, password)
    if not right or user is None or user.status is not UserStatus.ACTIVE:
        _failed(office, now, buckets, user.id if user else None)
        raise RuleBroken(WRONG)
    # A failure that is counted at this very moment stays counted: that errs on the safe side.
    failed_before = any(door.bucket == buckets[0] and door.failures for door in doors)
    return _open(office, now, user, password, device, buckets[0] if failed_before else None)


def _open(office: Office, now: datetime, user: User, password: str, device: str, door: str | None) -> str:
    with office.changing(SystemActor("sign-in"), now) as work:
        work.require(anyone)
        if door is not None:
            throttle.open_again(work.session, door)
        work.session.add(user)
        if passwords.is_dated(user.password_hash or ""):
            user.password_hash = passwords.hash_of(password)
        token = sessions.open_new(work.session, now, user.id, {}, device)
        work.actor = Actor(user.id, user.agency_id)
        work.record(AuditVerb.LOGIN, user)
    return token


def _failed(office: Office, now: datetime, doors: tuple[str, ...], user_id: UUID | None) -> None:
    with office.beside("throttle") as session:
        throttle.failed(session, doors, now)
    event = event_of(SystemActor("sign-in"), AuditVerb.LOGIN_FAILED, "User", {})
    office.note(now, [event | {"object_id": user_id}])


def prove(office: Office, now: datetime, actor: Actor | SystemActor, password: str) -> None:
    """Let somebody who is signed in say their password again, before what nobody else may do at their screen.

    Runs before the work that it guards, as signing in does: the check is slow, and a failure
    stays counted. Raises RuleBroken.
    """
    door = throttle.bucket("account", f"again:{actor.user_id}")
    with office.peeking("password again") as session:
        doors = throttle.counted(session, [door])
        wait = throttle.shut_until(doors, now)
        user = session.scalar(select(User).where(User.id == actor.user_id))
    if wait is not None:
        raise RuleBroken(f"There were too many tries. Try again in {_minutes(now, wait)}.", "password")
    if not passwords.matches(user.password_hash if user else None, password):
        _failed(office, now, (door,), actor.user_id)
        raise RuleBroken("This is not your password.", "password")
    if doors and doors[0].failures:
        with office.beside("password again") as session:
            throttle.open_again(session, door)


def _minutes(now: datetime, until: datetime) -> str:
    minutes = max(1, round((until - now).total_seconds() / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def hide(office: Office, session_id: UUID, path: str) -> None:
    """Hide a screen that shows `path`, until its person has said their password."""
    with office.beside("hidden screen") as session:
        sessions.hide(session, session_id, path if len(path) <= LONGEST_PATH else "/")


def show_again(office: Office, now: datetime, actor: Actor | SystemActor, password: str) -> None:
    """Show a hidden screen again. Raises RuleBroken for another password, and after too many tries."""
    prove(office, now, actor, password)
    with office.beside("hidden screen") as session:
        sessions.hide(session, actor.session_id, None)


def sign_out(work: Work, session_id: UUID) -> None:
    work.require(anyone)
    sessions.end(work.session, work.now, UserSession.id == session_id)
    work.record(AuditVerb.LOGOUT, "UserSession")


def leave(work: Work, session_id: UUID) -> None:
    """Sign out in a hurry: what the page was still sending arrives."""
    work.require(anyone)
    sessions.leave(work.session, work.now, session_id)
    work.record(AuditVerb.LOGOUT, "UserSession")


def account_page(work: Work) -> AccountPage:
    user = work.session.get_one(User, work.actor.user_id)
    work.require(is_oneself, user)
    open_ = work.session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        .order_by(UserSession.seen_at.desc()).limit(25)
    ).all()
    agency = work.session.get_one(Agency, user.agency_id)
    work.record(AuditVerb.VIEW, user)
    return AccountPage(user.name, user.email, agency.name, tuple(
        SessionLine(s.id, s.device, s.created_at, s.seen_at, s.id == work.actor.session_id) for s in open_
    ))


def end_session(work: Work, session_id: UUID) -> None:
    """End one of one's own sessions, wherever that browser is."""
    row = work.session.scalar(
        select(UserSession).where(UserSession.id == session_id, UserSession.user_id == work.actor.user_id)
    )
    if row is None:
        raise NotFound
    work.require(anyone)
    sessions.end(work.session, work.now, UserSession.id == row.id)
    work.record(AuditVerb.REVOKE, "UserSession")


def invite(work: Work, user: User) -> None:
    """Send a letter with a link that lets an invited person choose a password, once, within 72 hours."""
    work.require(may_manage, user)
    if user.status is not UserStatus.INVITED:
        raise RuleBroken("This person has an account already. Start a reset instead.")
    _send_ticket(work, user, TicketKind.INVITATION)


def start_reset(work: Work, user: User) -> None:
    """Send a letter with a link that lets an active person choose a new password. Their sessions end when they do."""
    work.require(may_manage, user)
    if user.status is not UserStatus.ACTIVE:
        raise RuleBroken("This person has no active account. Invite them instead.")
    _send_ticket(work, user, TicketKind.RESET)


def _send_ticket(work: Work, user: User, kind: TicketKind) -> None:
    for old in work.session.scalars(select(Ticket).where(Ticket.user_id == user.id, Ticket.used_at.is_(None))):
        old.used_at = work.now
    token = secrets.token_urlsafe(32)
    ticket = Ticket(id=uuid4(), user_id=user.id, kind=kind, token_hash=sessions.hash_of(token),
                    made_by_id=work.actor.user_id, expires_at=work.now + rules.TICKET_LIFE)
    work.session.add(ticket)
    work.record(AuditVerb.SEND, user, what=kind.value)
    letter = LetterKind.ACCOUNT_INVITATION if kind is TicketKind.INVITATION else LetterKind.PASSWORD_RESET
    work.post(Letter(letter, to=user.id, reference="", link=f"/{kind.value}", about=ticket.id), secret=token)


def read_ticket(work: Work, token: str, kind: TicketKind) -> str:
    """Return the name of whom a letter's link is for. Reading uses nothing up: mail scanners follow links."""
    work.require(anyone)
    user = work.session.get_one(User, _ticket(work, token, kind).user_id)
    work.record(AuditVerb.OPEN, "Ticket")
    return user.name


def choose_password(work: Work, token: str, kind: TicketKind, password: str, again: str) -> None:
    """Use up a letter's link: keep the password, end every other session of the person."""
    work.require(anyone)
    ticket = _ticket(work, token, kind)
    user = work.session.get_one(User, ticket.user_id)
    rules.check_password(password, again, _strength(work, user, password))
    ticket.used_at = work.now
    user.password_hash = passwords.hash_of(password)
    user.status = UserStatus.ACTIVE
    sessions.end_all_of(work.session, work.now, user.id)
    work.record(AuditVerb.UPDATE, user, fields=["password"])


def change_password(work: Work, current: str, password: str, again: str) -> None:
    """Change one's own password; every other session of the person ends."""
    user = work.session.get_one(User, work.actor.user_id)
    work.require(is_oneself, user)
    if not passwords.matches(user.password_hash, current):
        raise RuleBroken("This is not your password of today.", "current")
    rules.check_password(password, again, _strength(work, user, password))
    user.password_hash = passwords.hash_of(password)
    sessions.end_all_of(work.session, work.now, user.id, but=work.actor.session_id)
    work.record(AuditVerb.UPDATE, user, fields=["password"])


def _strength(work: Work, user: User, password: str) -> int:
    agency = work.session.get_one(Agency, user.agency_id)
    return passwords.guesses(password, user.name, user.email, agency.name)


def _ticket(work: Work, token: str, kind: TicketKind) -> Ticket:
    ticket = work.session.scalar(
        select(Ticket).where(Ticket.token_hash == sessions.hash_of(token), Ticket.kind == kind).with_for_update()
    )
    if ticket is None or not rules.may_use(ticket.expires_at, ticket.used_at, work.now):
        raise NotFound
    return ticket
