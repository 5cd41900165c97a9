"""Every text stands in all four catalogues: there, translated, sure, and with the same placeholders."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from tests.house.tree import PACKAGE, no_findings
from tests.parts.missing import program

LANGUAGES = ("es", "it", "ro", "el")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)\}(?!\})")
# Greek is written in Greek: a long text in Latin letters alone was forgotten
FORMS = {"es": 2, "it": 2, "ro": 3, "el": 2}

Key = tuple[str, str]


@pytest.fixture(scope="session")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Any]:
    """What makemessages finds in the source, by context and text."""
    program("xgettext", package="gettext")
    folder = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("tests", "locale", "migrations", "static", "__pycache__")
    shutil.copytree(PACKAGE, folder / "aplomb", ignore=ignored)
    (folder / "aplomb" / "locale").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "en", "--keep-pot", "--no-location"],
        cwd=folder / "aplomb",
        env=environment,
        check=True,
        capture_output=True,
    )
    found = folder / "aplomb" / "locale" / "django.pot"
    # the template of a catalogue has no plural rule yet, and babel wants one
    text = found.read_text(encoding="utf-8").replace(
        "nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)"
    )
    found.write_text(text, encoding="utf-8")
    return messages(found)


def messages(path: Path) -> dict[Key, Any]:
    with path.open("rb") as stream:
        catalogue = read_po(stream)
    found = {}
    for message in catalogue:
        if message.id:
            text = message.id[0] if isinstance(message.id, tuple | list) else message.id
            found[(str(message.context or ""), str(text))] = message
    return found


@cache
def translated(language: str) -> dict[Key, Any]:
    return messages(PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po")


def forms_of(message: Any) -> list[str]:
    return [str(each) for each in message.string] if isinstance(message.string, tuple | list) else [str(message.string)]


def placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def wrong_placeholders(message: Any) -> list[str]:
    """Placeholders that a translation lost or made up. One form of a plural may leave the number out."""
    texts = [str(each) for each in message.id] if isinstance(message.id, tuple | list) else [str(message.id)]
    known = set().union(*(placeholders(each) for each in texts))
    is_plural = len(texts) > 1
    found = []
    for form in forms_of(message):
        has = placeholders(form)
        if has - known or (known - has and not is_plural):
            found.append(f"{texts[0]!r} → {form!r}")
    return found


class Made:
    """A message for the examples."""

    def __init__(self, text: Any, translation: Any) -> None:
        self.id, self.string = text, translation


@pytest.mark.parametrize(
    ("text", "translation"),
    [("%(name)s left", "%(nombre)s salió"), ("{count} of {all}", "{count} de todo"), ("Hello", "Hola {you}")],
)
def test_a_lost_placeholder_is_found(text: str, translation: str) -> None:
    assert wrong_placeholders(Made(text, translation)) != []


def test_moved_placeholders_are_good() -> None:
    assert wrong_placeholders(Made("%(a)s of %(b)s", "%(b)s: %(a)s")) == []
    assert wrong_placeholders(Made(("one ticket", "%(count)s tickets"), ("un ticket", "%(count)s tickets"))) == []


def test_the_source_has_texts_at_all(wanted: dict[Key, Any]) -> None:
    assert ("", "There is nothing to send yet: write something first.") in wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue(wanted: dict[Key, Any], language: str) -> None:
    missing = sorted(f"{context} {text!r}" for context, text in wanted.keys() - translated(language).keys())
    no_findings(missing, f"{language} lacks texts. Type: make messages, then translate them")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_sure(wanted: dict[Key, Any], language: str) -> None:
    found = []
    for key in wanted.keys() & translated(language).keys():
        message = translated(language)[key]
        if message.fuzzy:
            found.append(f"{key[1]!r} is only guessed (fuzzy)")
        forms = forms_of(message)
        if not all(forms) or (message.pluralizable and len(forms) != FORMS[language]):
            found.append(f"{key[1]!r} is not translated")
    no_findings(sorted(found), f"{language} is incomplete")


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(wanted: dict[Key, Any], language: str) -> None:
    found = [
        told for key, message in translated(language).items() if key in wanted for told in wrong_placeholders(message)
    ]
    no_findings(found, f"{language} has other placeholders than the source")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_long_was_copied(wanted: dict[Key, Any], language: str) -> None:
    found = [
        f"{key[1]!r}"
        for key, message in translated(language).items()
        if key in wanted and len(re.findall(r"\w{3,}", key[1])) > 3 and forms_of(message)[0] == key[1]
    ]
    no_findings(found, f"{language} repeats the English")


def test_greek_is_written_in_greek(wanted: dict[Key, Any]) -> None:
    found = [
        f"{key[1]!r} → {forms_of(message)[0]!r}"
        for key, message in translated("el").items()
        if key in wanted
        and len(re.findall(r"[a-z]{4,}", PLACEHOLDER.sub("", key[1]))) > 1
        and not re.search(r"[\u0370-\u03ff\u1f00-\u1fff]", forms_of(message)[0])
    ]
    no_findings(found, "Greek texts have Greek letters")


def test_romanian_has_its_own_s_and_t(wanted: dict[Key, Any]) -> None:
    found = [
        forms_of(each)[0]
        for key, each in translated("ro").items()
        if key in wanted and set("şţŞŢ") & set(forms_of(each)[0])
    ]
    no_findings(found, "Romanian is written with ș and ț (comma below), not with the cedilla")
