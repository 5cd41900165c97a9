"""Drafts, versions and who may write them."""

import datetime as dt
from typing import Any

import pytest

from aplomb.journal.actors import SYSTEM
from aplomb.letters.actions import (
    add_canned_reply,
    archive_letter,
    change_letter,
    confirm_translation,
    put_in_force,
    retire_version,
    save_draft,
    text_digest,
    throw_draft_away,
)
from aplomb.letters.errors import EditedMeanwhile
from aplomb.letters.models import LetterVersion
from aplomb.letters.reads import canned_for, letter_for, letters_seen_by
from aplomb.letters.rendering import render_letter
from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.actions import change_team
from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.people.models import Team
from tests.cast import Cast
from tests.moved import nothing_moves

KEY = "serial-number"
HOUR = dt.timedelta(hours=1)


def write(
    language: str = "en", body: str = "{greeting}\n\nPlease.", *, by: Any = SYSTEM, key: str = KEY, **more: Any
) -> LetterVersion:
    return save_draft(key, language, subject="", body=body, by=by, **more)


def joins(team: Team, *people: Any) -> None:
    change_team(team, name=team.name, is_open=team.is_open, members=[*team.members.all(), *people], by=SYSTEM)


def test_a_draft_changes_nothing_for_customers_until_it_is_in_force(cast: Cast) -> None:
    before = render_letter(KEY, "en", {}).body
    write(by=cast.max)
    assert render_letter(KEY, "en", {}).body == before
    put_in_force(KEY, by=cast.max)
    found = render_letter(KEY, "en", {})
    assert (found.body, found.version) == ("Hello,\n\nPlease.", 1)


def test_a_draft_begins_with_what_is_in_force_in_every_language(cast: Cast) -> None:
    draft = write("en", "Anew.", by=cast.max)
    assert draft.texts.states(["en", "es", "el"]) == {"en": "source", "es": "stale", "el": "stale"}
    put_in_force(KEY, by=cast.max)
    assert render_letter(KEY, "el", {}).body.startswith("Γεια σας,"), "stale is still in its reader's language"
    second = write("el", "Εκ νέου.", by=cast.max)
    assert (second.number, second.texts.state("el"), second.texts.state("es")) == (2, "current", "stale")


def test_a_version_planned_for_later_counts_from_then(cast: Cast) -> None:
    write(by=cast.max)
    start = utc_now() + 2 * HOUR
    put_in_force(KEY, start=start, by=cast.max)
    assert render_letter(KEY, "en", {}).version == 0
    with as_if_at(start):
        assert render_letter(KEY, "en", {}).version == 1


def test_the_past_and_the_same_instant_are_refused(cast: Cast) -> None:
    write()
    with pytest.raises(Wrong) as refused, nothing_moves():
        put_in_force(KEY, start=utc_now() - HOUR, by=cast.max)
    assert refused.value.field == "start"
    later = utc_now() + HOUR
    put_in_force(KEY, start=later, by=cast.max)
    write()
    with pytest.raises(Wrong), nothing_moves():
        put_in_force(KEY, start=later, by=cast.max)


def test_retiring_goes_back_to_the_shipped_text_and_keeps_the_version(cast: Cast) -> None:
    write()
    put_in_force(KEY, by=cast.max)
    retire_version(KEY, 1, by=cast.max)
    assert render_letter(KEY, "en", {}).version == 0
    found = letter_for(cast.max, KEY)
    assert [(each.number, standing) for each, standing in found.standings()] == [(1, "retired")]
    assert found.versions[0].retired_by == cast.max
    with pytest.raises(Refused, match="not in force"), nothing_moves():
        retire_version(KEY, 1, by=cast.max)
    with pytest.raises(NotFound):
        retire_version(KEY, 9, by=cast.max)


def test_what_is_in_force_is_never_changed_only_followed(cast: Cast) -> None:
    write("en", "One.")
    put_in_force(KEY, by=cast.max)
    write("en", "Two.")
    put_in_force(KEY, by=cast.max)
    found = letter_for(cast.max, KEY)
    assert [each.texts.parts("en")["body"] for each in found.versions] == ["One.", "Two."]
    assert [standing for _each, standing in found.standings()] == ["in_force", "replaced"]


