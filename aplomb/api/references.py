"""What a request names by words: agents by address, teams by name or id, types and tags by key. Each raises Wrong."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from aplomb.customers.models import Organisation
from aplomb.people.errors import Wrong
from aplomb.people.models import Person, Team
from aplomb.tickets.models import Priority, RequestType, Tag

PRIORITIES = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}
PRIORITY_WORDS = {int(number): word for word, number in PRIORITIES.items()}


def agent_at(address: str) -> Person:
    """The person of the staff with this e-mail address."""
    found = Person.objects.filter(email=address.strip().lower(), is_active=True).first()
    if found is None:
        raise Wrong("assignee", _("Nobody on the staff has the address %(address)s.") % {"address": address[:80]})
    return found


def team_called(name: str | int) -> Team:
    """The team of this name or id; digits are an id."""
    text = str(name)
    if text.isascii() and text.isdigit() and len(text) < 19:
        found = Team.objects.filter(pk=int(text)).first()
    else:
        found = Team.objects.filter(name__iexact=text.strip()).first()
    if found is None:
        raise Wrong("team", _("There is no team %(name)s.") % {"name": text[:80]})
    return found


def request_type_of(key: str) -> RequestType:
    found = RequestType.objects.filter(key=key, is_active=True).first()
    if found is None:
        raise Wrong("request_type", _("There is no request type %(name)s.") % {"name": key[:40]})
    return found


def tags_of(keys: Iterable[str]) -> tuple[Tag, ...]:
    """The tags of these keys, each once."""
    wanted = list(dict.fromkeys(keys))
    found = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
    for key in wanted:
        if key not in found:
            raise Wrong("tags", _("There is no tag %(name)s.") % {"name": key[:40]})
    return tuple(found[key] for key in wanted)


def organisation_of(pk: int | None) -> Organisation | None:
    if pk is None:
        return None
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise Wrong("organisation", _("There is no such organisation."))
    return found
