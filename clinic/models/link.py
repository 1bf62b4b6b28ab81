"""What a coordinator has said of two people: they are one human, or they are not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.case import CasePairBound
from clinic.models.types import Base, Identified


class PersonLink(Identified, CasePairBound, Base):
    """A judgement on two people of two cases. It can be undone; neither record is ever changed by it.

    The two stand in the order of their ids. A judgement that was undone stays, for the record.
    """

    __tablename__ = "person_link"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    other_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    same: Mapped[bool]
    #: what spoke for it then: values of `Reason`
    reasons: Mapped[list[str]]
    said_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    said_at: Mapped[datetime]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]


# Two people have one judgement at a time.
Index("uq_person_link_standing", PersonLink.person_id, PersonLink.other_person_id, unique=True,
      sqlite_where=PersonLink.undone_at.is_(None), postgresql_where=PersonLink.undone_at.is_(None))
