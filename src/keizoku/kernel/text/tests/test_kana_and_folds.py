"""Kana, hyphens, digits, variant kanji and folded names."""

from hypothesis import given
from hypothesis import strategies as st

from keizoku.kernel.text import digits, hyphen, itaiji, kana, names

VOICED = [f"{letter}ﾞ" for letter in "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎｳ"] + [f"{letter}ﾟ" for letter in "ﾊﾋﾌﾍﾎ"]
PLAIN = list("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ･ ")
HALF_WIDTH = st.lists(st.sampled_from(PLAIN + VOICED)).map("".join)


def test_voiced_half_width_kana_become_one_letter():
    assert kana.full_width("ﾔﾏﾀﾞ ﾀﾛｳ") == "ヤマダ タロウ"
    assert kana.full_width("ﾋﾟｰﾀｰ･ｳﾞｧﾝ") == "ピーター・ヴァン"
    assert kana.half_width("ヤマダ タロウ") == "ﾔﾏﾀﾞ ﾀﾛｳ"


def test_letters_without_a_half_width_twin_take_the_nearest():
    assert kana.half_width("ヰヱヮ") == "ｲｴﾜ"


def test_hiragana_becomes_katakana_and_kanji_stay():
    assert kana.katakana("やまだ太郎ﾊﾅｺ") == "ヤマダ太郎ハナコ"


def test_readings_compare_equal_with_and_without_small_letters():
    assert kana.fold("ショウジ") == kana.fold("ｼﾖｳｼﾞ") == kana.fold("しょうじ") == "シヨウジ"


@given(HALF_WIDTH)
def test_half_width_kana_survive_the_round_trip(text: str):
    assert kana.half_width(kana.full_width(text)) == text


@given(st.text())
def test_folding_a_reading_twice_changes_nothing(text: str):
    assert kana.fold(kana.fold(text)) == kana.fold(text)


def test_every_dash_between_digits_is_one_hyphen():
    for dash in "‐‑–—−ー－ｰ～":
        assert hyphen.fold(f"03{dash}1234{dash}5678") == "03-1234-5678"


@given(st.text(alphabet="0123456789"))
def test_digits_survive_the_round_trip(text: str):
    assert digits.ascii_digits(digits.full_width_digits(text)) == text


def test_only_ascii_digits_of_the_right_length_count_as_digits():
    assert digits.is_digits("012", 3)
    assert not digits.is_digits("01", 3)
    assert not digits.is_digits("①23", 3)
    assert not digits.is_digits("１２３", 3)


def test_variants_of_common_names_fold_to_one_shape():
    pairs = {
        "髙橋": "高橋",
        "山﨑": "山崎",
        "渡邉": "渡辺",
        "渡邊": "渡辺",
        "濵田": "浜田",
        "濱田": "浜田",
        "齋藤": "斉藤",
        "齊藤": "斉藤",
        "斎藤": "斉藤",
        "𠮷田": "吉田",
        "德永": "徳永",
        "栁田": "柳田",
        "澤田": "沢田",
        "廣瀨": "広瀬",
        "葛\U000e0100城": "葛城",
    }
    assert {name: itaiji.fold(name) for name in pairs} == pairs


def test_the_table_has_at_least_eighty_pairs_and_no_folded_shape_is_a_variant():
    table = itaiji._FOLD
    assert len(table) >= 80
    assert all(ord(folded) not in table for folded in table.values())


def test_different_names_stay_different():
    assert itaiji.fold("畑山") != itaiji.fold("畠山")
    assert itaiji.fold("太田") != itaiji.fold("大田")


@given(st.text())
def test_folding_variants_twice_changes_nothing(text: str):
    assert itaiji.fold(itaiji.fold(text)) == itaiji.fold(text)


def test_a_name_folds_without_spaces_width_or_variant():
    assert names.fold("髙橋　一郎") == names.fold("高橋 一郎") == names.fold("高橋一郎") == "高橋一郎"
    assert names.fold("ＮＧＵＹＥＮ Van") == "nguyenvan"
    assert names.words(" 山田　 太郎 ") == ("山田", "太郎")


@given(st.text())
def test_folding_a_name_twice_changes_nothing(text: str):
    assert names.fold(names.fold(text)) == names.fold(text)
