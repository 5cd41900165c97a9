"""What becomes of a mail that leaves."""

from dataclasses import dataclass

from aplomb.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class MailFate(Event):
    """A mail's state changed. `state` is one of OutgoingMail.State; `answer` is the server's, in its own words."""

    mail_id: int
    reference: str
    chain_key: str
    state: str
    answer: str = ""
    # who released or discarded it; nobody when a server answered
    by_kind: str = ""
    by_id: str = ""
