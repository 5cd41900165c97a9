"""What the calendars need from time to time."""

import datetime as dt

from aplomb.calendars.actions import know_holidays, years_kept
from aplomb.calendars.models import Calendar
from aplomb.journal.jobs import periodic


@periodic(every=dt.timedelta(days=1))
def keep_holidays() -> None:
    """Know the public holidays of the years around this one, and anew when the library tells them otherwise."""
    places = Calendar.objects.exclude(country="").order_by().values_list("country", "region").distinct()
    for country, region in places:
        know_holidays(country, region, years_kept())
