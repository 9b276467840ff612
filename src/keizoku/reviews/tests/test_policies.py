import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.customers.models import Customer, Fact, Task
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import errors, jobs
from keizoku.reviews.actions import assign_next, decide, submit_answer
from keizoku.reviews.confirmations import queries as confirmations
from keizoku.reviews.models import Decision, Review
from keizoku.reviews.policies import actions, deciding, queries
from keizoku.reviews.policies.errors import OwnPolicy, PolicyInvalid, PolicyRefused
from keizoku.reviews.policies.models import Judgement, PolicyVersion
from keizoku.reviews.policies.queries import STANDARD
from keizoku.reviews.policies.rules.policy import read_policy
from keizoku.reviews.policies.rules.states import State as PolicyState
from keizoku.reviews.quality import drawing
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests import people
from keizoku.risk import circumstances
from keizoku.risk.actions import rate_one
from keizoku.risk.models import Standing
from keizoku.risk.rules.matter import Matter
from keizoku.risk.rules.scale import Level

TEXT = STANDARD.read_text(encoding="utf-8")
POLICY = read_policy(TEXT)
TODAY = date(2026, 11, 22)


def put_in_force(compliance, approver, text: str = TEXT) -> int:
    policy_id = actions.draft(text, compliance.actor)
    actions.try_out(policy_id, date(2026, 1, 1), date(2027, 1, 1), compliance.actor)
    actions.request(policy_id, compliance.actor)
    actions.approve(policy_id, approver.actor, digest=queries.version(policy_id).digest)
    return policy_id


def active():
    """The version in force; None: people decide everything."""
    return next((row for row in queries.versions() if row.state is PolicyState.ACTIVE), None)


@pytest.fixture
def never_held_back(monkeypatch):
    """The draw falls on nobody; that it is asked, and how, is tested by itself."""
    monkeypatch.setattr(deciding, "falls", lambda *_: False)


@pytest.fixture
def low(review, never_held_back):
    """Taro, low by the points, with a confirmation that is not too old."""
    people.use_standard_scorecard()
    rate_one(review.customer_id, Actor.system("test"), business_today())
    assert Standing.objects.get().level == "low"
    return review


def hand_in(review, answers=people.UNCHANGED, entry: str = "code") -> None:
    people.answer_all(review.id, answers)
    submit_answer(review.id, entry=entry)


