"""The folders of the mail: reading knows no other, and the others look one way."""

import ast

import pytest

from tests.house.tree import PACKAGE, imported, module_of, name_of, no_findings, parsed, python_files

MAIL = "aplomb.channels.mail"

# each folder, and those that it may import
MAY_IMPORT: dict[str, set[str]] = {
    "coming_in": {"servers", "proof", "going_out", "reading"},
    "servers": {"going_out", "reading"},
    "proof": {"reading"},
    "going_out": {"reading"},
    "reading": set(),
}
# what reading stands on: nothing that knows a database
BELOW_READING = ("aplomb.lib", "aplomb.reading", f"{MAIL}.reading")


def folder_of(module: str) -> str:
    """The folder of the mail that a module stands in; empty for what all of them share, and for all else."""
    name = module.removeprefix(f"{MAIL}.").partition(".")[0]
    return name if module.startswith(f"{MAIL}.") and name in MAY_IMPORT else ""


def astray(module: str, tree: ast.AST) -> list[str]:
    """The folders that a module imports and should not, and what reading imports beside what is pure."""
    folder = folder_of(module)
    names = [name for name in dict.fromkeys(imported(tree)) if name != MAIL]
    found = {folder_of(name) for name in names} - {"", folder} if folder else set()
    told = [f"{module} imports {other}" for other in sorted(found - MAY_IMPORT.get(folder, set()))]
    if folder == "reading":
        ours = [name for name in names if name.startswith(("aplomb.", "django")) and not folder_of(name)]
        told += [f"{module} imports {name}" for name in ours if not name.startswith(BELOW_READING)]
    return told


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("coming_in.applying", "from aplomb.channels.mail.reading.parse import parse_mail"),
        ("coming_in.applying", "from aplomb.channels.mail.proof import spam"),
        ("proof.spam", "from aplomb.channels.mail.models import IncomingMail"),
        ("reading.parse", "from aplomb.lib.html import sanitise"),
        ("jobs", "from aplomb.channels.mail.coming_in import applying"),
    ],
)
def test_the_way_they_look_is_good(module: str, source: str) -> None:
    assert astray(f"{MAIL}.{module}", ast.parse(source)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("reading.parse", "from aplomb.channels.mail.proof.spam import score"),
        ("reading.parse", "from aplomb.channels.mail import proof"),
        ("reading.parse", "from aplomb.channels.mail.models import IncomingMail"),
        ("reading.parse", "from django.conf import settings"),
        ("reading.parse", "from aplomb.tickets import numbers"),
        ("going_out.compose", "def later():\n    from aplomb.channels.mail.coming_in import loops"),
    ],
)
def test_another_way_is_bad(module: str, source: str) -> None:
    assert astray(f"{MAIL}.{module}", ast.parse(source)) != []


def test_the_folders_of_the_mail_look_one_way() -> None:
    found = [each for path in python_files() for each in astray(module_of(path), parsed(path))]
    no_findings(found, "reading imports no other folder of the mail; the others as MAY_IMPORT says")


def test_each_of_them_is_there_and_says_what_its_word_means() -> None:
    mail = PACKAGE / "channels" / "mail"
    folders = {each.name for each in mail.iterdir() if (each / "__init__.py").exists()} - {"migrations", "tests"}
    assert folders == set(MAY_IMPORT)
    silent = [
        mail / name / "__init__.py" for name in folders if not ast.get_docstring(parsed(mail / name / "__init__.py"))
    ]
    no_findings((name_of(each) for each in silent), "a folder's __init__ says what its word means")
