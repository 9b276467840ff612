"""What the campaigns' tests do and look at: a round of planning and sending, and what was sent."""

from keizoku.campaigns import launching, planner
from keizoku.campaigns.models import Campaign
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.tests.carrier import Journal

EVERYBODY = {"field": "due_on", "operator": "before", "value": "2030-01-01"}


def launch():
    """What the job does for every approved campaign."""
    for campaign in Campaign.objects.filter(state="launching"):
        launching.work_through(campaign.id)


def state(campaign):
    return Campaign.objects.get(id=campaign).state


def work():
    launch()
    planner._not_before.clear()  # a slow look of an earlier test, at a campaign of the same number
    planner.plan_all()
    Dispatcher("worker").run()


def channels():
    return sorted("line" if call.message.button_label else "email" for call in Journal.calls)
