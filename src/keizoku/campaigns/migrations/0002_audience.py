"""The frozen audience, partitioned by campaign, and the second pair of eyes.

A partition is filled detached and then keyed, guarded and attached; the app's role cannot create tables, so it calls
functions that run as the owner. Once attached, a partition is never changed; only an unapproved campaign's is dropped.
"""

from django.db import migrations

from keizoku.kernel.database.guards import append_only

AUDIENCE = """
CREATE TABLE campaigns_audience (
    campaign_id bigint NOT NULL,
    seq integer NOT NULL,
    customer_id bigint NOT NULL
) PARTITION BY LIST (campaign_id);

CREATE FUNCTION campaigns_open_audience(campaign bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE campaigns_audience)', 'campaigns_audience_' || campaign);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO keizoku_app', 'campaigns_audience_' || campaign);
    EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM keizoku_app', 'campaigns_audience_' || campaign);
END $$;

CREATE FUNCTION campaigns_close_audience(campaign bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    leaf text := 'campaigns_audience_' || campaign;
BEGIN
    EXECUTE format('ALTER TABLE %I ADD CHECK (campaign_id = %s), ADD PRIMARY KEY (campaign_id, seq), ADD UNIQUE (customer_id)',
                   leaf, campaign);
    EXECUTE format('CREATE TRIGGER append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION keizoku_refuse_change()', leaf);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', leaf);
    EXECUTE format('REVOKE INSERT ON %I FROM keizoku_app', leaf);
    EXECUTE format('ALTER TABLE campaigns_audience ATTACH PARTITION %I FOR VALUES IN (%s)', leaf, campaign);
END $$;

CREATE FUNCTION campaigns_drop_audience(campaign bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM campaigns_campaign WHERE id = campaign AND approved_by IS NOT NULL) THEN
        RAISE EXCEPTION 'the audience of an approved campaign is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', 'campaigns_audience_' || campaign);
END $$;

REVOKE ALL ON FUNCTION campaigns_open_audience(bigint), campaigns_close_audience(bigint), campaigns_drop_audience(bigint)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campaigns_open_audience(bigint), campaigns_close_audience(bigint), campaigns_drop_audience(bigint)
    TO keizoku_app;
REVOKE INSERT, UPDATE, DELETE ON campaigns_audience FROM keizoku_app;
"""

FOUR_EYES = """
CREATE FUNCTION campaigns_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'draft' AND OLD.approved_by IS NOT NULL THEN
        RAISE EXCEPTION 'campaign % was approved and cannot be a draft again', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'draft' AND NEW.state <> 'draft'
       AND (NEW.name, NEW.audience, NEW.answer_days, NEW.audience_digest, NEW.audience_count, NEW.request_digest, NEW.made_by)
           IS DISTINCT FROM
           (OLD.name, OLD.audience, OLD.answer_days, OLD.audience_digest, OLD.audience_count, OLD.request_digest, OLD.made_by)
    THEN
        RAISE EXCEPTION 'the content of campaign % is fixed by its request', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'running' AND OLD.state = 'requested' THEN
        IF NEW.approved_by IS NULL OR NEW.approved_by = OLD.made_by OR NEW.approved_by = OLD.requested_by
           OR EXISTS (SELECT FROM campaigns_edit e WHERE e.campaign_id = OLD.id AND e.staff_id = NEW.approved_by) THEN
            RAISE EXCEPTION 'campaign % needs an approver who made and edited none of it', OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.approval_digest <> OLD.request_digest THEN
            RAISE EXCEPTION 'campaign % changed after its request', OLD.id USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF NEW.approved_by IS DISTINCT FROM OLD.approved_by THEN
        RAISE EXCEPTION 'the approver of campaign % is written once, with its start', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaigns_four_eyes BEFORE UPDATE ON campaigns_campaign
    FOR EACH ROW EXECUTE FUNCTION campaigns_four_eyes();

CREATE FUNCTION campaigns_born_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' OR NEW.approved_by IS NOT NULL THEN
        RAISE EXCEPTION 'a campaign begins as a draft' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaigns_born_draft BEFORE INSERT ON campaigns_campaign
    FOR EACH ROW EXECUTE FUNCTION campaigns_born_draft();

CREATE FUNCTION campaigns_fixed_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM campaigns_campaign c WHERE c.id = COALESCE(NEW.campaign_id, OLD.campaign_id)
               AND c.state <> 'draft') THEN
        RAISE EXCEPTION 'the steps of campaign % are fixed', COALESCE(NEW.campaign_id, OLD.campaign_id)
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER campaigns_fixed_steps BEFORE INSERT OR UPDATE OR DELETE ON campaigns_step
    FOR EACH ROW EXECUTE FUNCTION campaigns_fixed_steps();
"""

UNDO = """
DROP TRIGGER campaigns_fixed_steps ON campaigns_step;
DROP TRIGGER campaigns_born_draft ON campaigns_campaign;
DROP TRIGGER campaigns_four_eyes ON campaigns_campaign;
DROP FUNCTION campaigns_fixed_steps();
DROP FUNCTION campaigns_born_draft();
DROP FUNCTION campaigns_four_eyes();
DROP FUNCTION campaigns_drop_audience(bigint);
DROP FUNCTION campaigns_close_audience(bigint);
DROP FUNCTION campaigns_open_audience(bigint);
DROP TABLE campaigns_audience;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("kernel", "0001_initial"),
        ("delivery", "0002_partitions"),
    ]
    operations = [
        migrations.RunSQL(AUDIENCE + FOUR_EYES, UNDO),
        append_only("campaigns_edit"),
        append_only("campaigns_skip"),
    ]
