from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("names", models.JSONField(blank=True, default=dict)),
                ("maker", models.CharField(blank=True, default="", max_length=80, verbose_name="maker")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("line", "line"),
                            ("router", "router"),
                            ("printer", "printer"),
                            ("computer", "computer"),
                            ("phone", "phone"),
                            ("device", "other device"),
                            ("software", "software"),
                            ("service", "service"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("model_names", models.JSONField(blank=True, default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("place", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["place", "name", "id"],
            },
        ),
    ]
