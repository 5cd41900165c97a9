"""make fuzz SECONDS=60: each target for its share of the time in a process of its own, then the memory of large mails.

    python -m tests.fuzz --seconds 60 [target …]
    python -m tests.fuzz --one html --seconds 15     one target, in this process

It ends with 1 when an input crashes a target, takes longer than a second of the processor, or a mail takes too much memory. The
input that did it is kept in the folder that is named then.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.fuzz import memory

NAMES = ("mail", "quotes", "bounce", "html", "results")
SLOWEST_SECONDS = 1.0
# what atheris watches runs a few times slower
WATCHED = 3.0
LONGEST_INPUT = 60_000


def main() -> int:
    """Gives the exit status."""
    reader = argparse.ArgumentParser(prog="make fuzz")
    reader.add_argument("targets", nargs="*", default=[], help=", ".join(NAMES))
    reader.add_argument("--seconds", type=int, default=60)
    reader.add_argument("--one", choices=NAMES)
    given = reader.parse_args()
    if importlib.util.find_spec("atheris") is None:
        click.echo(
            "atheris is not installed: it has wheels for Linux and Python 3.11 to 3.12. See requirements/fuzz.in."
        )
        return 2
    if given.one:
        return _watch(given.one, given.seconds)
    wanted = [each for each in given.targets if each in NAMES] or list(NAMES)
    share = max(2, given.seconds // len(wanted))
    failed = []
    for name in wanted:
        click.echo(f"{name}: {share} s")
        done = subprocess.run([sys.executable, "-m", "tests.fuzz", "--one", name, "--seconds", str(share)], check=False)
        if done.returncode:
            failed.append(name)
    click.echo("memory of 25 MB mails")
    failed += [f"memory of {each}" for each in memory.too_large()]
    click.echo("failed: " + ", ".join(failed) if failed else "No crash, no hang, memory within its bound.")
    return 1 if failed else 0


def _watch(name: str, seconds: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["aplomb.channels.mail", "aplomb.lib", "aplomb.reading"]):
        # imported here and nowhere before: only what is imported under its eyes is watched
        from tests.fuzz.seeds import write_seeds
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]

    def one_input(given: bytes) -> None:
        start = time.process_time()
        target(given)
        taken = time.process_time() - start
        if taken > SLOWEST_SECONDS * WATCHED:
            raise RuntimeError(f"{taken:.1f} s of the processor for {len(given)} bytes")

    folder = Path(tempfile.mkdtemp(prefix=f"aplomb-fuzz-{name}-"))
    corpus, crashes = folder / "corpus", folder / "crashes"
    corpus.mkdir()
    crashes.mkdir()
    write_seeds(name, corpus)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_INPUT}",
        f"-artifact_prefix={crashes}/",
        "-timeout=20",
        "-rss_limit_mb=1500",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    click.echo(f"inputs that fail are kept in {crashes}")
    atheris.Setup([sys.argv[0], *options, str(corpus)], one_input)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
