"""Relations: who may stand to whom, how often, with which shares; and what is found again without its name."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.customers.errors import RelationRefused
from keizoku.customers.models import Relation, RelationFact
from keizoku.customers.relations import actions, queries, rules
from keizoku.customers.relations.rules import Basis, Kind, Source, Terms
from keizoku.customers.relations.sealing import Person

TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)
SUZUKI = Person.of("鈴木 花子", "スズキ　ハナコ", date(1970, 5, 6), "大阪府大阪市北区梅田9-8-7")


@pytest.fixture
def staff(db):
    return {
        role: Staff.objects.create(login=role, display_name=role, role=role)
        for role in ("operator", "reviewer", "compliance", "approver", "auditor", "administrator")
    }


@pytest.fixture
def company(make_customers):
    (one,) = make_customers(1, 区分="法人", 氏名="山田商事株式会社", 氏名カナ="ﾔﾏﾀﾞｼﾖｳｼﾞ", 職業="")
    return one


@pytest.fixture
def person(company, make_customers):
    (one,) = make_customers(1)
    return one


def terms(**given):
    return Terms(**({"source": Source.DOCUMENT, "as_of": TODAY} | given))


def state(staff, customer, kind, other, **given):
    return actions.state_relation(
        customer, kind, other, terms(**given), actor=staff["reviewer"].actor, today=TODAY
    )


def facts():
    return list(RelationFact.objects.order_by("id").values_list("relation_id", "number", "change"))


def refused(staff, customer, kind, other, **given):
    before = facts()
    with pytest.raises(RelationRefused) as refusal, transaction.atomic():
        state(staff, customer, kind, other, **given)
    assert facts() == before
    return refusal.value.message


def test_representative_shows_on_both_pages_with_source_and_who_confirmed(staff, company, person):
    done = state(staff, company, Kind.REPRESENTATIVE, person, valid_from=date(2020, 4, 1))
    (of_company,) = queries.relations_of(company, TODAY)
    (of_person,) = queries.relations_of(person, TODAY)

    assert (of_company.label, of_company.other_id, of_company.is_reverse) == ("代表者", person, False)
    assert (of_person.label, of_person.other_id) == ("この人が代表者の法人", company)
    assert (of_company.source, of_company.as_of, of_company.holds) == ("書類", TODAY, True)
    assert of_company.confirmed_by == f"staff:{staff['reviewer'].id}"
    entry = Entry.objects.filter(action="customers.related_party.stated").get()
    assert (entry.subject_id, entry.details) == (
        company,
        {"relation": done.relation_id, "kind": "representative"},
    )


def test_nobody_is_related_to_oneself(staff, company):
    assert "ご自身との関係" in refused(staff, company, Kind.AGENT, company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(customer_id=company, kind="agent", other_id=company)


def test_a_pair_has_one_open_relation_of_a_kind(staff, company, person):
    state(staff, company, Kind.REPRESENTATIVE, person)
    state(staff, company, Kind.REPRESENTATIVE, person, valid_until=TODAY + timedelta(days=30))

    assert Relation.objects.count() == 1
    assert [change for _, _, change in facts()] == ["stated", "changed"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(customer_id=company, kind="representative", other_id=person)


def test_household_is_one_whichever_side_tells_it(staff, person, make_customers):
    (other,) = make_customers(1)
    state(staff, person, Kind.HOUSEHOLD, other)
    state(staff, other, Kind.HOUSEHOLD, person)

    assert list(Relation.objects.values_list("customer_id", "other_id")) == [(person, other)]
    assert [change for _, _, change in facts()] == ["stated", "confirmed"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.REPRESENTATIVE, "代表者を記録できるのは、法人のお客さまだけです。"),
        (Kind.BENEFICIAL_OWNER, "実質的支配者を記録できるのは、法人のお客さまだけです。"),
    ],
)
def test_a_person_has_no_representative_and_no_owner(staff, company, person, kind, words):
    assert refused(staff, person, kind, company) == words


def test_a_corporation_has_no_guardian_and_no_household(staff, company, person):
    assert "成年後見人を記録できるのは、個人・個人事業主" in refused(staff, company, Kind.GUARDIAN, person)
    assert "世帯を記録できるのは、個人・個人事業主" in refused(staff, person, Kind.HOUSEHOLD, company)


def test_direct_shares_above_the_whole_are_refused_and_indirect_ones_are_not_summed(
    staff, company, person, make_customers
):
    second, third = make_customers(2)
    owner = {"basis": Basis.VOTING_RIGHTS}
    state(staff, company, Kind.BENEFICIAL_OWNER, person, share=6_000, **owner)
    state(staff, company, Kind.BENEFICIAL_OWNER, second, share=4_000, **owner)
    state(staff, company, Kind.BENEFICIAL_OWNER, third, share=3_000, is_direct=False, **owner)

    words = refused(staff, company, Kind.BENEFICIAL_OWNER, SUZUKI, share=1, **owner)
    assert words.startswith("直接の持分割合の合計が100%を超えます（ほかの方の合計 100.00%）")
    # Less for one makes room for another.
    state(staff, company, Kind.BENEFICIAL_OWNER, second, share=3_999, **owner)
    state(staff, company, Kind.BENEFICIAL_OWNER, SUZUKI, share=1, **owner)
    assert Relation.objects.filter(is_open=True).count() == 4


def test_ended_owner_gives_the_share_free_and_stays_in_the_history(staff, company, person):
    done = state(staff, company, Kind.BENEFICIAL_OWNER, person, share=10_000)
    actions.end_relation(
        done.relation_id, on=TODAY, source=Source.REGISTRY, actor=staff["compliance"].actor, today=TODAY
    )
    state(staff, company, Kind.BENEFICIAL_OWNER, SUZUKI, share=10_000)

    ended = next(row for row in queries.relations_of(company, TODAY) if row.other_id == person)
    assert (ended.is_open, ended.holds, ended.valid_until, ended.terms) == (
        False,
        False,
        TODAY,
        "直接 100.00%",
    )
    assert [fact.words for fact in queries.facts_of(person)] == [
        "関係が終わりました",
        "関係者を記録しました",
    ]
    with pytest.raises(RelationRefused, match="もう終わっています"):
        actions.end_relation(
            done.relation_id, on=TODAY, source=Source.STAFF, actor=staff["reviewer"].actor, today=TODAY
        )


def test_a_relation_past_its_last_day_no_longer_holds(staff, company, person):
    state(staff, company, Kind.AGENT, person, valid_until=TODAY)
    assert queries.relations_of(company, TODAY)[0].holds
    assert not queries.relations_of(company, TODAY + timedelta(days=1))[0].holds


def test_older_news_changes_nothing(staff, company, person):
    state(staff, company, Kind.BENEFICIAL_OWNER, person, share=5_000)
    assert "より新しい情報（2026-11-22時点）があります" in refused(
        staff, company, Kind.BENEFICIAL_OWNER, person, share=4_000, as_of=YESTERDAY
    )


def test_cycles_of_ownership_are_allowed_and_shown(staff, company, make_customers):
    second, third = make_customers(2, 区分="法人", 氏名="佐藤興業株式会社", 氏名カナ="ｻﾄｳｺｳｷﾞﾖｳ", 職業="")
    for owned, owner in ((company, second), (second, third), (third, company)):
        state(staff, owned, Kind.BENEFICIAL_OWNER, owner, share=5_100)

    assert queries.ownership_cycles(company) == [(company, second, third, company)]
    assert queries.ownership_cycles(second) == [(second, third, company, second)]


def test_person_who_is_no_customer_lies_encrypted_and_opens_under_a_grant(staff, company):
    done = state(staff, company, Kind.REPRESENTATIVE, SUZUKI)
    actions.confirm_relation(
        done.relation_id, source=Source.STAFF, as_of=TODAY, actor=staff["reviewer"].actor, today=TODAY
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(f)::text FROM customers_relationfact f")
        raw = "".join(row for (row,) in cursor.fetchall())
        cursor.execute("SELECT to_jsonb(r)::text FROM customers_relation r")
        raw += "".join(row for (row,) in cursor.fetchall())
    for canary in ("鈴木", "スズキ", "1970-05-06", "梅田"):
        assert canary not in raw
        assert canary.encode().hex() not in raw

    from keizoku.audit.actions import grant_read

    grant = grant_read(actor=staff["reviewer"].actor, purpose="審査のため", subjects=[company])
    assert queries.person(done.relation_id, grant) == {
        "name": "鈴木 花子",
        "kana": "スズキ　ハナコ",
        "birth_date": "1970-05-06",
        "address": "大阪府大阪市北区梅田9-8-7",
    }


def test_the_same_person_is_known_again_and_a_new_address_is_a_change(staff, company):
    state(staff, company, Kind.REPRESENTATIVE, SUZUKI)
    moved = Person.of("鈴木　花子", "スズキ　ハナコ", date(1970, 5, 6), "京都府京都市中京区1-1")
    state(staff, company, Kind.REPRESENTATIVE, moved)
    assert [change for _, _, change in facts()] == ["stated", "changed"]


def test_individual_number_in_an_address_is_refused(staff, company):
    hidden = Person.of("鈴木 花子", address="大阪府 1234 5678 9018")
    assert "個人番号" in refused(staff, company, Kind.REPRESENTATIVE, hidden)


@pytest.mark.parametrize("role", ["approver", "auditor", "administrator"])
def test_roles_without_the_right_change_nothing(staff, company, person, role):
    with pytest.raises(NotPermitted):
        actions.state_relation(company, Kind.AGENT, person, terms(), actor=staff[role].actor, today=TODAY)
    assert facts() == []


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("25", 2_500),
        ("33.3", 3_330),
        ("33.34%", 3_334),
        ("100", 10_000),
        ("1.234", None),
        ("", None),
        ("-1", None),
    ],
)
def test_shares_are_read_in_hundredths_of_a_percent(text, share):
    assert rules.read_share(text) == share


def test_a_dense_net_of_owners_is_searched_only_so_far():
    net = {n: [m for m in range(30) if m != n] for n in range(30)}
    assert len(rules.cycles(net, 0)) == rules.MOST_CYCLES
