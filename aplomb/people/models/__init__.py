"""State of the staff: people, teams, tokens, ways in, and the desk itself; notices, presence, approvals."""

from aplomb.people.models.approvals import Approval, ApprovalVote, Verdict
from aplomb.people.models.notices import WAITING, Notice, NoticeChoices, NoticeMail
from aplomb.people.models.presence import Absence, ChannelLimit, Presence, TeamCalendar, WorkingHours
from aplomb.people.models.staff import Desk, Membership, People, Person, Role, SignInLink, Team, Theme, Token

__all__ = [
    "WAITING",
    "Absence",
    "Approval",
    "ApprovalVote",
    "ChannelLimit",
    "Desk",
    "Membership",
    "Notice",
    "NoticeChoices",
    "NoticeMail",
    "People",
    "Person",
    "Presence",
    "Role",
    "SignInLink",
    "Team",
    "TeamCalendar",
    "Theme",
    "Token",
    "Verdict",
    "WorkingHours",
]
