import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aplomb.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_notices_presence_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("about", models.CharField(max_length=60)),
                ("question", models.CharField(max_length=500)),
                ("reason", models.TextField()),
                ("facts", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("needed", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("expired", "expired"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApprovalVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verdict", models.CharField(choices=[("approve", "agrees"), ("refuse", "refuses")], max_length=8)),
                ("reason", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                (
                    "approval",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="people.approval",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="approvals_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["expires_at"], name="approvals_expiring"
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["about", "id"], name="approvals_about"),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["asked_by", "-id"], name="approvals_asked"),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("state", "waiting"), _negated=True),
                fields=["-ended_at", "-id"],
                name="approvals_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(condition=models.Q(("needed__gte", 1)), name="somebody_agrees"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gte", models.F("due_at"))), name="expires_after_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="ended_or_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalvote",
            constraint=models.UniqueConstraint(fields=("approval", "person"), name="one_vote_a_person"),
        ),
        migrations.AddConstraint(
            model_name="approvalvote",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("asked_by")), _negated=True), name="never_ones_own"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_behalf_of", None),
                    models.Q(("person", models.F("on_behalf_of")), _negated=True),
                    _connector="OR",
                ),
                name="never_on_ones_own_behalf",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalvote",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), ("verdict", "refuse"), _negated=True), name="a_refusal_says_why"
            ),
        ),
    ]
