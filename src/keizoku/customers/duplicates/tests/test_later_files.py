"""Files go on naming the number merged away: nothing of the survivor is overwritten, its news is listed once."""

from datetime import date

import pytest
from conftest import ROW

from keizoku.audit import actions as audit
from keizoku.customers import queries
from keizoku.customers.duplicates.tests.pairs import AGAIN, merged, staff, two_rows_of_one_person
from keizoku.customers.imports.importing import import_file
from keizoku.customers.models import ContactStop, Customer, ImportConflict, Lookup, NameToken
from keizoku.kernel.actor import Actor

LATER = date(2026, 12, 1)


@pytest.fixture
def two(db, make_customers):
    return two_rows_of_one_person(make_customers)


def take(folder, number, **columns):
    """A later file with the row of one number."""
    row = [text.format(n=number) for text in (ROW | (AGAIN if number == 2 else {}) | columns).values()]
    path = folder / "later.csv"
    path.write_text("\r\n".join(",".join(each) for each in [list(ROW), row]), encoding="utf-8")
    return import_file(path, as_of=LATER, actor=Actor.system("test"))


def address_of(customer):
    grant = audit.grant_read(actor=Actor.system("test"), purpose="test", subjects=[customer])
    return queries.record(customer, grant).values["address"]


def test_row_without_news_changes_nothing(two, tmp_path):
    merged(two[0], staff())
    run = take(tmp_path, 2)
    assert (run.created_count, run.updated_count, run.unchanged_count, run.conflict_count) == (0, 0, 1, 0)


def test_news_of_the_old_number_is_listed_at_the_survivor_and_only_once(two, tmp_path):
    first, second = two
    merged(first, staff())
    take(tmp_path, 2, 住所="東京都渋谷区渋谷5-5-5", 郵便番号="150-0002")
    conflict = ImportConflict.objects.get()
    assert (conflict.customer_id, conflict.field, conflict.state) == (first, "address", "waiting")
    assert address_of(first) == "東京都渋谷区渋谷1-2-3"
    assert address_of(second) == "東京都渋谷区渋谷5-5-5"
    take(tmp_path, 2, 住所="東京都渋谷区渋谷5-5-5", 郵便番号="150-0002")
    assert ImportConflict.objects.count() == 1


def test_customer_merged_away_stays_unfindable_after_a_later_file(two, tmp_path):
    _, second = two
    merged(two[0], staff())
    take(tmp_path, 2, 住所="東京都渋谷区渋谷5-5-5")
    assert Customer.objects.get(id=second).state == "merged"
    assert not Lookup.objects.filter(customer_id=second).exists()
    assert not NameToken.objects.filter(customer_id=second).exists()


def test_opt_out_of_the_old_number_stops_the_survivor(two, tmp_path):
    merged(two[0], staff())
    take(tmp_path, 2, 連絡停止="1")
    assert ContactStop.objects.get(customer_id=two[0]).reason == "opted_out"


def test_value_chosen_in_a_merge_is_not_set_back_by_a_file_of_an_earlier_day(two, tmp_path):
    first, _ = two
    merged(first, staff(), address="other")
    path_day = date(2026, 11, 15)
    row = [text.format(n=1) for text in ROW.values()]
    path = tmp_path / "earlier.csv"
    path.write_text("\r\n".join(",".join(each) for each in [list(ROW), row]), encoding="utf-8")
    run = import_file(path, as_of=path_day, actor=Actor.system("test"))
    assert address_of(first) == "東京都渋谷区渋谷9-9-9"
    assert run.conflict_count == 1
