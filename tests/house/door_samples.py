"""What the table of doors is tried with: somebody of each kind, and one of each thing, at Lines and at Trust."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from PIL import Image

from aplomb.automation.actions import MacroWish, keep_macro
from aplomb.calendars.actions import add_calendar, set_day
from aplomb.catalogue.actions import add_product
from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail, UndeliveredCopy
from aplomb.channels.mail.servers.drafts import begin_draft
from aplomb.customers.actions import merge_contact
from aplomb.customers.actions.equipment import add_equipment
from aplomb.customers.actions.notes import add_customer_note
from aplomb.customers.actions.places import add_site
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import OutgoingMail
from aplomb.letters.actions import put_in_force, save_draft
from aplomb.lib.time import utc_now
from aplomb.people.actions import create_token, make_sign_in_link, person_of_token
from aplomb.people.actions.approvals import ask_approval
from aplomb.people.actions.notices import notice
from aplomb.people.actions.presence import add_absence
from aplomb.people.models import Person
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.bulk import begin_bulk, work_bulk
from aplomb.tickets.actions.draft import upload_file
from aplomb.tickets.actions.link import link_tickets
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.sides import Asking, begin_side, settle_side
from aplomb.tickets.actions.tasks import Doing, add_task
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.approvals import about
from aplomb.tickets.models import Attachment, Message, Ticket
from tests.cast import HELP, Cast, asked, wrote
from tests.moved import all_rows
from tests.parts.ports import free_port


def _dot() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    return out.getvalue()


PEOPLE = ("stranger", "ada", "noor", "aud", "max")
TO_SIGN_IN = "/account/login/"

# what is in the form; where nothing stands here the form is empty
FORMS: dict[str, dict[str, Any]] = {
    "reply": {"text": "x"},
    "decide": {"verdict": "approve"},
    "ask_approval": {"question": "Another?", "reason": "x"},
    "note": {"text": "x"},
    "draft": {"text": "x"},
    "change": {"priority": "4"},
    "bin": {"reason": "spam"},
    "ask_side": {"to": "sales@cables.example", "text": "x"},
    "ask_on_side": {"text": "x"},
    "side_draft": {"text": "x"},
    "send_anew": {"to": "cleo@acme.example", "reason": "x"},
    "who_looks": {"page": "door"},
    "add_task": {"text": "x"},
    "choose_mailbox_folder": {"folder": "Archive"},
    "blocked_senders": {"pattern": "pills@spam.example", "reason": "x"},
    "mark_seen": {"up_to": "999999999999"},
    "organisation": {"name": "Acme and Daughters"},
    "contact_notes": {"text": "x"},
    "organisation_notes": {"text": "x"},
    "customer_note": {"do": "pin"},
    "contact_sites": {"name": "x"},
    "organisation_sites": {"name": "x"},
    "site": {"name": "x"},
    "contact_equipment": {"called": "x"},
    "organisation_equipment": {"called": "x"},
    "equipment": {"called": "x"},
    "product": {"name": "x", "kind": "router"},
    "settle_product": {"do": "retire"},
    "/api/v1/tickets": {"subject": "x", "text": "x", "contact": {"email": "new@elsewhere.example"}},
    "/api/v1/tickets/<number>": {"priority": "urgent"},
    "/api/v1/tickets/<number>/bin": {"reason": "spam"},
    "/api/v1/tickets/<number>/messages": {"kind": "note", "text": "x"},
    "/api/v1/contacts": {"name": "x", "emails": ["new@elsewhere.example"]},
    "/api/v1/contacts/<int:contact_id>": {"name": "x"},
}
WITH_FILE = {"upload", "upload_for_new", "api:upload"}
OUT_OF_BIN = {"restore", "api:take_from_bin"}
CAME_BACK = {"send_again"}
LEFT = {"send_anew"}
SETTLED = {"reopen_side"}
# a ticket or a contact that was merged before
MERGED = {"unmerge", "unmerge_contact"}
# a mailbox that is being set up
OF_A_DRAFT = {"setup_mailbox", "mailbox_search", "search_mailbox_again", "finish_mailbox", "discard_mailbox"}


@dataclass(frozen=True)
class Door:
    """A row: the address under its name, the method, and whose thing is asked for."""

    name: str
    path: str
    method: str
    of: str


@dataclass(frozen=True)
class Knock:
    """A status, whether it leads to the page of sign-in, and whether anything moved."""

    status: int
    to_sign_in: bool
    moved: bool

    def is_meant_by(self, word: str) -> bool:
        """Whether that is what the table's word says."""
        if word == "sign in":
            return self.status == 302 and self.to_sign_in and not self.moved
        if self.to_sign_in:
            return False
        statuses, may_move = WORDS[word]
        return self.status in statuses and (may_move is None or self.moved is may_move)


