"""A stop of contact outlives mistakes: the database lifts none in bulk, and none of a customer merged away."""

import pytest
from django.db import IntegrityError, transaction

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
