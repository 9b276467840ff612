"""Customers mistype, come late, press twice, change the device: each is told what to do, and nothing is lost."""

import re

import pytest
from playwright.sync_api import expect

from journeys import customer
from journeys.people import (
    CHANGED_DEVICE,
    CHECKED,
    FORGED,
    GUESSED,
    LATE,
    LOCKED,
    MISTYPED_CODE,
    PRESSED_TWICE,
    REFUSED_INPUT,
    WENT_BACK,
    WITHOUT_SCRIPTS,
)
from keizoku.kernel.text.numbers import damm_check_digit, format_reference_code
from keizoku.reviews.rules.limits import FAILURES_BEFORE_LOCK, GUESSES_OF_A_SOURCE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("osaka")]

IDENTIFY, RECEIVED = "ご本人の確認", "お答えを受け付けました"


def another_wrong_day(person, failures):
    """A day of birth that is not the person's."""
    return (person.birth_date.day + failures) % 28 + 1


def answers_of(home, person):
    return home.number("SELECT count(*) FROM reviews_answer WHERE review_id = %s", home.review(person, "id"))


@pytest.fixture
def no_guesses_yet(home):
    """All customers here come from one address: what one guesses must not stop the next."""
    home.sql("DELETE FROM reviews_codeguess")
    yield
    home.sql("DELETE FROM reviews_codeguess")


def test_code_is_taken_as_people_write_it(home, visitor):
    code = home.line_to(MISTYPED_CODE).code
    digits = code.replace("-", "")
    full_width = code.translate(str.maketrans("0123456789-", "０１２３４５６７８９ー"))
    page = visitor().page
    for written in (code, digits, full_width, code.replace("-", " "), f" {digits}　"):
        customer.enter_code(page, written)
        customer.heading(page, IDENTIFY)


def test_mistyped_code_is_told_apart_from_an_unknown_one(home, visitor, no_guesses_yet):
    code = home.line_to(MISTYPED_CODE).code
    page = visitor().page
    customer.enter_code(page, code[:-1] + str((int(code[-1]) + 1) % 10))
    expect(page.get_by_role("alert")).to_contain_text("受付番号の数字がどこか違うようです。")
    assert home.number("SELECT count(*) FROM reviews_codeguess") == 0
    customer.enter_code(page, unknown_code(1))
    expect(page.get_by_role("alert")).to_contain_text("この受付番号は見つかりません。")
    expect(page.get_by_label("受付番号")).to_have_value(unknown_code(1))
    assert home.number("SELECT sum(count) FROM reviews_codeguess") == 1


def test_guessing_codes_is_stopped_in_words_and_goes_on_after_ten_minutes(home, visitor, no_guesses_yet):
    code = home.line_to(GUESSED).code
    page = visitor().page
    for attempt in range(GUESSES_OF_A_SOURCE):
        customer.enter_code(page, unknown_code(attempt))
        expect(page.get_by_role("alert")).to_contain_text("この受付番号は見つかりません。")
    customer.enter_code(page, code)
    expect(page.get_by_role("alert")).to_contain_text("10分ほどおいてから、もう一度入力してください。")
    home.sql("UPDATE reviews_codeguess SET minute = minute - interval '11 minutes'")
    customer.enter_code(page, code)
    customer.heading(page, IDENTIFY)


def test_five_wrong_identifications_lock_for_half_an_hour(home, visitor):
    message = home.line_to(LOCKED)
    page = visitor().page
    page.goto(message.link)
    for failures in range(1, FAILURES_BEFORE_LOCK):
        customer.identify(page, LOCKED, day=another_wrong_day(LOCKED, failures))
        left = FAILURES_BEFORE_LOCK - failures
        expect(page.get_by_role("alert")).to_contain_text(f"あと{left}回入力できます")
        expect(page.locator("#id_birth_day")).to_have_value("")
    customer.identify(page, LOCKED, day=another_wrong_day(LOCKED, FAILURES_BEFORE_LOCK))
    customer.heading(page, "いまは入力できません")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d+時\d+分 から"))

    page.goto(message.link)
    customer.identify(page, LOCKED)
    customer.heading(page, "いまは入力できません")
    home.sql(
        "UPDATE reviews_identification SET locked_until = locked_until - interval '31 minutes' WHERE review_id = %s",
        home.review(LOCKED, "id"),
    )
    page.goto(message.link)
    customer.identify(page, LOCKED)
    customer.heading(page, "ご住所に変わりはありませんか")


def test_slip_of_the_pen_is_no_failed_attempt(home, visitor):
    page = visitor().page
    page.goto(home.line_to(REFUSED_INPUT).link)
    customer.identify(page, REFUSED_INPUT, day=33)
    expect(page.get_by_role("alert")).to_contain_text("この日付はありません。")
    page.locator("#id_account_last4").fill("12")
    customer.go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("口座番号の最後の4けたを、数字で入力してください")
    assert home.sql(
        "SELECT failures FROM reviews_identification WHERE review_id = %s", home.review(REFUSED_INPUT, "id")
    ) in ([], [(0,)])


def test_wrong_answers_are_asked_again_in_words(home, visitor):
    page = visitor().page
    page.goto(home.line_to(REFUSED_INPUT).link)
    customer.identify(page, REFUSED_INPUT)
    customer.go_on(page)
    expect(page.get_by_role("alert")).to_contain_text(
        "「変わりありません」か「変わりました」を選んでください。"
    )
    page.get_by_label("変わりました").check()
    page.get_by_label("郵便番号").fill("999-9999")
    page.get_by_label("住所", exact=True).fill("渋谷1-2-3")
    customer.go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("この郵便番号は見つかりません。")
    expect(page.get_by_role("alert")).to_contain_text("ご住所は都道府県から入力してください")
    page.get_by_label("郵便番号").fill("１５０－０００２")
    page.get_by_label("住所", exact=True).fill("東京都渋谷区渋谷9-9-9")
    customer.go_on(page)
    customer.heading(page, "お電話番号に変わりはありませんか")


