import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aplomb.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0005_together"),
    ]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("relates", "relates to"), ("blocks", "blocks"), ("parent", "is the parent of")],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                (
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_on",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_back",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["second", "kind"], name="links_back")],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "kind", "second"), name="one_link_of_a_kind"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "parent")), fields=("second",), name="one_parent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True), name="never_with_itself"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("is_whole_day", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["assignee", "due_at", "id"],
                        name="open_tasks_of_one",
                    ),
                    models.Index(condition=models.Q(("done_at", None)), fields=["due_at"], name="open_tasks_due"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketAbout",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="about",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                (
                    "equipment",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.equipment",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.site",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["equipment", "-ticket"], name="tickets_about_equipment"),
                    models.Index(fields=["site", "-ticket"], name="tickets_about_site"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Viewing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=16)),
                ("since", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("writing_since", models.DateTimeField(blank=True, null=True)),
                ("has_left", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("changed_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["changed_at"], name="viewings_changed"),
                    models.Index(fields=["seen_at"], name="viewings_old"),
                ],
                "constraints": [models.UniqueConstraint(fields=("ticket", "person", "page"), name="one_viewing_a_tab")],
            },
        ),
    ]
