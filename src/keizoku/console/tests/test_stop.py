"""A stop of contact that was a mistake: two people say so on its page, and messages go again."""

from keizoku.console.tests.pages import do, go, words
from keizoku.customers.models import ContactStop
from keizoku.ui.tests.page import Page


def test_two_people_lift_a_stop_that_a_word_of_a_death_set(browser, customers):
    ContactStop.objects.create(customer_id=customers[0], campaign_id=None, reason="needs_person")
    first, second = browser("operator"), browser("compliance")
    assert "停止が誤りのとき" in words(go(first, "console-customer", customers[0]))
    page = go(first, "console-customer-stop", customers[0])
    assert Page(page.content.decode()).faults() == []
    assert "なぜ誤りといえますか" in words(page)
    assert do(first, "console-customer-stop", customers[0]).status_code == 422
    assert do(first, "console-customer-stop", customers[0], reason="slip").status_code == 302
    assert "もう確かめています" in words(do(first, "console-customer-stop", customers[0], reason="slip"))
    assert ContactStop.objects.count() == 1
    told = words(go(second, "console-customer-stop", customers[0]))
    assert "operatorさん：操作の誤りだった" in told
    assert do(second, "console-customer-stop", customers[0], reason="alive").status_code == 302
    assert not ContactStop.objects.exists()
    assert "ここで解ける停止はありません" in words(go(second, "console-customer-stop", customers[0]))
