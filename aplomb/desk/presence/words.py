"""How things stand with somebody, in words."""

import datetime as dt

from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from aplomb.desk.words import Speech, language
from aplomb.people.models import Absence
from aplomb.people.models.presence import AbsenceKind
from aplomb.people.presence import Standing


def standing_words(standing: Standing, speech: Speech | None = None) -> str:
    """ "available", "on a break until today 14:20", "on leave until 12 Dec, Noor stands in"."""
    speech = speech or Speech()
    if standing.absence is not None and not standing.is_by_hand:
        return absence_words(standing.absence)
    if standing.is_by_hand and standing.until is not None:
        return _("%(state)s until %(time)s") % {"state": standing.word, "time": speech.moment(standing.until)}
    return standing.word


def absence_words(absence: Absence) -> str:
    """ "on leave until 12 Dec, Noor stands in"; the last day is included."""
    words = {"kind": str(AbsenceKind(absence.kind).label), "day": _day(absence.last_day)}
    if absence.stand_in is None:
        return _("%(kind)s until %(day)s") % words
    return _("%(kind)s until %(day)s, %(name)s stands in") % {**words, "name": absence.stand_in.work_name}


def _day(on: dt.date) -> str:
    return str(format_skeleton("MMMd", on, locale=language()))
