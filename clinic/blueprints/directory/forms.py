"""Forms of agencies, people and memberships."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from wtforms import HiddenField

from clinic.domain.actors import MembershipRole
from clinic.domain.directory import AgencyDraft, PersonDraft, SeatChange, SeatDraft
from clinic.web.fields import Choices, DateParts, Email, Form, LongText, Pick, Text, options


def _whole(text: str | None) -> int:
    """Return a version from a hidden field; what was tampered with is no version, and so is stale."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


class PressForm(Form):
    """A button that is a form."""


class AgencyForm(Form):
    version = HiddenField()
    name = Text("Name", "Enter the agency’s name", maximum=120)
    sector = Pick("Sector", required="Choose the sector")
    domains = LongText("Mail domains", "Enter at least one mail domain, such as agency.gov.uk", maximum=2000, rows=3,
                       hint="One a line: the part after the @. Letters go only to people with an address here.")

    @property
    def seen_version(self) -> int:
        return _whole(self.version.data)

    def draft(self) -> AgencyDraft:
        return AgencyDraft(self.name.data, self.sector.data, self.domains.data)


class RenameForm(Form):
    """What a coordinator may change of somebody who signs in already."""

    version = HiddenField()
    name = Text("Name", "Enter the person’s name", maximum=120)

    @property
    def seen_version(self) -> int:
        return _whole(self.version.data)

    def draft(self) -> PersonDraft:
        return PersonDraft(self.name.data)


class PersonForm(RenameForm):
    agency = Pick("Agency", required="Choose the agency")
    email = Email("E-mail address", "Enter their e-mail address at the agency",
                  hint="On one of the agency’s mail domains.")

    def draft(self) -> PersonDraft:
        return PersonDraft(self.name.data, self.email.data, self.agency.uuid)


def _first_day() -> DateParts:
    return DateParts("First day", "Enter the first day")


def _last_day() -> DateParts:
    return DateParts("Last day", hint="Leave empty while it goes on. The last day is included.")


def _principal() -> Pick:
    return Pick("Stands in for", required="", hint="Only for a deputy.")


class SeatForm(Form):
    """A membership that is to be added."""

    person = Pick("Person", required="Choose the person")
    agency = Pick("Speaks for", required="", hint="Leave empty for the agency where they work.")
    role = Pick("Role", required="Choose the role")
    valid_from = _first_day()
    valid_until = _last_day()
    deputy_for = _principal()

    def offer(self, people: Choices, agencies: Choices, roles: Iterable[MembershipRole], members: Choices) -> None:
        self.person.offer(people)
        self.agency.offer(agencies)
        self.role.offer(options(MembershipRole, without=set(MembershipRole) - set(roles)))
        self.deputy_for.offer(members)

    def draft(self) -> SeatDraft:
        return SeatDraft(self.person.uuid, self.agency.uuid, MembershipRole(self.role.data), self.valid_from.data,
                         self.valid_until.data, self.deputy_for.uuid)


class SeatChangeForm(Form):
    """The dates of a membership, which end it too."""

    version = HiddenField()
    valid_from = _first_day()
    valid_until = _last_day()
    deputy_for = _principal()

    @property
    def seen_version(self) -> int:
        return _whole(self.version.data)

    def show(self, valid_from: date, valid_until: date | None, deputy_for: UUID | None, version: int) -> None:
        self.valid_from.process(None, valid_from)
        self.valid_until.process(None, valid_until)
        self.deputy_for.data = str(deputy_for or "")
        self.version.data = str(version)

    def change(self) -> SeatChange:
        return SeatChange(self.valid_from.data, self.valid_until.data, self.deputy_for.uuid)
