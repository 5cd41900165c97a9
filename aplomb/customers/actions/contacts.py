"""Writing contacts, their addresses and numbers, and organisations."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aplomb.customers.addresses import email_key, looks_like_email, looks_like_phone, phone_key
from aplomb.customers.merged import end_of_contact, whole_contact_ids
from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.customers.policies import may_change_customers
from aplomb.journal.actors import Actor
from aplomb.lib.prepared import prepared
from aplomb.lib.text import clean_text
from aplomb.lib.time import known_zone
from aplomb.people.actions import LANGUAGES
from aplomb.people.errors import Wrong
from aplomb.people.policies import require

Kind = ContactPoint.Kind


def add_organisation(
    *, name: str, by: Actor, domain: str = "", language: str = "", time_zone: str = "", note: str = ""
) -> Organisation:
    """Raises Wrong, NotAllowed."""
    require(may_change_customers(by))
    if not clean_name(name):
        raise Wrong("name", _("The organisation needs a name."))
    return Organisation.objects.create(
        name=clean_name(name),
        domain=clean_name(domain).lower().lstrip("@")[:253],
        language=_language(language),
        time_zone=_zone(time_zone),
        note=clean_text(note),
    )


def change_organisation(organisation: Organisation, *, by: Actor, **changes: object) -> Organisation:
    """Change what is given: name, domain, language, time_zone, note. Raises Wrong, NotAllowed."""
    require(may_change_customers(by))
    if "name" in changes:
        changes["name"] = clean_name(str(changes["name"] or ""))
        if not changes["name"]:
            raise Wrong("name", _("The organisation needs a name."))
    if "domain" in changes:
        changes["domain"] = str(changes["domain"] or "").strip().lower().lstrip("@")[:253]
    if "language" in changes:
        changes["language"] = _language(str(changes["language"] or ""))
    if "time_zone" in changes:
        changes["time_zone"] = _zone(str(changes["time_zone"] or ""))
    for name, value in changes.items():
        setattr(organisation, name, value)
    if changes:
        organisation.save(update_fields=sorted(changes))
    return organisation


def add_contact(
    *,
    by: Actor,
    name: str = "",
    emails: tuple[str, ...] = (),
    phones: tuple[str, ...] = (),
    organisation: Organisation | None = None,
    language: str = "",
    time_zone: str = "",
    address_as: str = "",
    note: str = "",
) -> Contact:
    """A new contact with at least one address or number. Raises Wrong (an address that another contact has), NotAllowed."""
    require(may_change_customers(by))
    if not emails and not phones:
        raise Wrong("email", _("Give an e-mail address or a phone number."))
    with transaction.atomic():
        contact = Contact.objects.create(
            name=clean_name(name),
            address_as=clean_name(address_as)[:120],
            organisation=organisation or _organisation_of(emails),
            language=_language(language),
            time_zone=_zone(time_zone),
            note=clean_text(note),
        )
        for address in emails:
            add_point(contact, Kind.EMAIL, address, by=by)
        for number in phones:
            add_point(contact, Kind.PHONE, number, by=by)
    return contact


def change_contact(contact: Contact, *, by: Actor, **changes: object) -> Contact:
    """Change what is given: name, address_as, organisation, language, time_zone, note. Raises Wrong, NotAllowed."""
    require(may_change_customers(by))
    if "language" in changes:
        changes["language"] = _language(str(changes["language"] or ""))
    if "time_zone" in changes:
        changes["time_zone"] = _zone(str(changes["time_zone"] or ""))
    if "name" in changes:
        changes["name"] = clean_name(str(changes["name"] or ""))
    if "address_as" in changes:
        changes["address_as"] = clean_name(str(changes["address_as"] or ""))[:120]
    if "note" in changes:
        changes["note"] = clean_text(str(changes["note"] or ""))
    for name, value in changes.items():
        setattr(contact, name, value)
    if changes:
        contact.save(update_fields=sorted(changes))
    return contact


def add_point(contact: Contact, kind: str, value: str, *, by: Actor) -> ContactPoint:
    """Another address or number of a contact. Raises Wrong where it is none, or another contact's; NotAllowed."""
    require(may_change_customers(by))
    given = value.strip()
    if kind == Kind.EMAIL and not looks_like_email(given):
        raise Wrong("email", _("%(address)s is not an e-mail address.") % {"address": given[:80]})
    if kind == Kind.PHONE and not looks_like_phone(given):
        raise Wrong("phone", _("%(number)s is not a phone number.") % {"number": given[:40]})
    key = email_key(given) if kind == Kind.EMAIL else phone_key(given)
    found = ContactPoint.objects.filter(kind=kind, key=key).first()
    if found is None:
        try:
            with transaction.atomic():
                return ContactPoint.objects.create(contact=contact, kind=kind, value=given, key=key)
        except IntegrityError:
            found = ContactPoint.objects.get(kind=kind, key=key)
    if found.contact_id != contact.pk and found.contact_id not in whole_contact_ids(contact):
        field = "email" if kind == Kind.EMAIL else "phone"
        raise Wrong(field, _("%(value)s belongs to another contact.") % {"value": given})
    return found


