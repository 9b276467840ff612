"""Why each selected customer was or was not contacted: one line a step or one exclusion, and nobody is missing."""

import csv
import hashlib
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from keizoku.accounts.errors import ExportNeedsRequest, NotPermitted
from keizoku.accounts.exports.rules import Kind
from keizoku.accounts.models import Staff
from keizoku.accounts.tests.approving import approved
from keizoku.audit.models import Entry
from keizoku.campaigns import actions, planner
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.tests.walking import channels, launch, state, work
from keizoku.campaigns.why import exporting, finding, queries, rules
from keizoku.campaigns.why.lines import OF_BLOCK, line, of_customers
from keizoku.campaigns.why.models import Export
from keizoku.campaigns.why.rules import ExportKind
from keizoku.customers import actions as customers
from keizoku.delivery import actions as delivery
from keizoku.delivery.models import Receipt
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.rules import Tag
from keizoku.delivery.tests.carrier import Journal
from keizoku.kernel import clock
from keizoku.kernel.actor import Actor
from keizoku.kernel.files import open_stored
from keizoku.reviews.models import Review


def all_lines(campaign):
    with connection.cursor() as cursor:
        named = {"campaign": campaign, "after": 0, "last": 10**9, "now": clock.business_now()}
        cursor.execute(f"{OF_BLOCK} ORDER BY 2, 4", named)
        return [line(row) for row in cursor.fetchall()]


def words(campaign, customer):
    return [each.words for each in of_customers([campaign], [customer], clock.business_now())]


def is_whole(campaign):
    """Everybody selected has one line a step or one exclusion, and nobody else has any."""
    found = all_lines(campaign)
    by_person = Counter(each.customer_id for each in found)
    out = {each.customer_id for each in found if each.step == 0}
    assert len({(each.customer_id, each.step) for each in found}) == len(found)
    assert all(count == (1 if customer in out else 2) for customer, count in by_person.items())
    assert len(by_person) == queries.selected(campaign)
    return found


def answer(customer, campaign):
    customers.stop_contact(
        customer_id=customer, campaign_id=campaign, reason="answered", actor=Actor.customer(customer)
    )
    Review.objects.filter(customer_id=customer).update(state="answered", answered_at=clock.business_now())


def test_reasons_of_a_whole_campaign_add_up_to_all_whom_it_selected(requested, staff):
    campaign, both, mail_only, nothing, opted_out = requested
    assert Counter(each.told.code for each in is_whole(campaign)) == {"not_launched": 8, "excluded": 2}

    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    assert Counter(each.told.code for each in is_whole(campaign)) == {"not_launched": 8, "excluded": 2}
    launch()
    assert Counter(each.told.code for each in is_whole(campaign)) == {
        "due": 4,
        "earlier_step": 4,
        "excluded": 2,
    }

    planner.plan_all()
    assert words(campaign, both[0]) == [
        "LINE通知メッセージ：送信待ち",
        "電子メール：前の手順のあとの待ち日数が過ぎるのを待っている",
    ]
    work()
    for number, call in enumerate([call for call in Journal.calls if call.message.button_label]):
        delivery.store_raw_event("line", f"E{number} {call.tag}".encode())
    delivery.process_raw_events()
    answer(both[0], campaign)
    clock.advance(timedelta(days=8))
    work()

    assert words(campaign, both[0]) == [
        "LINE通知メッセージ：届いた",
        "電子メール：この手順の前に回答があったため、送らない",
    ]
    assert words(campaign, both[1]) == ["LINE通知メッセージ：届いた", "電子メール：受け付けられた"]
    assert words(campaign, mail_only) == [
        "LINE通知メッセージ：送らなかった（携帯電話番号の登録がないため）",
        "電子メール：受け付けられた",
    ]
    assert words(campaign, nothing) == ["対象外（どの手段の連絡先も登録がない）"]
    assert words(campaign, opted_out) == ["対象外（連絡停止のお申し出がある）"]
    assert Counter(each.told.code for each in is_whole(campaign)) == {
        "delivered": 3,
        "accepted": 3,
        "passed": 1,
        "answered": 1,
        "excluded": 2,
    }


def test_what_a_carrier_refused_is_told_in_plain_words_with_its_code_where_there_are_none(requested, staff):
    campaign, both, *_ = requested
    codes = iter(["unreachable_by_line", "http_413", "strange"])
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.REJECTED, next(codes, "smtp_550")))
    actions.approve(campaign, typed_count=4, staff=staff["approver"])

    work()

    told = {words(campaign, customer)[0] for customer in both}
    assert told == {
        "LINE通知メッセージ：送れなかった（この電話番号のLINEには送れない（未登録・受信の設定・ブロックなど））",
        "LINE通知メッセージ：送れなかった（送信先が受け付けなかった、http_413）",
        "LINE通知メッセージ：送れなかった（strange）",
    }


