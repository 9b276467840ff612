"""The one function that destroys, what it reads, and the guards of policies, holds and plans.

``retention_destroy`` runs as the owner and is all that the app's role may call. It believes nothing that the app's role can
write: the kinds' SQL lies in tables that only migrations write, and the state of plan and policy, the period, the hold and the
row's own day are looked at anew, in the transaction in which the rows go.
"""

from django.db import migrations

from keizoku.kernel.database.guards import append_only

KINDS = """
CREATE TABLE retention_kind (
    name text PRIMARY KEY,
    start text NOT NULL,
    least_months integer NOT NULL,
    due text NOT NULL
);
CREATE TABLE retention_way (
    kind text NOT NULL REFERENCES retention_kind,
    ordinal integer NOT NULL,
    table_name text NOT NULL CHECK (table_name NOT LIKE 'audit\\_%'),
    verb text NOT NULL CHECK (verb IN ('delete', 'drop', 'update')),
    condition text NOT NULL,
    assignments text NOT NULL,
    PRIMARY KEY (kind, ordinal)
);
REVOKE ALL ON retention_kind, retention_way FROM keizoku_app;
GRANT SELECT ON retention_kind, retention_way TO keizoku_app;
"""
UNDO_KINDS = "DROP TABLE retention_way; DROP TABLE retention_kind;"

GUARDS = """
CREATE FUNCTION retention_keep_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.approved_by <> '' THEN
            RAISE EXCEPTION 'a policy begins as a draft' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.version, NEW.text, NEW.digest, NEW.periods, NEW.made_by)
       IS DISTINCT FROM (OLD.version, OLD.text, OLD.digest, OLD.periods, OLD.made_by) THEN
        RAISE EXCEPTION 'a policy is not edited: draft a new version' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'active'), ('draft', 'retired'), ('active', 'retired')) THEN
        RAISE EXCEPTION 'a policy goes from draft to active to retired' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'active' AND NEW.approved_by IN ('', OLD.made_by) THEN
        RAISE EXCEPTION 'policy % needs an approver who did not make it', OLD.version
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_policy BEFORE INSERT OR UPDATE ON retention_policy
    FOR EACH ROW EXECUTE FUNCTION retention_keep_policy();
ALTER TABLE retention_policy ENABLE ALWAYS TRIGGER keep_policy;

CREATE FUNCTION retention_keep_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.key, NEW.customer_id, NEW.campaign_id, NEW.placed_by, NEW.placed_at, NEW.until_on)
       IS DISTINCT FROM (OLD.key, OLD.customer_id, OLD.campaign_id, OLD.placed_by, OLD.placed_at, OLD.until_on)
       OR OLD.lifted_at IS NOT NULL AND (NEW.lifted_at, NEW.lifted_by) IS DISTINCT FROM (OLD.lifted_at, OLD.lifted_by) THEN
        RAISE EXCEPTION 'a hold is placed, and lifted once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_hold BEFORE UPDATE ON retention_hold FOR EACH ROW EXECUTE FUNCTION retention_keep_hold();
ALTER TABLE retention_hold ENABLE ALWAYS TRIGGER keep_hold;

CREATE FUNCTION retention_keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' OR NEW.approved_by <> '' OR NEW.digest <> '' THEN
            RAISE EXCEPTION 'a plan begins unapproved and empty' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.policy_id, NEW."on", NEW.made_by, NEW.made_at) IS DISTINCT FROM (OLD.policy_id, OLD."on", OLD.made_by, OLD.made_at)
       OR OLD.digest <> '' AND (NEW.digest, NEW.count, NEW.summary) IS DISTINCT FROM (OLD.digest, OLD.count, OLD.summary) THEN
        RAISE EXCEPTION 'plan % is fixed by its digest', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN
       (('planned', 'approved'), ('planned', 'withdrawn'), ('approved', 'done'), ('approved', 'stopped')) THEN
        RAISE EXCEPTION 'a plan goes one way' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'approved' AND OLD.state = 'planned' THEN
        IF NEW.approved_by IN ('', OLD.made_by) THEN
            RAISE EXCEPTION 'plan % needs an approver who did not make it', OLD.id USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF OLD.digest = '' OR NEW.approval_digest <> OLD.digest THEN
            RAISE EXCEPTION 'plan % is not what was approved', OLD.id USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NOT EXISTS (SELECT FROM retention_policy p WHERE p.id = OLD.policy_id AND p.state = 'active') THEN
            RAISE EXCEPTION 'the policy of plan % is no longer in force', OLD.id USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF (NEW.approved_by, NEW.approval_digest, NEW.approved_at)
          IS DISTINCT FROM (OLD.approved_by, OLD.approval_digest, OLD.approved_at) THEN
        RAISE EXCEPTION 'the approver of plan % is written once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'done' AND EXISTS (SELECT FROM retention_item i WHERE i.plan_id = OLD.id AND i.outcome = '') THEN
        RAISE EXCEPTION 'plan % has items that nobody has come to', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_plan BEFORE INSERT OR UPDATE ON retention_plan
    FOR EACH ROW EXECUTE FUNCTION retention_keep_plan();
ALTER TABLE retention_plan ENABLE ALWAYS TRIGGER keep_plan;

CREATE FUNCTION retention_keep_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added a JOIN retention_plan p ON p.id = a.plan_id
               WHERE p.digest <> '' OR p.state <> 'planned' OR a.outcome <> '') THEN
        RAISE EXCEPTION 'the items of a plan are fixed by its digest' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_items AFTER INSERT ON retention_item REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION retention_keep_items();
ALTER TABLE retention_item ENABLE ALWAYS TRIGGER keep_items;

REVOKE DELETE ON retention_policy, retention_hold, retention_plan FROM keizoku_app;
REVOKE UPDATE, DELETE ON retention_item FROM keizoku_app;
REVOKE INSERT ON retention_batch FROM keizoku_app;
"""
UNDO_GUARDS = """
DROP TRIGGER keep_items ON retention_item;
DROP FUNCTION retention_keep_items();
DROP TRIGGER keep_plan ON retention_plan;
DROP FUNCTION retention_keep_plan();
DROP TRIGGER keep_hold ON retention_hold;
DROP FUNCTION retention_keep_hold();
DROP TRIGGER keep_policy ON retention_policy;
DROP FUNCTION retention_keep_policy();
"""

