"""Mail that no person wrote: auto-replies, lists, reports of delivery. It is never answered automatically.

Sources: RFC 3834 (automatic responses), RFC 3464 and 6522 (delivery reports), RFC 2919 and 2369 (lists),
RFC 8098 (read receipts), RFC 5965 (complaints), and what mail programs do beside them.
"""

import re
from dataclasses import dataclass
from typing import Final

from aplomb.channels.mail.headers import Headers, first, read_headers, read_ids, read_message_id
from aplomb.lib.mailtext import decode_bytes

MAX_RECIPIENTS: Final = 200


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether a machine wrote the mail, and by what that was recognised: a short machine word, empty for
    people."""

    is_automatic: bool
    why: str


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One address of a delivery report: action (failed, delayed, delivered …) and enhanced status ('5.1.1'
    or '')."""

    address: str
    action: str
    status: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says; ``is_bounce`` only if some recipient was not reached for good."""

    is_bounce: bool
    recipients: tuple[BouncedRecipient, ...]
    original_message_id: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The machine-readable parts of a mail: kind of the multipart/report, its status part, header of the
    original."""

    kind: str = ""
    status: bytes = b""
    original: bytes = b""


PERSON: Final = Automatic(False, "")
NO_BOUNCE: Final = Bounce(False, (), None)

_MACHINES = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|majordomo|listserv|mailman|mailerdaemon|bounces?"
    r"|no-?_?\.?-?reply|do-?_?\.?not-?_?\.?reply|noresponder|no-?responder|nicht-?antworten|non-?rispondere"
    r"|nu-?raspunde(?:ti)?|ne-?pas-?repondre|auto-?(?:reply|responder|confirm)|notifications?-noreply"
    r"|root|cron|nagios|daemon|anonymous)(?:[-+._=].*)?",
    re.I,
)
_DAEMONS = re.compile(r"(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|microsoftexchange\w*)", re.I)
_LIST_FIELDS: Final = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "list-help",
    "x-mailing-list",
    "x-mailman-version",
)
_REPLY_FIELDS: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-vacation",
    "x-out-of-office",
    "x-ms-exchange-inbox-rules-loop",
    "x-ms-exchange-generated-message-source",
)
_PRECEDENCE: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_SUPPRESS = re.compile(r"\b(?:all|oof|autoreply)\b", re.I)
_NO_WORDS: Final = frozenset({"", "no", "none", "false", "0"})

