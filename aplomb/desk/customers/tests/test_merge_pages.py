"""Merging two entries of one person in the browser, without scripts."""

import pytest
from django.conf import settings
from django.test import Client

from aplomb.customers.actions import add_contact, merge_contact
from aplomb.customers.models import Contact
from aplomb.desk.tickets.choices import suggested_contacts
from aplomb.journal.actors import SYSTEM
from aplomb.people.models import Person
from tests.cast import Cast, asked


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def twin(cast: Cast) -> Contact:
    made = add_contact(name="Cleo W.", emails=("cleo@home.example",), note="At home", by=SYSTEM)
    asked(made, "From home.", subject="Of the twin")
    return made


def test_it_is_found_looked_at_merged_and_undone(cast: Cast, twin: Contact) -> None:
    ada = browser(cast.ada)
    found = ada.get(f"/customers/{twin.pk}/merge", {"q": "cleo@acme.example"})
    assert f"/customers/{twin.pk}/merge?into={cast.cleo.pk}" in found.content.decode()
    looked = ada.get(f"/customers/{twin.pk}/merge", {"into": cast.cleo.pk}).content.decode()
    assert "cleo@home.example" in looked
    assert "cleo@acme.example" in looked
    page = ada.post(f"/customers/{twin.pk}/merge", {"into": cast.cleo.pk}, follow=True).content.decode()
    for each in ("Also entered as", "cleo@home.example", "At home", "Of the twin", "No dial tone"):
        assert each in page, each
    assert ada.get(f"/customers/{twin.pk}").headers["Location"] == f"/customers/{cast.cleo.pk}"
    ada.post(f"/customers/{twin.pk}/unmerge")
    assert Contact.objects.get(pk=twin.pk).merged_into is None
    assert "Also entered as" not in ada.get(f"/customers/{cast.cleo.pk}").content.decode()


def test_one_entry_is_listed_and_suggested_with_all_addresses(cast: Cast, twin: Contact) -> None:
    merge_contact(twin, cast.cleo, by=cast.ada)
    page = browser(cast.ada).get("/customers", {"find": "cleo"}).content.decode()
    assert f'href="/customers/{cast.cleo.pk}"' in page
    assert f'href="/customers/{twin.pk}"' not in page
    names = dict(suggested_contacts("cleo@home"))
    assert names["cleo@home.example"] == names["cleo@acme.example"] == cast.cleo.name


def test_with_itself_or_nobody_nothing_happens_and_an_auditor_finds_no_page(cast: Cast, twin: Contact) -> None:
    ada = browser(cast.ada)
    assert ada.post(f"/customers/{twin.pk}/merge", {"into": twin.pk}).status_code == 302
    assert ada.post(f"/customers/{twin.pk}/merge", {"into": "nobody"}).status_code == 404
    assert browser(cast.aud).post(f"/customers/{twin.pk}/merge", {"into": cast.cleo.pk}).status_code == 404
    assert not Contact.objects.exclude(merged_into=None).exists()
