"""What the routes of sight share: a picture that came in a form, opened in the child with limits, or a problem.

Invariants: nothing of a picture is kept or logged; a picture that shows a number which nobody may keep is refused before
anything is read from it, and only that fact is told; no more pictures are worked on at once than leave the process free
for others.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ninja.files import UploadedFile

from keizoku.api import problems
from keizoku.api.access import Key
from keizoku.api.problems import Place, Problem, Stopped, Words

if TYPE_CHECKING:
    from keizoku.vision.mrz import Zone
    from keizoku.vision.pictures import Picture

SCOPE: Final = "vision:use"
# A picture keeps a core busy for about a second, hundreds of times as long as another call.
WEIGHT: Final = 10
MOST_BYTES: Final = 15 * 1024 * 1024
_FORM: Final = 64 * 1024  # what else stands in the form
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_LONGEST_WAIT: Final = 5.0
_UNPROCESSABLE: Final = 422

_FAULTS: Final[dict[str, Words]] = {
    "empty": Words("ファイルが空です。", "The file is empty."),
    "too_many_bytes": Words(
        "写真が大きすぎます（15MBまで）。", "The picture has too many bytes (15 MB at most)."
    ),
    "too_many_pixels": Words(
        "写真の画素が多すぎます（3,000万画素まで）。", "The picture has too many pixels (30 million at most)."
    ),
    "too_small": Words(
        "写真が小さすぎます（64画素以上）。", "The picture is too small (64 pixels at least)."
    ),
    "not_a_picture": Words(
        "JPEG・PNG・WebP・HEICの写真ではありません。", "This is no JPEG, PNG, WebP or HEIC picture."
    ),
    "truncated": Words("写真が途中で切れています。", "The picture ends too early."),
    "damaged": Words("写真が壊れています。", "The picture is damaged."),
    "animated": Words("動く画像は受け付けません。", "A moving picture is not accepted."),
    "polyglot": Words(
        "写真の中に別のファイルが含まれています。", "There is another file within the picture."
    ),
    "too_costly": Words("この写真は開けませんでした。", "Opening the picture costs too much."),
}
_FORBIDDEN: Final[dict[str, Words]] = {
    "individual_number": Words(
        "個人番号（マイナンバー）が写っているため、読まずに捨てました。",
        "The picture shows an Individual Number; it was discarded unread.",
    ),
    "insurance_number": Words(
        "保険者番号などが写っているため、読まずに捨てました。",
        "The picture shows a health insurance number; it was discarded unread.",
    ),
}
_REMEDIES: Final = {
    "fault": Words("撮り直した1枚の写真を、新しい Idempotency-Key で送ってください。", "Send a new picture."),
    "forbidden": Words(
        "番号を隠すか、番号のない面を撮った写真を送ってください。",
        "Cover the number, or send a picture of the side without it.",
    ),
}
BUSY: Final = Problem(
    503,
    "vision.busy",
    Words("混み合っています", "Busy"),
    Words("ほかの写真を処理しています。", "Other pictures are being worked on."),
    Words("少し待って、同じ要求をもう一度送ってください。", "Wait a moment and send the same request again."),
    headers={"Retry-After": "2"},
)


def gate(pictures: int = 1) -> Key:
    """The key's gate of a route that takes so many pictures."""
    return Key(SCOPE, WEIGHT * pictures, MOST_BYTES * pictures + _FORM)


@contextmanager
def turn() -> Iterator[None]:
    """One of the few places at which pictures are worked on.

    Raises:
        Stopped: none became free in time.
    """
    if not _AT_ONCE.acquire(timeout=_LONGEST_WAIT):
        raise Stopped(BUSY)
    try:
        yield
    finally:
        _AT_ONCE.release()


def opened(file: UploadedFile, name: str) -> "Picture":
    """The picture of the form's part ``name``.

    Raises:
        Stopped: it is none that we open, or it shows what may not be kept.
    """
    from keizoku.vision import decoding, documents, pictures  # noqa: PLC0415 - heavy: only who asks for sight waits

    try:
        picture = decoding.opened(file.read(MOST_BYTES + 1))
    except pictures.Refused as refused:
        raise Stopped(_problem(refused.code.value, name, _FAULTS[refused.code.value], "fault")) from None
    forbidden = documents.forbidden(picture)
    if forbidden is not None:
        code = forbidden.number.value
        raise Stopped(_problem(code, name, _FORBIDDEN[code], "forbidden"))
    return picture


def zone_of(picture: "Picture") -> "tuple[Zone, float] | None":
    """The machine-readable zone of the page or card in a picture, whichever way up, and its least sure letter."""
    from keizoku.vision import mrz  # noqa: PLC0415 - as above
    from keizoku.vision.documents import quads  # noqa: PLC0415
    from keizoku.vision.documents.page import page_of  # noqa: PLC0415
    from keizoku.vision.documents.straightening import PASSPORT_PAGE, laid, whole  # noqa: PLC0415

    found = quads.find(picture, most=1)
    sheet = laid(picture, found[0].quad, PASSPORT_PAGE) if found else whole(picture, PASSPORT_PAGE)
    best: tuple[Zone, float] | None = None
    for turned in (sheet, sheet.turned(2)):
        read = mrz.read(page_of(turned))
        if read is not None and (best is None or read[0].is_whole):
            best = (read[0], float(read[2]))
        if best is not None and best[0].is_whole:
            break
    return best


def _problem(code: str, name: str, words: Words, remedy: str) -> Problem:
    full = f"vision.{code}"
    title = problems.invalid(()).title
    return Problem(_UNPROCESSABLE, full, title, words, _REMEDIES[remedy], [Place(f"/{name}", full, words)])