class TestVersions:
    def test_policy_comes_into_force_by_two_and_stops_by_one(self, compliance, approver):
        policy_id = put_in_force(compliance, approver)
        row = active()
        assert row is not None
        assert (row.id, row.made_by, row.approved_by) == (
            policy_id,
            f"staff:{compliance.pk}",
            f"staff:{approver.pk}",
        )
        with pytest.raises(NotPermitted):
            actions.stop(people.make_staff().actor)
        assert actions.stop(compliance.actor) == 1
        assert active() is None
        with pytest.raises(PolicyRefused):
            actions.stop(approver.actor)
        names = Entry.objects.filter(action__startswith="reviews.policy.").order_by("id")
        assert [entry.action.rpartition(".")[2] for entry in names] == [
            "drafted",
            "tried",
            "requested",
            "approved",
            "stopped",
        ]

    def test_next_version_retires_the_one_before(self, compliance, approver):
        first = put_in_force(compliance, approver)
        second = put_in_force(compliance, approver, queries.next_draft())
        assert [(row.id, row.state) for row in queries.versions()] == [(second, "active"), (first, "retired")]

    def test_untried_policy_is_not_asked_for_and_an_unread_one_not_approved(self, compliance, approver):
        policy_id = actions.draft(TEXT, compliance.actor)
        with pytest.raises(PolicyRefused, match="試算"):
            actions.request(policy_id, compliance.actor)
        actions.try_out(policy_id, TODAY, TODAY, compliance.actor)
        actions.request(policy_id, compliance.actor)
        with pytest.raises(PolicyRefused):
            actions.approve(policy_id, approver.actor, digest="0" * 64)
        assert queries.version(policy_id).state == "requested"

    def test_maker_does_not_approve_whatever_the_code_says(self, compliance):
        policy_id = actions.draft(TEXT, compliance.actor)
        actions.try_out(policy_id, TODAY, TODAY, compliance.actor)
        actions.request(policy_id, compliance.actor)
        with pytest.raises(NotPermitted):
            actions.approve(policy_id, compliance.actor, digest=POLICY.digest)
        type(compliance).objects.filter(pk=compliance.pk).update(role="approver")
        with pytest.raises(OwnPolicy):
            actions.approve(policy_id, compliance.actor, digest=POLICY.digest)
        with pytest.raises(IntegrityError), transaction.atomic():
            PolicyVersion.objects.filter(id=policy_id).update(
                state="active", approved_by=f"staff:{compliance.pk}", activated_at=timezone.now()
            )
        assert active() is None

    def test_text_of_a_policy_never_changes(self, compliance):
        policy_id = actions.draft(TEXT, compliance.actor)
        with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
            PolicyVersion.objects.filter(id=policy_id).update(text="version = 1", state="withdrawn")
        with pytest.raises(PolicyRefused, match="第1版"):
            actions.draft(TEXT, compliance.actor)

    def test_policy_names_only_what_there_is(self, compliance):
        for old, new in (('["person"]', '["nobody"]'), ("documents = []", 'documents = ["occupation"]')):
            with pytest.raises(PolicyInvalid):
                actions.draft(TEXT.replace(old, new), compliance.actor)
        assert PolicyVersion.objects.count() == 0

    def test_request_that_nobody_approves_goes_back_after_its_time(self, compliance, monkeypatch):
        policy_id = actions.draft(TEXT, compliance.actor)
        actions.try_out(policy_id, TODAY, TODAY, compliance.actor)
        actions.request(policy_id, compliance.actor)
        assert actions.sweep() == 0
        monkeypatch.setattr(actions, "MAXIMUM_AGES", {PolicyState.REQUESTED: timedelta(0)})
        send_back = actions.send_back
        monkeypatch.setattr(actions, "send_back", lambda *given: (send_back(*given), send_back(*given)))
        assert actions.sweep() == 0, "somebody was faster: the sweeper goes on to what else is late"
        monkeypatch.setattr(actions, "send_back", send_back)
        assert queries.version(policy_id).state == "draft"
        actions.request(policy_id, compliance.actor)
        assert actions.sweep() == 1
        assert queries.version(policy_id).state == "draft"
        actions.withdraw(policy_id, compliance.actor)
        assert queries.version(policy_id).state == "withdrawn"


def _open_task(review) -> None:
    from keizoku.customers.casework import actions as casework
    from keizoku.customers.casework.rules import TaskKind

    casework.open_task(
        TaskKind.OTHER,
        "苦情",
        owner=casework.Owner(role="reviewer"),
        due_on=business_today(),
        actor=Actor.system("test"),
        today=business_today(),
        customer_id=review.customer_id,
    )
    assert Task.objects.count() == 1


