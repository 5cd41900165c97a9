"""What is known of a mail's origin when it is applied."""

import smtplib

import pytest

from aplomb.channels.mail.coming_in.receiver import ReceiverThread
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.proof import evidence
from aplomb.channels.mail.proof.origin import Envelope, Proof
from aplomb.channels.mail.reading.parse import parse_mail
from aplomb.channels.mail.tests.letters import HELP, letter, taken_in
from tests.cast import Cast
from tests.parts.ports import free_port


@pytest.mark.django_db
def test_the_row_keeps_who_proved_what(cast: Cast) -> None:
    cast.mailbox.authserv_id = "mx.desk.example"
    cast.mailbox.save()
    row = taken_in(letter(Authentication_Results="mx.desk.example; dkim=pass header.d=acme.example; spf=none"))
    assert row.is_authenticated is True
    assert row.verdicts == {"by": "mx.desk.example", "spf": "none", "dkim": ["pass acme.example"]}


@pytest.mark.django_db
def test_only_smtp_tells_of_the_senders_machine(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Envelope | None] = []

    def prove(raw: bytes, *, server: str, envelope: Envelope | None = None) -> Proof:
        asked.append(envelope)
        return Proof()

    monkeypatch.setattr(evidence, "prove", prove)
    content = letter().as_bytes()
    for source, peer in (("smtp", "8.8.8.8"), ("smtp", ""), ("lmtp", "8.8.8.8"), ("imap", "")):
        arrival = Arrival(
            content=content, source=source, envelope_from="a@acme.example", envelope_to=(HELP,), peer=peer, helo="mx"
        )
        mail = store([arrival])[0]
        evidence.gather(mail, parse_mail(content), content, cast.mailbox)
    assert asked == [Envelope("8.8.8.8", "mx", "a@acme.example"), None, None, None]


@pytest.mark.django_db(transaction=True)
def test_the_receiver_writes_down_which_machine_brought_a_mail(cast: Cast) -> None:
    receiver = ReceiverThread(hostname="127.0.0.1", port=free_port())
    receiver.start()
    try:
        with smtplib.SMTP("127.0.0.1", receiver.port, local_hostname="mx.acme.example") as line:
            line.send_message(letter(), "cleo@acme.example", [HELP])
    finally:
        receiver.stop()
    assert IncomingMail.objects.get().verdicts == {"peer": "127.0.0.1", "helo": "mx.acme.example"}
