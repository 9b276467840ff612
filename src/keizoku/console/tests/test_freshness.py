"""情報の古さ: counts without a name, a list for one value, and the campaign that asks again."""

from django.urls import reverse

from keizoku.campaigns.models import Campaign
from keizoku.console.tests.pages import do, go, words
from keizoku.console.tests.test_campaigns import posted
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


def test_the_campaign_behind_the_button_has_that_audience_and_can_be_changed(browser, customers):
    operator = browser("operator")
    shown = Page(
        go(operator, "console-freshness", field="address", days="730", levels="low").content.decode()
    )
    (link,) = [one for one in shown.all("a") if "この方々のキャンペーン" in shown.text(one)]
    assert "address" in _selected(operator.get(link["href"]))

    do(operator, "console-campaign-new", **posted(within_days="", stale="address", stale_days="730"))
    campaign = Campaign.objects.get()
    assert campaign.audience == {
        "all": [
            {
                "any": [
                    {"field": "confirmed_address", "operator": "older_than_days", "value": 730},
                    {"field": "confirmed_address", "operator": "is_missing"},
                ]
            }
        ]
    }
    assert "住所の確認日" in words(go(operator, "console-campaign", campaign.id))
    assert {"address", "730"} <= _selected(go(operator, "console-campaign-edit", campaign.id))


def test_who_may_not_make_campaigns_gets_no_button(browser, customers):
    answer = browser("reviewer").get(reverse("console-freshness"), {"field": "address"})
    assert "この方々のキャンペーンを作る" not in words(answer)


def _selected(answer):
    return {each["value"] for each in Page(answer.content.decode()).all("option") if "selected" in each}
