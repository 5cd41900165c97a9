"""The operator's command, as it is typed."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts.desk import Desk
from tests.parts.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def desk_env(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("APLOMB_", "DATABASE_URL"))}
    return {**kept, "APLOMB_DATA": str(tmp_path / "data"), "APLOMB_PORT": str(free_port()), "APLOMB_SMTP_PORT": "0"}


def aplomb(env: dict[str, str], *arguments: str, **further: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aplomb", *arguments],
        cwd=ROOT,
        env={**env, **further},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("APLOMB_PORT", "eighty", "APLOMB_PORT=eighty is not a whole number"),
        ("APLOMB_PORT", "99999", "out of range"),
        ("APLOMB_SMTP_OUT", "mail.example", "APLOMB_SMTP_OUT must look like"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must look like"),
        ("APLOMB_DEMO", "perhaps", "neither yes nor no"),
        ("APLOMB_URL", "desk.example", "must look like https://"),
        ("APLOMB_DATA", "/proc/nowhere", "cannot be used"),
        ("APLOMB_SECRET_FILE", "/nowhere", "cannot be read"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(
    desk_env: dict[str, str], name: str, value: str, told: str
) -> None:
    done = aplomb(desk_env, "serve", **{name: value})
    assert done.returncode == 1
    assert told in done.stderr and "Traceback" not in done.stderr


def test_a_port_in_use_stops_the_start_with_a_way_on(desk_env: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = aplomb(desk_env, "serve", APLOMB_PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "set APLOMB_PORT to another port" in done.stderr and "Traceback" not in done.stderr


def test_parts_alone_refuse_another_schema_and_say_the_command(desk_env: dict[str, str]) -> None:
    for part in ("web", "worker"):
        done = aplomb(desk_env, part)
        assert done.returncode == 1 and "aplomb migrate" in done.stderr


def test_migrate_check_says_what_is_pending_and_then_nothing(desk_env: dict[str, str]) -> None:
    before = aplomb(desk_env, "migrate", "--check", "--json")
    assert before.returncode == 1 and "tickets.0001_initial" in json.loads(before.stdout)["pending"]
    assert aplomb(desk_env, "migrate").returncode == 0
    after = aplomb(desk_env, "migrate", "--check", "--json")
    assert (after.returncode, json.loads(after.stdout)) == (0, {"pending": []})


def test_a_token_stands_alone_on_the_last_line(desk_env: dict[str, str]) -> None:
    aplomb(desk_env, "migrate")
    nobody = aplomb(desk_env, "token", "create")
    assert nobody.returncode == 1 and "no administrator" in nobody.stderr
    aplomb(desk_env, "user", "add", "max@desk.example", "--name", "Max Iordache", "--role", "administrator")
    done = aplomb(desk_env, "token", "create", "--expires", "90d", "--scope", "tickets:read")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("apl_") and len(done.stdout.split()) == 1
    wrong = aplomb(desk_env, "token", "create", "--expires", "soon")
    assert wrong.returncode == 1 and "--expires" in wrong.stderr


def test_the_demo_fills_only_an_empty_desk(desk_env: dict[str, str]) -> None:
    first = aplomb(desk_env, "demo", "--json")
    assert json.loads(first.stdout)["tickets"] > 40
    second = aplomb(desk_env, "demo")
    assert second.returncode == 1 and "not empty" in second.stderr
    verified = aplomb(desk_env, "record", "verify", "--json")
    assert verified.returncode == 0


def test_check_says_what_is_wrong_and_how_to_mend_it(desk_env: dict[str, str]) -> None:
    pending = aplomb(desk_env, "check", "--json")
    assert pending.returncode == 1
    assert any("aplomb migrate" in each["mend"] for each in json.loads(pending.stdout))
    aplomb(desk_env, "migrate")
    fine = aplomb(desk_env, "check", "--json")
    assert fine.returncode == 0
    assert {each["weight"] for each in json.loads(fine.stdout)} <= {"notice"}
    unreachable = aplomb(desk_env, "check", APLOMB_SMTP_OUT=f"smtp://127.0.0.1:{free_port()}")
    assert unreachable.returncode == 1 and "Check APLOMB_SMTP_OUT" in unreachable.stdout


def test_the_wiring_page_is_printed(desk_env: dict[str, str]) -> None:
    done = aplomb(desk_env, "wiring", "--json")
    rows = json.loads(done.stdout)
    assert "aplomb.promises.reactions.on_ticket_event" in rows["MessageReceived"]["together"]


def test_help_teaches(desk_env: dict[str, str]) -> None:
    for command in ("serve", "web", "worker", "mail", "migrate", "demo", "user", "token", "record", "wiring", "check"):
        done = aplomb(desk_env, command, "--help")
        assert done.returncode == 0 and len(done.stdout) > 100, command


def test_ctrl_c_stops_a_desk_cleanly() -> None:
    with Desk(APLOMB_DEMO="0") as desk:
        assert desk.links == {"first run": f"{desk.url}/setup"}
        assert desk.stop() == 0


def test_an_unknown_ticket_number_is_told_apart_from_a_broken_record(desk_env: dict[str, str]) -> None:
    aplomb(desk_env, "migrate")
    done = aplomb(desk_env, "record", "verify", "1234-5678")
    assert done.returncode == 1 and "check digit" in done.stderr
