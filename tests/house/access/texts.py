"""Who may read which texts, and which of them the pages of the table show."""

from __future__ import annotations

from tests.house.access.people import (
    CLINIC,
    MARAC,
    OF_AGENCY,
    RUN_CLINIC,
    RUN_MARAC,
    deciding,
    knowing,
    names,
    reaching,
    recording,
    revealing,
    shut_out_of,
)


def may_read(who: str, token) -> bool:
    """Whether a text of a case may be shown to somebody. Source: the design's table of roles and rights."""
    kind, case = token.kind, token.case
    if kind == "batch":
        return who == ("coordinator" if case.startswith("own") else "other_coordinator")
    if kind == "draft":
        # Its writer's alone, and not even theirs once they are kept from the case.
        return who == token.agency and who not in shut_out_of(case)
    if kind == "addition":
        return who in knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)
    if kind == "unlocking":
        return who in (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)
    if kind == "adjournment":
        return who in (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC | {"minute_taker"})
    if kind == "interest" and case.endswith("_meeting"):
        return who == ("other_coordinator" if case.startswith("foreign") else "coordinator")
    if case.endswith("_meeting"):
        members = MARAC if case.startswith("foreign") else CLINIC
        allowed = members - {"recipient"}
    elif kind in ("person", "nomination", "action", "report", "clock", "order", "handover", "voice", "known",
                  "incident", "risk", "plan", "closing", "dispute", "drop", "urgent", "pressing"):
        allowed = knowing(case)
    elif kind == "interest":
        allowed = deciding(case)
    elif kind in ("flag", "anew"):
        allowed = knowing(case) & OF_AGENCY[token.agency]
    elif kind == "restricted":
        allowed = knowing(case) & (OF_AGENCY[token.agency] | (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC))
    elif kind == "contact":
        allowed = reaching(case)
    elif kind in ("address", "refusal"):
        allowed = revealing(case)
    elif kind == "research":
        allowed = knowing(case)
    elif kind == "guest":
        allowed = knowing(case)
    elif kind == "notes":
        allowed = knowing(case) if case.endswith("closed") else recording(case)
    else:
        raise AssertionError(kind)
    return who in allowed


# Sealed columns that stay empty here: letters as they were sent are the timer's, and hold no text of a case.
NEVER_FILLED = names("queued_letter.raw_sealed")
# Which of the scenery's texts the table's pages are about: of each kind, the cases at these stages.
_LOOKED_AT = {"person": "planned", "nomination": "planned", "clock": "planned", "contact": "planned",
              "order": "planned", "handover": "handed", "known": "planned", "refusal": "planned", "risk": "planned",
              "plan": "planned", "research": "planned", "anew": "planned",
              "voice": "running", "notes": "running closed",
              "guest": "running",
              "draft": "draft", "action": "running closed", "incident": "planned", "restricted": "planned",
              "flag": "planned", "closing": "closed", "dispute": "planned", "interest": "planned",
              "addition": "waiting", "drop": "planned", "urgent": "planned"}


def is_shown(who: str, token) -> bool:
    """Whether some page of the table that answers GET shows the text to this person."""
    if token.kind in ("place", "adjournment"):  # its agency is the stage of its meeting
        return may_read(who, token) and token.agency == ("planned" if token.kind == "place" else "running")
    looked_at = names(_LOOKED_AT.get(token.kind, ""))
    return may_read(who, token) and token.case.rpartition("_")[2] in looked_at | {"meeting"}
