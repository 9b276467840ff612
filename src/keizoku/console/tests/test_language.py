"""The console in English: chosen by a button, kept by the browser, and only our own words are said in it."""

import pytest
from django.urls import reverse

from keizoku.console.language import COOKIE
from keizoku.ui import speaking
from keizoku.ui.tests.page import Page


def read(client, address):
    return Page(client.get(address).content.decode())


def choose(client, language, after="/console/sign-in"):
    return client.post(reverse("console-language"), {"language": language, "next": after})


def test_console_is_japanese_until_english_is_chosen(db, client):
    assert read(client, "/console/sign-in").all("html", lang="ja")
    answer = choose(client, "en")
    assert (answer.status_code, answer.url) == (302, "/console/sign-in")
    page = read(client, "/console/sign-in")
    assert page.all("html", lang="en")
    assert page.faults() == []
    assert page.all("button", name="language", value="ja", lang="ja")
    choose(client, "ja")
    assert read(client, "/console/sign-in").all("html", lang="ja")


def test_choice_is_the_browsers_and_no_address_or_language_of_somebody_elses_is_taken(db, client):
    answer = choose(client, "en", after="https://elsewhere.example/console/")
    assert answer.url == "/console/"
    cookie = answer.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/console/", True, "Lax")
    assert COOKIE not in choose(client, "xx").cookies
    client.cookies[COOKIE] = "../../easy"
    assert read(client, "/console/sign-in").all("html", lang="ja")


def test_customers_pages_do_not_follow_the_staffs_choice(db, client):
    choose(client, "en")
    assert read(client, "/").all("html", lang="ja")


@pytest.mark.parametrize(
    ("japanese", "english"),
    [
        ("メニュー", "Menu"),
        ("業務日時 2026-11-22", "Business time 2026-11-22"),
        ("山田 花子", "山田 花子"),
        ("企画担当、承認者に依頼してください。", "Ask Operator, Approver."),
        (
            "パスキーを登録できませんでした。画面を読み込み直して、もう一度登録してください。",
            "The passkey could not be registered. Reload the page and register again.",
        ),
        (
            "申請の内容を確かめ、人数を入力してください。内容は残り、いつでも読めます。お客さまの評価は変わっていません。",
            "Check the request and enter the number of people. It can still be read at any time. No customer's rating has changed.",
        ),
    ],
)
def test_words_and_sentences_with_something_filled_in_are_said_and_data_is_not(japanese, english):
    with speaking.spoken_in("en"):
        assert speaking.plainly(japanese) == english
