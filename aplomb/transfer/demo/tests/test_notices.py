"""The demo begins with nothing old to mail, and with something new for its first agent."""

import pytest

from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import add_person
from aplomb.people.actions.mailing_notices import people_to_mail
from aplomb.people.actions.notices import notice
from aplomb.people.models import Notice, Role
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.transfer.demo.notices import play_notices
from tests.cast import Cast, wrote

pytestmark = pytest.mark.django_db


def test_the_first_agent_has_two_notices_and_nobody_is_mailed(cast: Cast) -> None:
    maeve, graham = (
        add_person(
            email=f"{name.lower()}.h@borealis.example", full_name=name, roles=[Role.AGENT], by=SYSTEM, is_demo=True
        )
        for name in ("Maeve", "Graham")
    )
    for ticket in (cast.greek, cast.ticket):
        change_ticket(ticket.number, Changes(assignee=maeve), by=SYSTEM)
    wrote(cast.cleo, cast.ticket)
    notice(graham, "mentioned", by=maeve, about="long ago")
    play_notices()
    assert set(Notice.objects.filter(seen_at=None).values_list("person__work_name", "kind")) == {
        ("Maeve", "assigned"),
        ("Maeve", "answered"),
    }
    assert people_to_mail() == [] and not Notice.objects.filter(mail__in=["soon", "daily"]).exists()


def test_a_world_of_other_people_is_left_alone(cast: Cast) -> None:
    play_notices()
    assert not Notice.objects.exists()
