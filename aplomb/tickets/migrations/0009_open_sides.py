from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0008_bulk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="sideconversation",
            index=models.Index(condition=models.Q(("is_open", True)), fields=["begun_at"], name="open_sides"),
        ),
    ]
