"""Keys by which other systems call the API: of the secret only its hash is kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("department", models.CharField(blank=True, max_length=60)),
                ("prefix", models.CharField(max_length=8, unique=True)),
                ("token_hash", models.BinaryField(max_length=32, null=True)),
                ("scopes", models.JSONField()),
                ("calls_a_minute", models.IntegerField(default=600)),
                ("granted_by", models.CharField(max_length=40)),
                ("granted_at", models.DateTimeField()),
                ("take_before", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=40)),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_at", None), ("token_hash", None)),
                            models.Q(("taken_at__isnull", False), ("token_hash__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_apikey_taken_with_its_hash",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("granted_at"))),
                        name="accounts_apikey_expires",
                    ),
                ],
            },
        ),
    ]