def test_steps_that_a_stop_or_a_deadline_cut_off_say_so(requested, staff):
    campaign, both, *_ = requested
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    work()

    actions.stop(campaign, staff["operator"])
    assert words(campaign, both[0])[1] == "電子メール：キャンペーンを中止したため、送らない"
    is_whole(campaign)


def test_who_lost_the_race_for_an_open_review_is_told_as_excluded_once(requested, staff, plan):
    second = actions.draft(
        name="2",
        audience=Campaign.objects.get(id=requested[0]).audience,
        steps=plan,
        answer_days=30,
        staff=staff["operator"],
    )
    actions.request_approval(second, staff["operator"])
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    actions.approve(second, typed_count=4, staff=staff["approver"])

    launch()
    assert state(second) == "running"
    assert Counter(each.told.reason for each in is_whole(second)) == {
        "ほかのキャンペーンで確認中": 4,
        "どの手段の連絡先も登録がない": 1,
        "連絡停止のお申し出がある": 1,
    }


@pytest.fixture
def sent(requested, staff):
    """One LINE accepted, one refused, one whose result is unknown; then mail to who was refused."""
    results = iter(
        [
            Outcome(Result.ACCEPTED),
            Outcome(Result.REJECTED, "unreachable_by_line"),
            Outcome(Result.UNKNOWN, "TimeoutError"),
        ]
    )
    Journal.answer = staticmethod(
        lambda outgoing: next(results) if outgoing.message.button_label else Outcome(Result.ACCEPTED)
    )
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    work()
    return requested


def found(campaign, which, limit=50):
    return [person.customer_id for person in queries.people(campaign, which, limit=limit).people]


def test_each_filter_finds_whom_it_names(sent):
    campaign, both, mail_only, nothing, opted_out = sent
    assert channels() == ["email", "email", "line", "line", "line"]
    assert found(campaign, "") == sorted([*both, mail_only, nothing, opted_out])
    assert found(campaign, "0.") == sorted([nothing, opted_out])
    assert found(campaign, "0.opted_out") == [opted_out]
    (accepted,), (rejected,), (unknown,) = (
        found(campaign, f"1.{code}") for code in ("accepted", "rejected", "unknown")
    )
    assert sorted([accepted, rejected, unknown]) == both
    assert found(campaign, "1.passed") == [mail_only]
    assert set(found(campaign, "2.accepted")) == {rejected, mail_only}
    assert found(campaign, "1.skipped") == found(campaign, "1.queued") == found(campaign, "1.delivered") == []
    assert found(campaign, "r.waiting") == sorted([*both, mail_only])
    assert found(campaign, "r.answered") == []

    tag = next(Tag.parse(call.tag) for call in Journal.calls if call.message.button_label)
    for kind in ("delivered", "undelivered"):
        Receipt.objects.create(
            carrier="line",
            event_id=kind,
            campaign_id=campaign,
            wave_id=tag.wave_id,
            position=tag.position,
            kind=kind,
            occurred_at=clock.business_now(),
        )
    assert len(found(campaign, "1.delivered")) == 1
    assert found(campaign, "1.undelivered") == [], "what arrived in the end arrived"


def test_every_filter_of_the_list_is_known_and_in_words(sent):
    campaign = sent[0]
    values = [value for value, _ in queries.filters(campaign)]
    assert len(values) == len(set(values)) == 4 + len(rules.BY_REVIEW) + 2 * len(rules.BY_STEP)
    for value in values:
        assert queries.people(campaign, value).after is None


def test_pages_join_without_a_gap_or_a_double(sent):
    campaign = sent[0]
    for which in ("", "0.", "r.waiting", "2.accepted", "1.queued"):
        whole = found(campaign, which)
        seen, after = [], None
        while True:
            page = queries.people(campaign, which, after=after, limit=1)
            seen += [person.customer_id for person in page.people]
            if page.after is None:
                break
            after = finding.Place.parse(str(page.after))
        assert seen == whole


def test_customers_page_tells_each_campaign_with_all_its_steps(sent):
    campaign, _, mail_only, nothing, _ = sent
    told = queries.by_campaign(queries.reasons_of(mail_only))
    assert [(each.id, len(each.reasons)) for each in told] == [(campaign, 2)]
    assert [reason.words for reason in queries.reasons_of(nothing)] == [
        "対象外（どの手段の連絡先も登録がない）"
    ]


def test_code_that_no_table_knows_is_shown_and_not_lost():
    assert rules.carrier_words("brand_new") == "brand_new"
    assert rules.carrier_words("gave_up:rate_limited") == "何度か試したが送れなかった、gave_up:rate_limited"
    assert set(rules.CODE_WORDS) == set(rules.Code)


