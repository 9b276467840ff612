"""The desk of verifications: the queue, a case with its pictures, the verdict, the second person."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, go, words
from keizoku.identity import judging
from keizoku.identity.models import Decision, Verification
from keizoku.identity.tests.people import ask_for, capture
from keizoku.kernel.clock import business_now

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def noon(monkeypatch):
    """Wall time stands at noon in Tokyo."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def sight():
    """Whoever looks at pictures is the double."""
    from keizoku.identity import ports
    from keizoku.identity.tests.doubles import Sight

    before = list(ports._made)
    double = Sight()
    ports.use(lambda: double)
    yield double
    ports._made[:] = before


@pytest.fixture
def waiting(noon, sight, make_customers):
    """``waiting()`` is a captured and judged verification; ``doubtful`` names fields that could not be read surely."""
    customers = iter(make_customers(3))

    def make(*doubtful):
        sight.doubtful = set(doubtful)
        row = capture(ask_for(next(customers)))
        judging.judge(row.id)
        row.refresh_from_db()
        assert row.state == "waiting"
        return row

    return make


@pytest.fixture
def second(staff):
    """A second reviewer's browser."""
    from django.test import Client

    client = Client()
    client.force_login(Staff.objects.create(login="reviewer-2", display_name="二人目", role="reviewer"))
    return client


def verdict(kind="passed", reason="checks_and_eyes", **more):
    return {"verdict": kind, f"reason_{kind}": reason, "then": "list", **more}


def test_reviewer_takes_the_case_that_waits_longest_and_decides_it(browser, waiting):
    first, later = waiting(), waiting()
    Verification.objects.filter(id=first.id).update(state_since=business_now() - timedelta(days=20))
    reviewer = browser("reviewer")

    listed = go(reviewer, "console-verifications")
    rows = re.findall(r'/console/verifications/(\d+)"', listed.content.decode())
    assert rows == [str(first.id), str(later.id)]
    late = r'<span class="badge badge-bad">[^期]*期限を過ぎた'
    assert len(re.findall(late, listed.content.decode())) == 1

    taken = do(reviewer, "console-verification-next")
    assert taken.url == reverse("console-verification", args=[first.id])
    seen = words(reviewer.get(taken.url))
    for told in ("山田太郎", "1960-04-08", "顔写真と本人の顔", "いまの記録と書類", "一致"):
        assert told in seen

    done = do(reviewer, "console-verification-decide", first.id, **verdict(then="next"))
    assert done.url == reverse("console-verification", args=[later.id])
    first.refresh_from_db()
    assert first.state == "passed"
    assert Entry.objects.filter(action="identity.case.taken").count() == 2
    customer = words(go(reviewer, "console-customer", first.customer_id))
    assert f"本人確認 {first.id}確認できた" in customer


def test_verdict_without_a_reason_or_a_shot_changes_nothing_and_keeps_what_was_typed(browser, waiting):
    row, reviewer = waiting(), browser("reviewer")
    answer = do(reviewer, "console-verification-decide", row.id, verdict="refused", note_refused="写真が違う")
    assert answer.status_code == 422
    assert "理由を1つ選んでください" in words(answer)
    assert "写真が違う" in answer.content.decode()
    answer = do(reviewer, "console-verification-decide", row.id, **verdict("asked_again", "face_not_clear"))
    assert answer.status_code == 422
    assert Decision.objects.count() == 0

    do(
        reviewer,
        "console-verification-decide",
        row.id,
        **verdict("asked_again", "face_not_clear", again="face"),
    )
    row.refresh_from_db()
    assert (row.state, row.round, row.again) == ("asked_again", 2, ["face"])


