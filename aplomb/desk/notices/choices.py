"""Settings of one's own notices: by kind in the page and by mail, quiet hours, quiet days, the hour of the digest."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aplomb.channels.mail.addressing import names_us, our_addresses
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import DeskForm, posted
from aplomb.people.actions.notices import choices_of, choose
from aplomb.people.kinds import BY_MAIL, KINDS, Kind
from aplomb.people.models import NoticeChoices, Person
from aplomb.people.wishes import is_wanted_in_page, wanted_by_mail

CLOCK = {"type": "time", "step": "60"}


@dataclass(frozen=True)
class KindFields:
    """A row of the table: a kind and its two fields."""

    kind: Kind
    name: str
    page: forms.BoundField
    mail: forms.BoundField


class ChoicesForm(DeskForm):
    """One row of fields for each kind that concerns the person, and the times."""

    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=_("Quiet until"), required=False, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    quiet_days = forms.MultipleChoiceField(
        label=_("Whole days without mail"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    digest_at = forms.TimeField(
        label=_("The digest of the day comes at"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )

    def __init__(self, *args: Any, kinds: list[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            self.fields[f"page_{kind.word}"] = forms.BooleanField(required=False)
            self.fields[f"mail_{kind.word}"] = forms.ChoiceField(choices=list(BY_MAIL.items()))

    def rows(self) -> Iterator[KindFields]:
        """The table of kinds."""
        for kind in self.kinds:
            name = gettext(kind.name)
            page, mail = self[f"page_{kind.word}"], self[f"mail_{kind.word}"]
            page.field.label = gettext_lazy("In the page: %(kind)s") % {"kind": name}
            mail.field.label = gettext_lazy("By mail: %(kind)s") % {"kind": name}
            yield KindFields(kind, name, page, mail)

    def chosen(self) -> dict[str, Any]:
        """What was sent, as `choose` takes it."""
        given = self.cleaned_data
        return {
            "kinds": {each.word: (given[f"page_{each.word}"], given[f"mail_{each.word}"]) for each in self.kinds},
            "quiet_from": given["quiet_from"],
            "quiet_to": given["quiet_to"],
            "quiet_days": [int(each) for each in given["quiet_days"]],
            "digest_at": given["digest_at"] or dt.time(8),
        }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """What one wants to hear, in the page and by mail, and when."""
    person = person_of(request)
    kinds = [each for each in KINDS.values() if person.is_administrator or not each.for_administrators]
    form = ChoicesForm(posted(request), kinds=kinds, initial=_initial(choices_of(person), kinds))
    if request.method == "POST" and form.is_valid():
        given = form.chosen()
        if form.do(lambda: choose(person, **given)) is not None:
            messages.success(request, gettext("Saved."))
            return redirect("notice_settings")
    page = {"form": form, "person": person, "is_out_of_reach": _is_out_of_reach(person)}
    return render(request, "desk/notices/settings.html", page, status=400 if form.errors else 200)


def _initial(choices: NoticeChoices, kinds: list[Kind]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "quiet_from": choices.quiet_from,
        "quiet_to": choices.quiet_to,
        "quiet_days": [str(each) for each in choices.quiet_days],
        "digest_at": choices.digest_at,
    }
    for kind in kinds:
        found[f"page_{kind.word}"] = is_wanted_in_page(choices, kind.word)
        found[f"mail_{kind.word}"] = wanted_by_mail(choices, kind.word)
    return found


def _is_out_of_reach(person: Person) -> bool:
    """Whether their address is one of the desk's own: what is mailed there would come in as a ticket."""
    return names_us(person.email, our_addresses(also_unused=True))
