"""Who may read the logs."""

from django.utils.translation import gettext_lazy as _

from aplomb.people.models import Person, Role
from aplomb.people.policies import YES, Verdict, no


def may_read_logs(by: Person) -> Verdict:
    """Administrators and legal."""
    if by.is_one_of(Role.ADMINISTRATOR, Role.LEGAL):
        return YES
    return no(_("This is for administrators and legal."))
