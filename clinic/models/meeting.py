"""One sitting of a panel: when, who is invited, who came."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.meetings import AttendanceStatus, InviteStatus, MeetingKind, MeetingMode, MeetingStatus
from clinic.models.case import AboutCase
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Meeting(Identified, AboutCase, HasSealed, Base):
    """`uid` and `sequence` are its name and revision in every calendar (RFC 5545 3.8.4.7, 3.8.7.4).

    An emergency meeting is about one case: whoever must not know of that does not know of the meeting.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("panel_id", "occurrence_on"),
        CheckConstraint("ends_at > starts_at", "ends_after_start"),
    )
    seal_owner = "id"
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    #: random within the year, `MT-2026-301472`
    reference: Mapped[str] = mapped_column(unique=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    #: the day that the panel's rule gave it; kept when the meeting moves, so that planning again doubles nothing
    occurrence_on: Mapped[date | None]
    kind: Mapped[MeetingKind] = mapped_column(default=MeetingKind.SCHEDULED)
    mode: Mapped[MeetingMode] = mapped_column(default=MeetingMode.VIRTUAL)
    status: Mapped[MeetingStatus] = mapped_column(default=MeetingStatus.PLANNED)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    #: shown after sign-in only, so sealed with the meeting's own key
    place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    place = Sealed("place_sealed")
    #: of an emergency meeting: ids of the agencies that are called, and until when they answer
    called: Mapped[list[str]] = mapped_column(default=list)
    answers_by: Mapped[datetime | None]
    #: the bank holiday it falls on, until somebody moves it or says that it stays
    holiday: Mapped[str] = mapped_column(default="")
    invited_at: Mapped[datetime | None]
    chaired_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: whole seconds, strictly rising: LAST-MODIFIED of its calendar entry
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class MeetingEdition(Base):
    """A revision of a meeting that is no longer its present one: never changed.

    Letters are rendered minutes or days after the change that caused them, and by then the
    meeting may have changed again. An edition says what the letter's own revision said.
    """

    __tablename__ = "meeting_edition"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[MeetingMode]
    changed_at: Mapped[datetime]


class Invitation(Identified, Base):
    """A member invited to a meeting, and the address the invitation went to."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    address_at_send: Mapped[str]
    status: Mapped[InviteStatus] = mapped_column(default=InviteStatus.SENT)
    sequence_sent: Mapped[int] = mapped_column(default=0)
    #: whether they have said that they come, and of which revision: an answer to another one is none
    comes: Mapped[bool | None]
    answered_sequence: Mapped[int | None]


class Attendance(Identified, Base):
    """Who came to a meeting, for which agency."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    status: Mapped[AttendanceStatus]
    deputy_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class AttendanceSpell(Identified, Base):
    """From when to when somebody was at a meeting: they may leave and come again."""

    __tablename__ = "attendance_spell"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Chairing(Identified, Base):
    """Since when somebody chaired a meeting that ran: until the next one did, or until it closed."""

    __tablename__ = "chairing"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    since_at: Mapped[datetime]


class Adjournment(Identified, HasSealed, Base):
    """From when to when a meeting stood still. Its reason is for those who record: everybody else is told the times."""

    __tablename__ = "adjournment"
    __table_args__ = (
        CheckConstraint("resumed_at IS NULL OR resumed_at >= adjourned_at", "in_order"),
    )
    seal_owner = "meeting_id"
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    adjourned_at: Mapped[datetime]
    adjourned_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    #: when it is to go on, where somebody has said so
    expected_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reason = Sealed("reason_sealed")
    resumed_at: Mapped[datetime | None]
    resumed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


# One at a time.
Index("uq_adjournment_standing", Adjournment.meeting_id, unique=True,
      sqlite_where=Adjournment.resumed_at.is_(None), postgresql_where=Adjournment.resumed_at.is_(None))


class CalendarFeed(Identified, Base):
    """A private calendar address. The address is shown once; only its hash is kept."""

    __tablename__ = "calendar_feed"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    label: Mapped[str]
    with_deadlines: Mapped[bool] = mapped_column(default=False)
    #: for who has the invitations in the same diary, and would see each meeting twice
    without_invited: Mapped[bool] = mapped_column(default=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
