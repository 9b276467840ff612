from datetime import date

from django.utils import timezone

from keizoku.campaigns.audiences.counting import preview
from keizoku.customers.contact.actions import Proof, take_evidence
from keizoku.customers.contact.rules import Sign
from keizoku.kernel.actor import Actor

DAY = date(2026, 11, 22)


def test_state_of_a_contact_point_is_an_audiences_condition(db, make_customers):
    one, _ = make_customers(2)
    proof = Proof(one, "phone", "line", Sign.DELIVERED, 3, timezone.now(), DAY)
    take_evidence([proof], Actor.system("test"))
    condition = {"field": "phone_state", "operator": "equals", "value": "reachable"}
    assert preview({"all": [condition]}, ["line"], DAY).included == 1
