"""From a letter's key to words for a customer: the version in force, the right language, the values filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aplomb.letters.neutral import LANGUAGES, callable_name, greeting, neutral_form
from aplomb.letters.reads import DESK_SIGNATURE, desk_languages, versions_of_keys
from aplomb.letters.shipped import shipped_letters
from aplomb.letters.wording import clean_value, fill_text
from aplomb.lib.texts import Chosen, Texts
from aplomb.lib.time import utc_now
from aplomb.lib.versions import in_force
from aplomb.people.errors import NotFound


@dataclass(frozen=True)
class Rendered:
    """A letter as its reader gets it. `is_fallback`: it is not in the language that was asked for.

    `version` is the number of the desk's own version, 0 for the shipped one.
    """

    subject: str
    body: str
    language: str
    is_fallback: bool
    version: int = 0


def render_letter(key: str, language: str, variables: Mapping[str, str]) -> Rendered:
    """The letter of that key in that language, else in the desk's first. One query, two where the language is missing.

    A variable without a value has its fallback or the language's neutral form. Raises NotFound where there is no such
    letter, or nothing of it is in force.
    """
    version = in_force(versions_of_keys([key]).get(key, ()), utc_now())
    shipped = shipped_letters().get(key)
    texts = version.texts if version is not None else shipped.texts if shipped is not None else None
    found = texts and render_texts(texts, language, variables, number=version.number if version else 0)
    if not found:
        raise NotFound
    return found


def render_texts(texts: Texts, language: str, variables: Mapping[str, str], *, number: int = 0) -> Rendered | None:
    """The same from texts in hand: what a preview shows of words that nobody has saved. None where nothing is written."""
    chosen = texts.chosen(language) if language in texts.written else texts.chosen(language, desk_languages())
    return _filled(chosen, variables, number) if chosen is not None else None


def language_for(*wanted: str, languages: Iterable[str] = ()) -> str:
    """The first that is a language of letters at all: the ticket's, the contact's, the organisation's; else the desk's first.

    Without `languages` the desk is asked (one query) when none of the wanted is known.
    """
    for each in (*wanted, *(languages or ())):
        if each in LANGUAGES:
            return each
    return next((each for each in desk_languages() if each in LANGUAGES), LANGUAGES[0])


def render_signature(
    language: str,
    variables: Mapping[str, str],
    *,
    person_id: int | None = None,
    team_id: int | None = None,
    mailbox_id: int | None = None,
    mailbox_text: str = "",
) -> str:
    """What stands under a mail: the person's signature over the team's over the mailbox's over the desk's. One query.

    The first that is written in this language; where it is missing, the next one's stands in, so that nobody reads a
    signature in another language than the mail's. `mailbox_text` is what an administrator typed at the mailbox before
    there were letters: it has no language and stands, under the writer's name, in the mailbox's place.
    """
    of_owners = [
        f"signature-{name}-{pk}"
        for name, pk in (("person", person_id), ("team", team_id), ("mailbox", mailbox_id))
        if pk
    ]
    versions = versions_of_keys([*of_owners, DESK_SIGNATURE])
    now = utc_now()
    for key in of_owners:
        own = in_force(versions.get(key, ()), now)
        if own is not None and language in own.texts.written:
            return _body(own.texts, language, variables)
    if mailbox_text.strip():
        name = clean_value(variables.get("agent_name", ""))
        return "\n".join(each for each in (name, mailbox_text.strip()) if each)
    own = in_force(versions.get(DESK_SIGNATURE, ()), now)
    texts = own.texts if own is not None else shipped_letters()[DESK_SIGNATURE].texts
    return _body(texts, language, variables)


def _body(texts: Texts, language: str, variables: Mapping[str, str]) -> str:
    found = render_texts(texts, language, variables)
    return found.body if found is not None else ""


def _filled(chosen: Chosen, variables: Mapping[str, str], number: int) -> Rendered:
    language = chosen.language
    values = with_names(variables, language)

    def neutral(name: str) -> str:
        return neutral_form(language, name)

    subject = fill_text(chosen.parts.get("subject", ""), values, neutral)
    body = fill_text(chosen.parts.get("body", ""), values, neutral)
    return Rendered(" ".join(subject.split()), body.strip("\n"), language, chosen.is_fallback, number)


def with_names(variables: Mapping[str, str], language: str) -> dict[str, str]:
    """The values with the greeting and the way of addressing that follow from the customer's names."""
    values = dict(variables)
    name, liked = clean_value(values.get("customer_name", "")), clean_value(values.get("address_as", ""))
    values.setdefault("greeting", greeting(language, callable_name(language, name, liked)))
    values["address_as"] = liked or name
    return values
