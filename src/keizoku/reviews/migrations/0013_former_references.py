"""The code that a reissued one took the place of is kept, for the form on paper that carries it; no other review draws it."""

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

SKIP_FORMER = """
CREATE OR REPLACE FUNCTION keizoku_reference_code() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    ten bigint;
    code bigint;
BEGIN
    LOOP
        ten := ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12))::bit(48)::bigint % 10000000000;
        code := ten * 10 + keizoku_damm_digit(lpad(ten::text, 10, '0'));
        EXIT WHEN NOT EXISTS (SELECT FROM reviews_formerreference WHERE reference = code);
    END LOOP;
    RETURN code;
END $$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION keizoku_reference_code() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    ten bigint;
BEGIN
    ten := ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12))::bit(48)::bigint % 10000000000;
    RETURN ten * 10 + keizoku_damm_digit(lpad(ten::text, 10, '0'));
END $$;
"""
CONDITION = "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))"


def go_with_the_review(apps, schema_editor):
    """Before the drafts, as the forms do: a former code goes before its review does."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT ordinal FROM retention_way WHERE kind = 'review' AND table_name = 'forms_draft'"
        )
        (place,) = cursor.fetchone()
        # Two moves, since no two ways may have one place even for a moment.
        for shift in (1000, -999):
            cursor.execute(
                "UPDATE retention_way SET ordinal = ordinal + %s WHERE kind = 'review' AND ordinal >= %s",
                [shift, place],
            )
        cursor.execute(
            "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
            "VALUES ('review', %s, 'reviews_formerreference', 'delete', %s, '')",
            [place, CONDITION],
        )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0012_who_checks")]
    operations = [
        migrations.CreateModel(
            "FormerReference",
            [
                ("reference", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="reviews.review", related_name="+"
                    ),
                ),
                ("replaced_at", models.DateTimeField()),
            ],
        ),
        append_only("reviews_formerreference"),
        migrations.RunSQL(SKIP_FORMER, AS_BEFORE),
        migrations.RunPython(go_with_the_review, migrations.RunPython.noop),
    ]
