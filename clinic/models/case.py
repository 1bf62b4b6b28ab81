"""A case (victim and perpetrators under one panel), its people, and who must not know of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, synonym

from clinic.domain.cases import Answer, CaseStatus, Gender, PartyKind
from clinic.domain.incidents import InformationKind
from clinic.domain.searches import turned
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Walled:
    """Rows that stand behind the wall: current seat on the panel, no exclusion from the case.

    Every ORM select of such a table is cut by the wall, whatever its writer remembered.
    """


class CaseBound(Walled):
    """A row of one case of one panel."""

    @declared_attr
    def panel_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("panel.id"), index=True)

    @declared_attr
    def case_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("case.id"), index=True)


class MaybeCaseBound(Walled):
    """A row of a panel that may belong to one case: a line of an agenda, a section of minutes."""

    @declared_attr
    def panel_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("panel.id"), index=True)

    @declared_attr
    def case_id(cls) -> Mapped[UUID | None]:
        return mapped_column(ForeignKey("case.id"), index=True)


class AboutCase(Walled):
    """A row for everybody on its panel, unless it is about one case that is closed to them: a meeting."""

    @declared_attr
    def case_id(cls) -> Mapped[UUID | None]:
        return mapped_column(ForeignKey("case.id"), index=True)


class CasePairBound(CaseBound):
    """A row that tells of two cases at once: whoever must not know of either does not know of it."""

    @declared_attr
    def other_panel_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("panel.id"))

    @declared_attr
    def other_case_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("case.id"), index=True)


def _turned(context: Any) -> int:
    return turned(context.get_current_parameters()["reference"])


class Case(Identified, Walled, Base):
    __tablename__ = "case"
    #: by panel first: a reader's wall names panels, and without statistics SQLite asks an index of those before others
    __table_args__ = (Index("ix_case_turned", "panel_id", "turned"),)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    #: neutral and random within the year, `PM-2026-482719`
    reference: Mapped[str] = mapped_column(unique=True)
    #: its number read backwards, so that its last digits are looked up and not looked for
    turned: Mapped[int] = mapped_column(default=_turned)
    status: Mapped[CaseStatus] = mapped_column(default=CaseStatus.OPEN)
    opened_at: Mapped[datetime]
    #: when it first came onto an agenda: from then on the panel's agencies know of it
    listed_at: Mapped[datetime | None]
    #: when it was held against earlier cases of the same pair, so that who is shut out of them is shut out of it
    compared_at: Mapped[datetime | None] = mapped_column(index=True)
    #: when its clocks were last set by what was known; nothing = the timer sets them
    clocks_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column()
    case_id = synonym("id")
    __mapper_args__ = {"version_id_col": version}


class CaseExclusion(Identified, Base):
    """A user or an agency that must not know that the case exists. Beats every role."""

    __tablename__ = "case_exclusion"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (agency_id IS NULL)", "one_of_user_or_agency"),
    )
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"), index=True)
    #: code of the `exclusion_ground` terms
    ground: Mapped[str]
    set_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class Person(Identified, CaseBound, HasSealed, Base):
    """A human in a case. The same human in two cases is two rows."""

    __tablename__ = "person"
    kind: Mapped[PartyKind]
    given_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    given_name = Sealed("given_name_sealed")
    family_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    family_name = Sealed("family_name_sealed")
    aliases_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    aliases = Sealed("aliases_sealed", list)
    born_on_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: a date, or nothing when it is not known
    born_on = Sealed("born_on_sealed", date)
    gender: Mapped[Gender] = mapped_column(default=Gender.NOT_KNOWN)
    #: to the victim, of everybody but the pair (theirs is the nomination's): code of the `relationship` terms
    relationship: Mapped[str] = mapped_column(String(60), default="")
    #: of a child
    school_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    school = Sealed("school_sealed")
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = Sealed("note_sealed")
    #: in the order in which they were named; the pair is 0
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def full_name(self) -> str:
        return f"{self.given_name or ''} {self.family_name or ''}".strip()


class SafeContact(Identified, CaseBound, HasSealed, Base):
    """How the victim may be reached, as a nomination said it. On no list, export, minute, print, mail or log."""

    __tablename__ = "safe_contact"
    __table_args__ = (Index("ix_safe_contact_unchecked", "panel_id", "unchecked_since"),)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    postcode_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    postcode = Sealed("postcode_sealed")
    telephone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    telephone = Sealed("telephone_sealed")
    telephone_safe: Mapped[Answer] = mapped_column(default=Answer.NOT_ASKED)
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    notes = Sealed("notes_sealed")
    #: when an advocate last said that contact is as safe as is known; of one that nobody has checked, when it came in
    unchecked_since: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Incident(Identified, CaseBound, HasSealed, Base):
    """A dated event of the course of conduct, as one agency knows it. What was wrong ends, another says it right."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_of_case", "case_id", "happened_on"),)
    #: the nomination that told it, where one did
    nomination_id: Mapped[UUID | None] = mapped_column(ForeignKey("nomination.id"), index=True)
    #: who says so
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    happened_on: Mapped[date]
    #: in the order in which they were told, which is all that is known of the order within a day
    position: Mapped[int] = mapped_column(default=0)
    #: codes of the `behaviour` terms
    behaviours: Mapped[list[str]]
    what_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    what = Sealed("what_sealed")
    reported: Mapped[Answer] = mapped_column(default=Answer.NOT_ASKED)
    breach: Mapped[Answer] = mapped_column(default=Answer.NOT_ASKED)
    #: what it rests on; nothing = nobody has said
    information: Mapped[InformationKind | None]
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    #: the earlier version that this one corrects
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"), index=True)
    #: what was told wrongly stays to be read, and counts for nothing: taken back, or corrected by another version
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    why = Sealed("why_sealed")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class SharingDecision(Identified, CaseBound, HasSealed, Base):
    """Why it was right to share a nomination without the victim's agreement."""

    __tablename__ = "sharing_decision"
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nomination.id"), unique=True)
    #: codes of the `lawful_basis` and `gateway` terms
    basis: Mapped[str] = mapped_column(String(60))
    gateway: Mapped[str] = mapped_column(String(60), default="")
    purpose_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    purpose = Sealed("purpose_sealed")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = Sealed("reason_sealed")
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
