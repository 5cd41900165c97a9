"""What a search or a test of a mailbox found, in the reader's words: what it is, and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aplomb.channels.mail.servers.discovery import Candidate
from aplomb.channels.mail.servers.providers import Ways, provider_named

Words = str | Promise

_TITLES: dict[str, Words] = {
    "name": gettext_lazy("Find the IMAP server"),
    "connect": gettext_lazy("Connect to it"),
    "tls": gettext_lazy("Look at its certificate"),
    "login": gettext_lazy("Sign-in"),
    "folder": gettext_lazy("Open the folder"),
    "out": gettext_lazy("Connect to the way out (SMTP) and sign in"),
    "send": gettext_lazy("Send a mail to itself"),
    "arrive": gettext_lazy("See it arrive"),
    "clock": gettext_lazy("Compare the clocks"),
}

# what is wrong, and what mends it
_FAILURES: dict[str, tuple[Words, Words]] = {
    "private": (
        gettext_lazy("%(host)s is on a private network, and the desk does not go there by itself."),
        gettext_lazy("If that is right, let the operator name the host in APLOMB_PRIVATE_HOSTS."),
    ),
    "no-host": (
        gettext_lazy("There is no server called %(host)s."),
        gettext_lazy("Look for a typing mistake, or ask the mail service for the server's name."),
    ),
    "key-changed": (
        gettext_lazy("The desk's own secret has changed, so the kept password cannot be read any more."),
        gettext_lazy("Type the mailbox's password again."),
    ),
    "consent": (gettext_lazy("There is no valid consent. %(said)s"), gettext_lazy("Consent anew at the service.")),
    "certificate-expired": (
        gettext_lazy("The certificate of %(host)s ended on %(ended)s."),
        gettext_lazy("Whoever runs the server must renew it. Until then nobody can tell who answers there."),
    ),
    "certificate-not-yet": (
        gettext_lazy("The certificate of %(host)s is not valid yet."),
        gettext_lazy("See whether the clock of this machine is right."),
    ),
    "certificate-self-signed": (
        gettext_lazy("%(host)s signed its certificate itself, so it could be anybody's."),
        gettext_lazy("Give the server a certificate of a known authority, or add its own to those of this machine."),
    ),
    "certificate-unknown-issuer": (
        gettext_lazy("Nobody whom this machine trusts signed the certificate of %(host)s."),
        gettext_lazy("The server may not send the whole chain of certificates; whoever runs it can mend that."),
    ),
    "certificate-wrong-name": (
        gettext_lazy("The certificate of %(host)s is for other names: %(names)s."),
        gettext_lazy("If one of these is your mail service's, enter it as the server."),
    ),
    "certificate-bad": (
        gettext_lazy("The certificate of %(host)s does not hold: %(said)s."),
        gettext_lazy("Whoever runs the server can mend that."),
    ),
    "no-tls": (
        gettext_lazy("%(host)s does not begin with TLS on port %(port)s."),
        gettext_lazy("Choose STARTTLS, or the port for TLS: 993 for IMAP, 465 for SMTP."),
    ),
    "tls-old": (
        gettext_lazy("%(host)s knows only versions of TLS that are no longer safe."),
        gettext_lazy("Its software must be renewed; choose another server if the service has one."),
    ),
    "no-starttls": (
        gettext_lazy("%(host)s does not offer STARTTLS on port %(port)s."),
        gettext_lazy("Choose TLS with port 993 for IMAP or 465 for SMTP."),
    ),
    "silent": (
        gettext_lazy("%(host)s does not answer on port %(port)s in time."),
        gettext_lazy("Check the port; a firewall may be in the way, or the port may want TLS from the beginning."),
    ),
    "refused": (
        gettext_lazy("Nobody listens on port %(port)s of %(host)s."),
        gettext_lazy("Check the port: 993 with TLS is usual for IMAP, 465 with TLS or 587 with STARTTLS for SMTP."),
    ),
    "broke": (
        gettext_lazy("%(host)s ended the connection. %(said)s"),
        gettext_lazy(
            "Check port and security. If they are right, wait some minutes: servers shut out who comes often."
        ),
    ),
    "unreachable": (
        gettext_lazy("%(host)s:%(port)s cannot be reached: %(said)s."),
        gettext_lazy("Check server, port and firewall."),
    ),
    "other": (gettext_lazy("%(host)s answers: %(said)s"), gettext_lazy("Ask the mail service what that means.")),
    "wrong-password": (
        gettext_lazy("%(host)s does not take this name and password."),
        gettext_lazy("Type the password again. See whether the name is the whole address or its first part."),
    ),
    "password-or-app-password": (
        gettext_lazy("%(host)s does not take this name and password."),
        gettext_lazy(
            "%(service)s wants an app password from programs: make one in the account's security settings, and type it "
            "instead of the ordinary one."
        ),
    ),
    "app-password": (
        gettext_lazy("%(service)s does not take the ordinary password from programs."),
        gettext_lazy("Make an app password in the account's security settings, and type it here."),
    ),
    "password-or-imap-off": (
        gettext_lazy("%(host)s does not take this name and password, or IMAP is switched off there."),
        gettext_lazy("Switch IMAP on in the settings of the mailbox at %(service)s; then try again."),
    ),
    "imap-off": (
        gettext_lazy("IMAP is switched off for this mailbox."),
        gettext_lazy("Switch it on in the settings of the mailbox at %(service)s, or ask its administrator."),
    ),
    "smtp-off": (
        gettext_lazy("%(service)s does not let this mailbox send by SMTP."),
        gettext_lazy("Its administrator can switch on authenticated SMTP for this mailbox."),
    ),
    "consent-only": (
        gettext_lazy("%(service)s takes no passwords from programs any more."),
        gettext_lazy("Choose consent (OAuth 2) as the way to sign in."),
    ),
    "consent-refused": (
        gettext_lazy("%(host)s refuses the consent for %(login)s."),
        gettext_lazy(
            "Consent anew, signed in there as this mailbox or as somebody who may open it, and see that the application "
            "may use IMAP and SMTP."
        ),
    ),
    "web-login": (
        gettext_lazy("%(service)s wants a person to sign in with a browser first."),
        gettext_lazy("Sign in there on the web, confirm that it was you, and try again."),
    ),
    "not-connected": (
        gettext_lazy("The sign-in is right, but %(login)s may not open this mailbox by IMAP."),
        gettext_lazy("Switch IMAP on for it, or give the one who consented full access to the shared mailbox."),
    ),
    "needs-tls": (
        gettext_lazy("%(host)s takes no password over a connection that is not encrypted."),
        gettext_lazy("Choose TLS or STARTTLS."),
    ),
    "expired": (
        gettext_lazy("The password has ended."),
        gettext_lazy("Set a new one at %(service)s and type it here."),
    ),
    "ask-service": (
        gettext_lazy("%(service)s asks you to speak with its support."),
        gettext_lazy("Its words below say why."),
    ),
    "later": (
        gettext_lazy("%(host)s lets nobody in just now, or too many tried."),
        gettext_lazy("Wait some minutes and try again."),
    ),
    "no-common-login": (
        gettext_lazy("%(host)s knows no way to sign in that the desk knows."),
        gettext_lazy("Check security and port: many servers offer sign-in only once TLS is there."),
    ),
    "desk-login": (
        gettext_lazy("%(host)s does not take the desk's name and password."),
        gettext_lazy("The operator sets them in APLOMB_SMTP_OUT. Or give this mailbox a way out of its own."),
    ),
    "no-folder": (
        gettext_lazy("There is no folder called %(folder)s."),
        gettext_lazy("Choose one of those that are there."),
    ),
    "no-way-out": (
        gettext_lazy("There is no way out yet: the desk has no outgoing server."),
        gettext_lazy(
            "Give this mailbox an SMTP server, or let the operator set APLOMB_SMTP_OUT. Until then mail is kept."
        ),
    ),
    "sender-refused": (
        gettext_lazy("%(host)s does not let %(address)s send."),
        gettext_lazy("The name that signs in must be allowed to send as this address."),
    ),
    "recipient-refused": (
        gettext_lazy("%(host)s does not take mail for %(address)s."),
        gettext_lazy("See whether the address is right and exists."),
    ),
    "mail-refused": (gettext_lazy("%(host)s does not take the mail."), gettext_lazy("Its words below say why.")),
    "no-smtputf8": (
        gettext_lazy("%(host)s does not know addresses in other alphabets, such as %(address)s."),
        gettext_lazy("Choose a way out that does (SMTPUTF8)."),
    ),
    "not-arrived": (
        gettext_lazy("The mail left, but was not there after %(seconds)s seconds."),
        gettext_lazy(
            "It may be late: test again. See whether %(address)s is the address of this mailbox, and whether a rule moves mail."
        ),
    ),
    "not-received": (
        gettext_lazy("The mail left, but did not come to the desk within %(seconds)s seconds."),
        gettext_lazy("Let your mail server deliver %(address)s to the desk's receiver %(receiver)s."),
    ),
}
_WARNINGS: dict[str, tuple[Words, Words]] = {
    "plain": (
        gettext_lazy("Without TLS, password and mail can be read on their way."),
        gettext_lazy("That is right only on one's own machine or network."),
    ),
    "elsewhere": (
        gettext_lazy("It came, but into the folder %(folder)s."),
        gettext_lazy("Mail of the desk's own domain should not land there: look at its rules and its spam filter."),
    ),
    "ahead": (
        gettext_lazy("The clock of %(host)s is %(minutes)s minutes ahead of this machine's."),
        gettext_lazy("Set this machine's clock by the network (NTP): what is due when hangs on it."),
    ),
    "behind": (
        gettext_lazy("The clock of %(host)s is %(minutes)s minutes behind this machine's."),
        gettext_lazy("Set this machine's clock by the network (NTP): what is due when hangs on it."),
    ),
}
_DONE: dict[str, Words] = {
    "name": gettext_lazy("%(host)s is there."),
    "connect": gettext_lazy("It answers on port %(port)s."),
    "tls": gettext_lazy("It is who it says."),
    "login": gettext_lazy("Signed in as %(login)s."),
    "out": gettext_lazy("%(host)s is ready to take mail."),
    "send": gettext_lazy("It was taken."),
    "arrive": gettext_lazy("It was there after %(seconds)s seconds, and is deleted again."),
    "clock": gettext_lazy("They agree."),
}
_SOURCES: dict[str, Words] = {
    "domain": gettext_lazy("An address of %(service)s, whose settings are known."),
    "mx": gettext_lazy("Mail for this domain goes to %(service)s (%(where)s), whose settings are known."),
    "autoconfig": gettext_lazy("Published for mail programs at %(where)s."),
    "srv": gettext_lazy("Written in the DNS of %(where)s."),
    "guess": gettext_lazy("Guessed: a mail server answers at %(where)s."),
}
_WAYS: dict[Ways, Words] = {
    Ways.USUAL: "",
    Ways.APP: gettext_lazy(
        "%(service)s takes no ordinary password from programs: make an app password in the account's security settings."
    ),
    Ways.CONSENT_OR_APP: gettext_lazy(
        "%(service)s wants consent (OAuth 2), or an app password from an account with sign-in in two steps."
    ),
    Ways.CONSENT: gettext_lazy("%(service)s takes no passwords from programs: sign in by consent (OAuth 2)."),
    Ways.BRIDGE: gettext_lazy(
        "%(service)s can be reached only through its own program, Bridge, on a machine of yours. Enter its servers and "
        "the password that it shows."
    ),
    Ways.NONE: gettext_lazy(
        "%(service)s lets no other programs in: its mail can only be forwarded to another mailbox."
    ),
}
_NOTES: dict[str, Words] = {
    "no-domain": gettext_lazy("There is no such domain. Is the address right?"),
    "no-mail": gettext_lazy("The domain names no server that takes its mail (MX). Is the address right?"),
    "no-dns": gettext_lazy("The DNS did not answer, so not everything could be looked up."),
}


@dataclass(frozen=True)
class StepWords:
    """A step as a page shows it. `mend` is empty where nothing is to be done; `said` is the server's own words."""

    name: str
    state: str
    title: Words
    what: str = ""
    mend: str = ""
    said: str = ""
    folders: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class CandidateWords:
    """A proposal as a page shows it."""

    candidate: Candidate
    source: str
    advice: str = ""
    caution: str = ""


