"""What may go wrong, in the words of the person who meets it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID


class RuleBroken(Exception):
    """A rule of the field was broken; the message is shown to the person as it is.

    `field` names the form field the sentence belongs to, where there is one.
    """

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def each(self) -> Sequence[RuleBroken]:
        return (self,)


class RulesBroken(RuleBroken):
    """Several rules at once, each with its own sentence at its own field. The first speaks for all."""

    def __init__(self, broken: Sequence[RuleBroken]):
        super().__init__(broken[0].message, broken[0].field)
        self._each = tuple(broken)

    @property
    def each(self) -> Sequence[RuleBroken]:
        return self._each


class NotFound(Exception):
    """There is no such thing for this actor: missing and forbidden look the same."""


class NotPermitted(Exception):
    """The actor may not do this. Names the permission and the subject, never their content.

    `line` is the journal's line of the refusal: made when it is raised, since a row that was
    rolled back can no longer be asked what it is.
    """

    def __init__(self, permission: str, subject: object | None = None, line: dict | None = None):
        super().__init__(permission)
        self.permission = permission
        self.subject = subject
        self.line = line


class Unsigned(Exception):
    """The actor has not given the undertaking that the papers of this meeting ask for."""

    def __init__(self, meeting_id: UUID):
        super().__init__("an undertaking is asked for")
        self.meeting_id = meeting_id


class Stale(Exception):
    """Somebody else changed it first. Carries both texts, so that nothing typed is lost."""

    def __init__(self, theirs: str = "", yours: str = "", version: int = 0):
        super().__init__("changed by somebody else")
        self.theirs = theirs
        self.yours = yours
        self.version = version


class UndoneDuty(Exception):
    """A piece of work changed or showed something without a permission or an audit event."""
