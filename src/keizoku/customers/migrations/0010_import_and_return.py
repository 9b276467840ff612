"""Sheets of workbooks; the way back in full: values that go again, files issued again, facts as they were decided."""

import django.db.models.deletion
from django.db import migrations, models

ROW_STATES = [
    ("returned", "返却済み・受領待ち"),
    ("acknowledged", "受領済み"),
    ("refused", "勘定系が拒否"),
    ("again", "再返却待ち"),
    ("moved", "次の返却に移した"),
    ("replaced", "新しい値に替わった"),
]
REMEDIES = [("core_mended", "勘定系の側を直した"), ("value_confirmed", "値が正しいことを確かめた")]
REISSUE_STATES = [
    ("asked", "確認待ち"),
    ("confirmed", "受け取り待ち"),
    ("downloaded", "受け取り済み"),
    ("withdrawn", "取り下げ"),
]
CAUSES = [
    ("lost", "受け取ったファイルをなくした"),
    ("damaged", "受け取ったファイルが壊れている"),
    ("never_arrived", "受け取りが途中で切れた"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_duplicates"),
    ]

    operations = [
        migrations.AddField("importrun", "sheet", models.CharField(blank=True, max_length=31)),
        migrations.AddField("importrun", "remarks", models.JSONField(default=list)),
        migrations.AddField("importupload", "sheet", models.CharField(blank=True, max_length=31)),
        migrations.AddField("importupload", "sheets", models.JSONField(default=list)),
        migrations.AddField("recordversion", "facts", models.JSONField(null=True)),
        migrations.RemoveConstraint("returnrow", "customers_one_return_a_value"),
        migrations.AlterField("returnrow", "field", models.CharField(max_length=40)),
        migrations.AlterField(
            "returnrow", "state", models.CharField(choices=ROW_STATES, default="returned", max_length=12)
        ),
        migrations.AddField("returnrow", "attempt", models.SmallIntegerField(default=1)),
        migrations.AddField(
            "returnrow", "remedy", models.CharField(blank=True, choices=REMEDIES, max_length=20)
        ),
        migrations.AddField("returnrow", "handled_by", models.CharField(blank=True, max_length=40)),
        migrations.AddField("returnrow", "handled_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "returnrow",
            models.UniqueConstraint(
                fields=("customer", "version", "field", "attempt"), name="customers_one_return_an_attempt"
            ),
        ),
        migrations.AddIndex(
            "returnrow",
            models.Index(
                condition=models.Q(("state__in", ["returned", "refused", "again"])),
                fields=["state", "decided_at"],
                name="customers_return_open",
            ),
        ),
        migrations.CreateModel(
            name="ReturnReissue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cause", models.CharField(choices=CAUSES, max_length=20)),
                ("state", models.CharField(choices=REISSUE_STATES, default="asked", max_length=12)),
                ("asked_by", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_by", models.CharField(blank=True, max_length=40)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("downloaded_by", models.CharField(blank=True, max_length=40)),
                ("downloaded_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reissues",
                        to="customers.returnfile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "confirmed"])),
                        fields=("file",),
                        name="customers_one_open_reissue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", ""))
                        | ~models.Q(("confirmed_by", models.F("asked_by"))),
                        name="customers_reissue_four_eyes",
                    ),
                ]
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION customers_keep_reissue() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (NEW.file_id, NEW.cause, NEW.asked_by, NEW.asked_at)
                    IS DISTINCT FROM (OLD.file_id, OLD.cause, OLD.asked_by, OLD.asked_at)
                    OR OLD.confirmed_by <> '' AND NEW.confirmed_by <> OLD.confirmed_by THEN
                    RAISE EXCEPTION 'a reissue is not edited: withdraw it and ask anew'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                IF NEW.state IN ('confirmed', 'downloaded') AND NEW.confirmed_by IN ('', NEW.asked_by) THEN
                    RAISE EXCEPTION 'who asks for a file again does not confirm it' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER keep_reissue BEFORE UPDATE ON customers_returnreissue
                FOR EACH ROW EXECUTE FUNCTION customers_keep_reissue();
            ALTER TABLE customers_returnreissue ENABLE ALWAYS TRIGGER keep_reissue;
            """,
            "DROP TRIGGER keep_reissue ON customers_returnreissue; DROP FUNCTION customers_keep_reissue()",
        ),
    ]
