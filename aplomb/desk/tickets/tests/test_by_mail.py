"""Addresses with which somebody of the desk answers from their own mail program."""

import re
from collections.abc import Callable

from django.test import Client

from aplomb.channels.mail.tokens import signing_key, staff_tokens_in
from tests.cast import Cast

Web = Callable[..., Client]


def addresses(client: Client, number: str) -> list[str]:
    text = client.get(f"/tickets/{number}/pick/by_mail").content.decode()
    return re.findall(r'href="mailto:([^"]+)"', text)


def test_the_addresses_are_ones_own_and_of_this_ticket(cast: Cast, web: Web) -> None:
    cast.mailbox.has_plus = True
    cast.mailbox.save()
    reply, note = addresses(web(cast.ada), cast.ticket.number)
    assert staff_tokens_in(reply, cast.ada.pk, signing_key()) == [(cast.ticket.number, False)]
    assert staff_tokens_in(note, cast.ada.pk, signing_key()) == [(cast.ticket.number, True)]
    assert staff_tokens_in(reply, cast.bo.pk, signing_key()) == []
    # who only notes gets the address of notes, and nobody one of a ticket out of sight
    assert len(addresses(web(cast.aud), cast.ticket.number)) == 1
    assert web(cast.ada).get(f"/tickets/{cast.hidden.number}/pick/by_mail").status_code == 404


def test_without_plus_addresses_there_are_none(cast: Cast, web: Web) -> None:
    assert addresses(web(cast.ada), cast.ticket.number) == []
