"""Risk as somebody has assessed it with a tool: recorded, held against that tool's earlier result, never scored here.

Results of two tools, or of two versions of one, say nothing of each other. A result that is lower
than the one before counts once a second person has agreed to it: grades that were lowered in
silence stand at the beginning of too many reviews.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.domain.errors import RuleBroken

LONGEST_TEXT = 4000
LONGEST_REASON = 1000
LONGEST_LINE = 200


class RiskChange(StrEnum):
    FIRST = "first"
    RAISED = "raised"
    UNCHANGED = "unchanged"
    LOWERED = "lowered"


class RiskStatus(StrEnum):
    """What became of an assessment: it counts, it waits for a second person, or it never counted."""

    COUNTS = "counts"
    WAITING = "waiting"
    REFUSED = "refused"
    #: somebody assessed again before anybody had decided
    OVERTAKEN = "overtaken"


class AskCause(StrEnum):
    """Why a risk is to be assessed anew."""

    MOVE = "move"
    RELEASE = "release"
    ORDER = "order"
    OTHER = "other"


_POLICE = ("standard", "medium", "high")
_CONCERN = ("low", "moderate", "high")
#: The words of each tool, from the least up. Tools that count answers have numbers; a panel's own have a plain scale.
_GRADES = {
    "dash_police_2009": _POLICE, "dara": _POLICE, "professional_judgement_only": _POLICE,
    "sash": _CONCERN, "srp": _CONCERN, "sara_v3": _CONCERN, "sam": _CONCERN, "hcr_20": _CONCERN,
    "oasys": ("low", "medium", "high", "very_high"),
}
_COUNTED = {"dash_safelives": 24, "daq": 24, "s_dash": 12, "stalking_screening_tool": 12, "young_persons_dash": 24,
            "hba_checklist": 30}
_PLAIN = ("low", "medium", "high")


def results(tool: str) -> tuple[str, ...]:
    """Return what a tool can come to, from the least up."""
    if tool in _COUNTED:
        return tuple(str(number) for number in range(_COUNTED[tool] + 1))
    return _GRADES.get(tool, _PLAIN)


def read(tool: str, text: str) -> str | None:
    """Return which result of a tool a text means, where it means one: “High risk”, “14 of 24”."""
    if tool in _COUNTED:
        number = re.match(r"\s*(\d{1,2})\b", text)
        return number[1].lstrip("0") or "0" if number and int(number[1]) <= _COUNTED[tool] else None
    plain = re.sub(r"[\W_]+", " ", text.casefold())
    found = [grade for grade in results(tool) if re.search(rf"\b{grade.replace('_', ' ')}\b", plain)]
    longest = max(found, key=len, default=None)
    return longest if longest and all(grade in longest for grade in found) else None


def compare(tool: str, before: str | None, now: str) -> RiskChange:
    """Return how a result stands to the earlier one of the same tool, which may be a text that somebody typed.

    One that cannot be read might have been anything: only the highest is surely no lower.
    """
    if before is None:
        return RiskChange.FIRST
    scale, earlier = results(tool), read(tool, before)
    if earlier is None:
        return RiskChange.RAISED if now == scale[-1] else RiskChange.LOWERED
    step = scale.index(now) - scale.index(earlier)
    return RiskChange.UNCHANGED if step == 0 else RiskChange.RAISED if step > 0 else RiskChange.LOWERED


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """One use of one tool. `assessor` is who used it, `because` why it comes out lower than before."""

    tool: str
    version: str
    result: str
    assessed_on: date
    assessor: str
    judgement: str
    because: str = ""


def check(new: NewAssessment, tools: dict[str, str], today: date) -> None:
    if new.tool not in tools:
        raise RuleBroken("Choose the tool from the list", "tool")
    if new.result not in results(new.tool):
        raise RuleBroken("Choose what the tool came to", "result")
    if new.assessed_on > today:
        raise RuleBroken("The day of the assessment must be today or in the past", "assessed_on")
    if not new.judgement.strip():
        raise RuleBroken("Write what the assessor makes of it", "judgement")
    for name, text, most in (("judgement", new.judgement, LONGEST_TEXT), ("because", new.because, LONGEST_REASON)):
        if len(text) > most:
            raise RuleBroken(f"This text must have {most:,} characters or fewer: shorten it.", name)


def check_lowering(change: RiskChange, because: str, before: str, waits: bool) -> None:
    """Refuse a lower result without its reason, or while another one waits."""
    if change is not RiskChange.LOWERED:
        return
    if waits:
        raise RuleBroken("A lower result of this tool waits already: a second person agrees or refuses it first.")
    if not because.strip():
        raise RuleBroken(f"Before it was “{before}”, and this is lower, or cannot be told from lower: say why. "
                         "A second person has to agree.", "because")


def check_decider(entered_by: UUID, decider: UUID) -> None:
    if entered_by == decider:
        raise RuleBroken("You entered this result: a second person agrees or refuses.")


def check_refusal(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("Say why the earlier result stays", "refusal")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(f"This text must have {LONGEST_REASON:,} characters or fewer: shorten it.", "refusal")


def check_asked(on: date, today: date) -> None:
    if on > today:
        raise RuleBroken("The day must be today or in the past", "on")


def is_stale(assessed_on: date, days: int, today: date) -> bool:
    """Return whether an assessment is older than the panel wants."""
    return assessed_on + timedelta(days=days) < today


@dataclass(frozen=True, slots=True)
class Plan:
    """How a clinic understands a case and means to manage it. `review_on` brings the case back by itself."""

    typology: str = ""
    formulation: str = ""
    scenarios: str = ""
    victim_safety: str = ""
    management: str = ""
    review_on: date | None = None

    def texts(self) -> dict[str, str]:
        return {"formulation": self.formulation, "scenarios": self.scenarios, "victim_safety": self.victim_safety,
                "management": self.management}


def check_plan(plan: Plan, typologies: dict[str, str], today: date) -> None:
    for name, text in plan.texts().items():
        if len(text) > LONGEST_TEXT:
            raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", name)
    if not any(text.strip() for text in plan.texts().values()):
        raise RuleBroken("Write how the case is understood, or what is to be done", "formulation")
    if plan.typology and plan.typology not in typologies:
        raise RuleBroken("Choose from the list", "typology")
    if plan.review_on is not None and plan.review_on <= today:
        raise RuleBroken("The review must be on a coming day", "review_on")
