"""Actors as people read them: staff by name, parts of the system and customers by what they are."""

from collections.abc import Collection, Mapping
from typing import Final

from keizoku.accounts import queries as accounts
from keizoku.ui.speaking import plainly

PARTS: Final = {
    "planner": "連絡の手順",
    "delivery": "送信",
    "portal": "お客さまの画面",
    "silent": "回答のない方の記録",
    "campaigns": "キャンペーン",
    "reviews.sweeper": "期限の見回り",
    "reviews.paper": "紙の回答の見回り",
    "phone_desk": "電話窓口の見回り",
    "reviews.policy": "自動承認の決まり",
    "retention": "廃棄",
    "nightly": "夜間の処理",
    "tasks.sweeper": "期限の見回り",
    "risk": "評価",
    "cli": "コマンド",
    "sign_in": "サインイン",
    "setup": "準備",
    "setup-approval": "準備",
    "command_line": "コマンド",
}


def actor_names(actors: Collection[str]) -> Mapping[str, str]:
    """``"staff:3"`` → the name; every actor given has an entry. One query."""
    ids = {int(number) for kind, _, number in map(_parts, actors) if kind == "staff" and number.isdigit()}
    names = accounts.display_names(ids)
    return {actor: _name(actor, names) for actor in actors}


def _name(actor: str, names: Mapping[int, str]) -> str:
    kind, _, number = _parts(actor)
    if kind == "staff":
        return names.get(int(number)) or plainly(f"職員 {number}") if number.isdigit() else actor
    if kind == "customer":
        return plainly(f"お客さま {number}")
    if kind == "import":
        kind, _, run = number.partition("-")
        return plainly(f"関係の取り込み {run}" if kind == "relations" else f"取り込み {number}")
    return plainly(f"システム（{PARTS.get(number, number)}）") if kind == "system" else actor


def _parts(actor: str) -> tuple[str, str, str]:
    return actor.partition(":")
