"""The journal's filter."""

from __future__ import annotations

from uuid import UUID

from wtforms.validators import ValidationError

from clinic.domain.audit import AuditVerb
from clinic.services.audits import Search
from clinic.web.fields import DateParts, Form, Pick, Text, options


def _like_id(form: Form, field: Text) -> None:
    try:
        UUID(field.data or "")
    except ValueError:
        raise ValidationError("Enter an id as the journal shows it: 32 digits and letters") from None


class JournalForm(Form):
    verb = Pick("What was done", options(AuditVerb), required="")
    person = Text("Part of a person's name", maximum=100)
    first = DateParts("From")
    last = DateParts("To")
    object_id = Text("Id of a thing or a case", maximum=36, more=[_like_id])

    def search(self) -> Search:
        return Search(
            AuditVerb(self.verb.data) if self.verb.data else None, self.person.data or "", self.first.data,
            self.last.data, UUID(self.object_id.data) if self.object_id.data else None,
        )
