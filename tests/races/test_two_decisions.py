"""Two supervisors decide on the same thing in the same moment."""

import threading

import pytest
from django.db import connections

from aplomb.journal.models import Entry
from aplomb.people.actions.approvals import ask_approval, decide
from aplomb.people.errors import Refused
from aplomb.people.models import Approval, ApprovalVote, Person, Role
from tests.cast import Cast, gather, person


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed: two connections see it."""
    return gather()


def test_two_at_once_end_in_one_decision(cast: Cast) -> None:
    sue = person("sue", "Sue Okafor", Role.SUPERVISOR)
    about = f"ticket {cast.ticket.number}"
    approval = ask_approval("decision", about=about, question="May we?", reason="Because.", by=cast.ada)
    barrier, codes = threading.Barrier(2), []

    def say(by: Person, verdict: str) -> None:
        try:
            barrier.wait(30)
            decide(approval.pk, verdict, reason="So.", by=by)
            codes.append("done")
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=say, args=given) for given in ((cast.bo, "approve"), (sue, "refuse"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(codes) == ["done", "settled"]
    assert ApprovalVote.objects.count() == 1
    [vote] = ApprovalVote.objects.all()
    assert Approval.objects.get().state == ("approved" if vote.verdict == "approve" else "refused")
    assert Entry.objects.filter(kind="ApprovalDecided").count() == 1