def test_there_is_no_draft_to_put_in_force_or_throw_away_twice(cast: Cast) -> None:
    write()
    throw_draft_away(KEY, by=cast.max)
    for again in (put_in_force, throw_draft_away):
        with pytest.raises(Refused, match="There is no draft"), nothing_moves():
            again(KEY, by=cast.max)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("Hello\n{adress_as}", "Line 2: there is no variable {adress_as}. Is {address_as} meant?"),
        ("{zzz}", "Line 1: there is no variable {zzz}."),
        ("a\nb\n{greeting", "Line 3: a brace is opened and not closed. A variable looks like {subject}."),
        ("{opens_at}", "Line 1: {opens_at} has no value in a letter of this kind."),
        ("[[half", "Line 1: [[ is opened and not closed, or the other way round."),
        ("x" * 20_001, "A letter has at most 20000 characters."),
        ("  \n ", "The letter needs words in the language that the others are translated from."),
    ],
)
def test_what_cannot_be_filled_is_refused_at_its_field_and_nothing_is_saved(cast: Cast, body: str, says: str) -> None:
    with pytest.raises(Wrong) as refused, nothing_moves():
        write("en", body, by=cast.max)
    assert (refused.value.field, str(refused.value)) == ("body", says)


def test_marks_are_for_canned_replies_alone(cast: Cast) -> None:
    with pytest.raises(Wrong, match="nobody makes"), nothing_moves():
        write("en", "[[a date]]", by=cast.max, key="acknowledgement")
    write("en", "{answer_by}", by=cast.max, key="acknowledgement")


def test_the_second_of_two_who_edit_the_same_text_is_told_and_nothing_is_lost(cast: Cast) -> None:
    seen = text_digest(letter_for(cast.max, KEY), "en")
    write("en", "First.", by=cast.max, seen=seen)
    with pytest.raises(EditedMeanwhile), nothing_moves():
        write("en", "Second.", by=cast.max, seen=seen)
    # another language of the same draft is no collision
    greek = text_digest(letter_for(cast.max, KEY), "el")
    write("el", "Δεύτερο.", by=cast.max, seen=greek)
    texts = letter_for(cast.max, KEY).texts_to_edit()
    assert (texts.parts("en")["body"], texts.parts("el")["body"]) == ("First.", "Δεύτερο.")


def test_a_stale_translation_that_holds_is_current_again(cast: Cast) -> None:
    write("en", "Slightly other words.")
    assert confirm_translation(KEY, "ro", by=cast.max).texts.state("ro") == "current"
    write("es", "")
    with pytest.raises(Wrong, match="no translation"):
        confirm_translation(KEY, "es", by=cast.max)


def test_turkish_letters_of_old_keyboards_become_romanian(cast: Cast) -> None:
    assert write("ro", "Mulţumim şi la revedere.").texts.parts("ro")["body"] == "Mulțumim și la revedere."


def test_text_that_no_database_holds_is_cleaned(cast: Cast) -> None:
    assert write("en", "a\x00b\ud800\r\nc").texts.parts("en")["body"] == "ab?\nc"


def test_administrators_edit_all_supervisors_their_teams_and_agents_their_signature(cast: Cast) -> None:
    joins(cast.lines, cast.bo)
    with pytest.raises(NotAllowed), nothing_moves():
        write(by=cast.bo)
    own = add_canned_reply(name="For the lines", language="en", team=cast.lines, by=cast.bo)
    write("en", "Ours.", by=cast.bo, key=own.key)
    put_in_force(own.key, by=cast.bo)
    with pytest.raises(NotAllowed), nothing_moves():
        write("en", "Mine.", by=cast.ada, key=own.key)
    with pytest.raises(NotAllowed), nothing_moves():
        add_canned_reply(name="For everybody", language="en", by=cast.bo)
    with pytest.raises(NotAllowed), nothing_moves():
        add_canned_reply(name="For Trust", language="en", team=cast.trust, by=cast.bo)
    write("en", "{agent_name}", by=cast.ada, key=f"signature-person-{cast.ada.pk}")
    with pytest.raises(NotFound), nothing_moves():
        write("en", "{agent_name}", by=cast.ada, key=f"signature-person-{cast.noor.pk}")
    with pytest.raises(NotAllowed), nothing_moves():
        write("en", "x", by=cast.ada, key=f"signature-team-{cast.lines.pk}")
    with pytest.raises(NotFound), nothing_moves():
        write("en", "x", by=cast.ada, key="signature-mailbox-1")


