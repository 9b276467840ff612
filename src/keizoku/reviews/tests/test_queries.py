from django.db.models import Sum

from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.customers import actions as customers
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.database.folding import fold
from keizoku.reviews import queries
from keizoku.reviews.actions import decide, open_case, open_sitting, submit_answer
from keizoku.reviews.models import Review, Tally
from keizoku.reviews.rules.asking_again import AskAgain
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import (
    ANSWERS,
    CAMPAIGN,
    HANAKO,
    TARO,
    answer_all,
    import_customers,
    open_for,
    use_standard_scorecard,
)


def test_case_shows_old_and_new_in_words_with_the_source(review, reviewer):
    remitting = {"answer": ["yes"], "detail": ["ベトナム"]}
    answer_all(review.id, (*ANSWERS[:4], remitting))
    submit_answer(review.id, entry="link")

    case = open_case(review.id, reviewer)

    rows = {row.field: (row.label, row.old, row.new, row.is_change, row.is_confirmed) for row in case.fields}
    assert rows == {
        "postal_code": ("郵便番号", "1500002", "1500002", False, True),
        "address": ("住所", "東京都渋谷区渋谷1-2-3", "東京都渋谷区渋谷1-2-3", False, True),
        "phone": ("電話番号", "+819012345678", "+819012345678", False, True),
        "occupation": ("職業", "会社員", "年金受給", True, False),
        "purpose": ("取引目的", "給与受取", "給与受取", False, True),
        "foreign_remittance": ("海外送金の予定", "いいえ", "はい", True, False),
        "remittance_countries": ("送金先の国や地域", "", "ベトナム", False, False),
    }
    assert case.fields[1].source == "勘定系(2026-11-01時点)"
    assert (case.entry, case.answered_by, case.record_has_changed) == ("リンク", None, False)
    assert "渋谷" not in repr(case)
    entry = Entry.objects.get(purpose="review.desk")
    assert (entry.actor_id, entry.subject_id) == (str(reviewer.pk), review.customer_id)


def test_case_warns_when_the_record_has_moved_on(answered, reviewer):
    customers.apply_changes(
        customer_id=answered.customer_id,
        changes={"phone": "+81312345678"},
        confirmed=[],
        source="staff",
        as_of=business_today(),
        actor=Actor.system("test"),
    )
    assert open_case(answered.id, reviewer).record_has_changed


def test_queue_lists_what_waits_page_by_page(db, tmp_path):
    first, second = open_for(*import_customers(tmp_path, TARO, HANAKO))
    assert (queries.queue(), queries.waiting().asked()) == ([], 0)
    answer_all(first.id)
    submit_answer(first.id, entry="code")
    answer_all(second.id, (ANSWERS[0], {}, *ANSWERS[2:]))
    submit_answer(second.id, entry="code")

    page = queries.queue(limit=1)

    assert queries.waiting().asked() == 2

    assert [(row.review_id, row.changes, row.state_words) for row in page] == [(first.id, 1, "審査待ち")]
    assert [row.review_id for row in queries.queue(after=page[-1].key)] == [second.id]


def test_counts_name_every_state(answered):
    counts = queries.counts_by_state(CAMPAIGN)
    assert set(counts) == set(State)
    assert (counts[State.ANSWERED], counts[State.OPEN]) == (1, 0)
    assert queries.counts_by_state(CAMPAIGN + 1)[State.ANSWERED] == 0


def tallied(campaign_id=CAMPAIGN):
    """What the campaign's numbers add up, by kind; kinds of which there is none are left out."""
    found = Tally.objects.filter(campaign_id=campaign_id).values_list("kind").annotate(total=Sum("count"))
    return {kind: total for kind, total in found if total}


def test_tally_follows_the_review(answered, reviewer):
    assert tallied() == {"opened": 1, "answered": 1}
    decide(answered.id, Outcome.REJECT, "implausible", reviewer)
    assert tallied() == {"opened": 1, "answered": 1, "decided": 1}
    assert queries.campaigns_of(answered.customer_id) == [CAMPAIGN]


def test_timeline_tells_the_walk_in_order(answered, reviewer):
    use_standard_scorecard()
    decide(answered.id, Outcome.ASK_AGAIN, "purpose_unclear", reviewer, again=AskAgain(("purpose",)))
    assert [(row.words, row.by) for row in queries.timeline(answered.customer_id)] == [
        ("確認を始めました", None),
        ("お客さまの回答（受付番号）", None),
        ("もう一度おたずねする：取引の目的をくわしく確認したい", reviewer.pk),
    ]


def test_customer_asked_again_is_told_the_matter_and_not_the_judgement(answered, reviewer):
    decide(answered.id, Outcome.ASK_AGAIN, "purpose_unclear", reviewer, again=AskAgain(("purpose",)))
    assert open_sitting(answered.id).asked_again_about == "お取引の目的"


def test_first_round_is_about_nothing_in_particular(review):
    assert open_sitting(review.id).asked_again_about == ""


def test_decisions_notes_are_read_under_the_grant(answered, reviewer):
    decide(answered.id, Outcome.REJECT, "implausible", reviewer, note="勤め先に在籍なし")
    grant = audit.grant_read(actor=reviewer.actor, purpose="review.desk", subjects=[answered.customer_id])
    (decision,) = queries.case(answered.id, grant).decisions
    assert (decision.outcome, decision.reason, decision.note) == (
        "否認する",
        "回答が実態と合わない",
        "勤め先に在籍なし",
    )


def test_tally_stays_when_it_is_added_up(answered):
    before = tallied()
    fold("reviews_tally", ("campaign_id", "kind"))
    assert tallied() == before


def test_unanswered_reviews_are_counted_until_they_are_opened_again(answered):
    Review.objects.filter(campaign_id=CAMPAIGN).update(state="unanswered")
    assert tallied()["unanswered"] == 1
    Review.objects.filter(campaign_id=CAMPAIGN).update(state="open")
    assert "unanswered" not in tallied()
