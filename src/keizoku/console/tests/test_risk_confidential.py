"""Tipping-off: whoever is not compliance sees the same bytes with and without a suspicion, on every screen and in every file.

Two comparisons. Of a customer who is high by the points, a suspicion changes nothing at all. Of one whose level rises by
it, everything reads as if two people had overridden the level. The auditor, who answers for the trail, sees that somebody
changed a circumstance, and not which.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from keizoku.console.tests.pages import words
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews.phone import queries as phone
from keizoku.reviews.phone.tests.callers import TAROS
from keizoku.reviews.tests import people
from keizoku.risk import actions, circumstances, queries, trials
from keizoku.risk.models import Scorecard
from keizoku.risk.rules.matter import Matter
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.workload import Scope
from keizoku.safekeeping.keys import counting

OTHERS = ("operator", "reviewer", "phone_desk", "approver", "administrator")
SCOPE = Scope({Level.HIGH: 12, Level.MEDIUM: 24, Level.LOW: 36}, frozenset(Level), 100, 800, 20)
CHOICES = (
    "within_days=&journey=line_email&levels=high",
    "within_days=&journey=sms&levels=low&kinds=individual",
    "within_days=90&journey=line_email_sms",
    "field=address&days=365&levels=high",
)
SOUGHT = ("山田", "0000000001", "090-1234-5678")
# What differs from one answer to the next without telling anything: forms' tokens and times of day.
_FLEETING = re.compile(r"\b\w{64}\b|\d\d:\d\d(:\d\d(\.\d+)?)?")
HINTS = ("届出", "捜査", "凍結", "report_filed", "police", "freeze", "秘密")


@pytest.fixture(autouse=True)
def _files_of_this_test(monkeypatch) -> None:
    """The keys' page counts stored files too, and other tests store some in the same folder at the same time."""
    monkeypatch.setattr(counting, "_files", Counter)


@pytest.fixture(autouse=True)
def _one_order_of_questions(monkeypatch) -> None:
    """The script of a call is drawn by chance; here each is drawn alike."""
    monkeypatch.setattr("secrets.SystemRandom", lambda: random.Random(7))


@pytest.fixture
def base(staff, tmp_path) -> tuple[int, int]:
    """Somebody high by the points, and somebody plain."""
    people.use_standard_scorecard()
    high = people.HANAKO.replace("JPN", "PRK")
    assert high != people.HANAKO
    first, second = people.import_customers(tmp_path, high, people.TARO)
    actions.rate_everybody(Actor.system("test"), business_today())
    standing = queries.standing(first)
    assert standing is not None
    assert standing.level is Level.HIGH
    return first, second


def suspect(customer: int, staff: Any) -> None:
    circumstances.record_suspicion(
        customer,
        Matter.REPORT_FILED,
        until_on=business_today() + timedelta(days=60),
        note="届出番号の控え",
        actor=staff["compliance"].actor,
        today=business_today(),
    )


def override(customer: int, staff: Any) -> None:
    asked = circumstances.request_override(
        customer,
        Level.HIGH,
        until_on=business_today() + timedelta(days=60),
        reason="店頭での様子",
        actor=staff["compliance"].actor,
        today=business_today(),
    )
    circumstances.decide_override(
        asked, is_approved=True, actor=staff["approver"].actor, today=business_today()
    )


def screens(customer: int) -> list[str]:
    """The address of every screen that is opened by looking alone, those of one customer with this one."""
    ids = {"customer_id": customer, "scorecard_id": Scorecard.objects.latest("id").id}
    from keizoku.console.urls import urlpatterns

    left_out = {"console-sign-out", "console-nowhere", "console-ticket", "console-staying"}
    asked = {one.name: list(one.pattern.converters) for one in urlpatterns if one.name not in left_out}
    return sorted(
        reverse(name, kwargs={each: ids[each] for each in needed})
        for name, needed in asked.items()
        if set(needed) <= set(ids)
    )


def seen(browser: Any, customer: int) -> dict[tuple[str, str], str]:
    """All that the others see: (role, address) → bytes, without what changes at each look. A draft was tried, too."""
    drafted = Scorecard.objects.filter(state="draft").latest("id").id
    trial = trials.ask_for_trial(drafted, SCOPE, Actor.system("test"), business_today())
    trials.work_through(trial)
    found = {}
    for role in OTHERS:
        client = browser(role)
        for address in screens(customer):
            answer = client.get(address)
            if answer.status_code != 405:
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                found[role, address] = _FLEETING.sub("", body.decode())
        found |= {(role, asked): body for asked, body in _asked(client)}
        if role == "phone_desk":
            found |= {(role, asked): body for asked, body in _on_the_phone(client)}
    return found


