"""What is asked of others about a mail before it is applied: the DNS, the server in front, the virus scanner.

All of it takes time, so it is asked outside the transaction that applies the mail; the checks then only read it.
"""

from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.channels.mail.proof import viruses
from aplomb.channels.mail.proof.origin import Envelope, prove
from aplomb.channels.mail.proof.spam import server_verdict
from aplomb.channels.mail.reading.headers import read_headers, split_header
from aplomb.channels.mail.reading.parse import ParsedMail

# what stays from one reading of the mail to the next
_KEPT = ("peer", "helo", "learnt")


def gather(mail: IncomingMail, parsed: ParsedMail, content: bytes, mailbox: Mailbox | None) -> None:
    """Put `is_authenticated` and `verdicts` on the mail, unsaved. Raises viruses.ScannerDown."""
    server = mailbox.authserv_id if mailbox is not None else ""
    kept = {name: mail.verdicts[name] for name in _KEPT if name in mail.verdicts}
    proof = prove(content, server=server, envelope=_envelope(mail))
    verdicts: dict[str, object] = {**kept, **proof.as_verdicts()}
    if server:
        told = server_verdict(read_headers(split_header(content)[0]))
        if told.is_spam:
            verdicts["spam"] = told.by
    if found := viruses.scan_mail(content, [file.content for file in parsed.attachments]):
        verdicts["virus"] = found
    mail.is_authenticated, mail.verdicts = proof.is_authenticated, verdicts


def _envelope(mail: IncomingMail) -> Envelope | None:
    """Only SMTP tells of the sender's machine: LMTP comes from a server of our own."""
    if mail.source != "smtp" or not mail.verdicts.get("peer"):
        return None
    return Envelope(str(mail.verdicts["peer"]), str(mail.verdicts.get("helo", "")), mail.envelope_from)
