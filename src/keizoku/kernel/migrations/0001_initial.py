"""What this database is, and its clock. The kind comes from the setting ``INSTALLATION_KIND`` once, at creation."""

from datetime import timedelta

from django.conf import settings
from django.db import migrations, models

from keizoku.kernel.database.guards import REFUSE_CHANGE_FUNCTION, append_only

CLOCK = """
CREATE FUNCTION keizoku_business_now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT statement_timestamp() + ahead_by FROM kernel_businessclock $$;

CREATE FUNCTION keizoku_guard_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind FROM kernel_installation) <> 'demo' THEN
        RAISE EXCEPTION 'the business clock of a production database never moves' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.ahead_by < OLD.ahead_by THEN
        RAISE EXCEPTION 'the business clock never goes back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keizoku_guard_clock BEFORE UPDATE ON kernel_businessclock FOR EACH ROW EXECUTE FUNCTION keizoku_guard_clock();
REVOKE INSERT, DELETE ON kernel_businessclock FROM keizoku_app;
REVOKE INSERT ON kernel_installation FROM keizoku_app;
"""

UNDO_CLOCK = """
DROP TRIGGER keizoku_guard_clock ON kernel_businessclock;
DROP FUNCTION keizoku_guard_clock();
DROP FUNCTION keizoku_business_now();
"""


def write_first_rows(apps, schema_editor):
    database = schema_editor.connection.alias
    apps.get_model("kernel", "Installation").objects.using(database).create(
        id=1, kind=settings.INSTALLATION_KIND
    )
    apps.get_model("kernel", "BusinessClock").objects.using(database).create(id=1, ahead_by=timedelta(0))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(REFUSE_CHANGE_FUNCTION, "DROP FUNCTION keizoku_refuse_change()"),
        migrations.CreateModel(
            name="Installation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("demo", "demo"), ("production", "production")], max_length=10),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="installation_one_row")]
            },
        ),
        migrations.CreateModel(
            name="BusinessClock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ahead_by", models.DurationField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(id=1), name="business_clock_one_row")
                ]
            },
        ),
        migrations.RunPython(write_first_rows, migrations.RunPython.noop),
        migrations.RunSQL(CLOCK, UNDO_CLOCK),
        append_only("kernel_installation"),
    ]
