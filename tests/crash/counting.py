"""What came of it, read from the database with SQL: what the desk itself says about it is not asked."""

import hashlib
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.crash.killing import CrashingDesk
from tests.crash.receiving import Acceptance
from tests.crash.sending import Sent

# a desk killed so soon after the server's 250 has not written it down: it has not heard it
NOT_HEARD_SECONDS = 5.0


@dataclass(frozen=True)
class Counts:
    """`lost`, `duplicated`, `files_broken`, `letters_lost` and `letters_twice` are 0 on a desk that keeps its word."""

    sent: int
    tries: int
    acknowledged: int
    stored: int
    applied: int
    duplicates_known: int
    parked: int
    lost: int
    duplicated: int
    files: int
    files_broken: int
    letters_due: int
    letters_accepted: int
    letters_repeated: int
    letters_lost: int
    letters_twice: int

    @property
    def is_well(self) -> bool:
        return not (
            self.lost or self.duplicated or self.parked or self.files_broken or self.letters_lost or self.letters_twice
        )


def asked(desk: CrashingDesk, sql: str) -> list[Any]:
    """The rows that a statement gives."""
    if desk.database_url:
        import psycopg

        with psycopg.connect(desk.database_url, autocommit=True) as server:
            answer = server.execute(sql)
            return answer.fetchall() if answer.description else []
    with closing(sqlite3.connect(desk.sqlite, timeout=30, isolation_level=None)) as file:
        return list(file.execute(sql).fetchall())


def take_database_away(desk: CrashingDesk, seconds: float) -> None:
    """PostgreSQL cuts every connection, as when it is restarted; SQLite is locked by somebody else for so long."""
    if desk.database_url:
        asked(
            desk,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        time.sleep(seconds)
        return
    with closing(sqlite3.connect(desk.sqlite, timeout=30, isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        file.execute("ROLLBACK")


def an_hour_passes(desk: CrashingDesk) -> None:
    """As if the desk had been down for an hour: leases and pauses are over, what was left is late."""

    def back(table: str, column: str, where: str = "true") -> None:
        # SQLite keeps instants as text: what follows the seconds stays as it is
        text = f"datetime({column}, '-1 hour') || substr({column}, 20)"
        earlier = f"{column} - interval '1 hour'" if desk.database_url else text
        asked(desk, f"UPDATE {table} SET {column} = {earlier} WHERE {column} IS NOT NULL AND {where}")

    back("journal_turn", "next_at")
    back("journal_outgoingmail", "not_before", "state IN ('queued', 'sending')")
    back("journal_outgoingmail", "lease_until")
    back("mail_incomingmail", "received_at", "state = 'stored'")
    if desk.database_url:
        back("procrastinate_jobs", "scheduled_at")
        back("procrastinate_workers", "last_heartbeat")
    else:
        back("journal_job", "run_at")
        back("journal_job", "lease_until")


def still_open(desk: CrashingDesk) -> int:
    """Mails that are not read, jobs that are not done, letters that have not left."""
    jobs = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND args->>'name' LIKE '%{}%'"
        if desk.database_url
        else "SELECT count(*) FROM journal_job WHERE state <> 'failed' AND name LIKE '%{}%'"
    )
    # in the order in which work goes on: what leaves one place has come to the next when that is looked at
    counts = [
        "SELECT count(*) FROM mail_incomingmail WHERE state = 'stored'",
        jobs.format("apply_mail"),
        jobs.format("react"),
        "SELECT count(*) FROM journal_outgoingmail WHERE state IN ('queued', 'sending')",
    ]
    return sum(int(asked(desk, each)[0][0]) for each in counts)


def count(desk: CrashingDesk, mails: Sequence[Sent], accepted: Sequence[Acceptance]) -> Counts:
    """Compare what was sent with what stands on tickets, and what is due with what arrived."""
    states = Counter(
        {
            state: int(number)
            for state, number in asked(desk, "SELECT state, count(*) FROM mail_incomingmail GROUP BY state")
        }
    )
    texts = Counter(
        str(text).strip() for (text,) in asked(desk, "SELECT text FROM tickets_message WHERE kind = 'customer'")
    )
    files = asked(desk, "SELECT path, sha256 FROM tickets_attachment")
    acknowledged = [each for each in mails if each.is_acknowledged]
    lost = sum(not texts[each.text] for each in acknowledged)
    duplicated = sum(number - 1 for number in texts.values() if number > 1)
    # everyone who wrote a first letter is answered with one acknowledgement
    due = {each.sender for each in mails if each.is_first and texts[each.text]}
    by_recipient: dict[str, list[Acceptance]] = {}
    for each in accepted:
        by_recipient.setdefault(each.recipient, []).append(each)
    judged = [_judged(found, desk.kills) for found in by_recipient.values()]
    return Counts(
        sent=len(mails),
        tries=sum(each.tries for each in mails),
        acknowledged=len(acknowledged),
        stored=sum(states.values()),
        applied=states["applied"],
        duplicates_known=states["duplicate"],
        parked=states["parked"] + states["held"] + states["stored"],
        lost=lost,
        duplicated=duplicated,
        files=len(files),
        files_broken=sum(not _is_whole(desk.folder / "data" / "files" / path, digest) for path, digest in files),
        letters_due=len(due),
        letters_accepted=len(accepted),
        letters_repeated=sum(repeated for repeated, _twice in judged),
        letters_lost=len(due - set(by_recipient)),
        letters_twice=sum(twice for _repeated, twice in judged),
    )


def _is_whole(file: Path, digest: str) -> bool:
    return file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == digest


def _judged(found: list[Acceptance], kills: Sequence[float]) -> tuple[int, int]:
    """Of one recipient's letters: how often one came again since its answer was not heard, and how often without a reason."""
    repeated = twice = 0
    for before, after in pairwise(found):
        not_heard = not before.is_answered or any(0 <= kill - before.at <= NOT_HEARD_SECONDS for kill in kills)
        if after.message_id == before.message_id and not_heard:
            repeated += 1
        else:
            twice += 1
    return repeated, twice
