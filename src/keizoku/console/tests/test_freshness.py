"""情報の古さ: counts without a name, a list for one value, and the campaign that asks again."""

from django.urls import reverse

from keizoku.campaigns.audiences import queries as audiences
from keizoku.console.tests.pages import do, go, words
from keizoku.ui.tests.page import Page


def test_the_page_counts_every_value_and_lists_for_the_chosen_one(browser, customers):
    told = words(go(browser("operator"), "console-freshness", field="email", days="365"))
    assert "メールアドレスを1年より長く確かめていない方" in told
    assert "2人 います" in told
    assert all(f"No. {customer}" in told for customer in customers)
    assert "山田" not in told


def test_an_unknown_field_or_age_lists_nobody_and_breaks_nothing(browser, customers):
    told = words(go(browser("operator"), "console-freshness", field="password", days="x", after="-1"))
    assert "より長く確かめていない方" not in told
    assert "項目ごとの古さ" in told


def test_the_button_leads_to_a_campaign_for_that_audience_saved_once(browser, customers):
    operator = browser("operator")
    shown = Page(
        go(operator, "console-freshness", field="address", days="730", levels="low").content.decode()
    )
    assert any("この方々のキャンペーン" in shown.text(one) for one in shown.all("button"))
    asked = {"field": "address", "days": "730"}
    made = do(operator, "console-campaign-stale", **asked)
    again = do(operator, "console-campaign-stale", **asked)

    assert made["Location"] == again["Location"]
    version = made["Location"].rpartition("=")[2]
    assert version in _selected(operator.get(made["Location"]))
    assert audiences.version(int(version)).condition == {
        "any": [
            {"field": "confirmed_address", "operator": "older_than_days", "value": 730},
            {"field": "confirmed_address", "operator": "is_missing"},
        ]
    }


def test_who_may_not_make_campaigns_gets_no_button(browser, customers):
    answer = browser("reviewer").get(reverse("console-freshness"), {"field": "address"})
    assert "この方々のキャンペーンを作る" not in words(answer)


def _selected(answer):
    return {each["value"] for each in Page(answer.content.decode()).all("option") if "selected" in each}
