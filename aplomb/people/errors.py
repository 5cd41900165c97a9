"""What may be refused, in words for the person who asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """An action that was not done, and why; nothing has changed. `code` is a stable word for machines."""

    def __init__(self, reason: "str | Promise", code: str = "refused") -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.code = code

    def __str__(self) -> str:
        return str(self.reason)


class NotAllowed(Refused):
    """The actor may not do this."""

    def __init__(self, reason: "str | Promise | None" = None) -> None:
        super().__init__(reason or _("You may not do this."), "not-allowed")


class NotFound(Refused):
    """There is no such thing, or the actor may not see it."""

    def __init__(self, reason: "str | Promise | None" = None) -> None:
        super().__init__(reason or _("There is no such thing here."), "not-found")


class Wrong(Refused):
    """A value that cannot be used. `field` names it."""

    def __init__(self, field: str, reason: "str | Promise") -> None:
        super().__init__(reason, "invalid")
        self.field = field
