"""Who may ask for an approval, who may decide on it, and who may see it."""

from django.utils.translation import gettext_lazy as _

from aplomb.people.approvals.kinds import ApprovalKind, kinds
from aplomb.people.approvals.subjects import seen_among
from aplomb.people.models import Approval, Person
from aplomb.people.policies import YES, Verdict, no


def may_ask(by: Person, kind: ApprovalKind) -> Verdict:
    return YES if by.is_one_of(*kind.asked_by) else no(_("You may not ask for this."))


def may_decide(by: Person, approval: Approval) -> Verdict:
    """Whether this person's word counts, the state aside: the right role, and neither theirs nor on their behalf."""
    if by.pk == approval.asked_by_id:
        return no(_("You asked for this yourself: somebody else must decide."))
    if by.pk == approval.on_behalf_of_id:
        return no(_("This was asked for on your behalf: somebody else must decide."))
    kind = kinds().get(approval.kind)
    if kind is None or not by.is_one_of(*kind.decided_by):
        return no(_("You may not decide on this."))
    if kind.may_decide is not None and not kind.may_decide(by, approval):
        return no(_("You may not decide on this."))
    return YES


def may_see(by: Person, approval: Approval) -> bool:
    """Whoever may see what it is about. Those who asked, and for whom, no longer when that is out of their sight."""
    return by.is_active and bool(seen_among(by, [approval.about]))


def deciding_roles(by: Person) -> list[str]:
    """The kinds on which this person's role lets them decide."""
    return [kind.word for kind in kinds().values() if by.is_one_of(*kind.decided_by)]


def who_may_decide(approval: Approval) -> list[Person]:
    """Everybody whose word counts on it, and who sees what it is about."""
    kind = kinds()[approval.kind]
    staff = Person.objects.filter(is_active=True).order_by("pk")
    # a handful: roles are a list in JSON, which the databases search differently
    fitting = [each for each in staff if each.is_one_of(*kind.decided_by)]
    return [each for each in fitting if may_decide(each, approval) and may_see(each, approval)]
