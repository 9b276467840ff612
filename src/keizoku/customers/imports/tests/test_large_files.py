"""Files of more rows than one batch, prepared by other processes, and files that somebody broke."""

import io
import time
import tracemalloc
from datetime import date
from itertools import islice

import pytest

from keizoku.customers.errors import FileRefused
from keizoku.customers.imports import importing, preparers
from keizoku.customers.imports.importing import import_file
from keizoku.customers.imports.sources import open_stream
from keizoku.customers.imports.tests.test_importing import DAY, HANA, HEADER, IMPORTER, TARO, record_of, write
from keizoku.customers.models import (
    ContactPoint,
    Customer,
    ImportRejection,
    ImportRun,
    Lookup,
    NameToken,
    RecordVersion,
)


def numbered(number, row=TARO):
    return row.replace("0000000001", f"{number:010d}")


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)


def test_many_batches_by_other_processes_are_one_file_in_order(db, tmp_path, small_batches, monkeypatch):
    monkeypatch.setattr(preparers, "_processes", lambda: 2)
    rows = [numbered(n) for n in range(1, 15)]

    run = import_file(write(tmp_path, *rows), as_of=DAY, actor=IMPORTER)

    assert (run.rows_read, run.created_count, run.rejected_count) == (14, 14, 0)
    ids = list(Customer.objects.order_by("id").values_list("id", flat=True))
    assert [record_of(customer_id).values["number"] for customer_id in ids] == [
        f"{n:010d}" for n in range(1, 15)
    ]
    assert RecordVersion.objects.count() == 14
    assert Lookup.objects.filter(kind="account").count() == 14


def test_number_that_came_in_an_earlier_batch_is_a_duplicate(db, tmp_path, small_batches):
    rows = [numbered(n) for n in (1, 2, 3, 4, 2, 5, 5)]

    run = import_file(write(tmp_path, *rows), as_of=DAY, actor=IMPORTER)

    assert run.created_count == 5
    assert list(ImportRejection.objects.order_by("line").values_list("line", "code")) == [
        (6, "number_duplicate"),
        (8, "number_duplicate"),
    ]


def test_file_again_in_other_batches_changes_nothing(db, tmp_path, small_batches, monkeypatch):
    path = write(tmp_path, *(numbered(n) for n in range(1, 10)))
    import_file(path, as_of=DAY, actor=IMPORTER)
    monkeypatch.setattr(importing, "BATCH", 4)

    again = import_file(path, as_of=DAY, actor=IMPORTER)

    assert (again.created_count, again.updated_count, again.unchanged_count) == (0, 0, 9)


def test_failure_in_a_later_batch_leaves_nothing_but_the_failed_run(db, tmp_path, small_batches, monkeypatch):
    path = write(tmp_path, *(numbered(n) for n in range(1, 10)))

    def fail(read):
        if read > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(path, as_of=DAY, actor=IMPORTER, progress=fail)

    assert Customer.objects.count() == 0
    assert ImportRun.objects.get().state == "failed"


def test_quote_that_nobody_closes_costs_its_own_row_only(db, tmp_path):
    broken = numbered(2).replace("山田 太郎", '"山田 太郎')
    rows = [TARO, broken, *(numbered(n) for n in range(3, 40))]

    run = import_file(write(tmp_path, *rows), as_of=DAY, actor=IMPORTER)

    assert (run.created_count, run.rejected_count) == (38, 1)
    assert ImportRejection.objects.values_list("line", "code").get() == (3, "row_width")


def test_quote_open_at_the_end_of_the_file_costs_its_own_row_only(db, tmp_path):
    broken = numbered(2).replace("山田 太郎", '"山田 太郎')

    run = import_file(write(tmp_path, TARO, broken, numbered(3)), as_of=DAY, actor=IMPORTER)

    assert (run.created_count, run.rejected_count) == (2, 1)


def test_nul_byte_and_other_encoding_deep_in_the_file_cost_their_rows(db, tmp_path, small_batches):
    path = write(tmp_path, *(numbered(n) for n in range(1, 8)), HANA.replace("0000000002", "0000000008"))
    lines = path.read_bytes().split(b"\r\n")
    lines[5] = lines[5].replace("会社員".encode(), "会社員".encode("cp932"))
    lines[6] = lines[6].replace(b"taro", b"ta\0ro")
    path.write_bytes(b"\r\n".join(lines))

    run = import_file(path, as_of=DAY, actor=IMPORTER)

    assert run.created_count == 6
    assert list(ImportRejection.objects.order_by("line").values_list("line", "code")) == [
        (6, "undecodable"),
        (7, "undecodable"),
    ]


