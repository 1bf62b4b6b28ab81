"""Standing forums and the rules that each keeps for itself.

Every time, threshold and count is a rule of the panel, never a constant: areas differ.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import time
from enum import StrEnum

from clinic.domain import recurrence
from clinic.domain.errors import RuleBroken


class PanelType(StrEnum):
    MARAC = "marac"
    STALKING_CLINIC = "stalking_clinic"
    STALKING_INTERVENTION_PANEL = "stalking_intervention_panel"
    CPS_SCRUTINY_PANEL = "cps_scrutiny_panel"


class Nation(StrEnum):
    """Decides bank holidays, law and terms."""

    ENGLAND_WALES = "england_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


class ReturnMode(StrEnum):
    READINESS_ONLY = "readiness_only"
    SHARED_RETURN = "shared_return"


class RepeatAnchor(StrEnum):
    LAST_REFERRAL = "last_referral"
    LAST_HEARD = "last_heard"


@dataclass(frozen=True, slots=True)
class Rules:
    """A panel's own rules. Days before or after a meeting are working days; a clock's are days of the calendar.

    Defaults: SafeLives and local protocols where one was found, else general practice.
    """

    triage_due_days: int = 2
    answer_due_days: int = 3
    nomination_cutoff_days: int = 10
    agenda_release_days: int = 8
    research_due_days: int = 2
    #: working days after it is asked about a case that comes late
    late_research_days: int = 1
    actions_release_days: int = 1
    minutes_due_days: int = 3
    feedback_due_days: int = 2
    receipt_chase_days: int = 3
    action_reminder_days: int = 3
    action_overdue_days: int = 2
    #: days of the calendar, all four: before a clock's end, before the summary limit, before an order's end
    clock_amber_days: int = 30
    clock_red_days: int = 14
    cps_file_days: int = 28
    order_renewal_days: int = 42
    #: of the calendar too: after which an advocate checks how a victim is reached
    contact_check_days: int = 28
    #: after which an assessment of risk is old
    risk_stale_days: int = 90
    minutes_per_new_case: int = 12
    minutes_per_repeat_case: int = 10
    max_cases: int = 16
    quorum_members: int = 4
    repeat_window_months: int = 12
    repeat_anchor: RepeatAnchor = RepeatAnchor.LAST_REFERRAL
    return_mode: ReturnMode = ReturnMode.SHARED_RETURN
    #: what a suggested order keeps; urgent cases are always first, and those with one perpetrator together
    red_clocks_first: bool = True
    repeats_first: bool = False
    children_together: bool = True
    #: whether everybody gives an undertaking of confidentiality before the papers of a meeting open to them
    undertaking_required: bool = True

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(f.name for f in fields(cls))


DEFAULTS = {
    PanelType.MARAC: Rules(),
    PanelType.STALKING_CLINIC: Rules(minutes_per_new_case=20, minutes_per_repeat_case=15, max_cases=8),
    PanelType.STALKING_INTERVENTION_PANEL: Rules(minutes_per_new_case=15, minutes_per_repeat_case=10, max_cases=7),
    PanelType.CPS_SCRUTINY_PANEL: Rules(minutes_per_new_case=30, minutes_per_repeat_case=30, max_cases=4),
}

# The least and the most of each number that a panel sets for itself.
BOUNDS = {
    "triage_due_days": (0, 60),
    "answer_due_days": (1, 60),
    "nomination_cutoff_days": (0, 60),
    "agenda_release_days": (0, 60),
    "research_due_days": (0, 60),
    "late_research_days": (0, 10),
    "actions_release_days": (0, 30),
    "minutes_due_days": (0, 60),
    "feedback_due_days": (0, 30),
    "receipt_chase_days": (1, 60),
    "action_reminder_days": (0, 30),
    "action_overdue_days": (1, 60),
    "clock_amber_days": (0, 180),
    "clock_red_days": (0, 180),
    "cps_file_days": (1, 150),
    "order_renewal_days": (0, 180),
    "contact_check_days": (1, 365),
    "risk_stale_days": (7, 365),
    "minutes_per_new_case": (1, 240),
    "minutes_per_repeat_case": (1, 240),
    "max_cases": (1, 100),
    "quorum_members": (1, 50),
    "repeat_window_months": (1, 60),
}


def check_rules(rules: Rules) -> Rules:
    """Refuse rules that cannot hold together, and return those that can."""
    for name, (low, high) in BOUNDS.items():
        if not low <= getattr(rules, name) <= high:
            raise RuleBroken(f"Enter a whole number from {low} to {high}.", name)
    if rules.agenda_release_days > rules.nomination_cutoff_days:
        raise RuleBroken("The agenda cannot go out before nominations close: give it as many days or fewer.",
                         "agenda_release_days")
    if rules.research_due_days > rules.agenda_release_days:
        raise RuleBroken("Research cannot be due before the agenda is out: give it as many days or fewer.",
                         "research_due_days")
    if rules.clock_red_days > rules.clock_amber_days:
        raise RuleBroken("A clock turns amber before it turns red: give red as many days or fewer.", "clock_red_days")
    return rules


LONGEST_DIARY_NAME = 40
SHORTEST_SITTING, LONGEST_SITTING = 15, 600
# What tells a stranger what a diary entry is about: anywhere in a word, at its beginning, or as a word.
# "Panel" alone tells nothing.
_TELLING = ("stalk", "marac", "matac", "victim", "perpetrat")
_TELLING_BEGINNINGS = (
    "mappa", "surviv", "offend", "suspect", "abus", "violen", "domestic", "harass", "coerci", "prosecut", "police",
    "crime", "criminal", "assault", "rape", "rapist", "sexual", "murder", "homicide", "refuge", "safeguard",
    "intervention", "scrutin", "probation", "clinic",
)
_TELLING_WORDS = frozenset({"cps", "vawg", "idva", "isac", "isva", "idaa", "sip", "lsip", "dhr", "mash", "dv", "dva"})
_DIARY_NAME = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9 '’&,.()-]+")


def check_diary_name(text: str) -> str:
    """Return the neutral name that diaries and letters show, or refuse one that tells a stranger too much.

    A diary is read over shoulders, on shared screens and by other people's assistants.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not name:
        raise RuleBroken("Enter the neutral name that diaries show, such as “Wednesday panel”.", "diary_name")
    if len(name) > LONGEST_DIARY_NAME:
        raise RuleBroken(f"The diary name must be {LONGEST_DIARY_NAME} characters or fewer.", "diary_name")
    if not _DIARY_NAME.fullmatch(name):
        raise RuleBroken("The diary name can hold letters, digits, spaces and simple punctuation only.", "diary_name")
    telling = _telling_word(name)
    if telling:
        raise RuleBroken(f"The diary name must not tell what the panel is about: leave out “{telling}”.", "diary_name")
    return name


