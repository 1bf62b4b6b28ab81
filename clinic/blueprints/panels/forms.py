"""Forms of opening a panel, of its rules, and of what its nominations are asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from clinic.domain.answers import LABELS
from clinic.domain.errors import RuleBroken, RulesBroken
from clinic.domain.panels import (
    BOUNDS,
    LONGEST_DIARY_NAME,
    LONGEST_SITTING,
    SHORTEST_SITTING,
    Frame,
    Nation,
    NewPanel,
    PanelType,
    RepeatAnchor,
    ReturnMode,
    Rules,
)
from clinic.domain.questions import Need, Question
from clinic.domain.recurrence import ORDINALS, WEEKDAYS, Frequency, Recurrence, parse
from clinic.web.fields import Choice, Form, LongText, Pick, Several, Text, Tick, TimeOfDay, WholeNumber, number

_W, _M = Frequency.WEEKLY, Frequency.MONTHLY
_TICKS = ("red_clocks_first", "repeats_first", "children_together", "undertaking_required")
_TYPES = {
    PanelType.MARAC: "MARAC", PanelType.STALKING_CLINIC: "Stalking clinic",
    PanelType.STALKING_INTERVENTION_PANEL: "Stalking Intervention Panel",
    PanelType.CPS_SCRUTINY_PANEL: "CPS scrutiny panel",
}
NATIONS = {
    Nation.ENGLAND_WALES: "England and Wales", Nation.SCOTLAND: "Scotland", Nation.NORTHERN_IRELAND: "Northern Ireland",
}


def _every(frequency: Frequency, interval: int) -> tuple[str, str]:
    unit = "week" if frequency is _W else "month"
    return f"{frequency}-{interval}", f"Every {unit}" if interval == 1 else f"Every {interval} {unit}s"


_EVERY = [_every(*pair) for pair in ((_W, 1), (_W, 2), (_W, 3), (_W, 4), (_M, 1), (_M, 2), (_M, 3), (_M, 4), (_M, 6))]


class _KindForm(Form):
    """What never changes once a panel is open; asked first, so defined first."""

    type = Choice("Type", list(_TYPES.items()), "Choose what kind of panel it is")
    nation = Choice("Nation", list(NATIONS.items()), "Choose the nation", default=Nation.ENGLAND_WALES,
                    hint="Decides bank holidays.")


class FrameForm(Form):
    """How a panel is called and when it sits."""

    name = Text("Name", "Enter the panel’s name", maximum=120, hint="Shown after sign-in only.")
    diary_name = Text(
        "Name in diaries and letters", "Enter a neutral name, such as “Wednesday panel”", maximum=LONGEST_DIARY_NAME,
        hint="Neutral words that tell a stranger nothing, such as “Wednesday panel”. 40 characters or fewer.",
    )
    every = Pick("Meets", _EVERY, required="", hint="Leave empty to set each date by itself.")
    which = Pick("Which one in the month", [(str(n), word.capitalize()) for n, word in ORDINALS.items()], required="",
                 hint="Only for a panel that meets by the month.")
    weekday = Pick("Day of the week", [(str(n), day) for n, day in enumerate(WEEKDAYS)], required="")
    starts_at = TimeOfDay("Starts at", "Enter the time when meetings start")
    minutes = WholeNumber("Length in minutes", SHORTEST_SITTING, LONGEST_SITTING,
                          "Enter how many minutes a meeting lasts")

    def validate(self, extra_validators=None) -> bool:
        right = super().validate(extra_validators)
        if self.every.data and not self.every.errors:
            right = self._say(self.weekday, "Choose the day of the week") and right
            if self.every.data.startswith(_M):
                right = self._say(self.which, "Choose which one in the month") and right
        return right

    @staticmethod
    def _say(field: Pick, sentence: str) -> bool:
        if not field.data and not field.errors:
            field.errors = [sentence]
        return not field.errors

    def show(self, frame: Frame) -> None:
        """Fill the form with what is kept."""
        self.name.data, self.diary_name.data = frame.name, frame.diary_name
        self.starts_at.data, self.minutes.data = frame.starts_at, frame.minutes
        if frame.rhythm:
            rule = parse(frame.rhythm)
            self.every.data, _ = _every(rule.frequency, rule.interval)
            self.weekday.data = str(rule.weekday)
            self.which.data = "" if rule.ordinal is None else str(rule.ordinal)

    def offer(self, kept: str) -> None:
        """Offer the rhythm that is kept too, where it is none of the usual ones."""
        if kept:
            choice = _every(parse(kept).frequency, parse(kept).interval)
            self.every.offer(_EVERY if choice in _EVERY else [*_EVERY, choice])

    def frame(self) -> Frame:
        return Frame(self.name.data, self.diary_name.data, self._rhythm(), self.starts_at.data, self.minutes.data)

    def _rhythm(self) -> str:
        if not self.every.data:
            return ""
        frequency, _, interval = self.every.data.partition("-")
        ordinal = int(self.which.data) if frequency == _M else None
        return Recurrence(Frequency(frequency), int(self.weekday.data), ordinal, int(interval)).text()


class NewPanelForm(_KindForm, FrameForm):
    rules_from = Pick("Start with the rules of", required="",
                      hint="Leave empty for the usual rules of its type. The coordinator can change them later.")

    def new_panel(self) -> NewPanel:
        return NewPanel(PanelType(self.type.data), Nation(self.nation.data), self.frame())

    @property
    def copied(self) -> UUID | None:
        return self.rules_from.uuid


def _number(name: str, label: str, hint: str = "") -> WholeNumber:
    return WholeNumber(label, *BOUNDS[name], "Enter a whole number", hint=hint)


class RulesForm(FrameForm):
    """Everything that a panel sets for itself, on one page."""

    version = HiddenField()
    triage_due_days = _number("triage_due_days", "Nominations are decided, working days after they come in")
    answer_due_days = _number("answer_due_days", "Agencies answer what is asked, working days after it is returned")
    nomination_cutoff_days = _number("nomination_cutoff_days", "Nominations close, working days before")
    agenda_release_days = _number("agenda_release_days", "Agenda goes out, working days before")
    research_due_days = _number("research_due_days", "Research is due, working days before")
    late_research_days = _number("late_research_days", "Research on a case that comes late is due, working days after")
    actions_release_days = _number("actions_release_days", "Actions go out, working days after")
    minutes_due_days = _number("minutes_due_days", "Minutes go out, working days after")
    feedback_due_days = _number("feedback_due_days", "Victims are told by their advocate, working days after")
    receipt_chase_days = _number("receipt_chase_days", "Readers of minutes are reminded, working days after")
    action_reminder_days = _number("action_reminder_days", "Agencies are reminded, days before an action is due")
    action_overdue_days = _number("action_overdue_days", "Agencies are chased, days after an action was due")
    clock_amber_days = _number("clock_amber_days", "Clocks turn amber, days before their end")
    clock_red_days = _number("clock_red_days", "Clocks turn red, days before their end")
    cps_file_days = _number("cps_file_days", "The file is with the CPS, days before the six-month limit")
    order_renewal_days = _number("order_renewal_days", "Renewal of an order is decided, days before it ends")
    contact_check_days = _number("contact_check_days", "Advocates check how victims are reached, every so many days")
    risk_stale_days = _number("risk_stale_days", "An assessment of risk is old, days after it was made")
    minutes_per_new_case = _number("minutes_per_new_case", "Minutes for a new case")
    minutes_per_repeat_case = _number("minutes_per_repeat_case", "Minutes for a repeat case")
    max_cases = _number("max_cases", "Cases at one meeting, at most")
    quorum_members = _number("quorum_members", "Members needed for a meeting")
    repeat_window_months = _number("repeat_window_months", "A case is a repeat within this many months")
    repeat_anchor = Choice("Months are counted from", [
        (RepeatAnchor.LAST_REFERRAL.value, "The last nomination"),
        (RepeatAnchor.LAST_HEARD.value, "The last meeting that heard it"),
    ], "Choose what months are counted from")
    return_mode = Choice("Agencies answer research with", [
        (ReturnMode.SHARED_RETURN.value, "What they know, for everyone at the meeting to read before"),
        (ReturnMode.READINESS_ONLY.value, "Known or not known only; they speak at the meeting"),
    ], "Choose how agencies answer")
    undertaking_required = Tick("Everybody gives an undertaking of confidentiality before the agenda opens to them")
    red_clocks_first = Tick("Cases whose clock is red come first, after what is urgent")
    repeats_first = Tick("Repeats come before new cases")
    children_together = Tick("Cases with children are heard together, so that children’s agencies can leave")

    def show_rules(self, rules: Rules) -> None:
        for name in Rules.names():
            self[name].data = getattr(rules, name)

    def rules(self) -> Rules:
        values = {name: self[name].data for name in BOUNDS}
        ticks = {name: self[name].data for name in _TICKS}
        return Rules(**values, **ticks, repeat_anchor=RepeatAnchor(self.repeat_anchor.data),
                     return_mode=ReturnMode(self.return_mode.data))


class CoreForm(Form):
    agencies = Several("Core agencies", hint="The coordinator is warned where nobody of these will come to a meeting.")

    def offer(self, agencies: Iterable[tuple[UUID, str]]) -> None:
        self.agencies.choices = [SelectChoice(str(id_), name) for id_, name in agencies]

    def chosen(self) -> set[UUID]:
        return {UUID(id_) for id_ in self.agencies.data or ()}


class PhrasesForm(Form):
    phrases = LongText("Phrases", maximum=7_000, rows=12,
                       hint="One a line, 20 at most. They stand beside the notes of every case. Name nobody here.")
    seen = HiddenField()


class QuestionsForm(Form):
    """What a panel asks: for each question whether it is asked, and its place on its page."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        return number(self.version.data)

    def ask(self, known: Iterable[Question]) -> None:
        """Keep the fields of the questions that the panel could ask."""
        names = {name for question in known for name in self.names_of(question.field)}
        for name in [name for name in self._fields if name.startswith(("need_", "place_")) and name not in names]:
            del self._fields[name]

    def names_of(self, question: str) -> tuple[str, str]:
        return f"need_{question}", f"place_{question}"

    @property
    def needs(self) -> dict[str, Need]:
        return {name.removeprefix("need_"): Need(field.data) for name, field in self._fields.items()
                if name.startswith("need_") and field.data}

    @property
    def places(self) -> dict[str, int]:
        return {name.removeprefix("place_"): field.data for name, field in self._fields.items()
                if name.startswith("place_") and field.data}

    def refuse(self, broken: RuleBroken) -> None:
        super().refuse(RulesBroken([RuleBroken(one.message, f"need_{one.field}") for one in broken.each]))


_NEEDS = ((Need.MUST.value, "Required"), (Need.MAY.value, "Optional"), (Need.NOT_ASKED.value, "Not asked"))
for _question, _label in LABELS.items():
    setattr(QuestionsForm, f"need_{_question}", Choice(_label, _NEEDS, ""))
    setattr(QuestionsForm, f"place_{_question}", WholeNumber(f"Place of “{_label}” on its page", 1, 99))


def question_values(pages: Iterable[Iterable[Question]], version: int) -> dict[str, Any]:
    values: dict[str, Any] = {"version": str(version)}
    for questions in pages:
        for place, question in enumerate(questions, 1):
            values |= {f"need_{question.field}": question.need.value, f"place_{question.field}": place}
    return values
