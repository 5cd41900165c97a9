"""What may be refused. The people floor lies above, so that these are its own."""

from django.utils.functional import Promise


class CalendarRefused(Exception):
    """Nothing has changed. `field` names what cannot be used (a weekday for hours), empty where it is about the whole."""

    def __init__(self, reason: "str | Promise", field: str = "") -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.field = field

    def __str__(self) -> str:
        return str(self.reason)


class NotKeeper(CalendarRefused):
    """The actor does not keep the calendars."""
