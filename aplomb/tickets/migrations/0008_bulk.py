import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aplomb.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_sides"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("action", models.CharField(max_length=12)),
                ("choice", models.CharField(blank=True, default="", max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "running"),
                            ("done", "done"),
                            ("undoing", "undoing"),
                            ("undone", "undone"),
                        ],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("begun_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=8)),
                ("seen_version", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "done"), ("same", "same"), ("refused", "refused")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("before", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "undone",
                    models.CharField(
                        blank=True, choices=[("", "not"), ("back", "back"), ("left", "left")], default="", max_length=4
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="tickets.bulkrun",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="bulkrun",
            constraint=models.UniqueConstraint(fields=("person", "key"), name="one_bulk_run"),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(fields=("run", "number"), name="one_bulk_item"),
        ),
    ]
