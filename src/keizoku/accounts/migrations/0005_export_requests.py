"""Requests for files with the personal data of many, by two people."""

import django.db.models.deletion
import keizoku.accounts.exports.rules
from django.conf import settings
from django.db import migrations, models


# Whatever the code says: what was asked for stays, only whoever did not ask decides, and an end is an end.
GUARD = """
CREATE FUNCTION accounts_guard_export() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'asked' OR NEW.decided_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'a request begins as asked' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'requests are kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.kind, NEW.subject_id, NEW.people, NEW.purpose, NEW.asked_by_id, NEW.asked_at)
        IS DISTINCT FROM (OLD.kind, OLD.subject_id, OLD.people, OLD.purpose, OLD.asked_by_id, OLD.asked_at) THEN
        RAISE EXCEPTION 'what was asked for is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (OLD.state = 'asked' AND NEW.state IN ('approved', 'refused', 'withdrawn', 'lapsed')
            OR OLD.state = 'approved' AND NEW.state IN ('produced', 'withdrawn', 'lapsed')) THEN
        RAISE EXCEPTION 'a request does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id AND OLD.state <> 'asked' THEN
        RAISE EXCEPTION 'who decided is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by_id = NEW.asked_by_id THEN
        RAISE EXCEPTION 'who asked does not decide' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON accounts_exportrequest
    FOR EACH ROW EXECUTE FUNCTION accounts_guard_export();
ALTER TABLE accounts_exportrequest ENABLE ALWAYS TRIGGER guard;
"""
UNDO = """
DROP TRIGGER guard ON accounts_exportrequest;
DROP FUNCTION accounts_guard_export();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_phone_desk_role"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportRequest",
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
                        choices=[("why", "why"), ("proofs", "proofs"), ("recipients", "recipients")],
                        max_length=12,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("people", models.IntegerField()),
                ("purpose", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("produced", "produced"),
                            ("lapsed", "lapsed"),
                        ],
                        default=keizoku.accounts.exports.rules.State["ASKED"],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "approved"))),
                        fields=("kind", "subject_id", "asked_by"),
                        name="accounts_one_open_export",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="accounts_export_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("approved", "produced")), _negated=True),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="accounts_export_approved_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
