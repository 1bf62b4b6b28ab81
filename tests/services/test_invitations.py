"""Who is invited, and what each letter says of which revision."""

import email
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from email import policy as email_policy

import icalendar
import pytest
import sqlalchemy as sa
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotPermitted
from clinic.domain.letters import LetterKind, Sender
from clinic.domain.meetings import InviteStatus, MeetingKind, MeetingMode, When, local_day
from clinic.mail.transport import Reply
from clinic.models.account import Membership, User
from clinic.models.meeting import Invitation, Meeting
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy.accounts import anyone
from clinic.scheduler.postman import Postman
from clinic.services import invitations, meetings, scheduling
from clinic.services.scheduling import Change, NewMeeting

INVITED = {"chair", "deputy", "coordinator", "minute_taker", "officer", "probation_officer", "advocate"}
SENDER = Sender("panels@clinic.invalid", "http://127.0.0.1:8000")
L = LetterKind


def planned(world):
    with world.changing("coordinator") as work:
        scheduling.plan(work, world.clinic)
    with world.looking() as session:
        mine = select(Meeting).where(Meeting.panel_id == world.clinic)
        return session.scalars(mine.order_by(Meeting.starts_at)).all()


def again(world, meeting):
    with world.looking() as session:
        return session.get_one(Meeting, meeting.id)


def move(world, meeting, day=date(2026, 12, 10), at=time(14), minutes=120, place=""):
    with world.changing("coordinator") as work:
        change = Change(When(day, at, minutes), MeetingMode.VIRTUAL, place, again(world, meeting).version)
        assert scheduling.move(work, meeting.id, change)


def cancel(world, meeting, now=None):
    with world.changing("coordinator", now) as work:
        scheduling.cancel(work, meeting.id, again(world, meeting).version)


def letters(world, meeting, *, waiting=True):
    """Return kind, revision and address's first word of a meeting's letters."""
    query = select(QueuedLetter).where(QueuedLetter.about_id == meeting.id)
    if waiting:
        query = query.where(QueuedLetter.status == PostStatus.QUEUED)
    with world.looking() as session:
        return sorted((row.kind, row.revision, row.address.partition("@")[0]) for row in session.scalars(query))


def told(world, meeting, kind, revision):
    return {who for k, r, who in letters(world, meeting) if (k, r) == (kind, revision)}


@contextmanager
def membership_changed(world, who, **values):
    with world.changing("coordinator") as work:
        work.require(anyone)
        row = work.session.scalar(select(Membership).where(Membership.user_id == world.users[who],
                                                           Membership.panel_id == world.clinic))
        for name, value in values.items():
            setattr(row, name, value)
        work.record(AuditVerb.UPDATE, row)
    yield


def timer(world, now=None):
    with world.office.changing(SystemActor("timer"), now or world.now) as work:
        invitations.invite_coming(work)


class Box:
    """A relay that keeps what it takes."""

    def __init__(self):
        self.taken: list[tuple[str, email.message.EmailMessage]] = []

    def send(self, raw, sender, address):
        self.taken.append((address, email.message_from_bytes(raw, policy=email_policy.default)))
        return Reply(250, "taken", accepted=True, permanent=False)


def deliver(world, now=None) -> Box:
    box = Box()
    postman = Postman(world.office, box, SENDER, lambda: now or world.now + timedelta(minutes=3))
    while postman.deliver_one():
        pass
    return box


def event_in(message):
    part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    calendar = icalendar.Calendar.from_ical(part.get_content())
    return str(calendar["METHOD"]), calendar.events[0]


def test_a_series_invites_the_next_three_and_those_who_come_only(world):
    made = planned(world)
    for meeting in made[:3]:
        assert letters(world, meeting) == [(L.INVITATION, 0, who) for who in sorted(INVITED)]
    assert all(not letters(world, meeting) for meeting in made[3:])


def test_an_extra_meeting_is_invited_to_at_once_however_far_away(world):
    planned(world)
    with world.changing("chair") as work:
        new = NewMeeting(MeetingKind.EXTRAORDINARY, When(date(2027, 9, 1), time(9), 60), MeetingMode.VIRTUAL)
        meeting_id = scheduling.schedule(work, world.clinic, new)
    with world.looking() as session:
        assert told(world, session.get_one(Meeting, meeting_id), L.INVITATION, 0) == INVITED


