import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aplomb.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0001_calendars"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeChoices",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="notice_choices",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kinds", models.JSONField(default=dict)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_to", models.TimeField(null=True)),
                ("quiet_days", models.JSONField(default=list)),
                ("digest_at", models.TimeField(default=datetime.time(8, 0))),
                ("last_mailed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="presence",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("available", "available"),
                            ("in_call", "in a call"),
                            ("after_call", "after a call"),
                            ("break", "on a break"),
                            ("away", "away"),
                        ],
                        max_length=12,
                    ),
                ),
                ("until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WorkingHours",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="working_hours",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hours", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="TeamCalendar",
            fields=[
                (
                    "team",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="own_calendar",
                        serialize=False,
                        to="people.team",
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="calendars.calendar"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leave", "on leave"),
                            ("training", "in training"),
                            ("travel", "away on business"),
                            ("other", "absent"),
                        ],
                        default="leave",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who stands in",
                    ),
                ),
            ],
            options={
                "ordering": ["first_day", "id"],
                "indexes": [models.Index(fields=["person", "last_day"], name="absences_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="absence_ends_after"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(choices=[("mail", "mail"), ("chat", "chat"), ("call", "call")], max_length=8),
                ),
                ("at_most", models.PositiveSmallIntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="channel_limits",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "channel"), name="one_limit_a_channel")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("about", models.CharField(max_length=80)),
                ("ticket_number", models.CharField(blank=True, default="", max_length=12)),
                ("path", models.CharField(blank=True, default="", max_length=200)),
                ("words", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("in_page", models.BooleanField(default=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("none", "not mailed"),
                            ("soon", "waits to be mailed"),
                            ("daily", "waits for the digest of the day"),
                            ("mailed", "mailed"),
                        ],
                        default="none",
                        max_length=6,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("in_page", True)), fields=["person", "-id"], name="notice_newest"),
                    models.Index(
                        condition=models.Q(("in_page", True), ("seen_at", None)),
                        fields=["person", "-id", "ticket_number"],
                        name="notice_unseen",
                    ),
                    models.Index(fields=["person", "mail", "id"], name="notice_by_mail"),
                    models.Index(fields=["ticket_number"], name="notice_of_ticket"),
                    models.Index(fields=["created_at"], name="notice_by_age"),
                ],
                "constraints": [models.UniqueConstraint(fields=("person", "about"), name="one_notice_about")],
            },
        ),
    ]