class TestDeciding:
    def test_plain_answer_is_approved_by_the_policy_and_everything_is_written_down(
        self, low, compliance, approver
    ):
        policy_id = put_in_force(compliance, approver)
        hand_in(low)

        jobs.judge()

        low.refresh_from_db()
        assert low.state == State.APPROVED
        decision = Decision.objects.get()
        assert (decision.decided_by, decision.policy_id, decision.reason_code) == (None, policy_id, "policy")
        judged = queries.judgements(low.id)[0]
        assert (judged.policy, judged.digest, judged.is_approved) == (1, POLICY.digest, True)
        assert (True, "リスクの水準は「低」です") in judged.conditions
        entry = Entry.objects.get(action="reviews.review.decided")
        assert (entry.actor_kind, entry.actor_id) == ("system", "reviews.policy")
        assert (entry.details["policy"], entry.details["digest"]) == (1, POLICY.digest)
        assert Customer.objects.get(id=low.customer_id).version == 2
        assert Fact.objects.get(customer_id=low.customer_id).confirmed_on == business_today()
        confirmed = confirmations.of_customer(low.customer_id)[0]
        assert (confirmed.policy, confirmed.record_version, confirmed.changed) == (1, 2, ())
        assert confirmed.confirmed == ("郵便番号", "住所", "電話番号", "職業", "取引目的", "海外送金の予定")
        assert (confirmed.entry, confirmed.proof) == ("受付番号", "生年月日と登録番号の一部")

        jobs.judge()
        assert Judgement.objects.count() == Decision.objects.count() == 1

    def test_without_an_active_policy_people_decide_everything(self, low, compliance, approver):
        hand_in(low)
        assert deciding.judge_waiting() == (0, 0)
        put_in_force(compliance, approver)
        assert deciding.judge_waiting() == (0, 0), "what was handed in before waits for people"
        low.refresh_from_db()
        assert low.state == State.ANSWERED
        assert not Judgement.objects.exists()

    def test_stopped_policy_decides_nothing_more(self, low, compliance, approver):
        put_in_force(compliance, approver)
        hand_in(low)
        actions.stop(approver.actor)
        assert deciding.judge_one(low.id) is None
        assert not Decision.objects.exists()

    @pytest.mark.parametrize(
        ("spoil", "words"),
        [
            (lambda _: None, "変わった項目：職業"),
            (_open_task, "終わっていない申し出・タスク：1件"),
            (lambda _: Fact.objects.update(confirmed_on=None), "前回の確認の記録がありません"),
            (lambda _: Fact.objects.update(nationality="BRA"), "在留期限の登録がありません"),
            (lambda _: Standing.objects.update(level="medium"), "リスクの水準は「中」です"),
            (lambda _: assign_next(people.make_staff()), "審査の担当者が取った案件です"),
        ],
    )
    def test_answer_that_fails_one_condition_waits_for_a_person_with_the_reason_kept(
        self, low, compliance, approver, spoil, words
    ):
        put_in_force(compliance, approver)
        hand_in(low, people.ANSWERS if "職業" in words else people.UNCHANGED)
        spoil(low)

        assert deciding.judge_waiting() == (1, 0)

        low.refresh_from_db()
        assert low.state == State.ANSWERED
        assert words in queries.judgements(low.id)[0].failed
        assert not Decision.objects.exists()
        assert deciding.judge_waiting() == (0, 0), "judged once"

    def test_answer_that_cannot_be_judged_holds_up_none_behind_it(
        self, low, compliance, approver, tmp_path, monkeypatch
    ):
        """However many there are: each minute begins with them again, and they take no other's place."""
        put_in_force(compliance, approver)
        hand_in(low)
        jiro = people.TARO.replace("0000000001", "0000000003").replace("太郎", "次郎")
        second = people.open_for(people.import_customers(tmp_path, jiro)[-1])[-1]
        hand_in(second)
        judge_one = deciding.judge_one

        def fail_for_the_first(review_id):
            if review_id == low.id:
                raise ZeroDivisionError
            return judge_one(review_id)

        monkeypatch.setattr(deciding, "judge_one", fail_for_the_first)
        assert deciding.judge_waiting(most=1) == (1, 0)
        assert list(Judgement.objects.values_list("review_id", flat=True)) == [second.id]
        low.refresh_from_db()
        assert low.state == State.ANSWERED

    def test_share_is_held_back_by_the_keyed_draw_of_review_and_round(
        self, low, compliance, approver, monkeypatch
    ):
        asked = []
        monkeypatch.setattr(deciding, "falls", lambda *given: bool(asked.append(given)) or True)
        put_in_force(compliance, approver)
        hand_in(low)
        assert deciding.judge_waiting() == (1, 0)
        assert asked == [("held_back", low.id, 1, 10)]
        assert queries.judgements(low.id)[0].failed == ("無作為に選ばれたため、人が決めます",)

    def test_suspicion_is_not_bypassed_and_reads_as_an_override_would(self, low, compliance, approver):
        put_in_force(compliance, approver)
        hand_in(low)
        until = business_today() + timedelta(days=30)
        told = []
        for happen in (
            lambda: circumstances.record_suspicion(
                low.customer_id,
                Matter.REPORT_FILED,
                until_on=until,
                note="控え",
                actor=compliance.actor,
                today=business_today(),
            ),
            lambda: circumstances.decide_override(
                circumstances.request_override(
                    low.customer_id,
                    Level.HIGH,
                    until_on=until,
                    reason="店頭での様子",
                    actor=compliance.actor,
                    today=business_today(),
                ),
                is_approved=True,
                actor=approver.actor,
                today=business_today(),
            ),
        ):
            with transaction.atomic():
                happen()
                assert deciding.judge_one(low.id) is False
                told.append(queries.judgements(low.id)[0].conditions)
                transaction.set_rollback(True)
        assert told[0] == told[1]
        assert not Decision.objects.exists()

    def test_database_refuses_a_policy_that_is_not_active_or_whose_conditions_fail(
        self, low, compliance, approver
    ):
        policy_id = put_in_force(compliance, approver)
        hand_in(low)
        made = {
            "review": low,
            "round": 1,
            "outcome": "approve",
            "reason_code": "policy",
            "policy_id": policy_id,
        }
        with pytest.raises(IntegrityError, match="all of its conditions hold"), transaction.atomic():
            Decision.objects.create(**made, decided_at=business_now())
        assert deciding.judge_one(low.id)
        Review.objects.filter(id=low.id).update(round=2)
        actions.stop(compliance.actor)
        with pytest.raises(IntegrityError, match="only the active policy"), transaction.atomic():
            Decision.objects.create(**{**made, "round": 2}, decided_at=business_now())
        with pytest.raises(IntegrityError, match="somebody_or_a_policy"), transaction.atomic():
            Decision.objects.create(
                review=low, round=2, outcome="reject", reason_code="x", decided_at=business_now()
            )
        assert Decision.objects.count() == 1

    def test_words_of_conditions_hold_no_value_of_the_customer(self, low, compliance, approver):
        put_in_force(compliance, approver)
        hand_in(
            low,
            (
                {"known": ["changed"], "postal_code": ["530-0001"], "answer": ["大阪府大阪市北区梅田1-1-1"]},
                *people.UNCHANGED[1:],
            ),
        )
        deciding.judge_waiting()
        told = str(Judgement.objects.get().conditions)
        assert "変わった項目：住所、郵便番号" in told
        assert not re.search("大阪|山田|5300001|1234", told)


