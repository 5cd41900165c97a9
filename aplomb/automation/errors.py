"""What a macro may be refused for."""

from django.utils.translation import gettext_lazy as _

from aplomb.people.errors import Refused


class NothingToDo(Refused):
    """It would leave the ticket as it is."""

    def __init__(self) -> None:
        super().__init__(_("This macro would change nothing here."), "nothing-to-do")


class StepGone(Refused):
    """What a step names is not there any more: a person who left, a team, a tag."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("This macro names %(what)s, which is not there any more. Change the macro first.") % {"what": what},
            "step-gone",
        )


class ChangedMeanwhile(Refused):
    """Somebody else has saved the macro since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed this macro meanwhile. Look at it again, then save."), "changed-meanwhile"
        )
