"""Queries whose SQL is written once: for the few reads and actions that every page and mail goes through.

Django writes the SQL of a query anew each time, which costs several times what the database needs to answer it. A
prepared query is written when it is first asked and then only gets other values. It gives the same rows as the query
set it is made of, for each of Django's kinds of rows (models, values, lists of values).
"""

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

P = ParamSpec("P")
R = TypeVar("R")

MOST_SHAPES: Final = 64
_FIRST_MARK: Final = 6_100_000_000_000_000_000


def prepared(build: Callable[P, "QuerySet[Any, R]"]) -> Callable[P, list[R]]:
    """Decorate a function that returns a query set: it returns the rows instead.

    Whole numbers and words among its positional arguments are the values that change; everything else (tuples, None)
    is part of the query's shape, and each shape is written once, the last 64 of them kept. The function must use its
    values in comparisons only, and nothing but its arguments. Rows that are related by `prefetch_related` are fetched
    as usual. Raises what the database raises.
    """
    shapes: dict[Any, _Prepared | None] = {}

    @wraps(build)
    def rows(*args: P.args, **kwargs: P.kwargs) -> list[R]:
        if kwargs:
            raise TypeError("a prepared query takes positional arguments")
        shape = (connection.vendor, *(type(each) if _is_value(each) else each for each in args))
        if shape not in shapes:
            if len(shapes) >= MOST_SHAPES:
                shapes.clear()
            shapes[shape] = _prepare(build, args)
        found = shapes[shape]
        if found is None:
            return list(build(*args, **kwargs))
        return found.rows([each for each in args if _is_value(each)])

    return rows


def _is_value(given: Any) -> bool:
    return type(given) is int or type(given) is str


class _Prepared:
    """One shape of a query: its SQL, and where the values go."""

    def __init__(
        self, found: "QuerySet[Any]", compiler: Any, sql: str, params: tuple[Any, ...], marks: list[Any]
    ) -> None:
        self.found = found
        self.compiler = compiler
        self.sql = sql
        self.params = params
        # how the database's values become Python's: the same for every connection of one kind
        self.converters: Any = None
        self.places = [(place, marks.index(each)) for place, each in enumerate(params) if each in marks]

    def rows(self, values: list[Any]) -> list[Any]:
        """The rows for these values."""
        params = list(self.params)
        for place, number in self.places:
            params[place] = values[number]
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_kwargs: (self.sql, tuple(params))
        compiler.get_converters = self._converters
        query = copy.copy(self.found.query)
        query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]  # a copy for this one run
        rows = self.found._chain()  # type: ignore[attr-defined]  # as Django itself clones them
        rows._query = query
        return list(rows)

    def _converters(self, expressions: Any) -> Any:
        if self.converters is None:
            self.converters = self.compiler.get_converters(expressions)
        return self.converters


def _prepare(build: Callable[..., "QuerySet[Any]"], args: tuple[Any, ...]) -> _Prepared | None:
    """None for a shape that finds nothing whatever the values, or that hides them: it takes Django's way."""
    marks: list[Any] = []
    marked: list[Any] = []
    for each in args:
        if _is_value(each):
            marks.append(_FIRST_MARK + len(marks) if type(each) is int else f"\x02{len(marks)}\x02")
            marked.append(marks[-1])
        else:
            marked.append(each)
    found = build(*marked)
    compiler = found.query.get_compiler(using=found.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    if any(params.count(mark) == 0 for mark in marks):
        return None
    return _Prepared(found, compiler, sql, tuple(params), marks)
