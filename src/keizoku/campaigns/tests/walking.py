"""What the campaigns' tests do and look at: a round of planning and sending, and what was sent."""

from keizoku.campaigns import actions, launching, planner
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import StepPlan
from keizoku.delivery import actions as delivery
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


def line_campaign_under_way(operator, approver, *, people=1):
    """A campaign of one LINE message to everybody, approved by its number and launched; its number."""
    message = delivery.write_message(
        channel="line",
        name="LINE",
        subject="",
        body="受付番号 {reference}",
        button_label="はじめる",
        actor=operator.actor,
    )
    steps = [StepPlan("line", 0, message)]
    campaign = actions.draft(name="期日到来", audience=EVERYBODY, steps=steps, answer_days=30, staff=operator)
    actions.request_approval(campaign, operator)
    actions.approve(campaign, typed_count=people, staff=approver)
    launch()
    return campaign
