"""One of each role, the journey of the walk, and a requested campaign of six customers.

Imports stand inside the fixtures: this file is read before Django is set up.
"""

import pytest

from keizoku.delivery.tests.conftest import journal as journal  # noqa: PLC0414 - a fixture shared with the engine's tests


@pytest.fixture
def staff(committed_db):
    from keizoku.accounts.models import Staff

    def make(login, role):
        return Staff.objects.create(login=login, display_name=login, role=role)

    return {role: make(role, role) for role in ("operator", "approver", "reviewer")}


@pytest.fixture
def plan(staff, journal):
    """The journey of the walk: LINE, then mail after seven days."""
    from keizoku.campaigns.rules import StepPlan
    from keizoku.delivery import actions as delivery
    from keizoku.kernel.actor import Actor

    actor = Actor.system("test")
    line = delivery.write_message(
        channel="line",
        name="LINE",
        subject="",
        body="受付番号 {reference}",
        button_label="確認をはじめる",
        actor=actor,
    )
    mail = delivery.write_message(
        channel="email",
        name="メール",
        subject="確認のお願い",
        body="受付番号 {reference}",
        button_label="",
        actor=actor,
    )
    return [StepPlan("line", 0, line), StepPlan("email", 7, mail)]


@pytest.fixture
def requested(staff, plan, make_customers):
    """Three reachable by both, one by mail only, one by nothing, one who opted out; requested."""
    from keizoku.campaigns import actions
    from keizoku.campaigns.tests.walking import EVERYBODY

    both = make_customers(3)
    mail_only = make_customers(1, 電話番号="03-3456-7890")
    nothing = make_customers(1, 電話番号="", メールアドレス="")
    opted_out = make_customers(1, 連絡停止="1")
    campaign = actions.draft(
        name="期日到来", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )
    actions.request_approval(campaign, staff["operator"])
    return campaign, both, mail_only[0], nothing[0], opted_out[0]
