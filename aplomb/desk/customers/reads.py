"""Finding customers: by the beginning of a name, an address or a number, and by any word of a name on a ticket."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from aplomb.customers.addresses import email_key, phone_key
from aplomb.customers.merged import contact_ids, end_of_contact
from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.search.index import find
from aplomb.search.words import words_of
from aplomb.tickets.models import Ticket

ROWS = 50
# how many of the newest tickets are looked through for a name that does not begin with what was typed
TICKETS = 200
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """A page of contacts with their points, organisations of that name, and the id to go on from (0: no more)."""

    contacts: tuple[Contact, ...]
    organisations: tuple[Organisation, ...] = ()
    before: int = 0


def newest_contacts(*, before: int | None = None, rows: int = ROWS) -> Found:
    """Contacts, newest first."""
    found = _whole(Contact.objects.filter(merged_into=None))
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-id")[: rows + 1])
    return Found(tuple(page[:rows]), before=page[rows - 1].pk if len(page) > rows else 0)


def find_contacts(text: str, *, rows: int = ROWS) -> Found:
    """The contacts that somebody may mean by this, at most `rows` of them. Never a scan of all."""
    wanted = " ".join(text.split())[:80]
    if not wanted:
        return Found(())
    ids = list(dict.fromkeys([*_by_point(wanted, rows), *_by_name(wanted, rows), *_by_tickets(wanted)]))[:rows]
    contacts = _standing(_whole(Contact.objects.filter(pk__in=ids)))
    organisations = Organisation.objects.filter(_spelled("name", wanted)).order_by("name", "id")[:10]
    # several entries of one person are one
    shown = {contacts[pk].pk: contacts[pk] for pk in ids if pk in contacts}
    return Found(tuple(shown.values()), tuple(organisations))


def list_organisations(text: str, *, after: Organisation | None = None, rows: int = ROWS) -> list[Organisation]:
    """Organisations by name, those that begin with the text; one row more than asked for where there are more."""
    found = Organisation.objects.order_by("name", "id")
    wanted = " ".join(text.split())[:80]
    if wanted:
        found = found.filter(_spelled("name", wanted))
    if after is not None:
        found = found.filter(Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk))
    return list(found[: rows + 1])


def _whole(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.select_related("organisation").prefetch_related("points")


def _standing(found: Iterable[Contact]) -> dict[int, Contact]:
    """By the id of the entry that was found, the one that stays, with the addresses of all. No query for plain ones."""
    shown: dict[int, Contact] = {}
    for each in found:
        end = end_of_contact(each)
        if end.pk != each.pk or end.has_merged:
            points = ContactPoint.objects.filter(contact__in=contact_ids(end)).order_by("id")
            end._prefetched_objects_cache = {"points": points}  # type: ignore[attr-defined]  # as prefetching leaves it
        shown[each.pk] = end
    return shown


def _by_point(wanted: str, rows: int) -> list[int]:
    either = Q()
    digits = phone_key(wanted)
    if len(digits) >= 3 and not any(each.isalpha() for each in wanted):
        either |= Q(kind=ContactPoint.Kind.PHONE) & _begins("key", digits)
    if " " not in wanted:
        # a domain that is being typed is no domain yet
        key = email_key(wanted) if wanted.count("@") == 1 and "." in wanted else wanted.lower()
        either |= Q(kind=ContactPoint.Kind.EMAIL) & _begins("key", key)
    if not either:
        return []
    return list(ContactPoint.objects.filter(either).order_by("key").values_list("contact_id", flat=True)[:rows])


def _by_name(wanted: str, rows: int) -> list[int]:
    found = Contact.objects.filter(_spelled("name", wanted)).order_by("name", "id")
    return list(found.values_list("pk", flat=True)[:rows])


def _by_tickets(wanted: str) -> list[int]:
    """Customers of the newest tickets that have these words, if it is the customer who has them."""
    words = words_of(wanted)
    if not words:
        return []
    tickets = Ticket.objects.filter(pk__in=find(wanted, most=TICKETS)).values_list("contact_id", flat=True)
    near = Contact.objects.filter(pk__in=set(tickets)).select_related("organisation")
    return [each.pk for each in near.order_by("name", "id") if _has_words(each, words)]


def _has_words(contact: Contact, words: Iterable[str]) -> bool:
    own = words_of(f"{contact.name} {contact.organisation.name if contact.organisation else ''}")
    return all(any(each.startswith(word) for each in own) for word in words)


def _spelled(field: str, wanted: str) -> Q:
    """Beginning with this as it was typed, in capitals, or with capital initials."""
    either = Q()
    for each in dict.fromkeys([wanted, wanted.title(), wanted.capitalize(), wanted.upper(), wanted.lower()]):
        either |= _begins(field, each)
    return either


def _begins(field: str, start: str) -> Q:
    # SQLite walks its index for a range but not for LIKE; PostgreSQL's order depends on the language, LIKE does not
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": start})
    return Q(**{f"{field}__gte": start, f"{field}__lt": start + LAST})
