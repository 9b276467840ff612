"""Composing an audience on a phone: without JavaScript and with it, the same people."""

import pytest
from playwright.sync_api import Page, Route, expect

from journeys.conftest import PHONE

pytestmark = pytest.mark.browser
WORDS = "確認期日が今日まで（経過を含む）、かつ （都道府県が北海道・東京都のいずれか、または 最後に連絡した日がない）"


def count_of(page: Page) -> str:
    return page.locator("#audience_count .tile-value").inner_text()


def choose(page: Page, name: str, label: str) -> None:
    """As a person would: once the field is there and the page has come to rest."""
    expect(page.locator(f"#id_{name}")).to_be_visible()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    page.locator(f"#id_{name}").select_option(label=label)


def look(page: Page, *, scripts: bool) -> None:
    """Without scripts a field is settled by a button; with them it settles itself."""
    if not scripts:
        page.get_by_role("button", name="人数を確かめる").click()


@pytest.mark.parametrize("scripts", [False, True], ids=["plain", "scripts"])
def test_nested_audience_is_composed_on_a_phone_and_saved(staff, scripts):
    page = staff("operator", size=PHONE, scripts=scripts)
    page.goto("/console/audiences/new?within_days=0")
    page.get_by_label("対象の名前").fill(f"北海道か東京 {scripts}")

    page.locator("button[value='group:c']").click()
    choose(page, "c_1_0_field", "都道府県")
    look(page, scripts=scripts)
    page.get_by_label("北海道").check()
    page.get_by_label("東京都").check()
    page.locator("button[value='add:c_1']").click()
    choose(page, "c_1_1_field", "最後に連絡した日")
    look(page, scripts=scripts)
    choose(page, "c_1_1_operator", "日付がない")
    look(page, scripts=scripts)

    expect(page.locator("#audience_count")).to_contain_text(WORDS)
    assert page.get_by_label("対象の名前").input_value() == f"北海道か東京 {scripts}"
    expect(page.get_by_role("table", name="条件ごとに、だれが外れるか")).to_contain_text("確認期日が今日まで")
    counted = count_of(page)

    page.get_by_role("button", name="対象を保存する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"北海道か東京 {scripts}")
    expect(page.get_by_role("main")).to_contain_text(WORDS)
    assert count_of(page) == counted
    page.get_by_role("button", name="20人の見本で確かめる").click()
    expect(page.get_by_role("main")).to_contain_text("今日はだれが開いても同じ方です")
    expect(page.get_by_role("table", name="見本")).to_contain_text("●●")


def test_late_answer_does_not_undo_a_quick_choice(staff):
    """Answered in their order, the first would take away the page that the second was asked for."""
    page = staff("operator", scripts=True)
    page.goto("/console/audiences/new?within_days=0")
    page.locator("button[value='add:c']").click()
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/console/audiences/compose", hold, times=2)

    choose(page, "c_1_field", "都道府県")
    page.locator("#id_c_word").select_option(label="どれかを満たす")
    while len(asked) < 2:
        page.wait_for_timeout(10)
    for request in asked:
        request.continue_()
    expect(page.locator("#id_c_1_operator")).to_be_visible()
    page.wait_for_load_state("networkidle")

    expect(page.locator("#id_c_word")).to_have_value("any")
    expect(page.locator("#id_c_1_field")).to_have_value("prefecture")
