"""Pages of calendars, for administrators: hours, holidays, days off."""
