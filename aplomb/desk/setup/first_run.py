"""What the first run makes: the desk, its administrator, its hours, its first mailbox; all of it or nothing."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.calendars.actions import make_first_calendar
from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.servers.drafts import begin_draft
from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import add_person, set_up_desk
from aplomb.people.errors import Refused, Wrong
from aplomb.people.models import Desk, Person, Role

# its settings are looked for once the desk is there
SEARCH = "search"


class AlreadySetUp(Refused):
    def __init__(self) -> None:
        super().__init__(_("This desk is set up already."), "set-up")


@dataclass(frozen=True, kw_only=True)
class FirstRun:
    """What the page asks for. `mailbox` holds the arguments of add_mailbox, or SEARCH as its intake."""

    full_name: str
    work_name: str
    email: str
    password: str
    language: str
    desk_name: str
    languages: tuple[str, ...]
    time_zone: str
    mailbox: dict[str, Any]


def is_untouched() -> bool:
    """Whether the desk has neither a name nor anybody on its staff."""
    return not Desk.objects.exists() and not Person.objects.exists()


def set_up(first: FirstRun) -> Person:
    """Make them in one transaction; gives the administrator.

    Raises Wrong (of the mailbox with mailbox_ before the field, of the desk's name with desk_), AlreadySetUp.
    """
    with transaction.atomic():
        try:
            # the desk's one row comes first: of two runs at once the second waits here, and then finds a person
            set_up_desk(name=first.desk_name, languages=first.languages, time_zone=first.time_zone, by=SYSTEM)
        except Wrong as wrong:
            raise Wrong("desk_name" if wrong.field == "name" else wrong.field, wrong.reason) from wrong
        if Person.objects.exists():
            raise AlreadySetUp
        person = add_person(
            email=first.email,
            full_name=first.full_name,
            work_name=first.work_name,
            roles=[Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AGENT],
            language=first.language,
            time_zone=first.time_zone,
            password=first.password,
            by=SYSTEM,
        )
        with translation.override(first.language):
            make_first_calendar(first.time_zone, by=SYSTEM)
        try:
            _make_mailbox(first.mailbox)
        except Wrong as wrong:
            raise Wrong(f"mailbox_{wrong.field}", wrong.reason) from wrong
    return person


def _make_mailbox(given: dict[str, Any]) -> None:
    if given["intake"] == SEARCH:
        begin_draft(given["address"], by=SYSTEM, name=given["name"], language=given["language"])
    else:
        add_mailbox(by=SYSTEM, **given)
