"""A department limited to branches finds, takes and opens its own customers only, by whatever door (ADR 0049)."""

import pytest
from django.urls import reverse

from keizoku.accounts.models import Staff
from keizoku.accounts.rules import ROLES, may
from keizoku.console.tests.pages import do, go, words
from keizoku.console.tests.test_permissions import ARGUMENTS, PATTERNS
from keizoku.customers.models import Fact
from keizoku.customers.search import searching
from keizoku.kernel import environment
from keizoku.kernel.environment import BadSetting
from keizoku.reviews.actions import ask_for_help, assign_next, submit_answer, take_case
from keizoku.reviews.errors import StateChanged
from keizoku.reviews.models import Review
from keizoku.reviews.phone.models import PhoneCall
from keizoku.reviews.queries.queue import counts, queue
from keizoku.reviews.rules.reasons import HelpKind
from keizoku.reviews.tests import people

NAMING = [pattern for pattern in PATTERNS if {"customer_id", "review_id"} & set(pattern.pattern.converters)]


@pytest.fixture
def here_and_there(staff, customers, settings):
    """Taro of branch 001 and Hanako of 101, each with a case on the desk; everybody works for 101."""
    here, there = customers[1], customers[0]
    Fact.objects.filter(customer_id=here).update(branch="101")
    taros, hanakos = people.open_for(*customers)
    people.answer_all(taros.id)
    submit_answer(taros.id, entry="code")
    ask_for_help(hanakos.id, HelpKind.HELP)
    Staff.objects.update(department="渋谷支店")
    settings.BRANCHES_OF_DEPARTMENTS = {"渋谷支店": frozenset({"101", "102"})}
    return here, there


def test_lists_and_searches_hold_the_own_branchs_customers_only(here_and_there, browser, staff):
    here, there = here_and_there
    case = Review.objects.get(customer_id=there)
    reviewer, desk = staff["reviewer"], staff["phone_desk"]
    assert searching.search("0000000001", actor=reviewer.actor).ids == ()
    assert searching.search("山田", actor=reviewer.actor).total == 0
    assert searching.search("髙橋 花子", actor=reviewer.actor).ids == (here,)
    assert [row.customer_id for row in queue(staff_id=reviewer.pk)] == [here]
    assert counts(reviewer.pk).waiting == 1
    taken = assign_next(reviewer)
    assert taken == Review.objects.get(customer_id=here).pk
    assert assign_next(reviewer, passing=taken) in {None, taken}, "there is no other"
    with pytest.raises(StateChanged):
        take_case(case.pk, reviewer)
    client = browser("phone_desk")
    for sought in (f"{case.reference:011d}", "0000000001", "090-1234-5678"):
        assert "見つかりません" in words(do(client, "console-phone", sought=sought))
    assert PhoneCall.objects.get(staff=desk).customer_id is None
    assert do(client, "console-phone", sought="0000000002").status_code == 302


@pytest.mark.parametrize("role", ROLES)
def test_every_door_that_names_somebody_elses_customer_leads_nowhere(here_and_there, browser, role):
    _, there = here_and_there
    case = Review.objects.get(customer_id=there).pk
    client, closed = browser(role), 0
    for pattern in NAMING:
        permission = pattern.callback.keizoku_permission
        named = {
            key: {"customer_id": there, "review_id": case}.get(key, ARGUMENTS[key])
            for key in pattern.pattern.converters
        }
        for method in (client.get, client.post):
            answer = method(reverse(pattern.name, kwargs=named))
            expected = {404, 405} if may(role, permission) else {403}
            is_sent_home = answer.status_code == 302 and answer.url == reverse("console-home")
            assert answer.status_code in expected or is_sent_home, (pattern.name, answer.status_code)
            closed += answer.status_code == 404
    assert closed or not any(may(role, pattern.callback.keizoku_permission) for pattern in NAMING)


def test_own_branch_no_department_and_no_setting_limit_nobody(here_and_there, browser, staff, settings):
    here, there = here_and_there
    client = browser("reviewer")
    assert go(client, "console-customer", here).status_code == 200
    assert client.get(reverse("console-customer", args=[there])).status_code == 404
    Staff.objects.filter(pk=staff["reviewer"].pk).update(department="審査部")
    assert go(client, "console-customer", there).status_code == 200
    Staff.objects.update(department="渋谷支店")
    settings.BRANCHES_OF_DEPARTMENTS = {}
    assert len(queue(staff_id=staff["reviewer"].pk)) == 2


def test_setting_is_read_or_refused_by_its_name(monkeypatch):
    monkeypatch.setenv("KEIZOKU_X", "本店=001; 渋谷支店 = 101,102 ;")
    assert environment.lists("KEIZOKU_X") == {
        "本店": frozenset({"001"}),
        "渋谷支店": frozenset({"101", "102"}),
    }
    for wrong in ("本店", "=001", "本店=", "本店=001;本店=002"):
        monkeypatch.setenv("KEIZOKU_X", wrong)
        with pytest.raises(BadSetting, match="KEIZOKU_X"):
            environment.lists("KEIZOKU_X")
