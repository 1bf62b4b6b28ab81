"""Messages handed over to a real relay on this machine, and to a folder."""

import asyncio
import socket
import ssl
import stat
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP, default
from ipaddress import ip_address
from uuid import UUID, uuid4

import pytest
from aiosmtpd.smtp import SMTP as Relay
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clinic.mail.transport import FileTransport, Reply, SmtpTransport, bounce_address

NUMBER = UUID("4b7f7d5e-3f0c-4d0e-9a51-0d6c3c1f0001")
OURS = bounce_address(NUMBER, "panels@mail.example")
THEIRS = "rep@agency.example"


def a_message(number=NUMBER, words="Good morning.\r\n.\r\nA line with one dot came before this one.\r\n"):
    headers = f"From: panels@mail.example\r\nMessage-ID: <{number}@mail.example>\r\n"
    return f"{headers}Date: Sat, 21 Nov 2026 09:00:07 +0000\r\nSubject: x\r\n\r\n{words}".encode()


def make_certificate(folder, host):
    """Write a certificate that signs itself, and its key; return both paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    try:
        alternative = x509.IPAddress(ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{host}.pem", folder / f"{host}.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("right"), "127.0.0.1")


@pytest.fixture(scope="module")
def certificate_of_another_host(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("wrong"), "relay.example")


def tls_of(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


class Mailbox:
    """What a relay does with a message, and what it keeps of it."""

    def __init__(self, rcpt="250 OK", data="250 2.0.0 taken", quit_="221 Bye"):
        self.rcpt, self.data, self.quit = rcpt, data, quit_
        self.kept = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        if self.data is None:
            server.transport.abort()
        elif self.data.startswith("250"):
            self.kept.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content, session))
        return self.data or "250 never heard"

    async def handle_QUIT(self, server, session, envelope):
        return self.quit


@contextmanager
def a_relay(mailbox, *, implicit=None, kind=Relay, **how):
    """Run a relay on a port of this machine for as long as the test needs it."""
    loop = asyncio.new_event_loop()
    how = {"hostname": "relay.example", "loop": loop} | how
    starting = loop.create_server(lambda: kind(mailbox, **how), "127.0.0.1", 0, ssl=implicit)
    server = loop.run_until_complete(starting)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(close(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def close(server):
    server.close()
    await asyncio.sleep(0.05)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def starttls_relay(mailbox, certificate, **how):
    with a_relay(mailbox, tls_context=tls_of(certificate), require_starttls=True, **how) as port:
        yield port


def transport(port, certificate=None, security="starttls", **more):
    ca_file = certificate[0] if certificate else None
    return SmtpTransport("127.0.0.1", port, security, ca_file=ca_file, **{"timeout": 5} | more)


# ── To a relay ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_relay_takes_the_very_bytes_over_starttls(certificate):
    mailbox, raw = Mailbox(), a_message()
    with starttls_relay(mailbox, certificate) as port:
        reply = transport(port, certificate).send(raw, OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (250, True, False)
    assert (reply.text, reply.enhanced) == ("2.0.0 taken", "2.0.0")
    assert reply.tls in ("TLSv1.2", "TLSv1.3")
    ((mail_from, rcpt_tos, content, session),) = mailbox.kept
    assert (mail_from, rcpt_tos, content) == (OURS, [THEIRS], raw)
    assert session.host_name == "mail.example"


def test_a_relay_takes_the_message_over_tls_from_the_start(certificate):
    mailbox = Mailbox()
    with a_relay(mailbox, implicit=tls_of(certificate)) as port:
        reply = transport(port, certificate, "tls", local_hostname="app.example").send(
            a_message(), OURS, THEIRS
        )
    assert reply.accepted
    assert mailbox.kept[0][3].host_name == "app.example"


@pytest.mark.parametrize(
    ("mailbox", "code", "permanent"),
    [
        (Mailbox(rcpt="451 4.7.1 Greylisted, come again"), 451, False),
        (Mailbox(rcpt="550 5.1.1 No such user"), 550, True),
        (Mailbox(data="452 4.3.1 Full"), 452, False),
        (Mailbox(data="554 5.7.1 Not wanted"), 554, True),
    ],
)
def test_a_refusal_says_whether_to_come_again(certificate, mailbox, code, permanent):
    with starttls_relay(mailbox, certificate) as port:
        reply = transport(port, certificate).send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (code, False, permanent)
    assert reply.enhanced.startswith(str(code)[0])
    assert mailbox.kept == []


def test_a_relay_that_cannot_vouch_for_the_address_still_gets_the_message(certificate):
    mailbox = Mailbox(rcpt="252 Cannot say, will try")
    with starttls_relay(mailbox, certificate) as port:
        assert transport(port, certificate).send(a_message(), OURS, THEIRS).text == "2.0.0 taken"
    assert len(mailbox.kept) == 1


class HastyRelay(Relay):
    """A relay that says yes to a message that it has not been given."""

    async def smtp_DATA(self, arg):
        await self.push("250 Taken, whatever it is")


def test_a_relay_that_says_yes_too_early_has_taken_nothing(certificate):
    with starttls_relay(Mailbox(), certificate, kind=HastyRelay) as port:
        reply = transport(port, certificate).send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (0, False, False)


def test_a_relay_that_fails_to_say_goodbye_has_taken_the_message(certificate):
    with starttls_relay(Mailbox(quit_="500 Not so fast"), certificate) as port:
        assert transport(port, certificate).send(a_message(), OURS, THEIRS).accepted


def test_a_relay_that_hangs_up_before_it_answers_is_asked_again(certificate):
    with starttls_relay(Mailbox(data=None), certificate) as port:
        reply = transport(port, certificate).send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (0, False, False)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_we_know_signed_is_refused(certificate, security):
    refuse_stranger(certificate, None, security)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_another_host_is_refused(certificate_of_another_host, security):
    refuse_stranger(certificate_of_another_host, certificate_of_another_host, security)


def refuse_stranger(shown, trusted, security):
    mailbox = Mailbox()
    how = {"implicit": tls_of(shown)} if security == "tls" else {"tls_context": tls_of(shown)}
    with a_relay(mailbox, **how) as port:
        reply = transport(port, trusted, security).send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (0, False, False)
    assert "certificate" in reply.text.lower()
    assert mailbox.kept == []


def test_a_relay_without_encryption_gets_nothing():
    mailbox = Mailbox()
    with a_relay(mailbox) as port:
        reply = transport(port).send(a_message(), OURS, THEIRS)
    assert (reply.accepted, reply.permanent) == (False, False)
    assert "STARTTLS" in reply.text
    assert mailbox.kept == []


def test_there_is_no_way_to_ask_for_mail_in_the_clear():
    with pytest.raises(ValueError, match="never in the clear"):
        SmtpTransport("127.0.0.1", 25, "none")


def test_a_silent_relay_is_left_after_a_while():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reply = transport(silent.getsockname()[1], timeout=0.2).send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (0, False, False)
    assert "timed out" in reply.text


def test_a_relay_that_is_not_there_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    reply = transport(port).send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (0, False, False)
    assert "refused" in reply.text.lower()


@pytest.mark.parametrize(("password", "code"), [("right", 250), ("wrong", 535)])
def test_a_wrong_password_is_our_trouble_and_fails_no_letter_for_good(certificate, password, code):
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    with starttls_relay(Mailbox(), certificate, authenticator=check, auth_required=True) as port:
        reply = transport(port, certificate, user="panels", password=password).send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (code, code == 250, False)


class ReportingRelay(Relay):
    """A relay that takes wishes about delivery reports, and notes them with its mailbox."""

    async def smtp_MAIL(self, arg):
        self.event_handler.asked.append(arg)
        await super().smtp_MAIL(arg.partition(" RET=")[0])

    async def smtp_RCPT(self, arg):
        self.event_handler.asked.append(arg)
        await super().smtp_RCPT(arg.partition(" NOTIFY=")[0])


class ReportingMailbox(Mailbox):
    """A mailbox whose relay offers delivery reports."""

    def __init__(self):
        super().__init__()
        self.asked = []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]


def test_a_relay_that_offers_reports_is_asked_for_failures_and_for_headers_only(certificate):
    mailbox = ReportingMailbox()
    with starttls_relay(mailbox, certificate, kind=ReportingRelay) as port:
        assert transport(port, certificate).send(a_message(), OURS, THEIRS).accepted
    assert mailbox.asked == [
        f"FROM:<{OURS}> RET=HDRS",
        f"TO:<{THEIRS}> NOTIFY=FAILURE,DELAY",
    ]


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nRCPT TO:<c@d.example>", "zoë@b.example", "a\x00@b.example"]
)
def test_an_address_that_speaks_to_the_relay_is_refused_for_good(certificate, address):
    mailbox = Mailbox()
    with starttls_relay(mailbox, certificate) as port:
        sender = transport(port, certificate)
        for reply in (sender.send(a_message(), OURS, address), sender.send(a_message(), address, THEIRS)):
            assert (reply.code, reply.accepted, reply.permanent) == (553, False, True)
    assert mailbox.kept == []


def test_the_return_path_tells_which_message_came_back():
    assert bounce_address(NUMBER, "panels@mail.example") == f"bounce+{NUMBER.hex}@mail.example"


def test_a_reply_without_a_finer_code_has_none():
    assert Reply(250, "OK 5.1.1", accepted=True, permanent=False).enhanced == ""


# ── To a folder ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_written_whole_and_for_our_eyes_only(tmp_path):
    folder, raw = tmp_path / "mail", a_message()
    reply = FileTransport(folder).send(raw, OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (250, True, False)
    (written,) = folder.iterdir()
    assert written.name == f"20261121T090007Z-{NUMBER}.eml"
    assert written.read_bytes() == raw
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_message_again_stands_beside_the_first_with_the_same_id(tmp_path):
    sender = FileTransport(tmp_path)
    for _ in range(3):
        assert sender.send(a_message(), OURS, THEIRS).accepted
    sender.send(a_message(uuid4()), OURS, THEIRS)
    doubled = sorted(tmp_path.glob(f"*{NUMBER}*"))
    assert [path.name.partition(str(NUMBER))[2] for path in doubled] == ["-2.eml", "-3.eml", ".eml"]
    ids = {message_from_bytes(path.read_bytes(), policy=default)["Message-ID"] for path in doubled}
    assert ids == {f"<{NUMBER}@mail.example>"}
    assert len(list(tmp_path.iterdir())) == 4


def test_what_cannot_be_written_is_tried_again_and_leaves_nothing_half(tmp_path):
    (tmp_path / "mail").write_text("a file where the folder should be")
    reply = FileTransport(tmp_path / "mail").send(a_message(), OURS, THEIRS)
    assert (reply.code, reply.accepted, reply.permanent) == (0, False, False)
    assert reply.text.startswith("The message could not be written")


def test_a_message_whose_number_is_a_path_is_not_written(tmp_path):
    raw = a_message().replace(str(NUMBER).encode(), b"../../evil")
    with pytest.raises(ValueError, match="badly formed"):
        FileTransport(tmp_path / "mail").send(raw, OURS, THEIRS)
    assert not list(tmp_path.iterdir())


def test_a_written_message_opens_as_mail(tmp_path):
    FileTransport(tmp_path).send(a_message(), OURS, THEIRS)
    (written,) = tmp_path.iterdir()
    assert message_from_bytes(written.read_bytes(), policy=SMTP)["Subject"] == "x"
