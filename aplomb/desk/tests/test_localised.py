"""Compiled templates say what Django's own would say."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings as configured
from django.template import Context, Engine, engines
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe

from aplomb.desk.localised import LocalisedTemplate
from tests.cast import Cast

CHANGING = re.compile(r'(csrfmiddlewaretoken" value=|"X-CSRFToken": )"[^"]*"|nonce="[^"]*"')

DJANGOS: list[dict[str, Any]] = deepcopy(configured.TEMPLATES)
DJANGOS[0]["OPTIONS"]["loaders"] = [("django.template.loaders.cached.Loader", DJANGOS[0]["OPTIONS"]["loaders"][0][1])]


class Thing:
    """Values of several kinds, as pages have them."""

    word = "<b>&'\""
    safe = mark_safe("<i>")
    number = 1234567
    nothing = None
    items = ("a", "b")
    inner = {"key": "value", "items": "its own", 3: "three"}

    def told(self) -> str:
        return "<called>"

    def wants(self, what: str) -> str:
        return what

    def deletes(self) -> str:
        return "deleted"

    deletes.alters_data = True  # type: ignore[attr-defined]  # Django's mark


SOURCES = [
    "{{ thing.word }}{{ thing.safe }}{{ thing.number }}{{ thing.nothing }}{{ thing.items.1 }}{{ thing.items }}",
    "{{ thing.told }}{{ thing.wants }}{{ thing.deletes }}{{ thing.missing }}{{ missing }}{{ missing.more }}",
    "{{ thing.inner.key }}{{ thing.inner.items }}{{ thing.inner.3 }}{{ lazy.word }}{{ lazy.told }}{{ True }}{{ 12 }}",
    "{% autoescape off %}{{ thing.word }}{{ thing.number }}{% trans 'Send' %}{% endautoescape %}{{ called }}",
    "{% if thing.word and not thing.nothing %}{% trans 'Send' %}{% comment %}x{% endcomment %} {{ thing.word }}{% endif %}",
    "{% for each in thing.items %}{{ forloop.counter }}{{ each }}{% empty %}-{% endfor %}{{ forloop }}",
    "{% with a=thing.inner %}{{ a.key|upper }}{{ a.key|default:'x' }}{% endwith %}{{ a }}",
    "{% blocktrans %}Send{% endblocktrans %}{% blocktrans with name=thing.word %}Send to {{ name }}{% endblocktrans %}",
    "{% trans 'Send' as sent %}{{ sent }}{% trans thing.word %}{% trans '100%' %}",
    "{% url 'queue' %}{% url 'ticket' thing.number %}{% url 'ticket' thing.inner.key as there %}{{ there }}",
    "{% url 'attachment' 7 'a b ö.txt' %}{% url 'draft' thing.number 'note' %}{% icon 'check' 14 %}",
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("language", ["en", "el"])
def test_a_template_says_the_same_either_way(source: str, language: str) -> None:
    values = {"thing": Thing(), "lazy": SimpleLazyObject(Thing), "called": lambda: "<now>"}
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]  # Django's own backend
    whole = "{% load i18n desk %}" + source
    with translation.override(language):
        ours = LocalisedTemplate(whole, engine=engine).render(Context(values))
        theirs = engine.from_string(whole).render(Context(values))
    assert type(engine.from_string(whole)) is not LocalisedTemplate
    assert ours == theirs


def test_a_page_is_compiled_once_for_each_language(cast: Cast, web: Callable[..., Client]) -> None:
    client = web(cast.ada)
    client.get("/")
    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]  # the same
    found = loader.get_template("desk/tickets/queue.html")
    assert type(found) is LocalisedTemplate
    assert loader.get_template("desk/tickets/queue.html") is found
    with translation.override("el"):
        assert loader.get_template("desk/tickets/queue.html") is not found


@pytest.mark.parametrize("language", ["en", "el"])
def test_pages_are_the_same_byte_for_byte(cast: Cast, web: Callable[..., Client], language: str) -> None:
    cast.ada.language = language
    cast.ada.save()
    client = web(cast.ada)
    for url in (
        "/",
        f"/tickets/{cast.ticket.number}",
        f"/tickets/{cast.ticket.number}/news",
        "/customers/",
        "/settings/",
    ):
        # the minute may change between the two
        for _try in range(3):
            ours = _page(client, url)
            with override_settings(TEMPLATES=DJANGOS):
                theirs = _page(client, url)
            if ours == theirs:
                break
        assert ours == theirs
        assert len(ours) > 500


def _page(client: Any, url: str) -> str:
    return CHANGING.sub("", client.get(url, follow=True).content.decode())
