import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

from keizoku.ui import gallery
from keizoku.ui.components import display, form, place, work
from keizoku.ui.tests.page import Page

SOURCE = Path(__file__).parents[2]


def render(template: str, **context: object) -> Page:
    return Page(Template("{% load ui %}" + template).render(Context(context)))


@pytest.fixture(scope="module")
def shown():
    return Page(render_to_string("ui/gallery.html", {**gallery.context(), "csrf_token": "token"}))


def test_gallery_of_all_components_has_no_fault(shown):
    assert shown.faults() == []


def test_gallery_shows_every_component():
    used = set(re.findall(r"{% (\w+)", (SOURCE / "ui/templates/ui/gallery.html").read_text(encoding="utf-8")))
    components = {path.stem for path in (SOURCE / "ui/templates/ui/components").glob("*.html")}
    assert components - used == set()


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*/templates/**/*.html")), ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|\shx-on", text), path


def test_hint_and_error_are_read_with_the_field():
    page = render('{% field "code" "受付番号" hint="11けた" error="11けたの数字で入力してください。" %}')
    [field] = page.all("input")
    assert field["aria-describedby"] == "id_code_hint id_code_error"
    assert field["aria-invalid"] == "true"
    assert page.faults() == []


def test_two_forms_of_a_page_may_have_a_field_of_one_name():
    page = render(
        '{% field "until" "期限" known_as="until_extend" error="日付を入力してください。" %}{% field "until" "期限" %}'
    )
    first, second = page.all("input")
    assert (first["name"], first["id"], first["aria-describedby"]) == (
        "until",
        "id_until_extend",
        "id_until_extend_error",
    )
    assert (second["name"], second["id"]) == ("until", "id_until")
    assert page.faults() == []


def test_right_field_is_not_called_wrong():
    [field] = render('{% field "code" "受付番号" value="<1>" %}').all("input")
    assert "aria-invalid" not in field
    assert field["value"] == "<1>"


def test_summary_leads_to_each_wrong_field():
    page = render(
        '{% error_summary errors %}{% field "code" "受付番号" %}{% choices "job" "仕事" options %}',
        errors={
            "code": "番号を入力してください。",
            "job": ["仕事を選んでください。", "二つ目"],
            "__all__": "やりなおし",
        },
        options=[("a", "会社員"), ("b", "学生")],
    )
    assert [(link["href"], page.text(link)) for link in page.all("a")] == [
        ("#id_code", "番号を入力してください。"),
        ("#id_job", "仕事を選んでください。"),
    ]
    assert page.faults() == []


def test_summary_is_absent_when_nothing_is_wrong():
    assert render("{% error_summary errors %}", errors={}).elements == []


def test_choice_already_made_is_kept():
    page = render('{% choices "job" "仕事" options value="b" %}', options=[("a", "会社員"), ("b", "学生")])
    assert [box["value"] for box in page.all("input") if "checked" in box] == ["b"]


def test_several_choices_are_kept():
    page = render(
        '{% choices "p" "商品" options value=chosen multiple=True %}',
        options=[("1", "い"), ("2", "ろ"), ("3", "は")],
        chosen=["1", "3"],
    )
    assert [box["value"] for box in page.all("input", type="checkbox") if "checked" in box] == ["1", "3"]


@pytest.mark.parametrize("tag", ['yes_no "a" "題"', 'known_or_changed "a" "題" "東京都●●"'])
def test_nothing_is_chosen_beforehand(tag):
    page = render("{% " + tag + " %}")
    assert [box for box in page.all("input") if "checked" in box] == []
    assert len(page.all("input", type="radio")) == 2


def test_birth_date_is_three_numbers_and_an_era():
    page = render(
        '{% birth_date "生年月日" errors=errors %}', errors={"birth_month": "月は1から12までです。"}
    )
    assert [part["name"] for part in page.all("input", "select")] == [
        "birth_era",
        "birth_year",
        "birth_month",
        "birth_day",
    ]
    assert {part["inputmode"] for part in page.all("input")} == {"numeric"}
    assert [part["name"] for part in page.all("input") if part.get("aria-invalid")] == ["birth_month"]
    assert page.faults() == []


