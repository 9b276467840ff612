"""Letters in batches, whose letter stands where in which, returned mail; and how long all of it is kept."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keizoku.delivery.letters.rules
from keizoku.kernel.database.guards import append_only

# As ``delivery.letters.kept`` says it (a test holds the two equal).
KIND = (
    "letter",
    "settled",
    0,
    "SELECT b.id AS subject, NULL::bigint AS customer_id, b.campaign_id, (b.moved_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM delivery_letterbatch b WHERE b.state IN ('posted', 'not_sent', 'refused', 'cancelled', 'unconfirmed')",
)
WAYS = [
    (
        "delivery_letterreturn",
        "delete",
        "(campaign_id, wave_id, position) IN (SELECT l.campaign_id, l.wave_id, l.position FROM delivery_letter l WHERE l.batch_id = ANY($1))",
        "",
    ),
    ("delivery_letter", "delete", "batch_id = ANY($1)", ""),
    ("delivery_letterbatch", "delete", "id = ANY($1)", ""),
]


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


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_allowances"), ("retention", "0003_kinds")]
    operations = [
        migrations.CreateModel(
            name="LetterBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("campaign_id", models.BigIntegerField()),
                ("letters", models.IntegerField()),
                ("pages", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("made", "引き渡し前"),
                            ("handed_in", "印刷会社が受け付けた"),
                            ("printed", "印刷済み"),
                            ("posted", "投函済み"),
                            ("not_sent", "渡していない"),
                            ("refused", "印刷会社が受け付けなかった"),
                            ("cancelled", "印刷を取りやめた"),
                            ("unconfirmed", "投函の知らせがない"),
                        ],
                        default=keizoku.delivery.letters.rules.BatchState["MADE"],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=60)),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("pdf", models.CharField(blank=True, max_length=36)),
                ("manifest", models.CharField(blank=True, max_length=36)),
                ("pdf_sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("moved_at", models.DateTimeField(auto_now_add=True)),
                ("cutoff_at", models.DateTimeField(null=True)),
                ("posted_on", models.DateField(null=True)),
                ("wave", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="delivery.wave")),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.IntegerField()),
                ("campaign_id", models.BigIntegerField()),
                ("wave_id", models.BigIntegerField()),
                ("position", models.IntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="delivery.letterbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LetterReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("campaign_id", models.BigIntegerField()),
                ("wave_id", models.BigIntegerField()),
                ("position", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("no_such_person", "あて所に尋ねあたりません"),
                            ("moved", "転居先不明"),
                            ("incomplete", "あて名不完全"),
                            ("not_collected", "保管期間経過"),
                            ("refused", "受取拒絶"),
                        ],
                        max_length=20,
                    ),
                ),
                ("returned_on", models.DateField()),
                ("number", models.BigIntegerField(null=True, unique=True)),
                ("told_by", models.CharField(max_length=40)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign_id", "wave_id", "position"), name="delivery_one_return_a_letter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                ["no_such_person", "moved", "incomplete", "not_collected", "refused"],
                            )
                        ),
                        name="delivery_return_reason",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="letterbatch",
            index=models.Index(
                condition=models.Q(("state__in", ["made", "handed_in", "printed", "unconfirmed"])),
                fields=["moved_at"],
                name="delivery_letterbatch_followed",
            ),
        ),
        migrations.AddIndex(
            model_name="letterbatch",
            index=models.Index(fields=["campaign_id"], name="delivery_letterbatch_campaign"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                fields=["campaign_id", "wave_id", "position"], name="delivery_letter_delivery"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                fields=("batch", "sequence"), name="delivery_one_letter_a_place"
            ),
        ),
        append_only("delivery_letter"),
        append_only("delivery_letterreturn"),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
