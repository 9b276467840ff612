"""An export damaged anywhere and in any way is found, and what was damaged is named.

The trail has four blocks, a bulk read with its ids and a change of the signing key, so that a flip may hit any kind of
line. Whether a block is judged whole or line by line must make no difference.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest

from keizoku.audit import actions, anchors, key_chain, verifier
from keizoku.audit.tests.trail import REVIEWER, check, exported, findings, write_three

FLIPS = 1000
SEED = 20261122

Trail = list[bytes]
Place = tuple[str, int]  # "block", "entry", "ids" and its number; "header" and "end" and 0


@pytest.fixture
def trail(committed_db) -> Trail:
    write_three()
    actions.seal()
    actions.grant_read(actor=REVIEWER, purpose="一覧の確認", subjects=range(1, 31))
    write_three()
    actions.seal()
    actions.rotate_key(actor=REVIEWER)
    write_three()
    actions.seal()
    lines = exported()
    assert check(lines, public_key=key_chain.current(), anchors=anchors.lines()).is_sound
    return lines


def place_of(line: bytes) -> Place:
    content = json.loads(line)
    kind = content["kind"]
    number = {"block": "number", "entry": "id", "ids": "entry"}.get(kind)
    return kind, content[number] if number else 0


def names(found: list[tuple[str, int | None, int | None]], place: Place, block: int) -> bool:
    """Whether the findings tell of what was damaged: the entry itself, or its block, or the file's frame."""
    kind, number = place
    if kind in {"entry", "ids"}:
        return any(entry == number or (within == block and entry is None) for _, within, entry in found)
    if kind == "block":  # of the last one, gone: "after the block before it something is cut off"
        return (
            any(within == number for _, within, _ in found) or ("file_truncated", number - 1, None) in found
        )
    return {code for code, _, _ in found} & {"header_altered", "end_altered", "file_truncated"} != set()


def blocks_of(lines: Trail) -> list[int]:
    """For each line, the block it belongs to."""
    current, blocks = 0, []
    for line in lines:
        kind, number = place_of(line)
        current = number if kind == "block" else current
        blocks.append(current)
    return blocks


def flips(whole: bytes) -> Iterator[tuple[int, bytes]]:
    """Seeded: where a bit was turned, and the bytes with it turned."""
    chance = Random(SEED)
    for _ in range(FLIPS):
        at, bit = chance.randrange(len(whole)), chance.randrange(8)
        damaged = bytearray(whole)
        damaged[at] ^= 1 << bit
        yield at, bytes(damaged)


def split(content: bytes) -> Trail:
    """As a file is read: each line with its newline, the last perhaps without."""
    lines = content.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def test_a_thousand_turned_bits_are_all_found_and_named(trail):
    whole = b"".join(trail)
    places, blocks = [place_of(line) for line in trail], blocks_of(trail)
    ends = [sum(map(len, trail[: count + 1])) for count in range(len(trail))]
    unnamed = []
    for at, damaged in flips(whole):
        line = next(number for number, end in enumerate(ends) if at < end)
        if not names(findings(split(damaged)), places[line], blocks[line]):
            unnamed.append((at, places[line]))
    assert unnamed == []


def test_judging_a_block_whole_finds_the_same_as_line_by_line(trail, monkeypatch):
    whole = b"".join(trail)
    damaged = [split(one) for number, (_, one) in enumerate(flips(whole)) if number % 5 == 0]
    at_once = [findings(lines) for lines in damaged]
    monkeypatch.setattr(verifier._Block, "holds", lambda self, lines: False)
    assert [findings(lines) for lines in damaged] == at_once
    assert findings(trail) == []


def test_whole_blocks_are_judged_at_once(trail, monkeypatch):
    read = []
    original = verifier._Trail._read_one
    monkeypatch.setattr(
        verifier._Trail,
        "_read_one",
        lambda self, number, raw: (read.append(raw), original(self, number, raw)),
    )
    assert findings(trail) == []
    assert {place_of(raw)[0] for raw in read} == {"header", "block", "end"}