def test_nobody_is_invited_to_a_bank_holiday_until_it_is_decided(world):
    first = planned(world)[0]
    move(world, first, day=date(2026, 12, 28))
    with world.office.changing(SystemActor("timer"), world.now) as work:
        work.require(anyone)
        row = work.session.get_one(Meeting, first.id)
        row.invited_at = None
        for invitation in work.session.scalars(select(Invitation).where(Invitation.meeting_id == first.id)):
            work.session.delete(invitation)
        work.record(AuditVerb.UPDATE, row)
    timer(world)
    assert again(world, first).invited_at is None


def test_the_timer_invites_the_rest_as_they_come_near_and_nothing_twice(world):
    made = planned(world)
    later = made[0].ends_at + timedelta(hours=1)
    for _ in range(2):
        timer(world, later)
        assert told(world, made[3], L.INVITATION, 0) == INVITED
        assert not letters(world, made[4])
        assert len(letters(world, made[1])) == len(INVITED)


def test_only_the_timer_invites_on_every_panel(world):
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        invitations.invite_coming(work)


def test_a_move_is_told_to_everybody_once_and_replaces_what_has_not_left_yet(world):
    meeting = planned(world)[0]
    deliver(world)
    move(world, meeting)
    assert told(world, meeting, L.INVITATION_UPDATE, 1) == INVITED
    move(world, meeting, day=date(2026, 12, 11))
    assert told(world, meeting, L.INVITATION_UPDATE, 1) == set()
    assert told(world, meeting, L.INVITATION_UPDATE, 2) == INVITED


def test_a_letter_about_one_meeting_never_replaces_one_about_another(world):
    first, second, *_ = planned(world)
    move(world, first)
    assert told(world, second, L.INVITATION, 0) == INVITED


def test_whose_invitation_has_not_left_yet_gets_an_invitation_and_not_an_update(world):
    meeting = planned(world)[0]
    move(world, meeting)
    assert letters(world, meeting) == [(L.INVITATION, 1, who) for who in sorted(INVITED)]


def test_an_update_says_what_it_was_and_carries_the_new_time(world):
    meeting = planned(world)[0]
    deliver(world)
    move(world, meeting, day=date(2026, 12, 10), at=time(14), minutes=120)
    box = deliver(world)
    assert {a.partition("@")[0] for a, _ in box.taken} == INVITED
    message = box.taken[0][1]
    text = message.get_body(("plain",)).get_content()
    assert "It was Wednesday 9 December 2026, 10am to 1pm" in text.replace("\n", " ")
    method, event = event_in(message)
    assert (method, event["SEQUENCE"], str(event["UID"])) == ("REQUEST", 1, str(meeting.uid))
    assert event.start.astimezone(UTC) == datetime(2026, 12, 10, 14, tzinfo=UTC)


def test_a_letter_says_what_its_own_revision_said_though_the_meeting_has_moved_on(world):
    meeting = planned(world)[0]
    with world.office.beside("tests") as session:  # a sender took the first letters and died
        session.execute(sa.update(QueuedLetter).values(attempts=1), execution_options={"exempt": True})
    move(world, meeting)
    cancel(world, meeting)
    sent = [event_in(m) for a, m in deliver(world).taken if a.startswith("officer@")
            and meeting.reference in m["Subject"]]
    assert {(method, event["SEQUENCE"], event.start.astimezone(UTC).day) for method, event in sent} == {
        ("REQUEST", 0, 9), ("CANCEL", 2, 10),
    }


def test_a_cancellation_is_told_to_whoever_was_invited_and_to_nobody_else(world):
    first, _, _, fourth, *_ = planned(world)
    deliver(world)
    cancel(world, first)
    assert letters(world, first) == [(L.INVITATION_CANCEL, 1, who) for who in sorted(INVITED)]
    assert told(world, fourth, L.INVITATION, 0) == INVITED, "the fourth has become the third"
    method, event = event_in(next(m for a, m in deliver(world).taken if first.reference in m["Subject"]))
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    with world.looking() as session:
        rows = session.scalars(select(Invitation).where(Invitation.meeting_id == first.id)).all()
    assert {row.status for row in rows} == {InviteStatus.CANCELLED}


def test_cancelling_what_nobody_was_invited_to_sends_nothing(world):
    last = planned(world)[-1]
    cancel(world, last)
    assert letters(world, last, waiting=False) == []


def test_a_meeting_that_is_past_sends_nothing(world):
    meeting = planned(world)[0]
    deliver(world)
    cancel(world, meeting, meeting.ends_at + timedelta(hours=1))
    assert letters(world, meeting) == []


def test_who_left_the_panel_is_taken_off_and_their_entry_with_them(world):
    meeting = planned(world)[0]
    deliver(world)
    with membership_changed(world, "officer", valid_until=local_day(world.now)):
        timer(world)
    assert letters(world, meeting) == [(L.INVITATION_REMOVED, 1, "officer")]
    message = deliver(world).taken[0][1]
    method, event = event_in(message)
    assert (method, event["SEQUENCE"], "STATUS" in event) == ("CANCEL", 1, False)
    timer(world)
    assert letters(world, meeting) == []


