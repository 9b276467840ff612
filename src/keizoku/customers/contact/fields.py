"""The states of contact points as fields that audiences may name, over ``f``; missing where there is no such point. Pure."""

from typing import Final

from keizoku.kernel.conditions import Field, Fields, FieldType, registry

STATE_LABELS: Final = {
    "unverified": "未確認",
    "reachable": "到達確認済み",
    "unreachable": "不達",
    "opted_out": "連絡停止の申し出",
}
_POINTS: Final = {"phone": "電話番号の到達", "email": "メールの到達", "address": "住所の到達"}


def _state(point: str) -> str:
    """By itself, so that an audience pays for it only where it asks."""
    return (
        "(SELECT p.state FROM customers_reachability p "  # noqa: S608 - our own words
        f"WHERE p.customer_id = f.customer_id AND p.channel = '{point}')"
    )


FIELDS: Fields = registry(
    *(
        Field(f"{point}_state", FieldType.TEXT, label, _state(point), STATE_LABELS)
        for point, label in _POINTS.items()
    )
)
