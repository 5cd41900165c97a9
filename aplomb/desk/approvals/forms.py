"""What is typed to ask for a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aplomb.desk.inputs import DeskForm
from aplomb.people.actions.approvals import LONGEST_QUESTION, LONGEST_REASON


class AskForm(DeskForm):
    question = forms.CharField(
        label=_("What is to be decided?"),
        help_text=_("One question that can be answered with yes or no."),
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput(attrs={"dir": "auto", "autofocus": True}),
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("What somebody must know who was not there."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
