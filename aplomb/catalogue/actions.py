"""The only writers of the catalogue."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from aplomb.catalogue.errors import NotKeeper, ProductRefused
from aplomb.catalogue.models import Product, ProductKind
from aplomb.catalogue.policies import may_keep_catalogue
from aplomb.journal.actors import Actor

LANGUAGES = ("en", "es", "it", "ro", "el")
MOST_MODELS = 200


def add_product(
    *,
    name: str,
    kind: str,
    by: Actor,
    maker: str = "",
    model_names: Iterable[str] = (),
    names: Mapping[str, str] | None = None,
) -> Product:
    """A product at the end of the list. Raises ProductRefused, NotKeeper."""
    _require(by)
    made = Product(place=_last_place() + 1)
    _write(made, name=name, kind=kind, maker=maker, model_names=model_names, names=names or {})
    made.save()
    return made


def change_product(
    product: Product,
    *,
    name: str,
    kind: str,
    by: Actor,
    maker: str = "",
    model_names: Iterable[str] = (),
    names: Mapping[str, str] | None = None,
) -> Product:
    """Other words for the same product: whatever bears it bears the new name. Raises ProductRefused, NotKeeper."""
    _require(by)
    _write(product, name=name, kind=kind, maker=maker, model_names=model_names, names=names or {})
    product.save(update_fields=["name", "kind", "maker", "model_names", "names"])
    return product


def retire_product(product: Product, *, by: Actor, is_active: bool = False) -> None:
    """Nobody chooses it any more, or again with `is_active`; what bears it keeps it. Raises NotKeeper."""
    _require(by)
    product.is_active = is_active
    product.save(update_fields=["is_active"])


def delete_product(product: Product, *, by: Actor) -> None:
    """For one that was a mistake. Raises ProductRefused while anything bears it, NotKeeper."""
    _require(by)
    try:
        with transaction.atomic():
            product.delete()
    except ProtectedError:
        raise ProductRefused(_("Customers have this product. Retire it: it stays on what they have.")) from None


def _require(by: Actor) -> None:
    if not may_keep_catalogue(by):
        raise NotKeeper(_("This is for administrators."))


def _write(
    product: Product, *, name: str, kind: str, maker: str, model_names: Iterable[str], names: Mapping[str, str]
) -> None:
    product.name = _line(name, 120)
    if not product.name:
        raise ProductRefused(_("The product needs a name."), "name")
    if kind not in ProductKind.values:
        raise ProductRefused(_("Choose what kind of thing it is."), "kind")
    product.kind = kind
    product.maker = _line(maker, 80)
    product.model_names = list(dict.fromkeys(each for given in model_names if (each := _line(given, 80))))
    if len(product.model_names) > MOST_MODELS:
        raise ProductRefused(_("At most %(count)s models.") % {"count": MOST_MODELS}, "model_names")
    product.names = {code: own for code in LANGUAGES if (own := _line(names.get(code, ""), 120))}
    same = Product.objects.filter(name=product.name, maker=product.maker).exclude(pk=product.pk)
    if same.exists():
        raise ProductRefused(_("There is a product of this name already."), "name")


def _line(text: str, most: int) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:most].strip()


def _last_place() -> int:
    return min(Product.objects.aggregate(last=Max("place"))["last"] or 0, 30_000)
