import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aplomb.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_notes_and_looks"),
        ("journal", "0002_who_was_refused"),
        ("tickets", "0006_links_tasks_about"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SideConversation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=16, unique=True)),
                ("subject", models.CharField(max_length=255)),
                ("people", models.JSONField(default=list)),
                ("language", models.CharField(blank=True, default="", max_length=8)),
                ("begun_at", models.DateTimeField(default=aplomb.lib.time.utc_now)),
                ("is_open", models.BooleanField(default=True)),
                ("is_known", models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="draft",
            name="one_draft",
        ),
        migrations.AddField(
            model_name="message",
            name="said_by",
            field=models.CharField(blank=True, default="", max_length=400),
        ),
        migrations.AlterField(
            model_name="draft",
            name="kind",
            field=models.CharField(
                choices=[("reply", "reply"), ("note", "note"), ("asked", "asked elsewhere")], max_length=8
            ),
        ),
        migrations.AddField(
            model_name="sideconversation",
            name="begun_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sideconversation",
            name="ticket",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="sides", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="side",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.sideconversation",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="side",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="tickets.sideconversation",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("side__isnull", False)), fields=["side", "id"], name="side_messages"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("side", None)), fields=("person", "ticket", "kind"), name="one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("side__isnull", False)), fields=("person", "side"), name="one_draft_of_a_side"
            ),
        ),
        migrations.AddIndex(
            model_name="sideconversation",
            index=models.Index(fields=["ticket", "id"], name="sides_of_ticket"),
        ),
    ]
