"""What people type about letters."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aplomb.desk.inputs import DeskForm, LanguageField
from aplomb.letters.actions import LONGEST_BODY, LONGEST_NAME, LONGEST_SUBJECT
from aplomb.letters.models import Kind
from aplomb.letters.policies import Reader
from aplomb.letters.reads import KnownLetter
from aplomb.people.models import Team

SHORTCUT_HINT = _("One word. Typed after a slash at the beginning of a line, it inserts the reply.")


class NewReplyForm(DeskForm):
    """A canned reply that is not there yet."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, help_text=_("What colleagues call it; customers never see it.")
    )
    language = LanguageField(label=_("Language that it is written in first"))
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    shortcut = forms.CharField(label=_("Shortcut"), max_length=31, required=False, help_text=SHORTCUT_HINT)

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = Team.objects.all() if reader.is_administrator else Team.objects.filter(pk__in=reader.teams)
        team.required = not reader.is_administrator
        team.empty_label = str(_("the whole desk")) if reader.is_administrator else None


class NamesForm(DeskForm):
    """What a letter is called in each language, and its shortcut."""

    def __init__(self, *args: Any, letter: KnownLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=str(name),
                max_length=LONGEST_NAME,
                required=False,
                widget=forms.TextInput(attrs={"lang": code, "autocomplete": "off"}),
            )
            self.initial.setdefault(f"name_{code}", letter.names.get(code, ""))
        if letter.kind == Kind.CANNED:
            self.fields["shortcut"] = forms.CharField(
                label=_("Shortcut"), max_length=31, required=False, help_text=SHORTCUT_HINT
            )
            self.initial.setdefault("shortcut", letter.shortcut)

    @property
    def names(self) -> dict[str, str]:
        """Names by language. For a form that is valid."""
        return {code: self.cleaned_data.get(f"name_{code}", "") for code, _name in settings.LANGUAGES}


class WordsForm(DeskForm):
    """One language of a draft. `seen` is the digest of the words that the writer had before their eyes."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=LONGEST_SUBJECT * 2,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    body = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto", "spellcheck": "true"}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, letter: KnownLetter, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = letter.texts_to_edit()
        if "subject" not in texts.parts(texts.source):
            del self.fields["subject"]
        for name in ("subject", "body"):
            if name in self.fields:
                self.fields[name].widget.attrs["lang"] = language
        self.fields["body"].widget.attrs["maxlength"] = LONGEST_BODY


class StartForm(DeskForm):
    """From when a draft is in force: empty is now. In the reader's own zone."""

    start = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        help_text=_("Left empty: from now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    @property
    def chosen(self) -> dt.datetime | None:
        found = self.cleaned_data["start"]
        assert found is None or isinstance(found, dt.datetime)
        return found
