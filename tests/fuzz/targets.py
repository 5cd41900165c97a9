"""What is fuzzed: each takes any bytes, and says by an exception what must not happen."""

import random
from collections.abc import Callable

from aplomb.channels.mail.proof.authresults import read_results
from aplomb.channels.mail.reading.bounces import Bounce, read_bounce
from aplomb.channels.mail.reading.mime import read_parts
from aplomb.channels.mail.reading.parse import ParsedMail, Unparsable, parse_mail
from aplomb.lib.html import sanitise, show_remote_images
from aplomb.reading.quotes import split_quoted

Target = Callable[[bytes], None]

# nothing of this may be left of a stranger's HTML, as a tag or an attribute
_LIVE_TAGS = (
    "<script",
    "<style",
    "<iframe",
    "<object",
    "<embed",
    "<form",
    "<input",
    "<meta",
    "<base",
    "<link",
    "<svg",
    "<video",
)


def fuzz_mail(given: bytes) -> None:
    """A whole mail: something comes out, and it is clean."""
    try:
        mail = parse_mail(given)
    except Unparsable:
        return
    for text in _texts(mail):
        assert "\x00" not in text
        text.encode()
    assert len(mail.attachments) <= 500
    assert mail.size == len(given)
    if mail.html is not None:
        _assert_tame(mail.html)


def _texts(mail: ParsedMail) -> list[str]:
    files = [part for file in mail.attachments for part in (file.name, file.type, file.declared_type)]
    people = [part for each in (*mail.to, *mail.cc, *mail.reply_to) for part in (each.name, each.address)]
    return [mail.subject, mail.text, mail.new_text, mail.message_id or "", *files, *people]


def fuzz_quotes(given: bytes) -> None:
    """Text, or text and HTML: nothing is invented."""
    text = given.decode("utf-8", "replace")
    text, _mark, html = text.partition("\x01")
    found = split_quoted(text, html or None)
    assert len(found.new_text) <= len(text) + 1_000


def fuzz_bounce(given: bytes) -> None:
    """A report of delivery, well formed or not."""
    from aplomb.channels.mail.reading.bounces import read_report

    root = read_parts(given)
    text = given[:100_000].decode("latin-1")
    found = read_bounce(root.headers, "mailer-daemon@mx.example", "Undelivered", text, read_report(root))
    assert isinstance(found, Bounce)


def fuzz_html(given: bytes) -> None:
    """HTML of a stranger: what comes out is tame, and cleaning it again changes nothing that matters."""
    safe = sanitise(given.decode("utf-8", "replace"))
    _assert_tame(safe)
    _assert_tame(show_remote_images(safe))


def fuzz_results(given: bytes) -> None:
    """A field Authentication-Results."""
    found = read_results(given.decode("latin-1"))
    assert found is None or len(found.results) <= 50


def _assert_tame(html: str) -> None:
    lowered = html.lower()
    for tag in _LIVE_TAGS:
        assert tag not in lowered, tag


TARGETS: dict[str, Target] = {
    "mail": fuzz_mail,
    "quotes": fuzz_quotes,
    "bounce": fuzz_bounce,
    "html": fuzz_html,
    "results": fuzz_results,
}


def worn(seed: bytes, chance: random.Random) -> bytes:
    """A seed with a few pieces moved, doubled, cut or changed: for trying without atheris."""
    found = bytearray(seed)
    for _time in range(chance.randint(1, 6)):
        if not found:
            break
        at, length = chance.randrange(len(found)), chance.randint(1, 40)
        kind = chance.randrange(4)
        if kind == 0:
            del found[at : at + length]
        elif kind == 1:
            found[at:at] = found[at : at + length] * chance.randint(1, 50)
        elif kind == 2:
            found[at : at + 1] = bytes([chance.randrange(256)])
        else:
            other = chance.randrange(len(found))
            found[at:at] = found[other : other + length]
    return bytes(found[:200_000])
