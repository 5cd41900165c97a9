"""What is refused about letters, in words for the person who writes them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aplomb.letters.wording import Fault
from aplomb.people.errors import Refused

MOST_SHOWN = 5


class EditedMeanwhile(Refused):
    """Somebody saved the same text since this one was opened. Nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("Somebody else has changed this text since you opened it."), "edited-meanwhile")


VERSION_REASONS: dict[str, "str | Promise"] = {
    "not-a-draft": gettext_lazy("Only a draft can be changed or put in force."),
    "in-the-past": gettext_lazy("A version cannot be in force before now: choose a later time."),
    "another-begins-then": gettext_lazy("Another version begins at that very time: choose another one."),
    "not-in-force": gettext_lazy("This version is not in force and not planned."),
}


def fault_words(fault: Fault) -> str:
    """What is wrong and where, in a sentence."""
    named = {"line": fault.line, "name": fault.name[:60], "near": fault.near}
    if fault.code == "unclosed":
        return _("Line %(line)s: a brace is opened and not closed. A variable looks like {subject}.") % named
    if fault.code == "stray":
        return _("Line %(line)s: a brace is closed that was not opened.") % named
    if fault.code == "bad-name":
        return _("Line %(line)s: %(name)s is no variable. One looks like {subject} or {agent_name|one of us}.") % named
    if fault.code == "unknown" and fault.near:
        return _("Line %(line)s: there is no variable {%(name)s}. Is {%(near)s} meant?") % named
    if fault.code == "unknown":
        return _("Line %(line)s: there is no variable {%(name)s}.") % named
    if fault.code == "not-here":
        return _("Line %(line)s: {%(name)s} has no value in a letter of this kind.") % named
    if fault.code == "mark-not-here":
        return _("Line %(line)s: nobody makes [[%(name)s]] personal in a letter that leaves by itself.") % named
    return _("Line %(line)s: [[ is opened and not closed, or the other way round.") % named


def faults_words(faults: Iterable[Fault]) -> str:
    """The first few, one a line."""
    return "\n".join(fault_words(each) for each in list(faults)[:MOST_SHOWN])
