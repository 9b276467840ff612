"""The fields of audiences in the groups in which people look for them, and what helps to choose among them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keizoku.kernel.conditions import Field, Fields


@dataclass(frozen=True, slots=True)
class FieldGroup:
    label: str
    fields: tuple[Field, ...]


_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "リスクと期日": (
        "level",
        "points",
        "is_provisional",
        "due_on",
        "planned_on",
        "confirmed_on",
        "simplified",
    ),
    "お客さま": (
        *("kind", "birth_year", "birth_month", "prefecture", "nationality", "residence_expires_on"),
        *("occupation", "purpose", "products", "branch", "opened_on", "foreign_remittance"),
    ),
    "これまでの連絡と回答": (
        *(
            "contacted_on",
            "contacted_line_on",
            "contacted_email_on",
            "contacted_sms_on",
            "contacted_letter_on",
        ),
        *(
            "answered_on",
            "silences",
            "selected_in",
            "contacted_in",
            "answered_in",
            "silent_in",
            "silent_follow_up",
        ),
        "in_review",
    ),
    "連絡できるか": (
        *("has_mobile", "has_email", "phone_state", "email_state", "address_state"),
        *("stopped_channels", "opted_out"),
    ),
}
_BEGINNINGS: Final = {"consent_": "同意", "confirmed_": "値を最後に確かめた日"}
OTHERS: Final = "追加の項目"

HELP: Final[Mapping[str, str]] = {
    "level": "承認された評価表による、いまのリスクです。",
    "is_provisional": "足りない項目があるまま評価した方です。",
    "due_on": "次に確認をお願いする期日です。過ぎた日も「以内」に含みます。",
    "planned_on": "1日の上限にそろえた、連絡の予定日です。",
    "confirmed_on": "勘定系にある最終確認日です。一度も確認していない方には、日付がありません。",
    "contacted_on": "手段を問わず、受け付けられた連絡の日です。届いたか不明の連絡を含みます。送信から1分ほどで入ります。",
    "answered_on": "最後に回答が送られた日です。一度も回答のない方には、日付がありません。",
    "silences": "最後の回答のあと、期限までに回答がなかった確認の数です。お願いしたことのない方には、数がありません。",
    "selected_in": "そのキャンペーンで確認が開かれた方です。送らなかった方も含みます。",
    "contacted_in": "そのキャンペーンで、1回以上の連絡が受け付けられた方です。",
    "answered_in": "そのキャンペーンの確認に回答した方です。審査中や否認を含みます。",
    "silent_in": "そのキャンペーンの期限までに回答がなかった方です。",
    "in_review": "回答待ち、審査待ちなど、終わっていない確認がある方です。",
    "phone_state": "到達確認済みは、届いた証拠のある番号です。不達は、届かなかったと知らされた番号です。",
    "email_state": "到達確認済みは、届いた証拠のあるアドレスです。不達は、届かなかったと知らされたものです。",
    "stopped_channels": "その手段での連絡への同意を撤回した方です。",
    "opted_out": "すべての連絡を止めるお申し出がある方です。送信の対象からは、いつも外れます。",
    "branch": "3桁の番号です。2つ以上は「、」で区切ります。",
    "nationality": "国名か3文字のコードです。2つ以上は「、」で区切ります。",
}


def grouped(fields: Fields) -> list[FieldGroup]:
    """All ``fields``, each in one group; those that compliance added stand last, by their names."""
    known = {name: label for label, names in _GROUPS.items() for name in names}
    found: dict[str, list[Field]] = {label: [] for label in (*_GROUPS, *_BEGINNINGS.values(), OTHERS)}
    for name, field in fields.items():
        beginning = next((label for start, label in _BEGINNINGS.items() if name.startswith(start)), OTHERS)
        found[known.get(name, beginning)].append(field)
    order = {name: place for place, name in enumerate(known)}
    return [
        FieldGroup(label, tuple(sorted(members, key=lambda field: order.get(field.name, 0))))
        for label, members in found.items()
        if members
    ]
