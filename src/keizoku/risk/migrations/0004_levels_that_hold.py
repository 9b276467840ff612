"""What the scorecard says, what holds and why; circumstances, events, and the day within the cap."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

LEVELS = [("low", "低"), ("medium", "中"), ("high", "高")]
# Until now the scorecard's word was what held. The guard is lifted for this one statement of the owner.
CARRY_OVER = """
ALTER TABLE risk_rating DISABLE TRIGGER append_only;
UPDATE risk_rating SET scored_level = level;
ALTER TABLE risk_rating ENABLE ALWAYS TRIGGER append_only;
UPDATE risk_standing SET settled_level = level, planned_on = due_on;
"""
KEEP_CIRCUMSTANCE = """
CREATE FUNCTION risk_keep_circumstance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.customer_id, NEW.key, NEW.payload, NEW.bound, NEW.level, NEW.from_on, NEW.until_on, NEW.made_by)
       IS DISTINCT FROM
       (OLD.customer_id, OLD.key, OLD.payload, OLD.bound, OLD.level, OLD.from_on, OLD.until_on, OLD.made_by) THEN
        RAISE EXCEPTION 'a circumstance is not edited: end it and record another' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('requested', 'in_force'), ('requested', 'refused'), ('in_force', 'ended')) THEN
        RAISE EXCEPTION 'a circumstance is requested, in force or refused, and ends' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_circumstance BEFORE UPDATE ON risk_circumstance FOR EACH ROW EXECUTE FUNCTION risk_keep_circumstance();
ALTER TABLE risk_circumstance ENABLE ALWAYS TRIGGER keep_circumstance;
REVOKE DELETE ON risk_circumstance FROM keizoku_app;
"""
UNDO_KEEP_CIRCUMSTANCE = """
GRANT DELETE ON risk_circumstance TO keizoku_app;
DROP TRIGGER keep_circumstance ON risk_circumstance;
DROP FUNCTION risk_keep_circumstance();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("risk", "0003_dry_runs")]

    operations = [
        migrations.AddField(
            model_name="rating",
            name="level_basis",
            field=models.CharField(
                choices=[("scorecard", "scorecard"), ("cool_down", "cool_down"), ("other", "other")],
                default="scorecard",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="rating",
            name="scored_level",
            field=models.CharField(choices=LEVELS, default="low", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="standing",
            name="lower_since",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="standing",
            name="planned_on",
            field=models.DateField(default="2000-01-01"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="standing",
            name="settled_level",
            field=models.CharField(choices=LEVELS, default="low", max_length=10),
            preserve_default=False,
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="standing",
            name="due_basis",
            field=models.CharField(
                choices=[
                    ("interval", "前回の確認からの期間"),
                    ("never_confirmed", "口座開設からの期間（確認の記録なし）"),
                    ("residence_expires", "在留期限が近いため"),
                    ("event", "確認が必要な出来事があったため"),
                ],
                max_length=30,
            ),
        ),
        migrations.CreateModel(
            name="Circumstance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("payload", models.BinaryField()),
                (
                    "bound",
                    models.CharField(choices=[("at_least", "以上"), ("at_most", "以下")], max_length=10),
                ),
                ("level", models.CharField(choices=LEVELS, max_length=10)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "承認待ち"),
                            ("in_force", "有効"),
                            ("refused", "承認しない"),
                            ("ended", "終了"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("decided_by", models.CharField(blank=True, max_length=40)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.customer"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", ""),
                            models.Q(("decided_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="risk_circumstance_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bound", "at_most"), ("decided_by", ""), ("state", "in_force"), _negated=True
                        ),
                        name="risk_circumstance_lowered_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("returned_mail", "郵便が戻ってきた"),
                            ("dormancy", "取引が長くない"),
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
                ("occurred_on", models.DateField()),
                ("recorded_by", models.CharField(max_length=40)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="customers.customer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "kind", "occurred_on"), name="risk_event_once"
                    )
                ],
            },
        ),
        append_only("risk_event"),
        migrations.RunSQL(KEEP_CIRCUMSTANCE, UNDO_KEEP_CIRCUMSTANCE),
    ]
