"""Who decided neither checks nor settles what was found; who keyed or resolved the paper form took the answer down too."""

from django.db import migrations

# ``settled_by`` where the finding is being settled, the checker before: a state changes by one of the two.
_KNOWN = """
CREATE OR REPLACE FUNCTION reviews_guard_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who bigint := {who};
    actor text := 'staff:' || who;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a check begins by waiting' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.decision_id, NEW.review_id, NEW.percent, NEW.drawn_at)
       IS DISTINCT FROM (OLD.decision_id, OLD.review_id, OLD.percent, OLD.drawn_at) THEN
        RAISE EXCEPTION 'what was drawn stays drawn' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        IF (NEW.checked_by_id, NEW.finding, NEW.note, NEW.follow_up, NEW.settled_by_id)
           IS DISTINCT FROM (OLD.checked_by_id, OLD.finding, OLD.note, OLD.follow_up, OLD.settled_by_id) THEN
            RAISE EXCEPTION 'a check changes by its state' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('waiting', 'proper'), ('waiting', 'improper'), ('improper', 'settled')) THEN
        RAISE EXCEPTION 'a check goes one way' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.checked_by_id IS NOT NULL AND (NEW.checked_by_id, NEW.finding, NEW.note)
       IS DISTINCT FROM (OLD.checked_by_id, OLD.finding, OLD.note) THEN
        RAISE EXCEPTION 'a finding stands as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM reviews_decision d LEFT JOIN reviews_policyversion p ON p.id = d.policy_id
                WHERE d.id = NEW.decision_id
                  AND (d.decided_by_id = who OR actor IN (p.made_by, p.requested_by, p.approved_by)))
       OR EXISTS (SELECT FROM reviews_answer a WHERE a.review_id = NEW.review_id AND a.answered_by_id = who){read} THEN
        RAISE EXCEPTION 'who decided does not check it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
_READ = """
       OR EXISTS (SELECT FROM reviews_paperform f WHERE f.review_id = NEW.review_id AND (
            EXISTS (SELECT FROM reviews_paperkeying k WHERE k.form_id = f.id AND k.keyed_by_id = who)
            OR EXISTS (SELECT FROM reviews_paperresolution r WHERE r.form_id = f.id AND r.resolved_by_id = who)))"""
GUARD = _KNOWN.format(who="coalesce(NEW.settled_by_id, NEW.checked_by_id)", read=_READ)
BEFORE = _KNOWN.format(who="NEW.checked_by_id", read="")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0011_a_person_decides")]
    operations = [migrations.RunSQL(GUARD, BEFORE)]
