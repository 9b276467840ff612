"""Letters: an alphabet keeps what a field can have, and what the model cannot know is known to be unknowable."""

import numpy as np

from keizoku.vision.text import Alphabet, is_unknowable, may_be_variant
from keizoku.vision.text.homoglyphs import told_apart
from keizoku.vision.text.recogniser import Line, dictionary


def line(*steps):
    """A line of steps, each {character: probability}."""
    places = {sign: at for at, sign in enumerate(dictionary())}
    values = np.zeros((len(steps), len(places)), np.float32)
    for row, step in enumerate(steps):
        for sign, share in step.items():
            values[row, places[sign]] = share
    return Line((), values)


def test_an_alphabet_takes_the_best_that_a_field_can_have_and_tells_how_sure_the_model_was():
    read = line({"O": 0.7, "0": 0.3}, {"": 1.0}, {"1": 0.9}, {"1": 0.8}, {"号": 0.99, "5": 0.001})
    digits = read.within(Alphabet.DIGITS)
    assert digits.text == "01"
    assert [round(letter.confidence, 2) for letter in digits.letters] == [0.3, 0.9]
    assert (digits.letters[0].rival, digits.letters[0].place) == ("O", 0.1)
    assert read.within(Alphabet.DIGITS, 0.3, 1.0).text == "1"


def test_characters_outside_the_dictionary_and_their_sisters_are_doubtful():
    assert all(is_unknowable(sign) for sign in "𠮷濵圡")
    assert not any(is_unknowable(sign) for sign in "吉浜土山田")
    sisters = {"崎": "﨑", "吉": "𠮷", "浜": "濵", "土": "圡", "高": "髙", "曽": "曾", "凛": "凜", "郎": "郞"}
    for read, other in sisters.items():
        assert other in may_be_variant(read), read
    assert not any(may_be_variant(sign) for sign in "山田花子佐藤鈴木")


def test_alphabets_hold_what_they_name():
    assert "髙" in Alphabet.NAME
    assert "9" not in Alphabet.NAME
    assert "们" not in Alphabet.JAPANESE  # Chinese alone
    assert "O" not in Alphabet.DATE


def test_look_alikes_are_told_apart_by_their_neighbours():
    assert told_apart("メゾンコ一ポ緑") == "メゾンコーポ緑"
    assert told_apart("丸の内2ー3一4") == "丸の内2-3-4"
    assert told_apart("本町ニ丁目") == "本町二丁目"
    assert told_apart("サニーコー卜緑ヶ丘") == "サニーコート緑ヶ丘"
    assert told_apart("浜田　八ナ") == "浜田　ハナ"
    assert told_apart("八ヶ岳町八ツ橋") == "八ヶ岳町八ツ橋"
