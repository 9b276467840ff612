"""A house whose relations have ended, and the people who may plan and approve."""

import pytest


def hire():
    from keizoku.accounts.models import Staff

    roles = {"planner": "compliance", "approver": "approver", "second": "approver", "operator": "operator"}
    return {
        name: Staff.objects.create(login=f"{name}-r", display_name=name, role=role).actor
        for name, role in roles.items()
    }


def install():
    from keizoku.kernel.actor import Actor
    from keizoku.retention.actions import policies

    return policies.install_standard_policy(Actor.system("maker"), Actor.system("other"))


@pytest.fixture
def people(db):
    """Planner, approver, another approver and an operator: actors by name."""
    return hire()


@pytest.fixture
def in_force(db):
    """The standard policy, in force; its id."""
    return install()


@pytest.fixture
def ended(make_customers):
    """``ended(2)`` brings in customers whose relation ended on ``LAST_DAY`` (or another day); their ids."""
    from keizoku.customers.ending.actions import end_relation
    from keizoku.retention.tests.house import LAST_DAY, SYSTEM, TODAY

    def make(count=1, on=LAST_DAY, **columns):
        ids = make_customers(count, **columns)
        for customer_id in ids:
            end_relation(customer_id, on=on, reason="request", actor=SYSTEM, today=TODAY)
        return ids

    return make