def test_file_names_everybody_by_number_alone_and_its_sums_are_whole(sent, staff):
    campaign = sent[0]
    compliance = Staff.objects.create(login="c", display_name="c", role="compliance")
    with pytest.raises(ExportNeedsRequest, match="6人の「送信の理由の一覧」"):
        exporting.ask(campaign, ExportKind.WHY, actor=compliance.actor)
    assert not Export.objects.exists()
    number = approved(Kind.WHY, campaign, 6, by=compliance.actor)
    export = exporting.ask(campaign, ExportKind.WHY, actor=compliance.actor, request=number)
    approved(Kind.WHY, campaign, 6, by=compliance.actor)
    with pytest.raises(CampaignRefused, match="いま書き出しています"):
        exporting.ask(campaign, ExportKind.WHY, actor=compliance.actor)

    exporting.work(export)
    exporting.work(export)

    row = queries.export(export)
    assert (row.state, row.customers, row.customers_done, row.mark) == ("done", 6, 6, f"KZ-{export:08d}")
    assert sum(row.tally.values()) == 2 * 4 + 2
    content = b"".join(exporting.download(export, actor=compliance.actor))
    assert hashlib.sha256(content).hexdigest() == row.sha256
    header, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
    assert tuple(header) == exporting.HEADER
    assert {line[2] for line in rows} == {f"{n:010d}" for n in range(1, 7)}
    assert {line[0] for line in rows} == {row.mark}
    assert {line[1] for line in rows} == {Export.objects.get(id=export).watermark}
    assert rows[0][1].startswith(f"書出{number} c ")
    assert Counter(line[2] for line in rows) == {f"{n:010d}": 1 if n > 4 else 2 for n in range(1, 7)}
    assert [(line[4], line[6]) for line in rows if line[2] == "0000000005"] == [
        ("", "対象外（どの手段の連絡先も登録がない）")
    ]
    assert "山田" not in content.decode()
    other = Staff.objects.create(login="c2", display_name="c2", role="compliance")
    with pytest.raises(CampaignRefused, match="申請した人だけ"):
        exporting.download(export, actor=other.actor)
    assert [
        entry.action for entry in Entry.objects.filter(action__startswith="campaigns.export").order_by("id")
    ] == [
        "campaigns.export.asked",
        "campaigns.export.written",
        "campaigns.export.downloaded",
    ]
    read = Entry.objects.filter(purpose="campaigns.why")
    assert {entry.subject_id for entry in read} == {
        person.customer_id for person in queries.people(campaign, "").people
    }


def test_file_is_written_in_blocks_without_a_gap(sent, staff, monkeypatch):
    monkeypatch.setattr(exporting, "A_BLOCK", 2)
    export = Export.objects.create(
        kind="why", campaign_id=sent[0], asked_by="system:test", moved_at=timezone.now()
    )

    exporting.work(export.id)

    row = queries.export(export.id)
    assert (row.customers_done, sum(row.tally.values())) == (6, 10)


def test_operator_may_not_export_and_nothing_is_kept(sent, staff):
    with pytest.raises(NotPermitted):
        exporting.ask(sent[0], ExportKind.WHY, actor=staff["operator"].actor)
    assert not Export.objects.exists()


def test_file_that_stands_still_begins_anew_and_one_that_lay_a_week_is_forgotten(sent):
    export = Export.objects.create(
        kind="why",
        campaign_id=sent[0],
        asked_by="system:test",
        moved_at=timezone.now() - timedelta(minutes=6),
        state="working",
    )
    assert exporting.sweep() == 0
    exporting.work(export.id)
    assert queries.export(export.id).state == "done"

    Export.objects.filter(id=export.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    file = Export.objects.get(id=export.id).file
    assert exporting.sweep() == 1
    assert queries.export(export.id).state == "expired"
    with pytest.raises(FileNotFoundError):
        open_stored(file)
    with pytest.raises(CampaignRefused):
        exporting.download(export.id, actor=Actor.system("test"))

    stuck = Export.objects.create(
        kind="why",
        campaign_id=sent[0],
        asked_by="system:test",
        moved_at=timezone.now() - timedelta(hours=2),
        state="working",
    )
    assert exporting.sweep() == 1
    assert queries.export(stuck.id).state == "failed"
    told = Entry.objects.filter(action__in=("campaigns.export.expired", "campaigns.export.failed")).order_by(
        "id"
    )
    assert [(entry.action, entry.details["export"], entry.details["failure"]) for entry in told] == [
        ("campaigns.export.expired", export.id, ""),
        ("campaigns.export.failed", stuck.id, "stood_still"),
    ]
