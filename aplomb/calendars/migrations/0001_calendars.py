import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("time_zone", models.CharField(max_length=64, verbose_name="time zone")),
                ("hours", models.JSONField(default=dict)),
                ("country", models.CharField(blank=True, default="", max_length=2, verbose_name="country")),
                ("region", models.CharField(blank=True, default="", max_length=60, verbose_name="region")),
                ("is_default", models.BooleanField(default=False)),
                ("stamp", models.CharField(default="", max_length=16)),
            ],
            options={
                "ordering": ["-is_default", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="one_calendar_of_a_name"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)), fields=("is_default",), name="one_default_calendar"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HolidayYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2)),
                ("region", models.CharField(blank=True, default="", max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("days", models.JSONField(default=dict)),
                ("told_by", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("country", "region", "year"), name="one_holiday_year")],
            },
        ),
        migrations.CreateModel(
            name="OwnDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(verbose_name="date")),
                ("name", models.CharField(blank=True, default="", max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("closed", "closed"), ("hours", "other hours"), ("usual", "worked as usual")],
                        default="closed",
                        max_length=8,
                        verbose_name="how it differs",
                    ),
                ),
                ("spans", models.JSONField(blank=True, default=list)),
                ("is_imported", models.BooleanField(default=False)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="own_days", to="calendars.calendar"
                    ),
                ),
            ],
            options={
                "ordering": ["date"],
                "constraints": [models.UniqueConstraint(fields=("calendar", "date"), name="one_own_day")],
            },
        ),
    ]
