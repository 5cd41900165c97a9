"""A mailbox is tried against a real IMAP and a real SMTP server; what is wrong is said in words."""

import contextlib
import datetime as dt
import imaplib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in.applying import apply
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.going_out.trialmail import compose_trial, new_mark, trial_mark
from aplomb.channels.mail.jobs import try_mailbox
from aplomb.channels.mail.models import IncomingMail, Mailbox, MailboxCheck
from aplomb.channels.mail.servers import checking
from aplomb.channels.mail.servers.checking import GIVEN_UP_AFTER, begin_check, is_under_way
from aplomb.channels.mail.servers.explaining import step_in_words
from aplomb.channels.mail.servers.lines import said_by
from aplomb.channels.mail.servers.providers import provider_named
from aplomb.channels.mail.servers.refusals import meaning_of_refusal
from aplomb.channels.mail.servers.trying import Step, try_out
from aplomb.channels.mail.tokens import signing_key
from aplomb.journal.actors import SYSTEM
from aplomb.journal.jobs import waiting
from aplomb.lib.env import SmtpServer as OutServer
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotAllowed
from aplomb.tickets.models import Ticket
from tests.cast import Cast
from tests.parts.dovecot import Dovecot
from tests.parts.ports import free_port
from tests.parts.smtp_server import SmtpServer

pytestmark = pytest.mark.django_db


def mailbox_at(dovecot: Dovecot, **changes: Any) -> Mailbox:
    given: dict[str, Any] = {
        "name": "Help",
        "address": "help@firm.example",
        "intake": "imap",
        "host": dovecot.host,
        "port": dovecot.port,
        "security": "plain",
        "login": dovecot.name,
        "password": dovecot.password,
    }
    return add_mailbox(by=SYSTEM, **(given | changes))


def with_way_out(mailbox: Mailbox, server: SmtpServer) -> Mailbox:
    mailbox.out_host, mailbox.out_port, mailbox.out_security = "127.0.0.1", server.port, "plain"
    mailbox.save(update_fields=["out_host", "out_port", "out_security"])
    return mailbox


def codes(steps: list[Step]) -> list[tuple[str, str, str]]:
    return [(each.name, each.state, each.code) for each in steps]


def carrying(smtp_server: SmtpServer, dovecot: Dovecot) -> Any:
    """What the mail server between the two does, whenever the test waits."""

    def pause(_seconds: float) -> None:
        while smtp_server.arrived:
            dovecot.deliver(smtp_server.arrived.pop().content)

    return pause


