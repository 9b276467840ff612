"""The states of a file that somebody brought in the browser. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class UploadState(StrEnum):
    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"


UPLOAD_WORDS: Final = {
    UploadState.RECEIVED: "列の対応待ち",
    UploadState.CHECKING: "試し読み中",
    UploadState.CHECKED: "試し読み済み",
    UploadState.IMPORTING: "取込中",
    UploadState.DONE: "完了",
    UploadState.FAILED: "失敗",
    UploadState.DISCARDED: "取りやめ",
}
# Another sheet of a workbook asks for its columns anew.
UPLOAD_TRANSITIONS: Final[dict[UploadState, frozenset[UploadState]]] = {
    UploadState.RECEIVED: frozenset({UploadState.CHECKING, UploadState.DISCARDED, UploadState.FAILED}),
    UploadState.CHECKING: frozenset({UploadState.CHECKED, UploadState.FAILED}),
    UploadState.CHECKED: frozenset(
        {
            UploadState.RECEIVED,
            UploadState.CHECKING,
            UploadState.IMPORTING,
            UploadState.DISCARDED,
            UploadState.FAILED,
        }
    ),
    UploadState.IMPORTING: frozenset({UploadState.DONE, UploadState.FAILED}),
    UploadState.DONE: frozenset(),
    UploadState.FAILED: frozenset(),
    UploadState.DISCARDED: frozenset(),
}
AT_WORK: Final = (UploadState.CHECKING, UploadState.IMPORTING)
# The sweeper fails what is older, and deletes its file.
UPLOAD_AGES: Final = {
    UploadState.RECEIVED: timedelta(days=7),
    UploadState.CHECKING: timedelta(hours=6),
    UploadState.CHECKED: timedelta(days=7),
    UploadState.IMPORTING: timedelta(hours=6),
}
