"""What the desk does when something happens, on one page. `aplomb wiring` prints it.

TOGETHER runs in the transaction of the change: it is true or none of it is. AFTERWARDS runs as a job once the change is
committed, and again until it succeeds. GATES lists who is asked before an action goes on.
"""

from aplomb.channels.mail import reactions as mail
from aplomb.channels.mail.servers.wayout import way_out
from aplomb.journal.outbox.events import MailFate
from aplomb.journal.outbox.ways import WayOut
from aplomb.journal.wires import Table
from aplomb.promises import reactions as promises
from aplomb.search import reactions as search
from aplomb.tickets import reactions as tickets
from aplomb.tickets.events import (
    DeliveryChanged,
    LanguageChanged,
    LetterSent,
    MessageReceived,
    MessageSent,
    MessageWithdrawn,
    NoteAdded,
    ParticipantAdded,
    PriorityChanged,
    RequestTypeChanged,
    StatusChanged,
    SubjectChanged,
    TagsChanged,
    TextErased,
    TextRedacted,
    TicketAssigned,
    TicketBinned,
    TicketDiscarded,
    TicketMoved,
    TicketOpened,
    TicketRestored,
)
from aplomb.tickets.gates import ReplyGate

TOGETHER: Table = {
    TicketOpened: [],
    MessageReceived: [promises.on_ticket_event],
    MessageSent: [promises.on_ticket_event, mail.on_message_sent],
    MessageWithdrawn: [promises.on_ticket_event],
    LetterSent: [mail.on_letter_sent],
    DeliveryChanged: [promises.on_delivery_changed, mail.on_delivery_changed],
    NoteAdded: [promises.on_ticket_event],
    StatusChanged: [promises.on_ticket_event],
    TicketAssigned: [promises.on_ticket_event],
    TicketMoved: [promises.on_ticket_event],
    PriorityChanged: [promises.on_ticket_event],
    RequestTypeChanged: [promises.on_ticket_event],
    SubjectChanged: [promises.on_ticket_event],
    LanguageChanged: [promises.on_ticket_event],
    TagsChanged: [promises.on_ticket_event],
    ParticipantAdded: [],
    TicketBinned: [promises.on_ticket_event],
    TicketRestored: [promises.on_ticket_event],
    TicketDiscarded: [mail.on_ticket_discarded, search.on_ticket_discarded],
    TextErased: [mail.on_text_forgotten],
    TextRedacted: [mail.on_text_forgotten],
    MailFate: [tickets.on_mail_fate],
}

AFTERWARDS: Table = {
    TicketOpened: [search.on_ticket_opened],
    MessageReceived: [mail.on_message_received],
    MessageSent: [mail.on_customer_answered],
    MessageWithdrawn: [],
    LetterSent: [],
    DeliveryChanged: [],
    NoteAdded: [],
    StatusChanged: [],
    TicketAssigned: [],
    TicketMoved: [],
    PriorityChanged: [],
    RequestTypeChanged: [],
    SubjectChanged: [search.on_subject_changed],
    LanguageChanged: [],
    TagsChanged: [],
    ParticipantAdded: [search.on_participant_added],
    TicketBinned: [mail.on_ticket_binned],
    TicketRestored: [mail.on_ticket_restored],
    TicketDiscarded: [],
    TextErased: [],
    TextRedacted: [],
    MailFate: [],
}

# asked before a reply goes: nobody yet; conduct and reply checks will answer here
GATES_REPLYING: list[ReplyGate] = []

# by which server a mail of this sender leaves; where none of them answers, the desk's (APLOMB_SMTP_OUT)
WAYS_OUT: list[WayOut] = [way_out]
