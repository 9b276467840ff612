"""Counters of answers and of people, which outlive a campaign's detail, and the trigger that brings answers to them."""

from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# By row and only where a first answer comes: other changes of reviews do not pay for it. A second round is no new answer.
ANSWERS = """
CREATE FUNCTION campaigns_note_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaigns_uncountedanswer (review_id, campaign_id, answered_at)
    VALUES (NEW.id, NEW.campaign_id, NEW.answered_at) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER campaigns_note_answer AFTER UPDATE OF answered_at ON reviews_review FOR EACH ROW
    WHEN (OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL AND NEW.campaign_id IS NOT NULL)
    EXECUTE FUNCTION campaigns_note_answer();
"""
UNDO_ANSWERS = "DROP TRIGGER campaigns_note_answer ON reviews_review; DROP FUNCTION campaigns_note_answer();"

# What was answered before there were counters.
BACKFILL = """
INSERT INTO campaigns_uncountedanswer (review_id, campaign_id, answered_at)
SELECT id, campaign_id, answered_at FROM reviews_review
WHERE answered_at IS NOT NULL AND campaign_id IS NOT NULL
"""


def _key() -> models.BigAutoField:  # type: ignore[type-arg]
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_incidents"), ("reviews", "0003_silent")]
    operations = [
        migrations.CreateModel(
            "UncountedAnswer",
            [
                ("review_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("campaign_id", models.BigIntegerField()),
                ("answered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            "AnswerCount",
            [
                ("id", _key()),
                ("campaign_id", models.BigIntegerField()),
                ("course", models.SmallIntegerField()),
                ("step", models.SmallIntegerField()),
                ("channel", models.CharField(blank=True, max_length=10)),
                ("way", models.CharField(blank=True, max_length=10)),
                ("day", models.DateField()),
                ("count", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["campaign_id"], name="campaigns_answercount_of")],
            },
        ),
        migrations.CreateModel(
            "HeadCount",
            [
                ("id", _key()),
                ("campaign_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("course", models.SmallIntegerField(default=0)),
                ("step", models.SmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("count", models.IntegerField()),
                ("up_to", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["campaign_id"], name="campaigns_headcount_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=~models.Q(kind="skipped"),
                        fields=["campaign_id", "kind", "course", "reason"],
                        name="campaigns_heads_counted_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(ANSWERS, UNDO_ANSWERS),
        append_only("campaigns_answercount"),
        append_only("campaigns_headcount"),
    ]
