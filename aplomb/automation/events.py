"""What can happen by automation."""

from dataclasses import dataclass

from aplomb.tickets.events import TicketEvent


@dataclass(frozen=True, kw_only=True)
class MacroRun(TicketEvent):
    """A person ran a macro; what it did follows as events of its own. Seals: name."""

    macro_id: int
