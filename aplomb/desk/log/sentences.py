"""The logs in words: what a thing is, where it is, and what was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from aplomb.desk.log.reads import ChangeRow

# by word of journal.looks: what was read
READ: Mapping[str, str] = {
    "mail source": _("the source of a mail"),
    "sign-in mail": _("a mail that signs somebody in"),
    "dangerous file": _("a dangerous file, saved past its warning"),
    "erased history": _("a history in which something was erased"),
    "record export": _("the record of a ticket, exported"),
    "mailbox settings": _("the settings of a mailbox"),
    "customer notes": _("notes about a customer"),
    "who read what": _("this log"),
    "changes": _("the log of changes"),
}
FIELDS: Mapping[str, Any] = {
    "acknowledges": gettext_lazy("acknowledgement"),
    "address": gettext_lazy("address"),
    "email": gettext_lazy("e-mail address"),
    "folder": gettext_lazy("folder"),
    "full_name": gettext_lazy("full name"),
    "has_plus": gettext_lazy("addresses with a plus"),
    "host": gettext_lazy("server"),
    "intake": gettext_lazy("way in"),
    "is_active": gettext_lazy("switched on"),
    "is_draft": gettext_lazy("being set up"),
    "is_open": gettext_lazy("open to all"),
    "language": gettext_lazy("language"),
    "languages": gettext_lazy("languages"),
    "login": gettext_lazy("sign-in name"),
    "members": gettext_lazy("members"),
    "name": gettext_lazy("name"),
    "out_host": gettext_lazy("outgoing server"),
    "password": gettext_lazy("password"),
    "port": gettext_lazy("port"),
    "roles": gettext_lazy("roles"),
    "security": gettext_lazy("encryption"),
    "signature": gettext_lazy("signature"),
    "team": gettext_lazy("team"),
    "time_zone": gettext_lazy("time zone"),
    "work_name": gettext_lazy("work name"),
}
# by word of the thing and by what was done: the sentence, with who and what it is called
DONE: Mapping[tuple[str, str], str] = {
    ("person", "added"): _("%(who)s took %(called)s into the staff"),
    ("person", "changed"): _("%(who)s changed the person %(called)s"),
    ("team", "added"): _("%(who)s added the team %(called)s"),
    ("team", "changed"): _("%(who)s changed the team %(called)s"),
    ("mailbox", "added"): _("%(who)s added the mailbox %(called)s"),
    ("mailbox", "changed"): _("%(who)s changed the mailbox %(called)s"),
    ("desk", "added"): _("%(who)s set up the desk %(called)s"),
    ("desk", "changed"): _("%(who)s changed the desk %(called)s"),
    ("letter", "added"): _("%(who)s added the letter %(called)s"),
    ("letter", "changed"): _("%(who)s changed the letter %(called)s"),
    ("letter", "removed"): _("%(who)s removed the letter %(called)s"),
    ("calendar", "added"): _("%(who)s added the calendar %(called)s"),
    ("calendar", "changed"): _("%(who)s changed the calendar %(called)s"),
    ("calendar", "removed"): _("%(who)s removed the calendar %(called)s"),
}
OTHERWISE: Mapping[str, str] = {
    "added": _("%(who)s added %(called)s"),
    "changed": _("%(who)s changed %(called)s"),
    "removed": _("%(who)s removed %(called)s"),
}
PAGES = {"person": "person", "team": "team", "mailbox": "mailbox", "contact": "contact", "organisation": "organisation"}


@dataclass(frozen=True)
class Difference:
    """One field of a change. Both values empty: only that it is another one is told."""

    name: str
    before: str
    after: str


def read_what(what: str) -> str:
    """What was read, in words; of a kind that this version does not know, its own word."""
    return gettext(READ[what]) if what in READ else what


def page_of(key: str) -> str:
    """Where the thing is, empty where it has no page."""
    word, _blank, number = key.partition(" ")
    if not (number.isascii() and number.isdigit()):
        return ""
    if word == "ticket":
        return reverse("ticket", args=[number])
    return reverse(PAGES[word], args=[int(number)]) if word in PAGES else ""


def done_sentence(row: ChangeRow) -> str:
    """ "Max changed the team Lines"."""
    word = row.thing.partition(" ")[0]
    text = DONE.get((word, row.done)) or OTHERWISE.get(row.done, OTHERWISE["changed"])
    who = row.who or (gettext("Somebody") if row.is_person else gettext("The command line"))
    return gettext(text) % {"who": who, "called": row.called or row.thing}


def differences(row: ChangeRow) -> list[Difference]:
    """What differs, field by field."""
    return [
        Difference(str(FIELDS.get(name, name)), *(("", "") if name == "password" else (_said(old), _said(new))))
        for name, old, new in row.differing
    ]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
