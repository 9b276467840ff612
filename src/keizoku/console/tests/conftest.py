"""One person a role, two rated customers, and the browser that each of them uses.

Imports stand inside the fixtures: this file is read before Django is set up.
"""

import pytest


@pytest.fixture
def staff(db):
    from keizoku.accounts.models import Staff
    from keizoku.accounts.rules import ROLES

    return {role: Staff.objects.create(login=role, display_name=f"{role}さん", role=role) for role in ROLES}


@pytest.fixture
def browser(staff):
    """``browser("operator")`` is signed in as the one with that role; ``browser()`` as nobody."""
    from django.test import Client

    def open_as(role=None):
        client = Client()
        if role:
            client.force_login(staff[role])
        return client

    return open_as


@pytest.fixture
def customers(staff, tmp_path):
    """The ids of two overdue individuals: one with mobile and mail, one with neither."""
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.reviews.tests import people
    from keizoku.risk.actions import rate_everybody

    people.use_standard_scorecard()
    ids = people.import_customers(tmp_path, people.TARO, people.HANAKO)
    rate_everybody(Actor.system("test"), business_today())
    return ids