LET_IN = {200, 204, 302, 400, 409, 410, 422}
WORDS: dict[str, tuple[set[int], bool | None]] = {
    "in": (LET_IN, None),
    "does": ({200, 201, 204, 302}, True),
    "elsewhere": ({302}, False),
    "refused": ({302, 403, 409, 422}, False),
    "not there": ({404}, False),
    "token": ({401}, False),
}


def patterns() -> Iterator[tuple[str, str]]:
    """Every address of the desk: its name, with its namespace, and its path."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(found: Any, prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for each in found:
        path = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield f"{space}{each.name or ''}", "/" + path.removeprefix("^")
        else:
            yield from _walk(each.url_patterns, path, f"{space}{each.namespace}:" if each.namespace else space)


class Samples:
    """The things, and a browser or a token for each of the people."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.sides = {"Lines": self._side(cast.ticket, cast.ada), "Trust": self._side(cast.hidden, cast.noor)}
        self.run, _is_new = begin_bulk(cast.ada, "k", "assign", str(cast.ada.pk), {cast.ticket.number: None})
        work_bulk(self.run.pk)
        self.draft_file = upload_file(cast.ada, cast.ticket, "reply", name="mine.txt", content=b"mine")
        self.token = create_token(cast.ada, by=cast.ada)[0]
        self.secret = make_sign_in_link(cast.olga)
        self.cookies = {who: self._cookies(getattr(cast, who)) for who in PEOPLE if who != "stranger"}
        self.imap = add_mailbox(
            by=SYSTEM,
            name="Far",
            address="far@desk.example",
            intake="imap",
            host="127.0.0.1",
            port=free_port(),
            security="plain",
            login="far",
            password="x",
        )
        self.mailbox_draft = begin_draft("new@desk.example", by=SYSTEM, name="New", language="en")
        self.product = add_product(name="Router", kind="router", by=SYSTEM)
        self.site = add_site(cast.acme, by=SYSTEM, name="Shop", code="4711")
        self.device = add_equipment(cast.acme, by=SYSTEM, product=self.product, site=self.site)
        self.macro = keep_macro(MacroWish(name="Hurry", steps={"priority": 4}), by=SYSTEM)
        self.customer_note = add_customer_note(cast.acme, "Closed on Mondays", by=cast.ada)
        self._begin_letter()
        self._plan_hours()
        with transaction.atomic():
            self.notice = notice(cast.ada, "mentioned", about="sample", ticket_number=cast.ticket.number)
        assert self.notice is not None
        self.tokens = {who: create_token(getattr(cast, who), by=getattr(cast, who))[1] for who in PEOPLE[1:]}
        for secret in self.tokens.values():
            # the first use is noted on the token; later ones within minutes are not
            person_of_token(secret)
        # no job runs here, so that nothing is handed over
        OutgoingMail.objects.update(state="kept")
        self.rows = all_rows()

    def _plan_hours(self) -> None:
        """The desk's calendar, another one with a day off, and somebody who is absent."""
        add_calendar(name="Office", time_zone="UTC", hours={}, by=SYSTEM)
        self.calendar = add_calendar(name="Nights", time_zone="UTC", hours={}, by=SYSTEM)
        today = utc_now().date()
        set_day(self.calendar, date=today, by=SYSTEM)
        self.absence = add_absence(self.cast.ada, first_day=today, last_day=today, by=SYSTEM)

    def _begin_letter(self) -> None:
        """A letter with a version in force and a draft."""
        save_draft("serial-number", "en", subject="", body="{greeting}", by=SYSTEM)
        put_in_force("serial-number", by=SYSTEM)
        save_draft("serial-number", "el", subject="", body="{greeting}", by=SYSTEM)

    def _side(self, ticket: Ticket, agent: Person) -> dict[str, Any]:
        picture = IncomingFile(name="a.txt", type="text/plain", content=b"a file of " + ticket.number.encode())
        said = wrote(ticket.contact, ticket, "With a file", html="<p>With a file</p>", files=(picture,))
        answer = reply_to_ticket(ticket.number, Reply(text="An answer"), by=agent)
        question = begin_side(ticket.number, Asking(text="x", to=("sales@cables.example",)), by=agent)
        image = IncomingFile(name="a.png", type="image/png", content=_dot())
        shown = wrote(ticket.contact, ticket, "With a picture", files=(image,))
        [mail] = store([Arrival(content=b"From: x\r\n\r\nx", source="smtp", envelope_to=(HELP,))])
        IncomingMail.objects.filter(pk=mail.pk).update(state="parked", ticket=ticket)
        twin = asked(ticket.contact, "Again.", team=ticket.team).ticket
        return {
            "number": ticket.number,
            "twin": twin,
            "link": link_tickets(ticket.number, "relates", twin.number, by=SYSTEM),
            "said": said,
            "question": question,
            "image": Attachment.objects.get(message=shown),
            "answer": answer,
            "task": add_task(ticket.number, Doing(text="x"), by=agent),
            "file": Attachment.objects.get(message=said),
            "incoming": mail,
            "outgoing": answer.outgoing,
            "approval": ask_approval("decision", about=about(ticket.number), question="x", reason="x", by=agent),
        }

    def _cookies(self, person: Person) -> dict[str, str]:
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return {name: cookie.value for name, cookie in client.cookies.items()}

    def arguments(self, door: Door) -> dict[str, Any]:
        """What stands for each <…> of the path."""
        side = self.sides[door.of if door.of in self.sides else "Lines"]
        message: Message = side["said"] if door.name in {"message_html", "split"} else side["answer"]
        message = side["question"] if door.name == "undo_asking" else message
        file = self.draft_file if door.name == "drop_upload" else side["file"]
        file = side["image"] if door.name == "picture" else file
        known = {
            "number": side["number"],
            "message_id": message.pk,
            "attachment_id": file.pk,
            "name": file.name,
            "side_id": side["question"].side_id,
            "run_id": self.run.pk,
            "size": "small",
            "task_id": side["task"].pk,
            "what": "follower",
            "do": "done",
            "kind": "note" if door.name == "upload" else "reply",
            "field": "assignee",
            "secret": self.secret,
            "uidb36": "1",
            "key": "x-y",
            "contact_id": self.cast.cleo.pk,
            "link_id": side["link"].pk,
            "point_id": self.cast.cleo.points.get(kind="phone").pk,
            "pk": self._pk(door, side),
            "absence": self.absence.pk,
            "macro": self.macro.pk,
            "letter": "serial-number",
            "language": "el",
            "version": 1,
        }
        return {name: value for name, value in known.items() if f"{name}>" in door.path}

    def _pk(self, door: Door, side: dict[str, Any]) -> int:
        places = {
            "/settings/tokens": self.token,
            "/settings/people": self.cast.ada,
            "/settings/times": self.cast.ada,
            "/settings/calendars": self.calendar,
            "/settings/teams": self.cast.lines,
            "/settings/mailboxes": self.mailbox_draft if door.name in OF_A_DRAFT else self.imap,
            "/notices": self.notice,
            "/approvals": side["approval"],
            "/mail/in": side["incoming"],
            "/mail/out": side["outgoing"],
            "/customers/organisations": self.cast.acme,
            "/customers/sites": self.site,
            "/customers/equipment": self.device,
            "/customers/notes": self.customer_note,
            "/settings/catalogue": self.product,
            "/customers/": self.cast.cleo,
        }
        return int(next((row.pk for start, row in places.items() if door.path.startswith(start)), 0))

    def knock(self, door: Door, who: str) -> Knock:
        """What that person gets at the door. Needs a transaction that is rolled back afterwards."""
        if door.name in OUT_OF_BIN:
            bin_ticket(self.sides[door.of]["number"], "spam", by=SYSTEM)
        if door.name in MERGED:
            self._merge(door)
        if door.name in SETTLED:
            settle_side(self.sides[door.of]["question"].side_id, by=SYSTEM)
        if door.name in LEFT:
            sent: Message = self.sides[door.of]["answer"]
            OutgoingMail.objects.filter(reference=f"message {sent.pk}").update(state="sent")
        if door.name in CAME_BACK:
            answer: Message = self.sides[door.of]["answer"]
            OutgoingMail.objects.filter(reference=f"message {answer.pk}").update(state="sent")
            UndeliveredCopy.objects.create(message=answer, address=answer.to[0], at=utc_now(), is_final=True)
        before = all_rows() if door.name in OUT_OF_BIN | CAME_BACK | MERGED | LEFT | SETTLED else self.rows
        response = self._ask(door, who)
        moved = door.method != "GET" and all_rows() != before
        return Knock(response.status_code, response.headers.get("Location", "").startswith(TO_SIGN_IN), moved)

    def _merge(self, door: Door) -> None:
        if door.name == "unmerge_contact":
            merge_contact(self.cast.cleo, self.cast.dimitra, by=SYSTEM)
            return
        number = self.sides[door.of]["number"]
        merge_ticket(number, self.sides[door.of]["twin"].number, by=SYSTEM)

    def _ask(self, door: Door, who: str) -> Any:
        client = Client()
        headers: dict[str, str] = {}
        body: dict[str, Any] = {}
        if door.path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who != "stranger" else {}
            if door.method != "GET" and door.name not in WITH_FILE:
                body = {"data": json.dumps(FORMS.get(door.path, {})), "content_type": "application/json"}
        else:
            client.cookies.load(self.cookies.get(who, {}))
        if door.method == "POST" and not body:
            body = {"data": dict(FORMS.get(door.name, {}))}
            if door.name == "merge":
                body["data"] = {"into": self.sides[door.of]["twin"].number}
            if door.name == "merge_contact":
                body["data"] = {"into": self.cast.dimitra.pk}
            if door.name == "link":
                body["data"] = {"relation": "blocks", "other": self.sides[door.of]["twin"].number}
            if door.name == "bulk":
                body["data"] = {"act": "assign:", "ticket": self.sides["Lines"]["number"]}
            if door.name == "co_work":
                # of both teams, and nobody's assignee
                body["data"] = {"person": self.cast.bo.pk}
            if door.name == "settle_mail":
                body["data"] = {"do": "discard", "mail": self.sides[door.of]["outgoing"].pk}
            if door.name in ("remove_day", "work_on_day"):
                body["data"] = {"date": utc_now().date().isoformat()}
            if door.name in WITH_FILE:
                body["data"]["file"] = SimpleUploadedFile("a.txt", b"a")
        response = getattr(client, door.method.lower())(self.address(door), headers=headers, **body)
        if response.streaming:
            # read to its end: closing it early would close the test's database too
            b"".join(response.streaming_content)
        return response

    def address(self, door: Door) -> str:
        """The path with its samples."""
        arguments = self.arguments(door)
        found = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", door.path.rstrip("$"))
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(arguments[match[1]]), found)
