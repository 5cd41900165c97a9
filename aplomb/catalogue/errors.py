"""What may be refused. The people floor lies above, so that these are its own."""

from django.utils.functional import Promise


class ProductRefused(Exception):
    """Nothing has changed. `field` names what cannot be used, empty where it is about the whole."""

    def __init__(self, reason: "str | Promise", field: str = "") -> None:
        super().__init__(str(reason))
        self.field = field


class NotKeeper(ProductRefused):
    """The actor does not keep the catalogue."""
