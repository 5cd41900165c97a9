"""State of the catalogue."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class ProductKind(models.TextChoices):
    """What sort of thing a product is."""

    LINE = "line", _("line")
    ROUTER = "router", _("router")
    PRINTER = "printer", _("printer")
    COMPUTER = "computer", _("computer")
    PHONE = "phone", _("phone")
    DEVICE = "device", _("other device")
    SOFTWARE = "software", _("software")
    SERVICE = "service", _("service")


class Product(models.Model):
    """Something that customers have from us, or that we look after for them. Retired ones stay on what bears them."""

    name = models.CharField(_("name"), max_length=120)
    # where the name is words and not a brand: by language
    names = models.JSONField(default=dict, blank=True)
    maker = models.CharField(_("maker"), max_length=80, default="", blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ProductKind.choices)
    model_names = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "name", "id"]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language, with its maker where that is not said already."""
        own: dict[str, str] = self.names
        name = own.get((translation.get_language() or "en")[:2]) or self.name
        return name if not self.maker or self.maker.casefold() in name.casefold() else f"{self.maker} {name}"
