from dataclasses import replace
from datetime import date

import pytest

from keizoku.audit import actions as audit
from keizoku.customers.imports.importing import import_file
from keizoku.customers.models import ContactPoint
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.actions import open_case, submit_answer
from keizoku.reviews.queries import cases
from keizoku.reviews.signals import queries, rules
from keizoku.reviews.signals.rules import Around, Filed, Kind, Since, Told
from keizoku.reviews.tests import people
from keizoku.risk.models import Event, Scorecard
from keizoku.risk.rules.foresight import Foreseen, Move
from keizoku.risk.rules.scale import Level

TODAY = date(2026, 11, 22)
ADDRESS = Told("address", "住所", "東京都渋谷区1-1", "東京都渋谷区1-1", is_change=False)
MOVED = replace(ADDRESS, new="大阪府大阪市北区1-1", is_change=True)
PLAIN = Around(today=TODAY, last_confirmed_on=date(2023, 5, 1), told=(ADDRESS,))


def lines(around: Around) -> tuple[str, ...]:
    return rules.contradicted(around).lines


def test_nothing_to_tell_is_told_in_one_line_each():
    changed, contradicted = rules.signals(PLAIN)
    assert (changed.summary, changed.lines) == ("前回の確認（2023-05-01）：変わったことはありません。", ())
    assert (contradicted.summary, contradicted.needs_look) == ("見つかりません。", False)


def test_what_changed_is_told_with_both_values_and_what_others_changed_with_its_source():
    around = replace(PLAIN, told=(MOVED,), since=(Since("電話番号", "勘定系", date(2026, 2, 1)),))
    signal = rules.changed(around)
    assert signal.summary == "前回の確認（2023-05-01）から、2件変わりました。"
    assert signal.lines == (
        "住所：東京都渋谷区1-1 → 大阪府大阪市北区1-1",
        "電話番号：勘定系で変わりました（2026-02-01時点）",
    )


@pytest.mark.parametrize(
    ("around", "line"),
    [
        (
            replace(PLAIN, returned_on=date(2026, 9, 1)),
            "住所：「変わりない」との回答ですが、郵便が届いていません（2026-09-01）。",
        ),
        (replace(PLAIN, told=(MOVED,), returned_on=date(2026, 9, 1)), None),
        (
            replace(PLAIN, unreachable=(("phone", date(2026, 8, 1)),)),
            "電話番号：この番号への連絡が届いていません（2026-08-01）。今回はおたずねしていません。",
        ),
        (
            replace(
                PLAIN,
                filed=(Filed("occupation", "職業", "学生", date(2026, 10, 1), agrees_with_answer=False),),
            ),
            "職業：銀行のファイル（2026-10-01時点）は「学生」で、回答と違います。",
        ),
        (
            replace(
                PLAIN,
                filed=(Filed("occupation", "職業", "学生", date(2026, 10, 1), agrees_with_answer=True),),
            ),
            None,
        ),
        (
            replace(PLAIN, told=(replace(MOVED, source="declared", as_of=date(2026, 9, 1)),)),
            "住所：2026-09-01の申告と違います。",
        ),
        (replace(PLAIN, told=(replace(MOVED, source="declared", as_of=date(2023, 9, 1)),)), None),
        (
            replace(
                PLAIN,
                told=(replace(MOVED, source="document", source_words="書類", as_of=date(2020, 1, 1)),),
            ),
            "住所：書類で確かめた値（2020-01-01時点）と違います。",
        ),
        (
            replace(PLAIN, places=("大阪府", "東京都")),
            "住所：郵便番号は大阪府、住所は東京都です。",
        ),
        (
            replace(PLAIN, residence_expires_on=date(2026, 11, 21)),
            "在留期限：2026-11-21に過ぎています。",
        ),
        (
            replace(PLAIN, residence_expires_on=date(2026, 12, 22)),
            "在留期限：2026-12-22まで30日です。",
        ),
        (replace(PLAIN, likely_duplicates=2), "重複：同じ方かもしれないお客さまが2人います。"),
    ],
)
def test_value_that_another_source_contradicts_is_told(around, line):
    assert lines(around) == ((line,) if line else ())
    assert rules.contradicted(around).needs_look is bool(line)


def test_rating_is_told_by_rule_with_points_before_and_after():
    move = Move("職業", "点数なし", "自営業・会社役員（10点）", 0, 10)
    foreseen = Foreseen(15, 25, Level.LOW, Level.MEDIUM, (move,))
    (signal,) = rules.rating(replace(PLAIN, foreseen=foreseen))
    assert signal.summary == "15点 → 25点、点数による水準「低」→「中」"
    assert signal.lines == ("職業：点数なし → 自営業・会社役員（10点）",)
    assert signal.needs_look
    (same,) = rules.rating(replace(PLAIN, foreseen=Foreseen(15, 15, Level.LOW, Level.LOW, ())))
    assert same.summary == "点数も水準も変わりません（15点、点数による水準「低」）。"
    assert not same.needs_look


def found(review):
    grant = audit.grant_read(actor=Actor.system("test"), purpose="test", subjects=[review.customer_id])
    return {signal.kind: signal for signal in queries.of_case(cases.case(review.id, grant), grant)}


def test_signals_of_an_answer_come_from_the_record_the_file_and_returned_mail(review, tmp_path):
    people.use_standard_scorecard()
    Event.objects.create(
        customer_id=review.customer_id,
        kind="returned_mail",
        occurred_on=date(2026, 10, 1),
        recorded_by="staff:1",
    )
    ContactPoint.objects.update_or_create(
        customer_id=review.customer_id,
        channel="phone",
        defaults={"state": "unreachable", "evidence": "", "changed_at": business_now()},
    )
    people.answer_all(
        review.id, (people.SAME, people.SAME, {"answer": ["self_employed"]}, *people.ANSWERS[3:])
    )
    submit_answer(review.id, entry="code")

    told = found(review)
    assert told[Kind.CHANGED].lines[0].startswith("職業：会社員 → ")
    day = business_today().isoformat()
    assert told[Kind.CONTRADICTED].lines == (
        "住所：「変わりない」との回答ですが、郵便が届いていません（2026-10-01）。",
        f"電話番号：「変わりない」との回答ですが、この番号への連絡が届いていません（{day}）。",
    )
    assert any(line.startswith("職業：点数なし → 自営業") for line in told[Kind.RATING].lines)


def test_case_opened_to_be_decided_carries_its_signals_and_without_a_scorecard_no_rating(answered, reviewer):
    assert not Scorecard.objects.filter(state="active").exists()
    kinds = [signal.kind for signal in open_case(answered.id, reviewer).signals]
    assert kinds == [Kind.CHANGED, Kind.CONTRADICTED]


def test_file_that_says_otherwise_than_an_approved_answer_is_told_in_the_next_review(
    answered, reviewer, tmp_path
):
    from keizoku.reviews.actions import decide
    from keizoku.reviews.rules.reasons import Outcome

    people.use_standard_scorecard()
    decide(answered.id, Outcome.APPROVE, "consistent", reviewer)
    path = tmp_path / "again.csv"
    path.write_text("\r\n".join([people.HEADER, people.TARO.replace("会社員", "学生"), ""]), encoding="utf-8")
    import_file(path, as_of=date(2026, 11, 2), actor=Actor.system("import"))
    again = people.open_for(answered.customer_id, campaign_id=72)[0]
    people.answer_all(again.id)
    submit_answer(again.id, entry="code")
    assert (
        "職業：銀行のファイル（2026-11-02時点）は「学生」で、回答と違います。"
        in found(again)[Kind.CONTRADICTED].lines
    )
