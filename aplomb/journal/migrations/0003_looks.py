from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_who_was_refused"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.BigIntegerField()),
                ("what", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=80)),
                ("hour", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-id"], name="looks_of_person"),
                    models.Index(fields=["key", "-id"], name="looks_at_thing"),
                    models.Index(fields=["at"], name="looks_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "what", "key", "hour"), name="one_look_an_hour")
                ],
            },
        ),
    ]