# A campaign's hold covers whoever had a review in it; a customer's hold covers the detail of every campaign he was in.
HELD = """
CREATE FUNCTION retention_is_held(of_customer bigint, of_campaign bigint, today date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM retention_hold h
        WHERE h.lifted_at IS NULL AND (h.until_on IS NULL OR h.until_on >= today)
          AND (h.customer_id = of_customer OR h.campaign_id = of_campaign
               OR of_customer IS NOT NULL AND EXISTS (
                   SELECT FROM reviews_review r WHERE r.customer_id = of_customer AND r.campaign_id = h.campaign_id)
               OR of_customer IS NULL AND EXISTS (
                   SELECT FROM campaigns_audience a WHERE a.campaign_id = of_campaign AND a.customer_id = h.customer_id)))
$$;

CREATE FUNCTION retention_period(periods jsonb, kind text) RETURNS interval LANGUAGE sql IMMUTABLE AS $$
    SELECT make_interval(months => (periods -> kind ->> 'months')::integer)
    WHERE periods -> kind ? 'months'
    UNION ALL
    SELECT make_interval(days => (periods -> kind ->> 'days')::integer)
    WHERE periods -> kind ? 'days'
$$;
"""
UNDO_HELD = """
DROP FUNCTION retention_period(jsonb, text);
DROP FUNCTION retention_is_held(bigint, bigint, date);
"""

