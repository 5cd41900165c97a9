"""Two mails of a new sender arrive in the same moment."""

import threading

import pytest
from django.db import connections

from aplomb.customers.actions import contact_for_address
from aplomb.customers.actions import contacts as actions
from aplomb.customers.models import Contact
from aplomb.journal.actors import MAIL
from tests.cast import HELP


@pytest.mark.usefixtures("transactional_db")
def test_they_become_one_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    both_looked = threading.Barrier(2)
    look = actions._owner
    looked = threading.local()

    def look_and_wait(kind: str, key: str) -> Contact | None:
        found = look(kind, key)
        if not getattr(looked, "once", False):
            looked.once = True
            both_looked.wait(20)
        return found

    monkeypatch.setattr(actions, "_owner", look_and_wait)
    found: list[int] = []

    def arrive() -> None:
        try:
            found.append(contact_for_address(HELP, by=MAIL, name="Somebody").pk)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(found) == 2
    assert found[0] == found[1] == Contact.objects.get().pk
