"""Who is at a meeting, whom they stand in for, and whether there are enough of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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


@dataclass(frozen=True, slots=True)
class Spell:
    """From when to when somebody was there; until now, where it has no end."""

    came_at: datetime
    left_at: datetime | None = None


def came(spells: Sequence[Spell], at: datetime) -> tuple[Spell, ...]:
    """Return somebody's spells, in order, after they have come in. Whoever is there already comes once."""
    if spells and spells[-1].left_at is None:
        return tuple(spells)
    return (*spells, Spell(max(at, spells[-1].left_at) if spells else at))


def left(spells: Sequence[Spell], at: datetime) -> tuple[Spell, ...]:
    """Return somebody's spells after they have gone. Whoever is not there does not go."""
    if not spells or spells[-1].left_at is not None:
        return tuple(spells)
    return (*spells[:-1], Spell(spells[-1].came_at, max(at, spells[-1].came_at)))


def status_on_coming(status: AttendanceStatus | None, *, again: bool, watches: bool) -> AttendanceStatus:
    """Return what the register says of somebody who comes in, for the first time or again."""
    if status in HERE:
        return status
    if watches:
        return AttendanceStatus.OBSERVER
    return AttendanceStatus.PRESENT_PART if again else AttendanceStatus.PRESENT


def status_unless_said(declined: bool, *, watches: bool) -> AttendanceStatus:
    """Return what the register says of somebody who is marked with all others, of whom nothing was said."""
    if declined:
        return AttendanceStatus.APOLOGIES
    return AttendanceStatus.OBSERVER if watches else AttendanceStatus.PRESENT


def status_on_leaving(status: AttendanceStatus | None, *, begun: bool) -> AttendanceStatus | None:
    """Return what the register says of somebody who goes: before the meeting has begun they have not been there."""
    if status is AttendanceStatus.PRESENT:
        return AttendanceStatus.PRESENT_PART if begun else None
    return status


def check_coming(status: MeetingStatus, day: date, today: date) -> None:
    """Refuse to be at a meeting on another day, or when it is over."""
    check_open(status)
    if status is MeetingStatus.PLANNED and day != today:
        raise RuleBroken("This meeting is not today. Say on its page whether you will come.")


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


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is invited: for which agencies, and whether they come, as far as they or the register have said."""

    agencies: frozenset[UUID]
    coming: bool | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who will be there before anybody is: `silent` and `absent` name core agencies of which nobody will come.

    Of the silent one somebody has still to answer; of the absent one all have said that they cannot.
    """

    accepted: int
    needed: int
    silent: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        return self.accepted >= self.needed and not self.silent and not self.absent

    @property
    def words(self) -> str:
        """Return it as a sentence without its full stop."""
        said = [f"{self.accepted} of {self.needed} needed {'has' if self.accepted == 1 else 'have'} accepted"]
        said += [f"no answer from {name} (core)" for name in self.silent]
        said += [f"nobody of {name} (core) can come" for name in self.absent]
        return "; ".join(said)


def outlook(invited: Iterable[Expected], needed: int, core: Mapping[UUID, str]) -> Outlook:
    """Reckon what a meeting can expect of those who are invited to it; `core` names the core agencies by id."""
    people = list(invited)
    there = {agency for person in people if person.coming for agency in person.agencies}
    open_ = {agency for person in people if person.coming is None for agency in person.agencies}
    missing = {id_: name for id_, name in core.items() if id_ not in there}
    return Outlook(
        sum(person.coming is True for person in people), needed,
        tuple(sorted(name for id_, name in missing.items() if id_ in open_)),
        tuple(sorted(name for id_, name in missing.items() if id_ not in open_)),
    )


def coming(answer: bool | None, marked: AttendanceStatus | None) -> bool | None:
    """Return whether somebody comes: what the register says of them goes before what they answered."""
    if marked is None or marked is AttendanceStatus.OBSERVER:
        return answer
    return marked in HERE


#: how many working days before a meeting its coordinator is warned, once
WARNED_BEFORE = 2
