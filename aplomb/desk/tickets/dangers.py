"""What is dangerous about a file, in words for whoever wants to open it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aplomb.lib.dangers import danger_of

SHORT: dict[str, Promise] = {
    "disguised": _("its name misleads"),
    "program": _("a program"),
    "script": _("a script"),
    "page": _("a web page"),
    "macros": _("with macros"),
    "disk": _("an image of a disk"),
    "holds": _("an archive with a program in it"),
    "locked": _("locked with a password"),
}
LONG: dict[str, Promise] = {
    "disguised": _("Its name pretends another kind of file than it is. Such names are made to deceive."),
    "program": _("It is a program. Opened, it can do on your computer whatever you can do."),
    "script": _("It is a script. Opened, it can do on your computer whatever you can do."),
    "page": _("It is a web page. Opened, it can look like a sign-in page of yours, and it can run scripts."),
    "macros": _("It is a document with programs in it (macros). Do not allow them to run."),
    "disk": _("It is an image of a disk. Files in it lose the mark that they came from outside."),
    "holds": _("There is a program or a script in it."),
    "locked": _("It is locked with a password, so that no scanner can look into it."),
}


def danger(name: str, media_type: str) -> str:
    """The kind of danger, a key of SHORT and LONG; empty for a file like any."""
    return danger_of(name, media_type)
