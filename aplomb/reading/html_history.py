"""The lines of an HTML mail, with a word on which of them its program marked as history."""

import re
from typing import Final

from aplomb.lib.htmltext import QUOTED, REST, html_lines

_SIGNS: Final = (
    "gmail_quote",
    "divrplyfwdmsg",
    "appendonsend",
    "moz-cite-prefix",
    "yahoo_quoted",
    "protonmail_quote",
    "aplomb_when",
    "mail-editor-reference",
    "olk_src_body",
    "<blockquote",
    "border-top:solid #",
    "zmail_extra",
    "ms-outlook-mobile-reference",
    "tutanota_quote",
    "skiff_quote",
    "front-blockquote",
    "reply-intro",
    "isforwardcontent",
    "quoted_text",
)
_QUOTED_CLASSES: Final = frozenset(
    {
        "gmail_attr",
        "moz-cite-prefix",
        "yahoo_quoted",
        "protonmail_quote",
        "aplomb_when",
        "zmail_extra",
        "tutanota_quote",
        "skiff_quote",
        "front-blockquote",
    }
)
_REST_IDS: Final = frozenset({"divrplyfwdmsg", "appendonsend", "olk_src_body_section"})
_OUTLOOK_RULE = re.compile(r"border:none;border-top:solid#(?:e1e1e1|b5c4df)", re.I)


def has_history(html: str) -> bool:
    """Whether a word in the HTML says that its program may have marked history; cheap."""
    lowered = html.lower()
    return any(sign in lowered for sign in _SIGNS)


def history_of_html(html: str) -> tuple[str, list[bool]] | None:
    """Return the text of ``html`` and for each of its lines whether it is history; None if none is."""
    lines = html_lines(html, _judge)
    if not any(line.quoted for line in lines):
        return None
    marked = [line.quoted for line in lines for _ in line.text.split("\n")]
    return "\n".join(line.text for line in lines), marked


def _judge(tag: str, attributes: dict[str, str | None]) -> str | None:
    if tag == "blockquote" and (attributes.get("type") or "").lower() == "cite":
        return QUOTED
    classes = (attributes.get("class") or "").split()
    if not _QUOTED_CLASSES.isdisjoint(classes) or (tag == "blockquote" and "gmail_quote" in classes):
        return QUOTED
    identity = (attributes.get("id") or "").lower()
    if identity in _REST_IDS or identity.startswith(("mail-editor-reference", "ms-outlook-mobile-reference")):
        return REST
    style = (attributes.get("style") or "").replace(" ", "")
    return REST if tag == "div" and style and _OUTLOOK_RULE.search(style) else None
