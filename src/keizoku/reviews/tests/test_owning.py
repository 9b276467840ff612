"""Declared beneficial owners: shown beside the record's, and the record after a person's approval; nothing is deleted."""

from datetime import date, timedelta

import pytest

from keizoku.audit import actions as audit
from keizoku.customers.errors import RelationRefused
from keizoku.customers.models import Relation, RelationFact
from keizoku.customers.relations import actions as relations
from keizoku.customers.relations import queries
from keizoku.customers.relations.rules import Basis, Kind, Source, Terms
from keizoku.customers.relations.sealing import Person
from keizoku.forms.rules.listing import write_rows
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews.actions import compare_owners, decide, submit_answer
from keizoku.reviews.models import Review
from keizoku.reviews.rules.owning import declared_owners
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests import people

COMPANY = (
    "0000000009,法人,株式会社 青空,ｶ)ｱｵｿﾞﾗ,平成8年4月1日,150-0002,東京都渋谷区渋谷1-2-3,03-1234-5678,"
    "info@example.jp,JPN,,,事業費決済,普通預金,001,1234567,2001/4/2,2023-05-01,"
)
BORN = date(1960, 4, 8)
SABURO = Person.of("山田 三郎", "カナ", BORN, "東京都千代田区1-1")
ANSWERS = (
    {"known": ["same"]},
    {"known": ["same"]},
    {"answer": ["construction"]},
    {"answer": ["business_expenses"]},
    {"answer": ["no"]},
    {"answer": ["majority"]},
    {"answer": ["yes"]},
    {
        "1.name": ["甲株式会社"],
        "1.holder": ["corporation"],
        "1.company": ["0"],
        "1.percent": ["40"],
        "2.name": ["山田 次郎"],
        "2.holder": ["person"],
        "2.company": ["0"],
        "2.percent": ["33.335"],
        "3.name": ["山田 太郎"],
        "3.holder": ["person"],
        "3.company": ["1"],
        "3.percent": ["51"],
    },
    {
        "1.name": ["山田 太郎"],
        "1.born": ["昭和35年4月8日"],
        "1.home": ["東京都渋谷区渋谷1-2-3"],
        "2.name": ["山田 次郎"],
        "2.born": ["昭和40年1月1日"],
        "2.home": ["東京都渋谷区渋谷1-2-3"],
    },
)


@pytest.fixture
def reviewer(db):
    return people.make_staff()


@pytest.fixture
def review(reviewer, tmp_path):
    """A corporation that declares 太郎 (indirectly) and 次郎; 太郎 and 三郎 are on record."""
    people.use_standard_scorecard()
    (customer,) = people.import_customers(tmp_path, COMPANY)
    state(customer, reviewer, Person.of("山田 太郎", "カナ", BORN, "東京都千代田区1-1"), 6000)
    state(customer, reviewer, SABURO, 4000)
    (found,) = people.open_for(customer)
    people.answer_all(found.id, ANSWERS)
    submit_answer(found.id, entry="link")
    return found


def state(customer, staff, person, share, as_of=None):
    day = as_of or business_today() - timedelta(days=400)
    terms = Terms(Source.DOCUMENT, day, share=share, basis=Basis.VOTING_RIGHTS)
    relations.state_relation(
        customer, Kind.BENEFICIAL_OWNER, person, terms, actor=staff.actor, today=max(day, business_today())
    )


def owners(customer):
    """Name → (open, terms, source, as of, last day) of each relation."""
    grant = audit.grant_read(actor=Actor.system("test"), purpose="test", subjects=[customer])
    return {
        queries.person(row.id, grant)["name"]: (
            row.is_open,
            row.terms,
            row.source,
            row.as_of,
            row.valid_until,
        )
        for row in queries.relations_of(customer, business_today())
    }


def test_old_and_new_owners_stand_side_by_side(review, reviewer):
    seen = [
        (one.old and one.old.name, one.new and one.new.name, one.words)
        for one in compare_owners(review.id, reviewer)
    ]
    assert seen == [
        ("山田 太郎", "山田 太郎", "内容が変わる"),
        (None, "山田 次郎", "新しい"),
        ("山田 三郎", None, "この日で終わる"),
    ]


def test_approval_writes_declared_owners_and_ends_the_former_without_deleting(review, reviewer):
    assert decide(review.id, Outcome.APPROVE, "consistent", reviewer) is State.APPROVED
    today = business_today()
    assert owners(review.customer_id) == {
        "山田 太郎": (True, "間接 40.00%、議決権", "お客さまの申告", today, None),
        "山田 次郎": (True, "直接 33.34%、議決権", "お客さまの申告", today, None),
        "山田 三郎": (False, "直接 40.00%、議決権", "お客さまの申告", today, today),
    }
    facts = RelationFact.objects.order_by("id").values_list("change", flat=True)
    assert list(facts) == ["stated", "stated", "ended", "changed", "stated"]
    grant = audit.grant_read(actor=Actor.system("test"), purpose="test", subjects=[review.customer_id])
    taro = Relation.objects.order_by("id").first()
    assert queries.person(taro.id, grant, ("kana", "address")) == {
        "kana": "カナ",
        "address": "東京都渋谷区渋谷1-2-3",
    }


def test_rejection_leaves_the_owners_as_they_were(review, reviewer):
    before = owners(review.customer_id)
    decide(review.id, Outcome.REJECT, "implausible", reviewer)
    assert owners(review.customer_id) == before


def test_what_was_stated_after_the_answer_stays(review, reviewer):
    tomorrow = business_today() + timedelta(days=1)
    state(review.customer_id, reviewer, SABURO, 4000, tomorrow)
    assert compare_owners(review.id, reviewer)[-1].words == "記録のほうが新しいので変えない"
    # 次郎's third and 三郎's, who stays, are the whole at most: else nothing at all is taken over.
    decide(review.id, Outcome.APPROVE, "consistent", reviewer)
    assert owners(review.customer_id)["山田 三郎"][:2] == (True, "直接 40.00%、議決権")


def test_shares_above_the_whole_refuse_the_approval_and_change_nothing(review, reviewer):
    tomorrow = business_today() + timedelta(days=1)
    taro = Relation.objects.order_by("id").first()
    relations.end_relation(
        taro.id, on=business_today(), source=Source.STAFF, actor=reviewer.actor, today=business_today()
    )
    state(review.customer_id, reviewer, SABURO, 7000, tomorrow)
    before = owners(review.customer_id)
    with pytest.raises(RelationRefused, match="100%"):
        decide(review.id, Outcome.APPROVE, "consistent", reviewer)
    assert owners(review.customer_id) == before
    assert Review.objects.get(id=review.id).state == State.ANSWERED


def test_who_represents_is_an_owner_where_nobody_else_is():
    found = declared_owners({"representative": write_rows([{"name": "山田 花子", "born": "1970-05-06"}])})
    assert [(one.name, one.basis, one.share, one.terms) for one in found] == [
        ("山田 花子", Basis.REPRESENTATION, None, "法人を代表し、業務を執行")
    ]
    assert declared_owners({"holders": ""}) == ()
