import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_merged_contacts"),
        ("journal", "0002_who_was_refused"),
        ("people", "0001_initial"),
        ("tickets", "0002_shipped"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="split_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="split_messages",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="beside",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="ticket",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("customer", "customer"),
                    ("reply", "reply"),
                    ("note", "note"),
                    ("system", "system"),
                    ("asked", "asked elsewhere"),
                    ("told", "told from elsewhere"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="stage",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "live"), (1, "done"), (2, "in the bin"), (3, "snoozed"), (4, "merged")], default=0
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="merged_tickets"
            ),
        ),
    ]