DESTROY = """
CREATE FUNCTION retention_destroy(of_plan bigint, of_kind text, chosen bigint[])
RETURNS TABLE (gone bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    plan retention_plan%ROWTYPE;
    policy retention_policy%ROWTYPE;
    known retention_kind%ROWTYPE;
    way retention_way%ROWTYPE;
    today date := (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date;
    period interval;
    still_due bigint[];
    doomed bigint[];
    leaf text;
    one bigint;
    touched bigint;
    tally jsonb := '{}';
BEGIN
    SELECT * INTO plan FROM retention_plan WHERE id = of_plan FOR SHARE;
    IF plan.state IS DISTINCT FROM 'approved' OR plan.approved_by IN ('', plan.made_by) THEN
        RAISE EXCEPTION 'plan % is not approved', of_plan USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO policy FROM retention_policy WHERE id = plan.policy_id FOR SHARE;
    IF policy.state <> 'active' THEN
        RAISE EXCEPTION 'the policy of plan % is no longer in force', of_plan USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO STRICT known FROM retention_kind WHERE name = of_kind;
    period := retention_period(policy.periods, of_kind);
    IF period IS NULL OR period < make_interval(months => known.least_months) THEN
        RAISE EXCEPTION 'no period for % that the law allows', of_kind USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- A hold is either seen here, or waits until this batch is over; so is the re-opening of a relation.
    LOCK TABLE retention_hold IN SHARE MODE;
    PERFORM FROM customers_customer c
        WHERE c.id IN (SELECT i.customer_id FROM retention_item i
                       WHERE i.plan_id = of_plan AND i.kind = of_kind AND i.subject = ANY(chosen) AND i.outcome = '')
        ORDER BY c.id FOR UPDATE;
    EXECUTE format('SELECT coalesce(array_agg(d.subject), %L) FROM (%s) AS d '
                   'WHERE d.subject = ANY($1) AND d.since + $2 <= $3', '{}', known.due)
        INTO still_due USING chosen, period, today;
    WITH judged AS (
        UPDATE retention_item i
        SET outcome = CASE WHEN NOT i.subject = ANY(still_due) THEN 'not_due'
                           WHEN retention_is_held(i.customer_id, i.campaign_id, today) THEN 'held'
                           ELSE 'destroyed' END
        WHERE i.plan_id = of_plan AND i.kind = of_kind AND i.subject = ANY(chosen) AND i.outcome = ''
        RETURNING i.subject, i.outcome
    )
    SELECT coalesce(array_agg(j.subject ORDER BY j.subject), '{}') INTO doomed FROM judged j WHERE j.outcome = 'destroyed';
    IF cardinality(doomed) = 0 THEN
        RETURN;
    END IF;
    FOR way IN SELECT * FROM retention_way w WHERE w.kind = of_kind ORDER BY w.ordinal LOOP
        touched := 0;
        IF way.verb = 'drop' THEN
            FOREACH one IN ARRAY doomed LOOP
                leaf := way.table_name || '_' || one;
                CONTINUE WHEN to_regclass(leaf) IS NULL;
                EXECUTE format('SELECT %s + count(*) FROM %I', touched, leaf) INTO touched;
                EXECUTE format('DROP TABLE %I', leaf);
            END LOOP;
        ELSE
            INSERT INTO keizoku_lift VALUES (pg_current_xact_id(), upper(way.verb), way.table_name);
            IF way.verb = 'delete' THEN
                EXECUTE format('DELETE FROM %I WHERE %s', way.table_name, way.condition) USING doomed;
            ELSE
                EXECUTE format('UPDATE %I SET %s WHERE %s', way.table_name, way.assignments, way.condition) USING doomed;
            END IF;
            GET DIAGNOSTICS touched = ROW_COUNT;
            DELETE FROM keizoku_lift WHERE xid = pg_current_xact_id();
        END IF;
        tally := jsonb_set(tally, ARRAY[way.table_name],
                           to_jsonb(coalesce((tally ->> way.table_name)::bigint, 0) + touched));
    END LOOP;
    INSERT INTO retention_batch (plan_id, kind, destroyed, rows, at)
        VALUES (of_plan, of_kind, cardinality(doomed), tally, clock_timestamp());
    RETURN QUERY SELECT unnest(doomed);
END $$;
REVOKE ALL ON FUNCTION retention_destroy(bigint, text, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_destroy(bigint, text, bigint[]) TO keizoku_app;
"""
UNDO_DESTROY = "DROP FUNCTION retention_destroy(bigint, text, bigint[]);"


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("kernel", "0002_lifted_guards"),
        ("campaigns", "0002_audience"),
        ("reviews", "0002_guards_and_codes"),
        ("risk", "0005_fewer_checks"),
        ("forms", "0001_initial"),
        ("delivery", "0002_partitions"),
        ("accounts", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(KINDS, UNDO_KINDS),
        migrations.RunSQL(GUARDS, UNDO_GUARDS),
        migrations.RunSQL(HELD, UNDO_HELD),
        migrations.RunSQL(DESTROY, UNDO_DESTROY),
        append_only("retention_batch"),
        append_only("retention_certificate"),
    ]
