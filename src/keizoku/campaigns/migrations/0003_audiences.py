"""Saved audiences with their versions, those that come with Keizoku, and what became of contacting each customer."""

import hashlib
import json

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# (origin, name, condition). What an institution needs on its first day; its people may add versions of their own.
READY_MADE = [
    ("due_0", "期日を迎えた方", {"all": [{"field": "due_on", "operator": "within_days", "value": 0}]}),
    (
        "due_30",
        "30日以内に期日を迎える方",
        {"all": [{"field": "due_on", "operator": "within_days", "value": 30}]},
    ),
    (
        "due_60",
        "60日以内に期日を迎える方",
        {"all": [{"field": "due_on", "operator": "within_days", "value": 60}]},
    ),
    (
        "due_90",
        "90日以内に期日を迎える方",
        {"all": [{"field": "due_on", "operator": "within_days", "value": 90}]},
    ),
    (
        "high_due_60",
        "リスク高で、60日以内に期日を迎える方",
        {
            "all": [
                {"field": "level", "operator": "one_of", "value": ["high"]},
                {"field": "due_on", "operator": "within_days", "value": 60},
            ]
        },
    ),
    (
        "stale_record",
        "3年より前から確認していない方",
        {
            "any": [
                {"field": "confirmed_on", "operator": "older_than_days", "value": 1095},
                {"field": "confirmed_on", "operator": "is_missing"},
            ]
        },
    ),
    (
        "residence_90",
        "在留期限が90日以内の方",
        {"all": [{"field": "residence_expires_on", "operator": "within_days", "value": 90}]},
    ),
    (
        "silent",
        "続けて2回以上お答えのない方",
        {"all": [{"field": "silences", "operator": "at_least", "value": 2}]},
    ),
]

# Business days in Japan. What reviews said before this table was there; contacts are gathered from their chunks.
BACKFILL = """
INSERT INTO campaigns_outreach (customer_id, answered_on, silences)
SELECT r.customer_id, (max(r.answered_at) AT TIME ZONE 'Asia/Tokyo')::date,
       count(*) FILTER (WHERE r.state = 'unanswered' AND r.opened_at > COALESCE(a.answered_at, '-infinity'))
FROM reviews_review r
LEFT JOIN (SELECT customer_id, max(answered_at) AS answered_at FROM reviews_review GROUP BY customer_id) a
    USING (customer_id)
GROUP BY r.customer_id
HAVING max(r.answered_at) IS NOT NULL OR count(*) FILTER (WHERE r.state = 'unanswered') > 0;
"""
# By statement, whoever changes reviews and however many at once; in the order of customers, as the gathering of contacts
# writes, so that the two never wait for each other in a circle.
ANSWERS = """
CREATE FUNCTION campaigns_keep_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaigns_outreach AS o (customer_id, answered_on, silences)
    SELECT n.customer_id, (n.answered_at AT TIME ZONE 'Asia/Tokyo')::date, 0
    FROM after_change n JOIN before_change b USING (id)
    WHERE n.answered_at IS NOT NULL AND n.answered_at IS DISTINCT FROM b.answered_at
    ORDER BY n.customer_id
    ON CONFLICT (customer_id) DO UPDATE
    SET answered_on = GREATEST(o.answered_on, EXCLUDED.answered_on), silences = 0;
    INSERT INTO campaigns_outreach AS o (customer_id, silences)
    SELECT n.customer_id, 1
    FROM after_change n JOIN before_change b USING (id)
    WHERE n.state = 'unanswered' AND b.state <> 'unanswered'
    ORDER BY n.customer_id
    ON CONFLICT (customer_id) DO UPDATE SET silences = o.silences + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER campaigns_keep_answers AFTER UPDATE ON reviews_review
    REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_keep_answers();
"""
UNDO_ANSWERS = (
    "DROP TRIGGER campaigns_keep_answers ON reviews_review; DROP FUNCTION campaigns_keep_answers();"
)

# Whom a campaign reached: unpartitioned, so that the planner has statistics of it.
CONTACTS = """
CREATE TABLE campaigns_contact (
    campaign_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    PRIMARY KEY (campaign_id, customer_id)
);
"""
UNDO_CONTACTS = "DROP TABLE campaigns_contact"

# The summary goes with the answers that it sums up (``reviews.kept``).
KEEPING = """
INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments)
SELECT 'review', max(ordinal) + 1, 'campaigns_outreach', 'delete', 'customer_id = ANY($1)', ''
FROM retention_way WHERE kind = 'review';
INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments)
SELECT 'campaign_detail', max(ordinal) + 1, 'campaigns_contact', 'delete', 'campaign_id = ANY($1)', ''
FROM retention_way WHERE kind = 'campaign_detail';
"""
UNDO_KEEPING = "DELETE FROM retention_way WHERE table_name IN ('campaigns_outreach', 'campaigns_contact')"

# A count reads the facts alone, less the few customers whose relation ended.
ENDED = "CREATE INDEX customers_customer_ended ON customers_customer (id) WHERE state <> 'active'"
UNDO_ENDED = "DROP INDEX customers_customer_ended"


def supply(apps, schema_editor):
    database = schema_editor.connection.alias  # the owner's, not the app's
    audience = apps.get_model("campaigns", "SavedAudience").objects.using(database)
    version = apps.get_model("campaigns", "AudienceVersion").objects.using(database)
    for origin, name, condition in READY_MADE:
        text = json.dumps(condition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        version.create(
            audience=audience.create(name=name, origin=origin),
            number=1,
            condition=condition,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            note="はじめから入っている対象",
        )


def _key() -> models.BigAutoField:  # type: ignore[type-arg]
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_audience"),
        ("customers", "0013_sources"),
        ("reviews", "0002_guards_and_codes"),
        ("retention", "0003_kinds"),
    ]
    operations = [
        migrations.CreateModel(
            "SavedAudience",
            [
                ("id", _key()),
                ("name", models.CharField(max_length=60)),
                ("origin", models.CharField(blank=True, max_length=30)),
                ("made_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("archived_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(archived_at=None),
                        name="campaigns_one_audience_a_name",
                    ),
                    models.UniqueConstraint(
                        fields=["origin"],
                        condition=~models.Q(origin=""),
                        name="campaigns_one_audience_an_origin",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "AudienceVersion",
            [
                ("id", _key()),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="campaigns.savedaudience",
                    ),
                ),
                ("number", models.IntegerField()),
                ("condition", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("made_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["audience", "number"], name="campaigns_one_audience_version_a_number"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "AudienceCount",
            [
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="counted",
                        serialize=False,
                        to="campaigns.audienceversion",
                    ),
                ),
                ("matching", models.IntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            "Outreach",
            [
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("contacted_on", models.DateField(null=True)),
                ("line_on", models.DateField(null=True)),
                ("email_on", models.DateField(null=True)),
                ("sms_on", models.DateField(null=True)),
                ("letter_on", models.DateField(null=True)),
                ("answered_on", models.DateField(null=True)),
                ("silences", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            "GatheredChunk",
            [
                ("chunk_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("campaign_id", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            "Campaign",
            "audience_version",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="campaigns.audienceversion",
            ),
        ),
        migrations.RunPython(supply, migrations.RunPython.noop),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(ANSWERS, UNDO_ANSWERS),
        migrations.RunSQL(CONTACTS, UNDO_CONTACTS),
        migrations.RunSQL(KEEPING, UNDO_KEEPING),
        migrations.RunSQL(ENDED, UNDO_ENDED),
        append_only("campaigns_audienceversion"),
        append_only("campaigns_gatheredchunk"),
        append_only("campaigns_contact"),
    ]
