"""電話窓口 with a caller on the line: find, verify, see what was sent, answer, stop, promise, end."""

from datetime import timedelta

import pytest
from django.urls import reverse

from keizoku.audit.models import Entry
from keizoku.console.forms.phone import day_options
from keizoku.console.tests.pages import do, go, words
from keizoku.kernel.clock import business_today
from keizoku.reviews.models import Answer, Review
from keizoku.reviews.phone import queries
from keizoku.reviews.phone.models import CallBack, PhoneCall
from keizoku.reviews.phone.rules.script import Asked
from keizoku.reviews.phone.tests.callers import TAROS, WRONG
from keizoku.reviews.tests import people
from keizoku.ui.tests.page import Page


@pytest.fixture
def review(customers):
    return people.open_for(customers[0])[0]


@pytest.fixture
def desk(browser):
    return browser("phone_desk")


@pytest.fixture
def call(desk, review) -> int:
    found = do(desk, "console-phone", sought=f"{review.reference:011d}")
    return int(found.url.rsplit("/", 1)[1])


def say(client, call: int, answers: dict[Asked, str]):
    asked = queries.progress(call).following
    assert asked is not None
    return do(client, "console-phone-check", call, asked=asked.value, typed=answers[asked])


def verify(client, call: int) -> None:
    for _ in range(3):
        assert say(client, call, TAROS).status_code == 302


def test_phone_desk_begins_at_its_own_place_and_reads_no_record_outside_of_a_call(desk, customers):
    assert desk.get("/console/").url == "/console/phone"
    page = Page(go(desk, "console-phone").content.decode())
    places = {a["href"] for a in page.all("a") if "nav-link" in (a.get("class") or "")}
    assert places <= {"/console/phone", "/console/paper"}
    for route in ("console-customer", "console-customer-notes", "console-customer-consents"):
        assert go(desk, route, customers[0]).status_code == 403


def test_number_that_is_none_is_told_at_the_field_with_what_was_typed(desk, customers):
    answer = do(desk, "console-phone", sought="やまだ")
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert page.all("input", name="sought")[0]["value"] == "やまだ"
    assert "番号として読めませんでした。" in words(answer)
    assert PhoneCall.objects.count() == 0


def numbered(customer_id):
    """How a page names the customer; the number of the day may hold any digits."""
    return f"No. {customer_id}"


def test_caller_who_was_not_verified_sees_nothing_of_the_record(desk, call, review, customers):
    shown = words(go(desk, "console-phone-call", call)).replace(numbered(customers[0]), "")
    assert "本人 未確認" in shown
    for hidden in (
        "5678",
        "渋谷",
        "example",
        "1960",
        "昭和",
        "お送りしたもの",
        queries.call(call).review.code,
    ):
        assert hidden not in shown
    refused = go(desk, "console-phone-answers", call)
    assert (refused.status_code, "本人確認がまだです。" in words(refused)) == (409, True)


def test_wrong_answer_says_wrong_and_never_the_value_and_right_ones_verify(desk, call):
    wrong = say(desk, call, WRONG)
    assert wrong.status_code == 422
    assert "お名前が、ご登録と合いません。" in words(wrong)
    assert "ヤマダ" not in words(wrong)
    verify(desk, call)
    shown = words(go(desk, "console-phone-call", call))
    assert "本人確認済み" in shown
    assert "●●●-●●●●-5678" in shown
    assert "この方にお送りしたものはありません。" in shown
    read = Entry.objects.filter(action="customers.record.read", purpose="phone.call")
    assert read.count() == 1


def test_desk_writes_the_answers_of_the_caller_down(desk, staff, call, review):
    verify(desk, call)
    assert go(desk, "console-phone-answers", call).url == f"/console/phone/calls/{call}/answers/1"
    page = Page(go(desk, "console-phone-question", call, 1).content.decode())
    assert page.faults() == []
    assert "東京都●●" in page.text(page.all("main")[0])
    questions = []
    for number, posted in enumerate(people.ANSWERS, start=1):
        shown = Page(go(desk, "console-phone-question", call, number).content.decode())
        names = {
            e["name"]
            for e in shown.all("input", "select", "textarea")
            if e.get("name", "").startswith("answer_")
        }
        name = min(names, key=len).removesuffix("_known")
        if number == 3:
            empty = do(desk, "console-phone-question", call, number)
            assert empty.status_code == 422
        typed = {name + ("_known" if key == "known" else ""): value for key, value in posted.items()}
        questions.append(do(desk, "console-phone-question", call, number, **typed).url)
    assert questions[-1] == f"/console/phone/calls/{call}/answers/confirm"
    assert "変わりありません" in words(go(desk, "console-phone-confirm", call))
    assert do(desk, "console-phone-confirm", call).url == f"/console/phone/calls/{call}"
    assert "回答を受け付けました" in words(go(desk, "console-phone-call", call))
    answer = Answer.objects.get()
    assert (answer.entry, answer.answered_by_id) == ("phone", staff["phone_desk"].pk)


