"""What forms send that do not say it all themselves."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select

from clinic.models.agenda import AgendaItem
from clinic.models.hearing import Hearing
from tests.house.scenery.made import perpetrator_of, victim_of
from tests.make import PASSWORD


def disputed(scenery, responder: str) -> dict:
    """Return what the form of a disputed response sends."""
    return {"responder": str(scenery.world.agencies[responder]), "response": "low_priority", "responded_on-day": "1",
            "responded_on-month": "11", "responded_on-year": "2026", "words": "He was at the door."}


def urgently(scenery, relation: str) -> dict:
    """Return what the form of an urgent question sends."""
    return {"question": "Is an alarm put in?", "agencies": str(scenery.world.agencies["council"]), "quorum": "2",
            "closes_on-day": "25", "closes_on-month": "11", "closes_on-year": "2026", "closes_at": "17:00"}


def order_of(scenery, relation: str) -> dict:
    """Return what a button of the agenda sends: the version that its page showed to whoever presses it."""
    return {"version": lambda who: str(scenery.agenda_version("foreign" if relation == "foreign" else "own", who))}


def asked_again(scenery, relation: str) -> dict:
    """Return what asks an agency again that has answered."""
    agency = "health" if relation == "foreign" else "police"
    return {"reason": "new_incident", "agencies": str(scenery.world.agencies[agency])}


def lines_of(scenery, relation: str) -> dict:
    """Return what takes a suggested order, of all lines, those that one of the agenda's makers must not know of too."""
    meeting_id = scenery.things["planned_meeting"][relation]
    with scenery.world.looking() as session:
        ids = session.scalars(select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id))
        return order_of(scenery, relation) | {"order": ",".join(map(str, ids))}


def heard_of(scenery, relation: str) -> dict:
    """Return what moves a case of the running meeting in an order that nobody has seen."""
    with scenery.world.looking() as session:
        item = session.scalars(
            select(AgendaItem.id)
            .join(Hearing, (Hearing.meeting_id == AgendaItem.meeting_id) & (Hearing.case_id == AgendaItem.case_id))
            .where(Hearing.id == scenery.things["running_hearing"][relation])).one()
    return {"seen": "", "next": str(item)}


def reveal(scenery, relation: str) -> dict:
    """Return what the form that shows an address sends, with a key of its own each time."""
    return {"form_key": uuid4().hex, "reason": "check", "words": "Checking it again.", "password": PASSWORD}


def somebody_s_address(scenery, relation: str) -> dict:
    """Return where a perpetrator of a coming case is said to live."""
    return {"person": str(perpetrator_of(scenery, scenery.cases[f"{relation}_planned"])), "address": "1 High Street"}


def two_people(scenery, relation: str) -> dict:
    """Return what a button of the page of matches sends: somebody of the coming case, and of a heard one."""
    mine, other = scenery.cases[f"{relation}_planned"], "foreign" if relation == "foreign" else "own"
    theirs = scenery.cases[f"{other}_closed"]
    return {"person": str(victim_of(scenery, mine)), "other": str(victim_of(scenery, theirs)), "said": "different"}


INCIDENT = {"on-day": "1", "on-month": "11", "on-year": "2026", "what": "Waited at the gate.", "information": "fact"}
