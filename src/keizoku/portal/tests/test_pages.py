"""Every page of the customer in every state, rendered alone: no view, no database."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from keizoku.ui.components.place import Progress
from keizoku.ui.tests.page import Page

NOW = datetime(2026, 11, 21, 5, 5, tzinfo=UTC)
FIRST_LOAD_BYTES = 60_000
CAMERA, CAMERA_BYTES = "capture camera", 90_000
COMMON = {
    "institution": "継続銀行",
    "check_url": "/check",
    "contact_phone": "0120-000-123",
    "contact_hours": "平日 9時から17時",
    "csrf_token": "token",
}
JOBS = [("employee", "会社員"), ("pension", "年金を受け取っている")]


def question(kind: str, **changes: object) -> SimpleNamespace:
    told = {
        "id": 7,
        "title": "お仕事を教えてください",
        "why": "法律（犯罪収益移転防止法）により、定期的に確認しています。",
        "kind": kind,
        "choices": JOBS,
        "known_value_masked": "",
        "is_required": True,
    }
    return SimpleNamespace(**{**told, **changes})


def asked(
    kind: str,
    *,
    known: str = "",
    value: object = "",
    errors: dict[str, str] | None = None,
    known_value: str = "",
) -> dict[str, object]:
    return {
        "state": "question",
        "question": question(kind, known_value_masked=known),
        "value": value,
        "known_value": known_value,
        "errors": errors or {},
        "progress": Progress(2, 4),
        "back_url": "/back",
    }


ANSWERS = [
    SimpleNamespace(title="住所", value="〒150-0002\n東京都渋谷区", is_unchanged=False, change_url="/1"),
    SimpleNamespace(title="電話番号", value="090-●●●●-5678", is_unchanged=True, change_url="/2"),
]
WHY = {"state": "capture_why", "purpose": "口座の開設", "legal_use": "法令に基づく本人確認"}
KINDS = ("single", "multiple", "yes_no", "text", "address", "phone", "email", "date")
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("start", {"state": "entry"}),
    "start wrong": ("start", {"state": "entry", "code": "1", "errors": {"code": "11けたの数字です。"}}),
    "identify": ("identify", {"state": "identify", "back_url": "/", "not_you_url": "/not-you"}),
    "identify wrong": (
        "identify",
        {
            "state": "identify",
            "errors": {"birth_date": "登録と合いません。", "account_last4": "4けたの数字です。"},
        },
    ),
    "identify refused": (
        "identify",
        {"state": "identify", "errors": {"__all__": "登録と合いませんでした。"}},
    ),
    "identify corporation": ("identify", {"state": "identify", "is_corporation": True}),
    **{f"question {kind}": ("question", asked(kind)) for kind in KINDS},
    **{f"question {kind} known": ("question", asked(kind, known="東京都●●")) for kind in KINDS},
    **{
        f"question {kind} wrong": ("question", asked(kind, errors={"answer_7": "教えてください。"}))
        for kind in KINDS
    },
    "question date wrong": ("question", asked("date", errors={"answer_7_day": "日は1から31までです。"})),
    "question known wrong": (
        "question",
        asked("text", known="●●", errors={"answer_7_known": "選んでください。"}),
    ),
    "confirm": ("confirm", {"state": "confirm", "answers": ANSWERS, "progress": (4, 4), "back_url": "/b"}),
    "done": ("done", {"state": "done", "code": "12345678901", "received_at": NOW}),
    "done with pictures to take": ("done", {"state": "done", "code": "12345678901", "capture_url": "/x"}),
    "expired link": ("expired", {"state": "expired", "start_url": "/"}),
    "expired sitting": ("expired", {"state": "expired", "start_url": "/", "is_sitting": True}),
    "locked for a while": ("locked", {"state": "locked", "reopens_at": NOW}),
    "locked": ("locked", {"state": "locked", "contact_phone": ""}),
    "closed answered": ("closed", {"state": "closed", "answered_at": NOW}),
    "closed": ("closed", {"state": "closed"}),
    "check": ("check_message", {"state": "check", "senders": [("メール", "oshirase@bank.example.jp")]}),
    "check genuine": (
        "check_message",
        {"state": "check", "result": "genuine", "code": "1", "start_url": "/"},
    ),
    "check unknown": ("check_message", {"state": "check", "result": "unknown", "code": "1"}),
    "expired deadline": ("expired", {"state": "expired", "is_past_deadline": True}),
    "question asked again": (
        "question",
        {
            **asked("yes_no", errors={"answer_7_detail": "国を入力してください。"}, value="yes"),
            "question": question("yes_no", detail_title="送金先の国や地域"),
            "asked_again_about": "外国への送金",
        },
    ),
    "help": ("help", {"state": "help", "choices": [("help", "手助けがほしい")], "back_url": "/"}),
    "help wrong": (
        "help",
        {"state": "help", "choices": [("help", "手助け")], "errors": {"kind": "1つ選んでください。"}},
    ),
    "help requested": ("help", {"state": "help", "is_requested": True}),
    "link start": ("link_start", {"state": "link", "link_token": "abc"}),
    "link start wrong": (
        "link_start",
        {"state": "link", "link_token": "abc", "code": "1", "errors": {"code": "11けたの数字です。"}},
    ),
    "link without token": ("link_start", {"state": "link", "is_without_token": True}),
    "link identify": ("identify", {"state": "link", "is_linking": True}),
    "link back": ("link_back", {"state": "link", "line_url": "https://access.line.me/x", "home_url": "/"}),
    "unchanged": ("unchanged", {"state": "unchanged", "known": ANSWERS}),
    "unchanged with a question": (
        "unchanged",
        {
            "state": "unchanged",
            "known": ANSWERS,
            "question": question("yes_no", detail_title="送金先の国や地域"),
            "fresh_name": "answer_7",
            "errors": {"answer_7": "1つ選んでください。"},
        },
    ),
    "prove": (
        "prove",
        {"state": "prove", "ways": [("email", "メール", "t●●●@e●●●")], "way": "email", "back_url": "/"},
    ),
    "prove refused": ("prove", {"state": "prove", "ways": [("email", "メール", "")], "errors": {"way": "x"}}),
    "prove code": ("prove_code", {"state": "prove_code", "sent_to": "t●●●@e●●●"}),
    "prove code wrong": (
        "prove_code",
        {"state": "prove_code", "sent_to": "t●●●@e●●●", "errors": {"code": "合いません。"}},
    ),
    "capture why": ("capture_why", WHY),
    "capture why in LINE": ("capture_why", {**WHY, "is_in_line": True, "browser_url": "/x"}),
    "capture again": ("capture_why", {**WHY, "is_again": True, "steps": ["書類の表面"], "next_url": "/x"}),
    "capture document": (
        "capture_document",
        {"state": "capture_document", "kinds": [("passport", "パスポート", "")], "errors": {"kind": "x"}},
    ),
    "capture camera": ("capture_camera", {"state": "capture", "steps": ["お顔"], "ways_url": "/x"}),
    "capture ways": ("capture_ways", {"state": "capture_ways", "back_url": "/"}),
    "capture elsewhere": (
        "capture_elsewhere",
        {"state": "capture_elsewhere", "address": "/x", "browser_url": "/x"},
    ),
    "capture done": ("capture_done", {"state": "capture_done", "number": 7, "return_url": "/x"}),
    "capture passed": ("capture_done", {"state": "capture_done", "number": 7, "is_passed": True}),
    "capture refused": ("capture_done", {"state": "capture_done", "number": 7, "is_refused": True}),
    "capture over": ("capture_over", {"state": "capture_over"}),
    "capture elsewhere now": ("capture_over", {"state": "capture_over", "is_elsewhere": True}),
    "capture ended": ("capture_over", {"state": "capture_over", "is_ended": True}),
    "purposes": (
        "purposes",
        {"state": "purposes", "back_url": "/", "notice_url": "https://bank.example.jp/"},
    ),
    "not you": ("not_you", {"state": "not_you", "back_url": "/"}),
    "not you reported": ("not_you", {"state": "not_you", "is_reported": True}),
}


def html(name: str) -> str:
    template, context = PAGES[name]
    return render_to_string(f"portal/{template}.html", {**COMMON, **context})


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_fault(name):
    assert Page(html(name)).faults() == []


@pytest.mark.parametrize("name", PAGES)
def test_page_has_its_state_one_heading_and_at_most_one_form(name):
    page = Page(html(name))
    [main] = page.all("main")
    assert main["data-state"] == PAGES[name][1]["state"]
    assert len(page.all("h1")) == 1
    assert len(page.all("form")) <= 1
    primary = [each for each in page.all("button") if each["class"] == "button" and each["type"] == "submit"]
    assert len(primary) == len([each for each in page.all("form") if "わたしあて" not in page.text(each)])


@pytest.mark.parametrize("name", PAGES)
def test_page_says_that_no_secret_is_asked_and_how_to_check(name):
    page = Page(html(name))
    [footer] = page.all("footer")
    assert "暗証番号やパスワードをお聞きすることはありません。" in page.text(footer)
    assert page.all("a", href="/check")


@pytest.mark.parametrize("name", PAGES)
def test_no_field_could_hold_a_password(name):
    page = Page(html(name))
    assert page.all("input", type="password") == []
    assert [f for f in page.all("input") if "password" in f.get("autocomplete", "")] == []


@pytest.mark.parametrize("name", [name for name in PAGES if PAGES[name][1].get("errors")])
def test_error_stands_at_the_top_in_the_title_and_at_the_field(name):
    page = Page(html(name))
    assert page.text(page.all("title")[0]).startswith("エラー：")
    [summary] = page.all("div", role="alert")
    for message in PAGES[name][1]["errors"].values():
        assert message in page.text(summary)


def test_page_works_by_plain_form_posts():
    for name in PAGES:
        page = Page(html(name))
        scripts = page.all("script")
        # A camera is what the browser alone can do; the page leads to other ways without it.
        assert [script["src"] for script in scripts] == (
            ["/static/portal/capture.js"] if name == CAMERA else []
        )
        assert {form["method"] for form in page.all("form")} <= {"post"}
        assert all(page.all("input", name="csrfmiddlewaretoken") for _ in page.all("form"))


def test_what_was_typed_to_identify_is_never_sent_back():
    context = {**COMMON, "state": "identify", "birth_year": "1951", "account_last4": "4567"}
    page = render_to_string("portal/identify.html", context)
    assert "1951" not in page
    assert "4567" not in page


def test_four_digits_are_not_mistaken_for_the_secret_number():
    page = Page(html("identify"))
    [hint] = page.all("span", id="id_account_last4_hint")
    assert "暗証番号ではありません" in page.text(hint)


def test_known_value_is_neither_confirmed_nor_changed_beforehand():
    page = Page(html("question address known"))
    radios = page.all("input", name="answer_7_known")
    assert [radio["value"] for radio in radios] == ["same", "changed"]
    assert not any("checked" in radio for radio in radios)


def test_address_is_asked_in_two_parts():
    names = [
        f["name"]
        for f in Page(html("question address")).all("input", "textarea")
        if f.get("type") != "hidden"
    ]
    assert names == ["answer_7_postal_code", "answer_7"]


def test_answer_already_given_is_kept():
    page = Page(render_to_string("portal/question.html", {**COMMON, **asked("single", value="pension")}))
    assert [box["value"] for box in page.all("input", type="radio") if "checked" in box] == ["pension"]
    address = {"postal_code": "150-0002", "address": "東京都渋谷区"}
    page = Page(render_to_string("portal/question.html", {**COMMON, **asked("address", value=address)}))
    assert page.all("input", name="answer_7_postal_code")[0]["value"] == "150-0002"
    assert page.text(page.all("textarea")[0]) == "東京都渋谷区"


def test_answers_are_shown_once_more_before_they_are_sent():
    page = Page(html("confirm"))
    assert [link["href"] for link in page.all("a") if page.text(link).startswith("直す")] == ["/1", "/2"]
    assert page.text(page.all("button")[0]) == "この内容で送る"


def test_first_load_is_light_on_a_slow_network():
    for name in PAGES:
        page = Page(html(name))
        sheets = [link["href"] for link in page.all("link", rel="stylesheet")]
        sheets += [script["src"] for script in page.all("script")]
        files = [str(finders.find(sheet.removeprefix("/static/"))) for sheet in sheets]
        weight = len(html(name).encode()) + sum(Path(file).stat().st_size for file in files)
        assert len(files) == (4 if name == CAMERA else 2)
        assert weight < (CAMERA_BYTES if name == CAMERA else FIRST_LOAD_BYTES)