def test_masked_value_asks_the_reason_before_it_is_shown():
    page = render('{% masked "電話番号" "phone" url="/reveal" %}', csrf_token="token")
    [asking] = page.all("form")
    assert (asking["method"], asking["action"], asking["hx-post"]) == ("post", "/reveal", "/reveal")
    assert [field["name"] for field in page.all("input", "select")] == ["csrfmiddlewaretoken", "purpose"]
    assert page.faults() == []


def test_masked_value_without_the_right_offers_nothing():
    page = render('{% masked "電話番号" "phone" %}')
    assert page.all("form", "summary") == []


def test_shown_value_says_that_it_was_recorded():
    page = render('{% masked "電話番号" "phone" revealed="090-1234-5678" %}')
    [note] = page.all("span", role="status")
    assert page.text(note) == "閲覧を証跡に記録しました"


def test_state_is_never_said_by_colour_alone():
    page = render('{% badge "失敗" "bad" %}')
    assert page.text(page.elements[0]) == "✕失敗"
    assert len(set(display.MARKS.values())) == len(display.MARKS)


def test_unknown_level_is_called_not_rated():
    assert display.level_badge("")["label"] == "未評価"


def test_funnel_tells_absolute_numbers_and_who_was_lost():
    steps = [work.FunnelStep("対象", 2000), work.FunnelStep("届いた", 1500), work.FunnelStep("苦情", 1)]
    bars = work.funnel("500人に届いていません", steps)["bars"]
    assert [(bar["width"], bar["share_of_first"], bar["lost"]) for bar in bars] == [
        ("100.00%", "100.0%", None),
        ("75.00%", "75.0%", 500),
        ("0.05%", "0.1%未満", 1499),
    ]


def test_funnel_of_nobody_can_be_shown():
    assert work.funnel("まだ誰もいません", [work.FunnelStep("対象", 0)])["bars"][0]["width"] == "0%"


def test_work_in_progress_is_asked_again_and_finished_work_is_not():
    running = render('{% work_progress "取り込み" done=5 total=10 poll_url="/p" %}').all("section")[0]
    finished = render('{% work_progress "取り込み" done=10 total=10 poll_url="/p" %}').all("section")[0]
    assert (running["hx-get"], running["hx-trigger"]) == ("/p", "every 2s")
    assert "hx-get" not in finished


def test_dangerous_button_names_the_number_and_asks_for_it():
    page = render(
        '{% confirm_panel "送信を承認します" number=12438 button="12,438人への送信を承認する" facts=facts %}',
        csrf_token="token",
        facts=[("対象", "12,438人")],
    )
    [button] = page.all("button")
    assert page.text(button) == "12,438人への送信を承認する"
    assert page.all("input", name="typed_number")[0]["autocomplete"] == "off"
    assert page.faults() == []


def test_navigation_keeps_the_walk_and_hides_what_may_not_be_seen():
    items = place.navigation({"audit": "/audit", "due": "/due"}, current="audit", waiting={"due": 3})
    assert [(item.label, item.is_current, item.waiting) for item in items] == [
        ("期日", False, 3),
        ("証跡", True, 0),
    ]


def test_business_clock_is_shown_only_when_it_differs():
    assert place.clock_to_show(gallery.NOW, gallery.NOW) is None
    later = gallery.NOW.replace(year=2027)
    assert place.clock_to_show(later, gallery.NOW) == later


def test_first_message_is_taken_from_text_list_or_nothing():
    assert [form.first_message(each) for each in ("い", ["ろ", "は"], [], None)] == ["い", "ろ", "", ""]


def test_console_keeps_no_page_in_the_browser_and_evaluates_nothing(shown):
    [settings] = shown.all("meta", name="htmx-config")
    for part in ('"includeIndicatorStyles":false', '"allowEval":false', '"historyCacheSize":0'):
        assert part in settings["content"]


@pytest.mark.parametrize("name", ["404.html", "403_csrf.html", "500.html"])
def test_page_of_last_resort_needs_no_context(name):
    page = Page(render_to_string(name))
    assert page.faults() == []
    assert len(page.all("h1")) == 1
