from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("promises", "0001_initial"),
        ("tickets", "0004_due_items"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="dueitem",
            name="one_due_of_a_kind",
        ),
        migrations.AddField(
            model_name="dueitem",
            name="key",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AlterField(
            model_name="dueitem",
            name="source",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddConstraint(
            model_name="dueitem",
            constraint=models.UniqueConstraint(fields=("ticket", "kind", "key"), name="due_once"),
        ),
    ]
