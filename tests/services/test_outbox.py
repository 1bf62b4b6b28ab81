"""Letters are queued with the change that causes them, rendered once, and never lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from clinic.domain.actors import UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.letters import Letter, LetterKind, Sender
from clinic.mail.transport import Reply
from clinic.models.account import User
from clinic.models.audit import AuditEvent
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy.accounts import anyone
from clinic.scheduler.postman import Postman
from clinic.services import outbox
from tests.site import Site

SENDER = Sender("panels@clinic.example", "https://panels.clinic.example")


class Relay:
    """A relay that answers as it is told, and remembers what it was handed."""

    def __init__(self, *answers: Reply):
        self.answers = list(answers)
        self.taken: list[bytes] = []

    def send(self, raw: bytes, envelope_from: str, rcpt: str) -> Reply:
        self.taken.append(raw)
        return self.answers.pop(0) if self.answers else Reply(250, "taken", accepted=True, permanent=False)


def post(world, *letters, secret=""):
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.record(AuditVerb.SEND, "Test")
        for letter in letters:
            work.post(letter, panel_id=world.clinic, secret=secret)


def a_letter(world, who="officer", kind=LetterKind.AGENDA_READY, **more):
    about = more.pop("about", None) or uuid4()
    return Letter(kind, to=world.users[who], reference="MT-2026-123456", link="/meetings/x", about=about, **more)


def queued(world, **by):
    with world.looking() as session:
        return session.scalars(select(QueuedLetter).filter_by(**by).order_by(QueuedLetter.queued_at)).all()


def test_the_same_letter_is_queued_once_ever(world):
    letter = a_letter(world)
    post(world, letter, letter)
    post(world, letter)
    assert len(queued(world)) == 1


def test_the_same_letter_from_two_works_at_once_is_queued_once_and_neither_fails(world):
    letter = a_letter(world)
    with ThreadPoolExecutor(1) as second:
        with world.office.beside("first") as session:
            outbox.queue(session, world.now, [outbox.Posted(letter)])
            waits = second.submit(post, world, letter)
            time.sleep(0.3)
        waits.result()
    assert len(queued(world)) == 1


def test_nobody_who_is_disabled_or_only_invited_gets_a_letter(world):
    with world.changing("admin") as work:
        work.require(anyone)
        work.record(AuditVerb.UPDATE, "User")
        work.session.get_one(User, world.users["officer"]).status = UserStatus.DISABLED
        work.session.get_one(User, world.users["advocate"]).status = UserStatus.INVITED
    post(world, a_letter(world, "officer"), a_letter(world, "advocate"), a_letter(world, "deputy"),
         a_letter(world, "advocate", LetterKind.ACCOUNT_INVITATION))
    assert {(row.user_id, row.kind) for row in queued(world)} == {
        (world.users["deputy"], LetterKind.AGENDA_READY),
        (world.users["advocate"], LetterKind.ACCOUNT_INVITATION),
    }


def test_an_address_without_an_account_must_be_on_an_agency_s_own_domain(world):
    for address in ("hallam@police.example", "hallam@webmail.example"):
        post(world, Letter(LetterKind.NOMINATION_TRIAGED, address=address, reference="PM-2026-123456",
                           link="/nominations/x", about=uuid4()))
    assert [row.address for row in queued(world)] == ["hallam@police.example"]


def test_a_letter_leaves_only_if_the_commit_holds(world):
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        work.require(anyone)
        work.record(AuditVerb.SEND, "Test")
        work.post(a_letter(world))
        raise RuleBroken("no")
    assert queued(world) == []


def test_forty_letters_cost_as_many_statements_as_one(world):
    application = type("App", (), {"extensions": {"office": world.office}})()
    site = Site(application, world)
    counts = []
    for size in (1, 40):
        with site.statements() as seen:
            post(world, *[a_letter(world) for _ in range(size)])
        counts.append(len([s for s in seen if "queued_letter" in s or "FROM \"user\"" in s]))
    assert counts[0] == counts[1] <= 6


def test_a_letter_that_is_refused_for_now_is_sent_again_with_the_same_bytes(world):
    post(world, a_letter(world))
    relay = Relay(Reply(451, "come back", accepted=False, permanent=False))
    moment = [world.now]
    postman = Postman(world.office, relay, SENDER, lambda: moment[0])
    assert postman.deliver_all() == 1
    assert queued(world)[0].status is PostStatus.RETRY
    moment[0] += timedelta(minutes=5)
    assert postman.deliver_all() == 1
    assert queued(world)[0].status is PostStatus.ACCEPTED
    assert relay.taken[0] == relay.taken[1]


def test_a_letter_that_is_refused_for_good_fails_at_once_and_is_shown(world):
    post(world, a_letter(world))
    postman = Postman(world.office, Relay(Reply(550, "no such user", accepted=False, permanent=True)), SENDER,
                      lambda: world.now)
    postman.deliver_all()
    row = queued(world)[0]
    assert row.status is PostStatus.FAILED and "550" in row.last_reply


def test_a_sender_that_died_between_sending_and_noting_doubles_with_the_same_message_id(world):
    post(world, a_letter(world))

    class Dies(Relay):
        def send(self, *args):
            super().send(*args)
            raise KeyboardInterrupt

    moment, dying = [world.now], Dies()
    with pytest.raises(KeyboardInterrupt):
        Postman(world.office, dying, SENDER, lambda: moment[0]).deliver_all()
    relay = Relay()
    postman = Postman(world.office, relay, SENDER, lambda: moment[0])
    assert postman.deliver_all() == 0, "the lease of the dead sender still runs"
    moment[0] += timedelta(minutes=11)
    assert postman.deliver_all() == 1
    ids = {message_from_bytes(raw, policy=SMTP)["Message-ID"] for raw in (*dying.taken, *relay.taken)}
    assert len(ids) == 1 and dying.taken == relay.taken


def test_two_senders_at_once_send_each_letter_once(world):
    post(world, *[a_letter(world) for _ in range(6)])
    first, second = Relay(), Relay()
    one = Postman(world.office, first, SENDER, lambda: world.now)
    two = Postman(world.office, second, SENDER, lambda: world.now)
    while one.deliver_one() | two.deliver_one():
        pass
    assert len(first.taken) + len(second.taken) == 6
    assert len(set(first.taken) | set(second.taken)) == 6


def test_the_secret_of_an_account_letter_is_in_the_letter_and_nowhere_in_the_table(world):
    secret = "s3cret-token-that-must-not-lie-about"
    post(world, a_letter(world, "officer", LetterKind.PASSWORD_RESET), secret=secret)
    row = queued(world)[0]
    assert secret not in f"{row.link}{row.reference}{row.dedup_key}" and secret.encode() not in row.secret_sealed
    relay = Relay()
    Postman(world.office, relay, SENDER, lambda: world.now).deliver_all()
    assert secret.encode() in relay.taken[0].replace(b"=\r\n", b"")
    assert queued(world)[0].secret_sealed is None


def test_a_newer_calendar_letter_replaces_one_that_has_not_left(world):
    meeting = uuid4()
    for revision in (1, 2):
        post(world, a_letter(world, kind=LetterKind.INVITATION_UPDATE, about=meeting, revision=revision))
    assert [row.status for row in queued(world, revision=1)] == [PostStatus.CANCELLED]
    assert [row.status for row in queued(world, revision=2)] == [PostStatus.QUEUED]
    with world.looking() as session:
        assert outbox.claim(session, world.now) is None, "an update waits two minutes for another"
        assert outbox.claim(session, world.now + timedelta(minutes=3)).revision == 2


def test_every_letter_that_is_handed_over_is_in_the_journal(world):
    post(world, a_letter(world))
    Postman(world.office, Relay(), SENDER, lambda: world.now).deliver_all()
    with world.looking() as session:
        assert session.scalar(
            select(func.count()).select_from(AuditEvent).where(AuditEvent.object_type == "QueuedLetter")
        ) == 1
