"""A changed contact point told by post: one print file, at the address as it was, with nothing of what was changed."""

import json
from datetime import date

import pytest
from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.customers import actions as customers
from keizoku.delivery.lane import actions as lane
from keizoku.delivery.lane.actions import Wanted
from keizoku.delivery.lane.models import Code
from keizoku.delivery.lane.sending import Lane
from keizoku.delivery.lane.words import message_for
from keizoku.delivery.letters import actions as letters
from keizoku.delivery.letters import calling_off, following, queries
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.kernel.actor import Actor

DESK = Actor.system("test")


def test_notices_leave_together_at_the_old_address_and_nobody_calls_them_off(
    committed_db, printer, make_customers
):
    movers = make_customers(2)
    for customer in movers:
        customers.apply_changes(
            customer_id=customer,
            changes={"address": "大阪府大阪市北区梅田9-9-9", "postal_code": "5300001"},
            confirmed=[],
            source="declared",
            as_of=date(2026, 11, 22),
            actor=DESK,
        )
        words = message_for("contact_changed", "letter", "ja")
        lane.notify(Wanted(customer, "letter", "contact_changed", words), record_version=1, actor=DESK)
    assert Lane().run() == 0, "they gather until the hour is full"
    Code.objects.update(not_before=timezone.now())

    assert Lane().run() == 2
    assert Lane().run() == 0

    (batch,) = queries.batches()
    assert (batch.campaign_id, batch.step, batch.letters, batch.state) == (None, None, 2, "handed_in")
    assert queries.subjects(batch.id) == movers
    (line,) = printer.hand_ins()
    listed = json.loads(line["manifest"])["list"]
    assert [(row["tag"], row["postal_code"]) for row in listed] == [
        (f"kc-{number:013d}", "1500002")
        for number in Code.objects.order_by("id").values_list("id", flat=True)
    ]
    assert list(Code.objects.values_list("state", flat=True)) == ["sent", "sent"]
    with pytest.raises(LetterRefused, match="取りやめられません"):
        letters.call_off(batch.id, letters=2, actor=DESK)
    assert calling_off.campaigns() == []
    assert following.follow() == 0
    said = " ".join(f"{entry.details}{entry.purpose}" for entry in Entry.objects.all())
    assert "渋谷" not in said
    assert "梅田" not in said
