"""What may be chosen on a ticket: agents, teams, types, tags, in the reader's language."""

from aplomb.desk.customers.reads import find_contacts
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
    """Contacts that somebody may mean by what is typed so far: (address or number, name), a dozen at the most."""
    begun = text.replace("\x00", "").strip()[:80]
    if len(begun) < 2:
        return []
    found = find_contacts(begun, rows=SUGGESTED).contacts
    pairs = {point.value: contact.name for contact in found for point in contact.points.all()}
    return list(pairs.items())[:SUGGESTED]
