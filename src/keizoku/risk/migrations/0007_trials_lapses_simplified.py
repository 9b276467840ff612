"""Trials as jobs; drafts withdrawn and requests lapsed; who is under simplified due diligence, and who lost it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

DEFINITION = """
CREATE OR REPLACE FUNCTION risk_keep_definition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.version, NEW.text, NEW.digest, NEW.made_by) IS DISTINCT FROM (OLD.version, OLD.text, OLD.digest, OLD.made_by) THEN
        RAISE EXCEPTION 'a scorecard is not edited: draft a new version' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN ({ways}) THEN
        RAISE EXCEPTION 'a scorecard does not go this way' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
CIRCUMSTANCE = """
CREATE OR REPLACE FUNCTION risk_keep_circumstance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.customer_id, NEW.key, NEW.payload, NEW.bound, NEW.level, NEW.from_on, NEW.until_on, NEW.made_by)
       IS DISTINCT FROM
       (OLD.customer_id, OLD.key, OLD.payload, OLD.bound, OLD.level, OLD.from_on, OLD.until_on, OLD.made_by) THEN
        RAISE EXCEPTION 'a circumstance is not edited: end it and record another' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN ({ways}) THEN
        RAISE EXCEPTION 'a circumstance does not go this way' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
OLD_SCORECARD = "('draft', 'active'), ('active', 'retired')"
OLD_CIRCUMSTANCE = "('requested', 'in_force'), ('requested', 'refused'), ('in_force', 'ended')"
# Rows move; what was found for whom stays with the customer.


def _functions(scorecard: str, circumstance: str) -> str:
    return DEFINITION.replace("{ways}", scorecard) + CIRCUMSTANCE.replace("{ways}", circumstance)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("risk", "0006_reasons_as_numbers")]

    operations = [
        migrations.RunSQL(
            _functions(
                f"{OLD_SCORECARD}, ('draft', 'withdrawn')", f"{OLD_CIRCUMSTANCE}, ('requested', 'lapsed')"
            ),
            _functions(OLD_SCORECARD, OLD_CIRCUMSTANCE),
        ),
        migrations.AlterField(
            model_name="scorecard",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "下書き"),
                    ("active", "有効"),
                    ("retired", "終了"),
                    ("withdrawn", "取り下げ"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="scorecard", name="risk_scorecard_approved"),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "withdrawn")),
                    models.Q(("approved_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="risk_scorecard_approved",
            ),
        ),
        migrations.AlterField(
            model_name="circumstance",
            name="state",
            field=models.CharField(
                choices=[
                    ("requested", "承認待ち"),
                    ("in_force", "有効"),
                    ("refused", "承認しない"),
                    ("lapsed", "期限切れ"),
                    ("ended", "終了"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("returned_mail", "郵便が戻ってきた"),
                    ("dormancy", "取引が長くない"),
                    ("unreachable", "連絡先に届かなくなった"),
                    ("document", "書類の期限が近い"),
                    ("staff", "担当者が確認を必要と判断した"),
                    ("scorecard", "評価表の改定でリスクが上がった"),
                    ("residence_90", "在留期限の90日前"),
                    ("residence_60", "在留期限の60日前"),
                    ("residence_30", "在留期限の30日前"),
                    ("residence_0", "在留期限の当日"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("question", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "開始待ち"),
                            ("working", "試算中"),
                            ("done", "完了"),
                            ("failed", "中断"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("moved_at", models.DateTimeField()),
                ("customers", models.IntegerField(default=0)),
                ("customers_done", models.IntegerField(default=0)),
                ("next_block", models.IntegerField(default=0)),
                ("found", models.JSONField(default=dict)),
                ("failure", models.CharField(blank=True, max_length=200)),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="risk.scorecard",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "working"))),
                        fields=("scorecard",),
                        name="risk_one_trial_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Simplified",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="simplified",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("since", models.DateField()),
                ("kind_on", models.DateField(null=True)),
                ("purpose_on", models.DateField(null=True)),
                ("rated_on", models.DateField()),
                ("confirmed_on", models.DateField()),
                ("last_event_on", models.DateField(null=True)),
                ("monitoring_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="SimplifiedChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("is_given", models.BooleanField()),
                (
                    "failed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), default=list
                    ),
                ),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "-id"], name="risk_simplified_of"),
                    models.Index(
                        condition=models.Q(("is_given", False)), fields=["on"], name="risk_simplified_lost"
                    ),
                ],
            },
        ),
        append_only("risk_simplifiedchange"),
    ]
