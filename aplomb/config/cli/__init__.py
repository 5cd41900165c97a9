"""The `aplomb` command, for those who run a desk. Answers go to stdout, talk goes to stderr."""

import os
import sys

import click

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aplomb.config.settings")


class Desk(click.Group):
    """Loads settings and Django only when a command runs, and turns what is wrong into one clear line."""

    def invoke(self, ctx: click.Context) -> object:
        from aplomb.config.cli.talk import Trouble, fail

        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            fail(str(trouble), ctx)
        return None


@click.group(cls=Desk, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="aplomb")
def main() -> None:
    """Aplomb, a help desk that keeps its calm.

    \b
    First steps:
      aplomb serve                      everything on this machine: the desk at http://127.0.0.1:8000,
                                        the mail receiver at 127.0.0.1:8025
      aplomb user login-link EMAIL      a link that signs somebody in, once
      aplomb check                      what is wrong with this desk, and how to mend it

    \b
    On PostgreSQL the same parts run apart, on as many machines as you like:
      aplomb migrate && aplomb web      and beside it: aplomb worker, aplomb mail

    Settings come from the environment; they are listed at the top of aplomb/config/settings.py.
    """


def _add_commands() -> None:
    from aplomb.config.cli import database, keeping, mailing, records, serving, staff, worktime

    for command in (
        serving.serve,
        serving.web,
        serving.worker,
        serving.mail_or_fetch,
        database.migrate,
        database.demo,
        keeping.backup,
        keeping.restore,
        staff.people,
        staff.token,
        records.record,
        records.wiring,
        worktime.sla,
        mailing.check,
    ):
        main.add_command(command)


_add_commands()

if __name__ == "__main__":
    sys.exit(main())