def remove_point(point: ContactPoint, *, by: Actor) -> None:
    """Raises Wrong for the last one, NotAllowed."""
    require(may_change_customers(by))
    if ContactPoint.objects.filter(contact__in=whole_contact_ids(point.contact)).count() < 2:
        raise Wrong("email", _("A contact keeps at least one address or number."))
    point.delete()


def contact_for_address(address: str, *, by: Actor, name: str = "", language: str = "") -> Contact:
    """The contact of that e-mail address, made if nobody has it. A name or language fills a gap, and never overwrites.

    Raises Wrong when it is no address.
    """
    return _contact_for(Kind.EMAIL, address, by=by, name=name, language=language)


def contact_for_number(number: str, *, by: Actor, name: str = "", language: str = "") -> Contact:
    """The contact of that phone number, made if nobody has it. Raises Wrong when it is none."""
    return _contact_for(Kind.PHONE, number, by=by, name=name, language=language)


def _contact_for(kind: str, value: str, *, by: Actor, name: str, language: str) -> Contact:
    key = email_key(value) if kind == Kind.EMAIL else phone_key(value)
    found = _owner(kind, key)
    if found is None:
        given = {"emails": (value,)} if kind == Kind.EMAIL else {"phones": (value,)}
        try:
            with transaction.atomic():
                return add_contact(by=by, name=name, language=language, **given)  # type: ignore[arg-type]  # one of two
        except Wrong:
            # somebody else made the contact between looking and adding; anything else stays wrong
            found = _owner(kind, key)
            if found is None:
                raise
    gaps: dict[str, object] = {}
    if name.strip() and not found.name:
        gaps["name"] = name
    if language and not found.language:
        gaps["language"] = language
    return change_contact(found, by=by, **gaps) if gaps else found


def _owner(kind: str, key: str) -> Contact | None:
    found = _points_of(kind, key)
    # mail from either address belongs to the entry that stays
    return end_of_contact(found[0].contact) if found else None


@prepared
def _points_of(kind: str, key: str) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.select_related("contact__organisation").filter(kind=kind, key=key)


def _organisation_of(emails: tuple[str, ...]) -> Organisation | None:
    domains = [email_key(each).rpartition("@")[2] for each in emails if "@" in each]
    if not domains:
        return None
    found = [each for domain in dict.fromkeys(domains) if domain for each in _organisations_at(domain)]
    return min(found, key=lambda each: each.pk, default=None)


@prepared
def _organisations_at(domain: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(domain=domain).order_by("id")[:1]


def clean_name(name: str) -> str:
    """A name on one line, without controls."""
    return " ".join("".join(each if each.isprintable() else " " for each in name).split())[:160]


def _language(language: str) -> str:
    if language and language not in LANGUAGES:
        raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": language[:20]})
    return language


def _zone(name: str) -> str:
    if name and not known_zone(name):
        raise Wrong("time_zone", _("There is no time zone %(name)s.") % {"name": name[:40]})
    return name
