"""Forms of risk: an assessment with one tool, the second person's word, asking for a new one, a clinic's plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import HiddenField

from clinic.domain.risks import (
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TEXT,
    AskCause,
    NewAssessment,
    Plan,
    results,
)
from clinic.web.fields import Choice, DateParts, Form, ListPick, LongText, Pick, Text

CAUSES = {
    AskCause.MOVE: "Somebody of the case has moved",
    AskCause.RELEASE: "A release, or the end of bail",
    AskCause.ORDER: "An order was made, or has ended",
    AskCause.OTHER: "Something else that may change the risk",
}
_AGREE, _REFUSE = "agree", "refuse"


class ToolForm(Form):
    """Which tool was used: the next page asks in its own words."""

    tool = Pick("Which tool was used?", (), "Choose the tool")


class AssessForm(Form):
    """`seen` is the state of the case's assessments when the page was opened."""

    tool = HiddenField()
    seen = HiddenField()
    version = Text("Version, if the tool has several", maximum=60, hint="Results of two versions are not compared.")
    result = Pick("What it came to", (), "Choose what the tool came to")
    assessed_on = DateParts("When", "Enter the day of the assessment")
    assessor = Text("Who assessed", "Enter who assessed", LONGEST_LINE, hint="Name and role.")
    judgement = LongText("What the assessor makes of it", "Write what the assessor makes of it", LONGEST_TEXT)
    because = LongText("If it is lower than before: why", maximum=LONGEST_REASON, rows=3,
                       hint="A lower result counts once a second person has agreed.")

    def about(self, tool: str) -> AssessForm:
        """Return the form in the words of one tool."""
        self.tool.data = tool
        self.result.offer([(code, code.replace("_", " ").capitalize()) for code in results(tool)])
        return self

    def new(self) -> NewAssessment:
        return NewAssessment(self.tool.data or "", self.version.data or "", self.result.data, self.assessed_on.data,
                             self.assessor.data, self.judgement.data, self.because.data or "")


class DecideForm(Form):
    decision = Choice("Do you agree to the lower result?", [
        (_AGREE, "Yes: it counts from now on"), (_REFUSE, "No: the earlier one goes on counting"),
    ], "Say whether you agree")
    refusal = LongText("Why the earlier result stays", maximum=LONGEST_REASON, rows=3)

    @property
    def agreed(self) -> bool:
        return self.decision.data == _AGREE


class AskForm(Form):
    cause = Choice("What has happened?", [(code.value, label) for code, label in CAUSES.items()],
                   "Say what has happened")
    on = DateParts("When", "Enter the day on which it happened")

    def asked(self) -> tuple[AskCause, date]:
        return AskCause(self.cause.data), self.on.data


class PlanForm(Form):
    """`seen` is the plan that stood when the page was opened."""

    seen = HiddenField()
    typology = ListPick("Kind of stalking", (), "")
    formulation = LongText("How the case is understood", maximum=LONGEST_TEXT,
                           hint="What drives it, what keeps it going, what could stop it.")
    scenarios = LongText("What may happen", maximum=LONGEST_TEXT,
                         hint="If he is released, if papers are served, if there is a new partner.")
    victim_safety = LongText("What keeps the victim safe", maximum=LONGEST_TEXT, hint="Leave out where the victim is.")
    management = LongText("How the perpetrator is managed", maximum=LONGEST_TEXT)
    review_on = DateParts("Review on", "", hint="From this day the case waits for the next agenda by itself.")

    def show(self, plan: Plan, seen: str) -> PlanForm:
        """Fill the form with the plan that stands; its review day is asked anew."""
        self.seen.data, self.typology.data = seen, plan.typology
        for name, text in plan.texts().items():
            self[name].data = text
        return self

    def plan(self) -> Plan:
        texts: dict[str, Any] = {name: self[name].data or "" for name in Plan().texts()}
        return Plan(typology=self.typology.data or "", review_on=self.review_on.data, **texts)
