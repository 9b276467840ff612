"""Questionnaires in versions that one person writes and another approves; the ready ones, in use.

Beside the constraints, triggers keep a version's states to one way, its steps to its time as a draft, and its approver
apart from everybody who wrote a step of it or asked for the approval. What was published before is in use as it was.
"""

import hashlib
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from keizoku.kernel.database.guards import append_only

SHIPPED = Path(__file__).resolve().parent.parent / "questionnaires"
# Corporations and sole proprietors were asked what persons are asked; from now on each is asked its own.
READY = ("sole_proprietor", "corporation", "residence_period", "address_change")
MAKER, APPROVER = "system:setup", "system:setup-approval"

GUARD = """
CREATE FUNCTION forms_guard_edition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.approved_by <> '' OR NEW.published_id IS NOT NULL THEN
            RAISE EXCEPTION 'a questionnaire begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.questionnaire, NEW.version) IS DISTINCT FROM (OLD.questionnaire, OLD.version) THEN
        RAISE EXCEPTION 'a version keeps its name and number' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        RAISE EXCEPTION 'a version changes by its state' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'requested'), ('draft', 'withdrawn'), ('requested', 'draft'),
                                      ('requested', 'active'), ('active', 'retired')) THEN
        RAISE EXCEPTION 'a questionnaire goes one way: draft, requested, active, retired'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT digest INTO newest FROM forms_editionstep WHERE edition_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF NEW.state IN ('requested', 'active') AND NEW.digest IS DISTINCT FROM newest THEN
        RAISE EXCEPTION 'what is approved is what was written last' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'active' THEN
        IF NEW.digest <> OLD.digest OR NEW.requested_by <> OLD.requested_by OR NOT EXISTS (
            SELECT FROM forms_questionnaireversion
             WHERE id = NEW.published_id AND digest = NEW.digest AND questionnaire = NEW.questionnaire
               AND version = NEW.version) THEN
            RAISE EXCEPTION 'what is published is what was requested' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.approved_by IN ('', NEW.requested_by)
           OR EXISTS (SELECT FROM forms_editionstep WHERE edition_id = NEW.id AND made_by = NEW.approved_by) THEN
            RAISE EXCEPTION 'who wrote a part of a questionnaire does not approve it'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF (NEW.approved_by, NEW.published_id) IS DISTINCT FROM (OLD.approved_by, OLD.published_id) THEN
        RAISE EXCEPTION 'approval stands as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_edition BEFORE INSERT OR UPDATE ON forms_edition
    FOR EACH ROW EXECUTE FUNCTION forms_guard_edition();
ALTER TABLE forms_edition ENABLE ALWAYS TRIGGER guard_edition;
REVOKE DELETE ON forms_edition FROM keizoku_app;

CREATE FUNCTION forms_guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM forms_edition WHERE id = NEW.edition_id AND state = 'draft' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a draft is written' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_step BEFORE INSERT ON forms_editionstep
    FOR EACH ROW EXECUTE FUNCTION forms_guard_step();
ALTER TABLE forms_editionstep ENABLE ALWAYS TRIGGER guard_step;
"""
UNDO_GUARD = """
DROP TRIGGER guard_step ON forms_editionstep;
DROP FUNCTION forms_guard_step();
GRANT DELETE ON forms_edition TO keizoku_app;
DROP TRIGGER guard_edition ON forms_edition;
DROP FUNCTION forms_guard_edition();
"""


def put_in_use(apps, schema_editor):
    """Every published version as an edition, the newest in use; then the ready questionnaires that are new."""
    alias = schema_editor.connection.alias
    published = apps.get_model("forms", "QuestionnaireVersion").objects.using(alias)
    for name in READY:
        if not published.filter(questionnaire=name).exists():
            text = (SHIPPED / f"{name}-1.toml").read_text(encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            published.create(questionnaire=name, version=1, text=text, digest=digest)
    in_use: set[str] = set()
    for row in published.order_by("questionnaire", "-version"):
        edition = (
            apps.get_model("forms", "Edition")
            .objects.using(alias)
            .create(
                questionnaire=row.questionnaire,
                version=row.version,
                state="retired" if row.questionnaire in in_use else "active",
                state_since=timezone.now(),
                digest=row.digest,
                requested_by=MAKER,
                approved_by=APPROVER,
                published=row,
            )
        )
        in_use.add(row.questionnaire)
        apps.get_model("forms", "EditionStep").objects.using(alias).create(
            edition=edition, number=1, text=row.text, digest=row.digest, what="installed", made_by=MAKER
        )
    with schema_editor.connection.cursor() as cursor:
        # No check of a foreign key may wait while the tables get their triggers.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("questionnaire", models.CharField(max_length=30)),
                ("version", models.IntegerField()),
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
                ("digest", models.CharField(blank=True, max_length=64)),
                ("requested_by", models.CharField(blank=True, max_length=40)),
                ("approved_by", models.CharField(blank=True, max_length=40)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                (
                    "published",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edition",
                        to="forms.questionnaireversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("questionnaire", "version"), name="forms_one_edition"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("questionnaire",),
                        name="forms_one_active_version",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "requested"])),
                        fields=("questionnaire",),
                        name="forms_one_version_in_making",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "requested", "withdrawn"]),
                            models.Q(
                                ("published__isnull", False),
                                models.Q(("approved_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="forms_active_version_is_published",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="EditionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("what", models.CharField(max_length=20)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="forms.edition"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("edition", "number"), name="forms_one_step")]
            },
        ),
        migrations.RunPython(put_in_use, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, UNDO_GUARD),
        append_only("forms_editionstep"),
    ]
