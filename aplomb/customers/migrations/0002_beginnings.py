"""On PostgreSQL the beginning of a name or address is found by an index only when it is ordered by bytes; SQLite's are."""

from django.db import migrations

INDEXES = {
    "contact_name_beginning": ("customers_contact", "name"),
    "organisation_name_beginning": ("customers_organisation", "name"),
    "contact_point_beginning": ("customers_contactpoint", "key"),
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, (table, column) in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {table} ({column} text_pattern_ops)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
