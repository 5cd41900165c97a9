"""The only writers of letters and their versions. Only a draft changes; what was in force stays as it was read."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.changes import note_change
from aplomb.letters.errors import VERSION_REASONS, EditedMeanwhile, faults_words
from aplomb.letters.models import Kind, Letter, LetterVersion
from aplomb.letters.neutral import LANGUAGES
from aplomb.letters.policies import may_add_for_team, may_edit_letter
from aplomb.letters.reads import KnownLetter, letter_for
from aplomb.letters.shipped import shipped_letters
from aplomb.letters.variables import VARIABLES, available_in
from aplomb.letters.wording import check_text
from aplomb.lib.text import clean_text
from aplomb.lib.texts import TextState, digest
from aplomb.lib.time import utc_now
from aplomb.lib.versions import WrongVersion, check_beginning, check_retiring, in_force, next_number
from aplomb.people.errors import NotFound, Refused, Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import require

LONGEST_BODY = 20_000
LONGEST_SUBJECT = 200
LONGEST_NAME = 80
_SHORTCUT = re.compile(r"[^\W_](?:[^\W_]|-){0,29}")


def add_canned_reply(*, name: str, language: str, by: Actor, team: Team | None = None, shortcut: str = "") -> Letter:
    """A new canned reply without words yet, called so in this language. Raises Wrong, NotAllowed."""
    require(may_add_for_team(by, team.pk if team else None))
    called = _checked_name(name)
    if not called:
        raise Wrong("name", _("The canned reply needs a name."))
    _checked_language(language)
    with transaction.atomic():
        return Letter.objects.create(
            key=_free_key(called),
            kind=Kind.CANNED,
            names={language: called},
            team=team,
            shortcut=_free_shortcut(shortcut, None),
        )


def change_letter(key: str, *, names: Mapping[str, str], shortcut: str, by: Actor) -> Letter:
    """What colleagues call it and by which shortcut they find it. Raises NotFound, NotAllowed, Wrong."""
    with transaction.atomic():
        found = _to_edit(key, by)
        row = _row_of(found)
        given = {language: _checked_name(name) for language, name in names.items() if language in LANGUAGES}
        row.names = {language: name for language, name in given.items() if name}
        if not {**(found.shipped.names if found.shipped else {}), **row.names}:
            raise Wrong("name", _("The letter needs a name in one language at least."))
        row.shortcut = _free_shortcut(shortcut, row) if row.kind == Kind.CANNED else ""
        row.save(update_fields=["names", "shortcut"])
    return row


def save_draft(
    key: str, language: str, *, subject: str, body: str, by: Actor, seen: str | None = None, source: str = "en"
) -> LetterVersion:
    """Write the letter's draft in one language; the draft begins with what is in force.

    `seen` is the digest (`text_digest`) of this language's words as the writer had them before their eyes; None overwrites
    whatever is there. `source` is the language that translations follow, for a letter without words yet. Empty words take
    the translation out. Raises NotFound, NotAllowed, Wrong (`subject`, `body`), EditedMeanwhile.
    """
    _checked_language(language)
    with transaction.atomic():
        found = _to_edit(key, by)
        parts = checked_parts(found, subject, body)
        texts = found.texts_to_edit(_checked_language(source))
        if seen is not None and seen != digest(texts.parts(language)):
            raise EditedMeanwhile
        if not parts and language == texts.source:
            raise Wrong("body", _("The letter needs words in the language that the others are translated from."))
        return _keep(found, texts.with_text(language, parts).as_json(), by)


def confirm_translation(key: str, language: str, *, by: Actor) -> LetterVersion:
    """Say that a stale translation still holds for the source as it is now. Raises NotFound, NotAllowed, Wrong."""
    with transaction.atomic():
        found = _to_edit(key, by)
        texts = found.texts_to_edit()
        if texts.state(language) == TextState.MISSING:
            raise Wrong("body", _("There is no translation yet."))
        return _keep(found, texts.confirmed(language).as_json(), by)


def throw_draft_away(key: str, *, by: Actor) -> None:
    """Nothing but the draft is gone. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        draft = _draft_of(_to_edit(key, by))
        draft.delete()


