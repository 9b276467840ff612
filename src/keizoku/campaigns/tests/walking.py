"""What the campaigns' tests do and look at: a round of planning and sending, and what was sent."""

from keizoku.campaigns import planner
from keizoku.campaigns.models import Campaign
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.tests.carrier import Journal

EVERYBODY = {"field": "due_on", "operator": "before", "value": "2030-01-01"}


def state(campaign):
    return Campaign.objects.get(id=campaign).state


def work():
    planner.plan_all()
    Dispatcher("worker").run()


def channels():
    return sorted("line" if call.message.button_label else "email" for call in Journal.calls)
