"""Decisions and their labels, confirmation records, findings, face templates, and the policy; what the database itself refuses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# A verdict is given by somebody who neither asked for the verification nor took its pictures; the second is another than the
# first and says the same; a policy gives one only where it is in force, decides by itself, every check passed, and the
# institution has labelled 300 cases of its own.
DECISIONS = """
CREATE FUNCTION identity_decision_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about identity_verification;
    first identity_decision;
BEGIN
    SELECT * INTO about FROM identity_verification WHERE id = NEW.verification_id;
    IF about.state <> 'waiting' OR about.round <> NEW.round THEN
        RAISE EXCEPTION 'verification % does not wait for a decision', NEW.verification_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.decided_by_id IS NOT NULL AND (
        about.asked_by = 'staff:' || NEW.decided_by_id
        OR EXISTS (SELECT FROM identity_capturesession s
                   WHERE s.verification_id = about.id AND s.begun_by = 'staff:' || NEW.decided_by_id)) THEN
        RAISE EXCEPTION 'the maker of verification % does not decide it', about.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.agrees_with_id IS NOT NULL THEN
        SELECT * INTO first FROM identity_decision WHERE id = NEW.agrees_with_id;
        IF first.decided_by_id = NEW.decided_by_id OR first.is_final OR NOT NEW.is_final
           OR (first.verification_id, first.round, first.verdict)
              IS DISTINCT FROM (NEW.verification_id, NEW.round, NEW.verdict) THEN
            RAISE EXCEPTION 'the second pair of eyes is another person''s, on the same verdict'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.policy_id IS NOT NULL AND (
        NEW.verdict <> 'passed'
        OR NOT EXISTS (SELECT FROM identity_policyversion p WHERE p.id = NEW.policy_id AND p.state = 'active'
                       AND p.content ->> 'automatic' = 'true')
        OR (SELECT count(*) FROM identity_label) < 300
        OR NOT EXISTS (SELECT FROM identity_check c WHERE c.verification_id = about.id AND c.round = about.round)
        OR EXISTS (SELECT FROM identity_check c WHERE c.verification_id = about.id AND c.round = about.round
                   AND c.outcome <> 'passed')) THEN
        RAISE EXCEPTION 'no policy may decide verification %', about.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT ON identity_decision FOR EACH ROW EXECUTE FUNCTION identity_decision_rules();
ALTER TABLE identity_decision ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION identity_decided_by_somebody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('passed', 'refused', 'asked_again') AND NEW.state <> OLD.state
       AND NOT EXISTS (SELECT FROM identity_decision d WHERE d.verification_id = OLD.id AND d.round = OLD.round
                       AND d.is_final AND d.verdict = NEW.state) THEN
        RAISE EXCEPTION 'nobody decided verification %', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided BEFORE UPDATE ON identity_verification
    FOR EACH ROW EXECUTE FUNCTION identity_decided_by_somebody();
ALTER TABLE identity_verification ENABLE ALWAYS TRIGGER decided;

CREATE FUNCTION identity_label_of_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM identity_decision d
               WHERE d.verification_id = NEW.verification_id AND d.decided_by_id = NEW.labelled_by_id)
       OR NOT EXISTS (SELECT FROM identity_decision d WHERE d.verification_id = NEW.verification_id AND d.is_final
                      AND d.verdict IN ('passed', 'refused') AND d.decided_by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a case is labelled after a person''s decision, by another person'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER of_another BEFORE INSERT ON identity_label
    FOR EACH ROW EXECUTE FUNCTION identity_label_of_another();
ALTER TABLE identity_label ENABLE ALWAYS TRIGGER of_another;

CREATE FUNCTION identity_policy_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.content, NEW.digest, NEW.made_by, NEW.made_at) IS DISTINCT FROM
       (OLD.content, OLD.digest, OLD.made_by, OLD.made_at)
       OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
           ('requested', 'active'), ('requested', 'withdrawn'), ('active', 'retired')))
       OR (OLD.approved_by <> '' AND NEW.approved_by <> OLD.approved_by) THEN
        RAISE EXCEPTION 'policy % stays as it was proposed, and moves one way', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE UPDATE ON identity_policyversion
    FOR EACH ROW EXECUTE FUNCTION identity_policy_moves();
ALTER TABLE identity_policyversion ENABLE ALWAYS TRIGGER moves;
REVOKE DELETE, TRUNCATE ON identity_policyversion FROM keizoku_app;

