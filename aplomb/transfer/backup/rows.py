"""Rows as lines of JSON and back, by the fields of their model, whichever database they came from. Pure but for models."""

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from django.db import models

Value = Any
Column: TypeAlias = "models.Field[Any, Any]"


def columns_of(model: type[models.Model]) -> list[Column]:
    """The fields that have a column, in the order of the model."""
    return [field for field in model._meta.concrete_fields if field.column is not None]


def write_rows(rows: Iterator[Sequence[Value]], fields: Sequence[Column]) -> Iterator[bytes]:
    """A line of JSON for each row, values in the order of the fields."""
    writers = [_writer(field) for field in fields]
    for row in rows:
        shown = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def read_rows(content: bytes, fields: Sequence[Column]) -> Iterator[list[Value]]:
    """The rows again, as values of Python. Raises ValueError for lines that are none of these fields."""
    readers = [_reader(field) for field in fields]
    for line in content.splitlines():
        row = json.loads(line)
        if len(row) != len(readers):
            raise ValueError(f"{len(row)} values for {len(readers)} columns")
        yield [None if value is None else read(value) for read, value in zip(readers, row, strict=True)]


def _kept(value: Value) -> Value:
    return value


def _instant(value: Value) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _bytes(value: Value) -> str:
    return base64.b64encode(bytes(value)).decode("ascii")


def _behind(field: Column) -> Column:
    """Of a foreign key, the field that it points to: the value is that one's."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


_PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.JSONField,
    models.FloatField,
)


def _writer(field: Column) -> Callable[[Value], Value]:
    field = _behind(field)
    if isinstance(field, models.BinaryField):
        return _bytes
    if isinstance(field, models.DateTimeField):
        return _instant
    return _kept if isinstance(field, _PLAIN) else str


def _reader(field: Column) -> Callable[[Value], Value]:
    field = _behind(field)
    if isinstance(field, models.BinaryField):
        return base64.b64decode
    if isinstance(field, models.DateTimeField):
        return dt.datetime.fromisoformat
    return _kept if isinstance(field, _PLAIN) else field.to_python
