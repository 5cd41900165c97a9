"""Forms of sites, equipment and notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aplomb.catalogue.models import Product
from aplomb.catalogue.reads import known_models, products_to_choose
from aplomb.customers.actions.equipment import read_versions
from aplomb.customers.hours import NoHours, read_day, write_day
from aplomb.customers.models import Equipment, Site
from aplomb.customers.owners import Owner
from aplomb.customers.reads import known_areas, sites_to_choose
from aplomb.desk.customers.worldwide import countries, day_name
from aplomb.desk.inputs import DeskForm, ZoneField, whole_number, zone_choices
from aplomb.people.errors import Wrong

OFF = {"autocomplete": "off"}
SITE_FIELDS = (
    "name",
    "address",
    "postcode",
    "town",
    "country",
    "area",
    "time_zone",
    "opener",
    "opener_phone",
    "entrance",
    "hours_note",
    "note",
)
DAYS = range(7)


class SiteForm(DeskForm):
    """A place and how one gets in. The code of the door is never shown here: an empty field keeps it."""

    name = forms.CharField(
        label=_("Name of the place"), max_length=120, required=False, widget=forms.TextInput(attrs=OFF)
    )
    address = forms.CharField(
        label=_("Street and number"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2, **OFF})
    )
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False, widget=forms.TextInput(attrs=OFF))
    town = forms.CharField(label=_("Town"), max_length=80, required=False, widget=forms.TextInput(attrs=OFF))
    country = forms.ChoiceField(label=_("Country"), required=False)
    area = forms.CharField(
        label=_("Travel zone"),
        max_length=60,
        required=False,
        help_text=_("The area by which visits are planned."),
        widget=forms.TextInput(attrs={**OFF, "list": "areas"}),
    )
    time_zone = ZoneField(empty=pgettext_lazy("time zone", "as the customer's"))
    opener = forms.CharField(label=_("Who opens"), max_length=120, required=False, widget=forms.TextInput(attrs=OFF))
    opener_phone = forms.CharField(
        label=_("Their number"), max_length=40, required=False, widget=forms.TextInput(attrs={**OFF, "type": "tel"})
    )
    entrance = forms.CharField(
        label=_("Gate and door"),
        max_length=300,
        required=False,
        help_text=_("Which way in. The code has a field of its own."),
        widget=forms.TextInput(attrs=OFF),
    )
    code = forms.CharField(
        label=_("Code of the door"),
        max_length=120,
        required=False,
        help_text=_("Shown only on demand, and it is kept who looked."),
        widget=forms.TextInput(attrs={**OFF, "spellcheck": "false", "autocapitalize": "off"}),
    )
    without_code = forms.BooleanField(label=_("There is no code any more"), required=False)
    hours_note = forms.CharField(
        label=_("Hours in words"), max_length=300, required=False, widget=forms.TextInput(attrs=OFF)
    )
    note = forms.CharField(
        label=_("For the technician"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **OFF}),
    )

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {}
        if site is not None:
            initial = {name: getattr(site, name) for name in SITE_FIELDS}
            for day, stretches in enumerate(site.hours or [[]] * 7):
                initial[f"day{day}"] = write_day(stretches)
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["country"].choices = [("", _("not known")), *countries()]  # type: ignore[attr-defined]  # a choice
        if site is not None:
            zones = zone_choices(empty=_("as the customer's"), also=site.time_zone)
            self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]  # a choice
        if site is None or not site.code:
            del self.fields["without_code"]
        else:
            self.fields["code"].label = _("Another code of the door")
        for day in DAYS:
            attributes = {**OFF, "placeholder": "9:00-17:00", "inputmode": "text"}
            self.fields[f"day{day}"] = forms.CharField(
                label=day_name(day), max_length=80, required=False, widget=forms.TextInput(attrs=attributes)
            )

    def clean(self) -> dict[str, Any]:
        found = dict(super().clean() or {})
        for day in DAYS:
            try:
                read_day(found.get(f"day{day}", ""))
            except NoHours as wrong:
                said = _("These are no hours: %(text)s. Write 9:00-17:00.") % {"text": str(wrong)[:40]}
                self.add_error(f"day{day}", said)
        return found

    @property
    def days(self) -> list[Any]:
        """The fields of the days, Monday first."""
        return [self[f"day{day}"] for day in DAYS]

    @property
    def given(self) -> dict[str, Any]:
        """What the action takes."""
        found = {name: self.cleaned_data[name] for name in SITE_FIELDS}
        found["hours"] = [self.cleaned_data[f"day{day}"] for day in DAYS]
        if self.cleaned_data.get("without_code"):
            found["code"] = ""
        elif self.cleaned_data["code"]:
            found["code"] = self.cleaned_data["code"]
        return found

    @property
    def areas(self) -> list[str]:
        """Travel zones to suggest."""
        return known_areas()


class EquipmentForm(DeskForm):
    """A device, line or program."""

    product = forms.ChoiceField(label=_("Product"), required=False)
    model = forms.CharField(
        label=_("Model"), max_length=80, required=False, widget=forms.TextInput(attrs={**OFF, "list": "models"})
    )
    serial = forms.CharField(
        label=_("Serial number"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={**OFF, "spellcheck": "false", "autocapitalize": "characters"}),
    )
    called = forms.CharField(
        label=_("What they call it"), max_length=120, required=False, widget=forms.TextInput(attrs=OFF)
    )
    site = forms.ChoiceField(label=_("Site"), required=False)
    versions = forms.CharField(
        label=_("Versions"),
        max_length=4000,
        required=False,
        help_text=_("One on each line, such as firmware: 2.1.4"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", **OFF}),
    )
    installed_on = forms.DateField(
        label=_("Installed on"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    note = forms.CharField(
        label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2, **OFF})
    )

    def __init__(self, *args: Any, owner: Owner, row: Equipment | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {}
        if row is not None:
            initial = {name: getattr(row, name) for name in ("model", "serial", "called", "installed_on", "note")}
            initial |= {"product": row.product_id or "", "site": row.site_id or ""}
            initial["versions"] = "\n".join(f"{name}: {version}" for name, version in row.versions)
        super().__init__(*args, initial=initial, **kwargs)
        self.products = {each.pk: each for each in products_to_choose(also=row.product_id if row else None)}
        self.sites = {each.pk: each for each in sites_to_choose(owner, also=row.site_id if row else None)}
        names = [(str(pk), _product_word(each)) for pk, each in self.products.items()]
        places = [(str(pk), str(each)) for pk, each in self.sites.items()]
        self.fields["product"].choices = [("", _("not in the catalogue")), *names]  # type: ignore[attr-defined]  # a choice
        self.fields["site"].choices = [("", _("not known")), *places]  # type: ignore[attr-defined]  # a choice

    def clean_versions(self) -> list[tuple[str, str]]:
        try:
            return read_versions(self.cleaned_data["versions"])
        except Wrong as wrong:
            raise forms.ValidationError(str(wrong)) from None

    @property
    def given(self) -> dict[str, Any]:
        """What the action takes."""
        product = self.products.get(whole_number(self.cleaned_data["product"]) or 0)
        site = self.sites.get(whole_number(self.cleaned_data["site"]) or 0)
        return dict(self.cleaned_data) | {"product": product, "site": site}

    @property
    def model_names(self) -> list[str]:
        """Models of the catalogue, to suggest."""
        return known_models()


class CustomerNoteForm(DeskForm):
    text = forms.CharField(
        label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", **OFF})
    )
    is_pinned = forms.BooleanField(label=_("Pin it: it stands beside their tickets"), required=False)


def _product_word(product: Product) -> str:
    if product.is_active:
        return product.shown_name
    return str(_("%(name)s (retired)") % {"name": product.shown_name})
