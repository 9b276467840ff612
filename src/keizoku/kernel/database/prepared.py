"""Statements that run thousands of times: prepared once a connection, their results sent in binary.

Django's own cursors put values into the text and have it planned anew each time; for a window of deliveries that costs
more than the work itself. Only for statements of our own with named parameters, on the default connection. A list goes as
``array(…)``: the driver's conversion of five hundred elements takes longer than the database's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from django.db import connection

_PREPARE_AFTER = 5


def fetch(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows. Raises Django's own database errors."""
    with _cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(statement.encode(), parameters, prepare=True)
        return cursor.fetchall()


def change(statement: str, parameters: Mapping[str, Any]) -> int:
    """How many rows it touched."""
    with _cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(statement.encode(), parameters, prepare=True)
        return cursor.rowcount


def held() -> psycopg.Connection[Any]:
    """This thread's connection itself: within an event loop Django would find another one, and refuse to open it."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    return raw


def array(values: Iterable[float]) -> str:
    """Numbers as an array's text; the statement names its type (``%(ids)s::bigint[]``)."""
    return f"{{{','.join(map(str, values))}}}"


def text_array(values: Iterable[str]) -> str:
    """Words as an array's text, each quoted."""
    return f"{{{','.join(map(_quoted, values))}}}"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    if connection.connection is None:
        connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = _PREPARE_AFTER  # Django switches preparing off; its own cursors never prepare
    cursor: psycopg.Cursor[tuple[Any, ...]] = psycopg.Cursor(raw)
    cursor.format = psycopg.pq.Format.BINARY
    return cursor