def test_case_that_the_checks_leave_open_takes_two_people(browser, waiting, second):
    row, reviewer = waiting("name"), browser("reviewer")
    assert "もう1人が同意すると決まります" in words(go(reviewer, "console-verification", row.id))
    do(reviewer, "console-verification-decide", row.id, **verdict(reason="compared_by_eye"))
    row.refresh_from_db()
    assert row.state == "waiting"
    assert "ご自身の判断です" in words(go(reviewer, "console-verification", row.id))
    assert do(reviewer, "console-verification-next").url == reverse("console-verifications")

    listed = words(go(second, "console-verifications", second="1"))
    assert "2人目の確認を待つ" in listed
    seen = words(go(second, "console-verification", row.id))
    assert "reviewerさんさんの判断：確認できた（自動の点検では決まらず、目視で確かめた）" in seen
    first = Decision.objects.get()
    own = do(reviewer, "console-verification-agree", row.id, decision=first.id)
    assert own.status_code == 409
    assert Decision.objects.count() == 1

    do(second, "console-verification-agree", row.id, decision=first.id)
    row.refresh_from_db()
    assert row.state == "passed"
    assert Decision.objects.get(is_final=True).agrees_with_id == first.id


def test_case_that_a_colleague_has_open_is_neither_taken_nor_decided(browser, waiting, second):
    row, reviewer = waiting(), browser("reviewer")
    do(reviewer, "console-verification-take", row.id)
    assert do(second, "console-verification-next").url == reverse("console-verifications")
    seen = words(go(second, "console-verification", row.id))
    assert "reviewerさんさんが開いています" in seen
    assert "判断する" not in re.sub("判断する担当者", "", seen)
    assert do(second, "console-verification-decide", row.id, **verdict()).status_code == 409
    assert Decision.objects.count() == 0
    do(reviewer, "console-verification-release", row.id)
    do(second, "console-verification-decide", row.id, **verdict())
    row.refresh_from_db()
    assert row.state == "passed"


def test_picture_is_opened_for_a_reviewer_alone_written_down_and_kept_by_no_cache(browser, waiting):
    row, reviewer = waiting(), browser("reviewer")
    page = go(reviewer, "console-verification", row.id).content.decode()
    addresses = set(re.findall(r'src="(/console/verifications/[^"]+)"', page))
    assert len(addresses) == 7, "two cards, the tilt, the portrait and three faces"
    for address in sorted(addresses):
        answer = reviewer.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content.startswith((b"view of", b"card of", b"portrait of"))
        assert browser("compliance").get(address).status_code == 403
    assert Entry.objects.filter(action="identity.picture.opened").count() == 7
    shot = row.shots.first()
    for shot_id, name in ((shot.id, "original"), (999_999, "view")):
        assert go(reviewer, "console-verification-picture", row.id, shot_id, name).status_code == 404
    assert Entry.objects.filter(action="identity.picture.opened").count() == 7


def test_who_may_not_decide_sees_checks_and_no_value(browser, waiting):
    row = waiting()
    read = Entry.objects.filter(purpose="本人確認の判断のため").count()
    for role in ("compliance", "auditor"):
        seen = words(go(browser(role), "console-verification", row.id))
        assert "顔写真と本人の顔" in seen
        assert "写真と値は伏せています" in seen
        assert "山田" not in seen
    assert Entry.objects.filter(purpose="本人確認の判断のため").count() == read


def test_evidence_of_a_verified_case_is_exported_signed_and_by_who_may_alone(browser, waiting):
    from keizoku.identity import exporting

    row, compliance = waiting(), browser("compliance")
    assert "証拠を書き出す" not in words(go(compliance, "console-verification", row.id))
    assert do(compliance, "console-verification-export", row.id).status_code == 409
    do(browser("reviewer"), "console-verification-decide", row.id, **verdict())
    assert "証拠を書き出す" in words(go(compliance, "console-verification", row.id))
    answer = do(compliance, "console-verification-export", row.id)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="verification-{row.id}.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert exporting.verify(answer.content)[1] > 6
    assert do(browser("reviewer"), "console-verification-export", row.id).status_code == 403
    assert Entry.objects.filter(action="identity.evidence.exported").count() == 1


def test_filter_narrows_by_what_the_checks_found(browser, waiting):
    clean, doubtful = waiting(), waiting("address")
    reviewer = browser("reviewer")
    for found, shown in (("passed", clean), ("unsure", doubtful)):
        rows = go(reviewer, "console-verifications", found=found).content.decode()
        assert re.findall(r"/console/verifications/(\d+)\?found", rows) == [str(shown.id)]
    assert "この条件の本人確認はありません" in words(go(reviewer, "console-verifications", found="failed"))