def put_in_force(key: str, *, by: Actor, start: dt.datetime | None = None) -> LetterVersion:
    """The draft is in force from `start`, else from now. Raises NotFound, NotAllowed, Wrong (`start`, `body`)."""
    with transaction.atomic():
        found = _to_edit(key, by)
        draft, now = _draft_of(found), utc_now()
        if draft.texts.state(draft.texts.source) == TextState.MISSING:
            raise Wrong("body", _("The letter has no words yet in the language that the others are translated from."))
        try:
            check_beginning(draft, found.versions, start or now, now)
        except WrongVersion as wrong:
            raise Wrong("start", VERSION_REASONS[wrong.code]) from wrong
        was = in_force(found.versions, now)
        draft.in_force_from, draft.put_at, draft.put_by = start or now, now, _person(by)
        draft.save(update_fields=["in_force_from", "put_at", "put_by"])
        after = {"version": draft.number, "in_force_from": draft.in_force_from}
        note_change(f"letter {key}", found.name, by=by, before={"version": was.number if was else 0}, after=after)
    return draft


def retire_version(key: str, number: int, *, by: Actor) -> LetterVersion:
    """Out of force from now, or never in force if it was only planned. What is shipped counts again, where there is such.

    Raises NotFound, NotAllowed, Refused.
    """
    with transaction.atomic():
        found = _to_edit(key, by)
        version = next((each for each in found.versions if each.number == number), None)
        if version is None:
            raise NotFound
        now = utc_now()
        try:
            check_retiring(version, found.versions, now)
        except WrongVersion as wrong:
            raise Refused(VERSION_REASONS[wrong.code], wrong.code) from wrong
        version.retired_at, version.retired_by = now, _person(by)
        version.save(update_fields=["retired_at", "retired_by"])
        note_change(f"letter {key}", found.name, by=by, before={"retired": ""}, after={"retired": number})
    return version


def archive_letter(key: str, *, by: Actor, is_archived: bool = True) -> Letter:
    """No longer offer a canned reply or use a signature, or do so again. Raises NotFound, NotAllowed, Refused."""
    with transaction.atomic():
        found = _to_edit(key, by)
        if found.kind not in (Kind.CANNED, Kind.SIGNATURE) or key == "signature":
            raise Refused(_("The desk sends this letter by itself: change its words, it cannot be put away."))
        row = _row_of(found)
        was = row.archived_at is not None
        row.archived_at = utc_now() if is_archived else None
        row.save(update_fields=["archived_at"])
        note_change(f"letter {key}", found.name, by=by, before={"archived": was}, after={"archived": is_archived})
    return row


def text_digest(found: KnownLetter, language: str) -> str:
    """What an editor that opens this language now has seen (`seen` of `save_draft`)."""
    return digest(found.texts_to_edit().parts(language))


def checked_parts(found: KnownLetter, subject: str, body: str) -> dict[str, str]:
    """Subject and body as they are kept; empty where both are. Raises Wrong at the field that is wrong."""
    plain = _plain(body)
    parts = {"subject": " ".join(_plain(subject).split()), "body": plain.strip("\n")}
    if len(parts["subject"]) > LONGEST_SUBJECT:
        raise Wrong("subject", _("A subject has at most %(most)s characters.") % {"most": LONGEST_SUBJECT})
    if len(plain) > LONGEST_BODY:
        raise Wrong("body", _("A letter has at most %(most)s characters.") % {"most": LONGEST_BODY})
    names = {each.name for each in available_in(found.kind, found.key)}
    for name, text in parts.items():
        marks_allowed = name == "body" and found.kind == Kind.CANNED
        if faults := check_text(text, names, known=VARIABLES, marks_allowed=marks_allowed):
            raise Wrong(name, faults_words(faults))
    if parts["subject"] and not parts["body"].strip():
        raise Wrong("body", _("A letter without words cannot be sent: write some, or take the subject out too."))
    return {name: text for name, text in parts.items() if text.strip()}


