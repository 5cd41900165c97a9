"""How commands answer (stdout), talk (stderr) and fail."""

import json
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class Trouble(Exception):
    """Something that the operator can mend; the text says how."""


def with_json(command: Command) -> Command:
    """Give a command its --json."""
    option = click.option("--json", "as_json", is_flag=True, help="Answer as one JSON document.")
    return option(command)


def answer(document: Any, text: str, *, as_json: bool) -> None:
    """The command's answer on stdout, for people or for machines."""
    click.echo(json.dumps(document, ensure_ascii=False, default=str) if as_json else text)


def say(text: str) -> None:
    """A word to the operator on stderr."""
    click.echo(text, err=True)


def fail(text: str, ctx: click.Context, status: int = 1) -> NoReturn:
    click.echo(f"aplomb: {text}", err=True)
    ctx.exit(status)
    sys.exit(status)


def start_django() -> None:
    """Read the settings and load the apps. Raises Trouble for a wrong setting."""
    from aplomb.lib.env import WrongSetting

    try:
        import django
        from django.core.exceptions import ImproperlyConfigured

        try:
            django.setup()
        except ImproperlyConfigured as error:
            raise Trouble(str(error)) from error
    except WrongSetting as error:
        raise Trouble(str(error)) from error
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] in {"psycopg", "procrastinate"}:
            raise Trouble(
                "DATABASE_URL names PostgreSQL, and its driver is not installed: pip install 'aplomb[postgres]'."
            ) from error
        raise


def refused(error: Exception) -> Trouble:
    """What an action refused, for the operator."""
    return Trouble(str(error))
