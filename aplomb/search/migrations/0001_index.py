"""The index table: FTS5 on SQLite, tsvector on PostgreSQL."""

from django.db import migrations


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE TABLE search_ticket (ticket_id bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute("CREATE INDEX search_ticket_words ON search_ticket USING gin (words)")
    else:
        schema_editor.execute(
            "CREATE VIRTUAL TABLE search_ticket USING fts5(words, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')"
        )


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_ticket")


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunPython(make, drop)]
