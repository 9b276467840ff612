"""The judgement of a capture: stages, checks, what a document says, pictures made from shots."""

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# What goes with a verification, children first (``identity.kept``).
PARTS = [
    "identity_derivative",
    "identity_reading",
    "identity_check",
    "identity_stagedone",
    "identity_shot",
    "identity_skip",
]
_OF_CUSTOMERS = "IN (SELECT id FROM identity_verification WHERE customer_id = ANY($1))"


def _ways(which):
    sessions = f"session_id IN (SELECT id FROM identity_capturesession WHERE verification_id {which})"  # noqa: S608
    return [
        *((table, f"verification_id {which}") for table in PARTS),
        ("identity_challenge", sessions),
        ("identity_capturesession", f"verification_id {which}"),
        ("identity_verification", "customer_id = ANY($1)" if which == _OF_CUSTOMERS else f"id {which}"),
    ]


def keep(apps, schema_editor):
    """The ways of all three kinds anew."""
    with schema_editor.connection.cursor() as cursor:
        for kind in ("identity", "identity_applicant", "identity_nothing"):
            cursor.execute("DELETE FROM retention_way WHERE kind = %s", [kind])
            ways = _ways(_OF_CUSTOMERS if kind == "identity" else "= ANY($1)")
            for ordinal, (table, condition) in enumerate(ways, start=1):
                cursor.execute(
                    "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
                    "VALUES (%s, %s, %s, 'delete', %s, '')",
                    [kind, ordinal, table, condition],
                )


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("front", "front"),
                            ("back", "back"),
                            ("tilt", "tilt"),
                            ("face", "face"),
                            ("record", "record"),
                        ],
                        max_length=6,
                    ),
                ),
                ("place", models.SmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("passed", "問題なし"),
                            ("failed", "問題あり"),
                            ("unsure", "人の確認が必要"),
                        ],
                        max_length=6,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("score", models.FloatField(null=True)),
                ("threshold", models.FloatField(null=True)),
                ("model", models.CharField(blank=True, max_length=60)),
                ("model_version", models.CharField(blank=True, max_length=80)),
                ("model_sha256", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "round", "stage", "place"), name="identity_one_check_a_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Derivative",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("name", models.CharField(max_length=10)),
                ("file", models.CharField(max_length=36)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "shot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derivatives",
                        to="identity.shot",
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derivatives",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shot", "round", "name"), name="identity_one_derivative")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("front", "表面"),
                            ("back", "裏面"),
                            ("tilt", "傾けた表面（厚み）"),
                            ("face", "顔"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("driving_licence", "運転免許証"),
                            ("driving_history", "運転経歴証明書"),
                            ("my_number_card", "マイナンバーカード"),
                            ("passport", "パスポート"),
                            ("residence_card", "在留カード"),
                            ("special_permanent_resident", "特別永住者証明書"),
                        ],
                        max_length=30,
                    ),
                ),
                ("payload", models.BinaryField()),
                ("confidence", models.FloatField()),
                ("made_at", models.DateTimeField()),
                (
                    "shot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="identity.shot",
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "round", "side"), name="identity_one_reading"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StageDone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("front", "front"),
                            ("back", "back"),
                            ("tilt", "tilt"),
                            ("face", "face"),
                            ("record", "record"),
                        ],
                        max_length=6,
                    ),
                ),
                ("done_at", models.DateTimeField()),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "round", "stage"), name="identity_stage_once"
                    )
                ],
            },
        ),
        append_only("identity_derivative"),
        append_only("identity_reading"),
        append_only("identity_check"),
        append_only("identity_stagedone"),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
