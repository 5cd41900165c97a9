"""Why somebody is not let in, where several ways in say the same."""

from django.utils.translation import gettext_lazy as _

NOT_PROVEN = _("This did not prove that it is you, or its time is over. Try again.")
