"""Who presents a case at a meeting: said by the agency itself, and missed in time where nobody has said so.

Pure rules. A case whose presenter is absent or not briefed is put off (Oxfordshire's protocol): so the gap is shown a
working day before.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus, working_days_after

DAYS_BEFORE = 1


def near_until(today: date, holidays: Collection[date]) -> date:
    """Return the last day whose meetings are so near that a case without a presenter is a gap: the next working day."""
    return working_days_after(today, DAYS_BEFORE, holidays)


def check_open(meeting: MeetingStatus) -> None:
    """Refuse to name who presents once the meeting has begun, or fell."""
    if meeting is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled. Nobody needs to present anything.")
    if meeting is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has begun. Say there who presents.")


def check_presenter(user_id: UUID, colleagues: Collection[UUID]) -> None:
    """Refuse somebody who does not sit on the panel for the agency that presents."""
    if user_id not in colleagues:
        raise RuleBroken("Choose somebody who sits on this panel for the agency that presents", "presenter")