def _telling_word(name: str) -> str:
    for word in re.split(r"[^\w.]+", re.sub(r"\b(\w)\W+(?=\w\b)", r"\1", name)):
        letters = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if c.isalpha())
        telling = (letters in _TELLING_WORDS or letters.startswith(_TELLING_BEGINNINGS)
                   or any(stem in letters for stem in _TELLING))
        if telling:
            return word.strip(".")
    return ""


@dataclass(frozen=True, slots=True)
class Frame:
    """How a panel is called and when it sits; `rhythm` is a rule of dates, or empty when dates are set one by one."""

    name: str
    diary_name: str
    rhythm: str
    starts_at: time
    minutes: int


def check_frame(frame: Frame) -> Frame:
    """Return the frame with tidy names, or refuse it."""
    name = " ".join(frame.name.split())
    if not name:
        raise RuleBroken("Enter the panel’s name.", "name")
    if not SHORTEST_SITTING <= frame.minutes <= LONGEST_SITTING:
        raise RuleBroken(f"A meeting lasts from {SHORTEST_SITTING} to {LONGEST_SITTING} minutes.", "minutes")
    if frame.starts_at.hour * 60 + frame.starts_at.minute + frame.minutes > 24 * 60:
        raise RuleBroken("The meeting would run past midnight: start earlier, or make it shorter.", "minutes")
    rhythm = recurrence.parse(frame.rhythm).text() if frame.rhythm else ""
    return Frame(name, check_diary_name(frame.diary_name), rhythm, frame.starts_at, frame.minutes)


@dataclass(frozen=True, slots=True)
class NewPanel:
    """What the administrator opens a panel with."""

    type: PanelType
    nation: Nation
    frame: Frame


class TaskKind(StrEnum):
    """What may wait for a person on a panel, in the order in which a home page tells it."""

    URGENT = "urgent"
    URGENT_DECISIONS = "urgent_decisions"
    CLOCKS = "clocks"
    BREACHES = "breaches"
    TRIAGE = "triage"
    OFFERED = "offered"
    HANDOVERS = "handovers"
    CHASE = "chase"
    RETURNED = "returned"
    DRAFTS = "drafts"
    ADDITIONS = "additions"
    PRESENTERS = "presenters"
    RESEARCH = "research"
    PRESENT = "present"
    ACTIONS = "actions"
    LOWERINGS = "lowerings"
    ASSESS = "assess"
    OLD_RISKS = "old_risks"
    ADDRESSES = "addresses"
    REVEALS = "reveals"
    CONTACTS = "contacts"
    VIEWS = "views"
    FEEDBACK = "feedback"
    DISPUTES = "disputes"
    INTERESTS = "interests"
    CONFIRM = "confirm"
    WRITE_MINUTES = "write_minutes"
    APPROVE_MINUTES = "approve_minutes"
    SEND_MINUTES = "send_minutes"
    ACKNOWLEDGE_MINUTES = "acknowledge_minutes"
    # What is done for the next meeting of a panel stands on its own page.
    NAME_MEMBERS = "name_members"
    PLAN_MEETINGS = "plan_meetings"
    SIGN = "sign"
    COME = "come"
    CHASE_RESEARCH = "chase_research"
    NAME_PRESENTERS = "name_presenters"
    ATTENDANCE = "attendance"
    BUILD = "build"
    PUBLISH = "publish"
    READ_AGENDA = "read_agenda"
    UNDERTAKINGS = "undertakings"
    RED_CLOCKS = "red_clocks"
    OVERDUE = "overdue"
