"""Rows in PostgreSQL's binary COPY format, packed here so that a process without a connection can make them.

Pure. Layout by the manual (COPY, "Binary Format"): a header, then per row the number of columns and each column as its
length and bytes. Every function returns one column, length first.
"""

import json
import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"
TRUE: Final = b"\0\0\0\1\1"
FALSE: Final = b"\0\0\0\1\0"

_JSONB_VERSION: Final = b"\1"
# PostgreSQL counts days and microseconds from here.
_FIRST_DAY: Final = date(2000, 1, 1).toordinal()
_FIRST_INSTANT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_pack_bigint = struct.Struct(">iq").pack
_pack_two_bigints = struct.Struct(">hiqiq").pack
_pack_integer = struct.Struct(">ii").pack
_pack_smallint = struct.Struct(">ih").pack
_pack_length = struct.Struct(">i").pack
_pack_columns = struct.Struct(">h").pack


def row(*columns: bytes) -> bytes:
    """One row out of its packed columns."""
    return _pack_columns(len(columns)) + b"".join(columns)


def columns(count: int) -> bytes:
    """What begins a row of so many columns, for rows joined by hand."""
    return _pack_columns(count)


def bigint(value: int) -> bytes:
    return _pack_bigint(8, value)


def name_token(token: int, customer_id: int) -> bytes:
    """A whole row of two big integers: by far the most rows of an import."""
    return _pack_two_bigints(2, 8, token, 8, customer_id)


def integer(value: int) -> bytes:
    return _pack_integer(4, value)


def smallint(value: int) -> bytes:
    return _pack_smallint(2, value)


def boolean(value: bool) -> bytes:  # noqa: FBT001 - a column's value
    return TRUE if value else FALSE


def blob(value: bytes | None) -> bytes:
    return NULL if value is None else _pack_length(len(value)) + value


def text(value: str) -> bytes:
    return blob(value.encode())


@lru_cache(maxsize=4096)
def code(value: str) -> bytes:
    """A text that many rows share. Never one that tells of a person: it is remembered."""
    return text(value)


@lru_cache(maxsize=65_536)
def day(value: date | None) -> bytes:
    return NULL if value is None else _pack_integer(4, value.toordinal() - _FIRST_DAY)


def instant(value: datetime) -> bytes:
    """A ``timestamptz``; ``value`` is aware."""
    passed = value - _FIRST_INSTANT
    return _pack_bigint(8, (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds)


def jsonb(value: object) -> bytes:
    return jsonb_text(json.dumps(value, ensure_ascii=False))


def jsonb_text(written: str) -> bytes:
    """A value that is JSON already."""
    return blob(_JSONB_VERSION + written.encode())


@lru_cache(maxsize=4096)
def codes(values: Sequence[str]) -> bytes:
    """A JSON list of texts that many rows share."""
    return jsonb(values)
