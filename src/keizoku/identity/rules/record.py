"""The items of a confirmation record (確認記録; 犯収法 6条1項, 犯収法施行規則 20条1項), and how it is written.

Groups as the rule lists them: who verified and who made the record; the day and time of each step; what was done; what was
verified. What a later day changes is added under the next number; nothing that stands is altered (規則 19条).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

FORMAT: Final = "keizoku.identity.record/1"
# What is verified of a person, and what identifies the document; the order is that of the rule.
PERSON_FIELDS: Final = (
    "name",
    "birth_date",
    "address",
    "nationality",
    "status_of_residence",
    "period_of_stay_until",
)
DOCUMENT_FIELDS: Final = ("number", "issue_date", "expiry_date")
FIELD_WORDS: Final = {
    "name": "氏名",
    "name_kana": "氏名（カナ）",
    "name_latin": "氏名（ローマ字）",
    "birth_date": "生年月日",
    "address": "住所",
    "nationality": "国籍・地域",
    "status_of_residence": "在留資格",
    "period_of_stay_until": "在留期間の満了日",
    "number": "番号",
    "issue_date": "交付日",
    "expiry_date": "有効期限",
    "sex": "性別",
    "country": "発行国",
    "conditions": "条件等",
    "kinds_of_vehicle": "免許の種類",
    "colour_of_validity": "有効期限の帯",
    "mrz": "機械読取領域",
    "note": "裏面の記載",
}


def canonical(content: Mapping[str, Any]) -> str:
    """The one way in which a record is written: keys sorted, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
