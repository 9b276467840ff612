from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.customers.ending.actions import end_relation, reopen_relation
from keizoku.customers.errors import EndingRefused
from keizoku.customers.imports.importing import import_file
from keizoku.customers.models import ContactStop, Customer, Ending
from keizoku.kernel.actor import Actor

SYSTEM = Actor.system("test")
TODAY = date(2026, 11, 21)
LAST = date(2026, 10, 31)


def stops(customer_id):
    return list(ContactStop.objects.filter(customer_id=customer_id).values_list("campaign_id", "reason"))


@pytest.fixture
def import_again(tmp_path):
    """A file about customers, with a column 解約日: ``import_again({number: "2026-10-31"}, as_of=…)``."""
    from conftest import ROW

    def take(ends: dict[int, str], as_of: date):
        rows = [[*(text.format(n=n) for text in ROW.values()), end] for n, end in ends.items()]
        path = tmp_path / f"again-{as_of}.csv"
        path.write_text("\r\n".join(",".join(row) for row in [[*ROW, "解約日"], *rows]), encoding="utf-8")
        return import_file(path, as_of=as_of, actor=SYSTEM)

    return take


def test_staff_end_a_relation_and_all_contact_stops_with_it(db, make_customers):
    [one, other] = make_customers(2)

    end_relation(one, on=LAST, reason="request", actor=SYSTEM, today=TODAY)

    assert Customer.objects.values_list("state", "closed_on").get(id=one) == ("closed", LAST)
    assert stops(one) == [(None, "closed")]
    assert stops(other) == []
    entry = Entry.objects.get(action="customers.relation.ended", subject_id=one)
    assert entry.details == {"on": "2026-10-31", "reason": "request"}


def test_relation_that_ended_is_not_ended_twice(db, make_customers):
    [one] = make_customers(1)
    end_relation(one, on=LAST, reason="request", actor=SYSTEM, today=TODAY)

    with pytest.raises(EndingRefused):
        end_relation(one, on=TODAY, reason="bank", actor=SYSTEM, today=TODAY)

    assert Customer.objects.get(id=one).closed_on == LAST
    assert Ending.objects.count() == 1


@pytest.mark.parametrize("on", [date(2001, 4, 1), date(2026, 11, 22)])
def test_day_before_the_opening_or_ahead_is_refused(db, make_customers, on):
    [one] = make_customers(1)
    with pytest.raises(EndingRefused):
        end_relation(one, on=on, reason="request", actor=SYSTEM, today=TODAY)
    assert Customer.objects.get(id=one).state == "active"
    assert stops(one) == []


def test_reopening_lifts_the_stop_of_the_end_and_no_other(db, make_customers):
    [one, stopped] = make_customers(1) + make_customers(1, 連絡停止="1")
    for customer_id in (one, stopped):
        end_relation(customer_id, on=LAST, reason="request", actor=SYSTEM, today=TODAY)
        reopen_relation(customer_id, reason="mistake", actor=SYSTEM, today=TODAY)

    assert Customer.objects.values_list("state", "closed_on").get(id=one) == ("active", None)
    assert stops(one) == []
    assert stops(stopped) == [(None, "opted_out")]


def test_destroyed_customer_is_never_opened_again(db, make_customers):
    [one] = make_customers(1)
    end_relation(one, on=LAST, reason="request", actor=SYSTEM, today=TODAY)
    Customer.objects.filter(id=one).update(destroyed_on=TODAY)
    with pytest.raises(EndingRefused):
        reopen_relation(one, reason="returned", actor=SYSTEM, today=TODAY)
    assert Customer.objects.get(id=one).state == "closed"


def test_who_may_not_close_changes_nothing(db, make_customers):
    from keizoku.accounts.models import Staff

    [one] = make_customers(1)
    auditor = Staff.objects.create(login="auditor", display_name="監査", role="auditor")
    with pytest.raises(NotPermitted):
        end_relation(one, on=LAST, reason="request", actor=auditor.actor, today=TODAY)
    assert Customer.objects.get(id=one).state == "active"


def test_file_closes_known_and_new_customers_at_once(db, make_customers, import_again):
    [one, other] = make_customers(2)

    run = import_again({1: "2026-10-31", 2: "", 3: "2020-03-31"}, as_of=TODAY)

    new = Customer.objects.latest("id")
    assert run.created_count == 1
    assert Customer.objects.values_list("state", "closed_on").get(id=one) == ("closed", LAST)
    assert Customer.objects.values_list("state", "closed_on").get(id=other) == ("active", None)
    assert (new.state, new.closed_on) == ("closed", date(2020, 3, 31))
    assert [stops(each) for each in (one, other, new.id)] == [[(None, "closed")], [], [(None, "closed")]]
    entry = Entry.objects.get(action="customers.relation.ended")
    assert entry.details["count"] == 2


def test_file_that_is_read_twice_ends_nothing_twice(db, make_customers, import_again):
    make_customers(1)
    import_again({1: "2026-10-31"}, as_of=TODAY)
    import_again({1: "2026-10-31"}, as_of=date(2026, 11, 22))
    assert Ending.objects.count() == 1


def test_later_file_corrects_the_day_that_only_a_file_told(db, make_customers, import_again):
    [one] = make_customers(1)
    import_again({1: "2026-10-31"}, as_of=TODAY)
    import_again({1: "2026-09-30"}, as_of=date(2026, 11, 22))
    assert Customer.objects.get(id=one).closed_on == date(2026, 9, 30)


def test_file_does_not_touch_the_day_that_staff_told(db, make_customers, import_again):
    [one] = make_customers(1)
    end_relation(one, on=LAST, reason="deceased", actor=SYSTEM, today=TODAY)
    import_again({1: "2026-09-30"}, as_of=TODAY)
    assert Customer.objects.get(id=one).closed_on == LAST


def test_older_file_does_not_close_what_staff_opened_again(db, make_customers, import_again):
    [one] = make_customers(1)
    end_relation(one, on=LAST, reason="request", actor=SYSTEM, today=TODAY)
    reopen_relation(one, reason="returned", actor=SYSTEM, today=TODAY)
    import_again({1: "2026-10-31"}, as_of=date(2026, 11, 10))
    assert Customer.objects.get(id=one).state == "active"


def test_history_of_endings_is_only_added_to(db, make_customers):
    [one] = make_customers(1)
    end_relation(one, on=LAST, reason="request", actor=SYSTEM, today=TODAY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_ending SET reason = 'bank'")
    assert Ending.objects.get().reason == "request"
