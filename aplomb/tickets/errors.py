"""What may be refused on a ticket, in words for the person who asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aplomb.people.errors import Refused


class Changed(Refused):
    """Somebody else changed the ticket meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The ticket has changed since you opened it. Look at it again."), "changed")


class TooLate(Refused):
    """It has left already."""

    def __init__(self, reason: "str | Promise | None" = None) -> None:
        super().__init__(reason or _("It is too late to undo this: the mail has left."), "too-late")


class InBin(Refused):
    def __init__(self) -> None:
        super().__init__(_("The ticket is in the bin. Take it out first."), "in-bin")


class Merged(Refused):
    """The ticket goes on in another one, whose number is named."""

    def __init__(self, number: str) -> None:
        super().__init__(
            _("The ticket was merged: it goes on in %(number)s.") % {"number": f"{number[:4]}-{number[4:]}"}, "merged"
        )
        self.number = number
