"""The kinds of rows and the ways they go, as the rooms' ``kept.py`` say (a test holds the two equal); written by the owner alone."""

from django.db import migrations

# (name, start, least months, due), then its ways: (table, verb, condition, assignments)
KINDS = [
    (
        (
            "sign_in",
            "settled",
            0,
            "SELECT t.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id, (t.expires_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM accounts_signinticket t",
        ),
        [
            ("accounts_signinticket", "delete", "id = ANY($1)", ""),
        ],
    ),
    (
        (
            "record",
            "relation_ended",
            84,
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND c.destroyed_on IS NULL",
        ),
        [
            ("customers_recordversion", "delete", "customer_id = ANY($1)", ""),
            ("customers_fact", "delete", "customer_id = ANY($1)", ""),
            ("customers_lookup", "delete", "customer_id = ANY($1)", ""),
            ("customers_nametoken", "delete", "customer_id = ANY($1)", ""),
            ("customers_attributevalue", "delete", "customer_id = ANY($1)", ""),
            ("customers_duplicate", "delete", "first_id = ANY($1) OR second_id = ANY($1)", ""),
            ("customers_contactpoint", "delete", "customer_id = ANY($1)", ""),
            ("customers_importconflict", "delete", "customer_id = ANY($1)", ""),
            ("customers_returnrow", "delete", "customer_id = ANY($1)", ""),
            (
                "customers_customer",
                "update",
                "id = ANY($1)",
                "number_token = uuid_send(gen_random_uuid()), destroyed_on = (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date",
            ),
        ],
    ),
    (
        (
            "relation",
            "relation_ended",
            84,
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND EXISTS (SELECT FROM customers_relation r WHERE r.customer_id = c.id)",
        ),
        [
            (
                "customers_relationfact",
                "delete",
                "relation_id IN (SELECT id FROM customers_relation WHERE customer_id = ANY($1))",
                "",
            ),
            ("customers_relation", "delete", "customer_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "consent",
            "relation_ended",
            0,
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND EXISTS (SELECT FROM customers_consent r WHERE r.customer_id = c.id)",
        ),
        [
            ("customers_consent", "delete", "customer_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "note",
            "relation_ended",
            0,
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND (EXISTS (SELECT FROM customers_note r WHERE r.customer_id = c.id) OR EXISTS (SELECT FROM customers_task r WHERE r.customer_id = c.id))",
        ),
        [
            ("customers_note", "delete", "customer_id = ANY($1)", ""),
            ("customers_task", "delete", "customer_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "task",
            "settled",
            0,
            "SELECT t.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id, (t.state_since AT TIME ZONE 'Asia/Tokyo')::date AS since FROM customers_task t WHERE t.customer_id IS NULL AND t.state <> 'open'",
        ),
        [
            ("customers_task", "delete", "id = ANY($1)", ""),
        ],
    ),
    (
        (
            "return_file",
            "settled",
            0,
            "SELECT f.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id, (COALESCE(f.acknowledged_at, f.produced_at) AT TIME ZONE 'Asia/Tokyo')::date AS since FROM customers_returnfile f WHERE NOT EXISTS (SELECT FROM customers_returnrow v WHERE v.file_id = f.id)",
        ),
        [
            ("customers_returnreissue", "delete", "file_id = ANY($1)", ""),
            ("customers_returnfile", "delete", "id = ANY($1)", ""),
        ],
    ),
    (
        (
            "import_upload",
            "settled",
            0,
            "SELECT u.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id, (u.changed_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM customers_importupload u WHERE u.state IN ('done', 'failed', 'discarded')",
        ),
        [
            ("customers_importupload", "delete", "id = ANY($1)", ""),
        ],
    ),
    (
        (
            "import_rejection",
            "settled",
            0,
            "SELECT r.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id, (r.finished_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM customers_importrun r WHERE r.finished_at IS NOT NULL AND EXISTS (SELECT FROM customers_importrejection j WHERE j.run_id = r.id)",
        ),
        [
            ("customers_importrejection", "delete", "run_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "relation_rejection",
            "settled",
            0,
            "SELECT r.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id, (r.finished_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM customers_relationimport r WHERE EXISTS (SELECT FROM customers_relationrejection j WHERE j.run_id = r.id)",
        ),
        [
            ("customers_relationrejection", "delete", "run_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "rating",
            "relation_ended",
            0,
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND (EXISTS (SELECT FROM risk_simplified r WHERE r.customer_id = c.id) OR EXISTS (SELECT FROM risk_simplifiedchange r WHERE r.customer_id = c.id) OR EXISTS (SELECT FROM risk_standing r WHERE r.customer_id = c.id) OR EXISTS (SELECT FROM risk_rating r WHERE r.customer_id = c.id) OR EXISTS (SELECT FROM risk_event r WHERE r.customer_id = c.id) OR EXISTS (SELECT FROM risk_circumstance r WHERE r.customer_id = c.id))",
        ),
        [
            ("risk_simplified", "delete", "customer_id = ANY($1)", ""),
            ("risk_simplifiedchange", "delete", "customer_id = ANY($1)", ""),
            ("risk_standing", "delete", "customer_id = ANY($1)", ""),
            ("risk_rating", "delete", "customer_id = ANY($1)", ""),
            ("risk_event", "delete", "customer_id = ANY($1)", ""),
            ("risk_circumstance", "delete", "customer_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "callback",
            "settled",
            0,
            "SELECT e.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id, (e.processed_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM delivery_rawevent e WHERE e.processed_at IS NOT NULL",
        ),
        [
            ("delivery_rawevent", "delete", "id = ANY($1)", ""),
        ],
    ),
    (
        (
            "review",
            "relation_ended",
            84,
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND EXISTS (SELECT FROM reviews_review r WHERE r.customer_id = c.id)",
        ),
        [
            (
                "forms_draft",
                "delete",
                "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))",
                "",
            ),
            (
                "reviews_identification",
                "delete",
                "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))",
                "",
            ),
            (
                "reviews_decision",
                "delete",
                "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))",
                "",
            ),
            (
                "reviews_proposedchange",
                "delete",
                "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))",
                "",
            ),
            (
                "reviews_answer",
                "delete",
                "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))",
                "",
            ),
            ("reviews_review", "delete", "customer_id = ANY($1)", ""),
        ],
    ),
    (
        (
            "draft",
            "settled",
            0,
            "SELECT d.id AS subject, r.customer_id, r.campaign_id, (d.updated_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM forms_draft d JOIN reviews_review r ON r.id = d.review_id WHERE r.state NOT IN ('open', 'asked_again')",
        ),
        [
            ("forms_draft", "delete", "id = ANY($1)", ""),
        ],
    ),
    (
        (
            "campaign_detail",
            "campaign_finished",
            0,
            "SELECT c.id AS subject, NULL::bigint AS customer_id, c.id AS campaign_id, (c.ended_at AT TIME ZONE 'Asia/Tokyo')::date AS since FROM campaigns_campaign c WHERE c.ended_at IS NOT NULL AND (to_regclass('campaigns_audience_' || c.id) IS NOT NULL OR to_regclass('delivery_delivery_' || c.id) IS NOT NULL)",
        ),
        [
            ("delivery_receipt", "delete", "campaign_id = ANY($1)", ""),
            ("delivery_chunk", "delete", "campaign_id = ANY($1)", ""),
            ("campaigns_exclusion", "delete", "campaign_id = ANY($1)", ""),
            ("campaigns_skip", "delete", "campaign_id = ANY($1)", ""),
            ("delivery_outcome", "drop", "", ""),
            ("delivery_attempt", "drop", "", ""),
            ("delivery_delivery", "drop", "", ""),
            ("campaigns_audience", "drop", "", ""),
        ],
    ),
    (
        (
            "hold",
            "settled",
            0,
            "SELECT h.id AS subject, h.customer_id, h.campaign_id, (COALESCE(h.lifted_at, h.until_on::timestamptz) AT TIME ZONE 'Asia/Tokyo')::date AS since FROM retention_hold h WHERE h.lifted_at IS NOT NULL OR h.until_on IS NOT NULL",
        ),
        [
            ("retention_hold", "delete", "id = ANY($1)", ""),
        ],
    ),
]


def write(apps, schema_editor):
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


class Migration(migrations.Migration):
    dependencies = [("retention", "0002_destruction")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
