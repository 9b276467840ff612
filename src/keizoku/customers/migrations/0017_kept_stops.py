"""Stops of contact are lifted one at a time, and never that of a customer merged away."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION customers_keep_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.reason = 'merged' THEN
            RAISE EXCEPTION 'the stop of customer %, who was merged away, is not lifted', OLD.customer_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.customer_id <> OLD.customer_id OR NEW.campaign_id IS DISTINCT FROM OLD.campaign_id OR NEW.reason <> 'merged' THEN
        RAISE EXCEPTION 'the stop of customer % is not changed', OLD.customer_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION customers_lift_one_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM gone) > 1 THEN
        RAISE EXCEPTION 'stops of contact are lifted one at a time' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keeps_its_reason BEFORE UPDATE OR DELETE ON customers_contactstop
    FOR EACH ROW EXECUTE FUNCTION customers_keep_stop();
CREATE TRIGGER one_at_a_time AFTER DELETE ON customers_contactstop REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION customers_lift_one_stop();
CREATE TRIGGER one_at_a_time AFTER DELETE ON customers_channelstop REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION customers_lift_one_stop();
ALTER TABLE customers_contactstop ENABLE ALWAYS TRIGGER keeps_its_reason, ENABLE ALWAYS TRIGGER one_at_a_time;
ALTER TABLE customers_channelstop ENABLE ALWAYS TRIGGER one_at_a_time;
"""
UNDO = """
DROP TRIGGER one_at_a_time ON customers_channelstop;
DROP TRIGGER one_at_a_time ON customers_contactstop;
DROP TRIGGER keeps_its_reason ON customers_contactstop;
DROP FUNCTION customers_lift_one_stop();
DROP FUNCTION customers_keep_stop();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_told_by_calls")]
    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
