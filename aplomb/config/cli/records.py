"""record and wiring."""

import json

import click

from aplomb.config.cli.database import require_schema
from aplomb.config.cli.talk import Trouble, answer, say, start_django, with_json


@click.group()
def record() -> None:
    """The tamper-evident record of each ticket."""


@record.command()
@click.argument("numbers", nargs=-1)
@with_json
@click.pass_context
def verify(ctx: click.Context, numbers: tuple[str, ...], as_json: bool) -> None:
    """Check the records of these tickets, or of all. Names the first broken entry; exit 1 if there is one."""
    start_django()
    require_schema()
    from aplomb.tickets.numbers import read_number
    from aplomb.tickets.record import verify_all, verify_ticket

    if numbers:
        digits = [read_number(each) for each in numbers]
        for given, found in zip(numbers, digits, strict=True):
            if found is None:
                raise Trouble(f"{given} is no ticket number: its check digit is wrong, or it has not eight digits.")
        shown = [verify_ticket(each) for each in digits if each]
        broken = [each for each in shown if each.broken is not None]
        lines = [each.sentence for each in shown]
    else:
        count, broken = 0, []
        for verdict in verify_all(say):
            count += 1
            if verdict.broken is not None:
                broken.append(verdict)
        # a million sound records are one number
        shown = broken
        lines = [*(each.sentence for each in broken), f"{count} records checked, {len(broken)} broken."]
    answer([each.as_json() for each in shown], "\n".join(lines), as_json=as_json)
    if broken:
        ctx.exit(1)


@record.command()
@click.argument("number")
@click.option("--with-notes", is_flag=True, help="Include notes; without it they are withheld and still verify.")
@with_json
def export(number: str, with_notes: bool, as_json: bool) -> None:
    """A ticket's record as a JSON document that anybody can verify."""
    start_django()
    require_schema()
    from aplomb.journal.actors import SYSTEM
    from aplomb.journal.looks.noting import note_look
    from aplomb.people.errors import Refused
    from aplomb.tickets.record import export_record

    try:
        document = export_record(number, withhold_notes=not with_notes)
        note_look(SYSTEM, "record export", f"ticket {document['chain']}")
    except Refused as error:
        raise Trouble(str(error)) from error
    answer(document, json.dumps(document, ensure_ascii=False, indent=1), as_json=as_json)


@record.command()
@with_json
def checkpoint(as_json: bool) -> None:
    """Sign the heads of all records that grew since the last checkpoint, now instead of tonight."""
    start_django()
    require_schema()
    from aplomb.journal.checkpoints import make_checkpoint

    signed = 0
    while (made := make_checkpoint()) is not None:
        signed += made.count
    text = f"{signed} records signed." if signed else "No record has grown since the last checkpoint."
    answer({"signed": signed}, text, as_json=as_json)


@click.command()
@with_json
def wiring(as_json: bool) -> None:
    """What the desk does when something happens: each event, and its reactions together and afterwards."""
    start_django()
    from aplomb.config.wiring import AFTERWARDS, TOGETHER
    from aplomb.journal.wires import reaction_name

    rows = {
        event.__name__: {
            "together": [reaction_name(each) for each in TOGETHER.get(event, ())],
            "afterwards": [reaction_name(each) for each in AFTERWARDS.get(event, ())],
        }
        for event in {**TOGETHER, **AFTERWARDS}
    }
    lines = []
    for name, columns in rows.items():
        lines.append(name)
        lines += [f"    together    {each}" for each in columns["together"]]
        lines += [f"    afterwards  {each}" for each in columns["afterwards"]]
    answer(rows, "\n".join(lines), as_json=as_json)