def test_a_closed_teams_letters_are_out_of_sight(cast: Cast) -> None:
    joins(cast.trust, cast.bo)
    own = add_canned_reply(name="Secret", language="en", team=cast.trust, by=cast.bo)
    write("en", "Ours.", by=cast.bo, key=own.key)
    put_in_force(own.key, by=cast.bo)
    with pytest.raises(NotFound):
        letter_for(cast.ada, own.key)
    assert own.key not in [each.key for each in letters_seen_by(cast.ada)]
    assert own.key in [each.key for each in canned_for(cast.noor, None)]
    assert own.key not in [each.key for each in canned_for(cast.ada, cast.lines.pk)]


@pytest.mark.parametrize(
    "key", ["nothing", "signature-person-999999", "signature-team-0", "signature-pet-1", "../etc", "x" * 500]
)
def test_a_letter_that_there_is_not_is_not_found(cast: Cast, key: str) -> None:
    with pytest.raises(NotFound):
        letter_for(cast.max, key)


def test_keys_and_shortcuts_of_two_replies_differ(cast: Cast) -> None:
    first = add_canned_reply(name="Ευχαριστώ πολύ!", language="el", shortcut="/Thx", by=cast.max)
    second = add_canned_reply(name="Ευχαριστώ πολύ!", language="el", by=cast.max)
    assert (first.key, first.shortcut, second.key) == ("ευχαριστώ-πολύ", "thx", "ευχαριστώ-πολύ-2")
    for taken in ("thx", "serial"):
        with pytest.raises(Wrong, match="Another canned reply") as refused, nothing_moves():
            change_letter(second.key, names={"el": "x"}, shortcut=taken, by=cast.max)
        assert refused.value.field == "shortcut"
    change_letter(KEY, names={}, shortcut="sn", by=cast.max)
    change_letter(second.key, names={"el": "x"}, shortcut="serial", by=cast.max)
    with pytest.raises(Wrong, match="one word"):
        change_letter(second.key, names={"el": "x"}, shortcut="two words", by=cast.max)
    with pytest.raises(Wrong, match="needs a name"):
        change_letter(second.key, names={"el": "  "}, shortcut="", by=cast.max)
    assert add_canned_reply(name="signature-person-1", language="en", by=cast.max).key == "reply-signature-person-1"
    assert add_canned_reply(name="!!!", language="en", by=cast.max).key == "reply"


def test_a_reply_put_away_is_no_longer_offered_and_can_come_back(cast: Cast) -> None:
    archive_letter(KEY, by=cast.max)
    assert KEY not in [each.key for each in canned_for(cast.ada, None)]
    archive_letter(KEY, is_archived=False, by=cast.max)
    assert KEY in [each.key for each in canned_for(cast.ada, None)]
    with pytest.raises(Refused, match="by itself"), nothing_moves():
        archive_letter("acknowledgement", by=cast.max)


def test_an_own_reply_without_words_in_force_is_not_offered(cast: Cast) -> None:
    own = add_canned_reply(name="New", language="it", by=cast.max)
    assert own.key not in [each.key for each in canned_for(cast.ada, None)]
    draft = write("it", "Buongiorno.", key=own.key, source="it")
    assert draft.texts.source == "it"
    put_in_force(own.key, by=cast.max)
    assert own.key in [each.key for each in canned_for(cast.ada, None)]
    found = render_letter(own.key, "el", {})
    assert (found.language, found.is_fallback) == ("it", True)
