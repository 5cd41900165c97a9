"""The form of a macro: whose it is, what it changes, what it says."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aplomb.automation.actions import MacroWish
from aplomb.automation.models import Macro
from aplomb.automation.steps import ME, STATUSES
from aplomb.desk.inputs import Choices, DeskForm
from aplomb.desk.tickets import choices
from aplomb.letters.policies import reader_of
from aplomb.letters.reads import canned_for
from aplomb.people.models import Person, Team
from aplomb.tickets.models import Priority, Status

LEAVE: Any = ("", _("leave as it is"))
NOBODY = "nobody"
OWN, DESK = "own", "desk"


class MacroForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    owner = forms.ChoiceField(label=_("Who may run it"))
    status = forms.ChoiceField(label=_("Status"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    request_type = forms.ChoiceField(label=_("Type"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    add_tags = forms.MultipleChoiceField(label=_("Tags to add"), required=False, widget=forms.CheckboxSelectMultiple)
    remove_tags = forms.MultipleChoiceField(
        label=_("Tags to take away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Note for colleagues"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reply = forms.ChoiceField(
        label=_("Reply"),
        required=False,
        help_text=_(
            "A canned reply, in the customer's language. Its words are shown before they go and can be changed."
        ),
    )
    then = forms.ChoiceField(label=_("After the reply"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.reader = reader_of(by)
        self.all_teams = list(Team.objects.all())
        tags = [(each.key, each.name) for each in choices.tags()]
        lists: dict[str, Choices] = {
            "owner": self._owners(),
            "status": [LEAVE, *((key, word) for key, word in Status.choices if key in STATUSES)],
            "priority": [LEAVE, *((str(key), word) for key, word in Priority.choices)],
            "request_type": [LEAVE, *((each.key, each.name) for each in choices.request_types())],
            "team": [LEAVE, *((str(each.pk), each.name) for each in self.all_teams), (NOBODY, _("no team"))],
            "assignee": [
                LEAVE,
                (ME, _("whoever runs it")),
                *((str(pk), name) for pk, name in choices.agents()),
                (NOBODY, _("nobody yet")),
            ],
            "add_tags": tags,
            "remove_tags": tags,
            "reply": [("", _("none")), *((each.key, each.name) for each in canned_for(by, None))],
            "then": [
                LEAVE,
                (Status.WAITING_CUSTOMER, Status.WAITING_CUSTOMER.label),
                (Status.RESOLVED, Status.RESOLVED.label),
            ],
        }
        for name, values in lists.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]  # all of them are choices

    def _owners(self) -> Choices:
        found: Choices = [(OWN, _("only I"))]
        found += [(str(each.pk), each.name) for each in self.all_teams if self.reader.edits(each.pk, None)]
        if self.reader.edits(None, None):
            found.append((DESK, _("everybody")))
        return found

    @property
    def wish(self) -> MacroWish:
        """What the form asks for. Needs a valid form."""
        given = self.cleaned_data
        steps: dict[str, Any] = {
            "status": given["status"] or None,
            "priority": int(given["priority"]) if given["priority"] else None,
            "request_type": given["request_type"] or None,
            "team": _chosen(given["team"]),
            "assignee": given["assignee"] if given["assignee"] == ME else _chosen(given["assignee"]),
            "add_tags": given["add_tags"],
            "remove_tags": given["remove_tags"],
        }
        owner = given["owner"]
        team = next((each for each in self.all_teams if str(each.pk) == owner), None)
        return MacroWish(
            name=given["name"],
            steps=steps,
            note=given["note"],
            reply=given["reply"],
            then=given["then"],
            team=team,
            person=self.by if owner == OWN else None,
        )


def _chosen(word: str) -> int | str | None:
    if not word:
        return None
    return "" if word == NOBODY else int(word)


def initial_of(macro: Macro) -> dict[str, Any]:
    """The fields of the form as the macro has them."""
    steps = macro.steps
    return {
        **{name: steps.get(name) for name in ("status", "priority", "request_type", "add_tags", "remove_tags")},
        "team": _shown(steps.get("team")),
        "assignee": _shown(steps.get("assignee")),
        "name": macro.name,
        "owner": OWN if macro.person_id else str(macro.team_id) if macro.team_id else DESK,
        "note": macro.note,
        "reply": macro.reply,
        "then": macro.then,
        "version": macro.version,
    }


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return NOBODY if value == "" else str(value)
