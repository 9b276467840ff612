"""What one version changed against another, in words."""

from dataclasses import dataclass

from keizoku.customers.attributes.rules.definition import TYPE_WORDS, Choice, Definition, Type


@dataclass(frozen=True, slots=True)
class Change:
    """``old`` and ``new`` are empty where there was or is nothing."""

    what: str
    old: str
    new: str


def changes(old: Definition | None, new: Definition) -> tuple[Change, ...]:
    """All differences; of a first version everything that it says."""
    before = _said(old) if old else {}
    after = _said(new)
    return tuple(
        Change(what, before.get(what, ""), after.get(what, ""))
        for what in dict.fromkeys([*after, *before])
        if before.get(what, "") != after.get(what, "")
    )


def _said(definition: Definition) -> dict[str, str]:
    said = {
        "名称": definition.label,
        "英語の名称": definition.english,
        "種類": TYPE_WORDS[definition.type],
        "説明": definition.help,
    }
    if definition.type is Type.NUMBER:
        said["範囲"] = f"{definition.least:,}から{definition.most:,}まで"
    said |= {f"選択肢 {choice.value}": _choice_words(choice) for choice in definition.choices}
    return said | {"廃止": "廃止する" if definition.is_retired else ""}


def _choice_words(choice: Choice) -> str:
    return f"{choice.label}（終了）" if choice.is_closed else choice.label
