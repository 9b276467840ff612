"""Tipping-off: every answer of the API to whoever is not compliance reads the same with and without a suspicion."""

import re

import pytest
from django.db import transaction

from keizoku.api.tests.conftest import call_as, staff, taken_by
from keizoku.api.tests.test_gate import ROUTES, holder_of
from keizoku.console.tests.test_risk_confidential import base, override, suspect
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.risk import actions

__all__ = ["base", "call_as", "staff", "taken_by"]

FLEETING = re.compile(r"urn:uuid:[0-9a-f-]{36}|\d\d:\d\d:\d\d(\.\d+)?")


@pytest.fixture
def told(call_as, staff):
    """What each GET answers after something happened, which then never did."""
    callers = {scope: call_as(holder_of(scope), scope) for _, _, scope in ROUTES}

    def after(happen, *customers):
        with transaction.atomic():
            happen()
            actions.rate_everybody(Actor.system("test"), business_today())
            found = {}
            for method, path, scope in ROUTES:
                for customer in customers if method == "get" else ():
                    place = path.replace("/customers/1", f"/customers/{customer}")
                    query = {"customer": customer} if path == "/deliveries" else {}
                    found[place] = FLEETING.sub("", callers[scope].get(place, query).content.decode())
            transaction.set_rollback(True)
        return found

    return after


def test_suspicion_of_somebody_high_by_the_points_changes_no_answer(base, told, staff):
    first, second = base
    without = told(lambda: None, first, second)
    assert without == told(lambda: suspect(first, staff), first, second)
    assert any('"level": "high"' in text or '"level":"high"' in text for text in without.values())


def test_level_that_rose_by_suspicion_is_told_as_one_that_was_overridden(base, told, staff):
    _, second = base
    overridden = told(lambda: override(second, staff), second)
    assert overridden == told(lambda: suspect(second, staff), second)
    assert overridden != told(lambda: None, second)