def step_in_words(row: Mapping[str, Any]) -> StepWords:
    """A step of trying.py, as it was kept. Codes that a later version wrote are shown without words."""
    name, state, code = str(row.get("name", "")), str(row.get("state", "")), str(row.get("code", ""))
    values = _Values(row.get("values") or {})
    if isinstance(values.get("names"), list):
        values["names"] = ", ".join(values["names"]) or "–"
    found = {"wrong": _FAILURES, "warn": _WARNINGS}.get(state, {}).get(code)
    if found is None:
        return StepWords(name, state, _TITLES.get(name, name), _done(name, state, values))
    folders = tuple((str(each[0]), int(each[1])) for each in values.get("folders", []))
    said = str(values.get("said", "")) if "%(said)s" not in str(found[0]) else ""
    return StepWords(name, state, _TITLES.get(name, name), found[0] % values, found[1] % values, said, folders)


def candidate_in_words(candidate: Candidate) -> CandidateWords:
    provider = provider_named(candidate.provider)
    values = {"service": provider.name if provider else "", "where": candidate.where}
    advice = str(_WAYS[candidate.ways]) % values if provider else ""
    if provider is None and candidate.ways == Ways.CONSENT:
        advice = _("This service wants consent (OAuth 2).")
    if provider is not None and provider.must_switch_on:
        first = _("IMAP must be switched on in the settings of the mailbox first.")
        advice = f"{advice} {first}".strip()
    caution = "" if candidate.is_safe else _("This could have been changed on its way: look at the names closely.")
    if candidate.source == "guess" and not candidate.is_safe:
        caution = _("The certificate of this server does not hold. The test will say why.")
    return CandidateWords(candidate, str(_SOURCES[candidate.source] % values), advice, caution)


def note_in_words(note: str) -> Words:
    """Why a search found little."""
    return _NOTES.get(note, "")


def failing_step(rows: list[dict[str, Any]]) -> StepWords | None:
    """The first step that went wrong."""
    return next((step_in_words(each) for each in rows if each.get("state") == "wrong"), None)


class _Values(dict[str, Any]):
    """What a row of another version lacks reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _done(name: str, state: str, values: "_Values") -> str:
    if state != "ok":
        return ""
    if name == "folder":
        count = values.get("count", -1)
        if not isinstance(count, int) or count < 0:
            return _("%(folder)s is open.") % values
        return ngettext("%(folder)s is open: %(count)d mail.", "%(folder)s is open: %(count)d mails.", count) % values
    return str(_DONE.get(name, "") % values) if _DONE.get(name) else ""
