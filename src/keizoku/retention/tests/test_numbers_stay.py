"""The numbers of a campaign say the same after its detail has been destroyed as before."""

from keizoku.campaigns.tests.conftest import plan, requested, staff  # noqa: F401 - fixtures shared with the room's own tests
from keizoku.campaigns.tests.test_numbers import walked  # noqa: F401 - as above
from keizoku.delivery.tests.conftest import journal  # noqa: F401 - as above
from keizoku.retention.tests.house import approved, count


def test_numbers_of_a_destroyed_campaign_are_those_of_before(walked):  # noqa: F811 - the fixture
    from keizoku.campaigns.models import Campaign
    from keizoku.campaigns.numbers import counting
    from keizoku.campaigns.numbers.queries import numbers
    from keizoku.delivery.numbers import WAYS
    from keizoku.kernel.clock import business_today
    from keizoku.retention.actions.destroying import destroy
    from keizoku.retention.tests.conftest import hire, install

    before = numbers(walked)
    people = hire()
    install()
    Campaign.objects.filter(id=walked).update(state="finished", ended_at="2020-01-10T00:00:00Z")

    destroy(approved(people, business_today()))
    counting.count(WAYS)

    assert count("pg_class", f"relname = 'delivery_outcome_{walked}'") == 0
    assert count("campaigns_skip") == count("campaigns_exclusion") == count("delivery_receipt") == 0
    assert numbers(walked) == before
    assert before.total.answers == 3