class TestTrial:
    def test_trial_counts_what_it_would_have_approved_and_what_people_decided(
        self, low, compliance, reviewer, monkeypatch
    ):
        from keizoku.reviews.policies import trying

        hand_in(low)
        decide(low.id, Outcome.REJECT, "implausible", reviewer)
        monkeypatch.setattr(trying, "falls", lambda *_: False)
        policy_id = actions.draft(TEXT, compliance.actor)
        today = business_today()
        actions.try_out(policy_id, today, today, compliance.actor)

        found = queries.latest_trial(policy_id)
        assert found is not None
        assert (found.answers, found.approved, found.agreed, found.others) == (1, 1, 0, (low.id,))
        assert found.outcomes == (("否認する", "回答が実態と合わない", 1),)

        monkeypatch.setattr(trying, "falls", lambda *_: True)
        actions.try_out(policy_id, today, today, compliance.actor)
        again = queries.latest_trial(policy_id)
        assert again is not None
        assert (again.approved, again.failed) == (0, (("無作為に選ばれ、人が決める", 1),))

    def test_trial_needs_a_draft_and_a_period(self, compliance, approver):
        policy_id = put_in_force(compliance, approver)
        with pytest.raises(PolicyRefused):
            actions.try_out(policy_id, TODAY, TODAY, compliance.actor)
        other = actions.draft(queries.next_draft(), compliance.actor)
        with pytest.raises(PolicyRefused):
            actions.try_out(other, TODAY, TODAY - timedelta(days=1), compliance.actor)


def test_person_may_decide_on_what_was_left_to_people(low, compliance, approver, reviewer):
    put_in_force(compliance, approver)
    hand_in(low, people.ANSWERS)
    deciding.judge_waiting()
    decide(low.id, Outcome.APPROVE, "consistent", reviewer)
    with pytest.raises(errors.StateChanged):
        decide(low.id, Outcome.APPROVE, "consistent", reviewer)
    assert confirmations.of_customer(low.customer_id)[0].changed == ("職業",)
    assert drawing.prove().is_right
