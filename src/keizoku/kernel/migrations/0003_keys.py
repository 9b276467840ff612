"""Whose keyring this database belongs to, and the one way to write an encrypted value under a newer key.

``keizoku_reencrypt`` is the only door to a guarded table's ciphertexts (the guard is lifted inside it). It takes what a row
held and what it shall hold, and refuses anything but this: registered columns, the same length, a key id that rises, and a
row that still holds what was read. It cannot see whether the plain text is equal (the keys are not in the database): who
calls proves that and writes the proof into the audit (``safekeeping.keys.reencrypting``).
"""

from django.db import migrations, models

REENCRYPT = """
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON kernel_keyringmark, kernel_encryptedcolumn FROM keizoku_app;

CREATE FUNCTION keizoku_reencrypt(
    relation text, key_name text, columns text[], keys bigint[], olds bytea[], news bytea[]
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    total CONSTANT integer := coalesce(cardinality(keys), 0);
    width CONSTANT integer := coalesce(cardinality(columns), 0);
    is_guarded boolean;
    arguments text := '$1';
    names text := 'key';
    assignments text[] := '{}';
    conditions text[] := '{}';
    changed integer;
BEGIN
    IF width = 0 OR cardinality(olds) IS DISTINCT FROM total * width OR cardinality(news) IS DISTINCT FROM total * width THEN
        RAISE EXCEPTION 'keys, columns and values do not fit' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF (SELECT count(*) FROM kernel_encryptedcolumn AS known WHERE known.table_name = relation
        AND known.key_name = keizoku_reencrypt.key_name AND known.column_name = ANY (columns)) <> width THEN
        RAISE EXCEPTION '% has columns that are not registered as encrypted', relation
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM unnest(olds, news) AS value(was, becomes)
        WHERE (was IS NULL) <> (becomes IS NULL)
           OR (was <> becomes AND (octet_length(was) <> octet_length(becomes) OR substr(was, 1, 2) >= substr(becomes, 1, 2)))
    ) THEN
        RAISE EXCEPTION 'a value may change its key only, to a newer one' USING ERRCODE = 'check_violation';
    END IF;
    FOR place IN 1 .. width LOOP
        arguments := arguments || format(', $2[%s:%s]', (place - 1) * total + 1, place * total);
        names := names || format(', old%s', place);
        assignments := assignments || format('%I = value.new%s', columns[place], place);
        conditions := conditions || format('t.%I IS NOT DISTINCT FROM value.old%s', columns[place], place);
    END LOOP;
    FOR place IN 1 .. width LOOP
        arguments := arguments || format(', $3[%s:%s]', (place - 1) * total + 1, place * total);
        names := names || format(', new%s', place);
    END LOOP;
    is_guarded := EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = format('public.%I', relation)::regclass AND tgname = 'append_only');
    IF is_guarded THEN
        INSERT INTO keizoku_lift (xid, operation, table_name) VALUES (pg_current_xact_id(), 'UPDATE', relation);
    END IF;
    EXECUTE format(
        'UPDATE public.%I AS t SET %s FROM unnest(%s) AS value(%s) WHERE t.%I = value.key AND %s',
        relation, array_to_string(assignments, ', '), arguments, names, key_name, array_to_string(conditions, ' AND ')
    ) USING keys, olds, news;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF is_guarded THEN
        DELETE FROM keizoku_lift
        WHERE xid = pg_current_xact_id() AND operation = 'UPDATE' AND table_name = relation;
    END IF;
    RETURN changed;
END
$$;
"""
UNDO_REENCRYPT = "DROP FUNCTION keizoku_reencrypt(text, text, text[], bigint[], bytea[], bytea[]);"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_lifted_guards")]
    operations = [
        migrations.CreateModel(
            name="KeyringMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=32)),
                ("index_epoch", models.SmallIntegerField(default=1)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="keyring_mark_one_row")]
            },
        ),
        migrations.CreateModel(
            name="EncryptedColumn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("column_name", models.CharField(max_length=63)),
                ("key_name", models.CharField(max_length=63)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("table_name", "column_name"), name="kernel_encrypted_once"
                    )
                ]
            },
        ),
        migrations.RunSQL(REENCRYPT, UNDO_REENCRYPT),
    ]
