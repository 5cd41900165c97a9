"""Letters as pages and senders see them: shipped and own ones as one kind of thing."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.letters.models import Kind, Letter, LetterVersion
from aplomb.letters.policies import OWNED, Reader, reader_of
from aplomb.letters.shipped import SOURCE, Shipped, shipped_letters
from aplomb.lib.prepared import prepared
from aplomb.lib.texts import Texts
from aplomb.lib.time import utc_now
from aplomb.lib.versions import Standing, in_force, is_draft, standing
from aplomb.people.errors import NotFound
from aplomb.people.models import Desk, Person, Team

DESK_SIGNATURE = "signature"


@dataclass(frozen=True)
class KnownLetter:
    """A letter, whether it is shipped, the desk's own, or both. `row` is None while nobody has touched it."""

    key: str
    kind: str
    row: Letter | None = None
    shipped: Shipped | None = None
    team_id: int | None = None
    person_id: int | None = None
    versions: tuple[LetterVersion, ...] = ()
    # whose it is, where it is a team's, a person's or a mailbox's
    whose: str = ""
    own_names: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """What colleagues call it, by language."""
        return {**(self.shipped.names if self.shipped else {}), **self.own_names}

    @property
    def name(self) -> str:
        """In the reader's language, else in English, else in any, else its key."""
        names, language = self.names, (translation.get_language() or SOURCE)[:2]
        found = names.get(language) or names.get(SOURCE) or next(iter(names.values()), "")
        if not found and OWNED.fullmatch(self.key):
            return _("Signature of %(name)s") % {"name": self.whose or self.key}
        return found or self.key

    @property
    def shortcut(self) -> str:
        return self.row.shortcut if self.row is not None else self.shipped.shortcut if self.shipped else ""

    @property
    def is_archived(self) -> bool:
        return self.row is not None and self.row.archived_at is not None

    @property
    def draft(self) -> LetterVersion | None:
        return next((each for each in self.versions if is_draft(each)), None)

    def version_in_force(self, at: dt.datetime | None = None) -> LetterVersion | None:
        """The desk's own version in force; None: the shipped one counts, if there is one."""
        return in_force(self.versions, at or utc_now())

    def texts(self, at: dt.datetime | None = None) -> Texts | None:
        """What is sent now: of its own version in force, else as shipped; None where there is nothing to send."""
        version = self.version_in_force(at)
        if version is not None:
            return version.texts
        return self.shipped.texts if self.shipped is not None else None

    def texts_to_edit(self, source: str = SOURCE) -> Texts:
        """What an editor begins with: the draft, else what is sent now, else nothing yet in this source language."""
        if self.draft is not None:
            return self.draft.texts
        return self.texts() or Texts(source)

    def standings(self, at: dt.datetime | None = None) -> list[tuple[LetterVersion, Standing]]:
        """Its versions with what each is now, the newest first."""
        now = at or utc_now()
        return [(each, standing(each, self.versions, now)) for each in reversed(self.versions)]


def letters_seen_by(by: Actor, *, kind: str = "") -> list[KnownLetter]:
    """Every letter that this actor may see: shipped ones in their order, then the desk's own by name. Four queries."""
    reader = reader_of(by)
    rows = {each.key: each for each in (_rows().filter(kind=kind) if kind else _rows())}
    shipped = {key: each for key, each in shipped_letters().items() if kind in ("", each.kind)}
    found = [_known(key, rows.get(key), each) for key, each in shipped.items()]
    own = [_known(key, row, None) for key, row in rows.items() if key not in shipped]
    found += sorted(own, key=lambda each: each.name.casefold())
    return [each for each in found if reader.sees(each.team_id, each.person_id)]


def letter_for(by: Actor, key: str, *, lock: bool = False) -> KnownLetter:
    """The letter of that key, in sight. A signature of a person, a team or a mailbox is there before it is written.

    `lock` needs a transaction. Raises NotFound, also for what is out of sight.
    """
    # an address can hold what no key and no PostgreSQL does
    rows = _rows().filter(key=key.replace("\0", ""))
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    found = _known(key, row, shipped_letters().get(key)) if row or key in shipped_letters() else _to_be(key)
    reader = reader_of(by)
    if found is None or not reader.sees(found.team_id, found.person_id) or not _may_be_seen(found, reader):
        raise NotFound(_("There is no such letter here."))
    return found


