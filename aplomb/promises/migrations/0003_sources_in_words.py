"""What was due before says in words what it follows from, and a ticket how much is due on it."""

from django.db import migrations
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat


def say_sources(apps, schema_editor):
    items, tickets = apps.get_model("promises", "DueItem"), apps.get_model("tickets", "Ticket")
    items.objects.exclude(source="").exclude(source__contains=" ").update(source=Concat(Value("message "), "source"))
    first = items.objects.filter(ticket=OuterRef("pk")).order_by("at").values("source")[:1]
    tickets.objects.filter(next_due_at__isnull=False).update(due_count=1, next_due_source=Subquery(first))


class Migration(migrations.Migration):
    dependencies = [("promises", "0002_due_items")]
    operations = [migrations.RunPython(say_sources, migrations.RunPython.noop)]
