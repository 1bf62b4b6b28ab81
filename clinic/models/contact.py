"""How a victim is reached without harm: a card for each time that it was written, and each check that it holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class ContactCard(Identified, CaseBound, HasSealed, Base):
    """The latest counts; the earlier ones stay. On no list, export, minute, print, mail or log."""

    __tablename__ = "contact_card"
    ways_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: channels with whether each is safe, as `domain.contacts` writes them
    ways = Sealed("ways_sealed", list)
    times_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    times = Sealed("times_sealed")
    may_answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    may_answer = Sealed("may_answer_sealed")
    code_word_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_word = Sealed("code_word_sealed")
    unsafe_people_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    unsafe_people = Sealed("unsafe_people_sealed")
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    notes = Sealed("notes_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]


class ContactCheck(Identified, CaseBound, Base):
    """An advocate has asked and says that it still holds."""

    __tablename__ = "contact_check"
    #: nothing = what the nomination said, where no card was written yet
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact_card.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    checked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime]
