"""The first page of each role, and the settings."""

import pytest

from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, go, words
from keizoku.customers.models import ImportRun
from keizoku.kernel import clock
from keizoku.kernel.models import Installation
from keizoku.reviews.tests import people
from keizoku.risk.actions.scorecards import STANDARD_SCORECARD
from keizoku.ui.tests.page import Page

FIRST_STEPS = {
    "operator": "期日を迎えた 2人のキャンペーンを作る",
    "approver": "いま待っているものはありません。",
    "reviewer": "いま待っているものはありません。",
    "compliance": "証跡を検証する",
    "auditor": "証跡を検証する",
    "administrator": "設定を開く",
}


@pytest.mark.parametrize(("role", "step"), FIRST_STEPS.items())
def test_first_page_tells_each_role_what_to_do_next(browser, customers, role, step):
    shown = words(go(browser(role), "console-home"))
    assert "次にすること" in shown
    assert step in shown
    assert "期日を迎えた方2人" in shown


def test_table_of_due_customers_counts_each_level_once(browser, customers):
    page = Page(go(browser("operator"), "console-home").content.decode())
    rows = [page.text(tr) for tr in page.all("tr") if "tbody" in tr["within"]]
    assert len(rows) == 4
    assert rows[-1].replace(" ", "") == "合計20002"


@pytest.mark.parametrize(
    ("role", "titles"),
    {
        "operator": [
            "取り込み",
            "関係の取り込み",
            "項目の追加",
            "質問票",
            "評価表",
            "簡素な顧客管理",
            "APIの鍵",
            "書き出しの申請",
        ],
        "auditor": [
            "項目の追加",
            "質問票",
            "自動承認",
            "本人確認の方法",
            "評価表",
            "簡素な顧客管理",
            "保存と廃棄",
            "鍵とバックアップ",
            "APIの鍵",
            "出来事の通知先",
            "職員",
            "書き出しの申請",
        ],
        "administrator": [
            "業務日付",
            "項目の追加",
            "質問票",
            "評価表",
            "簡素な顧客管理",
            "鍵とバックアップ",
            "APIの鍵",
            "出来事の通知先",
            "職員",
            "書き出しの申請",
        ],
    }.items(),
)
def test_settings_show_only_what_the_role_may_open(browser, role, titles):
    page = Page(go(browser(role), "console-settings").content.decode())
    assert [page.text(h2) for h2 in page.all("h2")] == titles


def test_business_clock_moves_forward_with_an_entry_and_stands_on_every_page(browser):
    client = browser("administrator")
    before = clock.business_today()
    assert do(client, "console-clock", days="7").url == "/console/settings/clock"
    assert (clock.business_today() - before).days == 7
    assert Entry.objects.filter(action="kernel.clock.advanced").values_list("details", flat=True)[0] == {
        "days": 7
    }
    assert "で動いています（実際の時刻とは違います）" in go(client, "console-home").content.decode()


@pytest.mark.parametrize("typed", ["", "0", "-1", "あした", "400"])
def test_business_clock_takes_only_days_forward(browser, typed):
    before = clock.offset()
    answer = do(browser("administrator"), "console-clock", days=typed)
    assert answer.status_code == 422
    assert "進める日数を、1から366までの数字で入力してください（例：7）。" in words(answer)
    assert clock.offset() == before


def test_production_neither_offers_nor_takes_another_date(browser, monkeypatch):
    monkeypatch.setattr("keizoku.kernel.installation.is_demo", lambda: False)
    client = browser("administrator")
    assert "業務日付は実際の時刻と同じで、変更できません。" in words(go(client, "console-clock"))
    answer = do(client, "console-clock", days="7")
    assert answer.status_code == 409
    assert "本番環境の業務日付は変更できません。" in words(answer)
    assert Installation.objects.get().kind == Installation.DEMO


def test_import_shows_its_counts_and_the_reason_of_each_row_that_was_not_taken(browser, tmp_path, staff):
    wrong = people.TARO.replace("昭和35年4月8日", "昭和35年2月30日").replace("0000000001", "0000000003")
    people.import_customers(tmp_path, people.TARO, wrong)
    run = ImportRun.objects.get()
    client = browser("operator")
    assert "customers.csv" in words(go(client, "console-imports"))
    shown = words(go(client, "console-import", run.id))
    assert "取り込めない行1行" in shown
    assert "3生年月日生年月日が暦にない日付です" in shown
    assert "birth_impossible" in shown


def test_scorecard_is_shown_as_it_was_approved(browser, customers):
    shown = Page(go(browser("auditor"), "console-scorecard").content.decode())
    assert shown.text(shown.all("pre")[0]) == " ".join(STANDARD_SCORECARD.read_text(encoding="utf-8").split())


def test_scorecard_that_is_missing_says_what_to_do(browser):
    assert "有効な評価表がありません" in words(go(browser("auditor"), "console-scorecard"))


def test_staff_are_listed_with_their_roles(browser, staff):
    shown = words(go(browser("administrator"), "console-staff"))
    for part in ("operator", "企画担当", "コンプライアンス担当"):
        assert part in shown


def test_address_that_leads_nowhere_is_told_in_the_staffs_own_frame(browser):
    answer = browser("operator").get("/console/no-such-page")
    assert answer.status_code == 404
    shown = words(answer)
    assert "見つかりません" in shown
    assert "期日のページへ" in shown
