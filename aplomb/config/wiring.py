"""What the desk does when something happens, on one page. `aplomb wiring` prints it.

TOGETHER runs in the transaction of the change: it is true or none of it is. AFTERWARDS runs as a job once the change is
committed, and again until it succeeds. GATES lists who is asked before an action goes on.
"""

from aplomb.automation.events import MacroRun
from aplomb.channels.mail import reactions as mail
from aplomb.channels.mail.going_out.noticing import carry_notices
from aplomb.channels.mail.servers.wayout import way_out
from aplomb.journal.changes import SettingChanged
from aplomb.journal.outbox.events import MailFate
from aplomb.journal.outbox.ways import WayOut
from aplomb.journal.wires import Table
from aplomb.people.approvals.events import (
    ApprovalAsked,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalVoted,
    ApprovalWithdrawn,
)
from aplomb.people.approvals.kinds import DECISION, ApprovalKind
from aplomb.people.approvals.subjects import Subject
from aplomb.people.carriers import Carrier
from aplomb.promises import reactions as promises
from aplomb.promises import replies
from aplomb.promises.approvals import approvals_due
from aplomb.promises.sources import Source
from aplomb.promises.task_due import tasks_due
from aplomb.search import reactions as search
from aplomb.tickets import approvals
from aplomb.tickets import reactions as tickets
from aplomb.tickets.actions.link import ask_about_open_children
from aplomb.tickets.actions.tasks import ask_about_open_tasks
from aplomb.tickets.events import (
    CoWorkersChanged,
    DeliveryChanged,
    FollowersChanged,
    HandOverRead,
    LanguageChanged,
    LetterSent,
    MergeUndone,
    MessageAsked,
    MessageReceived,
    MessageSent,
    MessageSentAgain,
    MessageSplitOff,
    MessageTold,
    MessageWithdrawn,
    NoteAdded,
    ParticipantAdded,
    PeopleMentioned,
    PriorityChanged,
    RequestTypeChanged,
    SideBegun,
    SideReopened,
    SideSettled,
    StatusChanged,
    SubjectChanged,
    TagsChanged,
    TaskAdded,
    TaskChanged,
    TaskDone,
    TaskRemoved,
    TaskReopened,
    TextErased,
    TextRedacted,
    TicketAboutChanged,
    TicketAssigned,
    TicketBinned,
    TicketDiscarded,
    TicketGaveBack,
    TicketHandedOver,
    TicketLinked,
    TicketMerged,
    TicketMoved,
    TicketOpened,
    TicketRestored,
    TicketSnoozed,
    TicketTookIn,
    TicketUnlinked,
    TicketWoken,
)
from aplomb.tickets.gates import ClosingGate, ReplyGate
from aplomb.tickets.personal import ask_about_marks

