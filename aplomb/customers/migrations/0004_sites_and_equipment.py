import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aplomb.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_products"),
        ("customers", "0003_merged_contacts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="has",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="contact",
            name="has_merged",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="organisation",
            name="has",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, default="", max_length=120, verbose_name="name")),
                ("address", models.TextField(blank=True, default="", verbose_name="street and number")),
                ("postcode", models.CharField(blank=True, default="", max_length=20, verbose_name="postcode")),
                ("town", models.CharField(blank=True, default="", max_length=80, verbose_name="town")),
                ("town_key", models.CharField(blank=True, default="", max_length=80)),
                ("country", models.CharField(blank=True, default="", max_length=2, verbose_name="country")),
                ("area", models.CharField(blank=True, default="", max_length=60, verbose_name="travel zone")),
                ("time_zone", models.CharField(blank=True, default="", max_length=64, verbose_name="time zone")),
                ("opener", models.CharField(blank=True, default="", max_length=120, verbose_name="who opens")),
                ("opener_phone", models.CharField(blank=True, default="", max_length=40, verbose_name="their number")),
                ("entrance", models.CharField(blank=True, default="", max_length=300, verbose_name="gate and door")),
                ("code", models.CharField(blank=True, default="", max_length=120, verbose_name="code of the door")),
                ("hours", models.JSONField(blank=True, default=list)),
                ("hours_note", models.CharField(blank=True, default="", max_length=300, verbose_name="hours in words")),
                ("note", models.TextField(blank=True, default="", verbose_name="for the technician")),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="customers.contact",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="customers.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Equipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("called", models.CharField(blank=True, default="", max_length=120, verbose_name="what they call it")),
                ("model", models.CharField(blank=True, default="", max_length=80, verbose_name="model")),
                ("serial", models.CharField(blank=True, default="", max_length=80, verbose_name="serial number")),
                ("serial_key", models.CharField(blank=True, default="", max_length=80)),
                ("versions", models.JSONField(blank=True, default=list)),
                ("installed_on", models.DateField(blank=True, null=True, verbose_name="installed on")),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="customers.contact",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="customers.organisation",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="catalogue.product",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="customers.site",
                    ),
                ),
            ],
        ),
    ]
