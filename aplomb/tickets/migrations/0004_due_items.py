from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0003_snoozed_merged_split"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="due_count",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="ticket",
            name="next_due_source",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
    ]
