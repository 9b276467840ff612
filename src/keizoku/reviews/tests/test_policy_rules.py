from dataclasses import replace
from datetime import date

import pytest

from keizoku.reviews.policies.errors import PolicyInvalid
from keizoku.reviews.policies.queries import STANDARD
from keizoku.reviews.policies.rules.judging import Answered, judge
from keizoku.reviews.policies.rules.policy import in_words, read_policy
from keizoku.reviews.rules.proving import Strength
from keizoku.risk.rules.scale import Level

TEXT = STANDARD.read_text(encoding="utf-8")
POLICY = read_policy(TEXT)
TODAY = date(2026, 11, 22)
GOOD = Answered(
    today=TODAY,
    questionnaire="person",
    entry="code",
    strength=Strength.STRONG,
    number=1,
    level=Level.LOW,
    is_provisional=False,
    level_after=Level.LOW,
    changed=(),
    is_free_text=False,
    open_matters=0,
    is_record_changed=False,
    last_confirmed_on=date(2024, 1, 1),
    is_stay_limited=False,
    residence_expires_on=None,
    documents=(),
    contradictions=0,
    likely_duplicates=0,
    is_in_hands=False,
)


class TestText:
    def test_standard_reads_and_says_itself_in_words(self):
        assert (POLICY.version, POLICY.questionnaires, POLICY.entries) == (1, ("person",), ("link", "code"))
        assert ("前回の確認", "60か月以内") in in_words(POLICY)

    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ("held_back_percent = 10", "held_back_percent = 4", "people.held_back_percent"),
            ("checked_percent = 10", "checked_percent = 0", "people.checked_percent"),
            ('entries = ["link", "code"]', 'entries = ["fax"]', "answer.entries"),
            ('entries = ["link", "code"]', "entries = []", "answer.entries"),
            ('least_proof = "weak"', 'least_proof = "any"', "answer.least_proof"),
            (
                "confirmed_within_months = 60",
                "confirmed_within_months = 1000",
                "identity.confirmed_within_months",
            ),
            ("residence_days_left = 90", "residence_days_left = true", "identity.residence_days_left"),
            ("version = 1", "version = 1\nlevels = []", "levels"),
            ("documents = []\n", "", "identity.documents"),
            ("version = 1", "version =", ""),
        ],
    )
    def test_fault_is_named_by_its_place(self, old, new, place):
        assert old in TEXT
        with pytest.raises(PolicyInvalid) as refused:
            read_policy(TEXT.replace(old, new, 1))
        assert refused.value.place == place


class TestJudging:
    def test_plain_answer_fulfils_everything(self):
        assert judge(POLICY, GOOD, is_held_back=False).is_approved

    def test_draw_is_asked_only_of_answers_that_fulfil_all_else(self):
        held_back = judge(POLICY, GOOD, is_held_back=True)
        assert [one.code for one in held_back.conditions if not one.holds] == ["held_back"]
        other = judge(POLICY, replace(GOOD, changed=("住所",)), is_held_back=True)
        assert [one.code for one in other.conditions if not one.holds] == ["unchanged"]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"level": Level.MEDIUM}, "low_risk"),
            ({"level": None}, "low_risk"),
            ({"is_provisional": True}, "complete_rating"),
            ({"level_after": Level.MEDIUM}, "stays_low"),
            ({"level_after": None}, "stays_low"),
            ({"changed": ("電話番号",)}, "unchanged"),
            ({"is_free_text": True}, "no_free_text"),
            ({"number": 2}, "first_round"),
            ({"questionnaire": "corporation"}, "questionnaire"),
            ({"entry": "phone"}, "entry"),
            ({"entry": "paper"}, "entry"),
            ({"last_confirmed_on": None}, "confirmed_lately"),
            ({"last_confirmed_on": date(2021, 11, 20)}, "confirmed_lately"),
            ({"is_stay_limited": True}, "residence"),
            ({"is_stay_limited": True, "residence_expires_on": date(2027, 2, 19)}, "residence"),
            ({"documents": (("免許証の期限", None),)}, "document"),
            ({"documents": (("免許証の期限", date(2026, 12, 1)),)}, "document"),
            ({"is_record_changed": True}, "record_unchanged"),
            ({"contradictions": 1}, "no_contradiction"),
            ({"likely_duplicates": 1}, "no_duplicate"),
            ({"open_matters": 1}, "no_open_matter"),
            ({"is_in_hands": True}, "not_in_hands"),
        ],
    )
    def test_each_condition_fails_by_its_own_fact(self, change, code):
        found = judge(POLICY, replace(GOOD, **change), is_held_back=False)
        failed = {one.code for one in found.conditions if not one.holds}
        assert code in failed
        assert failed <= {code, "complete_rating"}
        assert not found.is_approved

    def test_weak_proof_fails_where_the_policy_wants_a_strong_one(self):
        strict = replace(POLICY, least_proof=Strength.STRONG)
        assert judge(strict, GOOD, is_held_back=False).is_approved
        weak = judge(strict, replace(GOOD, strength=Strength.WEAK), is_held_back=False)
        assert [one.code for one in weak.conditions if not one.holds] == ["proof"]

    def test_months_of_the_last_confirmation_are_those_of_the_calendar(self):
        month = replace(POLICY, confirmed_within_months=1)
        found = [
            judge(month, replace(GOOD, last_confirmed_on=last), is_held_back=False).is_approved
            for last in (date(2026, 10, 21), date(2026, 10, 22), date(2026, 11, 22), date(2026, 11, 23))
        ]
        assert found == [False, True, True, False]

    def test_stay_and_document_that_last_are_fine(self):
        lasting = date(2027, 2, 20)
        good = replace(
            GOOD, is_stay_limited=True, residence_expires_on=lasting, documents=(("免許証の期限", lasting),)
        )
        assert judge(POLICY, good, is_held_back=False).is_approved
