"""Two people begin the same letter in the same moment: one draft is there, and whoever came second is told."""

import threading
from collections.abc import Callable

from django.db import connections

from aplomb.letters.actions import put_in_force, save_draft, text_digest
from aplomb.letters.errors import EditedMeanwhile
from aplomb.letters.models import Letter, LetterVersion
from aplomb.letters.reads import letter_for
from aplomb.people.errors import Refused
from tests.cast import gather

KEY = "serial-number"


def at_once(*works: Callable[[], object]) -> list[str]:
    """What each of them was refused, empty words for what was done."""
    barrier = threading.Barrier(len(works))
    said: list[str] = []

    def one(work: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            work()
            said.append("")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=one, args=(each,)) for each in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)


def test_the_second_is_told_and_one_draft_is_there(transactional_db: None) -> None:
    cast = gather()
    seen = text_digest(letter_for(cast.max, KEY), "en")

    def write(body: str) -> None:
        save_draft(KEY, "en", subject="", body=body, seen=seen, by=cast.max)

    assert at_once(lambda: write("one"), lambda: write("two")) == ["", "edited-meanwhile"]
    assert (Letter.objects.count(), LetterVersion.objects.count()) == (1, 1)
    # and again on a draft that is there
    seen = text_digest(letter_for(cast.max, KEY), "en")
    assert at_once(lambda: write("three"), lambda: write("four")) == ["", "edited-meanwhile"]
    assert EditedMeanwhile().code == "edited-meanwhile"


def test_a_draft_is_put_in_force_once(transactional_db: None) -> None:
    cast = gather()
    save_draft(KEY, "en", subject="", body="one", by=cast.max)

    def put() -> None:
        put_in_force(KEY, by=cast.max)

    assert at_once(put, put) == ["", "no-draft"]
    assert LetterVersion.objects.filter(in_force_from=None).count() == 0
