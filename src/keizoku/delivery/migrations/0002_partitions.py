"""Deliveries, attempts and outcomes: partitioned by campaign, appended only.

The app's role cannot create tables; it calls ``delivery_open_campaign``, which runs as the owner and puts the same
guards on every partition as on the parent (a COPY into a leaf escapes a parent's trigger: measured, setup.md).
"""

from django.db import migrations

from keizoku.kernel.database.guards import append_only

TABLES = """
CREATE TABLE delivery_delivery (
    campaign_id bigint NOT NULL,
    wave_id bigint NOT NULL,
    position integer NOT NULL,
    step smallint NOT NULL,
    customer_id bigint NOT NULL,
    review_id bigint NOT NULL,
    reference bigint NOT NULL,
    PRIMARY KEY (campaign_id, wave_id, position),
    UNIQUE (customer_id, campaign_id, step)
) PARTITION BY LIST (campaign_id);

CREATE TABLE delivery_attempt (
    campaign_id bigint NOT NULL,
    wave_id bigint NOT NULL,
    position integer NOT NULL,
    number smallint NOT NULL,
    key uuid NOT NULL DEFAULT gen_random_uuid(),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (campaign_id, wave_id, position, number)
) PARTITION BY LIST (campaign_id);

CREATE TABLE delivery_outcome (
    campaign_id bigint NOT NULL,
    wave_id bigint NOT NULL,
    position integer NOT NULL,
    number smallint NOT NULL,
    result text NOT NULL CHECK (result IN ('accepted', 'rejected', 'unknown', 'deferred', 'skipped')),
    code text NOT NULL DEFAULT '',
    carrier_ref text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    business_at timestamptz NOT NULL DEFAULT keizoku_business_now(),
    PRIMARY KEY (campaign_id, wave_id, position, number, result)
) PARTITION BY LIST (campaign_id);

CREATE FUNCTION delivery_open_campaign(campaign bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kind text;
    leaf text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['delivery', 'attempt', 'outcome'] LOOP
        leaf := format('delivery_%s_%s', kind, campaign);
        CONTINUE WHEN to_regclass(leaf) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF delivery_%s FOR VALUES IN (%s)', leaf, kind, campaign);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM keizoku_app', leaf);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION keizoku_refuse_change()', leaf);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', leaf);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION delivery_open_campaign(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delivery_open_campaign(bigint) TO keizoku_app;

CREATE FUNCTION delivery_rank(result text) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE result WHEN 'deferred' THEN 0 WHEN 'skipped' THEN 1 WHEN 'unknown' THEN 2 WHEN 'rejected' THEN 3
            WHEN 'accepted' THEN 4 WHEN 'undelivered' THEN 5 WHEN 'delivered' THEN 6 END)::smallint
$$;
"""

UNDO = """
DROP FUNCTION delivery_rank(text);
DROP FUNCTION delivery_open_campaign(bigint);
DROP TABLE delivery_outcome;
DROP TABLE delivery_attempt;
DROP TABLE delivery_delivery;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(TABLES, UNDO),
        append_only("delivery_delivery"),
        append_only("delivery_attempt"),
        append_only("delivery_outcome"),
        append_only("delivery_messageversion"),
        append_only("delivery_receipt"),
        append_only("delivery_counter"),
    ]
