"""A stop that somebody's word of a death set goes by the words of two people, and not otherwise."""

from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# The days are those of ``contact.lifting.COUNTS_FOR``.
GUARD = """
CREATE FUNCTION customers_two_doubts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.campaign_id IS NULL AND OLD.reason = 'needs_person' AND
        (SELECT count(DISTINCT said_by) FROM customers_stopdoubt
          WHERE stop_id = OLD.id AND said_at > now() - interval '14 days') < 2 THEN
        RAISE EXCEPTION 'the stop of customer % goes by the words of two people', OLD.customer_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER goes_by_two BEFORE DELETE ON customers_contactstop
    FOR EACH ROW EXECUTE FUNCTION customers_two_doubts();
ALTER TABLE customers_contactstop ENABLE ALWAYS TRIGGER goes_by_two;
"""
UNDO = """
DROP TRIGGER goes_by_two ON customers_contactstop;
DROP FUNCTION customers_two_doubts();
"""
REASONS = [
    ("alive", "ご本人が存命と確かめた"),
    ("another", "別の方についての申し出だった"),
    ("slip", "操作の誤りだった"),
    ("decided", "審査で、回答を続けていただくと決めた"),
]


class Migration(migrations.Migration):
    dependencies = [("customers", "0018_paper_stop")]
    operations = [
        migrations.CreateModel(
            name="StopDoubt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.BigIntegerField()),
                ("stop_id", models.BigIntegerField()),
                ("reason", models.CharField(choices=REASONS, max_length=10)),
                ("said_by", models.BigIntegerField()),
                ("said_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["stop_id"], name="customers_doubts_of_stop")]},
        ),
        append_only("customers_stopdoubt"),
        migrations.RunSQL(GUARD, UNDO),
    ]
