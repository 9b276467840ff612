"""What was done under which Idempotency-Key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.BigIntegerField()),
                ("key_digest", models.BinaryField(max_length=32)),
                ("request_digest", models.BinaryField(max_length=32)),
                ("status", models.SmallIntegerField(default=0)),
                ("answer", models.JSONField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["begun_at"], name="api_call_begun")],
                "constraints": [models.UniqueConstraint(fields=("line", "key_digest"), name="api_call_once")],
            },
        ),
    ]
