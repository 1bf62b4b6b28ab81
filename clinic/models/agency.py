"""A partner organisation and the mail domains that are its own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.types import Base, Identified


class Agency(Identified, Base):
    __tablename__ = "agency"
    name: Mapped[str] = mapped_column(unique=True)
    #: code of the `agency_sector` terms
    sector: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class AgencyDomain(Identified, Base):
    """A mail domain of an agency; several agencies of one council may share one."""

    __tablename__ = "agency_domain"
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    domain: Mapped[str] = mapped_column(index=True)
