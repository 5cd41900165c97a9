"""HTML that strangers send and HTML that we send: made safe, turned into text, made from text."""

import re
import secrets
from collections import Counter
from html import escape, unescape
from typing import Final

import nh3

from aplomb.lib.htmltext import html_lines
from aplomb.lib.links import mark_links

MAX_HTML: Final = 5_000_000
MAX_INLINE_IMAGE: Final = 100_000

# Parsers need quadratic time for deep nesting and for one tag with very many attributes, so that a
# mail of one megabyte could hold a worker for minutes. Beyond these bounds only its text is kept.
MAX_NESTABLE_TAGS: Final = 15_000
MAX_LEFT_OPEN: Final = 3_000
MAX_ATTRIBUTES: Final = 3_000
_NESTABLE = re.compile(
    r"<(/?)(?!(?:p|br|img|li|td|tr|th|hr|dd|dt|tbody|thead|col|meta|link|input|area|wbr|option)[\s/>])([a-z][a-z0-9]*)",
    re.I,
)
_LONG_TAG = re.compile(
    r"""<[a-z][^\s/>]*+(?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?)?+|=)*+""",
    re.I,
)
_WORD_START = re.compile(r"[\s/]+")

_TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_DROPPED_WHOLE: Final = frozenset(
    [
        "script",
        "style",
        "title",
        "head",
        "noscript",
        "iframe",
        "object",
        "embed",
        "applet",
        "template",
        "svg",
        "math",
        "xml",
        "noframes",
        "noembed",
        "select",
        "textarea",
        "button",
        "audio",
        "video",
        "canvas",
    ]
)
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {"style", "dir", "lang", "align", "id"},
    # no title: what a sender lets stand over a link is no target
    "a": {"href"},
    "img": {"src", "alt", "title", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "td": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "tr": {"valign", "bgcolor"},
    "col": {"span", "width"},
    "ol": {"start", "type"},
    "font": {"color", "face", "size"},
    "blockquote": {"type"},
}
_STYLES: Final = frozenset(
    [
        "color",
        "background-color",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "font-variant",
        "text-align",
        "text-decoration",
        "text-transform",
        "vertical-align",
        "white-space",
        "line-height",
        "letter-spacing",
        "width",
        "max-width",
        "border",
        "border-top",
        "border-right",
        "border-bottom",
        "border-left",
        "border-color",
        "border-style",
        "border-width",
        "border-collapse",
        "border-spacing",
        "padding",
        "padding-top",
        "padding-right",
        "padding-bottom",
        "padding-left",
        "margin",
        "margin-top",
        "margin-right",
        "margin-bottom",
        "margin-left",
        "list-style-type",
    ]
)
# The classes and ids by which quoted history is recognised: the desk folds it.
QUOTE_CLASSES: Final = frozenset(
    {"gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "aplomb_when"}
)
QUOTE_IDS: Final = frozenset({"divRplyFwdMsg", "appendonsend"})

_UNSAFE_VALUE = re.compile(r"[\\(@<>{}]|/\*|expression|javascript|behaviou?r", re.I)
_COLOUR_CALL = re.compile(r"(?:rgb|hsl)a?\([\d\s.,%/deg]*\)", re.I)
_TOO_SMALL = re.compile(r"\s*(?:[0-5](?:\.\d+)?|\.\d+)\s*(?:px|pt)?\s*|\s*0?\.[0-4]\d*\s*r?em\s*|\s*\d?\d%\s*", re.I)
_INVISIBLE = re.compile(r"transparent|a\([^)]*[,/]\s*(?:0|0?\.[0-2]\d*|[0-2]?\d%)\s*\)", re.I)
_NEGATIVE = re.compile(r"(?:^|\s)-")
_REMOTE = re.compile(r"(?:https?:)?//", re.I)
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=]*\Z", re.I)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.I)
_URL_SPACES = re.compile(r"[\x00-\x20\x7f]+")

# A sender cannot know it, so that nothing in a mail can pass for a picture that we set aside.
_REMOTE_MARK: Final = f"cid:{secrets.token_hex(16)}/"


def sanitise(html: str) -> str:
    """Return HTML that is safe to show in an isolated frame and loads nothing from outside by itself.

    Scripts, forms, style sheets and everything that moves or hides content are gone. Remote pictures keep
    their address in ``data-remote-src``; ``show_remote_images`` brings them back. Links open apart, and one that leads
    elsewhere than its words pretend carries where it really leads in ``data-target`` (see ``links.py``).
    """
    if too_complex(html):
        return _flattened(html)
    return mark_links(_CLEANER.clean(html).strip().replace(f'src="{_REMOTE_MARK}', 'data-remote-src="'))


def show_remote_images(html: str) -> str:
    """Return sanitised HTML with its remote pictures loading again: only for the output of ``sanitise``."""
    return re.sub(r'(<img(?: [a-z]+="[^"]*")*) data-remote-src="', r'\1 src="', html)


def has_remote_images(html: str) -> bool:
    """True if ``sanitise`` set aside a remote picture in this HTML."""
    return re.search(r'<img(?: [a-z]+="[^"]*")* data-remote-src="', html) is not None


def html_to_text(html: str) -> str:
    """Return the text of a mail's HTML: paragraphs, line breaks, lists, rows of tables, links as text
    <url>."""
    if too_complex(html):
        return _bare_text(html)
    return "\n".join(line.text for line in html_lines(html))


