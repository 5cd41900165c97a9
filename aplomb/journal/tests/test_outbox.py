import datetime as dt
import smtplib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError

from aplomb.journal import wires
from aplomb.journal.actors import SYSTEM
from aplomb.journal.jobs import _engine
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox import jobs as outbox_jobs
from aplomb.journal.outbox import smtp
from aplomb.journal.outbox.actions import Letter, discard, forget_mails, post, release, settle, withdraw
from aplomb.journal.outbox.events import MailFate
from aplomb.journal.outbox.jobs import deliver, pick_up_mails
from aplomb.journal.outbox.smtp import Fate, Outcome
from aplomb.lib.env import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

START = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
SERVER = SmtpServer("mail.example", 25, "plain", "", "")


class Relay:
    """Stands in for the outgoing server: gives the outcomes in their order, then accepts."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.given: list[list[str]] = []

    def hand_over(self, _server: SmtpServer, mail: OutgoingMail) -> Outcome:
        self.given.append(list(mail.recipients))
        return self.outcomes.pop(0) if self.outcomes else Outcome(Fate.ACCEPTED, "250 taken")


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Relay:
    found = Relay()
    settings.SMTP_OUT = SERVER
    monkeypatch.setattr(smtp, "hand_over", found.hand_over)
    return found


@pytest.fixture(autouse=True)
def fates(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was told about mails, in order."""
    told: list[str] = []
    for name in ("_together", "_afterwards", "_by_name"):
        monkeypatch.setattr(wires, name, {})
    wires.connect(together={MailFate: [lambda event: told.append(event.state)]}, afterwards={})
    return told


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Callable[[float], None]:
    time_machine.move_to(START, tick=False)
    return lambda seconds: time_machine.move_to(START + dt.timedelta(seconds=seconds), tick=False)


def posted(*to: str, **how: Any) -> OutgoingMail:
    return post(
        Letter(
            purpose="reply",
            sender="help@desk.example",
            recipients=to or ("cleo@acme.example",),
            subject="Re: A question",
            message_id="<1@desk.example>",
            content=b"Subject: x\r\n\r\ny",
            reference="message 1",
        ),
        **how,
    )