def test_link_after_the_deadline_says_so(home, visitor):
    link = home.line_to(LATE).link
    home.sql("UPDATE reviews_review SET closes_on = closes_on - 60 WHERE id = %s", home.review(LATE, "id"))
    page = visitor().page
    page.goto(link)
    customer.heading(page, "お答えの期限を過ぎました")
    expect(page.get_by_role("main")).to_contain_text("お電話か窓口でおたずねください")


def test_forged_link_leads_to_the_start_page_and_tells_nothing(home, visitor):
    link = home.line_to(FORGED).link
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    page = visitor().page
    page.goto(forged)
    customer.heading(page, "このリンクは使えません")
    expect(page.get_by_role("main")).not_to_contain_text(FORGED.number)
    page.get_by_role("link", name="受付番号の入力へ").click()
    customer.heading(page, "お客さま情報の確認")


def test_back_button_after_handing_in_leads_to_the_receipt(home, visitor):
    message = home.line_to(WENT_BACK)
    page = visitor().page
    page.goto(message.link)
    customer.identify(page, WENT_BACK)
    customer.answer_all(page)
    customer.hand_in(page)
    page.go_back()
    customer.heading(page, RECEIVED)
    expect(page.get_by_role("main")).to_contain_text(message.code)
    page.goto("/question/1")
    customer.heading(page, RECEIVED)
    page.goto(message.link)
    customer.heading(page, "お答えは、すでに受け付けています")
    assert answers_of(home, WENT_BACK) == 1


def test_two_quick_presses_hand_in_once(home, visitor):
    message = home.line_to(PRESSED_TWICE)
    page = visitor().page
    page.goto(message.link)
    customer.identify(page, PRESSED_TWICE)
    customer.answer_all(page)
    page.get_by_role("button", name="この内容で送る").dblclick()
    customer.heading(page, RECEIVED)
    expect(page.get_by_role("main")).to_contain_text(message.code)
    assert answers_of(home, PRESSED_TWICE) == 1


def test_answers_go_on_where_they_were_left_on_another_device(home, visitor):
    message = home.line_to(CHANGED_DEVICE)
    first = visitor().page
    first.goto(message.link)
    customer.identify(first, CHANGED_DEVICE)
    customer.say_unchanged(first)
    customer.say_unchanged(first)
    customer.choose(first, "無職")
    customer.heading(first, "主なお取引の目的を教えてください")

    second = visitor().page
    customer.enter_code(second, message.code)
    customer.identify(second, CHANGED_DEVICE)
    customer.heading(second, "主なお取引の目的を教えてください")
    customer.choose(second, "貯蓄")
    customer.choose(second, "いいえ")
    expect(second.get_by_role("main")).to_contain_text("無職")
    customer.hand_in(second)

    customer.choose(first, "投資")
    customer.heading(first, "お答えは、すでに受け付けています")
    assert answers_of(home, CHANGED_DEVICE) == 1


def test_whole_walk_works_without_javascript_and_with_a_mistake_on_every_page(home, visitor):
    message = home.line_to(WITHOUT_SCRIPTS)
    page = visitor(scripts=False).page
    customer.enter_code(page, "1234")
    expect(page.get_by_role("alert")).to_contain_text("受付番号の数字がどこか違うようです。")
    customer.enter_code(page, message.code)
    customer.identify(page, WITHOUT_SCRIPTS, day=another_wrong_day(WITHOUT_SCRIPTS, 1))
    expect(page.get_by_role("alert")).to_contain_text("あと4回入力できます")
    customer.identify(page, WITHOUT_SCRIPTS)
    customer.go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("選んでください")
    customer.say_unchanged(page)
    page.get_by_label("変わりました").check()
    page.get_by_label("電話番号", exact=True).fill("123")
    customer.go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("お電話番号を")
    page.get_by_label("電話番号", exact=True).fill("０９０－１２３４－５６７８")
    customer.go_on(page)
    customer.go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("あてはまるものを1つ選んでください。")
    customer.choose(page, "会社員")
    customer.choose(page, "外国送金")
    page.get_by_label("はい", exact=True).check()
    customer.go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("「はい」の場合は")
    page.get_by_label("送金先の国や地域").fill("ベトナム")
    customer.go_on(page)
    customer.without_code(page)
    customer.heading(page, "お答えの確認")
    page.get_by_role("link", name=re.compile("直す.*職業")).click()
    customer.choose(page, "パート")
    customer.heading(page, "お答えの確認")
    expect(page.get_by_role("main")).to_contain_text("パート")
    expect(page.get_by_role("main")).to_contain_text("ベトナム")
    customer.hand_in(page)
    assert answers_of(home, WITHOUT_SCRIPTS) == 1


def test_message_is_proved_genuine_and_a_foreign_code_is_not(home, visitor, no_guesses_yet):
    page = visitor().page
    page.goto("/")
    page.get_by_role("link", name="お知らせが本物か、確かめる方法").click()
    page.get_by_label("お知らせに書いてある受付番号").fill(home.line_to(CHECKED).code)
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_role("main")).to_contain_text("当行がお送りした番号です")
    page.get_by_label("お知らせに書いてある受付番号").fill(unknown_code(7))
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_role("main")).to_contain_text("当行の番号ではありません")


def unknown_code(ordinal):
    """A code whose check digit is right and that nobody has (but for a chance of one in a thousand million)."""
    ten = f"{4_242_424_200 + ordinal}"
    return format_reference_code(f"{ten}{damm_check_digit(ten)}")
