"""Ratings are only ever added; a scorecard's definition stays as it was made, and its state only moves on."""

from django.db import migrations

from keizoku.kernel.database.guards import append_only

KEEP_DEFINITION = """
CREATE FUNCTION risk_keep_definition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.version, NEW.text, NEW.digest, NEW.made_by) IS DISTINCT FROM (OLD.version, OLD.text, OLD.digest, OLD.made_by) THEN
        RAISE EXCEPTION 'a scorecard is not edited: draft a new version' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'active'), ('active', 'retired')) THEN
        RAISE EXCEPTION 'a scorecard goes from draft to active to retired' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_definition BEFORE UPDATE ON risk_scorecard FOR EACH ROW EXECUTE FUNCTION risk_keep_definition();
ALTER TABLE risk_scorecard ENABLE ALWAYS TRIGGER keep_definition;
REVOKE DELETE ON risk_scorecard FROM keizoku_app;
"""

UNDO_KEEP_DEFINITION = """
GRANT DELETE ON risk_scorecard TO keizoku_app;
DROP TRIGGER keep_definition ON risk_scorecard;
DROP FUNCTION risk_keep_definition();
"""


class Migration(migrations.Migration):
    dependencies = [("risk", "0001_initial"), ("kernel", "0001_initial")]
    operations = [append_only("risk_rating"), migrations.RunSQL(KEEP_DEFINITION, UNDO_KEEP_DEFINITION)]
