"""Pages by key set: the next page begins behind the last row, however many rows came meanwhile.

A cursor is opaque and signed; it says behind which key to go on and belongs to one list with one set of filters. It holds
ids and days, never personal data.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar

from django.core import signing
from ninja import Field

from keizoku.api.problems import Place, Stopped, Words, invalid

MOST: Final = 200
USUAL: Final = 50
_SALT: Final = "keizoku.api.cursor"
Limit = Annotated[int, Field(ge=1, le=MOST)]
Row = TypeVar("Row")


def read(cursor: str | None, of: str, filters: object) -> list[Any] | None:
    """Behind which key to go on; None for the first page.

    Raises:
        Stopped: not one of our cursors, or one of another list or other filters.
    """
    if not cursor:
        return None
    try:
        said, key = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        raise _refused() from None
    if said != _mark(of, filters):
        raise _refused()
    assert isinstance(key, list)
    return key


def page(
    rows: Sequence[Row], limit: int, key: Callable[[Row], Sequence[Any]], of: str, filters: object
) -> tuple[list[Row], str | None]:
    """Of ``limit + 1`` rows the page and the cursor of the next one; None on the last."""
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return shown, None
    return shown, signing.dumps([_mark(of, filters), list(key(shown[-1]))], salt=_SALT)


def _mark(of: str, filters: object) -> str:
    return hashlib.sha256(f"{of}|{filters!r}".encode()).hexdigest()[:16]


def _refused() -> Stopped:
    words = Words(
        "このカーソルは使えません。同じ条件の前の答えの next を、そのまま送ってください。",
        "This cursor is not ours, or of another list; send the next of the answer before, with the same filters.",
    )
    return Stopped(invalid([Place("?cursor", "api.cursor_refused", words)]))
