"""A letter as its customer would see it: composed by the code that composes real mails, from words that nobody has saved.

The answer is a page for a frame, without scripts and pictures from elsewhere. What is wrong with the words stands above.
"""

import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from html import escape
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aplomb.channels.mail.addressing import mailbox_of
from aplomb.channels.mail.going_out.compose import OutgoingMail, compose_mail
from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.reading.headers import Address
from aplomb.desk.doors import only
from aplomb.desk.frame import desk_name, person_of
from aplomb.desk.tickets.answers import in_place
from aplomb.desk.tickets.files import FRAME, FRAME_POLICY
from aplomb.letters.actions import LONGEST_BODY
from aplomb.letters.errors import faults_words
from aplomb.letters.models import Kind
from aplomb.letters.neutral import moment_words
from aplomb.letters.policies import may_see_letters
from aplomb.letters.reads import KnownLetter, letter_for
from aplomb.letters.rendering import render_signature, render_texts
from aplomb.letters.variables import VARIABLES, available_in
from aplomb.letters.wording import check_text
from aplomb.lib.texts import Texts
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.tickets.models import Ticket
from aplomb.tickets.numbers import subject_mark
from aplomb.tickets.policies import ticket_for
from aplomb.tickets.values import values_of

# invented customers, in their own languages: name, how they like to be addressed, subject
EXAMPLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "en": ("Cleo Whitfield", "Ms Whitfield", "No dial tone since this morning"),
    "es": ("Rosa Luna", "Sra. Luna", "Sin línea desde esta mañana"),
    "it": ("Marta Ferri", "signora Ferri", "Linea assente da stamattina"),
    "ro": ("Ioana Pop", "doamnă Pop", "Fără linie de azi-dimineață"),
    "el": ("Δήμητρα Παππά", "κυρία Παππά", "Χωρίς γραμμή από το πρωί"),
}
EXAMPLE_NUMBER: Final = "10000007"
_BODY = re.compile(r"<body([^>]*)>(.*)</body>", re.DOTALL)
_MARKED = re.compile(r"\[\[([^\[\]\n]{1,600})\]\]")


@in_place
@only(may_see_letters)
@require_POST
def preview(request: HttpRequest, letter: str, language: str) -> HttpResponse:
    """POST subject, body; `ticket`: the number of one to fill the variables from, else examples."""
    by = person_of(request)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    found = letter_for(by, letter)
    body = request.POST.get("body", "")[: LONGEST_BODY * 2].replace("\r\n", "\n").replace("\0", "")
    subject = " ".join(request.POST.get("subject", "")[:400].replace("\0", "").split())
    wanted, wrong, ticket = request.POST.get("ticket", "").strip(), [], None
    if wanted:
        try:
            ticket = ticket_for(by, wanted)
        except NotFound as reason:
            wrong.append(str(reason))
    names = {each.name for each in available_in(found.kind, found.key)}
    marks_allowed = found.kind == Kind.CANNED
    wrong += faults_words(check_text(body, names, known=VARIABLES, marks_allowed=marks_allowed)).splitlines()
    content = _shown(_mail(found, language, subject, body, by=by, ticket=ticket), wrong)
    answer = HttpResponse(_page(content, language))
    answer["Content-Security-Policy"] = FRAME_POLICY.format(images="'self' data:")
    return answer


def _page(content: str, language: str) -> str:
    found = FRAME.format(content=content)
    title = f"<title>{escape(_('Preview'))}</title>"
    return found.replace("<html>", f'<html lang="{language}">', 1).replace("<head>", f"<head>{title}", 1)


def _mail(
    found: KnownLetter, language: str, subject: str, body: str, *, by: Person, ticket: Ticket | None
) -> OutgoingMail:
    """The mail that would leave."""
    mailbox = mailbox_of(ticket.pk) if ticket is not None else Mailbox.objects.filter(is_draft=False).first()
    is_signature, is_persons = found.kind == Kind.SIGNATURE, found.kind in (Kind.CANNED, Kind.SIGNATURE)
    person = by if is_persons else None
    name = mailbox.name if mailbox else desk_name()
    values = _values(ticket, language, person, name)
    texts = Texts(language).with_text(language, {"subject": subject, "body": body})
    rendered = render_texts(texts, language, values)
    said = rendered.body if rendered is not None else ""
    signature = said if is_signature else _signature(language, values, mailbox, person, ticket)
    of_ticket = values["subject"] + " " + subject_mark(ticket.number if ticket is not None else EXAMPLE_NUMBER)
    return OutgoingMail(
        from_=Address(
            f"{person.work_name} ({name})" if person else name, mailbox.address if mailbox else "help@desk.example"
        ),
        to=(Address(values["customer_name"], "customer@desk.example"),),
        cc=(),
        reply_to=(),
        subject=(rendered.subject if rendered is not None else "") or of_ticket,
        text="…" if is_signature else said,
        quoted=None,
        signature=signature,
        in_reply_to=None,
        references=(),
        message_id="<preview@desk.example>",
        attachments=(),
        auto_submitted=None,
        language=language,
    )


def _values(ticket: Ticket | None, language: str, person: Person | None, mailbox_name: str) -> dict[str, str]:
    now = utc_now()
    zone = "Europe/Madrid"
    if ticket is not None:
        found = values_of(ticket, language, person=person, mailbox_name=mailbox_name)
        zone = ticket.contact.zone_name or zone
    else:
        name, address_as, subject = EXAMPLES.get(language, EXAMPLES["en"])
        found = {
            "customer_name": name,
            "address_as": address_as,
            "subject": subject,
            "ticket_number": f"{EXAMPLE_NUMBER[:4]}-{EXAMPLE_NUMBER[4:]}",
            "due": moment_words(now, zone, language),
            "team": "",
            "agent_name": person.work_name if person else "",
            "mailbox_name": mailbox_name,
            "desk_name": desk_name(),
        }
    return {**found, "answer_by": moment_words(now, zone, language), "opens_at": moment_words(now, zone, language)}


def _signature(
    language: str, values: Mapping[str, str], mailbox: Mailbox | None, person: Person | None, ticket: Ticket | None
) -> str:
    return render_signature(
        language,
        values,
        person_id=person.pk if person else None,
        team_id=ticket.team_id if ticket is not None else None,
        mailbox_id=mailbox.pk if mailbox else None,
        mailbox_text=mailbox.signature if mailbox else "",
    )


def _shown(mail: OutgoingMail, wrong: list[str]) -> str:
    """The mail's own HTML under its envelope, and what is wrong above it."""
    made: Any = message_from_bytes(compose_mail(mail), policy=policy.default)
    html = made.get_body(("html",)).get_content()
    body = _BODY.search(html)
    style, inner = (body[1], body[2]) if body else ("", html)
    inner = _MARKED.sub(r'<mark style="background:#ffe08a;color:#1c1d1f">[[\1]]</mark>', inner)
    envelope = "".join(
        f'<div><span style="color:#66707c">{escape(label)}</span> {escape(value)}</div>'
        for label, value in ((_("From"), mail.from_.name), (_("To"), mail.to[0].name), (_("Subject"), mail.subject))
    )
    faults = "".join(f"<li>{escape(each)}</li>" for each in wrong)
    above = f'<ul role="alert" style="color:#b3261e;font-weight:600;padding-left:1.2em">{faults}</ul>' if faults else ""
    spoken = get_language() or "en"
    head = f'<div lang="{spoken}" style="font-size:13px;border-bottom:1px solid #c8ced6;padding-bottom:8px">{envelope}</div>'
    return f'<div lang="{spoken}">{above}</div>{head}<div{style}>{inner}</div>'
