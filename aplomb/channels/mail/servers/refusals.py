"""What a server means when it does not let one in: its own words, and what its service is known to want. Pure.

Response codes: RFC 5530 for IMAP, RFC 4954 and RFC 3463 for SMTP.
"""

from aplomb.channels.mail.servers.providers import Provider, Ways

# the first of these that stands in the server's answer decides
_WORDS: tuple[tuple[str, str], ...] = (
    ("smtpclientauthentication is disabled", "smtp-off"),
    ("basicauthblocked", "consent-only"),
    ("basic authentication is disabled", "consent-only"),
    ("application-specific password", "app-password"),
    ("app-specific password", "app-password"),
    ("application password", "app-password"),
    ("app password", "app-password"),
    ("parol prilozheniya", "app-password"),
    ("authorization code", "app-password"),
    ("invalid credentials or imap is disabled", "password-or-imap-off"),
    ("not enabled for imap", "imap-off"),
    ("enable imap", "imap-off"),
    ("imap is disabled", "imap-off"),
    ("imap access is disabled", "imap-off"),
    ("imap disabled", "imap-off"),
    ("web login required", "web-login"),
    ("webalert", "web-login"),
    ("via your web browser", "web-login"),
    ("authenticated but not connected", "not-connected"),
    ("[privacyrequired]", "needs-tls"),
    ("must issue a starttls", "needs-tls"),
    ("[expired]", "expired"),
    ("[contactadmin]", "ask-service"),
    ("[unavailable]", "later"),
    ("[inuse]", "later"),
    ("[limit]", "later"),
    ("too many", "later"),
    ("temporarily", "later"),
    ("try again later", "later"),
    ("454 ", "later"),
    ("421 ", "later"),
)


def meaning_of_refusal(said: str, provider: Provider | None, *, by_consent: bool) -> str:
    """A code of explaining.py: what is probably wrong. `said`: the server's words; `provider`: whose server it is."""
    low = said[:2000].lower()
    for words, code in _WORDS:
        if words in low and not (by_consent and code in {"consent-only", "app-password"}):
            return code
    if by_consent:
        return "consent-refused"
    if provider is None:
        return "wrong-password"
    if provider.ways == Ways.CONSENT:
        return "consent-only"
    if provider.ways in {Ways.APP, Ways.CONSENT_OR_APP}:
        return "password-or-app-password"
    return "password-or-imap-off" if provider.must_switch_on else "wrong-password"
