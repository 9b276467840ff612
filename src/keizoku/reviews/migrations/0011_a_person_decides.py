"""A policy never lets a new contact point take effect after a weak proof: whatever the code says, the database refuses it."""

from django.db import migrations

GUARD = """
CREATE FUNCTION reviews_wants_a_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id IS NULL AND EXISTS (
        SELECT FROM reviews_proposedchange p
        WHERE p.review_id = NEW.review_id AND p.round <= NEW.round AND p.needs_person) THEN
        RAISE EXCEPTION 'a new contact point of review % needs a person', NEW.review_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wants_a_person BEFORE INSERT ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION reviews_wants_a_person();
ALTER TABLE reviews_decision ENABLE ALWAYS TRIGGER wants_a_person;
"""
UNDO = """
DROP TRIGGER wants_a_person ON reviews_decision;
DROP FUNCTION reviews_wants_a_person();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_paper")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
