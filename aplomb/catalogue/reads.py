"""What pages show of the catalogue."""

from aplomb.catalogue.models import Product


def products_to_choose(*, also: int | None = None) -> list[Product]:
    """Those in use, in their order, and the one with the id `also` even if it was retired. One query."""
    return [each for each in Product.objects.all() if each.is_active or each.pk == also]


def known_models() -> list[str]:
    """Every model of the products in use, once."""
    found = Product.objects.filter(is_active=True).values_list("model_names", flat=True)
    return list(dict.fromkeys(model for models in found for model in models))
