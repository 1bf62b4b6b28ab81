"""The main job's people and what they know of it: one run, from an empty caseload to the last receipt."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from email.message import EmailMessage

from playwright.sync_api import Browser

from tests.journeys.inspector import Inspector
from tests.journeys.people import Person, Walk
from tests.journeys.served import Served
from tests.journeys.tokens import Tokens, made

PANEL = "Saltby MARAC"
OTHER_PANEL = "Westmarch Stalking Clinic"
EMAILS = {
    "coordinator": "myfanwy.prosser-lyle@westmarch.gov.example",
    "chair": "philippa.ashdown@westmarch.police.example",
    "minute_taker": "anselm.bosworth@westmarch.gov.example",
    "police": "quentin.fotheringay@westmarch.police.example",
    "probation": "delphine.hollingbourne@probation.gov.example",
    "health": "vaughan.goldsworthy@wmht.nhs.example",
    "advocate": "sunniva.yarborough@lantern.cjsm.example",
    "housing": "gwilym.rowntree@saltby.gov.example",
    #: sits for the same agency as "health", and must not know of one case
    "excluded": "kamala.eversholt@wmht.nhs.example",
    #: their seat ended in September
    "lapsed": "barnaby.stansfield@saltby.gov.example",
    "admin": "admin@clinic.example",
    "auditor": "auditor@clinic.example",
}


@dataclass
class Listed:
    """A nomination of the run: the sender's reference of its row, ours, and where its pages are."""

    row: str
    reference: str = ""
    nomination: str = ""
    case: str = ""


@dataclass
class Job:
    browser: Browser
    served: Served
    width: int
    js: bool
    #: looks closer at each kind of page, where one is given
    inspector: Inspector | None = None
    #: whether people also fetch every page that they could open: the answers hang on neither width nor script
    thorough: bool = False
    tokens: Tokens = field(default_factory=made)
    people: dict[str, Person] = field(default_factory=dict)
    #: nominations by the sender's reference, as the coordinator's pages told them
    found: dict[str, Listed] = field(default_factory=dict)
    #: pages of the panel, of its next meeting, of the one after it, and of the circulated minutes
    panel: str = ""
    meeting: str = ""
    next_meeting: str = ""
    minutes: str = ""
    #: the agenda's cases in its order; the one accepted for a later meeting; the one kept from a representative
    listed: list[Listed] = field(default_factory=list)
    later: Listed | None = None
    hidden: Listed | None = None
    calendars: list[str] = field(default_factory=list)
    #: what browsers met that are closed by now
    walks: list[Walk] = field(default_factory=list)
    feed_secret: str = ""
    #: an action's reference by the agency that owns it
    actions: dict[str, str] = field(default_factory=dict)

    @property
    def heard(self) -> list[Listed]:
        return self.listed[:4]

    def __getitem__(self, role: str) -> Person:
        """Return who plays this role; they sign in when they are first called."""
        if role not in self.people:
            somebody = Person(self.browser, self.served.base, EMAILS[role], self.width, self.js)
            self.people[role] = somebody
            somebody.inspector = self.inspector
            somebody.sign_in(self.served.password)
        return self.people[role]

    def carried_on(self, served: Served, width: int, js: bool, inspector: Inspector | None, thorough: bool) -> Job:
        """Return the same job on a copy of its folder, in other browsers."""
        return replace(
            self, served=served, width=width, js=js, inspector=inspector, thorough=thorough, people={},
            tokens=deepcopy(self.tokens), listed=list(self.listed), calendars=list(self.calendars), actions={},
        )

    def leave(self) -> None:
        """Close every browser, and keep what it met."""
        for somebody in self.people.values():
            somebody.leave()
        self.walks += [somebody.walk for somebody in self.people.values()]


def calendar_of(letter: EmailMessage) -> str | None:
    """Return a letter's calendar part, or None where it has none."""
    part = next((part for part in letter.walk() if part.get_content_type() == "text/calendar"), None)
    return part.get_content() if part is not None else None
