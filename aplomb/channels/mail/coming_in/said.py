"""What a mail says, as the actions take it: its files, what stood below its new text, where an answer is wanted."""

from aplomb.channels.mail.reading.headers import Address
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.customers.addresses import looks_like_email
from aplomb.lib.dangers import marked_type
from aplomb.tickets.actions.writing import IncomingFile


def answer_to_in(parsed: ParsedMail) -> str:
    """Reply-To where it names one address, else From (RFC 5322 section 3.6.2); empty where neither is an address."""
    named: list[Address] = list(parsed.reply_to) if len(parsed.reply_to) == 1 else []
    if parsed.sender is not None:
        named.append(parsed.sender)
    return next((each.address[:320] for each in named if looks_like_email(each.address)), "")


def rest_in(parsed: ParsedMail) -> str:
    """What stood below the new text, whole."""
    if not parsed.new_text or parsed.new_text == parsed.text:
        return ""
    head = parsed.text.find(parsed.new_text)
    if head != 0:
        return parsed.text
    return parsed.text[len(parsed.new_text) :].lstrip("\n")


def files_in(parsed: ParsedMail) -> tuple[IncomingFile, ...]:
    """Its files, with what their bytes and names say of their kind."""
    return tuple(
        IncomingFile(
            name=file.name or "file",
            type=marked_type(file.name, file.type, file.content),
            content=file.content,
            is_inline=file.inline,
            content_id=file.content_id or "",
        )
        for file in parsed.attachments
    )
