"""Things of one person each: feeds, seats, sessions, and the links of letters that open an account."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from clinic.domain.actors import MembershipRole
from clinic.domain.directory import PersonDraft, SeatDraft
from clinic.models.account import Membership, UserSession
from clinic.models.meeting import CalendarFeed
from clinic.models.post import QueuedLetter
from clinic.services import (
    feeds,
    members,
    outbox,
    people,
    sessions,
)
from clinic.services.feeds import NewFeed
from tests.house.scenery.made import LONG_AGO, NOW, Scenery, agency_of, doing


def open_accounts(made: Scenery) -> None:
    """Let three people have what is theirs, and others the letters that open an account."""
    world = made.world
    for relation, who in (("own", "officer"), ("other", "probation_officer"), ("foreign", "outsider")):
        with doing(made, who, LONG_AGO) as work:
            made.things["token"][relation] = feeds.make(work, NewFeed("Phone"))
        with world.looking() as session:
            made.things["feed_id"][relation] = session.scalars(
                select(CalendarFeed.id).where(CalendarFeed.user_id == world.users[who])).one()
            made.things["seat_id"][relation] = session.scalars(
                select(Membership.id).where(Membership.user_id == world.users[who])
                .order_by(Membership.panel_id != world.clinic)).first()
        with world.office.beside("tests") as session:
            token = sessions.open_new(session, NOW, world.users[who], {}, "another browser")
        with world.looking() as session:
            made.things["session_id"][relation] = session.scalars(
                select(UserSession.id).where(UserSession.token_hash == sessions.hash_of(token))).one()
        made.things["user_id"][relation] = world.users[who]
        agency = world.agencies[agency_of(who)]
        made.things["agency_id"][relation] = agency
    _letters(made)



def _letters(made: Scenery) -> None:
    """Invite two people, end the accounts of two, and start a reset: what the links of such letters open."""
    world = made.world
    of_panels = (("own", "coordinator", world.clinic), ("foreign", "other_coordinator", world.marac))
    for relation, who, panel_id in of_panels:
        for kind in ("invited", "disabled"):
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                user_id = people.invite(work, PersonDraft(
                    f"{kind.title()} Testwell", f"{kind}.{relation}@police.example", world.agencies["police"]))
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                members.add(work, panel_id, SeatDraft(user_id, world.agencies["police"], MembershipRole.PRESENTER,
                                                      NOW.date()))
            made.things[f"{kind}_user"][relation] = user_id
        with doing(made, who, NOW - timedelta(minutes=50)) as work:
            people.disable(work, made.things["disabled_user"][relation])
    with doing(made, "admin", NOW - timedelta(hours=1)) as work:
        people.start_reset(work, world.users["lapsed"])
    made.things["invitation_token"]["own"] = _secret(made, made.things["invited_user"]["own"])
    made.things["reset_token"]["own"] = _secret(made, world.users["lapsed"])


def _secret(made: Scenery, user_id: UUID) -> str:
    with made.world.looking() as session:
        letter = session.scalars(select(QueuedLetter).where(
            QueuedLetter.user_id == user_id, QueuedLetter.secret_sealed.is_not(None))).one()
        return outbox.secret_of(session, letter)
