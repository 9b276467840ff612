"""The check that carriers saw nothing beyond their list can fail: planted leaks of each form are found."""

import base64
import hashlib
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keizoku.cli.demo import canaries
from keizoku.cli.demo.canaries import Seen, count_leaks, forms_of
from keizoku.kernel.text.phone import line_hash
from keizoku.sandbox.chance import Chance
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import read_people

ROW = {
    "顧客番号": "0000000123",
    "氏名": "山田 太郎",
    "氏名カナ": "ﾔﾏﾀﾞ ﾀﾛｳ",
    "生年月日": "1960-04-08",
    "住所": "東京都渋谷区渋谷1-2-3",
    "電話番号": "090-1234-5678",
    "メールアドレス": "taro@example.jp",
    "口座番号": "1234567",
}
HASH = line_hash("+819012345678")
KNOWN = {("line", HASH): [ROW], ("email", "taro@example.jp"): [ROW]}


def seen(carrier, text):
    address = HASH if carrier == "line" else "taro@example.jp"
    return [Seen(carrier, address, text, acted=True, at="2026-11-22T00:00:00Z")]


@given(st.text(min_size=6), st.binary(max_size=5), st.binary(max_size=5))
def test_base64_is_found_wherever_the_value_begins(value, before, after):
    encoded = base64.b64encode(before + value.encode() + after).decode()

    assert any(form in encoded for form in forms_of(value))


@pytest.mark.parametrize(
    "value", ["山田 太郎", "山田太郎", "0000000123", "1960-04-08", "1234567", "09012345678"]
)
@pytest.mark.parametrize(
    "hide",
    [
        lambda raw: raw.decode(),
        lambda raw: base64.b64encode(b"name=" + raw + b"&x").decode(),
        lambda raw: base64.urlsafe_b64encode(raw + b"!").decode(),
        lambda raw: quote(raw.decode()),
        lambda raw: hashlib.sha256(raw).hexdigest(),
        lambda raw: hashlib.md5(raw).hexdigest(),
    ],
)
@pytest.mark.parametrize("carrier", ["line", "email"])
def test_planted_leak_is_counted(carrier, hide, value):
    assert count_leaks(seen(carrier, f"前置き {hide(value.encode())} 後書き"), KNOWN) >= 1


@pytest.mark.parametrize("carrier", ["line", "email"])
def test_words_of_the_template_are_no_leak(carrier):
    assert count_leaks(seen(carrier, "継続銀行からのお知らせです。受付番号 12345-67890-1"), KNOWN) == 0


def test_mail_may_see_its_own_address_and_line_may_not():
    assert count_leaks(seen("email", "taro@example.jp"), KNOWN) == 0
    assert count_leaks(seen("line", "taro@example.jp"), KNOWN) == 1


def test_another_person_s_message_is_judged_by_their_own_values():
    other = [Seen("line", "f" * 64, "山田 太郎", acted=True, at="")]

    assert count_leaks(other, KNOWN) == 0


def test_letters_list_may_hold_tags_and_postal_codes_and_nobody_s_name(tmp_path):
    def told(**more):
        row = {"sequence": 1, "tag": "kz-00001-00002-0000001", "first_page": 1, "pages": 1, "sheets": 1}
        manifest = {"format": "keizoku-letters/1", "pdf_sha256": "0" * 64, "list": [row | more]}
        entry = {
            "method": "PUT",
            "manifest": json.dumps(manifest, ensure_ascii=False),
            "acted": True,
            "at": "t",
        }
        (tmp_path / "print.jsonl").write_text(json.dumps(entry) + "\n")
        return list(canaries.sends(tmp_path))

    (clean,) = told(postal_code="1500002")
    (named,) = told(postal_code="山田 太郎")

    assert (clean.carrier, clean.address, clean.text) == ("letter", "kz-00001-00002-0000001", "")
    assert count_leaks([clean], KNOWN) == 0
    assert count_leaks([named], KNOWN) == 1


def test_push_is_known_by_the_account_and_a_reply_is_held_against_everybody(tmp_path):
    def entry(path, to, text):
        body = json.dumps(to | {"messages": [{"type": "text", "text": text}]})
        return {"path": path, "body": body, "headers": {"x-line-retry-key": "k"}, "acted": True, "at": "t"}

    entries = [
        entry("/v2/bot/message/push", {"to": "Uabc"}, "受付番号 12345-67890-1"),
        entry("/v2/bot/message/push", {"to": "Uabc"}, "山田太郎 さま"),
        entry("/v2/bot/message/reply", {"replyToken": "r"}, "連携をはじめる"),
        entry("/v2/bot/message/reply", {"replyToken": "r"}, "山田太郎 さま"),
    ]
    (tmp_path / "line.jsonl").write_text("".join(json.dumps(each) + "\n" for each in entries))
    known = KNOWN | {("line", "uabc"): [ROW]}

    found = list(canaries.sends(tmp_path))

    assert [one.address for one in found] == ["Uabc", "Uabc", "", ""]
    assert [count_leaks([one], known) for one in found] == [0, 1, 0, 1]
    assert canaries.recipients(found[0], known) == ("0000000123",)


def test_account_of_a_number_is_the_sandbox_s_own(tmp_path):
    sample = tmp_path / "customers.csv"
    sample.write_text(
        ",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n", encoding="cp932", errors="replace"
    )
    world = World(read_people(sample), Chance(canaries.SEED))

    known = canaries.people(sample)

    account = world.user_id("+819012345678")
    assert account is not None
    assert known["line", account.lower()] == known["line", HASH] == [ROW]


def test_sends_are_read_from_both_journals(tmp_path):
    line = {
        "path": "/bot/pnp/push",
        "body": json.dumps({"to": HASH, "messages": [{"type": "text", "text": "こんにちは"}]}),
        "headers": {"x-line-delivery-tag": "kz-00001-00001-0000001"},
        "acted": True,
        "at": "t1",
    }
    mail = {
        "verb": "DATA",
        "recipients": ["taro@example.jp"],
        "body": "Subject: =?utf-8?b?"
        + base64.b64encode("件名".encode()).decode()
        + "?=\r\nTo: taro@example.jp\r\n\r\nbody",
        "body_encoding": "utf-8",
        "acted": False,
        "at": "t2",
    }
    (tmp_path / "line.jsonl").write_text(
        json.dumps(line) + "\n" + json.dumps({"path": "/v2/bot/info"}) + "\n"
    )
    (tmp_path / "smtp.jsonl").write_text(json.dumps(mail) + "\n" + json.dumps({"verb": "RCPT"}) + "\n")

    found = list(canaries.sends(tmp_path))

    assert [(one.carrier, one.address, one.acted) for one in found] == [
        ("line", HASH, True),
        ("email", "taro@example.jp", False),
    ]
    assert "こんにちは" in found[0].text
    assert "件名" in found[1].text
    assert "taro@example.jp" not in found[1].text
