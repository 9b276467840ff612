"""Facts as answers say them, and those that follow from identity: read alike for writing a record and for trying one out.

Nothing is written here and no row is read. Actions of this room call me, and whoever foresees what a change would do.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from keizoku.customers.codes import Occupation, Purpose
from keizoku.customers.errors import ChangeRefused
from keizoku.kernel.text import postal
from keizoku.kernel.text.phone import read_phone

CHANGEABLE_FACTS: Final = frozenset({"occupation", "purpose", "foreign_remittance", "residence_expires_on"})
# As the residence period of those who may stay without an end is answered; the fact then has no day.
NO_RESIDENCE_LIMIT: Final = "indefinite"


def read_facts(changes: Mapping[str, str]) -> dict[str, Any]:
    """Those of ``changes`` that name a fact, as the fact is stored.

    Raises:
        ChangeRefused: a value that is not of its kind.
    """
    facts: dict[str, Any] = {name: value for name, value in changes.items() if name in CHANGEABLE_FACTS}
    if "occupation" in facts and facts["occupation"] not in set(Occupation):
        raise ChangeRefused("職業の値が正しくありません。", remedy="一覧から選び直してください。")
    if "purpose" in facts and facts["purpose"] not in set(Purpose):
        raise ChangeRefused("取引目的の値が正しくありません。", remedy="一覧から選び直してください。")
    if "foreign_remittance" in facts:
        facts["foreign_remittance"] = facts["foreign_remittance"] == "yes"
    if "residence_expires_on" in facts:
        facts["residence_expires_on"] = _residence_limit(facts["residence_expires_on"])
    return facts


def derived_facts(fields: Mapping[str, str]) -> dict[str, Any]:
    """Facts that follow from identity: prefecture from the postal code, reachability from the addresses."""
    facts: dict[str, Any] = {}
    if "postal_code" in fields and (place := postal.lookup(fields["postal_code"])):
        facts["prefecture"] = int(place.prefecture_code)
    if "phone" in fields:
        phone = read_phone(fields["phone"])
        facts["has_mobile"] = bool(phone and phone.is_sms_capable)
    if "email" in fields:
        facts["has_email"] = bool(fields["email"])
    if "address" in fields:
        facts["has_address"] = bool(fields["address"])
    return facts


def _residence_limit(text: str) -> date | None:
    if text == NO_RESIDENCE_LIMIT:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ChangeRefused(
            "在留期限の日付が正しくありません。", remedy="日付を選び直してください。"
        ) from None
