"""The table of methods and what follows from it, without a database."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keizoku.identity.methods.errors import TableInvalid
from keizoku.identity.methods.rules.choosing import Code, Question, Standing, answer
from keizoku.identity.methods.rules.codes import Registration, Who
from keizoku.identity.methods.rules.reading import read
from keizoku.identity.methods.tables import PACKAGED, table_in
from keizoku.identity.rules.purposes import LegalUse

TABLE = table_in(str(PACKAGED))
BEFORE, AFTER = date(2027, 3, 31), date(2027, 4, 1)
STATUTES = [statute.id for statute in TABLE.statutes]
EVERYTHING = Standing(
    confirmed={row.key: row.digest for statute in TABLE.statutes for row in statute.rows},
    registrations=frozenset(Registration),
    switches={(scope, method.id): True for scope in TABLE.scopes for method in TABLE.methods},
    provided=frozenset(method.id for method in TABLE.methods),
)


def by_law(on, *, statute="proceeds_of_crime", who=Who.RESIDENT, standing=EVERYTHING, **more):
    return answer(TABLE, standing, Question(LegalUse.STATUTORY, on, who, statute, **more))


def letters(found):
    return {one.method.id: one.row.letter for one in found.allowed}


def codes(found, method):
    return [reason.code for reason in found.refusal_of(method).reasons]


days = st.dates(date(2018, 1, 1), date(2031, 1, 1))
standings = st.builds(
    Standing,
    confirmed=st.dictionaries(
        st.sampled_from(sorted(EVERYTHING.confirmed)), st.just("of a row that changed")
    ).map(lambda changed: {**EVERYTHING.confirmed, **changed}),
    registrations=st.frozensets(st.sampled_from(Registration)),
    switches=st.dictionaries(st.sampled_from(sorted(EVERYTHING.switches)), st.booleans()),
    provided=st.frozensets(st.sampled_from([method.id for method in TABLE.methods])),
)
questions = st.one_of(
    st.builds(
        Question,
        st.just(LegalUse.STATUTORY),
        days,
        st.sampled_from(Who),
        st.sampled_from(STATUTES),
        st.none() | st.integers(0, 100),
        st.booleans(),
    ),
    st.builds(
        Question, st.sampled_from([LegalUse.ONGOING_CHECK, LegalUse.PROCEDURE]), days, st.sampled_from(Who)
    ),
)


@settings(max_examples=150, deadline=None)
@given(standings, questions)
def test_every_method_is_answered_on_every_day_and_what_is_refused_is_never_allowed(standing, question):
    found = answer(TABLE, standing, question)

    allowed, refused = ({one.method.id for one in part} for part in (found.allowed, found.refused))
    assert allowed | refused == {method.id for method in TABLE.methods}
    assert allowed & refused == set()
    assert all(one.reasons and all(reason.words for reason in one.reasons) for one in found.refused)
    offered = [one.method.preference for one in found.allowed]
    assert offered == sorted(set(offered)), "the order is total"
    for one in found.allowed:
        assert standing.is_on(question.scope, one.method)
        if question.legal_use is LegalUse.STATUTORY:
            assert one.row.holds_on(question.on)
            assert question.who in one.row.who
            assert standing.has_confirmed(one.row)
            assert set(one.row.requires) <= standing.registrations
        else:
            assert one.row is None


@settings(max_examples=60, deadline=None)
@given(standings, questions)
def test_losing_a_confirmation_a_registration_or_a_provider_never_allows_more(standing, question):
    def allowed(standing):
        return {one.method.id for one in answer(TABLE, standing, question).allowed}

    poorer = replace(standing, confirmed={}, registrations=frozenset(), provided=frozenset())
    assert allowed(poorer) <= allowed(standing)


@given(st.sampled_from([statute for statute in TABLE.statutes if statute.rows]), days)
def test_at_most_one_interval_of_a_method_holds_on_a_day(statute, day):
    held = [row.method for row in statute.rows if row.holds_on(day)]
    assert len(held) == len(set(held))


def test_letters_are_those_of_the_day():
    assert letters(by_law(date(2025, 6, 23)))["JPKI_SIGN"] == "ワ"
    before, after = letters(by_law(BEFORE)), letters(by_law(AFTER))
    assert {
        name: before[name] for name in ("JPKI_SIGN", "WALLET_MNC", "IC_FACE", "IMG_DOC_FACE", "IC_MAIL")
    } == {
        "JPKI_SIGN": "カ",
        "WALLET_MNC": "ル",
        "IC_FACE": "ヘ",
        "IMG_DOC_FACE": "ホ",
        "IC_MAIL": "チ",
    }
    assert {name: after[name] for name in ("JPKI_SIGN", "WALLET_MNC", "IC_FACE", "IC_MAIL")} == {
        "JPKI_SIGN": "ヌ",
        "WALLET_MNC": "ト",
        "IC_FACE": "ハ",
        "IC_MAIL": "ホ",
    }


def test_the_fifteen_letters_until_march_2027_and_the_fourteen_after_are_all_there():
    statute = TABLE.statute("proceeds_of_crime")
    of_persons = [row for row in statute.rows if Who.CORPORATION not in row.who]
    assert "".join(sorted({row.letter for row in of_persons if row.holds_on(BEFORE)})) == "".join(
        sorted("イロハニホヘトチリヌルヲワカヨ")
    )
    assert "".join(sorted({row.letter for row in of_persons if row.holds_on(AFTER)})) == "".join(
        sorted("イロハニホヘトチリヌルヲワカ")
    )


def test_image_and_face_ends_where_the_law_ends_it_and_nowhere_else():
    assert "IMG_DOC_FACE" in letters(by_law(BEFORE))
    after = by_law(AFTER)
    assert codes(after, "IMG_DOC_FACE") == [Code.ENDED]
    reason = after.refusal_of("IMG_DOC_FACE").reasons[0]
    assert reason.words == "犯罪収益移転防止法では、2027-03-31で終わりました。"
    assert "令和7年命令第3号" in reason.source
    assert letters(by_law(AFTER, statute="second_hand"))["IMG_DOC_FACE"] == "八"
    assert codes(by_law(BEFORE, statute="mobile_phone"), "IMG_DOC_FACE") == [Code.ENDED]


def test_nothing_is_allowed_by_law_before_anybody_has_read_it():
    fresh = Standing(registrations=frozenset(Registration), provided=EVERYTHING.provided)
    for statute in STATUTES:
        for day in (BEFORE, AFTER):
            assert by_law(day, statute=statute, standing=fresh).allowed == ()
    assert codes(by_law(BEFORE, standing=fresh), "IMG_DOC_FACE") == [Code.UNCONFIRMED, Code.SWITCHED_OFF]


def test_a_row_that_changed_is_unconfirmed_again():
    row = TABLE.statute("proceeds_of_crime").row_on("IC_FACE", BEFORE)
    changed = replace(row, letter="ヌ")
    assert row.digest != changed.digest
    assert EVERYTHING.has_confirmed(row)
    assert not EVERYTHING.has_confirmed(changed)


def test_jpki_needs_an_institution_that_verifies_signatures_a_provider_and_fifteen_years():
    without = replace(EVERYTHING, registrations=frozenset(), provided=frozenset())
    assert codes(by_law(BEFORE, standing=without, age=14), "JPKI_SIGN") == [
        Code.TOO_YOUNG,
        Code.NOT_REGISTERED,
        Code.NO_PROVIDER,
    ]
    assert by_law(BEFORE, age=15).allowed[0].method.id == "JPKI_SIGN"


def test_copies_by_post_are_for_few_after_march_2027():
    assert "COPY2_MAIL" in letters(by_law(BEFORE))
    assert codes(by_law(AFTER), "COPY2_MAIL") == [Code.NOT_FOR_CUSTOMER]
    assert letters(by_law(AFTER, who=Who.OUTSIDE_REGISTER))["COPY2_MAIL"] == "カ"
    assert codes(by_law(AFTER), "COPY1_MAIL_LTD") == [Code.LIMITED]
    assert letters(by_law(AFTER, is_limited=True))["COPY1_MAIL_LTD"] == "ヘ"


def test_a_corporation_has_methods_of_its_own():
    assert letters(by_law(BEFORE, who=Who.CORPORATION)) == {
        "CORP_CERT": "ホ",
        "CORP_REGISTRY": "ロ",
        "CORP_NUMBER_SITE": "ハ",
        "CORP_F2F_DOC": "イ",
        "CORP_DOC_MAIL": "ニ",
    }
    assert codes(by_law(BEFORE, who=Who.REPRESENTATIVE), "CORP_CERT") == [Code.NOT_FOR_CUSTOMER]


def test_a_heightened_transaction_asks_for_another_method():
    assert codes(by_law(BEFORE, not_again="IC_FACE"), "IC_FACE") == [Code.SAME_AS_BEFORE]


def test_an_ongoing_check_says_that_it_is_no_verification_by_law():
    question = Question(LegalUse.ONGOING_CHECK, AFTER, Who.RESIDENT)
    fresh = answer(TABLE, Standing(), question)
    assert "取引時確認（法令の本人確認）ではありません" in fresh.words
    assert codes(fresh, "IMG_DOC_FACE") == [Code.SWITCHED_OFF]
    assert codes(fresh, "COPY1_MAIL") == [Code.NOT_IN_STATUTE]
    assert [one.method.id for one in fresh.allowed] == ["F2F_IC", "F2F_PHOTO_DOC", "F2F_DOC", "ORIG_MAIL"]
    switched = Standing(switches={("ongoing_check", "IMG_DOC_FACE"): True})
    assert answer(TABLE, switched, question).permission_for("IMG_DOC_FACE") is not None


def test_the_table_does_not_speak_of_days_before_it():
    assert {reason.code for one in by_law(date(2019, 1, 1)).refused for reason in one.reasons} == {
        Code.BEFORE_TABLE
    }


def test_a_table_that_contradicts_itself_is_refused_with_its_place():
    parts = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in PACKAGED.glob("*.toml")}
    methods, practice = parts["methods"], parts["practice"]
    second = parts["second_hand"]

    def refused(**rows):
        broken = second | {"row": [second["row"][0] | rows]}
        with pytest.raises(TableInvalid) as refusal:
            read(methods, {"second_hand": broken}, practice)
        return refusal.value.place

    assert refused(confirmed=True) == "second_hand F2F_DOC"
    assert refused(who=["nobody"]) == "second_hand F2F_DOC"
    assert refused(source="nowhere") == "second_hand F2F_DOC"
    assert refused(until=date(2020, 1, 1)) == "second_hand F2F_DOC"
    assert refused(method="UNHEARD_OF") == "second_hand UNHEARD_OF"
    first = second["row"][0]
    twice = second | {"row": [first, first | {"from": first["from"] + timedelta(days=1)}]}
    with pytest.raises(TableInvalid, match="second_hand F2F_DOC") as overlap:
        read(methods, {"second_hand": twice}, practice)
    assert "期間が重なっています" in overlap.value.remedy
    same = {"method": [methods["method"][0], methods["method"][1] | {"preference": 10}]}
    with pytest.raises(TableInvalid, match="preference"):
        read(same, {}, {})
