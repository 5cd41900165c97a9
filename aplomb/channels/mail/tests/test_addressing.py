"""Further addresses of a mailbox, and the team of what comes to them."""

import pytest

from aplomb.channels.mail.actions import add_mailbox, set_aliases
from aplomb.channels.mail.addressing import names_us, our_addresses
from aplomb.channels.mail.coming_in.storing import Arrival, store_fetched
from aplomb.channels.mail.models import IncomingMail, Mailbox, MailboxAlias
from aplomb.channels.mail.rawmail import raw_bytes
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.journal.actors import SYSTEM
from aplomb.people.errors import NotAllowed, Wrong
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_mail_to_an_alias_is_its_mailboxs_and_opens_at_the_alias_s_team(cast: Cast) -> None:
    set_aliases(cast.mailbox, {"Complaints@desk.example": cast.trust, "old@desk.example": None}, by=SYSTEM)
    row = taken_in(letter(to="complaints@desk.example"), to="complaints+x@desk.example")
    assert row.mailbox == cast.mailbox and row.ticket is not None
    assert row.ticket.team == cast.trust


def test_an_alias_without_a_team_opens_at_the_mailboxs(cast: Cast) -> None:
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(team=cast.lines)
    set_aliases(cast.mailbox, {"old@desk.example": None}, by=SYSTEM)
    row = taken_in(letter(to="old@desk.example"), to="old@desk.example")
    assert row.ticket is not None and row.ticket.team == cast.lines


def test_the_headers_name_the_alias_where_the_mailbox_was_fetched(cast: Cast) -> None:
    from aplomb.channels.mail.coming_in import applying

    set_aliases(cast.mailbox, {"complaints@desk.example": cast.trust}, by=SYSTEM)
    content = letter(to="complaints@desk.example").as_bytes()
    row = store_fetched(Arrival(content=content, source="imap", mailbox=cast.mailbox, uid_validity=1, uid=1))
    assert row is not None
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.ticket is not None and row.ticket.team == cast.trust


def test_aliases_of_a_mailbox_that_is_switched_off_take_nothing_in_and_are_still_ours(cast: Cast) -> None:
    set_aliases(cast.mailbox, {"old@desk.example": None}, by=SYSTEM)
    assert names_us("OLD+token@desk.example", our_addresses())
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(is_active=False)
    assert not names_us("old@desk.example", our_addresses())
    assert names_us("old@desk.example", our_addresses(also_unused=True))


def test_a_domain_of_another_alphabet_is_known_in_both_spellings(cast: Cast) -> None:
    set_aliases(cast.mailbox, {"βοήθεια@γραφείο.example": None}, by=SYSTEM)
    assert names_us("βοήθεια@xn--kxadfj5ci0b.example", our_addresses())


def test_exactly_the_given_aliases_stay(cast: Cast) -> None:
    set_aliases(cast.mailbox, {"a@desk.example": None, "b@desk.example": None}, by=SYSTEM)
    set_aliases(cast.mailbox, {"b@desk.example": cast.lines, "": None}, by=SYSTEM)
    assert [(each.address, each.team) for each in MailboxAlias.objects.all()] == [("b@desk.example", cast.lines)]


@pytest.mark.parametrize("address", ["help@desk.example", "second@desk.example", "theirs@desk.example", "no address"])
def test_an_address_that_is_taken_or_none_is_refused(cast: Cast, address: str) -> None:
    second = add_mailbox(by=SYSTEM, name="Second", address="second@desk.example")
    set_aliases(second, {"theirs@desk.example": None}, by=SYSTEM)
    with pytest.raises(Wrong):
        set_aliases(cast.mailbox, {address: None}, by=SYSTEM)
    assert not MailboxAlias.objects.filter(mailbox=cast.mailbox).exists()


def test_no_mailbox_takes_another_ones_alias(cast: Cast) -> None:
    set_aliases(cast.mailbox, {"old@desk.example": None}, by=SYSTEM)
    with pytest.raises(Wrong):
        add_mailbox(by=SYSTEM, name="Old", address="old@desk.example")


def test_only_administrators_set_aliases(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_aliases(cast.mailbox, {"old@desk.example": None}, by=cast.ada)


def test_a_number_that_the_server_gives_twice_loses_no_mail_and_stores_none_twice(cast: Cast) -> None:
    first, second = letter("One.").as_bytes(), letter("Another.").as_bytes()

    def fetched(content: bytes) -> IncomingMail | None:
        return store_fetched(Arrival(content=content, source="imap", mailbox=cast.mailbox, uid_validity=1, uid=7))

    assert fetched(first) is not None and fetched(first) is None
    other = fetched(second)
    assert other is not None and other.uid is None and raw_bytes(other) == second
