"""Templates compiled once for each language, so that what a language fixes is written once and not for every page.

Words to translate, icons, addresses without arguments and comments become plain text while a template is read;
what is left are values and conditions. Values of plain types take a short way to the page. The pages say the same,
byte for byte (`tests/test_localised.py`).

A template must not change the language half-way (`{% language %}`): letters in another language are drawn under
`translation.override` as a whole. `tests/house/test_templates.py` watches it.
"""

from functools import lru_cache
from html import escape
from typing import Any, Final

from django.conf import settings
from django.template import Context, Node, Origin, Template, loader
from django.template.base import FilterExpression, Lexer, NodeList, Parser, TextNode, Token, Variable, VariableNode
from django.template.context import BaseContext
from django.template.defaulttags import CommentNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_MISSING: Final = object()


class Loader(cached.Loader):
    """Django's cached loader, with a cache for each language."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        """The language belongs to the name."""
        return f"{get_language()} {super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """Raises TemplateDoesNotExist, TemplateSyntaxError."""
        # most of the calls: a template that is there already, asked for by an include
        found = None if skip else self.get_template_cache.get(f"{get_language()} {template_name}")
        if isinstance(found, Template):
            return found
        template = super().get_template(template_name, skip)
        if not isinstance(template, LocalisedTemplate):
            template.__class__ = LocalisedTemplate
            template.nodelist = template.compile_nodelist()
        return template


class LocalisedTemplate(Template):
    """A template read in the language that is active."""

    def compile_nodelist(self) -> NodeList:
        """As Django's, with a parser of our own; while debugging as it is, for its error pages."""
        if self.engine.debug:
            return super().compile_nodelist()
        tokens = Lexer(self.source).tokenize()
        parser = LocalisedParser(tokens, self.engine.template_libraries, self.engine.template_builtins, self.origin)
        nodelist = parser.parse()
        self.extra_data = parser.extra_data
        return nodelist


class LocalisedParser(Parser):
    """Writes down at once what will not change, and reads values in a shorter way."""

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        """Add a node, or its text if that is known."""
        if isinstance(node, CommentNode | LoadNode):
            return
        text = fixed_text(node)
        if text is None:
            if type(node) is VariableNode:
                node = QuickVariableNode(node.filter_expression)
            elif type(node) is URLNode:
                node = QuickURLNode(node.view_name, node.args, node.kwargs, node.asvar)
            super().extend_nodelist(nodelist, node, token)
        elif nodelist and type(nodelist[-1]) is TextNode:
            nodelist[-1] = TextNode(nodelist[-1].s + text)
        elif text:
            super().extend_nodelist(nodelist, TextNode(text), token)

    def compile_filter(self, token: str) -> "QuickExpression":
        """An expression of the shorter way."""
        return QuickExpression(token, self)


def fixed_text(node: Node) -> str | None:
    """What a node says on every page in this language, or None if that depends on the page."""
    if type(node) is TextNode:
        return str(node.s)
    if isinstance(node, TranslateNode):
        is_fixed = node.asvar is None and not node.message_context and node.filter_expression.var.lookups is None
        is_fixed = is_fixed and not node.filter_expression.filters
    elif isinstance(node, BlockTranslateNode):
        tokens = [*node.singular, *(node.plural or ())]
        is_fixed = not (node.asvar or node.counter or node.extra_context or node.message_context)
        is_fixed = is_fixed and all(each.token_type.name == "TEXT" for each in tokens)
    elif isinstance(node, URLNode):
        is_fixed = node.asvar is None and all(_is_fixed(each) for each in (node.view_name, *node.args))
        is_fixed = is_fixed and not node.kwargs
    elif isinstance(node, SimpleNode):
        is_fixed = getattr(node.func, "is_fixed", False) and node.target_var is None and not node.takes_context
        is_fixed = is_fixed and all(_is_fixed(each) for each in (*node.args, *node.kwargs.values()))
    else:
        return None
    return str(node.render(_bare_context())) if is_fixed else None


