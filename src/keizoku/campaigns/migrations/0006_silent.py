"""Cases of the silent with their events, counts and four eyes; files that are exported; indexes for the lists of reasons."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# Born open; what was decided by two people stays as it was proposed; who proposed does not confirm.
GUARDS = """
CREATE FUNCTION campaigns_silent_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR NEW.proposed_by IS NOT NULL OR NEW.confirmed_by IS NOT NULL THEN
            RAISE EXCEPTION 'a case of a silent customer begins open' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.campaign_id, NEW.customer_id) IS DISTINCT FROM (OLD.campaign_id, OLD.customer_id) THEN
        RAISE EXCEPTION 'case % stays with its campaign and customer', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'proposed' AND OLD.state <> 'proposed' AND NEW.proposed_by IS NULL THEN
        RAISE EXCEPTION 'a restriction is proposed by somebody' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state = 'restricted' AND OLD.state <> 'restricted' THEN
        IF OLD.state <> 'proposed' OR NEW.confirmed_by IS NULL OR NEW.confirmed_by = OLD.proposed_by THEN
            RAISE EXCEPTION 'a restriction is confirmed by another than who proposed it'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    IF OLD.state IN ('proposed', 'restricted') AND NEW.state IN ('proposed', 'restricted')
       AND (NEW.proposed_by, NEW.reason, NEW.measure) IS DISTINCT FROM (OLD.proposed_by, OLD.reason, OLD.measure) THEN
        RAISE EXCEPTION 'what was proposed for case % is not changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER four_eyes BEFORE INSERT OR UPDATE ON campaigns_silentcase
    FOR EACH ROW EXECUTE FUNCTION campaigns_silent_four_eyes();
ALTER TABLE campaigns_silentcase ENABLE ALWAYS TRIGGER four_eyes;

CREATE FUNCTION campaigns_silent_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Nobody's account is restricted by a list: one customer, one decision.
        IF (SELECT count(*) FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.state IN ('proposed', 'restricted') AND n.state <> o.state) > 1 THEN
            RAISE EXCEPTION 'restrictions are proposed and confirmed one by one' USING ERRCODE = 'insufficient_privilege';
        END IF;
        INSERT INTO campaigns_silentcount (campaign_id, opened_on, state, count)
        SELECT campaign_id, opened_on, state, sum(change) FROM (
            SELECT campaign_id, opened_on, state, 1 AS change FROM new_rows
            UNION ALL SELECT campaign_id, opened_on, state, -1 FROM old_rows
        ) changes GROUP BY campaign_id, opened_on, state HAVING sum(change) <> 0;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO campaigns_silentcount (campaign_id, opened_on, state, count)
        SELECT campaign_id, opened_on, state, count(*) FROM new_rows GROUP BY campaign_id, opened_on, state;
    ELSE
        INSERT INTO campaigns_silentcount (campaign_id, opened_on, state, count)
        SELECT campaign_id, opened_on, state, -count(*) FROM old_rows GROUP BY campaign_id, opened_on, state;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER counted_new AFTER INSERT ON campaigns_silentcase REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_silent_count();
CREATE TRIGGER counted_changed AFTER UPDATE ON campaigns_silentcase
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_silent_count();
CREATE TRIGGER counted_gone AFTER DELETE ON campaigns_silentcase REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_silent_count();
ALTER TABLE campaigns_silentcase ENABLE ALWAYS TRIGGER counted_new;
ALTER TABLE campaigns_silentcase ENABLE ALWAYS TRIGGER counted_changed;
ALTER TABLE campaigns_silentcase ENABLE ALWAYS TRIGGER counted_gone;
"""
# Whoever answers, is looked after by the desk, or has left, is silent no more: in the very transaction that says so. A wish
# not to be written to is no answer. An answer to any campaign ends every case of the customer.
RELEASE = """
CREATE FUNCTION campaigns_silent_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH taken AS (
        SELECT DISTINCT ON (s.id) s.id, s.state, n.reason, s.customer_id
        FROM new_rows n JOIN campaigns_silentcase s ON s.customer_id = n.customer_id
            AND (n.campaign_id IS NULL OR n.campaign_id = s.campaign_id OR n.reason = 'answered')
        WHERE n.reason IN ('answered', 'needs_person', 'closed', 'withdrawn', 'merged') AND s.state <> 'released'
    ), released AS (
        UPDATE campaigns_silentcase s
        SET state = 'released', state_since = keizoku_business_now(), reason = t.reason, until = NULL, escalated_at = NULL
        FROM taken t WHERE s.id = t.id AND s.state <> 'released'
        RETURNING s.id, t.state AS before, t.reason, t.customer_id
    )
    INSERT INTO campaigns_silentevent (key, case_id, at, written_at, from_state, to_state, reason, measure, by)
    SELECT gen_random_uuid(), id, keizoku_business_now(), now(), before, 'released', reason, '',
           CASE WHEN reason = 'answered' THEN 'customer:' || customer_id ELSE 'system:silent' END
    FROM released;
    RETURN NULL;
