"""Letters of the demo's world: a team's own canned reply, whose translations have not kept up, and an agent's signature."""

import datetime as dt
import tomllib
from pathlib import Path

from aplomb.letters.actions import add_canned_reply, put_in_force, save_draft
from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.models import Person, Team

WORLD = Path(__file__).parent / "world"


def write_letters() -> None:
    """Pilar's reply for Lines: Spanish with a sentence more since, so that its Italian is stale; two languages are missing."""
    pilar = Person.objects.filter(email__startswith="pilar.", is_demo=True).first()
    lucia = Person.objects.filter(email__startswith="lucia.", is_demo=True).first()
    team = Team.objects.filter(name="Lines").first()
    if pilar is None or lucia is None or team is None:
        return
    found = tomllib.loads((WORLD / "letters.toml").read_text(encoding="utf-8"))
    router, now = found["router"], utc_now()
    with as_if_at(now - dt.timedelta(days=40)):
        made = add_canned_reply(name=router["name"], language="es", team=team, shortcut=router["shortcut"], by=pilar)
        save_draft(made.key, "es", subject="", body=router["first_es"], source="es", by=pilar)
        save_draft(made.key, "it", subject="", body=router["it"], by=pilar)
        put_in_force(made.key, by=pilar)
    with as_if_at(now - dt.timedelta(days=5)):
        save_draft(made.key, "es", subject="", body=router["es"], by=pilar)
        save_draft(made.key, "en", subject="", body=router["en"], by=pilar)
        put_in_force(made.key, by=pilar)
    with as_if_at(now - dt.timedelta(days=20)):
        key = f"signature-person-{lucia.pk}"
        for language, body in found["signature"].items():
            save_draft(key, language, subject="", body=body, source="es", by=lucia)
        put_in_force(key, by=lucia)
