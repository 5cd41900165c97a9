"""Forms of customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.desk.inputs import DeskForm, LanguageField, ZoneField, whole_number

OFF = {"autocomplete": "off"}


class OrganisationPick(forms.CharField):
    """An organisation by its name, as it is written in the list: the list may be too long for a menu."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Organisation"),
            required=False,
            max_length=180,
            help_text=_("Begin to type its name. Empty: none."),
            widget=forms.TextInput(attrs={**OFF, "list": "organisations"}),
            **kwargs,
        )

    def clean(self, value: Any) -> Organisation | None:
        name = super().clean(value)
        if not name:
            return None
        start, _hash, number = name.rpartition(" #")
        by_number = Organisation.objects.filter(pk=whole_number(number) or 0)
        found = by_number.first() if start and number.isdigit() else None
        if found is None:
            same = list(Organisation.objects.filter(name=name).order_by("id")[:2])
            if len(same) > 1:
                raise forms.ValidationError(_("Several organisations have this name: choose one from the list."))
            found = same[0] if same else None
        if found is None:
            raise forms.ValidationError(_("There is no organisation of this name. Add it first, or leave this empty."))
        return found


class ContactForm(DeskForm):
    """What one knows of a contact. `email` and `phone` only when they are new."""

    name = forms.CharField(label=_("Name"), max_length=160, required=False, widget=forms.TextInput(attrs=OFF))
    address_as = forms.CharField(
        label=_("How they like to be addressed"),
        max_length=120,
        required=False,
        help_text=_("As it would stand after the greeting."),
        widget=forms.TextInput(attrs=OFF),
    )
    email = forms.CharField(
        label=_("E-mail address"), max_length=320, required=False, widget=forms.EmailInput(attrs=OFF)
    )
    phone = forms.CharField(
        label=_("Phone number"), max_length=40, required=False, widget=forms.TextInput(attrs={**OFF, "type": "tel"})
    )
    organisation = OrganisationPick()
    language = LanguageField(empty=pgettext_lazy("language", "not known"))
    time_zone = ZoneField(empty=pgettext_lazy("time zone", "not known"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3, **OFF})
    )

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact is not None:
            names = ("name", "address_as", "language", "time_zone", "note")
            initial: dict[str, Any] = {each: getattr(contact, each) for each in names}
            if contact.organisation is not None:
                initial["organisation"] = pick_word(contact.organisation)
            kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        if contact is not None:
            del self.fields["email"], self.fields["phone"]


class PointForm(DeskForm):
    """Another address or number."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ContactPoint.Kind.choices)
    value = forms.CharField(
        label=_("Address or number"), max_length=320, widget=forms.TextInput(attrs={**OFF, "spellcheck": "false"})
    )


class OrganisationForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=160, widget=forms.TextInput(attrs=OFF))
    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=253,
        required=False,
        help_text=_("New contacts who write from it belong to the organisation."),
        widget=forms.TextInput(attrs={**OFF, "spellcheck": "false", "autocapitalize": "off"}),
    )
    language = LanguageField(empty=pgettext_lazy("language", "not known"))
    time_zone = ZoneField(empty=pgettext_lazy("time zone", "not known"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3, **OFF})
    )


def pick_word(organisation: Organisation) -> str:
    """The organisation as the list shows it: its name, and its number, for two may share a name."""
    return f"{organisation.name} #{organisation.pk}"