def signatures_to_write(by: Actor, mailboxes: Iterable[tuple[int, str]] = ()) -> list[KnownLetter]:
    """One's own signature and those of one's teams, written or not; of mailboxes (id and name) for administrators."""
    reader = reader_of(by)
    found: list[KnownLetter] = []
    if isinstance(by, Person):
        found.append(KnownLetter(f"signature-person-{by.pk}", Kind.SIGNATURE, person_id=by.pk, whose=by.work_name))
    found += [
        KnownLetter(f"signature-team-{each.pk}", Kind.SIGNATURE, team_id=each.pk, whose=each.name)
        for each in Team.objects.all()
        if reader.edits(each.pk, None)
    ]
    if reader.is_administrator:
        found += [KnownLetter(f"signature-mailbox-{pk}", Kind.SIGNATURE, whose=name) for pk, name in mailboxes]
    return found


def canned_for(by: Actor, team_id: int | None) -> list[KnownLetter]:
    """The canned replies to offer on a ticket of this team: the desk's, the team's, and those of one's own teams."""
    reader = reader_of(by)
    return [
        each
        for each in letters_seen_by(by, kind=Kind.CANNED)
        if not each.is_archived
        and each.texts() is not None
        and (each.team_id is None or each.team_id == team_id or each.team_id in reader.teams)
    ]


def versions_of_keys(keys: Iterable[str]) -> dict[str, list[LetterVersion]]:
    """The versions of at most four letters by key, archived ones left out: one query, for whoever sends."""
    wanted = [*keys, "", "", ""][:4]
    found: dict[str, list[LetterVersion]] = {}
    for each in _versions_of(wanted[0], wanted[1], wanted[2], wanted[3]):
        found.setdefault(each.letter.key, []).append(each)
    return found


@prepared
def _versions_of(first: str, second: str, third: str, fourth: str) -> QuerySet[LetterVersion]:
    keys = [first, second, third, fourth]
    return LetterVersion.objects.select_related("letter").filter(letter__key__in=keys, letter__archived_at=None)


def desk_languages() -> tuple[str, ...]:
    """The desk's languages, its first one first."""
    found = next((tuple(each) for each in _languages(1) if each), ())
    return found or (SOURCE,)


@prepared
def _languages(pk: int) -> QuerySet[Desk, list[str]]:
    return Desk.objects.filter(pk=pk).values_list("languages", flat=True)


def _rows() -> QuerySet[Letter]:
    versions = LetterVersion.objects.order_by("number").select_related("changed_by", "put_by", "retired_by")
    return Letter.objects.select_related("team", "person").prefetch_related(Prefetch("versions", queryset=versions))


def _known(key: str, row: Letter | None, shipped: Shipped | None) -> KnownLetter:
    if row is None:
        assert shipped is not None
        return KnownLetter(key, shipped.kind, shipped=shipped)
    whose = row.team.name if row.team is not None else row.person.work_name if row.person is not None else ""
    return KnownLetter(
        key,
        row.kind,
        row=row,
        shipped=shipped,
        team_id=row.team_id,
        person_id=row.person_id,
        versions=tuple(row.versions.all()),
        whose=whose,
        own_names=dict(row.names),
    )


def _to_be(key: str) -> KnownLetter | None:
    """A signature that nobody has written yet; None where there is nobody whose it would be."""
    found = OWNED.fullmatch(key)
    if found is None:
        return None
    whose, pk = found[1], int(found[2])
    if whose == "person":
        person = Person.objects.filter(pk=pk, is_active=True).first()
        return KnownLetter(key, Kind.SIGNATURE, person_id=pk, whose=person.work_name) if person else None
    if whose == "team":
        team = Team.objects.filter(pk=pk).first()
        return KnownLetter(key, Kind.SIGNATURE, team_id=pk, whose=team.name) if team else None
    # mailboxes live above this floor: the page that leads here knows them
    return KnownLetter(key, Kind.SIGNATURE)


def _may_be_seen(found: KnownLetter, reader: Reader) -> bool:
    is_mailboxs = found.key.startswith("signature-mailbox-")
    return not is_mailboxs or reader.is_administrator
