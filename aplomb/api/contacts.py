"""Contacts: who the desk serves."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from aplomb.api.auth import Token, person_of
from aplomb.api.bodies import json_answer
from aplomb.api.idempotency import once_per_key
from aplomb.api.references import organisation_of
from aplomb.api.schemas import ContactAsked, ContactChange, ContactPage, ContactShown, RowCursor, Search, answers
from aplomb.customers.actions import add_contact, add_point, change_contact, remove_point
from aplomb.customers.addresses import email_key, looks_like_email, looks_like_phone, phone_key
from aplomb.customers.merged import contact_ids, end_of_contact
from aplomb.customers.models import Contact, ContactPoint
from aplomb.customers.policies import may_change_customers, may_see_customers
from aplomb.lib.time import second_text
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.people.policies import require

router = Router(tags=["Contacts"])

READ, WRITE = Token("customers:read"), Token("customers:write")
Kind = ContactPoint.Kind


@router.get("/contacts", response=answers(200, ContactPage), auth=READ, summary="List contacts")
def list_contacts(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[RowCursor | None, Query()] = None,
    q: Annotated[
        Search | None, Query(description="A whole e-mail address or phone number, else a part of the name.")
    ] = None,
) -> HttpResponse:
    """Longest known first; of entries that were merged the one that stays.

    `next` is the cursor of the following page, null on the last one.
    """
    require(may_see_customers(person_of(request)))
    found = _matching((q or "").strip()).filter(merged_into=None)
    if cursor:
        found = found.filter(pk__gt=min(int(cursor), 2**63 - 1))
    rows = list(found.select_related("organisation").prefetch_related("points").order_by("id")[: limit + 1])
    mark = str(rows[limit - 1].pk) if len(rows) > limit else None
    return json_answer({"items": [_shown(each) for each in rows[:limit]], "next": mark})


@router.post("/contacts", response=answers(201, ContactShown, 400, 413, 415), auth=WRITE, summary="Add a contact")
@once_per_key
def create_contact(request: HttpRequest, body: ContactAsked) -> HttpResponse:
    """With at least one address or number that no other contact has."""
    person = person_of(request)
    require(may_change_customers(person))
    contact = add_contact(
        by=person,
        name=body.name,
        emails=tuple(body.emails),
        phones=tuple(body.phones),
        organisation=organisation_of(body.organisation),
        language=body.language,
        time_zone=body.time_zone,
        address_as=body.address_as,
        note=body.note,
    )
    return _answer(contact.pk, status=201)


@router.get(
    "/contacts/{int:contact_id}",
    response=answers(200, ContactShown, 404),
    auth=READ,
    summary="Show a contact",
)
def show_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """With every address and number; of an entry that was merged, the one that stays (its `id` is another)."""
    require(may_see_customers(person_of(request)))
    return _answer(contact_id)


@router.patch(
    "/contacts/{int:contact_id}",
    response=answers(200, ContactShown, 400, 404, 413, 415),
    auth=WRITE,
    summary="Change a contact",
)
def patch_contact(request: HttpRequest, contact_id: int, body: ContactChange) -> HttpResponse:
    """All the changes or none. `emails` and `phones` are the whole list: what is not in it goes."""
    person = person_of(request)
    with transaction.atomic():
        contact = Contact.objects.select_for_update().filter(pk=_standing_id(contact_id)).first()
        if contact is None:
            raise NotFound
        require(may_change_customers(person))
        given = body.model_fields_set
        changes: dict[str, object] = {
            name: getattr(body, name)
            for name in ("name", "address_as", "language", "time_zone", "note")
            if name in given
        }
        if "organisation" in given:
            changes["organisation"] = organisation_of(body.organisation)
        change_contact(contact, by=person, **changes)
        wanted = {
            Kind.EMAIL: body.emails if "emails" in given else None,
            Kind.PHONE: body.phones if "phones" in given else None,
        }
        _set_points(contact, wanted, by=person)
    return _answer(contact_id)


def _standing_id(contact_id: int) -> int:
    """The entry that stays, of one that was merged. Raises NotFound."""
    found = Contact.objects.filter(pk=contact_id).first()
    if found is None:
        raise NotFound
    return end_of_contact(found).pk


def _set_points(contact: Contact, wanted: dict[Kind, list[str] | None], *, by: Person) -> None:
    """Add what is new, then take away what is not wanted, so that one is always left."""
    kept: set[int] = set()
    for kind, values in wanted.items():
        if values is None:
            kept |= set(contact.points.filter(kind=kind).values_list("pk", flat=True))
            continue
        kept |= {add_point(contact, kind, value, by=by).pk for value in values}
    for point in contact.points.exclude(pk__in=kept).select_related("contact"):
        remove_point(point, by=by)


def _matching(text: str) -> QuerySet[Contact]:
    found = Contact.objects.all()
    if not text:
        return found
    if looks_like_email(text):
        return found.filter(pk__in=_owners(Kind.EMAIL, email_key(text)))
    if looks_like_phone(text):
        return found.filter(pk__in=_owners(Kind.PHONE, phone_key(text)))
    # SQLite folds only ASCII: the common spellings are asked for by hand
    spellings = dict.fromkeys((text, text.lower(), text.upper(), text.title()))
    wanted = Q()
    for each in spellings:
        wanted |= Q(name__icontains=each)
    return found.filter(wanted)


def _owners(kind: str, key: str) -> list[int]:
    rows = ContactPoint.objects.filter(kind=kind, key=key).select_related("contact")
    return [end_of_contact(each.contact).pk for each in rows]


def _answer(pk: int, *, status: int = 200) -> HttpResponse:
    contact = Contact.objects.select_related("organisation").prefetch_related("points").filter(pk=pk).first()
    if contact is None:
        raise NotFound
    contact = end_of_contact(contact)
    headers = {"Location": f"/api/v1/contacts/{pk}"} if status == 201 else {}
    return json_answer(_shown(contact), status=status, headers=headers)


def _shown(contact: Contact) -> dict[str, Any]:
    points = sorted(contact.points.all(), key=lambda point: point.pk)
    if contact.has_merged:
        points = list(ContactPoint.objects.filter(contact__in=contact_ids(contact)).order_by("pk"))
    organisation = contact.organisation
    return {
        "id": contact.pk,
        "name": contact.name,
        "address_as": contact.address_as,
        "organisation": {"id": organisation.pk, "name": organisation.name} if organisation else None,
        "language": contact.language,
        "time_zone": contact.time_zone,
        "note": contact.note,
        "emails": _values(points, Kind.EMAIL),
        "phones": _values(points, Kind.PHONE),
        "created_at": second_text(contact.created_at),
        "url": f"{settings.URL}/api/v1/contacts/{contact.pk}",
    }


def _values(points: Iterable[ContactPoint], kind: str) -> list[str]:
    return [point.value for point in points if point.kind == kind]
