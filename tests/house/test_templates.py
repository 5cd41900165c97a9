"""Templates: they parse, pages have titles, parts say what they take, and nothing in them belongs elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.utils.html import strip_tags

from tests.house.tree import PACKAGE, name_of, no_findings

FOLDERS = (PACKAGE / "templates", PACKAGE / "api" / "templates")
MAILS = ("account/email/", "mails/")

COMMENT = re.compile(r"\{%\s*comment.*?%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
# class names of the frame stand in blocks of their own
CLASSES = re.compile(r"\{%\s*block \w+_class\s*%\}.*?\{%\s*endblock\s*%\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# keys of a keyboard, code, and names are no prose
NO_PROSE = re.compile(r"<(kbd|code|script|style|svg)\b.*?</\1>", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:title|alt|placeholder|aria-label|aria-description|data-says-[\w-]+)="([^"]*)"')
NAMES = {
    "Aplomb",
    "API",
    "IMAP",
    "SMTP",
    "LMTP",
    "TLS",
    "STARTTLS",
    "PDF",
    "OpenAPI",
    "JSON",
    "Message-ID",
    "openapi.json",
}

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|importmap)\")[^>]*>|<style\b|\sstyle=\"|\son[a-z]+=\""
)


LANGUAGE_CHANGED = re.compile(r"\{%\s*language\b")


def templates() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted(folder.rglob("*")) if path.suffix in {".html", ".txt"}]


def place(path: Path) -> str:
    """The name under which Django knows it."""
    folder = next(each for each in FOLDERS if each in path.parents)
    return path.relative_to(folder).as_posix()


def prose(source: str) -> list[str]:
    """Words that no translator will see."""
    bare = TAG.sub("\0", CLASSES.sub(" ", TRANSLATED.sub(" ", COMMENT.sub(" ", source))))
    bare = NO_PROSE.sub(" ", bare)
    spoken = [match[1] for match in SPOKEN_ATTRIBUTE.finditer(bare)]
    text = re.sub(r"&[#\w]+;", " ", strip_tags(re.sub(r"<[^>]*>", "\n", bare.replace("\0", " "))))
    found = [line.strip() for line in [*text.splitlines(), *(each.replace("\0", " ") for each in spoken)]]
    return [line for line in found if line not in NAMES and set(re.findall(r"[^\W\d_]{2,}", line)) - NAMES]


def inline_things(source: str) -> list[str]:
    return [match[0] for match in INLINE.finditer(COMMENT.sub(" ", source))]


@pytest.mark.parametrize(
    "source",
    ["<p>Hello</p>", '<img alt="A cat">', "<b>{{ n }} tickets</b>", "{% trans 'a' %} and", "Γειά σου"],
)
def test_words_that_nobody_translates_are_found(source: str) -> None:
    assert prose(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '<p class="say">{% trans "Hello" %}</p>',
        "{% blocktrans %}{{ n }} tickets{% endblocktrans %}",
        "{# a comment #}{% comment %}more{% endcomment %}",
        "<kbd>Enter</kbd> · {{ name }} &nbsp;",
        '<input placeholder="{% trans "Name" %}">',
    ],
)
def test_words_that_are_translated_are_good(source: str) -> None:
    assert prose(source) == []


@pytest.mark.parametrize("source", ["<script>x()</script>", "<style>a{}</style>", '<p style="a">', '<a onclick="x()">'])
def test_script_and_style_inside_a_page_are_found(source: str) -> None:
    assert inline_things(source) != []


@pytest.mark.parametrize(
    "source", ['<script src="a.js"></script>', '<p class="style">', '<a data-on="x">', "{# <style> #}"]
)
def test_script_and_style_from_files_are_good(source: str) -> None:
    assert inline_things(source) == []


@pytest.mark.parametrize("path", templates(), ids=place)
def test_it_parses(path: Path) -> None:
    engines["django"].get_template(place(path))


def chain(path: Path) -> Iterator[str]:
    """The sources of a template and of those that it extends."""
    source = path.read_text(encoding="utf-8")
    yield source
    match = re.search(r"\{%\s*extends\s+\"([^\"]+)\"", source)
    if match:
        parent = next((folder / match[1] for folder in FOLDERS if (folder / match[1]).exists()), None)
        if parent is not None:
            yield from chain(parent)


def test_every_page_has_a_title() -> None:
    found = []
    layouts = re.compile(r"(^|/)(base|layout|entrance|manage)\.html$")
    for path in templates():
        sources = list(chain(path))
        is_page = len(sources) > 1 and "<!doctype" in sources[-1].lower() and not place(path).startswith(MAILS)
        has_title = any(re.search(r"\{%\s*block title\s*%\}", source) for source in sources[:-1])
        if is_page and not layouts.search(place(path)) and not has_title:
            found.append(name_of(path))
    no_findings(found, "every page has a block title")


def test_parts_begin_with_what_they_take() -> None:
    found = []
    for path in templates():
        source = path.read_text(encoding="utf-8").lstrip()
        is_whole = "extends" in source[:200] or "<!doctype" in source[:600].lower() or path.suffix == ".txt"
        if not is_whole and not place(path).startswith((*MAILS, "django/", "mfa/", "account/")):
            begins = COMMENT.match(source)
            if begins is None or not re.search("[a-z]", begins[0]):
                found.append(name_of(path))
    no_findings(found, "a part begins with a comment that names its variables")


def test_nothing_runs_or_looks_by_itself() -> None:
    found = [
        f"{name_of(path)}: {told}"
        for path in templates()
        if not place(path).startswith(MAILS)
        for told in inline_things(path.read_text(encoding="utf-8"))
    ]
    no_findings(found, "scripts and styles come from files: the content policy lets nothing else run")


def test_every_word_is_translated() -> None:
    found = [f"{name_of(path)}: {told!r}" for path in templates() for told in prose(path.read_text(encoding="utf-8"))]
    no_findings(found, "every word for a person stands in trans or blocktrans")


def test_nothing_comes_from_elsewhere() -> None:
    found = [
        f"{name_of(path)}: {match[0]}"
        for path in templates()
        for match in re.finditer(r"(?:src|href|action)=\"https?://[^\"{]*", path.read_text(encoding="utf-8"))
    ]
    no_findings(found, "a page asks nobody but the desk")


def test_no_template_changes_its_language_halfway() -> None:
    """Templates are compiled once a language (desk/localised.py)."""
    found = [name_of(path) for path in templates() if LANGUAGE_CHANGED.search(path.read_text(encoding="utf-8"))]
    no_findings(found, "a letter in another language is drawn under translation.override as a whole")
    assert LANGUAGE_CHANGED.search('{% language "el" %}')
