"""A stop of contact outlives mistakes: the database lifts none in bulk, and none of a customer merged away."""

import pytest
from django.db import IntegrityError, transaction

from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.customers.contact import lifting
from keizoku.customers.errors import StopKept
from keizoku.customers.models import ChannelStop, ContactStop

Reason = ContactStop.Reason


@pytest.fixture
def stops(db, make_customers):
    """Four customers: two who answered campaign 7, one who opted out, one merged away."""
    told = [(7, Reason.ANSWERED), (7, Reason.ANSWERED), (None, Reason.OPTED_OUT), (None, Reason.MERGED)]
    return [
        ContactStop.objects.create(customer_id=customer, campaign_id=campaign, reason=reason)
        for customer, (campaign, reason) in zip(make_customers(4), told, strict=True)
    ]


@pytest.fixture
def make_staff():
    def make(role):
        return Staff.objects.create(login=role, display_name=role, role=role)

    return make


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()
    return True


def test_stop_of_one_answer_can_be_lifted(stops):
    assert ContactStop.objects.filter(id=stops[0].id).delete()[0] == 1


def test_stop_of_a_customer_merged_away_is_never_lifted(stops):
    assert refused(stops[3].delete)
    assert ContactStop.objects.count() == 4


def test_stops_are_not_lifted_in_bulk(stops, make_customers):
    ChannelStop.objects.bulk_create(ChannelStop(customer_id=c, channel="sms") for c in make_customers(2))
    assert refused(ContactStop.objects.filter(campaign_id=7).delete)
    assert refused(ChannelStop.objects.all().delete)
    assert (ContactStop.objects.count(), ChannelStop.objects.count()) == (4, 2)


def test_stop_names_another_reason_only_when_its_customer_is_merged_away(stops):
    opted_out = ContactStop.objects.filter(id=stops[2].id)
    assert refused(lambda: opted_out.update(reason=Reason.ANSWERED))
    assert refused(lambda: opted_out.update(customer_id=stops[0].customer_id))
    assert opted_out.update(reason=Reason.MERGED) == 1


def test_stop_by_a_word_of_a_death_goes_by_the_words_of_two(db, make_customers, make_staff):
    (customer,) = make_customers(1)
    one, two = make_staff("operator"), make_staff("compliance")
    stop = ContactStop.objects.create(customer_id=customer, campaign_id=None, reason=Reason.NEEDS_PERSON)
    assert refused(ContactStop.objects.filter(id=stop.id).delete), "the database asks for two as well"
    with pytest.raises(StopKept, match="理由"):
        lifting.doubt(customer, "because", actor=one.actor)
    assert not lifting.doubt(customer, "slip", actor=one.actor)
    with pytest.raises(StopKept, match="もう確かめています"):
        lifting.doubt(customer, "alive", actor=one.actor)
    assert refused(ContactStop.objects.filter(id=stop.id).delete)
    assert [by for by, _, _ in lifting.doubted(customer).said] == [one.pk]
    assert lifting.doubt(customer, "alive", actor=two.actor)
    assert not ContactStop.objects.exists()
    told = Entry.objects.filter(action__startswith="customers.contact.").order_by("id")
    assert list(told.values_list("action", flat=True))[-3:] == [
        "customers.contact.doubted",
        "customers.contact.doubted",
        "customers.contact.released",
    ]
    again = ContactStop.objects.create(customer_id=customer, campaign_id=None, reason=Reason.OPTED_OUT)
    with pytest.raises(StopKept, match="ここで解ける停止はありません"):
        lifting.doubt(customer, "slip", actor=one.actor)
    assert ContactStop.objects.get() == again