def now(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def run() -> None:
    _engine().drain()


def test_a_posted_mail_is_handed_over_and_its_fate_told(relay: Relay, fates: list[str]) -> None:
    mail = posted()
    assert now(mail).state == "queued"
    run()
    assert (now(mail).state, now(mail).answer, now(mail).sent_at) == ("sent", "250 taken", START)
    assert relay.given == [["cleo@acme.example"]]
    assert fates == ["sent"]


def test_a_mail_waits_for_the_time_in_which_it_can_be_undone(relay: Relay, clock: Callable[[float], None]) -> None:
    mail = posted(wait=dt.timedelta(seconds=10))
    run()
    deliver(mail_id=mail.pk)
    assert now(mail).state == "queued"
    clock(10)
    run()
    assert now(mail).state == "sent"


def test_a_mail_can_be_withdrawn_only_before_it_leaves(relay: Relay, clock: Callable[[float], None]) -> None:
    undone, left = posted(wait=dt.timedelta(seconds=10)), posted()
    run()
    assert withdraw(undone.pk)
    assert not withdraw(undone.pk)
    assert not withdraw(left.pk)
    clock(20)
    run()
    assert (now(undone).state, now(left).state) == ("withdrawn", "sent")
    assert len(relay.given) == 1


def test_a_mail_that_was_tried_once_cannot_be_withdrawn(relay: Relay) -> None:
    relay.outcomes = [Outcome(Fate.LATER, "451 busy")]
    mail = posted()
    run()
    assert now(mail).state == "queued"
    assert not withdraw(mail.pk)


def test_a_refused_mail_has_failed_with_the_servers_words(relay: Relay, fates: list[str]) -> None:
    relay.outcomes = [Outcome(Fate.REFUSED, "550 no such mailbox")]
    mail = posted()
    run()
    assert (now(mail).state, now(mail).answer) == ("failed", "550 no such mailbox")
    assert fates == ["failed"]


def test_a_mail_for_later_is_tried_again_with_pauses(relay: Relay, clock: Callable[[float], None]) -> None:
    relay.outcomes = [Outcome(Fate.LATER, "451 busy")] * 2
    mail = posted()
    run()
    assert (now(mail).state, now(mail).answer, now(mail).lease_until) == ("queued", "451 busy", None)
    first = (now(mail).not_before - START).total_seconds()
    assert 12 <= first <= 16
    clock(first - 0.1)
    run()
    assert len(relay.given) == 1
    clock(first)
    run()
    clock(first + 40)
    run()
    assert now(mail).state == "sent"
    assert len(relay.given) == 3


def test_only_those_who_lack_the_mail_get_it_again(relay: Relay, clock: Callable[[float], None]) -> None:
    relay.outcomes = [Outcome(Fate.LATER, "b@x.example: 452 full", accepted=("a@x.example",))]
    posted("a@x.example", "b@x.example")
    run()
    clock(60)
    run()
    assert relay.given == [["a@x.example", "b@x.example"], ["b@x.example"]]


def test_a_mail_refused_for_one_and_released_again_does_not_reach_the_other_twice(relay: Relay) -> None:
    relay.outcomes = [Outcome(Fate.REFUSED, "b@x.example: 550 unknown", accepted=("a@x.example",))]
    mail = posted("a@x.example", "b@x.example")
    run()
    assert now(mail).state == "failed"
    assert release(now(mail), by=SYSTEM)
    run()
    assert relay.given[1] == ["b@x.example"]


def test_after_three_days_a_mail_is_given_up(relay: Relay, clock: Callable[[float], None]) -> None:
    relay.outcomes = [Outcome(Fate.LATER, "451 busy")] * 1000
    mail = posted()
    clock(3 * 86400)
    run()
    assert now(mail).state == "queued"
    clock(3 * 86400 + 3600)
    run()
    assert (now(mail).state, now(mail).answer) == ("failed", "451 busy")


def test_without_a_server_a_mail_is_kept(settings: Any, fates: list[str]) -> None:
    settings.SMTP_OUT = None
    mail = posted()
    run()
    assert now(mail).state == "kept"
    assert fates == ["kept"]
    assert not release(mail, by=SYSTEM)
    assert now(mail).state == "kept"


def test_a_kept_mail_is_released_once_there_is_a_server(relay: Relay, settings: Any, fates: list[str]) -> None:
    settings.SMTP_OUT = None
    mail = posted()
    run()
    settings.SMTP_OUT = SERVER
    assert release(mail, by=SYSTEM)
    assert not release(mail, by=SYSTEM)
    run()
    assert now(mail).state == "sent"
    assert fates == ["kept", "queued", "sent"]


def test_a_kept_mail_is_discarded_and_never_leaves(relay: Relay, settings: Any, fates: list[str]) -> None:
    settings.SMTP_OUT = None
    mail = posted()
    run()
    settings.SMTP_OUT = SERVER
    assert discard(mail, by=SYSTEM)
    assert not discard(mail, by=SYSTEM)
    assert not release(mail, by=SYSTEM)
    deliver(mail_id=mail.pk)
    assert now(mail).state == "discarded"
    assert relay.given == []
    assert fates == ["kept", "discarded"]


def test_a_mail_that_left_is_neither_released_nor_discarded(relay: Relay) -> None:
    mail = posted()
    run()
    assert not release(mail, by=SYSTEM)
    assert not discard(mail, by=SYSTEM)
    deliver(mail_id=mail.pk)
    assert len(relay.given) == 1


def test_a_mail_in_another_workers_hands_is_left_alone_until_its_lease_is_over(
    relay: Relay, clock: Callable[[float], None]
) -> None:
    mail = posted()
    OutgoingMail.objects.update(state="sending", attempts=1, lease_until=START + dt.timedelta(minutes=5))
    run()
    clock(299)
    pick_up_mails()
    run()
    assert relay.given == []
    clock(301)
    pick_up_mails()
    run()
    assert now(mail).state == "sent"


def test_a_mail_whose_job_was_lost_is_picked_up(relay: Relay, clock: Callable[[float], None]) -> None:
    mail = posted(wait=dt.timedelta(days=1))
    OutgoingMail.objects.update(not_before=START)
    clock(121)
    pick_up_mails()
    pick_up_mails()
    run()
    assert now(mail).state == "sent"
    assert len(relay.given) == 1


def test_a_mail_that_is_gone_is_no_fault(relay: Relay) -> None:
    deliver(mail_id=4711)
    assert relay.given == []


def test_mails_of_parts_leave_by_the_outbox(relay: Relay, settings: Any) -> None:
    # tests of Django's own kind put another backend in its place
    settings.EMAIL_BACKEND = "aplomb.journal.outbox.backend.OutboxBackend"
    EmailMessage("Sign in", "A link", "help@desk.example", ["ada@desk.example"], bcc=["bo@desk.example"]).send()
    mail = OutgoingMail.objects.get()
    assert mail.recipients == ["ada@desk.example", "bo@desk.example"]
    assert b"Auto-Submitted: auto-generated" in bytes(mail.content)
    assert mail.message_id.encode() in bytes(mail.content)
    assert b"bo@desk.example" not in bytes(mail.content)


class Session:
    """An SMTP session that says what it is told to."""

    sock = None

    def __init__(self, refused: dict[str, tuple[int, bytes]] | None = None, failing: Exception | None = None) -> None:
        self.refused, self.failing, self.closed = refused or {}, failing, False

    def sendmail(self, _sender: str, _to: list[str], _content: bytes, mail_options: list[str]) -> Any:
        if self.failing:
            raise self.failing
        return self.refused

    def quit(self) -> None:
        raise smtplib.SMTPResponseException(421, b"going away")

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("session", "fate", "answer"),
    [
        (Session(), Fate.ACCEPTED, ""),
        (Session({"b@x.example": (550, b"unknown\x00")}), Fate.REFUSED, "b@x.example: 550 unknown"),
        (Session({"b@x.example": (452, b"full")}), Fate.LATER, "b@x.example: 452 full"),
        (Session(failing=smtplib.SMTPDataError(554, b"spam")), Fate.REFUSED, "554 spam"),
        (Session(failing=smtplib.SMTPDataError(451, b"later")), Fate.LATER, "451 later"),
        (Session(failing=smtplib.SMTPAuthenticationError(535, b"wrong password")), Fate.LATER, "535 wrong password"),
        (Session(failing=smtplib.SMTPServerDisconnected("gone")), Fate.LATER, "mail.example:25: gone"),
        (Session(failing=TimeoutError("timed out")), Fate.LATER, "mail.example:25: timed out"),
        (Session(failing=smtplib.SMTPNotSupportedError("no SMTPUTF8")), Fate.REFUSED, "no SMTPUTF8"),
    ],
)
def test_what_a_servers_answer_means(
    monkeypatch: pytest.MonkeyPatch, session: Session, fate: Fate, answer: str
) -> None:
    monkeypatch.setattr(smtp, "_connected", lambda _server: session)
    outcome = smtp.hand_over(SERVER, posted("a@x.example", "b@x.example"))
    # what a server says to QUIT, after it took the mail, changes nothing
    assert (outcome.fate, outcome.answer) == (fate, answer)
    assert session.closed


