"""Run a command with DATABASE_URL naming a PostgreSQL that lives as long as the command.

python -m tests.parts.with_postgres -- COMMAND …
"""

import os
import subprocess
import sys

from tests.parts.missing import MissingPart
from tests.parts.postgres import Postgres


def main(arguments: list[str]) -> int:
    """The command's status. A PostgreSQL that DATABASE_URL names already is used as it is."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.stderr.write("usage: python -m tests.parts.with_postgres -- COMMAND …\n")
        return 2
    if os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
        return subprocess.call(command)
    try:
        with Postgres() as server:
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": server.url})
    except MissingPart as missing:
        sys.stderr.write(f"{missing}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
