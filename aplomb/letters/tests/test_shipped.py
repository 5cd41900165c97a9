"""The letters that come with Aplomb: whole, sound, and the same in five languages."""

import re
import unicodedata

import pytest

from aplomb.letters.neutral import LANGUAGES, neutral_form
from aplomb.letters.rendering import render_texts
from aplomb.letters.shipped import Shipped, WrongFile, read_letter_file, shipped_letters
from aplomb.letters.variables import KINDS, VARIABLES, available_in
from aplomb.letters.wording import check_text, marks_in, variables_in

LETTERS = shipped_letters()
EACH = [
    pytest.param(letter, language, id=f"{letter.key}-{language}")
    for letter in LETTERS.values()
    for language in LANGUAGES
]
SPEAKING = [
    pytest.param(letter, language, id=f"{letter.key}-{language}")
    for letter in LETTERS.values()
    for language in LANGUAGES
    if letter.kind != "signature"
]
CLOSINGS = {
    "en": "Kind regards,",
    "es": "Un cordial saludo,",
    "it": "Cordiali saluti,",
    "ro": "Cu stimă,",
    "el": "Με εκτίμηση,",
}
# told to a customer as if they were at fault, or by their first name
BLAMES = re.compile(
    r"\b(you (failed|forgot|should have)|your (fault|mistake)|as already said|tú|tuyo|tu )\b", re.IGNORECASE
)


def body(letter: Shipped, language: str) -> str:
    return letter.texts.parts(language)["body"]


def test_there_are_the_letters_that_a_desk_needs_on_its_first_day() -> None:
    kinds = [each.kind for each in LETTERS.values()]
    assert kinds.count("canned") == 12
    assert {"acknowledgement", "acknowledgement-out-of-hours", "resolved", "signature"} <= set(LETTERS)
    assert set(kinds) <= set(KINDS)


def test_shortcuts_are_of_one_letter_each() -> None:
    shortcuts = [each.shortcut for each in LETTERS.values() if each.kind == "canned"]
    assert all(shortcuts) and len(set(shortcuts)) == len(shortcuts)


@pytest.mark.parametrize(("letter", "language"), EACH)
def test_every_language_is_there_with_a_name_and_nothing_wrong(letter: Shipped, language: str) -> None:
    text = body(letter, language)
    available = {each.name for each in available_in(letter.kind, letter.key)}
    assert check_text(text, available, known=VARIABLES, marks_allowed=letter.kind == "canned") == []
    assert letter.names[language]
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(("letter", "language"), EACH)
def test_every_language_has_the_same_variables_and_as_many_marks(letter: Shipped, language: str) -> None:
    assert variables_in(body(letter, language)) == variables_in(body(letter, "en"))
    assert len(marks_in(body(letter, language))) == pytest.approx(len(marks_in(body(letter, "en"))), abs=2)


@pytest.mark.parametrize(("letter", "language"), SPEAKING)
def test_each_greets_and_closes_as_its_language_does(letter: Shipped, language: str) -> None:
    lines = body(letter, language).split("\n")
    assert lines[0] == "{greeting}"
    assert lines[-1] == CLOSINGS[language]
    assert not BLAMES.search(body(letter, language))


@pytest.mark.parametrize(("letter", "language"), SPEAKING)
def test_after_a_greeting_with_comma_the_sentence_goes_on_in_small_letters(letter: Shipped, language: str) -> None:
    first = body(letter, language).split("\n")[2].split()[0]
    # Le and La of courtesy keep their capital in Italian
    small = first[0].islower() or first in ("Le", "La")
    assert first[0].isupper() if language in ("en", "es") else small


@pytest.mark.parametrize(("letter", "language"), EACH)
def test_letters_are_of_the_right_alphabet(letter: Shipped, language: str) -> None:
    text = body(letter, language)
    assert not set("şţŞŢ") & set(text)
    if language == "el" and letter.kind != "signature":
        greek = sum("GREEK" in unicodedata.name(each, "") for each in text if each.isalpha())
        assert greek > 0.8 * sum(each.isalpha() for each in re.sub(r"\{\w+\}", "", text))
        # a word of Greek letters with a Latin one among them looks right and is found by no search
        assert not re.search(r"[α-ωά-ώ][a-z]|[a-z][α-ωά-ώ]", text)


@pytest.mark.parametrize(("letter", "language"), EACH)
def test_nothing_is_left_open_when_every_value_is_missing(letter: Shipped, language: str) -> None:
    found = render_texts(letter.texts, language, {})
    assert found is not None
    assert found.language == language and not found.is_fallback
    assert "{" not in found.body
    assert "  " not in found.body


def test_neutral_forms_are_there_in_every_language() -> None:
    for name in ("customer_name", "address_as", "agent_name", "team", "answer_by", "opens_at", "due", "greeting"):
        assert len({neutral_form(language, name) for language in LANGUAGES}) >= 4, name


@pytest.mark.parametrize(
    "content", ["", "Name: x", "Name: x\n\n", "Subject: x\n\nbody", "Nam: x\n\nbody", "no head\n\nbody"]
)
def test_a_file_that_is_none_is_refused(content: str) -> None:
    with pytest.raises(WrongFile):
        read_letter_file(content)


def test_a_file_with_the_line_ends_of_windows_reads_the_same() -> None:
    assert read_letter_file("Name: x\r\nSubject: y\r\n\r\none\r\n\r\ntwo\r\n") == {
        "name": "x",
        "subject": "y",
        "body": "one\n\ntwo",
    }
