"""What people declare before a meeting's papers open to them: that they keep to themselves what they read there.

Each wording keeps its number for good, since people have signed it: a better one is added
with the next number, and none is ever changed.
"""

from __future__ import annotations

from enum import StrEnum

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus


class DeclarationKind(StrEnum):
    CONFIDENTIALITY = "confidentiality"


# Source: the substance of the confidentiality statement that SafeLives gives to MARACs, in plainer words.
_WORDINGS = {
    1: (
        "What I read and hear for this meeting is strictly confidential. I use it to make people safer and for"
        " nothing else.",
        "I talk about it outside the meeting only with those in my agency who must act on it, and tell them no more"
        " than that takes.",
        "I pass nothing on without the agreement of the agency that gave it.",
        "I keep papers and notes of this meeting securely, apart from files that others may open, and destroy them"
        " when they are no longer needed.",
        "I say what is fact, what somebody else has told us and what is opinion, and share what is relevant and"
        " proportionate.",
        "I make sure that the person whose behaviour is discussed is not told that the case is heard, by me or through"
        " my agency’s records and letters.",
        "What my agency has to do stays its own duty: hearing a case here hands it to nobody else.",
        "If I know, work with or am related to somebody in a case, I say so at once and take no part in it.",
        "If something gets out, I tell the chair or the coordinator the same day.",
    ),
}
NEWEST = max(_WORDINGS)


def wording(number: int) -> tuple[str, ...]:
    """Return the sentences of a wording that was or is signed."""
    return _WORDINGS[number]


def check_signing(status: MeetingStatus, seen: int) -> None:
    """Refuse to sign for a meeting that is cancelled, or a wording that is no longer the newest."""
    if status is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled, so there is nothing to open and nothing to sign.")
    if seen != NEWEST:
        raise RuleBroken("The words have changed since you opened this page. Read them again, then sign.")
