"""A mailbox's own way out: its SMTP server, with its login and password or with its grant."""

import socket
from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aplomb.channels.mail.addressing import mailbox_of
from aplomb.channels.mail.models import Mailbox, MailboxAlias
from aplomb.channels.mail.passwords import WrongKey, unlock
from aplomb.channels.mail.servers import oauth, sasl
from aplomb.customers.addresses import email_key
from aplomb.journal.outbox.ways import NoWayYet, Way
from aplomb.lib.env import SmtpServer
from aplomb.lib.net import PrivateAddress, refuse_private
from aplomb.lib.prepared import prepared


def way_out(sender: str) -> Way | None:
    """The way of the mailbox whose address or alias this is; None where it has none of its own: the desk's serves."""
    address = sender.strip().lower()
    with_way = _with_way()
    if not with_way:
        return None
    mailbox = next((each for each in with_way if each.address == address), None)
    if mailbox is None:
        alias = MailboxAlias.objects.select_related("mailbox").filter(address=address).exclude(mailbox__out_host="")
        mailbox = alias[0].mailbox if alias else _spelt_otherwise(sender, with_way)
    return None if mailbox is None else lambda: server_of(mailbox)


@prepared
def _with_way() -> QuerySet[Mailbox]:
    # also those that are switched off: what they wrote leaves as it would have
    return Mailbox.objects.filter(is_draft=False).exclude(out_host="")


def has_way_out(ticket_id: int) -> bool:
    """Whether the mailbox over which this ticket goes has a way of its own."""
    mailbox = mailbox_of(ticket_id)
    return mailbox is not None and bool(mailbox.out_host)


def own_servers() -> list[str]:
    """The servers of the mailboxes in use that have a way of their own: host and port, each once."""
    rows = Mailbox.objects.filter(is_active=True).exclude(out_host="").values_list("out_host", "out_port")
    return sorted({f"{host}:{port}" for host, port in rows})


def server_of(mailbox: Mailbox) -> SmtpServer:
    """Where this mailbox's mails are handed over, with a fresh token where it has consent. Raises NoWayYet."""
    host, port = mailbox.out_host, mailbox.out_port
    try:
        refuse_private(host, port, allowed=settings.PRIVATE_HOSTS)
        if mailbox.sign_in != Mailbox.SignIn.OAUTH:
            password = unlock(bytes(mailbox.password)) if mailbox.password else ""
            name = mailbox.login if password else ""
            return SmtpServer(host, port, mailbox.out_security, name, password)
        token = oauth.access_token(mailbox)
    except PrivateAddress as error:
        raise NoWayYet(
            _("%(host)s is on a private network. If that is right, name it in APLOMB_PRIVATE_HOSTS.") % {"host": host}
        ) from error
    except WrongKey as error:
        raise NoWayYet(_("The desk's secret has changed: enter this mailbox's password again.")) from error
    except oauth.GrantFailure as error:
        raise NoWayYet(str(error)) from error
    except (socket.gaierror, UnicodeError) as error:
        raise NoWayYet(_("There is no server %(host)s: check its name.") % {"host": host}) from error

    def signed_in_with(password: str) -> "sasl.TokenExchange":
        mechanism = oauth.mechanism_of(mailbox)
        return sasl.TokenExchange(mechanism, login=mailbox.login, host=host, port=port, token=password)

    def another() -> str:
        try:
            return oauth.access_token(mailbox, instead_of=token)
        except oauth.GrantFailure as error:
            raise NoWayYet(str(error)) from error

    return SmtpServer(host, port, mailbox.out_security, mailbox.login, token, exchange=signed_in_with, another=another)


def _spelt_otherwise(sender: str, with_way: Iterable[Mailbox]) -> Mailbox | None:
    """An address whose domain is written in another alphabet than the mailbox's."""
    key = email_key(sender)
    return next((each for each in with_way if email_key(each.address) == key), None)
