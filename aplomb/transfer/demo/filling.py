"""Filling an empty desk: with the demo's world, or with tickets in bulk."""

from collections.abc import Callable

from aplomb.people.models import Desk, Person
from aplomb.tickets.models import Ticket

Say = Callable[[str], None]


class NotEmpty(RuntimeError):
    """The desk has people or tickets already."""


def _require_empty() -> None:
    if Ticket.objects.exists() or Person.objects.exists() or Desk.objects.exists():
        raise NotEmpty("this desk is not empty; the demo only fills an empty one. Choose another APLOMB_DATA.")


def fill_with_world(say: Say) -> dict[str, int]:
    """Play the demo's world through the desk's own actions. Raises NotEmpty."""
    from aplomb.transfer.demo.decisions import play_decisions
    from aplomb.transfer.demo.hours import play_hours
    from aplomb.transfer.demo.joined import join_world
    from aplomb.transfer.demo.letters import write_letters
    from aplomb.transfer.demo.macros import keep_macros
    from aplomb.transfer.demo.notices import play_notices
    from aplomb.transfer.demo.places import furnish_world
    from aplomb.transfer.demo.playing import play_world
    from aplomb.transfer.demo.sides import play_sides
    from aplomb.transfer.demo.together import play_together

    _require_empty()
    played = play_world(say)
    furnish_world()
    join_world()
    write_letters()
    keep_macros()
    play_hours()
    play_decisions()
    play_together()
    play_sides()
    # last: what was played before has told things
    play_notices()
    return played


def fill_in_bulk(count: int, seed: int, say: Say) -> dict[str, int]:
    """Build so many tickets by bulk inserts; the same seed gives the same tickets. Raises NotEmpty."""
    from aplomb.transfer.demo import bulk

    _require_empty()
    return bulk.fill_in_bulk(count, seed, say)