def test_stop_and_code_and_note_leave_their_news(desk, call, review):
    verify(desk, call)
    nothing = do(desk, "console-phone-stop", call)
    assert nothing.status_code == 422
    for route, posted, told in (
        ("console-phone-stop", {"what": "all"}, "連絡を止めました：すべての連絡"),
        ("console-phone-code", {}, "受付番号を再発行しました"),
        ("console-phone-note", {"text": "折り返しは不要"}, "メモを保存しました"),
    ):
        assert told in words(desk.get(do(desk, route, call, **posted).url))
    assert "すべて止めています（連絡停止の申し出）" in words(go(desk, "console-phone-call", call))
    assert Review.objects.get().reference != review.reference


def test_deceased_is_told_by_whoever_rings(desk, call):
    do(desk, "console-phone-person", call, kind="deceased")
    assert Review.objects.get().state == "needs_person"


def test_call_back_is_promised_taken_called_and_done(desk, call, customers):
    day = day_options(business_today())[2][0]
    late = do(
        desk, "console-phone-book", call, day="2020-01-01", window="9-12", matter="answer", words="午前に"
    )
    assert late.status_code == 422
    assert "午前に" in late.content.decode()
    do(desk, "console-phone-book", call, day=day, window="9-12", matter="answer", words="耳が遠い方です")
    assert do(desk, "console-phone-end", call, result="booked").url == "/console/phone"
    promised = CallBack.objects.get().id
    assert "引き受ける" in words(go(desk, "console-call-backs"))
    do(desk, "console-call-back-act", promised, do="take")
    begun = do(desk, "console-call-back-act", promised, do="call").url
    assert "5678" not in words(desk.get(begun)).replace(numbered(customers[0]), "")
    number = desk.post(f"{begun}/number")
    assert "090-1234-5678" in words(number)
    assert "耳が遠い方です" in words(number)
    assert "耳が遠い方です" not in words(go(desk, "console-call-backs")) + words(desk.get(begun))
    assert "090-1234-5678" not in words(desk.get(begun))
    desk.post(f"{begun}/end", {"result": "informed"})
    assert CallBack.objects.get().state == "done"
    assert "折り返しはありません。" in words(go(desk, "console-call-backs"))


def test_waiting_calls_back_are_counted_in_the_navigation(desk, call):
    CallBack.objects.create(
        customer_id=PhoneCall.objects.get().customer_id,
        call_id=call,
        state_since=PhoneCall.objects.get().begun_at,
        day=business_today() - timedelta(days=1),
        from_hour=9,
        until_hour=12,
        matter="answer",
        booked_by_id=PhoneCall.objects.get().staff_id,
        booked_at=PhoneCall.objects.get().begun_at,
    )
    shown = Page(go(desk, "console-phone").content.decode())
    assert any("1" in shown.text(one) for one in shown.all("span") if one.get("class") == "nav-count")
    assert "時間が過ぎています" in words(go(desk, "console-phone"))


def test_call_of_another_is_closed_and_one_without_customer_leads_back(browser, call):
    other = browser("operator")
    assert go(other, "console-phone-call", call).status_code == 409
    do(other, "console-phone", sought="090-0000-0000")
    own = PhoneCall.objects.latest("id").id
    assert go(other, "console-phone-call", own).url == "/console/phone"
    assert "お客さまが見つからないまま終える" in words(go(other, "console-phone"))
    do(other, "console-phone-end", own, result="not_found")
    assert PhoneCall.objects.get(id=own).result == "not_found"


def test_household_is_chosen_from(desk, tmp_path, staff):
    hanako = people.HANAKO.replace(
        "1500002,東京都渋谷区渋谷1-2-3,,", "1500002,東京都渋谷区渋谷1-2-3,090-1234-5678,"
    )
    _, wife = people.import_customers(tmp_path, people.TARO, hanako)
    shown = words(do(desk, "console-phone", sought="090-1234-5678"))
    assert "この番号の方が、2人います" in shown
    chosen = do(desk, "console-phone-choose", sought="090-1234-5678", customer=wife)
    assert chosen.url == reverse("console-phone-call", args=[PhoneCall.objects.get().id])
    assert PhoneCall.objects.get().customer_id == wife
