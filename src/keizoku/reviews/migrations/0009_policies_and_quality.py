"""Automatic approval, confirmation records and quality control: tables, guards, and what retention takes along."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only


POLICIES = """
CREATE FUNCTION reviews_guard_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.approved_by <> '' OR NEW.requested_by <> '' THEN
            RAISE EXCEPTION 'a policy begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.version, NEW.text, NEW.digest, NEW.made_by) IS DISTINCT FROM (OLD.version, OLD.text, OLD.digest, OLD.made_by) THEN
        RAISE EXCEPTION 'a policy stays as it was written' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'requested'), ('draft', 'withdrawn'), ('requested', 'draft'),
                                      ('requested', 'active'), ('active', 'retired')) THEN
        RAISE EXCEPTION 'a policy goes one way: draft, requested, active, retired' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'active' THEN
        IF NEW.approved_by IN ('', OLD.made_by, OLD.requested_by) OR NEW.requested_by <> OLD.requested_by THEN
            RAISE EXCEPTION 'who made or requested a policy does not approve it' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF (NEW.approved_by, NEW.activated_at) IS DISTINCT FROM (OLD.approved_by, OLD.activated_at) THEN
        RAISE EXCEPTION 'approval stands as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_policy BEFORE INSERT OR UPDATE ON reviews_policyversion
    FOR EACH ROW EXECUTE FUNCTION reviews_guard_policy();
ALTER TABLE reviews_policyversion ENABLE ALWAYS TRIGGER guard_policy;
REVOKE DELETE, TRUNCATE ON reviews_policyversion FROM keizoku_app;

CREATE FUNCTION reviews_guard_automatic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.policy_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM FROM reviews_policyversion WHERE id = NEW.policy_id AND state = 'active' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only the active policy decides' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM reviews_judgement j WHERE j.review_id = NEW.review_id AND j.round = NEW.round
                      AND j.policy_id = NEW.policy_id AND j.is_approved) THEN
        RAISE EXCEPTION 'a policy decides where all of its conditions hold' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_automatic BEFORE INSERT ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION reviews_guard_automatic();
ALTER TABLE reviews_decision ENABLE ALWAYS TRIGGER guard_automatic;
"""
UNDO_POLICIES = """
DROP TRIGGER guard_automatic ON reviews_decision;
DROP FUNCTION reviews_guard_automatic();
GRANT DELETE ON reviews_policyversion TO keizoku_app;
DROP TRIGGER guard_policy ON reviews_policyversion;
DROP FUNCTION reviews_guard_policy();
"""

QUALITY = """
CREATE FUNCTION reviews_guard_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checker text := 'staff:' || NEW.checked_by_id;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a check begins by waiting' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.decision_id, NEW.review_id, NEW.percent, NEW.drawn_at)
       IS DISTINCT FROM (OLD.decision_id, OLD.review_id, OLD.percent, OLD.drawn_at) THEN
        RAISE EXCEPTION 'what was drawn stays drawn' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        IF (NEW.checked_by_id, NEW.finding, NEW.note, NEW.follow_up, NEW.settled_by_id)
           IS DISTINCT FROM (OLD.checked_by_id, OLD.finding, OLD.note, OLD.follow_up, OLD.settled_by_id) THEN
            RAISE EXCEPTION 'a check changes by its state' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('waiting', 'proper'), ('waiting', 'improper'), ('improper', 'settled')) THEN
        RAISE EXCEPTION 'a check goes one way' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.checked_by_id IS NOT NULL AND (NEW.checked_by_id, NEW.finding, NEW.note)
       IS DISTINCT FROM (OLD.checked_by_id, OLD.finding, OLD.note) THEN
        RAISE EXCEPTION 'a finding stands as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM reviews_decision d LEFT JOIN reviews_policyversion p ON p.id = d.policy_id
                WHERE d.id = NEW.decision_id
                  AND (d.decided_by_id = NEW.checked_by_id OR checker IN (p.made_by, p.requested_by, p.approved_by)))
       OR EXISTS (SELECT FROM reviews_answer a WHERE a.review_id = NEW.review_id AND a.answered_by_id = NEW.checked_by_id) THEN
        RAISE EXCEPTION 'who decided does not check it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_check BEFORE INSERT OR UPDATE ON reviews_qualitycheck
    FOR EACH ROW EXECUTE FUNCTION reviews_guard_check();
ALTER TABLE reviews_qualitycheck ENABLE ALWAYS TRIGGER guard_check;
REVOKE DELETE, TRUNCATE ON reviews_qualitycheck FROM keizoku_app;
"""
UNDO_QUALITY = """
GRANT DELETE ON reviews_qualitycheck TO keizoku_app;
DROP TRIGGER guard_check ON reviews_qualitycheck;
DROP FUNCTION reviews_guard_check();
"""

# Approvals from before this table; which version of the record each wrote is not told anywhere.
CONFIRMED = """
INSERT INTO reviews_confirmation (customer_id, review_id, round, decision_id, confirmed_on, recorded_at, questionnaire_id,
                                  fields, source)
SELECT r.customer_id, d.review_id, d.round, d.id, (a.business_at AT TIME ZONE 'Asia/Tokyo')::date, d.decided_at,
       a.questionnaire_id,
       coalesce((SELECT jsonb_agg(jsonb_build_array(p.field, p.is_change) ORDER BY p.position) FROM reviews_proposedchange p
                  WHERE p.review_id = d.review_id AND p.round = d.round AND p.kind <> 'note'), '[]'), 'declared'