def test_file_of_one_endless_line_is_refused_in_words(db, tmp_path):
    path = tmp_path / "line.csv"
    path.write_bytes(b"x" * (3 << 20))

    with pytest.raises(FileRefused, match="改行"):
        import_file(path, as_of=DAY, actor=IMPORTER)


def test_file_of_five_gigabytes_without_a_line_end_is_refused_at_once(db, tmp_path):
    path = tmp_path / "zeros.csv"
    with path.open("wb") as file:
        file.truncate(5 << 30)

    began = time.process_time()
    with pytest.raises(FileRefused, match="改行"):
        import_file(path, as_of=DAY, actor=IMPORTER)

    assert time.process_time() - began < 2
    assert ImportRun.objects.count() == 0


class Repeated(io.RawIOBase):
    """A file of any size that lies nowhere: a header, one row again and again, and other lines in given places."""

    def __init__(self, rows, others):
        self._lines = self._made(rows, others)
        self._rest = b""

    def readable(self):
        return True

    def readinto(self, into):
        while len(self._rest) < len(into) and (more := b"".join(islice(self._lines, 1000))):
            self._rest += more
        piece, self._rest = self._rest[: len(into)], self._rest[len(into) :]
        into[: len(piece)] = piece
        return len(piece)

    @staticmethod
    def _made(rows, others):
        row = f"{TARO}\r\n".encode()
        yield f"{HEADER}\r\n".encode()
        for line in range(2, rows + 2):
            yield others.get(line, row)


def read_through(rows, others):
    """Lines that could not be read, and the most memory in MB that reading took."""
    tracemalloc.start()
    try:
        table = open_stream(io.BufferedReader(Repeated(rows, others), 1 << 20))
        unreadable = [record.line for record in table.records if not record.is_readable]
        return unreadable, tracemalloc.get_traced_memory()[1] >> 20
    finally:
        tracemalloc.stop()


NUL = TARO.replace("山田 太郎", "山田\0太郎").encode() + b"\r\n"
OTHER_ENCODING = TARO.encode("cp932") + b"\r\n"


def test_memory_does_not_grow_with_the_file_and_a_broken_line_costs_itself():
    assert read_through(30_000, {3: NUL, 29_001: OTHER_ENCODING}) == ([3, 29_001], ANY_UP_TO_20)


@pytest.mark.soak
def test_wrong_encoding_in_line_700_001_of_a_file_of_five_gigabytes():
    rows = (5 << 30) // len(f"{TARO}\r\n".encode())
    assert read_through(rows, {700_001: OTHER_ENCODING}) == ([700_001], ANY_UP_TO_20)


class _UpTo(int):
    """Equal to whatever is not greater."""

    def __eq__(self, other):
        return other <= int(self)

    def __hash__(self):
        return int(self)


ANY_UP_TO_20 = _UpTo(20)


def test_nothing_of_an_import_refers_to_a_customer_that_is_not_there(db, tmp_path, small_batches):
    import_file(write(tmp_path, *(numbered(n) for n in range(1, 10)), "x"), as_of=DAY, actor=IMPORTER)
    moved = [numbered(n, TARO.replace("渋谷1-2-3", f"渋谷{n}")) for n in range(1, 12)]
    import_file(write(tmp_path, *moved), as_of=date(2026, 12, 1), actor=IMPORTER)

    ids = set(Customer.objects.values_list("id", flat=True))
    assert len(ids) == 11
    for model in (Lookup, NameToken, ContactPoint):
        assert set(model.objects.values_list("customer_id", flat=True)) == ids


def test_two_hundred_further_columns_are_passed_over(db, tmp_path):
    more = ",".join(f"予備{n}" for n in range(200))
    path = tmp_path / "wide.csv"
    path.write_text(f"{HEADER},{more}\r\n{TARO}{',x' * 200}\r\n", encoding="utf-8")

    assert import_file(path, as_of=DAY, actor=IMPORTER).created_count == 1


def test_value_that_begins_like_a_formula_is_kept_as_it_is(db, tmp_path):
    import_file(write(tmp_path, TARO.replace("山田 太郎", "=1+1")), as_of=DAY, actor=IMPORTER)

    assert record_of(Customer.objects.get().id).values["name"] == "=1+1"


def test_import_beside_another_is_refused_in_words(committed_db, tmp_path):
    from django.db import connections

    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [importing.LOCK])
        try:
            with pytest.raises(FileRefused, match="ほかのファイル"):
                import_file(write(tmp_path, TARO), as_of=DAY, actor=IMPORTER)
        finally:
            other.close()

    assert ImportRun.objects.get().failure == "ほかのファイルを取り込んでいます。"
    assert import_file(write(tmp_path, TARO), as_of=date(2026, 11, 2), actor=IMPORTER).created_count == 1
