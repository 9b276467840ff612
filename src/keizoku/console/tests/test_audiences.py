"""送信の対象: composed by plain posts, counted as one types, saved with versions, checked by twenty masked names."""

import pytest
from django.urls import reverse

from keizoku.audit.models import Entry
from keizoku.campaigns.audiences import queries
from keizoku.console.forms.composer import posting
from keizoku.console.forms.composer.nodes import Group, Line
from keizoku.console.tests.pages import do, go, words
from keizoku.customers.models import Customer
from keizoku.ui.tests.page import Page

TREE = Group(
    "all",
    (
        Line("due_on", "within_days", ("３０",)),
        Group(
            "any", (Line("kind", "one_of", ("individual",)), Line("contacted_on", "no:in_last_days", ("90",)))
        ),
    ),
)


def posted(root, **more):
    return {**posting.posts(root), "do": "look", **more}


def test_what_comes_with_keizoku_is_listed_and_opens(browser, customers):
    told = words(go(browser("auditor"), "console-audiences"))
    assert "30日以内に期日を迎える方" in told
    row = next(row for row in queries.listing() if row.origin == "due_0")
    page = words(go(browser("auditor"), "console-audience", row.id))
    assert "確認期日が今日まで（経過を含む）" in page
    assert "2人 に送れます" not in page  # one of the two has neither mobile nor mail, but an address
    assert "条件を変える" not in page


def test_buttons_change_the_form_and_nothing_typed_is_lost(browser, customers):
    operator = browser("operator")
    first = Page(
        do(operator, "console-audience-new", **posted(TREE, do="add:c_1", name="夏の確認")).content.decode()
    )
    values = {one["name"]: one.get("value", "") for one in first.all("input") if one.get("name")}

    assert values["name"] == "夏の確認"
    assert values["c_0_value"] == "３０"
    assert values["c_1_parts"] == "3"
    assert first.faults() == []


def test_composing_in_place_answers_at_once_and_the_numbers_are_asked_for_by_it(browser, customers):
    answer = do(
        browser("operator"), "console-audience-compose", **posted(TREE, do="remove:c_1")
    ).content.decode()
    assert 'id="composer"' in answer
    assert f'hx-post="{reverse("console-audience-count")}" hx-trigger="load"' in answer
    assert "tile-value" not in answer
    counted = do(browser("operator"), "console-audience-count", **posted(TREE)).content.decode()
    assert "または （最後に連絡した日が過去90日以内）に当てはまらない" in counted


def test_fault_stands_at_its_condition_and_nothing_is_saved(browser, customers):
    broken = Group("all", (Line("due_on", "before", ("来月",)), Line("level", "one_of", ("high",))))
    before = len(queries.listing())
    answer = do(browser("operator"), "console-audience-new", **posted(broken, do="save", name=""))

    assert answer.status_code == 422
    told = words(answer)
    assert "対象の名前を入力してください" in told
    assert "「確認期日」の日付を入力してください（例：2026-04-01、令和8年4月1日）" in told
    assert 'value="来月"' in answer.content.decode()
    assert len(queries.listing()) == before


def test_saved_audience_is_changed_by_a_version_copied_and_put_away(browser, customers):
    operator = browser("operator")
    saved = do(operator, "console-audience-new", **posted(TREE, do="save", name="夏の確認"))
    number = int(saved["Location"].rpartition("/")[2])
    changed = Group("all", TREE.parts[:1])

    do(operator, "console-audience-change", number, **posted(changed, do="save", note="期日だけ"))
    same = do(operator, "console-audience-change", number, **posted(changed, do="save"))
    view = queries.view(number)
    assert [version.row.number for version in view.versions] == [2, 1]
    page = words(operator.get(same["Location"]))
    assert "条件は変わっていません" in page
    assert "外した：" in page
    assert f"?audience={view.row.latest.id}" in operator.get(same["Location"]).content.decode()
    copy = go(operator, "console-audience-new", **{"from": view.row.latest.id}).content.decode()
    assert 'value="夏の確認の写し"' in copy

    do(operator, "console-audience-archive", number)
    assert "夏の確認" not in words(go(operator, "console-audiences"))
    assert "夏の確認（しまった対象）" in words(go(operator, "console-audiences", archived=""))
    do(operator, "console-audience-bring-back", number)
    assert queries.version(view.row.latest.id).is_archived is False


def test_name_in_use_keeps_the_form(browser, customers):
    answer = do(browser("operator"), "console-audience-new", **posted(TREE, do="save", name="期日を迎えた方"))
    assert answer.status_code == 409
    assert "すでにあります" in words(answer)
    assert 'value="３０"' in answer.content.decode()


def test_pages_lead_here_with_what_they_ask(browser, customers):
    due = go(browser("operator"), "console-audience-new", within_days=60).content.decode()
    assert "確認期日が60日以内（経過を含む）" in due
    stale = go(browser("operator"), "console-audience-new", stale="address", stale_days=365).content.decode()
    assert "住所の確認日が365日前より前、または 住所の確認日がない" in stale
    assert "条件がないので" in words(go(browser("operator"), "console-audience-new", within_days="x"))


def test_sample_shows_initials_is_the_same_all_day_and_leaves_entries(browser, customers):
    version = queries.by_origin("due_0").id
    approver = browser("approver")
    first = words(do(approver, "console-audience-sample", version))
    again = words(do(browser("operator"), "console-audience-sample", version))

    assert first == again
    assert "ヤ●● タ●●" in first or "ﾔ●● ﾀ●●" in first
    assert all(name not in first for name in ("山田", "太郎", "ヤマダ", "ﾔﾏﾀﾞ"))
    entries = Entry.objects.filter(purpose="送信対象の見本の確認")
    assert {entry.subject_id for entry in entries} <= set(Customer.objects.values_list("id", flat=True))
    assert entries.count() >= 2
    assert go(approver, "console-audience-sample", version).status_code == 302


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_nobody_sees_names_without_the_right(browser, customers, role):
    version = queries.by_origin("due_0").id
    assert do(browser(role), "console-audience-sample", version).status_code == 403
    assert not Entry.objects.filter(purpose="送信対象の見本の確認").exists()


def test_only_makers_compose(browser, customers):
    for name in ("console-audience-new", "console-audience-compose", "console-audience-count"):
        assert browser("approver").post(reverse(name), posted(TREE)).status_code == 403
