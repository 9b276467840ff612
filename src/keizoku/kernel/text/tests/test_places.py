"""Prefectures and postal codes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from keizoku.kernel.text import postal, prefectures


def test_forty_seven_prefectures_have_their_jis_codes():
    assert len(prefectures.NAMES) == 47
    assert prefectures.code("北海道") == "01"
    assert prefectures.code("東京都") == "13"
    assert prefectures.code("沖縄県") == "47"
    assert [prefectures.name(prefectures.code(name) or "") for name in prefectures.NAMES] == list(
        prefectures.NAMES
    )
    assert prefectures.code("東京") is None
    assert prefectures.name("48") is None


def test_the_prefecture_of_an_address_is_its_beginning():
    assert prefectures.of_address("東京都千代田区千代田1-1") == "13"
    assert prefectures.of_address("　京都府京都市上京区") == "26"
    assert prefectures.of_address("和歌山県和歌山市") == "30"
    assert prefectures.of_address("千代田区千代田1-1") is None
    assert prefectures.of_address("") is None


@pytest.mark.parametrize(
    "text", ["100-0001", "1000001", "〒100-0001", "１００ー０００１", "100−0001", "100－0001"]
)
def test_a_postal_code_is_read_in_any_writing(text: str):
    assert postal.read_postal_code(text) == "1000001"


@pytest.mark.parametrize("text", ["", "100001", "100-00011", "1000-001", "abc-defg", "10000011"])
def test_what_is_not_seven_digits_is_no_postal_code(text: str):
    assert postal.read_postal_code(text) is None


def test_a_real_code_has_its_place():
    place = postal.lookup("1000001")
    assert place is not None
    assert (place.prefecture, place.prefecture_code, place.city, place.town) == (
        "東京都",
        "13",
        "千代田区",
        "千代田",
    )
    assert not place.is_office
    assert postal.format_postal_code("1000001") == "100-0001"


def test_a_code_that_lies_in_two_prefectures_answers_with_both():
    place = postal.lookup("4980000")
    assert place is not None
    assert place.prefecture_codes == {"23", "24"}


def test_a_code_of_one_large_receiver_is_an_office():
    place = postal.lookup("0608621")
    assert place is not None
    assert place.is_office
    assert place.prefecture_code == "01"


def test_a_code_that_does_not_exist_has_no_place():
    assert postal.lookup("0000000") is None


def test_prefectures_read_by_area_are_those_of_each_code():
    listed = "SELECT code, instr(data, '\"alternates\": [{') FROM postal_data UNION ALL SELECT code, 0 FROM office_data"
    rows = postal._connection().execute(listed).fetchall()
    # All that lie in several places, and every twentieth of the others.
    asked = [code for n, (code, has_alternates) in enumerate(rows) if has_alternates or n % 20 == 0]

    for code in asked:
        place = postal.lookup(code)
        assert place is not None
        assert postal.prefecture_codes(code) == place.prefecture_codes
    assert [postal.prefecture_codes(code) for code in ("0000000", "9999999")] == [None, None]


def test_threads_look_up_with_connections_of_their_own():
    codes = ["1000002", "5300001", "0600001", "9000015"] * 4
    with ThreadPoolExecutor(4) as pool:
        found = [place.prefecture_code for place in pool.map(postal.lookup, codes) if place]
    assert found == ["13", "27", "01", "47"] * 4


def test_a_prefecture_has_its_cities_with_their_towns():
    tokyo = postal.towns("東京都")
    assert {"丸の内", "大手町"} <= tokyo["千代田区"]
    assert len(tokyo) == 62
    assert postal.towns("東京") == {}
