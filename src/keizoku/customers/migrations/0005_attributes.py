"""Attributes: versions that one person drafts and another approves, and values that are only ever added.

Beside the constraints, a trigger keeps a version as it was drafted, moves its state one way, refuses the maker as approver
and holds the type that was first approved.
"""

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

GUARD = """
CREATE FUNCTION customers_guard_attribute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM customers_attributeversion
                WHERE name = NEW.name AND approved_by <> '' AND type <> NEW.type) THEN
        RAISE EXCEPTION 'the type of an approved attribute never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.approved_by <> '' THEN
            RAISE EXCEPTION 'an attribute begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.name, NEW.version, NEW.type, NEW.definition, NEW.digest, NEW.made_by)
        IS DISTINCT FROM (OLD.name, OLD.version, OLD.type, OLD.definition, OLD.digest, OLD.made_by) THEN
        RAISE EXCEPTION 'an attribute is not edited: draft a new version' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'active'), ('draft', 'retired'), ('draft', 'withdrawn'),
                                      ('active', 'replaced'), ('retired', 'replaced')) THEN
        RAISE EXCEPTION 'an attribute goes one way: draft, in force, replaced' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('active', 'retired') AND (NEW.approved_by = '' OR NEW.approved_by = NEW.made_by) THEN
        RAISE EXCEPTION 'who drafted an attribute does not approve it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_attribute BEFORE INSERT OR UPDATE ON customers_attributeversion
    FOR EACH ROW EXECUTE FUNCTION customers_guard_attribute();
ALTER TABLE customers_attributeversion ENABLE ALWAYS TRIGGER guard_attribute;
REVOKE DELETE ON customers_attributeversion FROM keizoku_app;
"""

UNDO_GUARD = """
GRANT DELETE ON customers_attributeversion TO keizoku_app;
DROP TRIGGER guard_attribute ON customers_attributeversion;
DROP FUNCTION customers_guard_attribute();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_uploads_and_returns"),
    ]

    operations = [
        migrations.AddField("fact", "attributes", models.JSONField(default=dict, db_default={})),
        migrations.CreateModel(
            name="AttributeVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20)),
                ("version", models.IntegerField()),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("choice", "選択肢から1つ"),
                            ("list", "選択肢からいくつでも"),
                            ("number", "整数"),
                            ("date", "日付"),
                            ("flag", "はい・いいえ"),
                        ],
                        max_length=10,
                    ),
                ),
                ("definition", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "承認待ち"),
                            ("active", "有効"),
                            ("retired", "廃止"),
                            ("replaced", "前の版"),
                            ("withdrawn", "取り下げ"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("approved_by", models.CharField(blank=True, max_length=40)),
                ("approved_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "version"), name="customers_one_attribute_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["active", "retired"])),
                        fields=("name",),
                        name="customers_one_attribute_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("name",),
                        name="customers_one_attribute_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", ""),
                            models.Q(("approved_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="customers_attribute_four_eyes",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="AttributeValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20)),
                ("value", models.JSONField(null=True)),
                ("source", models.CharField(max_length=20)),
                ("as_of", models.DateField()),
                ("written_by", models.CharField(max_length=40)),
                ("written_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=20)),
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
                    models.Index(fields=["customer", "name", "-id"], name="customers_attribute_latest")
                ]
            },
        ),
        migrations.RunSQL(GUARD, UNDO_GUARD),
        append_only("customers_attributevalue"),
    ]
