"""An officer follows a six-month limit on a telephone: from the letter of the sixtieth day to the file with the CPS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.meetings import local_day
from clinic.domain.months import months_later
from clinic.models.account import User
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.scheduler import timetable
from clinic.services import clock_letters, nominations, sessions
from tests import make

OFFICER = "quentin.fotheringay@westmarch.police.example"
PANEL = "Westmarch Stalking Clinic"


def test_an_officer_follows_a_limit_from_the_sixtieth_day_to_the_file_with_the_cps(served, person):
    now = datetime.now(UTC)
    due_on = local_day(now) + timedelta(days=60)
    case_id = nominated(served, now, months_later(due_on, -6))
    timetable.set_clocks(served.office, None)
    with served.office.changing(SystemActor("timer"), now) as work:
        assert clock_letters.tell(work)
    letter = next(one for one in served.deliver() if one["To"] == OFFICER and str(case_id) in text_of(one))
    for word in ("Zelda", "Uniquename", "Yorick", "Othername", "limit", "six"):
        assert word not in f"{letter['Subject']} {text_of(letter)}", word
    officer = person(OFFICER, 375)
    officer.go(next(path for path in text_of(letter).split() if str(case_id) in path).removeprefix(served.base))
    officer.look()
    officer.sees("Six-month limit", "days left", "Magistrates’ Courts Act 1980, section 127", "six calendar months")
    officer.select("What was done", "The file is with the CPS")
    with officer.expecting(422):
        officer.press("Write it down")
    officer.sees("Enter the day on which it was done")
    officer.day("When", local_day(now))
    officer.press("Write it down")
    officer.sees("The step is written down.", "File to cps", "Done on")
    with served.office.changing(SystemActor("timer"), now) as work:
        assert not clock_letters.tell(work), "what is done is not told of again"


def nominated(served, now, last_incident_on):
    """Let the police nominate to the clinic, and return the case."""
    with served.office.peeking("tests") as session:
        panel_id = session.scalars(select(Panel.id).where(Panel.name == PANEL)).one()
        user_id = session.scalars(select(User.id).where(User.email == OFFICER)).one()
        actor = sessions.actor_of(session, user_id, now)
    with served.office.changing(actor, now) as work:
        nomination_id = nominations.submit(work, panel_id, make.draft(last_incident_on=last_incident_on))
    with served.office.peeking("tests") as session:
        return session.get_one(Nomination, nomination_id).case_id


def text_of(letter) -> str:
    return letter.get_body(("plain",)).get_content()