def test_who_leaves_before_the_new_day_is_taken_off_by_the_move(world):
    meeting = planned(world)[0]
    with membership_changed(world, "officer", valid_until=local_day(meeting.starts_at)):
        timer(world)
        deliver(world)
        assert letters(world, meeting) == []
        move(world, meeting)
    assert told(world, meeting, L.INVITATION_REMOVED, 1) == {"officer"}
    assert told(world, meeting, L.INVITATION_UPDATE, 1) == INVITED - {"officer"}


def test_who_comes_back_is_invited_again_by_a_later_revision_than_took_them_off(world):
    meeting = planned(world)[0]
    deliver(world)
    with membership_changed(world, "officer", valid_until=local_day(world.now)):
        timer(world)
        deliver(world)
    with membership_changed(world, "officer", valid_until=None):
        timer(world)
    assert letters(world, meeting) == [(L.INVITATION, 2, "officer")]


def test_who_joins_later_is_invited_without_the_others_hearing_of_it(world):
    meeting = planned(world)[0]
    deliver(world)
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.add(Membership(user_id=world.users["outsider"], panel_id=world.clinic,
                                    agency_id=world.agencies["health"], role=MembershipRole.REPRESENTATIVE,
                                    valid_from=local_day(world.now)))
        work.record(AuditVerb.CREATE, "Membership")
    timer(world)
    assert letters(world, meeting) == [(L.INVITATION, 0, "outsider")]


def test_a_new_address_gets_the_invitation_and_the_old_one_the_end_of_it(world):
    meeting = planned(world)[0]
    deliver(world)
    with world.changing("coordinator") as work:
        work.require(anyone)
        user = work.session.get_one(User, world.users["officer"])
        user.email = "constable@police.example"
        work.record(AuditVerb.UPDATE, user)
    timer(world)
    assert letters(world, meeting) == [(L.INVITATION, 1, "constable"), (L.INVITATION_REMOVED, 1, "officer")]


def test_who_is_disabled_is_not_invited(world):
    with world.changing("coordinator") as work:
        work.require(anyone)
        user = work.session.get_one(User, world.users["officer"])
        user.status = UserStatus.DISABLED
        work.record(AuditVerb.UPDATE, user)
    assert told(world, planned(world)[0], L.INVITATION, 0) == INVITED - {"officer"}


def test_a_changed_place_is_told_without_being_named(world):
    meeting = planned(world)[0]
    deliver(world)
    move(world, meeting, day=local_day(meeting.starts_at), at=time(10), minutes=180, place="Room Quillmere")
    message = deliver(world).taken[0][1]
    text = message.get_body(("plain",)).get_content()
    assert "This replaces what you were told before" in text
    assert b"Quillmere" not in message.as_bytes() and "It was Wednesday" not in text


def statements(world, act):
    seen = []

    def note(connection, cursor, statement, *_):
        seen.append(statement)

    sa.event.listen(world.office.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(world.office.engine, "before_cursor_execute", note)
    return len([s for s in seen if not s.startswith(("BEGIN", "PRAGMA"))])


def more_members(world, count):
    with world.changing("coordinator") as work:
        work.require(anyone)
        users = [User(name=f"Extra {n} Testwell", email=f"extra{n}x{count}@health.example",
                      agency_id=world.agencies["health"], status=UserStatus.ACTIVE, created_at=world.now)
                 for n in range(count)]
        work.session.add_all(users)
        work.session.flush()
        work.session.add_all(
            Membership(user_id=user.id, panel_id=world.clinic, agency_id=user.agency_id,
                       role=MembershipRole.REPRESENTATIVE, valid_from=local_day(world.now)) for user in users)
        work.record(AuditVerb.CREATE, "User")


def test_telling_many_takes_as_many_statements_as_telling_few(world):
    meeting = planned(world)[0]
    timer(world)
    deliver(world)
    few = statements(world, lambda: move(world, meeting))
    more_members(world, 40)
    timer(world)
    assert statements(world, lambda: move(world, meeting, day=date(2026, 12, 11))) <= few


def test_meetings_of_the_future_know_their_own_links(world):
    meeting = planned(world)[0]
    entry = meetings.entry(meeting, "Northmere panel", meetings.link(meeting.id))
    assert (entry.uid, entry.sequence, entry.link) == (meeting.uid, 0, f"/meetings/{meeting.id}")