def test_a_mailbox_that_works_is_told_step_by_step_and_left_as_it_was(
    cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    dovecot.empty()
    dovecot.deliver(b"From: a@b.example\r\nSubject: before\r\n\r\nhello\r\n")
    mailbox = with_way_out(mailbox_at(dovecot), smtp_server)
    told: list[list[str]] = []
    steps = try_out(
        mailbox,
        report=lambda now: told.append([each.state for each in now]),
        pause=carrying(smtp_server, dovecot),
    )
    assert codes(steps) == [
        ("name", "ok", ""),
        ("connect", "ok", ""),
        ("tls", "warn", "plain"),
        ("login", "ok", ""),
        ("folder", "ok", ""),
        ("out", "ok", ""),
        ("send", "ok", ""),
        ("arrive", "ok", ""),
        ("clock", "ok", ""),
    ]
    assert told[0] == ["running"] and told[-1] == [each.state for each in steps]
    assert str(step_in_words(steps[4].row()).what) == "INBOX is open: 1 mail."
    assert [b"before" in each for each in dovecot.mails()] == [True]


def test_a_wrong_password_is_told_and_not_said_again_to_the_way_out(
    cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    steps = try_out(with_way_out(mailbox_at(dovecot, password="not it"), smtp_server))
    assert codes(steps)[-1] == ("login", "wrong", "wrong-password")
    words = step_in_words(steps[-1].row())
    assert "does not take this name and password" in str(words.what)
    assert "not it" not in repr(steps)


def test_a_folder_that_is_not_there_is_told_with_those_that_are(
    cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    dovecot.empty()
    dovecot.deliver(b"From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n")
    with imaplib.IMAP4(dovecot.host, dovecot.port) as session:
        session.login(dovecot.name, dovecot.password)
        session.create("Archive")
        session.create('"&A7EDuw-"')
    steps = try_out(with_way_out(mailbox_at(dovecot, folder="Support"), smtp_server))
    assert codes(steps)[4:] == [("folder", "wrong", "no-folder"), ("out", "ok", "")]
    assert sorted(step_in_words(steps[4].row()).folders) == [("Archive", 0), ("INBOX", 1), ("αλ", 0)]


def test_a_mail_that_does_not_arrive_is_told(cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer) -> None:
    mailbox = with_way_out(mailbox_at(dovecot), smtp_server)
    steps = try_out(mailbox, patience=0, pause=lambda _seconds: None)
    assert codes(steps)[-1] == ("arrive", "wrong", "not-arrived")
    assert len(smtp_server.arrived) == 1


def test_a_mail_that_came_into_the_junk_folder_is_found_there(
    cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    dovecot.empty()
    with imaplib.IMAP4(dovecot.host, dovecot.port) as session:
        session.login(dovecot.name, dovecot.password)
        session.create("Desk")

    # the mail comes into the inbox, and the desk looks into another folder
    mailbox = with_way_out(mailbox_at(dovecot, folder="Desk"), smtp_server)
    carry = carrying(smtp_server, dovecot)
    steps = try_out(mailbox, patience=0.05, pause=carry)
    assert codes(steps)[7] == ("arrive", "warn", "elsewhere")
    assert "INBOX" in str(step_in_words(steps[7].row()).what)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [("550 5.1.1 nobody here", "recipient-refused"), ("553 5.7.1 not yours", "recipient-refused")],
)
def test_a_way_out_that_refuses_is_told_in_its_own_words(
    cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer, refusal: str, code: str
) -> None:
    smtp_server.refusals["help@firm.example"] = refusal
    steps = try_out(with_way_out(mailbox_at(dovecot), smtp_server))
    assert codes(steps)[-1] == ("send", "wrong", code)
    assert step_in_words(steps[-1].row()).said == refusal


def test_without_a_way_out_that_is_told(cast: Cast, dovecot: Dovecot) -> None:
    assert codes(try_out(mailbox_at(dovecot)))[-1] == ("out", "wrong", "no-way-out")


def test_the_way_out_of_the_whole_desk_is_tried_too(
    cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    dovecot.empty()
    monkeypatch.setattr(settings, "SMTP_OUT", OutServer("127.0.0.1", smtp_server.port, "plain", "", ""))
    steps = try_out(mailbox_at(dovecot), pause=carrying(smtp_server, dovecot))
    assert [each.state for each in steps[5:8]] == ["ok", "ok", "ok"]


def test_nobody_listens_and_no_such_host_and_private_networks_are_told(cast: Cast, dovecot: Dovecot) -> None:
    box = mailbox_at(dovecot, port=free_port())
    assert codes(try_out(box))[1] == ("connect", "wrong", "refused")
    box.host = "no-such-host.invalid"
    assert codes(try_out(box))[0] == ("name", "wrong", "no-host")
    box.host = "10.255.0.1"
    assert codes(try_out(box))[1] == ("connect", "wrong", "private")


def test_a_server_that_says_nothing_is_not_waited_for_long(cast: Cast, dovecot: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        box = mailbox_at(dovecot, port=deaf.getsockname()[1])
        assert codes(try_out(box, seconds=0.3))[2] == ("tls", "wrong", "silent")
        box.security = "tls"
        assert codes(try_out(box, seconds=0.3))[2] == ("tls", "wrong", "silent")


def test_starttls_that_is_not_offered_and_tls_that_is_not_spoken_are_told(cast: Cast, dovecot: Dovecot) -> None:
    box = mailbox_at(dovecot, security="starttls")
    assert codes(try_out(box))[2] == ("tls", "wrong", "no-starttls")
    box.security = "tls"
    assert codes(try_out(box))[2] == ("tls", "wrong", "no-tls")


def certificate(folder: Path, *, name: str, days: int) -> ssl.SSLContext:
    """A server's side with a certificate that it signed itself."""
    key, today = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    with contextlib.suppress(ValueError):
        names = [x509.IPAddress(ipaddress.ip_address(name))]
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=400))
        .not_valid_after(today + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextlib.contextmanager
def tls_server(context: ssl.SSLContext, greeting: bytes = b"* OK ready\r\n") -> Iterator[int]:
    """A server that shows its certificate, greets and knows nothing else."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _where = server.accept()
                    with contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as wrapped:
                        wrapped.sendall(greeting)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_certificate_that_the_server_signed_itself_is_told(cast: Cast, dovecot: Dovecot, tmp_path: Path) -> None:
    with tls_server(certificate(tmp_path, name="127.0.0.1", days=30)) as port:
        steps = try_out(mailbox_at(dovecot, port=port, security="tls"))
    assert codes(steps)[2] == ("tls", "wrong", "certificate-self-signed")


@pytest.mark.parametrize(
    ("name", "days", "code", "word"),
    [
        ("127.0.0.1", -3, "certificate-expired", "ended on"),
        ("mail.hoster.example", 30, "certificate-wrong-name", "mail.hoster.example"),
    ],
)
def test_a_certificate_that_ended_or_has_another_name_is_told(
    cast: Cast, dovecot: Dovecot, tmp_path: Path, monkeypatch: Any, name: str, days: int, code: str, word: str
) -> None:
    context = certificate(tmp_path, name=name, days=days)
    # this machine trusts it; so only its date or its name is wrong
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / f"{name}.pem"))
    with tls_server(context) as port:
        steps = try_out(mailbox_at(dovecot, port=port, security="tls"))
    assert codes(steps)[2] == ("tls", "wrong", code)
    assert word in str(step_in_words(steps[2].row()).what)


def test_a_server_that_sends_one_away_is_told_in_its_own_words(
    cast: Cast, dovecot: Dovecot, tmp_path: Path, monkeypatch: Any
) -> None:
    context = certificate(tmp_path, name="127.0.0.1", days=30)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "127.0.0.1.pem"))
    with tls_server(context, b"* BYE too\x07 many <b>connections</b>\r\n") as port:
        step = try_out(mailbox_at(dovecot, port=port, security="tls"))[2]
    assert (step.state, step.code) == ("wrong", "other")
    assert "too many <b>connections</b>" in step.values["said"]


@pytest.mark.parametrize(
    ("said", "service", "by_consent", "code"),
    [
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "google", False, "password-or-app-password"),
        (
            "[ALERT] Application-specific password required: https://a.example (Failure)",
            "google",
            False,
            "app-password",
        ),
        ("[ALERT] Your account is not enabled for IMAP use.", "google", False, "imap-off"),
        ("[WEBALERT https://a.example] Web login required.", "google", False, "web-login"),
        ("LOGIN failed.", "microsoft365", False, "consent-only"),
        ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", None, False, "consent-only"),
        ("535 5.7.139 SmtpClientAuthentication is disabled for the Tenant.", "microsoft365", True, "smtp-off"),
        ("AUTHENTICATE failed.", "microsoft365", True, "consent-refused"),
        ("BAD User is authenticated but not connected.", "microsoft365", True, "not-connected"),
        ("LOGIN Invalid credentials or IMAP is disabled", "yandex", False, "password-or-imap-off"),
        ("[AUTHENTICATIONFAILED] authentication failed", "gmx", False, "password-or-imap-off"),
        ("You are yet to enable IMAP for your account.", "zoho.eu", False, "imap-off"),
        ("[LIMIT] Rate limit hit", None, False, "later"),
        ("[UNAVAILABLE] Temporary authentication failure", None, False, "later"),
        ("[PRIVACYREQUIRED] Plaintext authentication disallowed", None, False, "needs-tls"),
        ("[EXPIRED] Password expired", None, False, "expired"),
        ("Ungültige Zugangsdaten", None, False, "wrong-password"),
        ("", None, False, "wrong-password"),
        ("x" * 1_000_000, None, False, "wrong-password"),
    ],
)
def test_what_a_refusal_means(said: str, service: str | None, by_consent: bool, code: str) -> None:
    provider = provider_named(service) if service else None
    assert meaning_of_refusal(said, provider, by_consent=by_consent) == code


def test_a_servers_words_are_kept_short_and_harmless() -> None:
    assert said_by("a\r\n\x1b[31mred\x00  b") == "a [31mred b"
    assert len(said_by("x" * 100_000)) == 300


def test_the_mail_of_a_test_is_known_again_and_no_other_is() -> None:
    key, other = signing_key(), b"another desk"
    mark = new_mark(key)
    mail = compose_trial("βοήθεια@παράδειγμα.example", "Βοήθεια", "el", mark)
    assert trial_mark(mail, key) == mark
    assert trial_mark(mail.replace(b"\r\n", b"\n"), key) == mark
    assert trial_mark(b"Received: by x\r\n" + mail, key) == mark
    assert trial_mark(mail, other) == ""
    assert trial_mark(b"Subject: x\r\n\r\n" + mail, key) == ""
    assert trial_mark(mail.replace(mark[:4].encode(), b"aaaa"), key) == ""
    assert trial_mark(b"X-Aplomb-Trial:" * 100_000, key) == ""


def test_a_test_is_begun_once_done_in_a_job_and_kept(
    cast: Cast, dovecot: Dovecot, smtp_server: SmtpServer, drain: Any
) -> None:
    mailbox = mailbox_at(dovecot, password="not it")
    first = begin_check(mailbox, MailboxCheck.Kind.TEST, by=cast.max)
    second = begin_check(mailbox, MailboxCheck.Kind.TEST, by=cast.max)
    assert (first.pk, first.started_at, waiting(try_mailbox)) == (second.pk, second.started_at, 1)
    drain()
    kept = MailboxCheck.objects.get()
    assert kept.ended_at is not None and not is_under_way(kept)
    assert [each["state"] for each in kept.found] == ["ok", "ok", "warn", "wrong"]
    with pytest.raises(NotAllowed):
        begin_check(mailbox, MailboxCheck.Kind.TEST, by=cast.ada)


def test_a_test_that_died_with_its_process_can_be_begun_again(cast: Cast, dovecot: Dovecot) -> None:
    mailbox = mailbox_at(dovecot)
    check = begin_check(mailbox, MailboxCheck.Kind.TEST, by=cast.max)
    MailboxCheck.objects.filter(pk=check.pk).update(started_at=utc_now() - GIVEN_UP_AFTER)
    check.refresh_from_db()
    assert not is_under_way(check)
    assert begin_check(mailbox, MailboxCheck.Kind.TEST, by=cast.max).started_at > check.started_at


def test_a_test_that_was_overtaken_writes_nothing(cast: Cast, dovecot: Dovecot) -> None:
    mailbox = mailbox_at(dovecot)
    old = begin_check(mailbox, MailboxCheck.Kind.TEST, by=cast.max)
    MailboxCheck.objects.filter(pk=old.pk).update(started_at=utc_now() + dt.timedelta(seconds=1))
    checking._keep(old, [Step("name").row()], is_over=True)
    assert MailboxCheck.objects.get().found == []


def test_mail_by_the_receiver_is_seen_to_arrive_and_becomes_no_ticket(cast: Cast, smtp_server: SmtpServer) -> None:
    mailbox = with_way_out(cast.mailbox, smtp_server)
    before = Ticket.objects.count()

    def receive(_seconds: float) -> None:
        for each in smtp_server.arrived:
            [mail] = store([Arrival(content=each.content, source="smtp", envelope_to=(mailbox.address,))])
            apply(mail.pk)
        smtp_server.arrived.clear()

    steps = try_out(mailbox, pause=receive)
    assert codes(steps) == [("out", "ok", ""), ("send", "ok", ""), ("arrive", "ok", "")]
    assert (IncomingMail.objects.get().state, Ticket.objects.count()) == ("discarded", before)
    assert codes(try_out(mailbox, patience=0))[-1] == ("arrive", "wrong", "not-received")


def test_a_mail_with_a_mark_of_nobody_becomes_a_ticket_like_any_other(cast: Cast) -> None:
    content = (
        b"X-Aplomb-Trial: " + b"a" * 20 + b"." + b"b" * 24 + b"\r\nFrom: x@y.example\r\nSubject: z\r\n\r\nhello\r\n"
    )
    [mail] = store([Arrival(content=content, source="smtp", envelope_to=(cast.mailbox.address,))])
    apply(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "applied"
