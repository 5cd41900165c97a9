"""Who keeps the calendars."""

from aplomb.journal.actors import Actor


def may_keep_calendars(by: Actor) -> bool:
    """Administrators, and the machine. By what an actor says of itself: the people floor lies above."""
    return by.actor_kind == "system" or bool(getattr(by, "is_active", False) and getattr(by, "is_administrator", False))
