"""What pydantic finds wrong with a request, as places with a sentence in both languages. Values are never repeated."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from keizoku.api.problems import Place, Words

_WORDS: Final[dict[str, Words]] = {
    "missing": Words("必要な項目がありません。", "This field is required."),
    "extra_forbidden": Words("この項目はありません。名前を確かめてください。", "There is no such field."),
    "json_invalid": Words("JSON として読めません。", "This is not valid JSON."),
    "string_type": Words("文字列で送ってください。", "Send a string."),
    "string_too_short": Words(
        "短すぎます（{min_length}文字以上）。", "Too short ({min_length} characters at least)."
    ),
    "string_too_long": Words(
        "長すぎます（{max_length}文字まで）。", "Too long ({max_length} characters at most)."
    ),
    "string_pattern_mismatch": Words("形が違います。", "This has another form."),
    "int_type": Words("整数で送ってください。", "Send a whole number."),
    "int_parsing": Words("整数で送ってください。", "Send a whole number."),
    "int_from_float": Words("整数で送ってください。", "Send a whole number."),
    "bool_type": Words("true か false で送ってください。", "Send true or false."),
    "bool_parsing": Words("true か false で送ってください。", "Send true or false."),
    "date_from_datetime_parsing": Words(
        "日付を 2026-11-22 の形で送ってください。", "Send a date as 2026-11-22."
    ),
    "date_parsing": Words("日付を 2026-11-22 の形で送ってください。", "Send a date as 2026-11-22."),
    "date_type": Words("日付を 2026-11-22 の形で送ってください。", "Send a date as 2026-11-22."),
    "datetime_parsing": Words("日時を ISO 8601 で送ってください。", "Send an instant in ISO 8601."),
    "datetime_from_date_parsing": Words("日時を ISO 8601 で送ってください。", "Send an instant in ISO 8601."),
    "list_type": Words("配列で送ってください。", "Send an array."),
    "dict_type": Words("オブジェクトで送ってください。", "Send an object."),
    "model_attributes_type": Words("オブジェクトで送ってください。", "Send an object."),
    "model_type": Words("オブジェクトで送ってください。", "Send an object."),
    "too_short": Words("少なすぎます（{min_length}件以上）。", "Too few ({min_length} at least)."),
    "too_long": Words("多すぎます（{max_length}件まで）。", "Too many ({max_length} at most)."),
    "greater_than_equal": Words("小さすぎます（{ge}以上）。", "Too small ({ge} at least)."),
    "less_than_equal": Words("大きすぎます（{le}まで）。", "Too large ({le} at most)."),
    "literal_error": Words("{expected} のどれかにしてください。", "One of {expected}."),
    "enum": Words("{expected} のどれかにしてください。", "One of {expected}."),
}
_OTHERWISE: Final = Words("この値は受け付けられません。", "This value is not accepted.")
# Where ninja looks for a value outside the body → how the pointer begins.
_BEGIN: Final = {"query": "?", "path": "path:", "header": "header:", "form": "/", "file": "/"}


def places_of(errors: Sequence[Mapping[str, Any]]) -> list[Place]:
    """The places of ninja's ``ValidationError.errors``."""
    return [Place(_pointer(error["loc"]), str(error["type"]), _words(error)) for error in errors]


def _pointer(loc: Sequence[str | int]) -> str:
    begin, *path = loc
    if begin == "body":  # the argument's name is no part of the document
        return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path[1:])
    return _BEGIN.get(str(begin), "") + ".".join(str(part) for part in path)


def _words(error: Mapping[str, Any]) -> Words:
    found = _WORDS.get(str(error["type"]), _OTHERWISE)
    told = {name: _plain(value) for name, value in error.get("ctx", {}).items()}
    try:
        return Words(found.ja.format(**told), found.en.format(**told))
    except KeyError:
        return _OTHERWISE


def _plain(value: object) -> str:
    """Pydantic joins its own alternatives by "or"."""
    return str(value).replace(" or ", "、")
