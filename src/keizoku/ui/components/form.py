"""Fields, choices, dates, buttons and the summary of what is wrong.

Identifiers follow one rule, so that a summary can link to a field by its name alone: the field ``phone`` has the id
``id_phone``, its hint ``id_phone_hint``, its error ``id_phone_error``. In a group, ``id_<name>`` is the first choice.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypedDict

Errors = Mapping[str, object]
Choice = tuple[str, str] | tuple[str, str, str]

YES_NO: tuple[Choice, ...] = (("yes", "はい"), ("no", "いいえ"))
ERAS = (("", "西暦"), ("昭和", "昭和"), ("平成", "平成"), ("令和", "令和"), ("大正", "大正"))


def field_id(name: str) -> str:
    return f"id_{name}"


def first_message(message: object) -> str:
    """One sentence from a string or from a list of them (Django's forms give lists)."""
    if isinstance(message, str):
        return message
    if not isinstance(message, Iterable):
        return "" if message is None else str(message)
    return next((str(each) for each in message), "")


def error_for(errors: Errors | None, name: str) -> str:
    """The message of one field, or an empty string."""
    return first_message(errors.get(name, "")) if errors else ""


def described_by(name: str, *, hint: str, error: str) -> str:
    parts = [f"{field_id(name)}_hint"] if hint else []
    if error:
        parts.append(f"{field_id(name)}_error")
    return " ".join(parts)


class FieldContext(TypedDict):
    name: str
    id: str
    label: str
    value: str
    hint: str
    example: str
    error: str
    described_by: str
    kind: str
    inputmode: str
    autocomplete: str
    maxlength: int | None
    rows: int | None
    width: str
    suffix: str
    is_required: bool
    is_code: bool
    is_heading: bool
    is_first: bool
    options: Sequence[Choice]


def field(
    name: str,
    label: str,
    *,
    value: object = "",
    hint: str = "",
    example: str = "",
    error: object = "",
    kind: str = "text",
    inputmode: str = "",
    autocomplete: str = "off",
    maxlength: int | None = None,
    rows: int | None = None,
    width: str = "",
    suffix: str = "",
    required: bool = True,
    code: bool = False,
    heading: bool = False,
    autofocus: bool = False,
    options: Sequence[Choice] = (),
    known_as: str = "",
) -> FieldContext:
    """One labelled input; a textarea when ``rows`` is given, a select when ``options`` are.

    ``code`` writes the value large and spaced; ``heading`` makes the label the page's h1;
    ``autofocus`` puts the cursor there, for staff with somebody on the line. ``known_as`` gives the id in the
    name's stead, where several forms of one page have a field of this name.
    """
    message = first_message(error)
    own = known_as or name
    return {
        "name": name,
        "id": field_id(own),
        "label": label,
        "value": "" if value is None else str(value),
        "hint": hint,
        "example": example,
        "error": message,
        "described_by": described_by(own, hint=hint or example, error=message),
        "kind": kind,
        "inputmode": inputmode,
        "autocomplete": autocomplete,
        "maxlength": maxlength,
        "rows": rows,
        "width": width,
        "suffix": suffix,
        "is_required": required,
        "is_code": code,
        "is_heading": heading,
        "is_first": autofocus,
        "options": options,
    }


class Option(TypedDict):
    id: str
    value: str
    label: str
    hint: str
    is_chosen: bool


def choice_options(name: str, choices: Iterable[Choice], chosen: Collection[str]) -> list[Option]:
    """Options of a group; the first carries the group's own id, where the error summary leads."""
    return [
        {
            "id": field_id(name) if place == 1 else f"{field_id(name)}_{place}",
            "value": str(choice[0]),
            "label": str(choice[1]),
            "hint": str(choice[2]) if len(choice) > 2 else "",  # noqa: PLR2004 - (value, label, hint)
            "is_chosen": str(choice[0]) in chosen,
        }
        for place, choice in enumerate(choices, start=1)
    ]


class GroupContext(TypedDict):
    name: str
    id: str
    legend: str
    hint: str
    error: str
    described_by: str
    input_type: str
    options: list[Option]
    is_heading: bool


def choices(
    name: str,
    legend: str,
    options: Iterable[Choice],
    *,
    value: object = "",
    hint: str = "",
    error: object = "",
    multiple: bool = False,
    heading: bool = False,
) -> GroupContext:
    """A group of radio buttons, or of check boxes when ``multiple``; ``heading`` makes its legend the page's h1."""
    message = first_message(error)
    chosen = {str(each) for each in value} if isinstance(value, list | tuple | set) else {str(value)}
    if value is None or value == "":
        chosen = set()
    return {
        "name": name,
        "id": field_id(name),
        "legend": legend,
        "hint": hint,
        "error": message,
        "described_by": described_by(name, hint=hint, error=message),
        "input_type": "checkbox" if multiple else "radio",
        "options": choice_options(name, options, chosen),
        "is_heading": heading,
    }


def yes_no(
    name: str, legend: str, *, value: object = "", hint: str = "", error: object = "", heading: bool = False
) -> GroupContext:
    """はい or いいえ, neither chosen beforehand; values ``yes`` and ``no``."""
    return choices(name, legend, YES_NO, value=value, hint=hint, error=error, heading=heading)


def known_or_changed(
    name: str,
    legend: str,
    known: str,
    *,
    value: object = "",
    hint: str = "",
    error: object = "",
    heading: bool = True,
) -> GroupContext:
    """「変わりありません」 with the masked known value, or 「変わりました」; values ``same`` and ``changed``.

    Neither is chosen beforehand: a tired person must not confirm an old address by pressing 次へ.
    """
    options = (("same", "変わりありません", f"いまの登録：{known}"), ("changed", "変わりました"))
    return choices(name, legend, options, value=value, hint=hint, error=error, heading=heading)


class DatePart(TypedDict):
    name: str
    id: str
    label: str
    value: str
    width: str
    maxlength: int
    is_wrong: bool


class DateContext(TypedDict):
    legend: str
    hint: str
    example: str
    error: str
    described_by: str
    parts: list[DatePart]
    era_name: str
    era_id: str
    eras: Sequence[tuple[str, str]]
    era: str


def birth_date(
    legend: str,
    *,
    year: object = "",
    month: object = "",
    day: object = "",
    era: str = "",
    errors: Errors | None = None,
    prefix: str = "birth",
    name: str = "",
    hint: str = "",
    example: str = "",
) -> DateContext:
    """A date as three numbers. ``<prefix>_era`` is 西暦 (empty) or a Japanese era; the reader of the form joins them.

    A group has one message: the first found under ``<prefix>_year``, ``_month``, ``_day``, or under the whole date's
    own ``name`` (``<prefix>_date`` unless given), which leads to the group's first control.
    """
    name = name or f"{prefix}_date"
    fields = [f"{prefix}_year", f"{prefix}_month", f"{prefix}_day"]
    whole = error_for(errors, name)
    message = next(filter(None, (error_for(errors, part) for part in fields)), whole)
    given = ((year, "年", "input-4", 4), (month, "月", "input-2", 2), (day, "日", "input-2", 2))
    return {
        "legend": legend,
        "hint": hint,
        "example": example,
        "error": message,
        "described_by": described_by(fields[0], hint=hint or example, error=message),
        "parts": [
            {
                "name": part,
                "id": field_id(part),
                "label": label,
                "value": "" if value is None else str(value),
                "width": width,
                "maxlength": length,
                "is_wrong": bool(whole or error_for(errors, part)),
            }
            for part, (value, label, width, length) in zip(fields, given, strict=True)
        ],
        "era_name": f"{prefix}_era",
        "era_id": field_id(name),
        "eras": ERAS,
        "era": era,
    }


class ButtonContext(TypedDict):
    label: str
    kind: str
    url: str
    name: str
    value: str
    is_disabled: bool


def button(
    label: str,
    *,
    kind: str = "primary",
    url: str = "",
    name: str = "",
    value: str = "",
    disabled: bool = False,
) -> ButtonContext:
    """A submit button, or a link that looks like one when ``url`` is given. Kinds: primary secondary danger quiet."""
    return {"label": label, "kind": kind, "url": url, "name": name, "value": value, "is_disabled": disabled}


class SummaryLine(TypedDict):
    target: str
    message: str


def error_summary(errors: Errors | None) -> dict[str, list[SummaryLine]]:
    """All messages, each linked to its field; the key ``__all__`` stands for the whole form and links nowhere."""
    return {
        "lines": [
            {"target": "" if name == "__all__" else f"#{field_id(name)}", "message": first_message(message)}
            for name, message in (errors or {}).items()
            if first_message(message)
        ]
    }
