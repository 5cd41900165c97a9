"""What goes in and comes out, for checking requests and for the OpenAPI document.

Requests are strict: an unknown field is refused, as is a number where a text belongs. A field that is left out stays
as it is; null takes away where that is possible.
"""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from aplomb.people.errors import Wrong

PLAIN = r"^[^\x00]*$"
# something that is not blank, and no NUL, which databases do not keep
SAID = r"^[^\x00]*[^\x00-\x20\x7f-\xa0][^\x00]*$"
# blanks are spelled out: what \s means differs between the languages of regular expressions
ADDRESS = r"^[^\s@<>\x00-\x20\x7f-\xa0]+@[^\s@<>\x00-\x20\x7f-\xa0]+$"
NUMBER = r"^[+ ()./\-]*([0-9][+ ()./\-]*){4,15}$"
KEY = r"^[^\x00/]+$"
ROW_MARK = r"^[0-9]{1,19}$"
PLACE_MARK = r"^[0-9]{1,19}\.[0-9]{1,19}$"


def _whole(value: object) -> object:
    """To JSON 7.0 and 7 are one number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Subject = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=SAID)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=SAID), Field(description="At most 200000 characters.")]
Remark = Annotated[str, StringConstraints(max_length=10_000, pattern=PLAIN)]
Name = Annotated[str, StringConstraints(max_length=160, pattern=PLAIN)]
Salutation = Annotated[str, StringConstraints(max_length=120, pattern=PLAIN)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=320, pattern=ADDRESS)]
Phone = Annotated[str, StringConstraints(min_length=4, max_length=40, pattern=NUMBER)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=KEY)]
TeamName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=SAID)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1), BeforeValidator(_whole)]
Language = Literal["en", "es", "it", "ro", "el"]
LanguageOrNone = Literal["", "en", "es", "it", "ro", "el"]
StatusWord = Literal["new", "open", "waiting_customer", "waiting_third_party", "resolved", "closed"]
PriorityWord = Literal["low", "normal", "high", "urgent"]
Search = Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)]
Filter = Annotated[str, StringConstraints(min_length=1, max_length=320, pattern=PLAIN)]
# where a page ends: a row, or an instant and a row
RowCursor = Annotated[str, StringConstraints(max_length=19, pattern=ROW_MARK)]
PlaceCursor = Annotated[str, StringConstraints(max_length=39, pattern=PLACE_MARK)]


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def left_out() -> Any:
    """A field that may be left out but is never null."""
    return Field(default=None, json_schema_extra=_without_default)


class Asked(Schema):
    """A request body."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ContactOfTicket(Asked):
    """Who asks: found by address or number, or taken in. Name and language fill gaps and never overwrite."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"anyOf": [{"required": ["email"]}, {"required": ["phone"]}]},
    )

    email: Email = left_out()
    phone: Phone = left_out()
    name: Name = left_out()
    language: Language = left_out()

    @model_validator(mode="after")
    def _reachable(self) -> "ContactOfTicket":
        if not self.email and not self.phone:
            raise Wrong("contact.email", _("Give an e-mail address or a phone number."))
        return self


class TicketAsked(Asked):
    subject: Subject
    text: Text = Field(description="What the customer said: the first message of the ticket.")
    contact: ContactOfTicket
    request_type: Key | None = None
    priority: PriorityWord = "normal"
    team: TeamName | Id | None = Field(default=None, description="Name or id.")
    assignee: Email | None = Field(default=None, description="The e-mail address of an agent.")
    tags: list[Key] = Field(default=[], max_length=50)
    language: Language = left_out()
    channel: Literal["api", "call", "desk", "mail"] = "api"


class TicketChange(Asked):
    status: StatusWord = left_out()
    assignee: Email | None = Field(default=None, description="The e-mail address of an agent; null: nobody.")
    team: TeamName | Id | None = Field(default=None, description="Name or id; null: no team.")
    priority: PriorityWord = left_out()
    request_type: Key | None = None
    subject: Subject = left_out()
    language: LanguageOrNone = left_out()
    tags: Annotated[list[Key], Field(max_length=50)] = left_out()
    confirmed: bool = Field(default=False, description="Go on where the desk asks for a second look (409).")


class BinAsked(Asked):
    reason: Literal["spam", "mistake"]


class MessageAsked(Asked):
    kind: Literal["reply", "note", "customer"] = Field(
        description="reply leaves by mail; note stays among colleagues; customer writes down what the contact said."
    )
    text: Text
    to: list[Email] = Field(default=[], max_length=50, description="Of a reply; empty: the contact of the ticket.")
    cc: list[Email] = Field(default=[], max_length=50)
    status: Annotated[
        StatusWord, Field(description="With a reply waiting_customer or resolved; else any that may follow.")
    ] = left_out()
    confirmed: bool = Field(default=False, description="Goes on where a first try asked for a confirmation.")
    attachments: list[Id] = Field(default=[], max_length=50, description="Ids of uploaded files.")


class ContactAsked(Asked):
    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"anyOf": [{"required": ["emails"]}, {"required": ["phones"]}]},
    )

    name: Name = ""
    emails: list[Email] = Field(default=[], min_length=1, max_length=20)
    phones: list[Phone] = Field(default=[], min_length=1, max_length=20)
    organisation: Id | None = None
    language: LanguageOrNone = ""
    time_zone: Annotated[str, StringConstraints(max_length=64, pattern=PLAIN)] = ""
    address_as: Salutation = ""
    note: Remark = ""


class ContactChange(Asked):
    name: Name = left_out()
    emails: Annotated[list[Email], Field(max_length=20)] = left_out()
    phones: Annotated[list[Phone], Field(max_length=20)] = left_out()
    organisation: Id | None = None
    language: LanguageOrNone = left_out()
    time_zone: Annotated[str, StringConstraints(max_length=64, pattern=PLAIN)] = left_out()
    address_as: Salutation = left_out()
    note: Remark = left_out()


Instant = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="UTC, to the second.")]


class NamedContact(Schema):
    id: int
    name: str


class TicketShown(Schema):
    number: Annotated[str, Field(pattern=r"^\d{8}$")]
    shown: Annotated[str, Field(pattern=r"^\d{4}-\d{4}$")]
    subject: str
    status: StatusWord
    priority: PriorityWord
    request_type: str | None
    contact: NamedContact
    assignee: str | None = Field(description="The agent's e-mail address.")
    team: str | None
    tags: list[str]
    language: str
    channel: str
    follows: str | None = Field(description="The number of the ticket that this one follows.")
    merged_into: str | None = Field(description="The number of the ticket that this one goes on in; null: none.")
    next_due_at: Instant | None
    next_due_why: str
    created_at: Instant
    activity_at: Instant
    resolved_at: Instant | None
    closed_at: Instant | None
    bin_reason: Literal["", "spam", "mistake"] = Field(description="Why it lies in the bin; empty: it does not.")
    version: int
    url: str


class TicketPage(Schema):
    items: list[TicketShown]
    next: str | None


class AttachmentShown(Schema):
    id: int
    name: str
    type: str
    size: int = Field(description="Bytes.")
    sha256: str
    inline: bool
    url: str


class MessageShown(Schema):
    id: int
    ticket: str
    kind: Literal["customer", "reply", "note", "system"]
    author: str
    text: str
    quoted: str
    sent_at: Instant
    channel: str
    to: list[str]
    cc: list[str]
    automatic: bool
    delivery: Literal["here", "queued", "sent", "kept", "failed", "withdrawn", "discarded"]
    delivery_note: str
    changed: str = Field(description="erased or redacted, where the text is no longer the one that was said.")
    attachments: list[AttachmentShown]


class MessagePage(Schema):
    items: list[MessageShown]
    next: str | None


class NamedOrganisation(Schema):
    id: int
    name: str


class ContactShown(Schema):
    id: int
    name: str
    address_as: str
    organisation: NamedOrganisation | None
    language: str
    time_zone: str
    note: str
    emails: list[str]
    phones: list[str]
    created_at: Instant
    url: str


class ContactPage(Schema):
    items: list[ContactShown]
    next: str | None


class Me(Schema):
    email: str
    work_name: str
    full_name: str
    language: str
    time_zone: str
    roles: list[str]
    teams: list[str]
    scopes: list[str]
    token: str = Field(description="The token's own name.")


class WrongField(Schema):
    field: str
    message: str


class Reason(Schema):
    code: str
    reason: str


class Problem(Schema):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[WrongField] = []
    reasons: list[Reason] = []


def answers(status: int, what: Any, *problems: int) -> dict[int, Any]:
    """The answers of an operation, for the document: the good one, and the problems it may give."""
    return {status: what, **dict.fromkeys((401, 403, *problems, 422), Problem)}