def _asked(client: Any) -> Iterator[tuple[str, str]]:
    """What a screen answers to somebody who chooses, counts and searches."""
    for query in CHOICES:
        for name in ("console-campaign-count", "console-freshness"):
            yield (
                f"{name}?{query}",
                _FLEETING.sub("", client.get(f"{reverse(name)}?{query}").content.decode()),
            )
    for sought in SOUGHT:
        answer = client.post(reverse("console-customers"), {"sought": sought})
        yield f"search for {sought}", _FLEETING.sub("", answer.content.decode())


def _on_the_phone(client: Any) -> Iterator[tuple[str, str]]:
    """What the desk sees of a caller: found, verified, and with his questions before him. Numbers of calls only rise."""

    def body(address: str) -> str:
        return re.sub(r"calls/\d+", "calls/", _FLEETING.sub("", client.get(address).content.decode()))

    for number in SOUGHT[1:]:
        call = client.post(reverse("console-phone"), {"sought": number}).url
        yield f"call of {number}", body(call)
        call_id = int(call.rsplit("/", 1)[1])
        while (asked := phone.progress(call_id).following) is not None:
            client.post(f"{call}/check", {"asked": asked.value, "typed": TAROS[asked]})
        yield f"verified call of {number}", body(call)
        yield f"questions of {number}", body(f"{call}/answers")
        client.post(f"{call}/end", {"result": "informed"})


def differing(
    first: dict[tuple[str, str], str], second: dict[tuple[str, str], str]
) -> list[tuple[str, str, str, str]]:
    """Role, address and the first line that differs, on either side."""
    found = []
    for (role, address), body in first.items():
        other = second[role, address]
        if body != other:
            pairs = zip(body.splitlines(), other.splitlines(), strict=False)
            found.append((role, address, *next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))))
    return found


def looked_at(browser: Any, customer: int, happen: Any) -> dict[tuple[str, str], str]:
    """What is seen after something happened, which then never did."""
    with transaction.atomic():
        happen()
        actions.rate_everybody(Actor.system("test"), business_today())
        found = seen(browser, customer)
        transaction.set_rollback(True)
    return found


@pytest.fixture
def draft(base, staff) -> int:
    text = queries.next_draft(None).replace("points = 5\n", "points = 6\n")
    return actions.draft_scorecard(text, staff["compliance"].actor)


def test_suspicion_of_somebody_high_by_the_points_changes_no_byte_for_anybody_else(
    browser, staff, base, draft
) -> None:
    customer, _ = base
    without = looked_at(browser, customer, lambda: None)
    with_it = looked_at(browser, customer, lambda: suspect(customer, staff))
    assert len(without) > 60
    assert with_it.keys() == without.keys()
    assert differing(without, with_it) == []


def test_level_that_rose_by_suspicion_reads_as_one_that_two_people_overrode(
    browser, staff, base, draft
) -> None:
    _, customer = base
    overridden = looked_at(browser, customer, lambda: override(customer, staff))
    suspected = looked_at(browser, customer, lambda: suspect(customer, staff))
    assert differing(overridden, suspected) == []
    risk = suspected["operator", reverse("console-customer-risk", args=[customer])]
    assert "その他の事情" in risk


def test_comparison_would_notice_what_only_compliance_sees(browser, staff, base, draft) -> None:
    customer, _ = base
    address = reverse("console-customer-risk", args=[customer])
    before = words(browser("compliance").get(address))
    suspect(customer, staff)
    after = words(browser("compliance").get(address))
    assert "疑わしい取引の届出" in after
    assert before != after
    assert not any(hint in words(browser("operator").get(address)) for hint in HINTS)


def test_auditor_sees_that_a_circumstance_changed_and_not_which(browser, staff, base) -> None:
    high, plain = base
    override(plain, staff)
    suspect(high, staff)
    shown = words(browser("auditor").get(reverse("console-audit")))
    assert "その他の事情を変えた" in shown
    assert not any(hint in shown for hint in HINTS)
