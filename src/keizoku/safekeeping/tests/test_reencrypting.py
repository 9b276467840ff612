"""Re-encryption: everything comes under the newest key, nothing else changes, and it may be killed at any batch."""

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.columns import tables
from keizoku.safekeeping import queries
from keizoku.safekeeping.errors import ReencryptionRefused
from keizoku.safekeeping.keys import counting, reencrypting, rotating
from keizoku.safekeeping.models import Progress, Reencryption

OPERATOR = Actor.system("test")
RecordVersion = apps.get_model("customers", "RecordVersion")  # by name: rooms above are not ours to import
FIELDS = next(table.columns for table in tables() if table.table == "customers_recordversion")


@pytest.fixture
def customers(state, committed_db, make_customers):
    return make_customers(5)


def values(customer_ids):
    grant = audit.grant_read(actor=OPERATOR, purpose="test", subjects=customer_ids)
    return {
        (row.customer_id, row.version): [
            field.decrypt(
                getattr(row, name),
                where=f"customers_recordversion.{name}",
                record=f"{row.customer_id}.{row.version}",
                subject=row.customer_id,
                grant=grant,
            )
            for name in FIELDS
        ]
        for row in RecordVersion.objects.filter(customer_id__in=customer_ids)
    }


def held():
    return {(count.place, count.epoch): count.count for count in counting.counts()}


def rotate_and_start():
    epoch = rotating.rotate(actor=OPERATOR)
    reencrypting.start(actor=OPERATOR)
    return epoch


def test_every_value_comes_under_the_newest_key_and_reads_as_before(customers):
    before, counted = values(customers), held()
    assert rotate_and_start() == 2
    assert reencrypting.work(60) is True

    assert values(customers) == before
    assert held() == {(place, 2): count for (place, _), count in counted.items()}
    done = queries.passes()[0]
    assert (done.target, done.rows, done.expected) == (2, 5, 5)
    assert done.finished_at is not None


def test_everything_but_the_ciphertexts_stays_as_it_was(customers):
    def clear():
        return list(
            RecordVersion.objects.order_by("id").values(
                "id", "customer_id", "version", "digests", "exceptions"
            )
        )

    before = clear()
    rotate_and_start()
    reencrypting.work(60)
    assert clear() == before


def test_audit_shows_each_batch_with_table_ids_and_a_proof_of_equality(customers):
    rotate_and_start()
    reencrypting.work(60)
    entry = Entry.objects.get(
        action="safekeeping.values.reencrypted", details__table="customers_recordversion"
    )
    assert (entry.details["count"], entry.details["changed"], entry.details["epoch"]) == (5, 5, 2)
    assert len(entry.details["proof"]) == 64
    read = Entry.objects.filter(action="customers.record.read", purpose=reencrypting.PURPOSE)
    assert sorted(read.values_list("subject_id", flat=True)) == customers


def test_killed_pass_goes_on_where_it_was(customers, monkeypatch):
    monkeypatch.setattr(reencrypting, "BATCH_ROWS", 2)
    before = values(customers)
    rotate_and_start()
    real, calls = reencrypting._read, []

    def killed(*arguments):
        calls.append(arguments)
        if arguments[1].table == "customers_recordversion" and arguments[3] > 0:
            raise SystemExit
        return real(*arguments)

    monkeypatch.setattr(reencrypting, "_read", killed)
    with pytest.raises(SystemExit):
        reencrypting.work(60)
    assert held()["customers_recordversion.name", 1] == 3
    assert values(customers) == before

    monkeypatch.setattr(reencrypting, "_read", real)
    assert reencrypting.work(60) is True
    assert Progress.objects.get(table_name="customers_recordversion").rows == 5
    assert ("customers_recordversion.name", 1) not in held()
    assert values(customers) == before


def test_second_run_changes_nothing(customers):
    rotate_and_start()
    reencrypting.work(60)
    before = list(RecordVersion.objects.order_by("id").values_list("name", flat=True))
    reencrypting.start(actor=OPERATOR)
    assert reencrypting.work(60) is True
    assert list(RecordVersion.objects.order_by("id").values_list("name", flat=True)) == before


def test_row_that_a_late_import_brings_in_under_the_old_key_is_found(customers, monkeypatch):
    rotate_and_start()
    late = {"where": "customers_recordversion.name", "record": f"{customers[0]}.2"}
    brought, real = [], reencrypting._files

    def bring_once(running):
        real(running)
        if not brought:
            row = RecordVersion.objects.order_by("id").first()
            row.pk, row.version = None, 2
            for name in FIELDS:
                where = f"customers_recordversion.{name}"
                setattr(row, name, field.encrypt("遅れた値", where=where, record=late["record"], epoch=1))
            row.save(force_insert=True)
            brought.append(row.pk)

    monkeypatch.setattr(reencrypting, "_files", bring_once)
    assert reencrypting.work(60) is True
    assert not any(epoch == 1 for _, epoch in held())
    assert Reencryption.objects.get().rows == 6