def test_a_mail_that_left_never_leaves_again_although_its_fate_could_not_be_told(
    relay: Relay, clock: Callable[[float], None]
) -> None:
    told: list[str] = []

    def deaf(event: MailFate) -> None:
        if len(told) < 2:
            told.append("failed")
            raise RuntimeError("the database went away")
        told.append(event.state)

    wires.connect(together={MailFate: [deaf]}, afterwards={})
    mail = posted()
    run()
    assert now(mail).state == "sent"
    for seconds in (600, 1200, 1800):
        clock(seconds)
        pick_up_mails()
        run()
    assert told == ["failed", "failed", "sent"]
    assert len(relay.given) == 1


def test_a_mail_whose_text_was_erased_during_a_try_gets_no_other_try(
    relay: Relay, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = posted()

    def erased_meanwhile(_server: SmtpServer, held: OutgoingMail) -> Outcome:
        forget_mails([held.pk])
        relay.given.append(list(held.recipients))
        return Outcome(Fate.LATER, "451 busy", accepted=tuple(held.recipients[:1]))

    monkeypatch.setattr(smtp, "hand_over", erased_meanwhile)
    run()
    clock(7200)
    run()
    found = now(mail)
    assert (found.state, bytes(found.content), found.recipients) == ("discarded", b"", [])
    assert len(relay.given) == 1


def test_the_lease_of_a_mail_lasts_as_long_as_its_server_takes(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    time_machine.move_to(START, tick=False)
    monkeypatch.setattr(outbox_jobs, "LEASE", dt.timedelta(seconds=0.15))
    mail = posted()
    leases: set[object] = set()

    def slow(_server: SmtpServer, held: OutgoingMail) -> Outcome:
        leases.add(now(held).lease_until)
        time_machine.move_to(START + dt.timedelta(minutes=30), tick=False)
        for _try in range(200):
            leases.add(now(held).lease_until)
            if len(leases) > 1:
                break
            threading.Event().wait(0.02)
        return Outcome(Fate.ACCEPTED, "250 at last")

    monkeypatch.setattr(smtp, "hand_over", slow)
    run()
    assert START + dt.timedelta(minutes=30, seconds=0.15) in leases
    assert now(mail).state == "sent"


def test_a_password_that_smtp_cannot_carry_is_said_on_the_mail_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def in_ascii(_server: SmtpServer) -> smtplib.SMTP:
        # what smtplib does with the password
        "Σίγμα".encode("ascii")
        raise AssertionError

    monkeypatch.setattr(smtp, "_connected", in_ascii)
    found = smtp.hand_over(SERVER, posted())
    assert found.fate is Fate.LATER
    assert "Σίγμα" not in found.answer


def test_a_server_may_look_at_a_mail_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float | None] = []

    class Line:
        def settimeout(self, seconds: float) -> None:
            waits.append(seconds)

    class Session:
        sock = Line()

        def sendmail(self, *_mail: object, **_how: object) -> dict[str, object]:
            waits.append(None)
            return {}

        def quit(self) -> None: ...

        def close(self) -> None: ...

    monkeypatch.setattr(smtp, "_connected", lambda _server: Session())
    assert smtp.hand_over(SERVER, posted()).fate is Fate.ACCEPTED
    # RFC 5321 section 4.5.3.2.6: who gives up earlier sends it twice
    assert waits == [600, None, 60]


def test_who_was_refused_for_good_gets_no_other_try_and_the_mail_has_failed_for_them(
    relay: Relay, clock: Callable[[float], None], fates: list[str]
) -> None:
    gone = {"gone@x.example": "550 unknown"}
    relay.outcomes = [
        Outcome(Fate.LATER, "gone@x.example: 550 unknown; full@x.example: 452 full", ("ok@x.example",), gone)
    ]
    mail = posted("ok@x.example", "gone@x.example", "full@x.example")
    run()
    clock(60)
    run()
    assert relay.given == [["ok@x.example", "gone@x.example", "full@x.example"], ["full@x.example"]]
    # one of three never got it: that is said, and another try is for them alone
    assert (now(mail).state, now(mail).answer) == ("failed", "gone@x.example: 550 unknown")
    assert fates == ["failed"]
    assert release(now(mail), by=SYSTEM)
    run()
    assert relay.given[2] == ["gone@x.example"]
    assert now(mail).state == "sent"


def test_given_up_after_three_days_a_mail_lacks_those_refused_and_those_never_reached(
    relay: Relay, clock: Callable[[float], None]
) -> None:
    relay.outcomes = [
        Outcome(Fate.LATER, "b: 550; c: 452", ("a@x.example",), {"b@x.example": "550 unknown"}),
        Outcome(Fate.LATER, "c@x.example: 452 full"),
    ]
    mail = posted("a@x.example", "b@x.example", "c@x.example")
    run()
    clock(3 * 86400 + 3600)
    run()
    assert (now(mail).state, now(mail).recipients) == ("failed", ["b@x.example", "c@x.example"])
    assert now(mail).answer == "b@x.example: 550 unknown; c@x.example: 452 full"


def test_refusals_of_a_server_are_sorted_by_whether_another_try_may_help(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session({"b@x.example": (550, b"unknown"), "c@x.example": (452, b"full")})
    monkeypatch.setattr(smtp, "_connected", lambda _server: session)
    outcome = smtp.hand_over(SERVER, posted("a@x.example", "b@x.example", "c@x.example"))
    assert (outcome.fate, outcome.accepted) == (Fate.LATER, ("a@x.example",))
    assert outcome.refused == {"b@x.example": "550 unknown"}


def test_what_the_server_said_is_written_down_once_the_database_is_back(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def away(mail: OutgoingMail, state: OutgoingMail.State, answer: str) -> None:
        tries.append(str(state))
        if len(tries) < 4:
            raise OperationalError("database is locked")
        settle(mail, state, answer)

    monkeypatch.setattr(outbox_jobs, "settle", away)
    monkeypatch.setattr(outbox_jobs, "WRITTEN_AFTER", (0.0,) * 5)
    mail = posted()
    run()
    assert (now(mail).state, tries) == ("sent", ["sent"] * 4)
    assert len(relay.given) == 1


def test_a_mail_whose_sender_died_over_it_is_sent_again_under_the_same_message_id(
    relay: Relay, clock: Callable[[float], None]
) -> None:
    mail = posted()
    # what kill -9 during the hand-over leaves behind
    OutgoingMail.objects.update(state="sending", attempts=1, lease_until=START + outbox_jobs.LEASE)
    run()
    assert relay.given == []
    clock(outbox_jobs.LEASE.total_seconds() + 1)
    run()
    assert (now(mail).state, now(mail).message_id, len(relay.given)) == ("sent", "<1@desk.example>", 1)