CREATE FUNCTION identity_template_proof() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = (SELECT relowner::regrole::text FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN OLD;  -- the end of its retention, which a certificate proves
    END IF;
    IF NOT EXISTS (SELECT FROM identity_templatedeletion d
                   WHERE d.verification_id = OLD.verification_id AND d.digest = OLD.digest) THEN
        RAISE EXCEPTION 'a face template goes with a proof that it went' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER proof BEFORE DELETE ON identity_facetemplate
    FOR EACH ROW EXECUTE FUNCTION identity_template_proof();
ALTER TABLE identity_facetemplate ENABLE ALWAYS TRIGGER proof;
"""
UNDO_DECISIONS = """
DROP TRIGGER proof ON identity_facetemplate;
DROP FUNCTION identity_template_proof();
GRANT DELETE ON identity_policyversion TO keizoku_app;
DROP TRIGGER moves ON identity_policyversion;
DROP FUNCTION identity_policy_moves();
DROP TRIGGER of_another ON identity_label;
DROP FUNCTION identity_label_of_another();
DROP TRIGGER decided ON identity_verification;
DROP FUNCTION identity_decided_by_somebody();
DROP TRIGGER rules ON identity_decision;
DROP FUNCTION identity_decision_rules();
"""
# What goes with a verification, children first (``identity.kept``).
PARTS = [
    "identity_facetemplate",
    "identity_templatedeletion",
    "identity_finding",
    "identity_confirmationrecord",
    "identity_label",
    "identity_decision",
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
        ("identity", "0003_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "truth",
                    models.CharField(
                        choices=[
                            ("genuine", "本人・本物"),
                            ("other_person", "別の人"),
                            ("forged_document", "偽造の書類"),
                            ("print", "印刷した写真"),
                            ("screen_replay", "画面に映した写真や動画"),
                            ("mask", "お面"),
                            ("injected_video", "カメラを通さない映像"),
                        ],
                        max_length=20,
                    ),
                ),
                ("labelled_at", models.DateTimeField()),
                (
                    "labelled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verification",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="label",
                        to="identity.verification",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "承認待ち"),
                            ("active", "使用中"),
                            ("retired", "使用終了"),
                            ("withdrawn", "取り下げ"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("approved_by", models.CharField(blank=True, max_length=40)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("state",),
                        name="identity_one_active_policy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", ""),
                            models.Q(("approved_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="identity_policy_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["requested", "withdrawn"]),
                            models.Q(("approved_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="identity_policy_in_force_is_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateDeletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("deleted_at", models.DateTimeField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("due", "保存の期限が来た"),
                            ("asked", "本人の申し出"),
                            ("not_passed", "本人確認が成立しなかった"),
                            ("replaced", "撮り直した顔に置き換えた"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="template_deletions",
                        to="identity.verification",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ConfirmationRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.SmallIntegerField()),
                ("payload", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "number"), name="identity_one_record_a_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FaceTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("delete_on", models.DateField()),
                (
                    "verification",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="template",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["delete_on"], name="identity_template_due")],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=30)),
                ("value", models.BinaryField()),
                ("is_difference", models.BooleanField()),
                (
                    "kind",
                    models.CharField(
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
                ("found_at", models.DateTimeField()),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "field"), name="identity_one_finding_a_field"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("number", models.SmallIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("passed", "確認できた"),
                            ("refused", "確認できなかった"),
                            ("asked_again", "撮り直しを頼む"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=30)),
                ("note", models.BinaryField(null=True)),
                ("again", models.JSONField(default=list)),
                ("is_final", models.BooleanField()),
                ("decided_at", models.DateTimeField()),
                ("business_at", models.DateTimeField()),
                (
                    "agrees_with",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed",
                        to="identity.decision",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="identity.verification",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.policyversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "round", "number"), name="identity_one_decision_a_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_final", True)),
                        fields=("verification", "round"),
                        name="identity_one_final_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", False), ("policy__isnull", True)),
                            models.Q(
                                ("decided_by__isnull", True), ("policy__isnull", False), ("is_final", True)
                            ),
                            _connector="OR",
                        ),
                        name="identity_somebody_decided",
                    ),
                ],
            },
        ),
        migrations.RunSQL(DECISIONS, UNDO_DECISIONS),
        append_only("identity_decision"),
        append_only("identity_label"),
        append_only("identity_confirmationrecord"),
        append_only("identity_finding"),
        append_only("identity_templatedeletion"),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
