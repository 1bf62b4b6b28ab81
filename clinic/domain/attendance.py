"""Who is at a meeting, whom they stand in for, and whether there are enough of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from clinic.domain.actors import INVITED, MembershipRole
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import AttendanceStatus, MeetingStatus

# Whoever is invited is on the register, and observers, whom the minutes name.
REGISTERED = INVITED | {MembershipRole.OBSERVER}
HERE = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.PRESENT_PART, AttendanceStatus.DEPUTY_PRESENT})


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of one person: how they attended, and for whom if they stood in."""

    status: AttendanceStatus | None
    deputy_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class Quorum:
    present: int
    needed: int

    @property
    def met(self) -> bool:
        return self.present >= self.needed


def quorum(statuses: Iterable[AttendanceStatus | None], needed: int) -> Quorum:
    """Count who is here; observers and people who sent word do not count."""
    return Quorum(sum(status in HERE for status in statuses), needed)


def check_open(status: MeetingStatus) -> None:
    """Apologies may come before the meeting; when it has closed, the register is closed with it."""
    if status not in (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS):
        raise RuleBroken("The register of this meeting is closed.")


def settled(user_id: UUID, mark: Mark, colleagues: Collection[UUID]) -> Mark:
    """Return the mark as it is kept: who stands in for a colleague is there as a deputy.

    `colleagues` are the people of the same agency on the register.
    """
    if mark.deputy_for is None:
        if mark.status is AttendanceStatus.DEPUTY_PRESENT:
            raise RuleBroken("Say for whom each deputy stands in.")
        return mark
    if mark.deputy_for == user_id or mark.deputy_for not in colleagues:
        raise RuleBroken("A deputy stands in for somebody of the same agency.")
    if mark.status not in HERE:
        raise RuleBroken("Only somebody who is here stands in for somebody else.")
    return Mark(AttendanceStatus.DEPUTY_PRESENT, mark.deputy_for)
