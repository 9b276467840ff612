"""Who a row is about: known or new, the first of its number or one too many; in batches of any size."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keizoku.customers.imports import copying
from keizoku.customers.imports.importing import import_file
from keizoku.customers.imports.numbering import Numbering
from keizoku.customers.imports.rules.columns import read_header
from keizoku.customers.imports.rules.table import Record
from keizoku.customers.imports.tests.test_importing import DAY, HANA, HEADER, IMPORTER, TARO, write
from keizoku.customers.models import Customer


@pytest.fixture
def header():
    return read_header(HEADER.split(","))


def records(numbers):
    cells = TARO.split(",")[1:]
    return [Record(line, (f"{number:010d}", *cells)) for line, number in enumerate(numbers, start=2)]


def test_known_customer_keeps_the_id_and_a_new_one_gets_another(db, tmp_path, header):
    import_file(write(tmp_path, TARO, HANA), as_of=DAY, actor=IMPORTER)
    taro = Customer.objects.get(fact__birth_year=1960).id

    first, second = Numbering(header).assign(records([1, 7]))

    assert (first.customer_id, first.is_known) == (taro, True)
    assert not second.is_known
    assert not Customer.objects.filter(id=second.customer_id).exists()


@settings(max_examples=30)
@given(batches=st.lists(st.lists(st.integers(0, 5), max_size=8), max_size=4))
def test_every_row_but_the_first_of_a_number_is_one_too_many(db, header, batches):
    numbering = Numbering(header)
    seen: set[int] = set()
    for batch in batches:
        assigned = numbering.assign(records(batch))
        assert [row.is_duplicate for row in assigned] == [
            number in seen or number in batch[:place] for place, number in enumerate(batch)
        ]
        assert len({row.customer_id for row in assigned}) == len(batch)
        seen.update(batch)


def test_ids_are_told_one_by_one_where_somebody_drew_between_ours(db, monkeypatch):
    assert list(copying.reserve_ids(0)) == []
    span = copying.reserve_ids(3)
    assert list(span) == list(range(span[0], span[0] + 3))

    # What somebody else's draw in the middle leaves: a wider span than was asked for.
    monkeypatch.setattr(copying, "_SPAN", copying._SPAN.replace("max(id)", "max(id) + 1"))
    each = copying.reserve_ids(3)
    assert len(set(each)) == 3
    assert min(each) > max(span)
