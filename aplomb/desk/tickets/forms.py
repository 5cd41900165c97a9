"""What people type on tickets, read into what the actions take."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from aplomb.desk.tickets import choices
from aplomb.desk.tickets.recipients import addresses_in
from aplomb.people.models import Person, Team
from aplomb.tickets.actions.change import UNCHANGED, Changes
from aplomb.tickets.actions.reply import Reply
from aplomb.tickets.models import Priority, RequestType


def read_reply(given: QueryDict, uploads: tuple[int, ...]) -> Reply:
    """A reply from its composer. `accepted` names what the writer has seen since: "version.entry.then"."""
    accepted = given.get("accepted", "").split(".", 2)
    version, seq = (_whole_or_none(each) for each in (accepted[0], accepted[1])) if len(accepted) == 3 else (None, None)
    if version is None:
        version, seq = _whole_or_none(given.get("seen_version", "")), _whole_or_none(given.get("seen_seq", ""))
    return Reply(
        text=given.get("text", ""),
        to=addresses_in(given.get("to", "")),
        cc=addresses_in(given.get("cc", "")),
        then=given.get("then", "") or (accepted[2] if len(accepted) == 3 else ""),
        uploads=uploads,
        confirmed=given.get("confirmed") == "true",
        seen_version=version,
        seen_seq=seq,
    )


def read_uploads(given: QueryDict) -> tuple[int, ...]:
    """The ids of the files that wait beside the composer."""
    found = (_whole_or_none(each) for each in given.getlist("uploads"))
    return tuple(dict.fromkeys(each for each in found if each is not None))[:100]


def read_changes(given: QueryDict, by: Person) -> Changes:
    """The changes that a form asks for; fields that it does not send stay. A name that nobody has counts as unknown."""
    changes: dict[str, Any] = {}
    for name in ("status", "subject", "language"):
        if name in given:
            changes[name] = given.get(name, "")
    if "priority" in given:
        changes["priority"] = _whole_or_none(given.get("priority", "")) or 0
    if "assignee" in given:
        changes["assignee"] = _assignee(given.get("assignee", ""), by)
    if "team" in given:
        changes["team"] = _one(choices.teams(by), given.get("team", ""))
    if "request_type" in given:
        changes["request_type"] = _one(choices.request_types(), given.get("request_type", ""))
    if "tags_given" in given:
        changes["tags"] = tuple(given.getlist("tags"))
    if given.get("confirmed") == "true":
        changes["confirmed"] = True
    return Changes(**{name: value for name, value in changes.items() if value is not UNCHANGED})


def _assignee(word: str, by: Person) -> Any:
    if word == "me":
        return by
    if not word:
        return None
    return choices.agent(_whole_or_none(word) or 0) or UNCHANGED


def _one(rows: list[Any], word: str) -> Any:
    """The row with this id; None for no word; what is not among them changes nothing."""
    if not word:
        return None
    return next((row for row in rows if str(row.pk) == word), UNCHANGED)


def _whole_or_none(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class NewTicketForm(forms.Form):
    """A ticket that an agent opens: the note of a call, or a mail that we send first."""

    use_required_attribute = False
    WAYS = [("call", _("Note of a call")), ("mail", _("Mail that we send first"))]

    way = forms.ChoiceField(choices=WAYS, widget=forms.HiddenInput, initial="call")
    reach = forms.CharField(label=_("Phone number or e-mail address"), max_length=320)
    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    # the device that it is about, when one comes from its page
    equipment = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    subject = forms.CharField(label=_("Subject"), max_length=255)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 9}), max_length=200_000)
    language = forms.ChoiceField(label=_("Language"), required=False)
    priority = forms.TypedChoiceField(label=_("Priority"), coerce=int, initial=Priority.NORMAL)
    request_type = forms.ModelChoiceField(label=_("Type"), queryset=RequestType.objects.none(), required=False)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    tags = forms.MultipleChoiceField(label=_("Tags"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, by: Person, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        is_mail = (self.data.get("way") or self.initial.get("way")) == "mail"
        self.fields["reach"].label = _("E-mail address") if is_mail else _("Phone number or e-mail address")
        self.fields["text"].label = _("Your mail") if is_mail else _("What the customer said")
        self._choices("language", [("", _("not known")), *settings.LANGUAGES])
        self._choices("priority", Priority.choices)
        self._choices("assignee", [("", _("nobody yet")), *((str(pk), name) for pk, name in choices.agents())])
        self._choices("tags", [(tag.key, tag.name) for tag in choices.tags()])
        for name, rows in (("request_type", RequestType.objects.filter(is_active=True)),):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.empty_label = rows, str(_("not known"))
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = Team.objects.filter(pk__in=[each.pk for each in choices.teams(by)])
        team.empty_label = str(_("no team"))
        self.fields["reach"].widget.attrs |= {
            "list": "contacts-known",
            "autocomplete": "off",
            "hx-get": "/tickets/contacts",
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#contacts-known",
            "hx-params": "reach",
        }

    def _choices(self, name: str, pairs: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(pairs)
