"""What Microsoft 365 and Google want of a program that reads and sends a mailbox's mail. Plain data.

Sources: Microsoft, "Authenticate an IMAP, POP or SMTP connection using OAuth"; Google, "OAuth 2.0 Mechanism" (Gmail).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    """Endpoints, with ``{tenant}`` where the organisation's name stands, scopes, and the mail servers."""

    authorize_url: str
    token_url: str
    scope: str
    # for an application without a person; empty: there is no such way
    app_scope: str = ""
    tenant: str = ""
    asks: dict[str, str] = field(default_factory=dict)
    imap_host: str = ""
    smtp_host: str = ""


SERVICES = {
    "microsoft": Service(
        authorize_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106  an address
        scope="offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
        app_scope="https://outlook.office365.com/.default",
        # of whichever organisation or person signs in
        tenant="common",
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
    ),
    "google": Service(
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106  an address
        scope="https://mail.google.com/",
        # without both, the second consent brings no refresh token
        asks={"access_type": "offline", "prompt": "consent"},
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
    ),
}

NOTHING_KNOWN = Service(authorize_url="", token_url="", scope="")


def service_called(name: str) -> Service:
    """What is known of a service; of another one nothing is, and its grant tells."""
    return SERVICES.get(name, NOTHING_KNOWN)