def _is_fixed(expression: FilterExpression) -> bool:
    if expression.filters:
        return False
    return not expression.is_var or expression.var.lookups is None


def _bare_context() -> Context:
    context = Context()
    context.template = _Bare  # type: ignore[assignment]  # nothing else is asked of it
    return context


class _Bare:
    """What the nodes ask of a template while one is being read."""

    class engine:  # noqa: N801  the attribute of a template
        string_if_invalid = ""
        debug = False


class QuickExpression(FilterExpression):
    """A value; a name without filters is looked up where it mostly is before Django's long way is gone."""

    __slots__ = ()

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        """As FilterExpression."""
        if self.is_var and not self.filters:
            value = quick_value(self.var, context)
            if value is not _MISSING:
                return value
        return super().resolve(context, ignore_failures)


def quick_value(variable: Variable, context: Context) -> Any:
    """The value of dotted names through dicts and plain objects; `_MISSING` where Django must look."""
    lookups = variable.lookups
    if lookups is None or variable.translate:
        return _MISSING
    current: Any = _MISSING
    for layer in reversed(context.dicts):
        if lookups[0] in layer:
            current = layer[lookups[0]]
            break
    if current is _MISSING or callable(current):
        return _MISSING
    for name in lookups[1:]:
        if type(current) is SimpleLazyObject:
            bool(current)
            current = current._wrapped
        if type(current) is dict:
            current = current.get(name, _MISSING)
        elif hasattr(type(current), "__getitem__") or isinstance(current, BaseContext):
            return _MISSING
        else:
            current = getattr(current, name, _MISSING)
        if current is _MISSING or callable(current):
            return _MISSING
    return current


class QuickVariableNode(VariableNode):
    """`{{ value }}`: text is escaped at once, everything else takes Django's way."""

    def render_annotated(self, context: Context) -> SafeString:
        """As VariableNode."""
        expression = self.filter_expression
        if expression.is_var and not expression.filters:
            value = quick_value(expression.var, context)
            kind = type(value)
            if kind is SafeString:
                return SafeString(value)
            if kind is str:
                return SafeString(escape(value) if context.autoescape else value)
        return SafeString(super().render_annotated(context))


class QuickURLNode(URLNode):
    """`{% url %}`: an address whose arguments are plain words is filled into its shape, which is looked up once."""

    def render(self, context: Context) -> str:
        """As URLNode. Raises NoReverseMatch."""
        if not self.kwargs:
            name = self.view_name.resolve(context)
            words = [str(each.resolve(context)) for each in self.args]
            if all(word.isalnum() and word.isascii() for word in words):
                url = _shape(name, len(words)).format(*words)
                if self.asvar:
                    context[self.asvar] = url
                    return ""
                return url
        return str(super().render(context))


@lru_cache(maxsize=1024)
def _shape(name: str, count: int) -> str:
    # whole numbers fit every kind of argument in the desk's addresses
    places = [9_000_000_001 + place for place in range(count)]
    url = reverse(name, args=places).replace("{", "{{").replace("}", "}}")
    for place, number in enumerate(places):
        url = url.replace(str(number), f"{{{place}}}")
    return url


@lru_cache(maxsize=4096)
def _drawn(language: str, template_name: str, name: str, value: Any) -> SafeString:
    return SafeString(loader.render_to_string(template_name, {name: value}))


def drawn(template_name: str, **named: Any) -> SafeString:
    """A piece of a page whose template knows one value, which is frozen and all it depends on beside the language:
    drawn once for each value, the last 4,096 of a process kept."""
    [(name, value)] = named.items()
    return _drawn(get_language() or "", template_name, name, value)


def fixed(function: Any) -> Any:
    """Mark a tag whose text depends on its arguments and the language only, as long as the desk runs."""
    function.is_fixed = not settings.DEBUG
    return function
