"""What a mail server's answer means, in words (RFC 5321 section 4.2, RFC 3463 section 3)."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Promise | str

_ENHANCED: dict[str, Words] = {
    "1.1": _("There is no such address."),
    "1.2": _("The domain of the address does not exist."),
    "1.10": _("The domain does not take mail."),
    "2.1": _("The recipient's mailbox is switched off."),
    "2.2": _("The recipient's mailbox is full."),
    "3.4": _("The mail is too large for the recipient's server."),
    "4.1": _("The recipient's server did not answer."),
    "4.4": _("Nobody knows which server takes mail for this domain."),
    "4.7": _("The mail waited too long and was given up."),
    "7.1": _("The server does not take this mail: its rules forbid it."),
    "7.8": _("The outgoing server did not accept our name and password. See APLOMB_SMTP_OUT."),
    "7.26": _("The recipient's server cannot tell that the mail is from us (SPF, DKIM)."),
}
_BASIC: dict[str, Words] = {
    "421": _("The server is busy; it is tried again."),
    "450": _("The mailbox cannot be reached just now; it is tried again."),
    "451": _("The server had trouble of its own; it is tried again."),
    "452": _("The server has no room left; it is tried again."),
    "530": _("The outgoing server wants a name and a password. See APLOMB_SMTP_OUT."),
    "535": _("The outgoing server did not accept our name and password. See APLOMB_SMTP_OUT."),
    "550": _("The recipient's server does not take mail for this address."),
    "551": _("The recipient is not there any more."),
    "552": _("The mail is too large, or the mailbox is full."),
    "553": _("The address is not one that the server allows."),
    "554": _("The server does not take this mail."),
}
_CODES = re.compile(r"(?<![\d:.])([45]\d\d)(?:[ -]([245])\.(\d{1,3}\.\d{1,3}))?(?!\d)")


def in_words(answer: str) -> Words:
    """What it means, empty where it says nothing that we know.

    The first code counts: with several recipients the first that was refused.
    """
    if not answer:
        return ""
    found = _CODES.search(answer)
    if found is None:
        return _("The outgoing server could not be reached. See APLOMB_SMTP_OUT.") if ":" in answer else ""
    basic, _kind, enhanced = found.groups()
    if enhanced in _ENHANCED:
        return _ENHANCED[enhanced]
    return _BASIC.get(basic, _("The server refused it.") if basic[0] == "5" else _("It is tried again later."))
