"""Plugs in the wiring page when the desk starts."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class WiringConfig(AppConfig):
    name = "aplomb.config"
    label = "config"
    verbose_name = "Wiring"

    def ready(self) -> None:
        from aplomb.config import logs

        logs.set_up()
        # the page imports models of every app, so that it is read once all of them are there
        from aplomb.config import checks, wiring  # noqa: F401  the checks register themselves
        from aplomb.journal import wires
        from aplomb.journal.outbox import ways
        from aplomb.people import carriers
        from aplomb.people.approvals import kinds, subjects
        from aplomb.promises import sources
        from aplomb.tickets import gates

        wires.connect(together=wiring.TOGETHER, afterwards=wiring.AFTERWARDS)
        gates.connect(replying=wiring.GATES_REPLYING, closing=wiring.GATES_CLOSING)
        ways.connect(ways=wiring.WAYS_OUT)
        sources.connect(wiring.DUE_SOURCES)
        kinds.connect(wiring.APPROVAL_KINDS)
        subjects.connect(wiring.APPROVAL_SUBJECTS)
        carriers.connect(wiring.CARRIERS)
        import_module("aplomb.journal.checkpoints")
        import_module("aplomb.journal.outbox.jobs")
        import_module("aplomb.journal.looks.noting")
        # before a runner takes up what a dead process has left behind
        import_module("aplomb.journal.jobs.reacting")
        for app in apps.get_app_configs():
            if app.name.startswith("aplomb.") and app.name != "aplomb.journal" and find_spec(f"{app.name}.jobs"):
                import_module(f"{app.name}.jobs")
