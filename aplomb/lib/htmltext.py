"""The lines of text in an HTML document, each with a word on whether it lies in quoted history."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

# What a reader of the structure says of an element: QUOTED for what lies within it, REST for everything
# from it to the end of the document.
QUOTED: Final = "quoted"
REST: Final = "rest"
Judge = Callable[[str, dict[str, str | None]], str | None]

_SKIPPED: Final = frozenset(
    [
        "head",
        "script",
        "style",
        "title",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "select",
        "textarea",
        "button",
        "audio",
        "video",
        "canvas",
    ]
)
_PARAGRAPHS: Final = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "figure"]
)
_BLOCKS: Final = _PARAGRAPHS | frozenset(
    [
        "div",
        "li",
        "table",
        "tr",
        "caption",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "main",
        "aside",
        "address",
        "center",
        "form",
        "fieldset",
        "dt",
        "dd",
        "figcaption",
        "body",
        "html",
    ]
)
_JUDGED: Final = frozenset({"div", "blockquote", "span", "p", "section", "hr", "table"})
# What a mail does not show: the line that only lists of mails show, and the twin for small screens.
_MAY_HIDE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0|opacity\s*:\s*0|\shidden[\s>=]", re.I
)
_HIDES = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))",
    re.I,
)
_UNSEEN: Final = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_RULE: Final = "-" * 10
_MAX_URL: Final = 2_000


class Line(NamedTuple):
    """One line of text; ``quoted`` if the structure of the document says that it is history."""

    text: str
    quoted: bool


def html_lines(html: str, judge: Judge | None = None) -> list[Line]:
    """Return the lines of ``html`` that are shown; ``judge`` is asked for each block (tag, attributes) and may
    say QUOTED or REST."""
    root: Any = LexborHTMLParser(html).root
    if root is None:
        return []
    lines = _written(root, judge, may_hide=_MAY_HIDE.search(html) is not None)
    # All of it hidden is a trick or a mistake: then it is read as if it were not.
    return lines or _written(root, judge, may_hide=False)


def _written(root: Any, judge: Judge | None, *, may_hide: bool) -> list[Line]:
    writer = _Writer(judge)
    # Depth first with a stack of our own: a hostile document is nested deeper than Python recurses.
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, _Leave):
            writer.leave(node)
            continue
        # an instruction (`<?…`) has no name
        tag: str = node.tag or "-"
        if tag == "-text":
            writer.text(node.text(deep=False))
            continue
        if tag.startswith("-") or tag in _SKIPPED or (may_hide and _is_hidden(node.attributes)):
            continue
        left = writer.enter(tag, node)
        if left is not None:
            stack.append(left)
        children = list(node.iter(include_text=True))
        children.reverse()
        stack.extend(children)
    return writer.finished()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or _HIDES.search(attributes.get("style") or "") is not None


class _Leave(NamedTuple):
    tag: str
    quoted: bool
    indented: bool
    href: str
    link_start: tuple[int, int]


class _Writer:
    def __init__(self, judge: Judge | None) -> None:
        self._judge = judge
        self._lines: list[Line] = []
        self._parts: list[str] = []
        self._gap = False
        self._gap_indent = 0
        self._quoted = 0
        self._indent = 0
        self._pre = 0
        self._counters: list[int | None] = []
        self._marked = False

    def finished(self) -> list[Line]:
        self._flush()
        while self._lines and not self._lines[-1].text.strip("> "):
            self._lines.pop()
        return self._lines

    def text(self, raw: str) -> None:
        if self._pre:
            first, *others = raw.replace("\r\n", "\n").split("\n")
            self._parts.append(first)
            for line in others:
                self._break()
                self._parts.append(line)
            return
        text = _SPACES.sub(" ", raw)
        if not self._parts or self._parts[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._parts.append(text)

    def enter(self, tag: str, node: Any) -> _Leave | None:
        if tag == "br":
            self._break()
            return None
        if tag == "img":
            self._image(node.attributes)
            return None
        if tag == "a":
            href = (node.attributes.get("href") or "").strip()
            return _Leave(tag, False, False, href, (len(self._lines), len(self._parts)))
        if tag in ("td", "th"):
            if any(part.strip() for part in self._parts):
                self._parts.append(" | ")
            return None
        if tag not in _BLOCKS and tag not in _JUDGED:
            return None
        return self._enter_block(tag, node)

    def _enter_block(self, tag: str, node: Any) -> _Leave:
        attributes: dict[str, str | None] = node.attributes if tag in _JUDGED else {}
        indented = tag == "blockquote" and "border:none" not in (attributes.get("style") or "").replace(" ", "")
        if tag in _BLOCKS and not self._is_after_mark():
            self._flush(gap=tag in _PARAGRAPHS and not self._counters)
        verdict = self._judge(tag, attributes) if self._judge and attributes else None
        if verdict == REST:
            # Never taken back: what follows is history to the end.
            self._flush()
            self._quoted += 1
        if tag == "hr":
            self._flush()
            self._parts.append(_RULE)
            self._flush()
        quoted = verdict == QUOTED
        if quoted:
            self._flush()
            self._quoted += 1
        self._indent += indented
        self._pre += tag == "pre"
        self._open_list(tag, node)
        return _Leave(tag, quoted, indented, "", (0, 0))

    def _is_after_mark(self) -> bool:
        """True at the very beginning of a list item: its first paragraph stands beside the mark."""
        return self._marked and len(self._parts) == 2

    def _open_list(self, tag: str, node: Any) -> None:
        if tag == "ol":
            start = node.attributes.get("start") or ""
            self._counters.append(int(start) if start.isdecimal() and len(start) < 6 else 1)
        elif tag == "ul":
            self._counters.append(None)
        elif tag == "li":
            counter = self._counters[-1] if self._counters else None
            self._marked = True
            self._parts.append("  " * max(0, min(len(self._counters), 8) - 1))
            self._parts.append("- " if counter is None else f"{counter}. ")
            if counter is not None:
                self._counters[-1] = counter + 1

    def leave(self, left: _Leave) -> None:
        if left.tag == "a":
            self._link(left)
            return
        if left.tag in _BLOCKS or left.quoted:
            self._flush()
        if left.tag in ("ol", "ul") and self._counters:
            self._counters.pop()
        self._quoted -= left.quoted
        self._indent -= left.indented
        self._pre -= left.tag == "pre"
        if left.tag in _PARAGRAPHS and not self._counters:
            self._leave_gap()

    def _link(self, left: _Leave) -> None:
        href = left.href
        scheme, _, rest = href.partition(":")
        if scheme.lower() not in ("http", "https", "mailto", "tel") or len(href) > _MAX_URL:
            return
        if scheme.lower() in ("mailto", "tel"):
            href = rest.partition("?")[0]
        line, part = left.link_start
        shown = "".join(self._parts[part:] if line == len(self._lines) else self._parts).strip()
        if not shown or _bare(shown) == _bare(href) or shown.startswith("["):
            return
        if self._parts and self._parts[-1].endswith(" "):
            self._parts[-1] = self._parts[-1].rstrip(" ")
        self._parts.append(f" <{href}>")

    def _image(self, attributes: dict[str, str | None]) -> None:
        alt = " ".join((attributes.get("alt") or "").split())
        if alt and len(alt) <= 100:
            self._parts.append(f"[{alt}]")

    def _break(self) -> None:
        if not self._flush() and (self._lines and self._lines[-1].text.strip("> ")):
            self._leave_gap()

    def _leave_gap(self) -> None:
        self._gap_indent = min(self._gap_indent, self._indent) if self._gap else self._indent
        self._gap = True

    def _flush(self, *, gap: bool = False) -> bool:
        """End the line; True if there was one. A gap becomes one blank line before the next text."""
        text = "".join(self._parts).replace("\N{NO-BREAK SPACE}", " ").rstrip()
        if not text.isascii():
            text = text.translate(_UNSEEN).rstrip()
        self._parts.clear()
        self._marked = False
        written = bool(text.strip())
        if written:
            prefix = "> " * min(self._indent, 8)
            if self._gap and self._lines:
                blank = "> " * min(self._gap_indent, self._indent, 8)
                self._lines.append(Line(blank.rstrip(), self._quoted > 0))
            self._gap = False
            self._lines.append(Line(prefix + text, self._quoted > 0))
        if gap:
            self._leave_gap()
        return written


def _bare(address: str) -> str:
    return address.lower().removeprefix("http://").removeprefix("https://").removeprefix("mailto:").rstrip("/")
