"""An IMAP server for what no good server does: it forgets UIDNEXT, repeats numbers, refuses mails or hangs up over them."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self


@dataclass
class Kept:
    """A mail of the folder."""

    uid: int
    content: bytes
    is_seen: bool = False
    arrived: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class OddImapServer:
    """`mails` is the folder. Numbers in `refused` are answered NO, in `broken` by hanging up, in `empty` with nothing."""

    mails: list[Kept] = field(default_factory=list)
    validity: int = 1
    tells_next: bool = True
    tells_size: bool = True
    idles: bool = False
    refused: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)
    folder: str = "INBOX"
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        odd = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                _Talk(odd, self).run()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Session)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def put(self, content: bytes, *, uid: int = 0, is_seen: bool = False, arrived: datetime | None = None) -> int:
        """A mail arrives; its number."""
        number = uid or max((each.uid for each in self.mails), default=0) + 1
        self.mails.append(Kept(number, content, is_seen, arrived or datetime.now(UTC)))
        return number

    def fetched(self) -> list[int]:
        """The numbers whose bytes were asked for, in order."""
        found = [re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]", each, re.IGNORECASE) for each in self.asked]
        return [int(each[1]) for each in found if each]


class _HangUp(Exception):
    pass


class _Talk:
    def __init__(self, odd: OddImapServer, line: socketserver.StreamRequestHandler) -> None:
        self.odd, self.line = odd, line

    def run(self) -> None:
        self.say("* OK ready")
        try:
            while command := self.line.rfile.readline().decode("utf-8", "replace").strip():
                tag, _blank, rest = command.partition(" ")
                self.odd.asked.append(rest)
                self.answer(tag, rest)
        except (_HangUp, OSError):
            return

    def say(self, text: str, literal: bytes | None = None) -> None:
        self.line.wfile.write(
            text.encode() + (b"" if literal is None else b" {%d}\r\n" % len(literal) + literal + b")")
        )
        self.line.wfile.write(b"\r\n")

    def answer(self, tag: str, rest: str) -> None:
        verb = rest.upper()
        if verb.startswith("CAPABILITY"):
            self.say(f"* CAPABILITY IMAP4rev1{' IDLE' if self.odd.idles else ''}")
        elif verb.startswith("SELECT"):
            if f'"{self.odd.folder}"' not in rest:
                self.say(f"{tag} NO no such folder")
                return
            self.select()
        elif verb.startswith("UID SEARCH"):
            found = [each.uid for each in self.odd.mails if self.matches(each, verb[11:])]
            self.say(f"* SEARCH {' '.join(map(str, found))}".rstrip())
        elif verb.startswith("UID FETCH"):
            if not self.fetch(rest):
                self.say(f"{tag} NO [SERVERBUG] cannot be read")
                return
        elif verb.startswith("IDLE"):
            # the go-ahead and the news in one piece, as a fast server's come
            self.say(f"+ idling\r\n* {len(self.odd.mails)} EXISTS")
            self.odd.asked.append(self.line.rfile.readline().decode().strip())
        elif verb.startswith("LOGOUT"):
            self.say("* BYE")
            self.say(f"{tag} OK")
            raise _HangUp
        self.say(f"{tag} OK done")

    def select(self) -> None:
        self.say(f"* {len(self.odd.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.odd.validity}] numbering")
        if self.odd.tells_next:
            self.say(f"* OK [UIDNEXT {max((each.uid for each in self.odd.mails), default=0) + 1}] next")

    def matches(self, mail: Kept, criteria: str) -> bool:
        if found := re.match(r"UID (\d+|\*)(:\*)?$", criteria):
            highest = max(each.uid for each in self.odd.mails)
            low = highest if found[1] == "*" else int(found[1])
            # n:* always names the last one (RFC 3501 section 6.4.8)
            return mail.uid >= min(low, highest) if found[2] else mail.uid == low
        if criteria == "UNSEEN":
            return not mail.is_seen
        if found := re.match(r"SEEN SINCE (\S+)$", criteria):
            since = datetime.strptime(found[1], "%d-%b-%Y").replace(tzinfo=UTC)
            return mail.is_seen and mail.arrived.date() >= since.date()
        return criteria == "ALL"

    def fetch(self, rest: str) -> bool:
        found = re.match(r"UID FETCH ([\d,]+) \((.*)\)$", rest, re.IGNORECASE)
        wanted = {int(each) for each in found[1].split(",")} if found else set()
        what = found[2] if found else ""
        for place, mail in enumerate(self.odd.mails, 1):
            if mail.uid not in wanted:
                continue
            if "BODY.PEEK[]" in what:
                if mail.uid in self.odd.broken:
                    raise _HangUp
                if mail.uid in self.odd.refused:
                    return False
                if mail.uid not in self.odd.empty:
                    self.say(f"* {place} FETCH (UID {mail.uid} BODY[]", mail.content)
            elif "HEADER" in what:
                head = mail.content.partition(b"\n\n")[0] + b"\n\n"
                if "MESSAGE-ID" in what:
                    head = (
                        b"".join(each for each in head.splitlines(True) if each.lower().startswith(b"message-id"))
                        + b"\n"
                    )
                self.say(f"* {place} FETCH (UID {mail.uid} RFC822.SIZE {len(mail.content)} BODY[HEADER]", head)
            else:
                size = f" RFC822.SIZE {len(mail.content)}" if self.odd.tells_size else ""
                when = mail.arrived.strftime("%d-%b-%Y %H:%M:%S +0000")
                self.say(f'* {place} FETCH (UID {mail.uid}{size} INTERNALDATE "{when}")')
        return True
