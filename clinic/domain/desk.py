"""The coordinator's desk: its trays, the order in them, and the text that asks for what is missing."""

from __future__ import annotations

from enum import StrEnum

from clinic.domain.nominations import LONGEST_REASON, NominationStatus
from clinic.domain.questions import Completeness


class Tray(StrEnum):
    """What the desk may be cut to."""

    WAITING = "waiting"
    RETURNED = "returned"
    #: what other panels have redirected here
    OFFERED = "offered"
    DECIDED = "decided"


_S = NominationStatus
STATUSES = {
    Tray.WAITING: frozenset({_S.NOMINATED}),
    Tray.RETURNED: frozenset({_S.RETURNED_FOR_INFORMATION}),
    Tray.OFFERED: frozenset({_S.OFFERED}),
    Tray.DECIDED: frozenset({_S.ACCEPTED, _S.REDIRECTED, _S.REJECTED, _S.WITHDRAWN}),
}
_BEGINNING = "Please add what is missing:"
_REST = "and what else the list of missing answers names."


def tray_of(status: NominationStatus) -> Tray:
    return next((tray for tray, statuses in STATUSES.items() if status in statuses), Tray.WAITING)


def what_is_missing(whole: Completeness) -> str:
    """Return the text that asks an agency for what its nomination lacks, as long as a reason may be."""
    lines, room = [_BEGINNING], LONGEST_REASON - len(_BEGINNING) - len(_REST) - 2
    for _page, _field, sentence in whole.missing:
        room -= len(sentence) + 3
        if room < 0:
            return "\n".join([*lines, _REST])
        lines.append(f"- {sentence}")
    return "\n".join(lines) if whole.missing else ""
