"""One word, one meaning: docs/house/words.md lists the words, this looks for the others."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.tree import DOCS, name_of, no_findings, only_shrinks, parsed, python_files

# for texts, any of these is another word for something that has one
BANNED_IN_TEXTS = re.compile(
    r"\b(cases?|issues?|clients?|users?|tenants?|requesters?|inbox(es)?|trash|junk|log in|log out|logged (in|out)|"
    r"organizations?|backlogs?|deadlines?|auto-?repl(y|ies))\b",
    re.IGNORECASE,
)
# in names, whole words between underscores or capitals
BANNED_IN_NAMES = {
    "case",
    "cases",
    "issue",
    "issues",
    "client",
    "clients",
    "requester",
    "inbox",
    "trash",
    "organization",
}

# Django and allauth name things in their own words; these modules speak with them. They may only become fewer
SPEAKS_DJANGO: set[str] = set()

MARKS = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "_"}


def texts(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Texts that are marked for translation."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            for part in node.args:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value, node


def names(tree: ast.AST) -> Iterator[str]:
    """Names that a module gives to things."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def parts_of(name: str) -> set[str]:
    return {each.lower() for each in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)}


@pytest.mark.parametrize("text", ["Open a new case", "This issue is closed", "Dear client", "The user wrote", "Log in"])
def test_another_word_in_a_text_is_found(text: str) -> None:
    assert BANNED_IN_TEXTS.search(text)


@pytest.mark.parametrize("text", ["Open a new ticket", "Sign in", "a showcase", "reissued", "useful"])
def test_a_word_of_the_house_is_good(text: str) -> None:
    assert not BANNED_IN_TEXTS.search(text)


@pytest.mark.parametrize("name", ["close_case", "IssueTracker", "client_name"])
def test_another_word_in_a_name_is_found(name: str) -> None:
    assert parts_of(name) & BANNED_IN_NAMES


@pytest.mark.parametrize("name", ["close_ticket", "casefold", "reissue", "clientele"])
def test_a_name_in_the_houses_words_is_good(name: str) -> None:
    assert not parts_of(name) & BANNED_IN_NAMES


def test_texts_speak_the_houses_words() -> None:
    found = [
        f"{name_of(path)}: {text!r}"
        for path in python_files()
        for text, _ in texts(parsed(path))
        if BANNED_IN_TEXTS.search(text)
    ]
    no_findings(found, "texts use the words of docs/house/words.md")


def test_names_speak_the_houses_words() -> None:
    found = {
        f"{name_of(path)}: {name}"
        for path in python_files()
        for name in names(parsed(path))
        if parts_of(name) & BANNED_IN_NAMES
    }
    only_shrinks(found, SPEAKS_DJANGO, "names use the words of docs/house/words.md")


def test_every_banned_word_stands_on_the_page() -> None:
    page = (DOCS / "house" / "words.md").read_text(encoding="utf-8").lower()
    missing = [
        word for word in ("case", "issue", "client", "requester", "inbox", "trash", "organization") if word not in page
    ]
    no_findings(missing, "docs/house/words.md says which word to use instead")


def test_placeholders_have_names() -> None:
    found = [
        f"{name_of(path)}: {text!r}"
        for path in python_files()
        for text, _ in texts(parsed(path))
        if re.search(r"%[sdrif]|\{\}|\{\d", text.replace("%%", ""))
    ]
    no_findings(found, "translators can only move what has a name: %(name)s or {name}")


def test_nothing_is_put_together_inside_a_marked_text() -> None:
    found = []
    for path in python_files():
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MARKS:
                continue
            wrong: list[ast.expr] = [each for each in node.args if isinstance(each, ast.JoinedStr | ast.BinOp)]
            wrong += [
                each for each in node.args if isinstance(each, ast.Call) and ast.unparse(each.func).endswith(".format")
            ]
            found += [f"{name_of(path)}:{node.lineno}" for _each in wrong]
    no_findings(found, "a marked text is one literal; values go in afterwards")