END $$;
CREATE TRIGGER releases_the_silent AFTER INSERT ON customers_contactstop REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_silent_release();
"""
UNDO_RELEASE = """
DROP TRIGGER releases_the_silent ON customers_contactstop;
DROP FUNCTION campaigns_silent_release();
"""
UNDO_GUARDS = """
DROP TRIGGER counted_gone ON campaigns_silentcase;
DROP TRIGGER counted_changed ON campaigns_silentcase;
DROP TRIGGER counted_new ON campaigns_silentcase;
DROP TRIGGER four_eyes ON campaigns_silentcase;
DROP FUNCTION campaigns_silent_count();
DROP FUNCTION campaigns_silent_four_eyes();
"""

# What a list of reasons walks: the rare results of deliveries, in the order of their places. An accepted message, the usual
# case, is in neither, so that sending costs nothing more.
INDEXES = """
CREATE INDEX delivery_outcome_rare ON delivery_outcome (campaign_id, result, wave_id, position)
    WHERE result <> 'accepted';
CREATE INDEX delivery_receipt_rare ON delivery_receipt (campaign_id, wave_id, position) WHERE kind <> 'delivered';
CREATE INDEX delivery_counter_unknown ON delivery_counter (campaign_id) INCLUDE (count) WHERE result = 'unknown';
"""
UNDO_INDEXES = """
DROP INDEX delivery_counter_unknown;
DROP INDEX delivery_receipt_rare;
DROP INDEX delivery_outcome_rare;
"""


KINDS = [
    (
        (
            "silent",
            "relation_ended",
            84,
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND EXISTS (SELECT FROM campaigns_silentcase s WHERE s.customer_id = c.id)",
        ),
        [
            (
                "campaigns_silentproof",
                "delete",
                "case_id IN (SELECT id FROM campaigns_silentcase WHERE customer_id = ANY($1))",
                "",
            ),
            (
                "campaigns_silentevent",
                "delete",
                "case_id IN (SELECT id FROM campaigns_silentcase WHERE customer_id = ANY($1))",
                "",
            ),
            ("campaigns_silentcase", "delete", "customer_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "export",
            "settled",
            0,
            "SELECT e.id AS subject, NULL::bigint AS customer_id, e.campaign_id, (e.moved_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM campaigns_export e WHERE e.state IN ('done', 'failed', 'expired')",
        ),
        [("campaigns_export", "delete", "id = ANY($1)", "")],
    ),
]


def keep(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for kind, ways in KINDS:
            cursor.execute(
                "INSERT INTO retention_kind (name, start, least_months, due) VALUES (%s, %s, %s, %s)", kind
            )
            for ordinal, way in enumerate(ways, start=1):
                cursor.execute(
                    "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
                    "VALUES (%s, %s, %s, %s, %s, %s)",
                    [kind[0], ordinal, *way],
                )


def _key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _of(model: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_first_wave"),
        ("customers", "0012_contact_evidence"),
        ("delivery", "0004_courses"),
        ("reviews", "0003_silent"),
        ("retention", "0003_kinds"),
    ]
    operations = [
        migrations.CreateModel(
            "Export",
            [
                ("id", _key()),
                ("kind", models.CharField(choices=[("why", "why"), ("proofs", "proofs")], max_length=6)),
                ("campaign", _of("campaigns.campaign", related_name="exports")),
                ("state", models.CharField(default="asked", max_length=8)),
                ("asked_by", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("moved_at", models.DateTimeField()),
                ("after_case", models.BigIntegerField(default=0)),
                ("customers", models.IntegerField(default=0)),
                ("customers_done", models.IntegerField(default=0)),
                ("tally", models.JSONField(default=dict)),
                ("file", models.CharField(blank=True, max_length=36)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.BigIntegerField(default=0)),
                ("expires_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "working"))),
                        fields=("campaign", "kind"),
                        name="campaigns_one_export_at_a_time",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "SilentFollowUp",
            [
                ("id", _key()),
                ("campaign", _of("campaigns.campaign", related_name="follow_ups")),
                ("draft", _of("campaigns.campaign", null=True, related_name="+")),
                ("count", models.IntegerField(default=0)),
                ("made_by", models.BigIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            "SilentCase",
            [
                ("id", _key()),
                ("campaign", _of("campaigns.campaign", db_index=False)),
                ("customer", _of("customers.customer", db_index=False, db_constraint=False)),
                ("review_id", models.BigIntegerField()),
                ("state", models.CharField(default="open", max_length=14)),
                ("state_since", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("opened_on", models.DateField()),
                ("opened_because", models.CharField(max_length=10)),
                ("reach", models.CharField(max_length=10)),
                ("until", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("measure", models.CharField(blank=True, max_length=20)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("proposed_by", models.BigIntegerField(null=True)),
                ("confirmed_by", models.BigIntegerField(null=True)),
                ("follow_up", _of("campaigns.silentfollowup", null=True, db_index=False)),
                ("task_id", models.BigIntegerField(null=True)),
                ("escalated_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "campaign"), name="campaigns_one_silent_case")
                ],
                "indexes": [
                    models.Index(fields=["state", "opened_on", "id"], name="campaigns_silent_desk"),
                    models.Index(
                        fields=["campaign", "state", "opened_on", "id"], name="campaigns_silent_campaign"
                    ),
                    models.Index(
                        condition=models.Q(("follow_up", None), _negated=True),
                        fields=["follow_up"],
                        name="campaigns_silent_followup",
                    ),
                    models.Index(
                        condition=models.Q(("measure", ""), _negated=True),
                        fields=["state"],
                        name="campaigns_silent_measure",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "SilentEvent",
            [
                ("id", _key()),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("case", _of("campaigns.silentcase", related_name="events")),
                ("at", models.DateTimeField()),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                ("from_state", models.CharField(blank=True, max_length=14)),
                ("to_state", models.CharField(max_length=14)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("measure", models.CharField(blank=True, max_length=20)),
                ("until", models.DateField(null=True)),
                ("follow_up_id", models.BigIntegerField(null=True)),
                ("task_id", models.BigIntegerField(null=True)),
                ("note", models.BinaryField(null=True)),
                ("by", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            "SilentCount",
            [
                ("id", _key()),
                ("campaign_id", models.BigIntegerField()),
                ("opened_on", models.DateField()),
                ("state", models.CharField(max_length=14)),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            "SilentLook",
            [
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="campaigns.campaign",
                    ),
                ),
                ("looked_on", models.DateField()),
                ("is_over", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            "SilentProof",
            [
                ("id", _key()),
                ("case", _of("campaigns.silentcase", related_name="proofs")),
                ("sha256", models.CharField(max_length=64)),
                ("issued_by", models.CharField(max_length=40)),
                ("issued_at", models.DateTimeField()),
                ("block", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.AlterField(
            "exclusion",
            "campaign",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="campaigns.campaign"
            ),
        ),
        migrations.AlterField(
            "skip",
            "campaign",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="campaigns.campaign"
            ),
        ),
        migrations.AddIndex(
            "exclusion",
            models.Index(fields=["campaign", "reason", "customer_id"], name="campaigns_exclusion_reason"),
        ),
        migrations.AddIndex(
            "skip", models.Index(fields=["campaign", "step", "customer_id"], name="campaigns_skip_step")
        ),
        migrations.RunSQL(GUARDS, UNDO_GUARDS),
        migrations.RunSQL(RELEASE, UNDO_RELEASE),
        migrations.RunSQL(INDEXES, UNDO_INDEXES),
        append_only("campaigns_silentevent"),
        append_only("campaigns_silentproof"),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
