"""One question to a token endpoint (RFC 6749 section 3.2): POST, form in, JSON out. No redirects, no private addresses."""

import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from aplomb.lib.net import PrivateAddress, refuse_private

TIMEOUT_SECONDS = 20
LARGEST_ANSWER = 256 * 1024
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NoAnswer(Exception):
    """The endpoint could not be asked, in words."""


@dataclass(frozen=True)
class Answer:
    """What it said: tokens, or an error with its description. `lasts` in seconds, 0 where it did not say. Never printed."""

    access_token: str = ""
    refresh_token: str = ""
    lasts: int = 0
    error: str = ""
    description: str = ""

    def __repr__(self) -> str:
        return f"Answer(error={self.error!r})"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def ask_for_token(url: str, asked: dict[str, str]) -> Answer:
    """Send the form. Gives the endpoint's answer, a refusal included; raises NoAnswer."""
    place = _allowed(url)
    request = urllib.request.Request(  # noqa: S310  its scheme was looked at
        url,
        data=urlencode(asked).encode(),
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        method="POST",
    )
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        _NoRedirect(),
    )
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            return _read(response.read(LARGEST_ANSWER), response.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return _read(refusal.read(LARGEST_ANSWER), refusal.code)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise NoAnswer(
            _("%(host)s does not answer; it is tried again. (%(why)s)")
            % {"host": place.hostname, "why": str(why)[:200]}
        ) from error


def _allowed(url: str) -> SplitResult:
    """The parts of an address that may be asked: https, or http on this machine. Raises NoAnswer."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NoAnswer(_("%(url)s is not an address.") % {"url": url[:200]}) from error
    named = {*LOOPBACK, *(each.lower() for each in settings.PRIVATE_HOSTS)}
    if not host or parts.scheme not in {"http", "https"} or (parts.scheme == "http" and host not in named):
        raise NoAnswer(_("%(url)s must begin with https://.") % {"url": url[:200]})
    try:
        refuse_private(host, port or (443 if parts.scheme == "https" else 80), allowed=settings.PRIVATE_HOSTS)
    except PrivateAddress as error:
        raise NoAnswer(
            _("%(host)s is on a private network. If that is right, name it in APLOMB_PRIVATE_HOSTS.") % {"host": host}
        ) from error
    except (OSError, UnicodeError) as error:
        raise NoAnswer(_("There is no server %(host)s: check its name.") % {"host": host}) from error
    return parts


def _read(content: bytes, status: int) -> Answer:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return Answer(error=f"HTTP {status}")
    token, error = told.get("access_token"), told.get("error")
    if status < 300 and isinstance(token, str) and _is_token(token):
        fresh = told.get("refresh_token")
        return Answer(token, fresh if isinstance(fresh, str) else "", _seconds(told.get("expires_in")))
    named = error if isinstance(error, str) and error else f"HTTP {status}"
    return Answer(error=named[:100], description=str(told.get("error_description") or "")[:300])


def _is_token(text: str) -> bool:
    """What may stand after Bearer (RFC 6750 section 2.1): nothing that would end the line that carries it."""
    return 0 < len(text) <= 5_500 and text.isascii() and text.isprintable() and " " not in text


def _seconds(told: Any) -> int:
    try:
        return max(0, min(int(told), 90 * 86400))
    except (TypeError, ValueError, OverflowError):
        return 0