def test_a_removed_line_is_named(trail):
    blocks = blocks_of(trail)
    for at, line in enumerate(trail):
        found = findings(trail[:at] + trail[at + 1 :])
        assert names(found, place_of(line), blocks[at]), (place_of(line), found)


def test_an_inserted_line_is_found_wherever_it_stands(trail):
    foreign = [line for line in trail if place_of(line)[0] in {"entry", "ids", "block"}]
    made_up = json.loads(next(line for line in trail if place_of(line)[0] == "entry")) | {"id": 999_999}
    for new in [*foreign[:3], verifier.canonical(made_up) + b"\n", b"{}\n", b"\n", b"x\n"]:
        for at in range(len(trail) + 1):
            found = findings([*trail[:at], new, *trail[at:]])
            assert found, (at, new[:40])


def test_an_inserted_entry_is_named_with_its_block(trail):
    made_up = json.loads(next(line for line in trail if place_of(line)[0] == "entry")) | {"id": 999_999}
    new = verifier.canonical(made_up) + b"\n"
    first = next(at for at, line in enumerate(trail) if place_of(line)[0] == "entry")
    assert findings([*trail[:first], new, *trail[first:]]) == [("entry_inserted", 1, 999_999)]


def test_two_lines_exchanged_are_found_however_far_apart(trail):
    for one in range(len(trail)):
        for other in range(one + 1, len(trail)):
            changed = list(trail)
            changed[one], changed[other] = changed[other], changed[one]
            assert findings(changed), (place_of(trail[one]), place_of(trail[other]))


def test_two_whole_blocks_exchanged_are_named(trail):
    blocks = blocks_of(trail)
    parts = {
        number: [line for line, block in zip(trail[:-1], blocks, strict=False) if block == number]
        for number in (1, 2, 3, 4)
    }
    changed = [trail[0], *parts[2], *parts[1], *parts[3], *parts[4], trail[-1]]
    found = findings(changed)
    assert ("block_removed", 1, None) in found
    assert ("block_inserted", 1, None) in found


def test_a_cut_at_every_line_and_within_every_line_is_found(trail):
    for kept in range(1, len(trail)):
        assert "file_truncated" in {code for code, _, _ in findings(trail[:kept])}, kept
        within = [*trail[:kept], trail[kept][: len(trail[kept]) // 2]]
        assert findings(within), kept
        without_newline = [*trail[:kept], trail[kept][:-1]]
        assert findings(without_newline), kept


def test_blocks_cut_out_of_the_middle_or_the_beginning_are_named(trail):
    blocks = blocks_of(trail)
    for gone in (1, 2, 3):
        left = [line for line, block in zip(trail[:-1], blocks[:-1], strict=True) if block != gone]
        assert ("block_removed", gone, None) in findings([*left, trail[-1]])


def test_an_old_export_passed_for_new_is_named_by_anchors_of_today(trail):
    assert findings(trail, anchors=anchors.lines()) == []
    later = json.loads(anchors.lines()[-1]) | {"number": 99, "digest": "ab" * 32}
    written = datetime.fromisoformat(json.loads(trail[0])["written_at"])
    later["anchored_at"] = (written + timedelta(days=30)).isoformat(timespec="microseconds")
    today = [*anchors.lines(), verifier.canonical(later) + b"\n"]
    assert findings(trail, anchors=today) == [("export_old", 4, None)]
    assert findings(trail, anchors=today, written_on=written.date().isoformat()) == []
    assert findings(trail, written_on="2020-01-01") == [("export_old", None, None)]


def test_an_old_export_with_a_new_date_is_named(trail):
    header = json.loads(trail[0])
    header["written_at"] = "2099-01-01T00:00:00.000000+00:00"
    changed = [verifier.canonical(header) + b"\n", *trail[1:]]
    assert findings(changed) == [("header_altered", None, None)]
