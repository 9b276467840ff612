"""A campaign's counts of reviews, kept by triggers for its page; they stay when the reviews have been destroyed."""

from django.db import migrations, models

# Added up without a join: a plan that was kept from a single answer serves a deadline's hundred thousand as well.
KEEP = """
CREATE FUNCTION reviews_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO reviews_tally (campaign_id, kind, count)
        SELECT r.campaign_id, v.kind, count(*) FROM new_rows r CROSS JOIN LATERAL (VALUES
            ('opened', true), ('answered', r.answered_at IS NOT NULL), ('decided', r.decided_at IS NOT NULL),
            ('unanswered', r.state = 'unanswered')) AS v (kind, holds)
        WHERE r.campaign_id IS NOT NULL AND v.holds GROUP BY 1, 2;
    ELSE
        INSERT INTO reviews_tally (campaign_id, kind, count)
        SELECT m.campaign_id, v.kind, sum(m.change) FROM (
            SELECT campaign_id, state, answered_at, decided_at, 1 AS change FROM new_rows
            UNION ALL SELECT campaign_id, state, answered_at, decided_at, -1 FROM old_rows
        ) m CROSS JOIN LATERAL (VALUES
            ('answered', m.answered_at IS NOT NULL), ('decided', m.decided_at IS NOT NULL),
            ('unanswered', m.state = 'unanswered')) AS v (kind, holds)
        WHERE m.campaign_id IS NOT NULL AND v.holds GROUP BY 1, 2 HAVING sum(m.change) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER counted_new AFTER INSERT ON reviews_review REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_count();
CREATE TRIGGER counted_changed AFTER UPDATE ON reviews_review REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_count();
"""
UNDO = """
DROP TRIGGER counted_changed ON reviews_review;
DROP TRIGGER counted_new ON reviews_review;
DROP FUNCTION reviews_count();
"""
COUNT = """
INSERT INTO reviews_tally (campaign_id, kind, count)
SELECT r.campaign_id, v.kind, count(*) FROM reviews_review r CROSS JOIN LATERAL (VALUES
    ('opened', true), ('answered', r.answered_at IS NOT NULL), ('decided', r.decided_at IS NOT NULL),
    ('unanswered', r.state = 'unanswered')) AS v (kind, holds)
WHERE r.campaign_id IS NOT NULL AND v.holds GROUP BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_silent")]
    operations = [
        migrations.CreateModel(
            "Tally",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("campaign_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("count", models.IntegerField()),
            ],
            options={"indexes": [models.Index(fields=["campaign_id"], name="reviews_tally_of")]},
        ),
        migrations.RunSQL(KEEP, UNDO),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