_REPLY_SUBJECT = re.compile(
    r"\s*+(?:\[[^\]]{0,40}\]\s*+)?(?:(?:re|r|aw|rv|rif|απ|sv)\s?:\s*+)?(?:"
    r"auto(?:matic|mated)?[ -]?(?:reply|response|respond\w*)\b|auto\s*:|out of (?:the )?office\b"
    r"|vacation (?:reply|response)\b"
    r"|respuesta autom[áa]tica|respuesta automatizada|fuera de (?:la )?oficina|ausente de la oficina"
    r"|risposta automatica|risponditore automatico|fuori (?:sede|ufficio)\b|assenza dall'ufficio"
    r"|r[ăa]spuns automat|mesaj automat|[îi]n afara biroului|plecat din birou|absent din birou"
    r"|αυτ[όο]ματη απ[άα]ντηση|αυτοματοποιημ[έε]νη απ[άα]ντηση|εκτ[όο]ς γραφε[ίι]ου"
    r"|απουσ[ίι]α απ[όο] το γραφε[ίι]ο"
    r"|r[ée]ponse automatique|absence du bureau|automatische antwort|abwesenheits\w+|resposta autom[áa]tica"
    r"|automatisch antwoord|afwezig\b|odpowied[źz] automatyczna|autoodpowied[źz])",
    re.I,
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|delivery (?:status notification|failure|has failed|incomplete)"
    r"|mail delivery (?:failed|failure|system)"
    r"|returned mail|failure notice|message (?:not delivered|delayed)|could not be delivered"
    r"|no se (?:puede|pudo|ha podido) entregar|correo (?:no entregado|devuelto)"
    r"|notificaci[óo]n de estado de entrega"
    r"|mancat[ao] recapito|non recapitabil\w+|notifica di stato del recapito|impossibile recapitare"
    r"|nelivra(?:t|bil)\w*|mesajul nu a (?:putut fi|fost) livrat|notificare de stare a livr[ăa]rii"
    r"|δεν (?:[ήη]ταν δυνατ[ήη] η|παραδ[όο]θηκε)|αποτυχ[ίι]α παρ[άα]δοσης|μη παραδ[όο]σιμ\w+"
    r"|unzustellbar|non remis|onbestelbaar|niedostarcz\w+|n[ãa]o entregue",
    re.I,
)
_REPLY_TEXT = re.compile(
    r"\bthis is an automat(?:ic|ed) (?:reply|response|message|e-?mail)"
    r"|\bi am (?:currently )?out of (?:the )?office\b"
    r"|\best[ae] es una? (?:respuesta autom[áa]tica|mensaje autom[áa]tico|correo autom[áa]tico)"
    r"|\bestoy fuera de la oficina\b"
    r"|\bquest[ao] (?:è|e'|e) una? (?:risposta automatica|messaggio automatico|e-?mail automatica)"
    r"|\bsono fuori (?:ufficio|sede)\b"
    r"|\bacesta este un (?:r[ăa]spuns|mesaj|e-?mail) (?:generat )?automat"
    r"|\bsunt plecat[ăa]? din birou\b|\bnu sunt [îi]n birou\b"
    r"|αυτ[όο] ε[ίι]ναι [έε]να αυτ[όο]ματο|αυτ[όο]ματη απ[άα]ντηση|(?:ε[ίι]μαι"
    r"|βρ[ίι]σκομαι) εκτ[όο]ς γραφε[ίι]ου",
    re.I,
)
_REPLY_TEXT_LIMIT: Final = 800
# Looked for first: a search for a plain word is many times faster than the pattern.
_REPLY_WORDS: Final = ("automat", "automát", "office", "oficina", "ufficio", "sede", "birou", "αυτ", "γραφε")

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SMTP_REPLY = re.compile(r"\b([45])\d\d[ -]")
_TEXT_RECIPIENT = re.compile(
    r"^[ \t>]{0,8}(?:to:?[ ]|recipient(?: address)?:[ ]?"
    r"|\*[ ])?<?([^\s<>\"(),;:]{1,64}@[^\s<>\"(),;:]{1,250}?)>?"
    r"[ \t]{0,4}(?::|$|\(|\s-\s)",
    re.M | re.I,
)
_ORIGINAL_ID = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,990}>)", re.M | re.I)


def read_bounce(headers: Headers, sender: str, subject: str, text: str, report: Report) -> Bounce:
    """Return what a mail reports of deliveries: from its RFC 3464 part, else from what old mail servers
    write.

    ``sender`` is the address of From (empty if there is none); ``text`` the readable part.
    """
    if report.kind in ("disposition-notification", "feedback-report"):
        return NO_BOUNCE
    if report.status:
        recipients = _reported(report.status)
        return _bounce(recipients, headers, text, report)
    failed = [each.strip(" <>") for value in headers.get("x-failed-recipients", []) for each in value.split(",")]
    local = sender.rpartition("@")[0]
    daemon = _DAEMONS.fullmatch(local) is not None or (not sender and _is_null_path(headers))
    told = _BOUNCE_SUBJECT.search(subject) is not None
    if not failed and not (told and (daemon or report.kind == "delivery-status")):
        return NO_BOUNCE
    if not failed:
        failed = [each for each in _TEXT_RECIPIENT.findall(text[:8_000]) if each.lower() != sender.lower()]
    status = _STATUS.search(text[:8_000])
    reply = _SMTP_REPLY.search(text[:8_000])
    code = status.group(1) if status else ""
    action = "delayed" if code.startswith("4") or (not code and reply and reply.group(1) == "4") else "failed"
    addresses = list(dict.fromkeys(each for each in failed if "@" in each))[:MAX_RECIPIENTS]
    return _bounce(tuple(BouncedRecipient(each, action, code) for each in addresses), headers, text, report, action)


