"""People who sign in, their letters of invitation, their sessions and how often they failed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.actors import MembershipRole, UserStatus
from clinic.models.types import Base, Identified


class User(Identified, Base):
    """A professional. Never a party to a case: those are `Person`."""

    __tablename__ = "user"
    name: Mapped[str]
    #: lower case
    email: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    password_hash: Mapped[str | None]
    status: Mapped[UserStatus] = mapped_column(default=UserStatus.INVITED)
    system_admin: Mapped[bool] = mapped_column(default=False)
    auditor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class TicketKind(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class Ticket(Identified, Base):
    """A link that lets one person choose a password, once, until it ends. Only its hash is kept."""

    __tablename__ = "ticket"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[TicketKind]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_by_id: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UserSession(Identified, Base):
    """A browser. The cookie holds a random number, the row its hash: ending the row ends the visit."""

    __tablename__ = "user_session"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    #: token for forms and the notice for the next page; never personal data
    data: Mapped[dict[str, Any]]
    device: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: the path of the page on which its person has hidden the screen, as long as it is
    hidden_from: Mapped[str | None]


class Throttle(Base):
    """How often a door was knocked at in vain (an account or a network), and until when it stays shut."""

    __tablename__ = "throttle"
    bucket: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    shut_until: Mapped[datetime | None]


class Membership(Identified, Base):
    """A person on a panel for an agency, from one day to another, in one role."""

    __tablename__ = "membership"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    role: Mapped[MembershipRole]
    valid_from: Mapped[date]
    #: last day of the membership, inclusive
    valid_until: Mapped[date | None]
    deputy_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Submission(Base):
    """A form that was sent: the second copy of it gets the first one's answer."""

    __tablename__ = "submission"
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