def too_complex(html: str) -> bool:
    """True if a parser would need unreasonable time for this HTML: far beyond what people send."""
    if len(html) > MAX_HTML:
        return True
    if html.count("<") > MAX_LEFT_OPEN and _nests_too_deep(html):
        return True
    if len(html) < 64_000:
        return False
    long_tags = (tag.group() for tag in _LONG_TAG.finditer(html) if len(tag.group()) > MAX_ATTRIBUTES * 2)
    return any(sum(1 for _ in _WORD_START.finditer(tag)) > MAX_ATTRIBUTES for tag in long_tags)


def _nests_too_deep(html: str) -> bool:
    opened: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    for end, name in _NESTABLE.findall(html):
        (closed if end else opened)[name.lower()] += 1
    left_open = sum(max(0, times - closed[name]) for name, times in opened.items())
    return opened.total() > MAX_NESTABLE_TAGS or left_open > MAX_LEFT_OPEN


def _flattened(html: str) -> str:
    return text_to_html(_bare_text(html))


def _bare_text(html: str) -> str:
    text = html[:MAX_HTML]
    for opening, closing in (
        ("<!--", "-->"),
        ("<script", "</script>"),
        ("<style", "</style>"),
        ("<head", "</head>"),
    ):
        text = _without(text, opening, closing)
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>", "\n", text)
    text = unescape(re.sub(r"<[^<>]*>", " ", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _without(text: str, opening: str, closing: str) -> str:
    lowered = text.lower() if len(text.lower()) == len(text) else text
    kept: list[str] = []
    end = 0
    while (start := lowered.find(opening, end)) >= 0 and (stop := lowered.find(closing, start)) >= 0:
        kept.append(text[end:start])
        end = stop + len(closing)
    kept.append(text[end:])
    return " ".join(kept)


def _safe_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _safe_style(value)
    if name == "src":
        return _safe_source(value)
    if name == "href":
        address = _URL_SPACES.sub("", value)
        return address if _LINK.match(address) else None
    if name == "id":
        return value if value in QUOTE_IDS else None
    return value


def _safe_source(value: str) -> str | None:
    address = _URL_SPACES.sub("", value)
    if _REMOTE.match(address):
        return _REMOTE_MARK + (f"https:{address}" if address.startswith("//") else address)
    if address[:4].lower() == "cid:":
        return address
    if len(address) <= MAX_INLINE_IMAGE and _INLINE_IMAGE.match(address):
        return address
    return None


def _safe_style(value: str) -> str | None:
    kept = [part.strip() for part in value.split(";") if _is_safe_declaration(part)]
    return ";".join(kept) or None


def _is_safe_declaration(declaration: str) -> bool:
    name, colon, value = declaration.partition(":")
    name = name.strip().lower()
    if not colon or name not in _STYLES or _UNSAFE_VALUE.search(_COLOUR_CALL.sub("", value)):
        return False
    if name in ("font-size", "line-height") and _TOO_SMALL.fullmatch(value) and _shrinks(name, value):
        return False
    if name == "color" and _INVISIBLE.search(value):
        return False
    return not _NEGATIVE.search(value) or not name.startswith(("margin", "letter-spacing", "padding"))


def _shrinks(name: str, value: str) -> bool:
    bare_number = value.strip().replace(".", "", 1).isdigit()
    return not (name == "line-height" and bare_number and float(value) >= 0.7)


_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WHOLE,
    attributes=_ATTRIBUTES,
    attribute_filter=_safe_attribute,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    allowed_classes={
        "div": QUOTE_CLASSES,
        "blockquote": QUOTE_CLASSES,
        "span": QUOTE_CLASSES,
        "p": QUOTE_CLASSES,
    },
    url_relative="pass_through",
)

_AUTOLINK = re.compile(
    r"""(?P<url>\bhttps?://[^\s<>"'\\^`{|}]+)"""
    r"|(?P<mail>\b[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b)",
    re.I,
)
_AFTER_URL: Final = ".,;:!?…»”’·"
_INDENT = re.compile(r"(?<=\n) +|\A +|  +")


def text_to_html(text: str) -> str:
    """Return ``text`` as HTML for a mail: paragraphs at blank lines, line breaks, http(s) and mail addresses
    linked.

    Everything is escaped; runs of blanks stay visible.
    """
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not body.strip():
        return ""
    return "\n".join(f"<p>{_paragraph(part)}</p>" for part in re.split(r"\n[ \t]*\n+", body))


def _paragraph(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for match in _AUTOLINK.finditer(text):
        target, shown = _link_target(match)
        pieces.append(_escaped(text[end : match.start()]))
        pieces.append(f'<a href="{escape(target)}">{escape(shown)}</a>')
        end = match.start() + len(shown)
    pieces.append(_escaped(text[end:]))
    return "".join(pieces).replace("\n", "<br>\n")


def _link_target(match: re.Match[str]) -> tuple[str, str]:
    if match["mail"]:
        return f"mailto:{match['mail']}", match["mail"]
    shown = match["url"].rstrip(_AFTER_URL)
    for opening, closing in ("()", "[]"):
        while shown.endswith(closing) and shown.count(closing) > shown.count(opening):
            shown = shown[:-1].rstrip(_AFTER_URL)
    return shown, shown


def _escaped(text: str) -> str:
    return escape(_INDENT.sub(lambda blanks: "\N{NO-BREAK SPACE}" * len(blanks.group()), text), quote=False)
