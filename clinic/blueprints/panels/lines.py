"""What a home page says of each thing that waits: its words, its tag, and the address where it is dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from flask import url_for

from clinic.domain.panels import TaskKind
from clinic.domain.preparations import LineState, Part
from clinic.services.overviews import Overview
from clinic.services.panel_home import PanelHome
from clinic.services.preparing import Line
from clinic.services.tasks import Task
from clinic.web.filters import day, weekday

# What stands in an address for the panel, its next meeting, and what the thing itself is about.
_PANEL, _NEXT, _ABOUT = "{panel}", "{next}", "{about}"


@dataclass(frozen=True, slots=True)
class Words:
    """`left` says how much there is; `late` and `tag` are codes of tags; `each` tells that its days are several."""

    text: str
    left: str
    tag: str
    endpoint: str
    address: dict[str, str] = field(default_factory=dict)
    late: str = "overdue"
    passed: str = "overdue"
    each: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page has it; without an address it cannot be begun yet, without a tag it is done."""

    text: str
    url: str
    hint: str
    status: str
    tag: str


_K = TaskKind
_AT_PANEL, _AT_NEXT, _AT_VERSION = {"panel_id": _PANEL}, {"meeting_id": _NEXT}, {"version_id": _ABOUT}
_WORDS = {
    _K.NAME_MEMBERS: Words("Name who sits on this panel", "To begin with", "due_soon", "directory.members", _AT_PANEL),
    _K.PLAN_MEETINGS: Words("Put the panel’s meetings into the calendar", "To begin with", "due_soon",
                            "meetings.of_panel", _AT_PANEL),
    _K.SIGN: Words("Sign the undertaking of confidentiality", "To sign", "due_soon", "declarations.undertaking",
                   _AT_NEXT),
    _K.COME: Words("Say whether you come", "To answer", "due_soon", "meetings.show", _AT_NEXT | {"_anchor": "come"}),
    _K.URGENT: Words("Answer what cannot wait for a meeting", "{} to answer", "overdue", "urgent.index"),
    _K.URGENT_DECISIONS: Words("Decide on what cannot wait for a meeting", "{} to decide", "overdue", "urgent.index"),
    _K.CLOCKS: Words("Limits and other days that come near", "{} near", "amber", "clocks.of_panel", _AT_PANEL,
                     late="red", passed="went by", each=True),
    _K.RED_CLOCKS: Words("Limits that run out", "{} red", "red", "clocks.of_panel", _AT_PANEL, late="red",
                         passed="went by", each=True),
    _K.BREACHES: Words("Say whether breaches of orders are repeats", "{} to look at", "red", "orders.of_panel",
                       _AT_PANEL | {"show": "to_check"}),
    _K.TRIAGE: Words("Triage nominations", "{} waiting", "nominated", "nominations.desk", _AT_PANEL, each=True),
    _K.OFFERED: Words("Take over or refuse what other panels redirect or hand over", "{} waiting", "nominated",
                      "nominations.desk", _AT_PANEL | {"tray": "offered"}, each=True),
    _K.HANDOVERS: Words("Handovers that no other panel has acknowledged", "{} open", "due_soon", "handovers.of_panel",
                        _AT_PANEL),
    _K.CHASE: Words("Remind agencies that have not answered", "{} late", "overdue", "nominations.desk",
                    _AT_PANEL | {"tray": "returned"}),
    _K.RETURNED: Words("Answer what a panel asks about your nominations", "{} sent back", "returned_for_information",
                       "nominations.index", {"panel": _PANEL, "status": "returned_for_information"}, each=True),
    _K.DRAFTS: Words("Go on with your drafts", "{} not sent", "draft", "nominations.index"),
    _K.RESEARCH: Words("Answer research for your agency", "{} to answer", "due_soon", "research.index", each=True),
    _K.CHASE_RESEARCH: Words("Chase agency research", "{} to come", "due_soon", "research.grid", _AT_NEXT, each=True),
    _K.ADDITIONS: Words("Decide on what comes onto an agenda late", "{} to decide", "with_chair", "additions.of_panel",
                        _AT_PANEL),
    _K.PRESENT: Words("Say who presents your agency’s cases", "{} to say", "due_soon", "presenting.index"),
    _K.PRESENTERS: Words("Cases that nobody presents at a meeting that is near", "{} without", "overdue",
                         "agenda.show", _AT_NEXT),
    _K.NAME_PRESENTERS: Words("Find out who presents each case", "{} without", "due_soon", "agenda.show", _AT_NEXT),
    _K.ATTENDANCE: Words("Confirm who is attending", "Too few yet", "due_soon", "meetings.show", _AT_NEXT),
    _K.BUILD: Words("Build the agenda", "To begin", "draft", "agenda.show", _AT_NEXT),
    _K.PUBLISH: Words("Publish the agenda", "To publish", "due_soon", "agenda.publish", _AT_NEXT),
    _K.READ_AGENDA: Words("Read the agenda", "To read", "nominated", "agenda.edition", _AT_NEXT),
    _K.UNDERTAKINGS: Words("Undertakings of confidentiality", "{} to sign", "due_soon", "meetings.show",
                           _AT_NEXT | {"_anchor": "undertaking"}),
    _K.ACTIONS: Words("Your agency’s actions", "{} open", "agreed", "actions.index", {"panel": _PANEL}, each=True),
    _K.OVERDUE: Words("Chase actions that are overdue", "{} overdue", "overdue", "actions.index",
                      {"panel": _PANEL, "state": "overdue"}, passed="", each=True),
    _K.LOWERINGS: Words("Agree to lower risk results, or refuse them", "{} waiting", "with_chair", "risks.index"),
    _K.ASSESS: Words("See that risk is assessed anew", "{} to assess", "due_soon", "risks.index"),
    _K.OLD_RISKS: Words("Have risk assessed anew where the last time is too long ago", "{} old", "overdue",
                        "risks.index"),
    _K.ADDRESSES: Words("Look at safe addresses that wait for a second person", "{} waiting", "with_chair",
                        "addresses.index"),
    _K.REVEALS: Words("Take note of who has looked at a safe address", "{} seen", "opened", "addresses.index"),
    _K.CONTACTS: Words("Check how victims are reached without harm", "{} due", "due_soon", "contacts.index"),
    _K.VIEWS: Words("Bring the victim’s views to the next meeting", "{} to ask", "due_soon", "advocacy.index"),
    _K.FEEDBACK: Words("Tell victims what was agreed, where that is safe", "{} to tell", "due_soon",
                       "advocacy.index"),
    _K.DISPUTES: Words("Answer where another agency disputes a response", "{} to answer", "due_soon",
                       "disputes.index"),
    _K.INTERESTS: Words("Say who speaks instead of whoever keeps out of a case", "{} to settle", "due_soon",
                        "interests.index"),
    _K.CONFIRM: Words("Confirm actions that agencies report as done", "{} reported", "reported_complete",
                      "actions.index", {"panel": _PANEL, "state": "reported"}),
    _K.WRITE_MINUTES: Words("Minutes of {day}", "To finish", "draft", "minutes.draft", {"meeting_id": _ABOUT}),
    _K.APPROVE_MINUTES: Words("Minutes of {day}", "To approve", "with_chair", "minutes.draft", {"meeting_id": _ABOUT}),
    _K.SEND_MINUTES: Words("Minutes of {day}", "To send", "approved", "minutes.circulation", _AT_VERSION),
    _K.ACKNOWLEDGE_MINUTES: Words("Minutes of {day}", "To read and acknowledge", "due_soon", "minutes.read",
                                  _AT_VERSION),
}
# Where a part says it in words of its own.
_OWN_WORDS = {
    (Part.CHAIR, _K.ATTENDANCE): "See whether enough of you come",
    (Part.CHAIR, _K.OVERDUE): "Ask agencies about overdue actions",
    (Part.SPEAKER, _K.PRESENT): "Say who presents your cases, or that you do",
}