FROM reviews_decision d
JOIN reviews_review r ON r.id = d.review_id
JOIN reviews_answer a ON a.review_id = d.review_id AND a.round = d.round
WHERE d.outcome = 'approve' ORDER BY d.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""

# They go with the answers that they are about (``reviews.kept``), before what they point to.
KEEPING = """
INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments)
SELECT 'review', first - 3 + place, table_name, 'delete', condition, ''
FROM (SELECT min(ordinal) AS first FROM retention_way WHERE kind = 'review') AS known, (VALUES
    (0, 'reviews_confirmation', 'customer_id = ANY($1)'),
    (1, 'reviews_qualitycheck', 'review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))'),
    (2, 'reviews_judgement', 'review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))')
) AS new (place, table_name, condition)
"""
UNDO_KEEPING = """
DELETE FROM retention_way WHERE table_name IN ('reviews_confirmation', 'reviews_qualitycheck', 'reviews_judgement')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0017_kept_stops"),
        ("forms", "0002_questionnaires"),
        ("campaigns", "0003_audiences"),
        ("retention", "0003_kinds"),
        ("reviews", "0008_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.IntegerField(unique=True)),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "下書き"),
                            ("requested", "承認待ち"),
                            ("active", "使用中"),
                            ("retired", "使用を終えた"),
                            ("withdrawn", "取り下げ"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("requested_by", models.CharField(blank=True, max_length=40)),
                ("approved_by", models.CharField(blank=True, max_length=40)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                ("activated_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("state",),
                        name="reviews_one_active_policy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", ""),
                            models.Q(
                                models.Q(("approved_by", models.F("made_by")), _negated=True),
                                models.Q(("approved_by", models.F("requested_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="reviews_policy_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "requested", "withdrawn"]),
                            models.Q(
                                models.Q(("approved_by", ""), _negated=True), ("activated_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="reviews_active_policy_is_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyTrial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("result", models.JSONField()),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="reviews.policyversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("is_approved", models.BooleanField()),
                ("conditions", models.JSONField()),
                ("judged_at", models.DateTimeField()),
                ("business_at", models.DateTimeField()),
                (
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="reviews.review",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="reviews.policyversion",
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="decision",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="policy",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="reviews.policyversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", False), ("policy__isnull", True)),
                    models.Q(("decided_by__isnull", True), ("outcome", "approve"), ("policy__isnull", False)),
                    _connector="OR",
                ),
                name="reviews_decided_by_somebody_or_a_policy",
            ),
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("confirmed_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("fields", models.JSONField()),
                ("source", models.CharField(max_length=20)),
                ("record_version", models.IntegerField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="customers.customer",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="reviews.decision",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="forms.questionnaireversion",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QualityShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("percent", models.SmallIntegerField()),
                ("set_by", models.CharField(max_length=40)),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="QualityCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quality_checks",
                        to="reviews.review",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quality_check",
                        to="reviews.decision",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("percent", models.SmallIntegerField()),
                ("drawn_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "確認待ち"),
                            ("proper", "適切"),
                            ("improper", "不適切・対応待ち"),
                            ("settled", "不適切・対応済み"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("escalated_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("value_not_checked", "値の確かめが足りない"),
                            ("contradiction_missed", "ほかの情報との食い違いを見落とした"),
                            ("identity_not_checked", "本人であることの確かめが足りない"),
                            ("wrong_reason", "理由の選び方が違う"),
                            ("wrong_outcome", "結論が違う"),
                            ("policy_too_wide", "自動承認の決まりが広すぎる"),
                            ("note_missing", "記録が足りない"),
                        ],
                        max_length=30,
                    ),
                ),
                ("note", models.BinaryField(null=True)),
                (
                    "follow_up",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("task", "タスクを開く"),
                            ("review", "お客さまにもう一度確認する（新しい確認を開く）"),
                            ("nothing", "お客さまへの対応はいらない"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                fields=("review", "round"), name="reviews_one_confirmation_a_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(
                fields=("review", "round"), name="reviews_one_judgement_a_round"
            ),
        ),
        migrations.AddIndex(
            model_name="qualitycheck",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "improper"])),
                fields=["state_since", "id"],
                name="reviews_quality_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualitycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_by__isnull", True), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("checked_by__isnull", False)),
                    _connector="OR",
                ),
                name="reviews_check_names_its_checker",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualitycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding", ""), ("state__in", ["waiting", "proper"])),
                    models.Q(
                        ("state__in", ["improper", "settled"]), models.Q(("finding", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="reviews_improper_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                name="reviews_quality_share_of_a_hundred",
            ),
        ),
        migrations.RunSQL(CONFIRMED, migrations.RunSQL.noop),
        migrations.RunSQL(POLICIES, UNDO_POLICIES),
        migrations.RunSQL(QUALITY, UNDO_QUALITY),
        append_only("reviews_policytrial"),
        append_only("reviews_judgement"),
        append_only("reviews_confirmation"),
        append_only("reviews_qualityshare"),
        migrations.RunSQL(KEEPING, UNDO_KEEPING),
    ]
