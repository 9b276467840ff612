"""Reasons as numbers within their scorecard (rules.codes), and standings that move in place."""

import tomllib
from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

NUMBERS = """
ALTER TABLE risk_rating DISABLE TRIGGER append_only;
ALTER TABLE risk_rating ADD COLUMN reason_codes integer[] NOT NULL DEFAULT '{}';
ALTER TABLE risk_rating ADD COLUMN missing_codes integer[] NOT NULL DEFAULT '{}';
"""
# A rule that only lifts the level has no points: its number is negative.
RENUMBER = """
WITH places (factor, place) AS (SELECT * FROM unnest(%s::text[]) WITH ORDINALITY)
UPDATE risk_rating r SET
    reason_codes = coalesce((
        SELECT array_agg(CASE WHEN (reason->>'points')::int > 0 THEN 1 ELSE -1 END
                         * (p.place * 100 + coalesce((reason->>'rule')::int, 0))::int ORDER BY n)
        FROM jsonb_array_elements(r.reasons) WITH ORDINALITY AS e (reason, n) JOIN places p ON p.factor = reason->>'factor'
    ), '{}'),
    missing_codes = coalesce((
        SELECT array_agg(p.place::int ORDER BY n)
        FROM jsonb_array_elements_text(r.missing) WITH ORDINALITY AS e (factor, n) JOIN places p ON p.factor = e.factor
    ), '{}')
WHERE scorecard_id = %s
"""
REPLACE = """
ALTER TABLE risk_rating DROP COLUMN reasons, DROP COLUMN missing;
ALTER TABLE risk_rating RENAME COLUMN reason_codes TO reasons;
ALTER TABLE risk_rating RENAME COLUMN missing_codes TO missing;
ALTER TABLE risk_rating ALTER COLUMN reasons DROP DEFAULT, ALTER COLUMN missing DROP DEFAULT;
ALTER TABLE risk_rating ENABLE ALWAYS TRIGGER append_only;
"""
# Room on each page for the next version of a row, so that a new day or level is written beside the old one.
ROOM = "ALTER TABLE risk_standing SET (fillfactor = 80)"
NO_ROOM = "ALTER TABLE risk_standing RESET (fillfactor)"


def renumber(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(NUMBERS)
        cursor.execute("SELECT id, text FROM risk_scorecard")
        for scorecard_id, text in cursor.fetchall():
            factors = [factor["id"] for factor in tomllib.loads(text)["factor"]]
            cursor.execute(RENUMBER, [factors, scorecard_id])
        cursor.execute(REPLACE)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("risk", "0005_fewer_checks")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(renumber)],
            state_operations=[
                migrations.AlterField(
                    model_name="rating",
                    name="reasons",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list
                    ),
                ),
                migrations.AlterField(
                    model_name="rating",
                    name="missing",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="standing",
            name="customer",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="standing",
                serialize=False,
                to="customers.customer",
            ),
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
