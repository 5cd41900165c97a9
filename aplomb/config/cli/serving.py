"""serve, web, worker and mail: the parts of a running desk, together or alone."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

import click

from aplomb.config.cli.database import bring_up_to_date, require_schema
from aplomb.config.cli.mailing import fetch
from aplomb.config.cli.mailreading import parse, trim
from aplomb.config.cli.talk import Trouble, answer, say, start_django, with_json

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@click.command()
@with_json
def serve(as_json: bool) -> None:
    """Everything in one process: the desk, the mail receiver and the jobs. Brings the database up to date first."""
    start_django()
    from django.conf import settings

    _require_free(settings.HOST, settings.PORT, "APLOMB_PORT")
    if settings.SMTP_PORT:
        _require_free(settings.SMTP_HOST, settings.SMTP_PORT, "APLOMB_SMTP_PORT")
    bring_up_to_date()
    _fill_when_empty()
    parts = [_jobs(), _readers()]
    if settings.SMTP_PORT:
        parts.append(_receiver())
    where = {"desk": settings.URL, "mail": f"{settings.SMTP_HOST}:{settings.SMTP_PORT}", "links": _links()}
    answer(where, _welcome(where), as_json=as_json)
    _run_web(parts)


@click.command()
@with_json
def web(as_json: bool) -> None:
    """Only the desk's pages, the API and the live stream."""
    start_django()
    from django.conf import settings

    require_schema()
    _require_free(settings.HOST, settings.PORT, "APLOMB_PORT")
    answer({"desk": settings.URL}, f"The desk is at {settings.URL}", as_json=as_json)
    if settings.WEB_WORKERS > 1:
        _run_many(settings.WEB_WORKERS)
    else:
        _run_web([])


@click.command()
@with_json
def worker(as_json: bool) -> None:
    """Only the jobs: outgoing mail, reading what came in, checkpoints; mailboxes too where nothing else reads them."""
    start_django()
    require_schema()
    answer({"jobs": "running"}, "Jobs are running.", as_json=as_json)
    _run_until_stopped([_jobs()])


@click.group("mail", invoke_without_command=True)
@with_json
@click.pass_context
def mail_or_fetch(ctx: click.Context, as_json: bool) -> None:
    """Only mail: the receiver, and the mailboxes that are fetched by IMAP; with `fetch`, look into those once."""
    if ctx.invoked_subcommand is not None:
        return
    start_django()
    from django.conf import settings

    require_schema()
    parts, where = [_readers()], ""
    if settings.SMTP_PORT:
        _require_free(settings.SMTP_HOST, settings.SMTP_PORT, "APLOMB_SMTP_PORT")
        parts.append(_receiver())
        where = f"{settings.SMTP_HOST}:{settings.SMTP_PORT}"
    said = f"Mail is received at {where}, mailboxes are read." if where else "Mailboxes are read; there is no receiver."
    answer({"mail": where}, said, as_json=as_json)
    _run_until_stopped(parts)


mail_or_fetch.add_command(fetch)
mail_or_fetch.add_command(parse)
mail_or_fetch.add_command(trim)


def _jobs() -> Any:
    from django.conf import settings

    if settings.POSTGRES:
        from aplomb.journal.jobs import on_postgres

        return on_postgres.Runner()
    from aplomb.journal.jobs import on_sqlite

    return on_sqlite.Runner()


def _readers() -> Any:
    from aplomb.channels.mail.coming_in.readers import MailboxReaders

    return MailboxReaders()


def _receiver() -> Any:
    from django.conf import settings

    from aplomb.channels.mail.coming_in.receiver import ReceiverThread

    return ReceiverThread(hostname=settings.SMTP_HOST, port=settings.SMTP_PORT, lmtp=settings.LMTP)


def _require_free(host: str, port: int, name: str) -> None:
    """Raises Trouble when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Trouble(
                f"{host}:{port} cannot be used: {error.strerror}. Stop what uses it, or set {name} to another port."
            ) from error


def _fill_when_empty() -> None:
    from django.conf import settings

    from aplomb.people.models import Desk, Person

    if settings.DEMO and not Desk.objects.exists() and not Person.objects.exists():
        from aplomb.transfer.demo.filling import fill_with_world

        say("Filling the empty desk with the demo's world; set APLOMB_DEMO=0 to start without it.")
        fill_with_world(say)


def _links() -> dict[str, str]:
    """One sign-in link for a demo person of each role, only on loopback; the first-run page on an empty desk."""
    from django.conf import settings

    from aplomb.config.cli.staff import link_for
    from aplomb.people.actions import make_sign_in_link
    from aplomb.people.models import Desk, Person, Role

    if not Desk.objects.exists():
        return {"first run": f"{settings.URL}/setup"}
    if settings.HOST not in LOOPBACK:
        return {}
    people = list(Person.objects.filter(is_demo=True, is_active=True).order_by("id"))
    found: dict[str, str] = {}
    for role in Role.values:
        # somebody with this role alone shows it best
        holders = sorted((each for each in people if role in each.roles), key=lambda each: len(each.roles))
        if holders:
            found[f"{role} ({holders[0].work_name})"] = link_for(make_sign_in_link(holders[0]))
    return found


def _welcome(where: dict[str, Any]) -> str:
    lines = [f"The desk is at {where['desk']}; mail is received at {where['mail']}. Ctrl-C stops both."]
    if where["links"]:
        lines += ["", "To sign in, once each, within 30 minutes:"]
        lines += [f"  {who:<28} {link}" for who, link in where["links"].items()]
    return "\n".join(lines)


def _start(parts: list[Any]) -> None:
    from aplomb.journal.wake import Watch

    # rings the jobs when another process commits; in one process with pages the live hub watches already
    parts.append(Watch())
    for part in parts:
        try:
            part.start()
        except OSError as error:
            raise Trouble(f"cannot start: {error}") from error


def _stop(parts: list[Any]) -> None:
    for part in reversed(parts):
        part.stop()


def _run_web(parts: list[Any]) -> None:
    """Serve pages in this process, with the other parts in threads beside, until a signal comes."""
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    from aplomb.config.asgi import application

    for part in parts:
        part.start()

    async def run() -> None:
        server = Server(
            application,
            address=settings.HOST,
            port=settings.PORT,
            interface=Interfaces.ASGI,
            backlog=512,
            http1_settings=HTTP1Settings(keep_alive=True),
            log_enabled=False,
        )

        def stop() -> None:
            application.stream.hub.say_goodbye()
            server.stop()

        _on_signal(asyncio.get_running_loop(), stop)
        await server.serve()

    try:
        asyncio.run(run())
    finally:
        _stop(parts)
        say("Stopped.")


def _on_signal(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop)


def _run_many(workers: int) -> None:
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "aplomb.config.asgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.ASGI,
        workers=workers,
        log_access=False,
    ).serve()


def _run_until_stopped(parts: list[Any]) -> None:
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    _start(parts)
    try:
        stopped.wait()
    finally:
        _stop(parts)
        say("Stopped.")
