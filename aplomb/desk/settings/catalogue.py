"""The administrator's pages of the catalogue."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.catalogue.actions import add_product, change_product, delete_product, retire_product
from aplomb.catalogue.errors import ProductRefused
from aplomb.catalogue.models import Product, ProductKind
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import DeskForm, posted
from aplomb.people.policies import may_administer

OFF = {"autocomplete": "off"}


class ProductForm(DeskForm):
    """A product. Names in other languages only where the name is words and not a brand."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs=OFF))
    maker = forms.CharField(
        label=gettext_lazy("Maker"), max_length=80, required=False, widget=forms.TextInput(attrs=OFF)
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ProductKind.choices)
    model_names = forms.CharField(
        label=gettext_lazy("Models"),
        max_length=8000,
        required=False,
        help_text=gettext_lazy("One on each line."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", **OFF}),
    )

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {}
        if product is not None:
            initial = {"name": product.name, "maker": product.maker, "kind": product.kind}
            initial["model_names"] = "\n".join(product.model_names)
            initial |= {f"name_{code}": name for code, name in product.names.items()}
        super().__init__(*args, initial=initial, **kwargs)
        for code, language in settings.LANGUAGES:
            attributes = {**OFF, "lang": code}
            self.fields[f"name_{code}"] = forms.CharField(
                label=language, max_length=120, required=False, widget=forms.TextInput(attrs=attributes)
            )

    @property
    def own_names(self) -> list[Any]:
        """The fields of the names by language."""
        return [self[f"name_{code}"] for code, _language in settings.LANGUAGES]

    @property
    def has_names(self) -> bool:
        return any(field.value() or field.errors for field in self.own_names)

    def write(self, action: Callable[..., Product]) -> Product | None:
        """What the action makes of it; None when it refused, which the form then shows."""
        given = self.cleaned_data
        names = {code: given[f"name_{code}"] for code, _language in settings.LANGUAGES}
        try:
            return action(
                name=given["name"],
                maker=given["maker"],
                kind=given["kind"],
                model_names=given["model_names"].splitlines(),
                names=names,
            )
        except ProductRefused as refused:
            self.add_error(refused.field or None, str(refused))
        return None


@only(may_administer)
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The products, retired ones last."""
    rows = sorted(Product.objects.all(), key=lambda each: not each.is_active)
    return render(request, "desk/settings/catalogue.html", {"rows": rows})


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = ProductForm(posted(request))
    if request.method == "POST" and form.is_valid():
        made = form.write(lambda **given: add_product(by=person_of(request), **given))
        if made is not None:
            messages.success(request, _("Added: %(name)s") % {"name": made.shown_name})
            return redirect("catalogue")
    return render(request, "desk/settings/product.html", {"form": form}, status=400 if form.errors else 200)


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, pk: int) -> HttpResponse:
    which = _product(pk)
    form = ProductForm(posted(request), product=which)
    if request.method == "POST" and form.is_valid():
        changed = form.write(lambda **given: change_product(which, by=person_of(request), **given))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("catalogue")
        which = _product(pk)
    page = {"form": form, "product": which}
    return render(request, "desk/settings/product.html", page, status=400 if form.errors else 200)


@only(may_administer)
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """POST do: retire, restore, delete."""
    which, by, do = _product(pk), person_of(request), request.POST.get("do", "")
    try:
        if do in ("retire", "restore"):
            retire_product(which, by=by, is_active=do == "restore")
            said = _("%(name)s is in the catalogue again.") if do == "restore" else _("%(name)s is retired.")
        elif do == "delete":
            delete_product(which, by=by)
            said = _("%(name)s is deleted.")
        else:
            return HttpResponse(status=400)
        messages.success(request, said % {"name": which.shown_name})
    except ProductRefused as refused:
        messages.error(request, str(refused))
    return redirect("catalogue")


def _product(pk: int) -> Product:
    found = Product.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
