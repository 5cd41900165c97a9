"""mail parse and mail trim: what the desk reads of a mail, without a desk: no database, no folder, no settings."""

import errno
import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import click

MAX_FILE: Final = 512 * 1024 * 1024
MAX_JSON_LINE: Final = 64 * 1024 * 1024

# They end lines for many readers and stand bare in JSON.
_LINE_ENDS: Final = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path())
@click.pass_context
def parse(ctx: click.Context, files: tuple[str, ...]) -> None:
    """What the desk reads of these mails: one JSON object a file, in order. A folder is walked, - is stdin.

    A file of which nothing can be read gives its name and an error. Exit 1 if a file cannot be opened; the
    others are read all the same.
    """
    all_opened = True
    with _Answers() as out:
        for path in _walked(files):
            read, document = _read_mail(path)
            all_opened &= read
            out.write(document)
    if not all_opened:
        ctx.exit(1)


@click.command()
@click.argument("file", default="-", metavar="[FILE]", type=click.Path())
@click.pass_context
def trim(ctx: click.Context, file: str) -> None:
    """New text apart from quoted history: reads JSON Lines of id and text, prints id and new_text.

    Reads stdin unless a file is named. A line that is no such object gives its number and an error, and exit
    1; the others are read all the same.
    """
    all_read = True
    try:
        lines = _open(file)
    except OSError as error:
        raise click.ClickException(f"{_shown(file)}: {error.strerror}") from error
    with lines, _Answers() as out:
        for number, line in enumerate(iter(lambda: lines.readline(MAX_JSON_LINE), b""), 1):
            if line.strip():
                document = _trimmed(number, line)
                all_read &= "error" not in document
                out.write(document)
    if not all_read:
        ctx.exit(1)


def _walked(files: tuple[str, ...]) -> Iterator[str]:
    """Yield the files named and those within folders named, folders in the order of their names."""
    for path in files:
        if path != "-" and Path(path).is_dir():
            yield from _within(path)
        else:
            yield path


def _within(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except OSError:
        # named as it is, so that opening it says what is wrong
        yield folder
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _within(entry.path)
        elif _is_readable_kind(entry):
            yield entry.path


def _is_readable_kind(entry: "os.DirEntry[str]") -> bool:
    """A pipe or a device in a folder would be waited for; a link to a folder could lead in a circle."""
    try:
        return stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return True


def _read_mail(path: str) -> tuple[bool, dict[str, Any]]:
    """Return whether the file could be opened, and what is to be said of it."""
    from aplomb.channels.mail.reading.outline import outline
    from aplomb.channels.mail.reading.parse import Unparsable, parse_mail

    shown = _shown(path)
    try:
        with _open(path) as opened:
            raw = opened.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        return False, {"file": shown, "error": getattr(error, "strerror", None) or str(error)}
    if len(raw) > MAX_FILE:
        return True, {"file": shown, "error": "too large"}
    try:
        return True, {"file": shown, **outline(parse_mail(raw))}
    except Unparsable as unparsable:
        return True, {"file": shown, "error": unparsable.reason}
    except Exception as error:  # one mail must not keep the others from being read
        return True, {"file": shown, "error": f"{type(error).__name__}: {error}"}


def _trimmed(number: int, line: bytes) -> dict[str, Any]:
    from aplomb.channels.mail.reading.newtext import new_text_of

    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "line": number, "error": f"not JSON: {error}"}
    if not isinstance(given, dict) or not isinstance(given.get("text") or "", str):
        return {"id": None, "line": number, "error": "not an object with id and text"}
    return {"id": given.get("id"), "new_text": new_text_of(given.get("text") or "")}


def _open(path: str) -> IO[bytes]:
    if path == "-":
        return sys.stdin.buffer
    if Path(path).is_dir():
        os.scandir(path).close()  # one that may not be read says so
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    return open(path, "rb")


def _shown(path: str) -> str:
    """A file's name as text: bytes that are no UTF-8 as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class _Answers:
    """Lines of JSON on stdout, in UTF-8 whatever the locale; quiet when the reader has gone."""

    def __init__(self) -> None:
        self._out = sys.stdout.buffer

    def __enter__(self) -> "_Answers":
        return self

    def write(self, document: dict[str, Any]) -> None:
        line = json.dumps(document, ensure_ascii=False).translate(_LINE_ENDS)
        self._out.write(line.encode("utf-8", "replace") + b"\n")
        self._out.flush()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None and issubclass(kind, BrokenPipeError):
            # the interpreter would flush once more and complain
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
