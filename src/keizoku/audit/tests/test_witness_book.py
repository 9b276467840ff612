"""A witness never forgets a head and never takes one that does not go on from what it holds."""

import json

import pytest

from keizoku.audit import verifier
from keizoku.audit.outside.witness_book import Book, BookDamaged, NewHead, NotContinued
from keizoku.audit.outside.witness_server import read_request

HERE = "production 2026-01-01"


def digest(number: int, chain: str = "a") -> str:
    return f"{number:02d}".rjust(64, chain)


def heads(first: int, last: int, chain: str = "a") -> list[NewHead]:
    return [NewHead(n, digest(n - 1, chain), digest(n, chain)) for n in range(first, last + 1)]


@pytest.fixture
def places(tmp_path):
    return tmp_path / "heads.jsonl", tmp_path / "key.pem"


@pytest.fixture
def book(places):
    book = Book(*places)
    yield book
    book.close()


def refusal(book: Book, new: list[NewHead]) -> tuple[str, int]:
    before = book._path.read_bytes()
    with pytest.raises(NotContinued) as refused:
        book.keep(HERE, new)
    assert book._path.read_bytes() == before
    return refused.value.code, refused.value.number


def test_heads_are_kept_in_order_each_line_countersigned(book, places):
    line = book.keep(HERE, heads(5, 7))
    assert (line["number"], line["digest"]) == (7, digest(7))
    lines = places[0].read_bytes().splitlines(keepends=True)
    parsed = [verifier.parse(raw, ("witness",)) for raw in lines]
    assert [one["number"] for one in parsed] == [5, 6, 7]
    assert all(verifier.is_witnessed_line(one, book.public_key) for one in parsed)
    assert not verifier.is_witnessed_line(parsed[0] | {"digest": digest(9)}, book.public_key)
    assert places[0].stat().st_mode & 0o777 == places[1].stat().st_mode & 0o777 == 0o600


def test_the_same_heads_again_add_nothing_and_get_the_same_word(book, places):
    first = book.keep(HERE, heads(1, 3))
    size = places[0].stat().st_size
    assert book.keep(HERE, heads(1, 3)) == first
    assert book.keep(HERE, heads(1, 2))["number"] == 2
    assert places[0].stat().st_size == size
    assert book.keep(HERE, heads(2, 4))["number"] == 4  # half of it was known


def test_going_back_is_refused(book):
    book.keep(HERE, heads(5, 7))
    assert refusal(book, heads(6, 7, chain="b")) == ("head_conflict", 6)
    assert refusal(book, heads(4, 5)) == ("head_goes_back", 4)
    assert refusal(book, heads(9, 9)) == ("heads_missing", 9)
    assert refusal(book, [NewHead(8, digest(7, "b"), digest(8, "b"))]) == ("chain_broken", 8)
    assert refusal(book, [heads(8, 8)[0], NewHead(9, digest(1), digest(9))]) == ("chain_broken", 9)


def test_chains_of_two_installations_do_not_mix(book):
    book.keep(HERE, heads(1, 3))
    assert book.keep("demo 2026-02-02", heads(1, 1, chain="b"))["digest"] == digest(1, "b")
    assert book.newest(HERE)["number"] == 3


def test_after_a_restart_it_remembers(book, places):
    book.keep(HERE, heads(1, 3))
    key = book.public_key
    book.close()
    again = Book(*places)
    try:
        assert (again.public_key, again.newest(HERE)["number"]) == (key, 3)
        assert refusal(again, heads(3, 3, chain="b")) == ("head_conflict", 3)
    finally:
        again.close()
        book._handle = __import__("os").open(places[0], 0)  # for the fixture to close


def test_a_line_torn_by_a_kill_is_cut_and_sent_again(places):
    book = Book(*places)
    book.keep(HERE, heads(1, 2))
    book.close()
    whole = places[0].read_bytes()
    places[0].write_bytes(whole[:-10])
    again = Book(*places)
    assert again.newest(HERE)["number"] == 1
    again.keep(HERE, heads(1, 2))
    again.close()
    assert len(places[0].read_bytes().splitlines()) == 2


def test_an_altered_file_is_refused_at_the_start(places):
    book = Book(*places)
    book.keep(HERE, heads(1, 3))
    book.close()
    lines = places[0].read_bytes().splitlines(keepends=True)
    for altered in ([lines[0], lines[2]], [b"x\n", *lines], [lines[1], lines[0]]):
        places[0].write_bytes(b"".join(altered))
        with pytest.raises(BookDamaged):
            Book(*places)


def test_two_witnesses_do_not_write_to_one_file(book, places):
    with pytest.raises(BookDamaged, match="another witness"):
        Book(*places)


@pytest.mark.parametrize(
    "asked",
    [
        b"x",
        b"[]",
        b"{}",
        {"installation": "", "heads": [{"number": 1, "previous": digest(0), "digest": digest(1)}]},
        {"installation": HERE, "heads": []},
        {"installation": HERE, "heads": [{"number": 0, "previous": digest(0), "digest": digest(1)}]},
        {"installation": HERE, "heads": [{"number": True, "previous": digest(0), "digest": digest(1)}]},
        {"installation": HERE, "heads": [{"number": 1, "previous": "x" * 64, "digest": digest(1)}]},
        {"installation": HERE, "heads": [{"number": 1, "previous": digest(0), "digest": None}]},
        {
            "installation": HERE,
            "heads": [{"number": 1, "previous": digest(0), "digest": digest(1)}] * 1001,
        },
    ],
)
def test_a_request_that_is_none_is_refused(asked):
    body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_request(body)
