import json
from datetime import date
from typing import Any

import pytest

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.tests.places import HEAD, PEOPLE, person
from keizoku.sandbox.world.assumptions import MAILBOX_SHARES, RECEPTION_SHARES, Mailbox, Reception
from keizoku.sandbox.world.people import World, phone_hash
from keizoku.sandbox.world.reading import read_date, read_people, read_phone

ROW = (
    "0000000012,個人,山田 太郎,ﾔﾏﾀﾞ ﾀﾛｳ,昭和35年4月8日,150-0002,東京都渋谷区渋谷1-1-1,090ー1234ー5678,"
    "Taro@Example.jp,JPN,,会社員,生計費決済,普通預金・定期預金,001,0012345,H1.2.3,,"
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("昭和35年4月8日", date(1960, 4, 8)),
        ("S35.4.8", date(1960, 4, 8)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("1960-04-08", date(1960, 4, 8)),
        ("1960/4/8", date(1960, 4, 8)),
        ("19600408", date(1960, 4, 8)),
        ("令和5年2月30日", None),
        ("", None),
        ("昨日", None),
    ],
)
def test_dates_are_read_as_banks_export_them(written, meant):
    assert read_date(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("090-1234-5678", "+819012345678"),
        ("090ー1234ー5678", "+819012345678"),
        ("０９０−１２３４−５６７８", "+819012345678"),
        ("03-1234-5678", "+81312345678"),
        ("+819012345678", "+819012345678"),
        ("", None),
        ("番号なし", None),
    ],
)
def test_phone_numbers_become_e164_whatever_hyphens_they_have(written, meant):
    assert read_phone(written) == meant


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_file_is_read_in_either_encoding(tmp_path, encoding):
    path = tmp_path / "customers.csv"
    path.write_bytes(f"{HEAD}\r\n{ROW}\r\n".encode(encoding))
    (one,) = read_people(path)
    assert one.number == "0000000012"
    assert one.name == "山田 太郎"
    assert one.birth_date == date(1960, 4, 8)
    assert one.phone == "+819012345678"
    assert one.mail == "taro@example.jp"
    assert one.account_number == "0012345"
    assert one.has_mobile


def test_rows_that_cannot_be_read_are_left_out(tmp_path):
    path = tmp_path / "customers.csv"
    short, wrong_number, broken = "0000000013,個人", ROW.replace("0000000012", "12A"), b"\xff\xfe\n"
    rows = f"{HEAD}\r\n{short}\r\n{wrong_number}\r\n".encode() + broken + f"{ROW}\r\n{ROW}\r\n".encode()
    path.write_bytes(rows)
    assert [each.number for each in read_people(path)] == ["0000000012"]


def test_phone_hash_is_lines_own_example():
    expected = "d41e0ad70dddfeb68f149ad6fc61574b9c5780ab7bcb2fba5517771ffbb2409c"
    assert phone_hash("+818000001234") == expected


def test_same_seed_makes_the_same_world_and_another_seed_another():
    def receptions(seed: Any) -> Any:
        world = World(PEOPLE, Chance(seed))
        return [world.reception(each.phone) for each in PEOPLE]

    assert receptions(1) == receptions(1)
    assert receptions(1) != receptions(2)


def test_shares_are_whole_and_drawn_as_stated():
    for shares in (RECEPTION_SHARES, MAILBOX_SHARES):
        assert sum(share for _, share in shares) == pytest.approx(1.0)
    crowd = [person(index) for index in range(20_000)]
    world = World(crowd, Chance(1))
    with_line = sum(world.reception(each.phone) is Reception.ON for each in crowd)
    assert 13_700 <= with_line <= 14_300
    open_boxes = sum(world.mailbox(each.mail) is Mailbox.OPEN for each in crowd)
    assert 18_250 <= open_boxes <= 18_550


def test_landline_has_no_line_user():
    world = World([person(1, phone="+81312345678")], Chance(1))
    assert world.reception("+81312345678") is Reception.NONE
    assert world.user_id("+81312345678") is None


def test_consent_once_given_stays():
    world = World(PEOPLE, Chance(1))
    phone = PEOPLE[0].phone
    world.decide_consent(phone, Reception.OFF)
    assert world.reception(phone) is Reception.OFF


def test_address_that_nobody_has_is_unknown():
    assert World(PEOPLE, Chance(1)).mailbox("nobody@example.jp") is Mailbox.UNKNOWN


def test_journal_numbers_go_on_after_a_restart(tmp_path):
    from keizoku.sandbox.clock import Clock
    from keizoku.sandbox.journal import Journal

    path = tmp_path / "line.jsonl"
    first = Journal(path, Clock())
    first.write(first.receive(), {"status": 200})
    first.close()
    with path.open("a", encoding="utf-8") as torn:
        torn.write('{"sequence": 2, "st')
        torn.write("\n")
    second = Journal(path, Clock())
    second.write(second.receive(), {"status": 422})
    assert [entry["sequence"] for entry in second.read()] == [1, 2]
    assert [entry["status"] for entry in second.read(after=1)] == [422]
    assert json.loads(path.read_text().splitlines()[0])["at"].endswith("Z")
    second.close()