def _bounce(
    recipients: tuple[BouncedRecipient, ...], headers: Headers, text: str, report: Report, action: str = ""
) -> Bounce:
    original = read_message_id(read_headers(report.original).get("message-id", [])) if report.original else None
    if original is None and (found := _ORIGINAL_ID.search(text.encode("utf-8", "replace"))):
        original = found.group(1).decode("utf-8")
    if original is None:
        known = read_ids(headers.get("in-reply-to", [])) or read_ids(headers.get("references", []))
        original = known[-1] if known else None
    failed = any(each.action == "failed" for each in recipients) or (not recipients and action == "failed")
    return Bounce(failed, recipients, original)


def _reported(status: bytes) -> tuple[BouncedRecipient, ...]:
    found: list[BouncedRecipient] = []
    for block in re.split(rb"\r?\n[ \t]*\r?\n", status.strip()[:500_000]):
        fields = read_headers(block)
        named = first(fields, "original-recipient") or first(fields, "final-recipient")
        if not named:
            continue
        address = named.rpartition(";")[2].strip().strip("<>")
        code = _STATUS.search(first(fields, "status")) or _STATUS.search(first(fields, "diagnostic-code"))
        action = re.sub(r"\(.*", "", first(fields, "action")).strip().lower()
        if not action and code:
            action = {"2": "delivered", "4": "delayed", "5": "failed"}[code.group(1)[0]]
        if "@" in address and len(found) < MAX_RECIPIENTS:
            found.append(BouncedRecipient(address, action or "failed", code.group(1) if code else ""))
    return tuple(found)


def recognise(headers: Headers, sender: str, subject: str, text: str, report: Report, bounce: Bounce) -> Automatic:
    """Return whether a machine wrote the mail; the strongest sign is named first.

    ``text`` is what is new in the mail, without quoted history: an answer to an auto-reply quotes its words.
    """
    why = _by_report(report, bounce) or _by_headers(headers) or _by_words(headers, sender, subject, text)
    return Automatic(True, why) if why else PERSON


def _by_report(report: Report, bounce: Bounce) -> str:
    kinds = {
        "delivery-status": "dsn",
        "disposition-notification": "read-receipt",
        "feedback-report": "complaint",
    }
    if report.kind in kinds:
        return kinds[report.kind]
    return "dsn" if bounce.is_bounce or bounce.recipients else ""


def _by_headers(headers: Headers) -> str:
    submitted = first(headers, "auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted not in _NO_WORDS:
        return "auto-submitted"
    if any(first(headers, name).strip().lower() not in _NO_WORDS for name in _REPLY_FIELDS):
        return "auto-reply"
    if any(name in headers for name in _LIST_FIELDS):
        return "list"
    precedence = {value.strip().lower() for name in ("precedence", "x-precedence") for value in headers.get(name, [])}
    if precedence & _PRECEDENCE:
        return "precedence"
    if any(_SUPPRESS.search(value) for value in headers.get("x-auto-response-suppress", [])):
        return "suppress"
    return "null-sender" if _is_null_path(headers) else ""


def _by_words(headers: Headers, sender: str, subject: str, text: str) -> str:
    if _MACHINES.fullmatch(sender.rpartition("@")[0]):
        return "sender"
    if _REPLY_SUBJECT.match(subject):
        return "subject"
    if len(text) > _REPLY_TEXT_LIMIT:
        return ""
    lowered = text.lower()
    may_say_so = any(word in lowered for word in _REPLY_WORDS)
    return "text" if may_say_so and _REPLY_TEXT.search(text) else ""


def _is_null_path(headers: Headers) -> bool:
    return any(value.strip() == "<>" for value in headers.get("return-path", []))


def status_text(raw: bytes) -> bytes:
    """Return a delivery-status part with plain line ends, whatever its charset, for ``Report``."""
    return decode_bytes(raw).replace("\r\n", "\n").encode()
