"""The form of an attribute's draft, as typed; choices stand in one box, a line each: ``value = label | 終了``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from keizoku.console.forms.numbers import whole_number
from keizoku.customers.attributes.rules.definition import TYPE_WORDS, WITH_CHOICES, Definition, Type
from keizoku.customers.errors import AttributeInvalid

TYPES: Final = tuple((kind.value, words) for kind, words in TYPE_WORDS.items())
CLOSED: Final = "終了"
# What a refusal names → the form's field.
_FIELDS: Final = {
    "名前": "name",
    "種類": "type",
    "名称": "label",
    "英語の名称": "english",
    "説明": "help",
    "範囲": "least",
    "疑わしい取引": "not_suspicion",
}


@dataclass(frozen=True, slots=True)
class AttributeForm:
    """``is_known``: the name was approved once, so that name and type stay."""

    name: str = ""
    type: str = Type.CHOICE.value
    label: str = ""
    english: str = ""
    help: str = ""
    choices: str = ""
    least: str = ""
    most: str = ""
    not_suspicion: bool = False
    is_known: bool = False

    @property
    def type_words(self) -> str:
        return dict(TYPES).get(self.type, self.type)

    def document(self) -> dict[str, object]:
        """What ``attributes.rules.reading.read`` judges."""
        document: dict[str, object] = {
            "name": self.name.strip(),
            "type": self.type,
            "label": self.label,
            "english": self.english,
            "help": self.help,
            "about_suspicion": not self.not_suspicion,
        }
        if self.type in {kind.value for kind in WITH_CHOICES}:
            document["choice"] = [_choice(line) for line in self.choices.splitlines() if line.strip()]
        if self.type == Type.NUMBER:
            document |= {"least": _number(self.least), "most": _number(self.most)}
        return document


def read(posted: QueryDict, definition: Definition | None = None) -> AttributeForm:
    """``definition``: the one in force, whose name and type are kept whatever was posted."""
    form = AttributeForm(
        name=posted.get("name", ""),
        type=posted.get("type", ""),
        label=posted.get("label", ""),
        english=posted.get("english", ""),
        help=posted.get("help", ""),
        choices=posted.get("choices", "").replace("\r\n", "\n"),
        least=posted.get("least", ""),
        most=posted.get("most", ""),
        not_suspicion="not_suspicion" in posted,
    )
    if definition is None:
        return form
    return replace(form, name=definition.name, type=definition.type.value, is_known=True)


def of_definition(definition: Definition) -> AttributeForm:
    """What a new version begins with; the word on suspicion is given anew."""
    return AttributeForm(
        name=definition.name,
        type=definition.type.value,
        label=definition.label,
        english=definition.english,
        help=definition.help,
        choices="\n".join(
            f"{choice.value} = {choice.label}{f' | {CLOSED}' if choice.is_closed else ''}"
            for choice in definition.choices
        ),
        least="" if definition.least is None else str(definition.least),
        most="" if definition.most is None else str(definition.most),
        is_known=True,
    )


def errors_of(invalid: AttributeInvalid) -> dict[str, str]:
    """The refusal at the field that it is about."""
    field = "choices" if invalid.place.startswith("選択肢") else _FIELDS.get(invalid.place, "__all__")
    place = f"{invalid.place}：" if field in ("choices", "__all__") else ""
    return {field: f"{place}{invalid.problem}"}


def _choice(line: str) -> dict[str, object]:
    value, _, rest = line.replace("＝", "=").partition("=")
    label, _, mark = rest.replace("｜", "|").partition("|")
    return {"value": value.strip(), "label": label.strip(), "closed": mark.strip() == CLOSED}


def _number(typed: str) -> int | None:
    plain = typed.strip().replace("−", "-")
    number = whole_number(plain.removeprefix("-"))
    return -number if number is not None and plain.startswith("-") else number


def value_options(definition: Definition) -> Sequence[tuple[str, str]]:
    """What a single value of the attribute is chosen from; nothing where it is typed."""
    if definition.type is Type.FLAG:
        return (("", "登録なし"), ("yes", "はい"), ("no", "いいえ"))
    if definition.type is Type.CHOICE:
        return (("", "登録なし"), *((choice.value, choice.label) for choice in definition.offered))
    return ()
