"""One administrator always stays: whoever is left can register others."""

from django.db import migrations

# A check of one statement cannot see another transaction's; the lock makes two who go at once go one after the other,
# and the second statement of a function reads what the first transaction committed.
GUARD = """
CREATE FUNCTION accounts_keep_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.role <> 'administrator' OR NOT OLD.is_active THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.role = 'administrator' AND NEW.is_active THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('accounts_keep_an_administrator'));
    IF NOT EXISTS (SELECT 1 FROM accounts_staff
                    WHERE role = 'administrator' AND is_active AND id <> OLD.id) THEN
        RAISE EXCEPTION 'the last active administrator stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER keep_an_administrator BEFORE UPDATE OR DELETE ON accounts_staff
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_an_administrator();
ALTER TABLE accounts_staff ENABLE ALWAYS TRIGGER keep_an_administrator;
"""
UNDO = """
DROP TRIGGER keep_an_administrator ON accounts_staff;
DROP FUNCTION accounts_keep_an_administrator();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_staff_changes"),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNDO),
    ]
