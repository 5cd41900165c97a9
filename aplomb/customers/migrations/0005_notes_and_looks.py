import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aplomb.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_sites_and_equipment"),
    ]

    operations = [
        migrations.CreateModel(
            name="CodeLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="looks",
                        to="customers.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CustomerNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="note")),
                ("at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("is_pinned", models.BooleanField(default=False)),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="customers.contact",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="customers.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("organisation__isnull", False)),
                        fields=["organisation", "-is_pinned", "-id"],
                        name="notes_of_organisation",
                    ),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["contact", "-is_pinned", "-id"],
                        name="notes_of_contact",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", True), ("organisation__isnull", False)),
                            models.Q(("contact__isnull", False), ("organisation__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_note_has_one_owner",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                condition=models.Q(("organisation__isnull", False)),
                fields=["organisation", "-is_active", "id"],
                name="sites_of_organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact", "-is_active", "id"],
                name="sites_of_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(fields=["town_key"], name="sites_by_town", opclasses=["text_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(fields=["area"], name="sites_by_area"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact__isnull", True), ("organisation__isnull", False)),
                    models.Q(("contact__isnull", False), ("organisation__isnull", True)),
                    _connector="OR",
                ),
                name="a_site_has_one_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="equipment",
            index=models.Index(
                condition=models.Q(("organisation__isnull", False)),
                fields=["organisation", "-is_active", "id"],
                name="equipment_of_organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="equipment",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact", "-is_active", "id"],
                name="equipment_of_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="equipment",
            index=models.Index(fields=["serial_key"], name="equipment_by_serial", opclasses=["text_pattern_ops"]),
        ),
        migrations.AddConstraint(
            model_name="equipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact__isnull", True), ("organisation__isnull", False)),
                    models.Q(("contact__isnull", False), ("organisation__isnull", True)),
                    _connector="OR",
                ),
                name="equipment_has_one_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="codelook",
            index=models.Index(fields=["site", "-id"], name="looks_at_a_code"),
        ),
    ]