def of_lines(home: PanelHome) -> list[Shown]:
    """Return what is to be done before the meeting, in the words of each line's part."""
    return [_of_line(home, line) for line in home.lines]


def _of_line(home: PanelHome, line: Line) -> Shown:
    words = _WORDS[line.task.kind]
    text = _text(_OWN_WORDS.get((line.part, line.task.kind), words.text), line.task)
    if line.state is LineState.NOT_YET:
        return Shown(text, "", line.said, "Cannot start yet", "")
    url = _url(home, line.task, words)
    if line.state is LineState.DONE:
        return Shown(text, url, line.said, "Completed", "")
    hint = " ".join(part for part in (line.said, _late(line.task, words), _by_when(line.task, words)) if part)
    return Shown(text, url, hint, _left(line.task, words), _tag(line.task, words))


def of_tasks(home: PanelHome | Overview, tasks: Iterable[Task]) -> list[Shown]:
    """Return what waits on a panel, whether it meets or not."""
    return [_of_task(home, task) for task in tasks]


def _of_task(home: PanelHome | Overview, task: Task) -> Shown:
    words = _WORDS[task.kind]
    soon = f"{task.soon} due within 7 days." if task.soon else ""
    return Shown(_text(words.text, task), _url(home, task, words), f"{_late(task, words)} {soon}".strip(),
                 _left(task, words), _tag(task, words))


def _text(text: str, task: Task) -> str:
    return text.format(day=day(task.meeting_at))


def _late(task: Task, words: Words) -> str:
    return f"{task.late} {words.passed}." if task.late and words.each and words.passed else ""


def _by_when(task: Task, words: Words) -> str:
    if task.due_on is None:
        return ""
    first = words.each and task.count > 1
    due = ("The first was due" if first else "Was due") if task.late else ("The first is due" if first else "Due")
    return f"{due} on {weekday(task.due_on)}."


def _left(task: Task, words: Words) -> str:
    """Return how much there is; of what is not counted, whether it is late."""
    left = words.left.format(task.count)
    return f"{left}, overdue" if task.late and left == words.left else left


def _tag(task: Task, words: Words) -> str:
    return words.late if task.late else "due_soon" if task.soon and words.tag == "agreed" else words.tag


def _url(home: PanelHome | Overview, task: Task, words: Words) -> str:
    """Return where it is dealt with; where no meeting is planned, the panel's meetings."""
    stands_for: dict[str, UUID | None] = {
        _PANEL: home.id, _NEXT: home.next.id if home.next else None, _ABOUT: task.about}
    address = {name: stands_for.get(value, value) for name, value in words.address.items()}
    if None in address.values():
        return url_for("meetings.of_panel", panel_id=home.id)
    return url_for(words.endpoint, **address)
