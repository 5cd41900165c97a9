"""`aplomb mail parse` and `aplomb mail trim`: as a person or a script calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aplomb.config.cli import main

LETTER = "From: Ana <ana@customer.example>\r\nSubject: Pump\r\n\r\nIt is loud.\r\n\r\n> Is it loud?\r\n"
KEYS = [
    "file", "message_id", "in_reply_to", "references", "date", "from", "reply_to", "to", "cc", "subject", "text", "html",
    "new_text", "attachments", "automatic", "bounce", "forwarded", "lang",
]  # fmt: skip


def run(*arguments: str, given: bytes | str = b"") -> Result:
    return CliRunner().invoke(main, ["mail", *arguments], input=given)


def documents(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout_bytes.split(b"\n")[:-1]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.eml").write_text(LETTER)
    (tmp_path / "b" / "10.eml").write_text(LETTER)
    (tmp_path / "a.eml").write_text(LETTER)
    (tmp_path / "c.eml").write_bytes(b"")
    return tmp_path


def test_every_key_is_there_and_absent_values_are_null_or_empty(folder: Path) -> None:
    result = run("parse", str(folder / "a.eml"))

    (document,) = documents(result)
    assert result.exit_code == 0
    assert list(document) == KEYS
    assert document == {
        "file": str(folder / "a.eml"),
        "message_id": None,
        "in_reply_to": None,
        "references": [],
        "date": None,
        "from": {"name": "Ana", "address": "ana@customer.example"},
        "reply_to": [],
        "to": [],
        "cc": [],
        "subject": "Pump",
        "text": "It is loud.\n\n> Is it loud?",
        "html": None,
        "new_text": "It is loud.",
        "attachments": [],
        "automatic": {"is_automatic": False, "why": None},
        "bounce": {"is_bounce": False, "recipients": []},
        "forwarded": None,
        "lang": "en",
    }


def test_a_folder_is_walked_in_the_order_of_its_names(folder: Path) -> None:
    result = run("parse", str(folder))

    names = [str(Path(str(document["file"])).relative_to(folder)) for document in documents(result)]
    assert names == ["a.eml", "b/10.eml", "b/2.eml", "c.eml"]
    assert result.exit_code == 0


def test_a_hopeless_file_is_an_error_and_no_failure(folder: Path) -> None:
    result = run("parse", str(folder / "c.eml"))

    assert documents(result) == [{"file": str(folder / "c.eml"), "error": "empty"}]
    assert result.exit_code == 0


def test_a_missing_file_fails_and_the_rest_goes_on(folder: Path) -> None:
    result = run("parse", str(folder / "none.eml"), "-", str(folder / "a.eml"), given=LETTER)

    first, second, third = documents(result)
    assert first == {"file": str(folder / "none.eml"), "error": "No such file or directory"}
    assert (second["file"], second["subject"]) == ("-", "Pump")
    assert third["subject"] == "Pump"
    assert result.exit_code == 1


def test_pipes_and_links_in_circles_are_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "b" / "up").symlink_to(folder)

    assert len(documents(run("parse", str(folder)))) == 4


def test_names_that_are_no_utf_8_are_named(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.eml"
    Path(os.fsdecode(path)).write_text(LETTER)

    (document,) = documents(run("parse", str(tmp_path)))
    assert document["file"] == f"{tmp_path}/\\xff.eml"


def test_one_object_is_one_line_whatever_the_mail_says(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(
        "Subject: a\u2028b\x85c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x\u2028y\x85z</p>\r\n",
        encoding="utf-8",
    )
    result = run("parse", str(tmp_path / "a.eml"))

    assert len(result.stdout_bytes.decode().splitlines()) == 1


def test_a_mail_that_breaks_the_reader_does_not_stop_the_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aplomb.channels.mail.reading import parse

    def broken(raw: bytes) -> parse.ParsedMail:
        raise RecursionError("too deep")

    monkeypatch.setattr(parse, "parse_mail", broken)
    result = run("parse", str(folder / "a.eml"), str(folder / "b" / "2.eml"))

    assert [document["error"] for document in documents(result)] == ["RecursionError: too deep"] * 2
    assert result.exit_code == 0


def test_it_needs_no_desk(folder: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C", "DATABASE_URL": "nonsense", "APLOMB_DATA": "/nowhere/at/all"}
    command = [sys.executable, "-m", "aplomb", "mail", "parse", str(folder / "a.eml")]
    (folder / "a.eml").write_bytes(LETTER.replace("loud", "πολύ").encode())
    done = subprocess.run(command, env=bare, capture_output=True, check=True, cwd=folder)

    assert json.loads(done.stdout)["new_text"] == "It is πολύ."
    assert done.stderr == b""


def test_trim_reads_lines_of_json() -> None:
    given = (
        '{"id": 7, "text": "Thanks!\\n\\nOn Mon, 2 Nov 2026 at 10:00, Desk <help@desk.example> wrote:\\n> Done."}\n'
        "\n"
        '{"id": "b", "text": ""}\n{"id": null, "text": null}\n'
    )
    result = run("trim", given=given)

    assert documents(result) == [
        {"id": 7, "new_text": "Thanks!"},
        {"id": "b", "new_text": ""},
        {"id": None, "new_text": ""},
    ]
    assert result.exit_code == 0


def test_trim_names_a_line_that_it_cannot_read_and_goes_on() -> None:
    result = run("trim", given=b'nonsense\n[1]\n{"id": 1, "text": 5}\n\xff\n{"id": 2, "text": "ok"}\n')

    *wrong, right = documents(result)
    assert [document["line"] for document in wrong] == [1, 2, 3, 4]
    assert all(document["id"] is None and document["error"] for document in wrong)
    assert right == {"id": 2, "new_text": "ok"}
    assert result.exit_code == 1


def test_trim_gives_a_piece_of_the_text_with_its_own_line_ends() -> None:
    text = "One  \r\ntwo\r\n\r\n> old\r\n"
    (document,) = documents(run("trim", given=json.dumps({"id": 1, "text": text})))

    assert str(document["new_text"]) in text
    assert str(document["new_text"]).startswith("One") and str(document["new_text"]).endswith("two")
