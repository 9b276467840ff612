"""Doubles and late messages are counted on all four channels, whatever each carrier calls its recipient."""

import json

import pytest

from keizoku.cli.demo import reaching
from keizoku.cli.demo.reaching import Reached

ROW = {"顧客番号": "0000000123"}
KNOWN = {("line", "hash"): [ROW], ("line", "uabc"): [ROW], ("sms", "09012345678"): [ROW, ROW]}
CODE, TAG = "12345-67890-1", "kz-00001-00002-0000001"


@pytest.fixture
def journals(tmp_path, monkeypatch):
    """Writes what carriers received; the letter's tag belongs to the code."""
    monkeypatch.setattr(
        reaching, "_references", lambda tags: {tag: 12345678901 for tag in tags if tag == TAG}
    )

    def write(*, line=(), sms=(), letters=(), answers=()):
        lines = {"line": line, "sms": sms, "print": letters, "answers": answers}
        for name, entries in lines.items():
            (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in entries))
        return tmp_path

    return write


def line(path, to, at="2026-11-22T00:00:01Z", code=CODE, *, acted=True):
    body = json.dumps({"to": to, "messages": [{"text": f"受付番号 {code}"}]})
    headers = {"x-line-delivery-tag": "kz-00001-00001-0000001"}
    return {"path": path, "body": body, "headers": headers, "acted": acted, "at": at}


def letter(tag, at="2026-11-22T00:00:02Z", *, acted=True):
    return {"method": "PUT", "manifest": json.dumps({"list": [{"tag": tag}]}), "acted": acted, "at": at}


def text(code, at="2026-11-22T00:00:02Z"):
    body = f"to=09012345678&text={code}&tags[]=kz-00001-00001-0000001"
    return {"method": "POST", "path": "/x/messages", "body": body, "acted": True, "at": at}


def test_notification_and_push_to_one_person_are_a_double(journals):
    folder = journals(line=[line("/bot/pnp/push", "hash"), line("/v2/bot/message/push", "Uabc", code="none")])

    assert reaching.reached(folder, KNOWN) == Reached({"line": 2}, twice=1, late=0)


def test_code_or_notice_of_the_lane_is_no_second_contact_and_another_message_is(journals):
    notice = text("変更しました")
    of_the_lane = {**notice, "body": notice["body"].replace("kz-00001-00001-0000001", "kc-0000000000007")}

    assert reaching.reached(journals(sms=[text(CODE), of_the_lane]), KNOWN) == Reached({"sms": 1}, 0, 0)
    assert reaching.reached(journals(sms=[text(CODE), notice, notice]), KNOWN).twice == 1


def test_push_repeated_under_its_key_and_a_batch_given_twice_act_once(journals):
    push, batch = "/v2/bot/message/push", letter(TAG)
    folder = journals(
        line=[line(push, "Uabc"), line(push, "Uabc", acted=False)], letters=[batch, letter(TAG, acted=False)]
    )

    assert reaching.reached(folder, KNOWN) == Reached({"line": 1, "letter": 1}, twice=0, late=0)


def test_letter_printed_twice_is_a_double(journals):
    assert reaching.reached(journals(letters=[letter(TAG), letter(TAG)]), KNOWN).twice == 1


def test_two_who_share_a_phone_are_written_to_once_each(journals):
    assert reaching.reached(journals(sms=[text(CODE), text("11111-22222-3")]), KNOWN).twice == 0
    assert reaching.reached(journals(sms=[text(CODE), text(CODE)]), KNOWN).twice == 1


def test_message_after_its_own_answer_is_late_on_every_channel(journals):
    answer = {
        "outcome": "done",
        "reference": CODE,
        "answered_at": "2026-11-22T00:00:01.5Z",
        "customer": "0000000123",
    }
    folder = journals(
        line=[line("/bot/pnp/push", "hash")],
        sms=[text(CODE), text("11111-22222-3")],
        letters=[letter(TAG)],
        answers=[answer],
    )

    assert reaching.reached(folder, KNOWN).late == 2
