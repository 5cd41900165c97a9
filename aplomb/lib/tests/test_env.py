from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aplomb.lib import env


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    monkeypatch.delenv("A_THING", raising=False)
    monkeypatch.delenv("A_THING_FILE", raising=False)
    return lambda value: monkeypatch.setenv("A_THING", value)


def test_what_is_not_set_is_its_default(put: Any) -> None:
    assert env.text("A_THING", "x") == "x"
    assert env.truth("A_THING", True) is True
    assert env.whole("A_THING", 5) == 5
    assert env.port("A_THING", 25) == 25
    assert env.one_of("A_THING", "b", ["a", "b"]) == "b"
    assert env.words("A_THING", "a, b") == ["a", "b"]
    assert env.smtp_server("A_THING") is None
    assert env.database("A_THING", Path("/d/f")) == env.DatabaseAddress("sqlite", "/d/f")


def test_a_value_may_lie_in_a_file(put: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  hush \n", encoding="utf-8")
    monkeypatch.setenv("A_THING_FILE", str(tmp_path / "secret"))
    assert env.text("A_THING") == "hush"
    put("loud")
    assert env.text("A_THING") == "loud"


def test_a_file_that_cannot_be_read_is_named(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_THING_FILE", "/nowhere/secret")
    with pytest.raises(env.WrongSetting, match="A_THING_FILE=/nowhere/secret cannot be read"):
        env.text("A_THING")


@pytest.mark.parametrize(
    ("text", "truth"), [("1", True), ("YES", True), ("on", True), ("0", False), ("No", False), ("off", False)]
)
def test_a_truth_has_many_words(put: Any, text: str, truth: bool) -> None:
    put(text)
    assert env.truth("A_THING", not truth) is truth


@pytest.mark.parametrize(
    ("reader", "text", "told"),
    [
        (lambda: env.truth("A_THING", True), "maybe", "A_THING=maybe is neither yes nor no: write 1 or 0."),
        (lambda: env.whole("A_THING", 1), "ten", "A_THING=ten is not a whole number."),
        (lambda: env.whole("A_THING", 1, most=9), "10", "A_THING=10 is out of range: 0 to 9."),
        (lambda: env.whole("A_THING", 1), "-1", "A_THING=-1 is out of range"),
        (lambda: env.port("A_THING", 1), "0", "A_THING=0 is out of range: 1 to 65535."),
        (lambda: env.port("A_THING", 1), "65536", "out of range"),
        (lambda: env.one_of("A_THING", "a", ["a", "b"]), "c", "A_THING=c is not known: use one of a, b."),
        (lambda: env.smtp_server("A_THING"), "http://mail.example", "A_THING must look like smtp://"),
        (lambda: env.smtp_server("A_THING"), "smtp://", "A_THING must look like"),
        (lambda: env.smtp_server("A_THING"), "smtp://mail.example:99999", "A_THING must look like"),
        (lambda: env.smtp_server("A_THING"), "smtp://mail.example/folder", "A_THING must look like"),
        (lambda: env.database("A_THING", Path("x")), "mysql://here/db", "A_THING must look like"),
        (lambda: env.database("A_THING", Path("x")), "postgresql://here", "A_THING must look like"),
        (lambda: env.database("A_THING", Path("x")), "postgresql://here:port/db", "A_THING is not an address"),
    ],
)
def test_a_wrong_value_is_named_with_the_mend(put: Any, reader: Callable[[], Any], text: str, told: str) -> None:
    put(text)
    with pytest.raises(env.WrongSetting) as raised:
        reader()
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example", env.SmtpServer("mail.example", 25, "plain", "", "")),
        ("smtp+starttls://ann:p%40ss@mail.example", env.SmtpServer("mail.example", 587, "starttls", "ann", "p@ss")),
        ("smtps://[::1]:1465/", env.SmtpServer("::1", 1465, "tls", "", "")),
    ],
)
def test_an_outgoing_server_is_read_from_its_address(put: Any, text: str, server: env.SmtpServer) -> None:
    put(text)
    assert env.smtp_server("A_THING") == server


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sqlite:////var/lib/desk.sqlite3", env.DatabaseAddress("sqlite", "/var/lib/desk.sqlite3")),
        (
            "postgresql://ann:p%40ss@db.example:5433/desk",
            env.DatabaseAddress("postgresql", "desk", "db.example", "5433", "ann", "p@ss"),
        ),
        ("postgres:///desk?host=/run/postgresql", env.DatabaseAddress("postgresql", "desk", "/run/postgresql")),
    ],
)
def test_a_database_is_read_from_its_address(put: Any, text: str, address: env.DatabaseAddress) -> None:
    put(text)
    assert env.database("A_THING", Path("unused")) == address
