"""What the desk's forms share: errors that go back to their field, and the choices of languages and zones."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from aplomb.people.errors import NotAllowed, Refused, Wrong

Choices = list[tuple[str, Any]]
T = TypeVar("T")


class DeskForm(forms.Form):
    """A form of the desk. Labels have no colon; every error names its field and can be reached from the summary."""

    template_name = "desk/settings/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at the field that it names, else above the form."""
        named = refused.field if isinstance(refused, Wrong) else None
        self.add_error(named if named in self.fields else None, str(refused))

    def do(self, action: Callable[[], T]) -> T | None:
        """What the action gives, in one transaction; None when it refused, which the form then shows.

        NotAllowed is not for forms: the page itself should not have been there.
        """
        try:
            with transaction.atomic():
                return action()
        except NotAllowed as refused:
            self.add_error(None, str(refused))
        except Refused as refused:
            self.refuse(refused)
        return None


def language_choices(*, empty: Any = None) -> Choices:
    """The languages of the desk under their own names, which are the same in every language."""
    found: Choices = [(code, str(name)) for code, name in settings.LANGUAGES]
    return [("", empty), *found] if empty is not None else found


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """The zones that people know by a place: Area/City, and UTC."""
    odd = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return (
        "UTC",
        *sorted(each for each in available_timezones() if "/" in each and not each.startswith(odd)),
    )


def zone_choices(*, empty: Any = None, also: str = "") -> Choices:
    """Zones to choose from. `also`: one that is set already and may be of an older name."""
    names: Iterable[str] = zone_names()
    if also and also not in names:
        names = (also, *names)
    found: Choices = [(each, each.replace("_", " ")) for each in names]
    return [("", empty), *found] if empty is not None else found


class LanguageField(forms.ChoiceField):
    def __init__(self, *, empty: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Language"))
        super().__init__(choices=lambda: language_choices(empty=empty), required=empty is None, **kwargs)


class ZoneField(forms.ChoiceField):
    def __init__(self, *, empty: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=lambda: zone_choices(empty=empty), required=empty is None, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Any zone of the IANA database: the action that takes it in says what is wrong with others."""
        return super().valid_value(value) or len(str(value)) <= 64


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, if it was: a form sent empty is wrong, one not sent is not."""
    return request.POST if request.method == "POST" else None


def next_page(request: HttpRequest, otherwise: str) -> str:
    """The page that the form asks to go on to, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # a word without a slash is no page: redirect would take it for the name of a view
    ours = "/" in wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else otherwise


def whole_number(text: str | None) -> int | None:
    """A positive number of at most 18 digits from a query, None for anything else."""
    given = (text or "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else None


def query_text(request: HttpRequest, name: str, *, most: int = 80) -> str:
    """What a query says under a name: trimmed, short, without the NUL that PostgreSQL does not take."""
    return request.GET.get(name, "").replace("\0", "").strip()[:most]
