"""What may be chosen on a ticket: agents, teams, types, tags, in the reader's language."""

from aplomb.customers.models import Contact, ContactPoint
from aplomb.people.models import Person, Team
from aplomb.people.policies import hidden_team_ids
from aplomb.tickets.models import RequestType, Tag

SUGGESTED = 12


def agents() -> list[tuple[int, str]]:
    """Everyone who answers tickets, by work name."""
    return [
        (each.pk, each.work_name)
        for each in Person.objects.filter(is_active=True).order_by("work_name")
        if each.is_agent
    ]


def agent(pk: int) -> Person | None:
    """The agent with this id, if there is one."""
    found = Person.objects.filter(pk=pk, is_active=True).first()
    return found if found is not None and found.is_agent else None


def teams(by: Person) -> list[Team]:
    """The teams whose tickets this person sees."""
    return list(Team.objects.exclude(pk__in=hidden_team_ids(by)))


def request_types() -> list[RequestType]:
    """The kinds of request in use."""
    return list(RequestType.objects.filter(is_active=True))


def tags() -> list[Tag]:
    """All tags by their names in the reader's language."""
    return sorted(Tag.objects.all(), key=lambda tag: tag.name.casefold())


def suggested_contacts(text: str) -> list[tuple[str, str]]:
    """Contacts whose name, address or number begins so: (address or number, name), a dozen at the most.

    Beginnings only, so that each is a walk of an index.
    """
    begun = text.replace("\x00", "").strip()[:80]
    if len(begun) < 2:
        return []
    low = begun.lower()
    points = list(_points(key__gte=low, key__lt=_after(low)))
    if len(points) < SUGGESTED:
        spellings = {begun, begun.capitalize(), begun.title()}
        for spelling in sorted(spellings):
            ids = Contact.objects.filter(name__gte=spelling, name__lt=_after(spelling)).order_by("name", "id")
            points += list(_points(contact__in=list(ids.values_list("pk", flat=True)[:SUGGESTED])))
    found = {point.value: point.contact.name for point in points}
    return list(found.items())[:SUGGESTED]


def _points(**wanted: object) -> list[ContactPoint]:
    found = ContactPoint.objects.filter(**wanted).select_related("contact").order_by("kind", "key")
    return list(found[:SUGGESTED])


def _after(beginning: str) -> str:
    """The first text after all those with this beginning."""
    return beginning + "\U0010ffff"
