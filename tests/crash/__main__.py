"""Kill the desk at random points while mail comes and goes, and count.

python -m tests.crash [--rounds 200] [--database sqlite|postgres] [--seed 1]

One line of JSON for each database on stdout, a table on stderr; status 1 when something was lost or came twice.
"""

import argparse
import json
import random
import signal
import sys
import time
from dataclasses import asdict

from tests.crash.counting import Counts, an_hour_passes, count, still_open, take_database_away
from tests.crash.killing import CrashingDesk, crashing_desk
from tests.crash.receiving import Recipient
from tests.crash.sending import Senders
from tests.parts.empty_database import empty_database
from tests.parts.missing import MissingPart
from tests.parts.ports import wait_for
from tests.parts.postgres import Postgres

DATABASES = ("sqlite", "postgres")
# one kill in so many comes while the desk is still starting
EARLY = 0.2
LONGEST_ROUND_SECONDS = 1.0
# before one kill in so many the database was taken away for a moment
DATABASE_AWAY = 0.15
SETTLES_WITHIN_SECONDS = 60.0


def crash(database: str, rounds: int, seed: int) -> Counts:
    """So many kills on that database; PostgreSQL is the one that DATABASE_URL names, else one of our own.

    Raises MissingPart, TimeoutError.
    """
    with Recipient(seed=seed) as recipient:
        if database == "sqlite":
            return _crash(recipient, "", rounds, seed)
        with empty_database() as given:
            if given:
                return _crash(recipient, given, rounds, seed)
        with Postgres() as server:
            return _crash(recipient, server.url, rounds, seed)


def _crash(recipient: Recipient, database_url: str, rounds: int, seed: int) -> Counts:
    chance = random.Random(f"{seed} kills")
    with crashing_desk(recipient.address, database_url) as desk:
        with Senders(desk.smtp_port, seed) as senders:
            for _round in range(rounds):
                _one_round(desk, chance)
            senders.finish()
        recipient.is_moody = False
        _settle(desk)
        return count(desk, senders.mails, list(recipient.accepted))


def _one_round(desk: CrashingDesk, chance: random.Random) -> None:
    if chance.random() < EARLY:
        time.sleep(chance.random())
    else:
        desk.wait_until_it_listens()
        time.sleep(chance.random() * LONGEST_ROUND_SECONDS)
    if chance.random() < DATABASE_AWAY:
        take_database_away(desk, chance.random())
    desk.kill_some(chance)
    desk.start()


def _settle(desk: CrashingDesk) -> None:
    """Let the desk finish what the dead left behind, as it would within the hour."""
    for _hour in range(4):
        desk.kill_all()
        an_hour_passes(desk)
        desk.start()
        try:
            wait_for(lambda: not still_open(desk), seconds=SETTLES_WITHIN_SECONDS, otherwise=desk.said)
        except TimeoutError:
            continue
        return


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.crash")
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--database", choices=DATABASES, action="append")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args(arguments)
    # whoever ends it early leaves no desk behind
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: sys.exit(1))
    is_well = True
    for database in given.database or DATABASES:
        began = time.monotonic()
        try:
            counts = crash(database, given.rounds, given.seed)
        except MissingPart as missing:
            sys.stderr.write(f"{missing}\n")
            return 1
        seconds = round(time.monotonic() - began)
        told = {"database": database, "rounds": given.rounds, "seed": given.seed, "seconds": seconds, **asdict(counts)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        sys.stderr.write("".join(f"  {name.replace('_', ' '):<20}{value:>10}\n" for name, value in told.items()))
        is_well = is_well and counts.is_well
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
