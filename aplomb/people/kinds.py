"""What the staff is told of, and what each hears of it unless they choose otherwise.

A new kind is one line here; its word is kept in rows and choices and never changes. `says` is the sentence, with who did
it as %(who)s; `alone` the same where no person did it. Both may use the notice's own words as %(name)s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

NEVER, AT_ONCE, DAILY = "never", "at once", "daily"
BY_MAIL: Mapping[str, "str | Promise"] = {
    AT_ONCE: gettext_lazy("at once"),
    DAILY: gettext_lazy("once a day"),
    NEVER: gettext_lazy("never"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of notice. `name`, `says` and `alone` are translated when they are shown.

    `mail`: by mail at once, once a day, or never, unless the person chose. `is_urgent`: its mail waits for no quiet hours.
    `for_administrators`: only they are told of it, and only they choose.
    """

    word: str
    name: str
    alone: str
    says: str = ""
    mail: str = NEVER
    in_page: bool = True
    is_urgent: bool = False
    for_administrators: bool = False


KINDS: Mapping[str, Kind] = {
    each.word: each
    for each in (
        Kind("assigned", _("A ticket becomes mine"), _("It is yours now."), _("%(who)s gave it to you."), AT_ONCE),
        Kind("answered", _("A customer writes on a ticket of mine"), _("The customer wrote.")),
        Kind("mentioned", _("Somebody mentions me"), _("You are mentioned."), _("%(who)s mentions you."), AT_ONCE),
        Kind(
            "noted",
            _("A note on a ticket of mine or that I follow"),
            _("There is a new note."),
            _("%(who)s wrote a note."),
        ),
        Kind("followed", _("News on a ticket that I follow"), _("The customer wrote."), _("%(who)s answered.")),
        Kind(
            "handed_over",
            _("A ticket is handed over to me"),
            _("It is handed over to you."),
            _("%(who)s hands it over to you."),
            AT_ONCE,
        ),
        Kind(
            "help_asked",
            _("Somebody asks for my help"),
            _("Your help is asked for."),
            _("%(who)s asks for your help."),
            AT_ONCE,
        ),
        Kind(
            "approval_asked",
            _("Somebody asks for my approval"),
            _("Your approval is asked for."),
            _("%(who)s asks for your approval."),
            AT_ONCE,
        ),
        Kind(
            "approval_decided",
            _("What I asked approval for is decided"),
            _("What you asked for is decided."),
            _("%(who)s decided on what you asked for."),
            AT_ONCE,
        ),
        Kind(
            "approval_expired",
            _("What I asked approval for was not decided in time"),
            _("Nobody decided in time on what you asked for."),
            mail=AT_ONCE,
        ),
        Kind(
            "task_given",
            _("A task becomes mine"),
            _("A task is yours now."),
            _("%(who)s gave you a task."),
            AT_ONCE,
        ),
        Kind("task_due", _("A task of mine is due"), _("A task of yours is due."), mail=AT_ONCE),
        Kind("snooze_over", _("A ticket of mine is back from its snooze"), _("It is back from its snooze.")),
        Kind(
            "side_answered",
            _("Somebody outside answers what I asked them"),
            _("An answer came from somebody that you asked."),
        ),
        Kind(
            "unblocked",
            _("A ticket of mine is no longer blocked"),
            _("%(number)s, which blocked it, is done."),
        ),
        Kind(
            "undelivered",
            _("A message on a ticket of mine could not be delivered"),
            _("A message could not be delivered."),
            mail=AT_ONCE,
            is_urgent=True,
        ),
        Kind(
            "mailbox_trouble",
            _("A mailbox needs attention"),
            _("The mailbox %(address)s needs attention."),
            mail=AT_ONCE,
            is_urgent=True,
            for_administrators=True,
        ),
        Kind(
            "mailbox_well",
            _("A mailbox works again"),
            _("The mailbox %(address)s works again as it should."),
            mail=AT_ONCE,
            is_urgent=True,
            for_administrators=True,
        ),
    )
}


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(kind: str, words: Mapping[str, Any], who: str = "") -> str:
    """What happened, in the language of the moment. A kind that this version does not know, or words that lack a name,
    make no error: what was written by another version must be readable."""
    known = KINDS.get(kind)
    if known is None:
        return gettext("Something happened.")
    given = _Words({name: str(value) for name, value in words.items()}, who=who)
    text = gettext(known.says) if who and known.says else gettext(known.alone)
    return text % given
