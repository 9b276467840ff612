"""Requests for changes of staff, by two people."""

import django.db.models.deletion
import keizoku.accounts.administration.rules
from django.conf import settings
from django.db import migrations, models


# Whatever the code says: what was asked for stays, and neither who asked nor whom it is about decides.
GUARD = """
CREATE FUNCTION accounts_guard_staff_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF OLD.state <> 'asked' OR (NEW.change, NEW.staff_id, NEW.role, NEW.department, NEW.reason, NEW.asked_by_id, NEW.asked_at)
        IS DISTINCT FROM (OLD.change, OLD.staff_id, OLD.role, OLD.department, OLD.reason, OLD.asked_by_id, OLD.asked_at) THEN
        RAISE EXCEPTION 'what was asked for is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by_id IN (NEW.asked_by_id, NEW.staff_id) THEN
        RAISE EXCEPTION 'who asked, and whom it is about, does not decide' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON accounts_staffchange
    FOR EACH ROW EXECUTE FUNCTION accounts_guard_staff_change();
ALTER TABLE accounts_staffchange ENABLE ALWAYS TRIGGER guard;
"""
UNDO = """
DROP TRIGGER guard ON accounts_staffchange;
DROP FUNCTION accounts_guard_staff_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_export_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("join", "join"),
                            ("role", "role"),
                            ("return", "return"),
                            ("reset", "reset"),
                        ],
                        max_length=8,
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("department", models.CharField(blank=True, max_length=60)),
                ("reason", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("lapsed", "lapsed"),
                        ],
                        default=keizoku.accounts.administration.rules.State["ASKED"],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
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
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("staff",),
                        name="accounts_one_change_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked_by", models.F("staff")), _negated=True),
                        name="accounts_change_not_asked_for_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                models.Q(("decided_by", models.F("staff")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="accounts_change_by_two_others",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="accounts_change_done_by_two",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
