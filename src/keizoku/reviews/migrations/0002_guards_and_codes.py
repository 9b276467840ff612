"""Append-only guards, four eyes on a decision, and reference codes made where the reviews are made.

``keizoku_damm_digit`` says the same as ``kernel.text.numbers.damm_check_digit`` (a test holds them equal). Ten random
digits come from 48 bits of ``gen_random_uuid`` (strong randomness; its version and variant bits lie behind them);
taking them modulo 10^10 favours no code by more than 1 in 28,000.
"""

from django.db import migrations

from keizoku.kernel.database.guards import append_only

CODES = """
CREATE FUNCTION keizoku_damm_digit(digits text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    quasigroup CONSTANT text :=
        '0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790';
    interim integer := 0;
BEGIN
    FOR place IN 1 .. length(digits) LOOP
        interim := substr(quasigroup, interim * 10 + substr(digits, place, 1)::integer + 1, 1)::integer;
    END LOOP;
    RETURN interim;
END $$;

CREATE FUNCTION keizoku_reference_code() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    ten bigint;
BEGIN
    ten := ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12))::bit(48)::bigint % 10000000000;
    RETURN ten * 10 + keizoku_damm_digit(lpad(ten::text, 10, '0'));
END $$;
"""

UNDO_CODES = """
DROP FUNCTION keizoku_reference_code();
DROP FUNCTION keizoku_damm_digit(text);
"""

FOUR_EYES = """
CREATE FUNCTION reviews_refuse_own_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM reviews_answer
                WHERE review_id = NEW.review_id AND answered_by_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'who wrote an answer down does not decide on it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER four_eyes BEFORE INSERT ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_own_answer();
ALTER TABLE reviews_decision ENABLE ALWAYS TRIGGER four_eyes;
"""

UNDO_FOUR_EYES = """
DROP TRIGGER four_eyes ON reviews_decision;
DROP FUNCTION reviews_refuse_own_answer();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("kernel", "0001_initial")]
    operations = [
        migrations.RunSQL(CODES, UNDO_CODES),
        migrations.RunSQL(FOUR_EYES, UNDO_FOUR_EYES),
        append_only("reviews_answer"),
        append_only("reviews_proposedchange"),
        append_only("reviews_decision"),
    ]
