"""Sentences of the history about decisions that were asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Facts = Mapping[str, Any]


def _asked(facts: Facts, names: Any) -> str:
    question = facts.get("words", {}).get("question")
    return _("asked for a decision: “%(question)s”") % {"question": question} if question else _("asked for a decision")


def _decided(facts: Facts, names: Any) -> str:
    return _("agreed to what was asked") if facts.get("verdict") == "approve" else _("refused what was asked")


SENTENCES: dict[str, Callable[[Facts, Any], str]] = {
    "ApprovalAsked": _asked,
    "ApprovalVoted": lambda facts, names: _("agreed; others must agree too"),
    "ApprovalDecided": _decided,
    "ApprovalExpired": lambda facts, names: _("nobody decided in time on what was asked"),
    "ApprovalWithdrawn": lambda facts, names: _("took back what was asked"),
}