TOGETHER: Table = {
    TicketOpened: [tickets.on_becoming_somebodys],
    MessageReceived: [promises.on_ticket_event, tickets.on_customer_wrote, tickets.on_message_to_share],
    MessageSent: [promises.on_ticket_event, mail.on_message_sent, tickets.on_message_to_share, tickets.on_status_after],
    MessageWithdrawn: [promises.on_ticket_event],
    LetterSent: [mail.on_letter_sent],
    DeliveryChanged: [promises.on_delivery_changed, mail.on_delivery_changed],
    NoteAdded: [promises.on_ticket_event],
    StatusChanged: [promises.on_ticket_event, tickets.on_status_after],
    TicketAssigned: [promises.on_ticket_event, tickets.on_becoming_somebodys],
    TicketMoved: [promises.on_ticket_event],
    PriorityChanged: [promises.on_ticket_event],
    RequestTypeChanged: [promises.on_ticket_event],
    SubjectChanged: [promises.on_ticket_event],
    LanguageChanged: [promises.on_ticket_event],
    TagsChanged: [promises.on_ticket_event],
    ParticipantAdded: [],
    TicketBinned: [promises.on_ticket_event],
    TicketRestored: [promises.on_ticket_event],
    TicketDiscarded: [
        mail.on_ticket_discarded,
        search.on_ticket_discarded,
        tickets.on_ticket_discarded,
        promises.on_ticket_discarded,
    ],
    TextErased: [mail.on_text_forgotten],
    TextRedacted: [mail.on_text_forgotten],
    TicketAboutChanged: [],
    TicketMerged: [promises.on_ticket_event],
    TicketTookIn: [promises.on_ticket_event],
    MergeUndone: [promises.on_ticket_event],
    TicketGaveBack: [promises.on_ticket_event],
    MessageSplitOff: [promises.on_ticket_event, mail.on_message_split_off],
    TicketLinked: [],
    TicketUnlinked: [],
    PeopleMentioned: [tickets.on_people_mentioned],
    FollowersChanged: [],
    CoWorkersChanged: [tickets.on_co_workers_changed],
    TicketHandedOver: [tickets.on_handed_over],
    HandOverRead: [],
    TicketSnoozed: [promises.on_ticket_event],
    TicketWoken: [promises.on_ticket_event, tickets.on_ticket_woken],
    TaskAdded: [promises.on_ticket_event, tickets.on_task_given],
    TaskChanged: [promises.on_ticket_event, tickets.on_task_given],
    TaskDone: [promises.on_ticket_event],
    TaskReopened: [promises.on_ticket_event],
    TaskRemoved: [promises.on_ticket_event],
    SideBegun: [],
    MessageAsked: [promises.on_ticket_event, mail.on_message_asked],
    MessageTold: [promises.on_ticket_event, tickets.on_message_told],
    SideSettled: [],
    SideReopened: [],
    MessageSentAgain: [],
    ApprovalAsked: [promises.on_approval_event],
    ApprovalVoted: [],
    ApprovalDecided: [promises.on_approval_event],
    ApprovalExpired: [promises.on_approval_event],
    ApprovalWithdrawn: [promises.on_approval_event],
    SettingChanged: [],
    MacroRun: [],
    MailFate: [tickets.on_mail_fate],
}

AFTERWARDS: Table = {
    TicketOpened: [search.on_ticket_opened],
    MessageReceived: [mail.on_message_received],
    MessageSent: [mail.on_customer_answered],
    MessageWithdrawn: [],
    LetterSent: [],
    DeliveryChanged: [],
    NoteAdded: [tickets.on_note_added, tickets.on_message_to_share],
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
    TicketAboutChanged: [search.on_about_changed],
    TicketMerged: [search.on_ticket_merged],
    TicketTookIn: [],
    MergeUndone: [search.on_merge_undone],
    TicketGaveBack: [],
    MessageSplitOff: [],
    TicketLinked: [],
    TicketUnlinked: [],
    PeopleMentioned: [],
    FollowersChanged: [],
    CoWorkersChanged: [],
    TicketHandedOver: [],
    HandOverRead: [],
    TicketSnoozed: [],
    TicketWoken: [],
    TaskAdded: [],
    TaskChanged: [],
    TaskDone: [],
    TaskReopened: [],
    TaskRemoved: [],
    SideBegun: [],
    MessageAsked: [],
    MessageTold: [],
    SideSettled: [],
    SideReopened: [],
    MessageSentAgain: [],
    ApprovalAsked: [],
    ApprovalVoted: [],
    ApprovalDecided: [],
    ApprovalExpired: [],
    ApprovalWithdrawn: [],
    SettingChanged: [],
    MacroRun: [],
    MailFate: [],
}

# what may be asked to be approved, who may decide, and what it may be about
APPROVAL_KINDS: list[ApprovalKind] = [DECISION]
APPROVAL_SUBJECTS: dict[str, Subject] = {approvals.WORD: approvals.Tickets()}

# what may be due on a ticket, and when: the earliest orders the queue
DUE_SOURCES: list[Source] = [
    replies.reply_due,
    approvals_due,
    tasks_due,
]

# asked before a reply goes; conduct and reply checks will answer here
GATES_REPLYING: list[ReplyGate] = [ask_about_marks]

# asked before a ticket is resolved or closed
GATES_CLOSING: list[ClosingGate] = [ask_about_open_tasks, ask_about_open_children]

# by which server a mail of this sender leaves; where none of them answers, the desk's (APLOMB_SMTP_OUT)
WAYS_OUT: list[WayOut] = [way_out]

# who carries a notice to somebody who is not looking at the page
CARRIERS: list[Carrier] = [carry_notices]
