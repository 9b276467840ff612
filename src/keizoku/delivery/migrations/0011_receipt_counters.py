"""Receipts' counters, of which one arrives with each callback, are folded: those of one wave, kind and day become one row.

The table is append-only. This function is the one way to take rows out of it, and puts their sum back in the same statement;
it touches no counter of a carrier's own answers, whose ids mark what came before a halt.
"""

from django.db import migrations, models

FOLD = """
CREATE FUNCTION delivery_fold_counters() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    folded bigint;
BEGIN
    INSERT INTO keizoku_lift (xid, operation, table_name) VALUES (pg_current_xact_id(), 'DELETE', 'delivery_counter');
    WITH many AS (
        SELECT wave_id, result, code, day FROM delivery_counter
        WHERE result IN ('delivered', 'undelivered', 'complained')
        GROUP BY wave_id, result, code, day HAVING count(*) > 1
    ), gone AS (
        DELETE FROM delivery_counter c USING many m
        WHERE c.result IN ('delivered', 'undelivered', 'complained')
          AND c.wave_id = m.wave_id AND c.result = m.result AND c.code = m.code AND c.day = m.day
        RETURNING c.campaign_id, c.wave_id, c.step, c.channel, c.result, c.code, c.count, c.day
    ), kept AS (
        INSERT INTO delivery_counter (campaign_id, wave_id, step, channel, result, code, count, day)
        SELECT campaign_id, wave_id, step, channel, result, code, sum(count), day
        FROM gone GROUP BY campaign_id, wave_id, step, channel, result, code, day
    )
    SELECT count(*) INTO folded FROM gone;
    DELETE FROM keizoku_lift
    WHERE xid = pg_current_xact_id() AND operation = 'DELETE' AND table_name = 'delivery_counter';
    RETURN folded;
END $$;
REVOKE ALL ON FUNCTION delivery_fold_counters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delivery_fold_counters() TO keizoku_app;
"""
UNDO = "DROP FUNCTION delivery_fold_counters();"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0010_receipt_speed"), ("kernel", "0002_lifted_guards")]
    operations = [
        migrations.AddIndex(
            "counter",
            models.Index(
                fields=["wave", "result", "code", "day"],
                condition=models.Q(result__in=["delivered", "undelivered", "complained"]),
                name="delivery_counter_receipts",
            ),
        ),
        migrations.RunSQL(FOLD, UNDO),
    ]
