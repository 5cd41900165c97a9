"""What a mail had beside words is seen on its message, and what came back can be sent again."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from aplomb.channels.mail.coming_in.tests.test_traits import EVENT, invitation
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tests.reports import answered, header_id, report
from aplomb.desk.words import Speech
from aplomb.journal.models import OutgoingMail
from aplomb.lib.env import SmtpServer
from tests.cast import CLEO, Cast

Web = Callable[..., Client]


def page(client: Client, row: IncomingMail) -> str:
    assert row.ticket is not None
    return client.get(f"/tickets/{row.ticket.number}").content.decode()


def test_an_invitation_says_what_when_where_and_who_in_the_readers_zone(cast: Cast, web: Web) -> None:
    cast.ada.time_zone = "Europe/Athens"
    cast.ada.save()
    text = page(web(cast.ada), taken_in(invitation()))
    assert "Site visit, second floor" in text
    # ten to half past eleven in Rome
    assert "Thursday, 26 November 2026, 11:00–12:30 EET" in text
    assert '<time datetime="2026-11-26T09:00:00+00:00">' in text
    assert "Via Larga 4" in text
    assert "Cleo Whitfield &lt;cleo@acme.example&gt;" in text
    assert ".ics" in text or "text/calendar" in text


def test_whole_days_end_with_the_last_one(cast: Cast, web: Web) -> None:
    event = EVENT.replace(";TZID=Europe/Rome:20261126T100000", ";VALUE=DATE:20261126")
    event = event.replace(";TZID=Europe/Rome:20261126T113000", ";VALUE=DATE:20261128")
    text = page(web(cast.ada), taken_in(invitation(event=event)))
    assert "Thursday, 26 November 2026 – Friday, 27 November 2026" in text


@pytest.mark.parametrize(
    ("method", "answer", "words"),
    [
        ("CANCEL", "ACCEPTED", "Cancelled"),
        ("REPLY", "DECLINED", "Help declines"),
        ("REPLY", "TENTATIVE", "Help may come"),
        ("COUNTER", "TENTATIVE", "Another time is proposed"),
        ("PUBLISH", "NEEDS-ACTION", "Event"),
    ],
)
def test_the_card_says_what_became_of_it(cast: Cast, web: Web, method: str, answer: str, words: str) -> None:
    text = page(web(cast.ada), taken_in(invitation(method, answer)))
    assert f'<span dir="auto">{words}</span>' in text
    assert ('class="invitation off"' in text) is (method == "CANCEL")


def test_what_an_invitation_says_is_escaped(cast: Cast, web: Web) -> None:
    event = EVENT.replace("Via Larga 4", "<script>alert(1)</script> https://meet.example/7")
    text = page(web(cast.ada), taken_in(invitation(event=event)))
    assert "<script>alert" not in text
    assert '<a href="https://meet.example/7" target="_blank" rel="noopener noreferrer nofollow">' in text


def test_the_readers_words_of_a_stretch() -> None:
    import datetime as dt

    start = dt.datetime(2026, 11, 26, 22, 30, tzinfo=dt.UTC)
    speech = Speech()
    assert speech.stretch(start, None) == speech.exact(start) == speech.stretch(start, start)
    over_night = speech.stretch(start, start + dt.timedelta(days=1))
    assert over_night.endswith(f" – {speech.exact(start + dt.timedelta(days=1))}")
    assert speech.stretch(dt.date(2026, 11, 26), dt.date(2026, 11, 27)) == "Thursday, 26 November 2026"


def test_a_signature_is_marked_and_not_called_right(cast: Cast, web: Web) -> None:
    mail = letter(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello.\n-----BEGIN PGP SIGNATURE-----\n\niQ\n"
        "-----END PGP SIGNATURE-----\n"
    )
    assert "Signed (PGP). The desk does not check the signature." in page(web(cast.ada), taken_in(mail))


def test_an_encrypted_mail_says_that_nobody_here_can_read_it(cast: Cast, web: Web) -> None:
    mail = letter("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")
    assert "Encrypted (PGP): the desk cannot read it." in page(web(cast.ada), taken_in(mail))


def test_a_name_that_shows_another_address_is_warned_of(cast: Cast, web: Web) -> None:
    row = taken_in(letter(sender='"billing@bank.example" <eve@elsewhere.example>'))
    warning = "The sender&#x27;s name shows billing@bank.example, but this mail came from eve@elsewhere.example."
    assert warning.replace("&#x27;", "'") in page(web(cast.ada), row).replace("&#x27;", "'")
    assert "name shows" not in page(web(cast.ada), taken_in(letter()))


def test_what_came_back_is_sent_again_by_a_button_once(cast: Cast, web: Web, settings: Settings) -> None:
    settings.SMTP_OUT = SmtpServer("127.0.0.1", 9, "plain", "", "")
    message = answered(cast)
    OutgoingMail.objects.filter(reference=f"message {message.pk}").update(state="sent")
    row = taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    address = f"/messages/{message.pk}/again"
    client = web(cast.ada)
    assert f'action="{address}"' in page(client, row)
    assert address not in page(web(cast.aud), row)

    piece = client.post(address, headers={"HX-Request": "true"}).content.decode()

    assert f'id="message-{message.pk}"' in piece
    assert "Leaves in a moment" in piece
    # it left before: nothing of it can be undone
    assert f"/messages/{message.pk}/undo" not in piece and address not in piece
    assert client.post(address, headers={"HX-Request": "true"}).status_code == 422
    assert OutgoingMail.objects.filter(purpose=OutgoingMail.AGAIN).count() == 1
