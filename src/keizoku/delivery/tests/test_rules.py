"""What a message may say, and how tags and waits are made."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keizoku.delivery.rules import CHUNK_TRANSITIONS, RANKS, ChunkState, Tag, backoff, fill, message_problems

GOOD_MAIL = ("email", "【大切なお知らせ】お客さま情報の確認", "受付番号 {reference} を入力してください。", "")
GOOD_LINE = ("line", "", "受付番号は {reference} です。", "確認をはじめる")


@pytest.mark.parametrize("message", [GOOD_MAIL, GOOD_LINE])
def test_proper_message_has_no_problem(message):
    assert message_problems(*message) == []


@pytest.mark.parametrize(
    ("channel", "subject", "body", "button", "word"),
    [
        ("email", "件名", "受付番号がありません", "", "{reference}"),
        ("email", "", "番号 {reference}", "", "件名"),
        ("email", "件名 {reference}", "番号 {reference}", "", "件名に受付番号"),
        ("email", "件名", "番号 {reference} https://bank.example.jp/x", "", "リンク"),
        ("email", "件名", "番号 {reference} www.bank.example.jp", "", "リンク"),
        ("email", "件名", "{name}様 番号 {reference}", "", "{name}"),
        ("email", "件名", "番号 {reference} コード {code}", "", "確認コードだけを送る文面"),
        ("email", "件名", "番号 {reference} ｛institution｝", "", "｛institution｝ は差し込めません"),
        ("email", "件名", "番号 {reference} { deadline }", "", "{ deadline } は差し込めません"),
        ("email", "件名", "番号 {reference} {reference", "", "{ は差し込めません"),
        ("email", "{氏名}様", "番号 {reference}", "", "{氏名} は差し込めません"),
        ("line", "", "番号 {reference}", "{portal}へ", "ボタン"),
        ("line", "", "番号 {reference}", "", "ボタン"),
        ("line", "", "番号 {reference}" + "あ" * 600, "確認", "500文字"),
        ("line", "", "{reference} 暗証番号を入力してください", "確認", "暗証番号"),
    ],
)
def test_improper_message_is_named(channel, subject, body, button, word):
    assert any(word in problem for problem in message_problems(channel, subject, body, button))


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**8))
def test_tag_comes_back_from_a_receipt_and_fits_line(campaign, wave, position):
    tag = Tag(campaign, wave, position)

    assert Tag.parse(str(tag)) == tag
    assert 16 <= len(str(tag)) <= 100


def test_tag_of_somebody_else_is_nobody():
    assert Tag.parse("1234567890abcdef") is None


def test_waits_grow_and_end():
    assert [backoff(n) for n in (1, 2, 3)] == [
        timedelta(seconds=5),
        timedelta(seconds=10),
        timedelta(seconds=20),
    ]
    assert backoff(50) == timedelta(minutes=10)


def test_every_chunk_state_has_its_transitions_and_every_result_a_rank():
    assert set(CHUNK_TRANSITIONS) == set(ChunkState)
    assert sorted(RANKS.values()) == list(range(len(RANKS)))


def test_fill_puts_values_where_the_names_stand():
    assert fill("{institution}: {reference}", {"institution": "継続銀行", "reference": "1"}) == "継続銀行: 1"
