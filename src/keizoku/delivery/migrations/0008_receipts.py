"""One-time codes with their attempts and outcomes, and how long their record is kept."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# As ``delivery.lane.kept`` says it (a test holds the two equal).
KIND = (
    "code",
    "settled",
    0,
    "SELECT c.id AS subject, c.customer_id, NULL::bigint AS campaign_id, (c.moved_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM delivery_code c WHERE c.state IN ('sent', 'refused', 'unknown', 'expired')",
)
WAYS = [
    (
        "delivery_codeoutcome",
        "delete",
        "attempt_id IN (SELECT a.id FROM delivery_codeattempt a WHERE a.code_id = ANY($1))",
        "",
    ),
    ("delivery_codeattempt", "delete", "code_id = ANY($1)", ""),
    ("delivery_code", "delete", "id = ANY($1)", ""),
]
WAITING = models.Q(("state__in", ["sending", "waiting"]))


def keep(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO retention_kind (name, start, least_months, due) VALUES (%s, %s, %s, %s)", KIND
        )
        for ordinal, way in enumerate(WAYS, start=1):
            cursor.execute(
                "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
                "VALUES (%s, %s, %s, %s, %s, %s)",
                [KIND[0], ordinal, *way],
            )


def _id():
    return (
        "id",
        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
    )


def _of(to, **more):
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to=to, **more)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_bounces"), ("retention", "0003_kinds")]
    operations = [
        migrations.CreateModel(
            name="Code",
            fields=[
                _id(),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("customer_id", models.BigIntegerField()),
                ("channel", models.CharField(max_length=10)),
                ("purpose", models.CharField(max_length=20)),
                ("message", _of("delivery.messageversion")),
                ("sealed", models.BinaryField(null=True)),
                ("digest", models.BinaryField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("wrong", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sealed", None)) | WAITING, name="delivery_code_unreadable_after"
                    )
                ],
                "indexes": [
                    models.Index(condition=WAITING, fields=["channel", "id"], name="delivery_code_waiting"),
                    models.Index(fields=["customer_id", "asked_at"], name="delivery_code_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeAttempt",
            fields=[
                _id(),
                ("code", _of("delivery.code", related_name="attempts")),
                ("number", models.SmallIntegerField()),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("started_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="delivery_one_code_attempt")
                ]
            },
        ),
        migrations.CreateModel(
            name="CodeOutcome",
            fields=[
                _id(),
                ("attempt", _of("delivery.codeattempt", related_name="outcomes")),
                ("result", models.CharField(max_length=10)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("carrier_ref", models.CharField(blank=True, max_length=100)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "result"), name="delivery_one_code_outcome")
                ]
            },
        ),
        append_only("delivery_codeattempt"),
        append_only("delivery_codeoutcome"),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
