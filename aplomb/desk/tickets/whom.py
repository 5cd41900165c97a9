"""What a new ticket's form starts with when it is opened from a customer's page or from a device's."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from aplomb.customers.models import Contact, ContactPoint, Equipment, Organisation
from aplomb.desk.inputs import whole_number

KNOWN = 50


@dataclass(frozen=True)
class Whom:
    """What is filled in, whom the field of addresses suggests (address, name), and the device that it is about."""

    initial: dict[str, Any]
    known: tuple[tuple[str, str], ...] = ()
    device: Equipment | None = None


def whom_of(request: HttpRequest) -> Whom:
    """From ?contact=, ?organisation= or ?equipment= (a form that comes back says equipment too)."""
    device = _device(request.POST.get("equipment") or request.GET.get("equipment"))
    contact = Contact.objects.filter(pk=whole_number(request.GET.get("contact")) or 0).first()
    organisation = Organisation.objects.filter(pk=whole_number(request.GET.get("organisation")) or 0).first()
    if device is not None:
        contact, organisation = device.contact, device.organisation
    if contact is not None:
        way = [ContactPoint.Kind.EMAIL] if request.GET.get("way") == "mail" else list(ContactPoint.Kind)
        point = contact.points.filter(kind__in=way).order_by("id").first()
        return Whom({"reach": point.value if point else "", "name": contact.name}, device=device)
    if organisation is None:
        return Whom({}, device=device)
    points = ContactPoint.objects.filter(contact__organisation=organisation).select_related("contact")
    known = tuple((each.value, each.contact.name) for each in points.order_by("contact__name", "id")[:KNOWN])
    return Whom({}, known, device)


def device_words(device: Equipment) -> str:
    """The device, its serial number and whose it is, in one line."""
    whose = device.organisation or device.contact
    words = f"{device.title} {device.serial}".strip()
    return _("It is about %(device)s, %(owner)s") % {"device": words, "owner": whose}


def _device(word: str | None) -> Equipment | None:
    found = Equipment.objects.select_related("organisation", "contact", "product")
    return found.filter(pk=whole_number(word) or 0).first() if word else None
