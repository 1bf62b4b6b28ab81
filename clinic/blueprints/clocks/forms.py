"""Forms of what runs out in a case: a step of the investigation, and the answer on section 4A."""

from __future__ import annotations

from clinic.domain.investigations import LONGEST_NOTE, FourAConsidered, InvestigationStatus, Step
from clinic.web.fields import Choice, DateParts, Form, LongText, Pick

_STEPS = [
    (InvestigationStatus.EARLY_ADVICE_REQUESTED, "Early advice was asked of the CPS"),
    (InvestigationStatus.EARLY_ADVICE_GIVEN, "Early advice was given"),
    (InvestigationStatus.FILE_TO_CPS, "The file is with the CPS"),
    (InvestigationStatus.CHARGED, "Charged, or laid before the court"),
    (InvestigationStatus.AT_COURT, "At court"),
    (InvestigationStatus.CONVICTED, "Convicted"),
    (InvestigationStatus.ACQUITTED, "Acquitted"),
    (InvestigationStatus.OOC_DISPOSAL, "Dealt with out of court"),
    (InvestigationStatus.NFA, "No further action"),
    (InvestigationStatus.DISCONTINUED, "Discontinued"),
    (InvestigationStatus.TIME_BARRED, "Out of time"),
    (InvestigationStatus.UNDER_INVESTIGATION, "Under investigation"),
    (InvestigationStatus.REPORTED, "Reported to the police"),
]


class PressForm(Form):
    """A button that is a form."""


class StepForm(Form):
    status = Pick("What was done", _STEPS, "Choose what was done")
    on = DateParts("When", "Enter the day on which it was done")
    note = LongText("Anything to add", maximum=LONGEST_NOTE, rows=3, id="step-note",
                    hint="Needed where nothing further is done, or where it is out of time: say why.")

    def step(self) -> Step:
        return Step(InvestigationStatus(self.status.data), self.on.data, self.note.data or "")


class FourAForm(Form):
    answer = Choice("Was stalking under section 4A considered?", [
        (FourAConsidered.YES_CHARGE_SOUGHT, "Yes, and that charge is sought"),
        (FourAConsidered.YES_NOT_MET, "Yes, and the test is not met"),
        (FourAConsidered.NO, "Not yet"),
    ], "Say whether section 4A was considered",
        hint="Fear of violence on two occasions, or serious alarm or distress that changes how the victim lives. "
             "It has no six-month limit.")
    reason = LongText("Why", maximum=LONGEST_NOTE, rows=3, id="four-a-reason")

    def considered(self) -> FourAConsidered:
        return FourAConsidered(self.answer.data)
