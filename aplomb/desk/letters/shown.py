"""What the pages of letters show: each letter with the state of its languages in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aplomb.channels.mail.models import Mailbox
from aplomb.letters.models import Kind
from aplomb.letters.policies import Reader, reader_of
from aplomb.letters.reads import KnownLetter, letters_seen_by, signatures_to_write
from aplomb.lib.texts import Texts, TextState
from aplomb.lib.time import utc_now
from aplomb.lib.versions import Standing
from aplomb.people.models import Person

KIND_WORDS: "dict[str, tuple[str | Promise, str | Promise]]" = {
    Kind.CANNED: (_("Canned replies"), _("Inserted into an answer and made personal before it goes.")),
    Kind.LETTER: (_("Letters"), _("The desk sends them by itself.")),
    Kind.NOTICE: (_("Notices to customers"), _("Short words on what happened to a request.")),
    Kind.SIGNATURE: (
        _("Signatures"),
        _("A person's goes before the team's, the mailbox's and the desk's, each in the customer's language."),
    ),
}
STATE_WORDS: "dict[str, tuple[str | Promise, str]]" = {
    TextState.SOURCE: (_("source"), "check"),
    TextState.CURRENT: (_("translated"), "check"),
    TextState.STALE: (_("stale: the source has changed"), "history"),
    TextState.MISSING: (_("missing"), "circle-alert"),
}
STANDING_WORDS: "dict[str, str | Promise]" = {
    Standing.DRAFT: _("draft"),
    Standing.PLANNED: _("planned"),
    Standing.IN_FORCE: _("in force"),
    Standing.REPLACED: _("replaced"),
    Standing.RETIRED: _("retired"),
}


@dataclass(frozen=True)
class InLanguage:
    """How one language of a letter stands: as word and icon, and whether the draft says something else than what is sent."""

    code: str
    name: str
    state: str
    word: "str | Promise"
    icon: str
    in_draft: bool


@dataclass(frozen=True)
class Shown:
    """A letter in the list and on its own page."""

    letter: KnownLetter
    languages: tuple[InLanguage, ...]
    is_sent: bool
    version: Any
    may_edit: bool

    @property
    def lacking(self) -> int:
        return sum(each.state in (TextState.MISSING, TextState.STALE) for each in self.languages)


@dataclass(frozen=True)
class Group:
    """Letters of a kind under their heading."""

    kind: str
    word: "str | Promise"
    about: "str | Promise"
    letters: tuple[Shown, ...]


def shown(letter: KnownLetter, reader: Reader, at: dt.datetime | None = None) -> Shown:
    """The letter with the state of each language: of what is sent, or of the draft where nothing is sent yet."""
    now = at or utc_now()
    texts, draft = letter.texts(now), letter.draft
    of = texts or letter.texts_to_edit()
    return Shown(
        letter,
        tuple(_in_language(code, str(name), of, draft.texts if draft else None) for code, name in settings.LANGUAGES),
        texts is not None,
        letter.version_in_force(now),
        reader.edits(letter.team_id, letter.person_id),
    )


def _in_language(code: str, name: str, texts: Texts, draft: Texts | None) -> InLanguage:
    state = texts.state(code)
    word, icon = STATE_WORDS[state]
    return InLanguage(code, name, state, word, icon, draft is not None and draft.parts(code) != texts.parts(code))


def groups(by: Person) -> list[Group]:
    """All letters that this person sees, by kind; signatures that could be written are among them."""
    reader, now = reader_of(by), utc_now()
    found = letters_seen_by(by)
    known = {each.key for each in found}
    boxes: Iterable[tuple[int, str]] = ()
    if reader.is_administrator:
        boxes = Mailbox.objects.filter(is_draft=False).values_list("pk", "name")
    found += [each for each in signatures_to_write(by, boxes) if each.key not in known]
    return [
        Group(kind, word, about, tuple(shown(each, reader, now) for each in found if each.kind == kind))
        for kind, (word, about) in KIND_WORDS.items()
    ]
