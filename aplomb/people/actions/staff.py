"""The desk itself, its people and its teams: the only writers of these."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.changes import note_change
from aplomb.lib.text import clean_text
from aplomb.lib.time import known_zone
from aplomb.people.errors import Wrong
from aplomb.people.models import Desk, Membership, Person, Role, Team
from aplomb.people.policies import may_administer, no, require

LANGUAGES = ("en", "es", "it", "ro", "el")


def set_up_desk(*, name: str, languages: Iterable[str], time_zone: str, by: Actor) -> Desk:
    """Name the desk and its languages. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    chosen = [each for each in LANGUAGES if each in set(languages)]
    if not one_line(name):
        raise Wrong("name", _("The desk needs a name."))
    if not chosen:
        raise Wrong("languages", _("Choose at least one language."))
    if not known_zone(time_zone):
        raise Wrong("time_zone", _("There is no time zone %(name)s.") % {"name": time_zone})
    given = {"name": one_line(name)[:80], "languages": chosen, "time_zone": time_zone}
    with transaction.atomic():
        before = Desk.objects.filter(id=1).values(*given).first()
        desk, _made = Desk.objects.update_or_create(id=1, defaults=given)
        note_change("desk 1", desk.name, by=by, before=before, after=given)
    return desk


def add_person(
    *,
    email: str,
    full_name: str,
    by: Actor,
    work_name: str = "",
    roles: Iterable[str] = (Role.AGENT,),
    language: str = "en",
    time_zone: str = "UTC",
    password: str | None = None,
    is_demo: bool = False,
) -> Person:
    """Take somebody into the staff. Without a password they come in by link. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Wrong("email", _("%(address)s is not an e-mail address.") % {"address": email}) from None
    if Person.objects.filter(email=address).exists():
        raise Wrong("email", _("Somebody with the address %(address)s is here already.") % {"address": address})
    if not one_line(full_name):
        raise Wrong("full_name", _("The person needs a name."))
    person = Person(
        email=address,
        full_name=one_line(full_name)[:120],
        work_name=(one_line(work_name) or one_line(full_name).split()[0])[:60],
        roles=_checked_roles(roles),
        language=_checked_language(language),
        time_zone=_checked_zone(time_zone),
        is_demo=is_demo,
    )
    person.set_password(password)
    with transaction.atomic():
        person.save()
        note_change(f"person {person.pk}", person.full_name, by=by, after=_told_of(person))
    return person


def change_person(person: Person, *, by: Actor, **changes: object) -> Person:
    """Change what is given: full_name, work_name, language, time_zone, theme, roles, is_active.

    One's own names, language, zone and theme anyone may change; the rest is for administrators. Raises Wrong, NotAllowed.
    """
    own = {"full_name", "work_name", "language", "time_zone", "theme"}
    if not (isinstance(by, Person) and by.pk == person.pk and set(changes) <= own):
        require(may_administer(by))
    if "roles" in changes:
        changes["roles"] = _checked_roles(changes["roles"])  # type: ignore[arg-type]  # checked inside
    if "language" in changes:
        changes["language"] = _checked_language(str(changes["language"]))
    if "time_zone" in changes:
        changes["time_zone"] = _checked_zone(str(changes["time_zone"]))
    for name, most in (("full_name", 120), ("work_name", 60)):
        if name in changes:
            changes[name] = one_line(str(changes[name] or ""))[:most]
            if not changes[name]:
                raise Wrong(name, _("The person needs a name."))
    loses_rights = changes.get("is_active") is False or (
        "roles" in changes and Role.ADMINISTRATOR not in changes["roles"]  # type: ignore[operator]  # a list by now
    )
    if loses_rights and person.is_administrator:
        others = Person.objects.filter(is_active=True).exclude(pk=person.pk)
        if not any(each.is_administrator for each in others):
            require(no(_("The last administrator stays one.")))
    before = _told_of(person)
    for name, value in changes.items():
        setattr(person, name, value)
    with transaction.atomic():
        person.save(update_fields=sorted(changes))
        note_change(f"person {person.pk}", person.full_name, by=by, before=before, after=_told_of(person))
    return person


def _told_of(person: Person) -> dict[str, object]:
    """What the log of changes says of a person: names and rights, not what they see their own pages in."""
    return {name: getattr(person, name) for name in ("email", "full_name", "work_name", "roles", "is_active")}


def set_password(person: Person, password: str, *, by: Actor) -> None:
    """Raises NotAllowed."""
    if not (isinstance(by, Person) and by.pk == person.pk):
        require(may_administer(by))
    person.set_password(password)
    with transaction.atomic():
        person.save(update_fields=["password"])
        # that it is another one, never which
        note_change(f"person {person.pk}", person.full_name, by=by, before={"password": "…"}, after={"password": "… …"})


def add_team(*, name: str, by: Actor, is_open: bool = True, members: Iterable[Person] = ()) -> Team:
    """Raises Wrong, NotAllowed."""
    require(may_administer(by))
    if not one_line(name):
        raise Wrong("name", _("The team needs a name."))
    if Team.objects.filter(name__iexact=one_line(name)).exists():
        raise Wrong("name", _("There is a team of that name."))
    with transaction.atomic():
        team = Team.objects.create(name=one_line(name)[:80], is_open=is_open)
        members = list(members)
        Membership.objects.bulk_create([Membership(team=team, person=each) for each in members])
        after = {"name": team.name, "is_open": team.is_open, "members": {each.full_name for each in members}}
        note_change(f"team {team.pk}", team.name, by=by, after=after)
    return team


def change_team(team: Team, *, by: Actor, name: str, is_open: bool, members: Iterable[Person]) -> Team:
    """Rename, open or close, and set who belongs. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    if not one_line(name):
        raise Wrong("name", _("The team needs a name."))
    if Team.objects.filter(name__iexact=one_line(name)).exclude(pk=team.pk).exists():
        raise Wrong("name", _("There is a team of that name."))
    with transaction.atomic():
        before = _told_of_team(team.pk)
        team.name, team.is_open = one_line(name)[:80], is_open
        team.save(update_fields=["name", "is_open"])
        wanted = {each.pk for each in members}
        Membership.objects.filter(team=team).exclude(person_id__in=wanted).delete()
        have = set(Membership.objects.filter(team=team).values_list("person_id", flat=True))
        Membership.objects.bulk_create([Membership(team=team, person_id=pk) for pk in wanted - have])
        note_change(f"team {team.pk}", team.name, by=by, before=before, after=_told_of_team(team.pk))
    return team


def _told_of_team(pk: int) -> dict[str, object]:
    team = Team.objects.get(pk=pk)
    members = set(team.members.values_list("full_name", flat=True))
    return {"name": team.name, "is_open": team.is_open, "members": members}


def one_line(text: str) -> str:
    """On one line, as databases can hold it."""
    return " ".join(clean_text(text).split())


def _checked_roles(roles: Iterable[str]) -> list[str]:
    chosen = set(roles)
    unknown = chosen - set(Role.values)
    if unknown:
        raise Wrong("roles", _("There is no role %(name)s.") % {"name": sorted(unknown)[0]})
    if not chosen:
        raise Wrong("roles", _("Choose at least one role."))
    return [role for role in Role.values if role in chosen]


def _checked_language(language: str) -> str:
    if language not in LANGUAGES:
        raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": language})
    return language


def _checked_zone(name: str) -> str:
    if not known_zone(name):
        raise Wrong("time_zone", _("There is no time zone %(name)s.") % {"name": name})
    return name
