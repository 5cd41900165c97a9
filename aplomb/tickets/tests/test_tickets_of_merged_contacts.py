"""Two entries of one person become one, and two again."""

import pytest

from aplomb.customers.actions import (
    add_contact,
    add_point,
    contact_for_address,
    contact_for_number,
    merge_contact,
    remove_point,
    unmerge_contact,
)
from aplomb.customers.actions.merge import SameContact
from aplomb.customers.merged import contact_ids, end_of_contact, whole_contact_ids
from aplomb.customers.models import Contact
from aplomb.customers.twins import Why, likely_twins
from aplomb.journal.actors import MAIL, SYSTEM
from aplomb.people.errors import NotAllowed, Refused, Wrong
from aplomb.tickets.models import Participant
from aplomb.tickets.reads import QueueFilter, answer_address, queue_page, ticket_page
from tests.cast import CLEO, Cast, asked, fresh, wrote

OTHER = "cleo.home@mail.example"


@pytest.fixture
def twin(cast: Cast) -> Contact:
    """Cleo under her address at home."""
    return add_contact(name="Cleo W.", emails=(OTHER,), phones=("01632 960123",), by=SYSTEM)


def row(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def test_mail_from_either_address_belongs_to_the_one_that_stays(cast: Cast, twin: Contact) -> None:
    merge_contact(twin, cast.cleo, by=cast.ada)
    assert contact_for_address(OTHER, by=MAIL) == cast.cleo
    assert contact_for_address(CLEO, by=MAIL) == cast.cleo
    assert contact_for_number("01632 960123", by=SYSTEM) == cast.cleo


def test_nothing_is_re_pointed_and_undoing_leaves_no_trace(cast: Cast, twin: Contact) -> None:
    ticket = asked(twin, "From home.").ticket
    before = list(Contact.objects.order_by("pk").values())
    merge_contact(twin, cast.cleo, by=cast.ada)
    assert fresh(ticket).contact_id == twin.pk
    unmerge_contact(row(twin), by=cast.ada)
    unmerge_contact(row(twin), by=cast.ada)
    assert list(Contact.objects.order_by("pk").values()) == before


def test_the_tickets_of_both_show_the_one_that_stays(cast: Cast, twin: Contact) -> None:
    ticket = asked(twin, "From home.").ticket
    merge_contact(twin, cast.cleo, by=cast.ada)
    page = ticket_page(cast.ada, ticket.number)
    assert page.ticket.contact == cast.cleo
    assert page.points[0].value == CLEO
    assert OTHER in [point.value for point in page.points]
    assert [each.number for each in page.other_tickets] == [cast.ticket.number]
    assert [each.number for each in ticket_page(cast.ada, cast.ticket.number).other_tickets] == [ticket.number]
    rows = queue_page(cast.ada, QueueFilter(contact=cast.cleo.pk, entries=contact_ids(row(cast.cleo)))).rows
    assert {each.number for each in rows} == {ticket.number, cast.ticket.number}
    assert {each.contact_name for each in rows} == {cast.cleo.name}
    # answered where they asked from
    assert answer_address(fresh(ticket)) == (OTHER,)


def test_the_same_person_takes_no_second_seat(cast: Cast, twin: Contact) -> None:
    ticket = asked(twin, "From home.").ticket
    merge_contact(twin, cast.cleo, by=cast.ada)
    wrote(contact_for_address(OTHER, by=MAIL), ticket, "And more.")
    assert not Participant.objects.exists()
    assert [each.is_own_author for each in ticket_page(cast.ada, ticket.number).messages] == [True, True]


def test_chains_are_followed_and_rings_refused(cast: Cast, twin: Contact) -> None:
    merge_contact(twin, cast.cleo, by=cast.ada)
    merge_contact(row(cast.cleo), cast.dimitra, by=cast.ada)
    assert end_of_contact(row(twin)) == cast.dimitra
    assert set(whole_contact_ids(row(cast.cleo))) == {twin.pk, cast.cleo.pk, cast.dimitra.pk}
    for one, two in ((cast.dimitra, twin), (cast.dimitra, cast.dimitra)):
        with pytest.raises(SameContact):
            merge_contact(row(one), row(two), by=cast.ada)
    with pytest.raises(Refused):
        merge_contact(row(twin), add_contact(name="X", emails=("x@x.example",), by=SYSTEM), by=cast.ada)
    assert merge_contact(row(twin), row(cast.dimitra), by=cast.ada) == cast.dimitra


def test_an_address_of_the_other_entry_is_ones_own_and_the_last_one_stays(cast: Cast, twin: Contact) -> None:
    with pytest.raises(Wrong):
        add_point(cast.cleo, "email", OTHER, by=cast.ada)
    merge_contact(twin, cast.cleo, by=cast.ada)
    assert add_point(row(cast.cleo), "email", OTHER, by=cast.ada).contact == twin
    for point in list(row(twin).points.all()):
        remove_point(point, by=cast.ada)
    remove_point(row(cast.cleo).points.all()[0], by=cast.ada)
    with pytest.raises(Wrong):
        remove_point(row(cast.cleo).points.all()[0], by=cast.ada)


def test_an_auditor_may_not(cast: Cast, twin: Contact) -> None:
    with pytest.raises(NotAllowed):
        merge_contact(twin, cast.cleo, by=cast.aud)
    assert row(twin).merged_into is None


def test_who_may_be_the_same_person_is_offered(cast: Cast, twin: Contact) -> None:
    named = add_contact(name=cast.cleo.name, emails=("c.w@acme.example",), by=SYSTEM)
    alike = add_contact(name="C", emails=("cleo+shop@elsewhere.example",), by=SYSTEM)
    near = add_contact(name="D", emails=("dimitra@home.example",), by=SYSTEM)
    found = {each.contact.pk: each.why for each in likely_twins(row(cast.cleo))}
    assert found == {named.pk: Why.NAME, twin.pk: Why.PHONE}
    assert alike.pk not in found
    assert [each.contact for each in likely_twins(row(cast.dimitra))] == [near]
    merge_contact(twin, cast.cleo, by=cast.ada)
    assert twin.pk not in {each.contact.pk for each in likely_twins(row(cast.cleo))}


def test_a_plain_contact_costs_no_query(cast: Cast, django_assert_num_queries: object) -> None:
    contact = row(cast.cleo)
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture
        assert contact_ids(contact) == whole_contact_ids(contact) == (contact.pk,)
        assert end_of_contact(contact) is contact