def test_value_written_meanwhile_is_not_overwritten(customers, committed_db, monkeypatch):
    """Between reading and writing, somebody else's value takes the row's place: a draft is such a row."""
    table = next(t for t in tables() if t.table == "forms_draft")
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO forms_questionnaireversion (questionnaire, version, text, digest, published_at)"
            " VALUES ('q', 1, '', '', now())"
        )
        owner.execute(
            "INSERT INTO forms_draft (review_id, questionnaire_id, payload, updated_at)"
            " SELECT 9, id, %s, now() FROM forms_questionnaireversion WHERE questionnaire = 'q'",
            [field.encrypt("前", where="forms_draft.payload", record="9")],
        )
        newer = field.encrypt("後", where="forms_draft.payload", record="9")
        real = reencrypting._sealed

        def slow(told, *arguments):
            if told.table == "forms_draft":
                owner.execute("UPDATE forms_draft SET payload = %s", [newer])
            return real(told, *arguments)

        rotate_and_start()
        monkeypatch.setattr(reencrypting, "_sealed", slow)
        with transaction.atomic():
            assert reencrypting._batch(table, 2, 0)[0] == 0
        (payload,) = owner.execute("SELECT payload FROM forms_draft").fetchone()
    assert payload == newer


def test_damaged_value_stops_the_pass_by_name_and_is_left_as_it_is(customers, committed_db):
    rotate_and_start()
    row = RecordVersion.objects.order_by("id").first()
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as owner:
        owner.execute("ALTER TABLE customers_recordversion DISABLE TRIGGER append_only")
        owner.execute(
            "UPDATE customers_recordversion SET name = set_byte(name, 20, get_byte(name, 20) # 1) WHERE id = %s",
            [row.id],
        )
    with pytest.raises(ReencryptionRefused, match=f"customers_recordversion の {row.id}"):
        reencrypting.work(60)
    assert held()["customers_recordversion.name", 1] == 5


def test_only_one_process_works_at_a_time(customers, committed_db):
    rotate_and_start()
    with psycopg.connect(committed_db.url("app"), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [reencrypting._ONE_WORKER])
        assert reencrypting.work(60) is False
    assert held()["customers_recordversion.name", 1] == 5


def test_stored_file_comes_under_the_newest_key_and_reads_as_before(customers, state):
    stored = files.store([b"x" * 300_000, b"end"])
    rotate_and_start()
    with files.open_stored(stored.id) as reading:
        first = reading.read(10)
        assert reencrypting.work(60) is True
        assert first + reading.read() == b"x" * 300_000 + b"end"  # begun before, read to its end
    assert files.epochs() == [(stored.id, 2)]
    with files.open_stored(stored.id) as again:
        assert again.read() == b"x" * 300_000 + b"end"


def test_file_that_is_still_being_written_is_left_alone_and_a_deleted_one_stays_deleted(customers):
    writer = files.Writer()
    writer.write(b"y" * 600_000)
    writer._file.flush()
    rotate_and_start()
    reencrypting.work(60)
    assert [epoch for _, epoch in files.epochs()] == [1]
    stored = writer.finish()
    assert files.reencrypt(stored.id) is True
    files.delete(stored.id)
    assert files.reencrypt(stored.id) is False
    assert files.epochs() == []


# -- the one door of the database


def call(relation, columns, keys, olds, news):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT keizoku_reencrypt(%s, 'id', %s, %s, %s, %s)", [relation, columns, keys, olds, news]
        )
        return cursor.fetchone()[0]


@pytest.fixture
def row(customers):
    return RecordVersion.objects.order_by("id").first()


def test_door_takes_a_newer_key_of_the_same_length(row):
    old = bytes(row.name)
    assert call("customers_recordversion", ["name"], [row.id], [old], [b"\x00\x02" + old[2:]]) == 1


@pytest.mark.parametrize(
    "changed",
    [
        lambda old: b"\x00\x01" + bytes(len(old) - 2),  # another value under the same key
        lambda old: b"\x00\x00" + old[2:],  # an older key
        lambda old: b"\x00\x02" + old[2:] + b"x",  # another length
        lambda old: None,
    ],
)
def test_door_refuses_everything_else(row, changed):
    old = bytes(row.name)
    with pytest.raises(IntegrityError):
        call("customers_recordversion", ["name"], [row.id], [old], [changed(old)])
    row.refresh_from_db()
    assert bytes(row.name) == old


@pytest.mark.parametrize(
    ("relation", "column"),
    [("customers_recordversion", "written_by"), ("audit_block", "signature"), ("no_such_table", "x")],
)
def test_door_opens_registered_columns_only(row, relation, column):
    with pytest.raises(ProgrammingError):
        call(relation, [column], [1], [b"\x00\x01x"], [b"\x00\x02x"])


def test_door_leaves_the_guard_closed_behind_it(row, committed_db):
    old = bytes(row.name)
    with psycopg.connect(committed_db.url("owner")) as owner:
        owner.execute(
            "SELECT keizoku_reencrypt('customers_recordversion', 'id', ARRAY['name'], ARRAY[%s::bigint],"
            " ARRAY[%s::bytea], ARRAY[%s::bytea])",
            [row.id, old, b"\x00\x02" + old[2:]],
        )
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute("UPDATE customers_recordversion SET written_by = 'x'")


def test_row_that_no_longer_holds_what_was_read_is_not_changed(row):
    old = bytes(row.name)
    other = old[:-1] + bytes([old[-1] ^ 1])
    assert call("customers_recordversion", ["name"], [row.id], [other], [b"\x00\x02" + old[2:]]) == 0
    row.refresh_from_db()
    assert bytes(row.name) == old
