"""Rows as lines and back: no value of any kind is another one afterwards."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from aplomb.journal.models import Entry, OutgoingMail
from aplomb.people.models import Notice
from aplomb.transfer.backup.rows import columns_of, read_rows, write_rows
from aplomb.transfer.backup.tables import FILES, JOBS, KEPT_IN_MANIFEST, LEFT, WORDS, saved_models

VALUES = {
    "bytes": st.binary(max_size=60),
    "text": st.text(max_size=60).filter(lambda text: "\x00" not in text),
    "at": st.datetimes(timezones=st.just(dt.UTC)),
    "json": st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5),
}


@given(VALUES["text"], VALUES["bytes"], VALUES["at"], VALUES["json"])
def test_a_row_comes_back_as_it_was(text: str, content: bytes, at: dt.datetime, value: object) -> None:
    fields = [
        OutgoingMail._meta.get_field(name) for name in ("subject", "content", "created_at", "recipients", "sent_at")
    ]
    row = [text, content, at, value, None]
    lines = b"".join(write_rows(iter([row, row]), fields))  # type: ignore[arg-type]  # fields of columns only
    assert list(read_rows(lines, fields)) == [row, row]  # type: ignore[arg-type]  # the same


def test_a_line_of_another_table_is_refused() -> None:
    with pytest.raises(ValueError, match="3 values for"):
        list(read_rows(b"[1,2,3]\n", columns_of(Entry)))


@pytest.mark.django_db
def test_every_table_is_saved_or_left_on_purpose() -> None:
    saved = {model._meta.db_table for model in saved_models(apps)}
    known = saved | LEFT | KEPT_IN_MANIFEST | {JOBS, WORDS}
    # the inner tables of SQLite's index, and Procrastinate's, whose jobs are saved in a form of their own
    inner = ("search_ticket_", "sqlite_", "procrastinate_")
    found = {name for name in connection.introspection.table_names() if not name.startswith(inner)}
    assert found - known == set()


# the path of a page
NO_FILES = {(Notice, "path")}


def test_every_column_that_names_a_file_is_known() -> None:
    """A model that keeps its files in storage names them in a column called path, or a FileField."""
    found = {
        (model, field.attname)
        for model in saved_models(apps)
        for field in columns_of(model)
        if field.attname == "path" or field.get_internal_type() in {"FileField", "ImageField"}
    }
    assert found - NO_FILES == set(FILES)
