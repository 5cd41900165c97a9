"""One file goes with two messages in the same moment: it belongs to one of them."""

import threading
import time

import pytest
from django.db import connections

from aplomb.people.errors import Wrong
from aplomb.tickets.actions import draft
from aplomb.tickets.actions import note as noting
from aplomb.tickets.actions.draft import upload_file
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.models import Attachment, Message
from aplomb.tickets.record import verify_ticket
from tests.cast import gather


def test_the_second_hears_that_it_is_gone_and_both_records_hold(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = gather()
    file = upload_file(cast.ada, None, "note", name="one.txt", content=b"once")
    barrier = threading.Barrier(2)
    refused: list[str] = []

    def slowly(message: Message, uploads: tuple[int, ...], *, by: object) -> list[Attachment]:
        rows = draft.attach_uploads(message, uploads, by=cast.ada)
        # the other one looks for the file before this one is committed
        time.sleep(0.3)
        return rows

    monkeypatch.setattr(noting, "attach_uploads", slowly)

    def note(number: str) -> None:
        try:
            barrier.wait(10)
            add_note(number, "With a file.", by=cast.ada, uploads=(file.pk,))
        except Wrong as wrong:
            refused.append(wrong.field)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=note, args=(each.number,)) for each in (cast.ticket, cast.greek)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert refused == ["uploads"]
    assert verify_ticket(cast.ticket.number).holds
    assert verify_ticket(cast.greek.number).holds
