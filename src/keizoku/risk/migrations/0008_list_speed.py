"""Counts of who is due when, kept by triggers for the first page (``due_counts``)."""

from django.db import migrations, models

# Statements about many customers append a row for each day and level. They are planned each time (EXECUTE): a plan that was
# kept from a night's rating of a million would read all customers again for every single one that follows.
KEEP = """
CREATE FUNCTION risk_count_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT customer_id, level, due_on, is_provisional, 1 AS change FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT customer_id, level, due_on, is_provisional, -1 AS change FROM old_rows'
        ELSE 'SELECT customer_id, level, due_on, is_provisional, 1 AS change FROM new_rows
              UNION ALL SELECT customer_id, level, due_on, is_provisional, -1 FROM old_rows' END;
BEGIN
    EXECUTE 'INSERT INTO risk_duecount (level, due_on, is_provisional, count)
        SELECT m.level, m.due_on, m.is_provisional, sum(m.change)
        FROM (' || moved || ') m JOIN customers_customer c ON c.id = m.customer_id AND c.state = ''active''
        GROUP BY 1, 2, 3 HAVING sum(m.change) <> 0';
    RETURN NULL;
END $$;
CREATE TRIGGER due_counted_new AFTER INSERT ON risk_standing REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION risk_count_due();
CREATE TRIGGER due_counted_changed AFTER UPDATE ON risk_standing REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION risk_count_due();
CREATE TRIGGER due_counted_gone AFTER DELETE ON risk_standing REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION risk_count_due();

CREATE FUNCTION risk_count_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO risk_duecount (level, due_on, is_provisional, count)
        SELECT '', NULL, false, count(*) FROM new_rows WHERE state = 'active' HAVING count(*) > 0;
    ELSE
        INSERT INTO risk_duecount (level, due_on, is_provisional, count)
        SELECT '', NULL, false, -count(*) FROM old_rows WHERE state = 'active' HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER due_counted_new AFTER INSERT ON customers_customer REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION risk_count_customers();
CREATE TRIGGER due_counted_gone AFTER DELETE ON customers_customer REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION risk_count_customers();

CREATE FUNCTION risk_count_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE change int := CASE WHEN NEW.state = 'active' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO risk_duecount (level, due_on, is_provisional, count)
    SELECT '', NULL::date, false, change
    UNION ALL SELECT level, due_on, is_provisional, change FROM risk_standing WHERE customer_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER due_counted_state AFTER UPDATE OF state ON customers_customer FOR EACH ROW
    WHEN ((OLD.state = 'active') <> (NEW.state = 'active')) EXECUTE FUNCTION risk_count_state();
"""
UNDO = """
DROP TRIGGER due_counted_state ON customers_customer;
DROP TRIGGER due_counted_gone ON customers_customer;
DROP TRIGGER due_counted_new ON customers_customer;
DROP TRIGGER due_counted_gone ON risk_standing;
DROP TRIGGER due_counted_changed ON risk_standing;
DROP TRIGGER due_counted_new ON risk_standing;
DROP FUNCTION risk_count_state();
DROP FUNCTION risk_count_customers();
DROP FUNCTION risk_count_due();
"""
COUNT = """
INSERT INTO risk_duecount (level, due_on, is_provisional, count)
SELECT '', NULL, false, count(*) FROM customers_customer WHERE state = 'active'
UNION ALL
SELECT s.level, s.due_on, s.is_provisional, count(*)
FROM risk_standing s JOIN customers_customer c ON c.id = s.customer_id AND c.state = 'active'
GROUP BY s.level, s.due_on, s.is_provisional
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("risk", "0007_trials_lapses_simplified")]

    operations = [
        migrations.CreateModel(
            "DueCount",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.CharField(blank=True, max_length=10)),
                ("due_on", models.DateField(null=True)),
                ("is_provisional", models.BooleanField()),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(KEEP, UNDO),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
