import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_consents_reports_and_spam"),
        ("tickets", "0007_sides"),
    ]

    operations = [
        migrations.AddField(
            model_name="threadmark",
            name="side",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.sideconversation",
            ),
        ),
    ]
