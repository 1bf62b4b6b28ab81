"""Questions that cannot wait for the next meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from clinic.domain.actors import SystemActor
from clinic.domain.research import HandlingCode
from clinic.domain.urgent import UrgentOutcome, UrgentReply
from clinic.models.case import Case
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from tests.house.scenery.made import NOW, Scenery, Token


def press(made: Scenery) -> None:
    """Ask agencies about each panel's coming cases: one question is open, one waits for the chair, one was ratified."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation = name.removesuffix("_planned")
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=3)) as work:
            work.asked = True
            waiting, answers = _question(made, work, name, "pressing", 3)
            closed, _ = _question(made, work, name, "pressing", -1)
            ended, last = _question(made, work, name, "urgent", -1)
            answers[0].reply = answers[0].reason = None
            # What its agency said first is nobody's to read any more.
            first = last[0].reason
            made.tokens[first] = Token(first, "pressing", name, "")
            last[0].handling, last[0].reason = HandlingCode.OWN, made.token("restricted", name, _pressed(name)[0])
            ended.outcome, ended.words = UrgentOutcome.DECIDED, made.token("urgent", name)
            ended.decided_at, ended.decided_by_id = work.now, made.world.users["lapsed"]
            ended.ratified, ended.ratified_words = True, made.token("urgent", name)
            ended.ratified_in_id = made.things["running_meeting"]["foreign" if relation == "foreign" else "own"]
            work.session.flush()
            work.record("create", ended)
        made.things["urgent_answer"][relation] = answers[0].id
        for thing, decision in (("closed_question", closed), ("decided_question", ended)):
            made.things[thing][relation] = decision.id


def _pressed(name: str) -> tuple[str, str]:
    return ("health", "probation") if name.startswith("foreign") else ("police", "advocacy")


def _question(made: Scenery, work: Any, name: str, kind: str, hours: int) -> tuple[UrgentDecision, list[UrgentAnswer]]:
    """Ask two agencies, both of which have agreed."""
    case, lapsed = work.session.get_one(Case, made.cases[name]), made.world.users["lapsed"]
    of = {"panel_id": case.panel_id, "case_id": case.id}
    decision = UrgentDecision(**of, question=made.token(kind, name), quorum=2, asked_at=work.now, asked_by_id=lapsed,
                              closes_at=NOW + timedelta(hours=hours))
    work.session.add(decision)
    work.session.flush()
    answers = [UrgentAnswer(**of, decision_id=decision.id, agency_id=made.world.agencies[agency], given_by_id=lapsed,
                            reply=UrgentReply.AGREE, reason=made.token(kind, name), given_at=work.now)
               for agency in _pressed(name)]
    work.session.add_all(answers)
    work.session.flush()
    return decision, answers