def _plain(text: str) -> str:
    """As databases can hold it, composed characters as one, newlines as \\n. ş and ţ with cedilla become ș and ț.

    Keyboards of old gave Romanian the letters of Turkish; no language of letters here writes those.
    """
    composed = unicodedata.normalize("NFC", clean_text(text)).replace("\r\n", "\n").replace("\r", "\n")
    return composed.translate(_CEDILLAS)


_CEDILLAS = str.maketrans("şţŞŢ", "șțȘȚ")


def _to_edit(key: str, by: Actor) -> KnownLetter:
    """The letter, locked, for who may change it. Raises NotFound, NotAllowed."""
    found = letter_for(by, key, lock=True)
    require(may_edit_letter(by, team_id=found.team_id, person_id=found.person_id))
    return found


def _row_of(found: KnownLetter) -> Letter:
    """Its row, locked; made where nobody has touched the letter before."""
    if found.row is not None:
        return found.row
    made, _is_new = Letter.objects.get_or_create(
        key=found.key,
        defaults={
            "kind": found.kind,
            "team_id": found.team_id,
            "person_id": found.person_id,
            "shortcut": found.shipped.shortcut if found.shipped else "",
        },
    )
    return Letter.objects.select_for_update().get(pk=made.pk)


def _keep(found: KnownLetter, words: object, by: Actor) -> LetterVersion:
    row, draft = _row_of(found), found.draft
    if draft is None:
        # made meanwhile by somebody who began this letter in the same moment
        draft = LetterVersion.objects.filter(letter=row, in_force_from=None).first()
        if draft is not None:
            raise EditedMeanwhile
        draft = LetterVersion(letter=row, number=next_number(row.versions.all()))
    draft.words, draft.changed_at, draft.changed_by = words, utc_now(), _person(by)
    draft.save()
    return draft


def _draft_of(found: KnownLetter) -> LetterVersion:
    if found.draft is None:
        raise Refused(_("There is no draft: somebody has put it in force or thrown it away."), "no-draft")
    return found.draft


def _person(by: Actor) -> Person | None:
    return by if isinstance(by, Person) else None


def _checked_language(language: str) -> str:
    if language not in LANGUAGES:
        raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": language[:20]})
    return language


def _checked_name(name: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in name).split())[:LONGEST_NAME]


def _free_shortcut(given: str, row: Letter | None) -> str:
    """The shortcut in small letters without its slash. Raises Wrong where it is none, or another letter's."""
    shortcut = unicodedata.normalize("NFC", given).strip().lstrip("/").lower()
    if not shortcut:
        return ""
    if not _SHORTCUT.fullmatch(shortcut):
        raise Wrong("shortcut", _("A shortcut is one word of letters, digits and hyphens, at most 30."))
    own_key = row.key if row is not None else ""
    touched = dict(Letter.objects.filter(key__in=shipped_letters()).values_list("key", "shortcut"))
    taken = {touched.get(key, each.shortcut) for key, each in shipped_letters().items() if key != own_key}
    others = Letter.objects.filter(shortcut=shortcut).exclude(key=own_key)
    if shortcut in taken or others.exists():
        raise Wrong("shortcut", _("Another canned reply has the shortcut %(shortcut)s.") % {"shortcut": shortcut})
    return shortcut


def _free_key(name: str) -> str:
    """A key from the name that no letter has. Needs a transaction."""
    words = re.sub(r"[^\w]+", "-", name.casefold()).strip("-_")[:40] or "reply"
    # `signature…` are keys of signatures
    stem = f"reply-{words}" if words.startswith("signature") else words
    taken = {*shipped_letters(), *Letter.objects.filter(key__startswith=stem).values_list("key", flat=True)}
    number = 1
    while (key := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return key
