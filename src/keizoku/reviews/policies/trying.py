"""A policy tried on answers that people have decided: how many it would have approved, and what people decided of these.

Nothing of any customer is written. What the past still tells is judged as it was then: the risk by the rating before the
answer, what changed, free words, the round, the way, the proof, the draw. What is known for today alone (the last
confirmation before the answer, documents, contradictions, duplicates, tasks) is taken as given, so the number is an upper
bound; ``NOT_JUDGED`` says so.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection

from keizoku.reviews.policies.rules.judging import is_enough
from keizoku.reviews.policies.rules.policy import Policy
from keizoku.reviews.quality.drawing import HELD_BACK, falls
from keizoku.reviews.rules.proving import Strength

MOST_EXAMPLES: Final = 20
NOT_JUDGED: Final = (
    "前回の確認日、在留期限・書類の期限、ほかの情報との食い違い、重複の候補、タスクは、当時の状態が残っていないため、"
    "満たしたものとして数えています。実際の件数は、これより少なくなります。"
)
# In the order in which they are asked; the first that fails is the one that is counted.
FAILED_WORDS: Final = {
    "questionnaire": "対象でない質問票",
    "entry": "対象でない答え方",
    "proof": "本人確認が弱い",
    "first_round": "2回目以降の回答",
    "low_risk": "当時のリスクが「低」ではない",
    "complete_rating": "評価に足りない情報があった",
    "unchanged": "変わった項目がある",
    "no_free_text": "記録にならない回答がある",
    "held_back": "無作為に選ばれ、人が決める",
}
_ANSWERS: Final = """
    SELECT a.review_id, a.round, a.entry, q.questionnaire, d.outcome, d.reason_code,
           l.level, l.is_provisional,
           EXISTS (SELECT FROM reviews_proposedchange p WHERE p.review_id = a.review_id AND p.round = a.round
                      AND p.is_change),
           EXISTS (SELECT FROM reviews_proposedchange p WHERE p.review_id = a.review_id AND p.round = a.round
                      AND p.kind = 'note'),
           a.proof
    FROM reviews_answer a
    JOIN reviews_decision d ON d.review_id = a.review_id AND d.round = a.round AND d.decided_by_id IS NOT NULL
    JOIN reviews_review r ON r.id = a.review_id
    JOIN forms_questionnaireversion q ON q.id = a.questionnaire_id
    LEFT JOIN LATERAL (
        SELECT level, is_provisional FROM risk_rating
        WHERE customer_id = r.customer_id AND rated_at <= a.submitted_at ORDER BY id DESC LIMIT 1
    ) l ON true
    WHERE (a.business_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %s AND %s
"""


@dataclass(slots=True)
class Tried:
    """``outcomes``: (outcome, reason) → how many that would have been approved; ``others``: reviews that people decided
    otherwise, the newest first.
    """

    answers: int = 0
    approved: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    others: list[int] = field(default_factory=list)

    def as_row(self) -> dict[str, Any]:
        return {
            "answers": self.answers,
            "approved": self.approved,
            "failed": [[code, self.failed[code]] for code in FAILED_WORDS if self.failed[code]],
            "outcomes": [[*key, count] for key, count in sorted(self.outcomes.items())],
            "others": sorted(self.others, reverse=True)[:MOST_EXAMPLES],
        }


def tried(policy: Policy, first_on: date, last_on: date) -> Tried:
    """What the policy would have done with the answers of these days, both included."""
    found = Tried()
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [first_on, last_on])
        for row in cursor:  # each is drawn by its own keyed digest
            _try_one(policy, row, found)
    return found


def _try_one(policy: Policy, row: tuple[Any, ...], found: Tried) -> None:
    review_id, number, entry, questionnaire, outcome, reason, level, is_provisional, changed, notes, proof = (
        row
    )
    holds = {
        "questionnaire": questionnaire in policy.questionnaires,
        "entry": entry in policy.entries,
        "proof": is_enough(Strength(proof), policy.least_proof),
        "first_round": number == 1,
        "low_risk": level == "low",
        "complete_rating": is_provisional is False,
        "unchanged": not changed,
        "no_free_text": not notes,
    }
    found.answers += 1
    failed = next((code for code, is_held in holds.items() if not is_held), None)
    if failed is None and falls(HELD_BACK, review_id, number, policy.held_back_percent):
        failed = "held_back"
    if failed is not None:
        found.failed[failed] += 1
        return
    found.approved += 1
    found.outcomes[outcome, reason] += 1
    if outcome != "approve":
        found.others.append(review_id)
