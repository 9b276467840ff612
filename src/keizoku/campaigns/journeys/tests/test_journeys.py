"""Journeys are kept as versions that never change; a campaign keeps its copy."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.campaigns import actions as campaigns
from keizoku.campaigns import composing
from keizoku.campaigns.composing import Composition, CourseChoice
from keizoku.campaigns.errors import CampaignRefused, NotAllowed
from keizoku.campaigns.journeys import actions, queries
from keizoku.campaigns.journeys.models import Journey, JourneyVersion
from keizoku.campaigns.journeys.rules.drafts import JourneyDraft
from keizoku.campaigns.journeys.tests.making import drafted, maker, saved
from keizoku.campaigns.models import Campaign, Step
from keizoku.delivery.models import MessageVersion

EVERYBODY: dict[str, object] = {"all": []}


def test_an_installation_begins_with_ready_made_journeys_on_a_banks_days(db):
    rows = queries.journeys()
    assert [row.name for row in rows][:2] == ["LINE、メール、SMSの順", "LINEのあと、メール"]
    assert (rows[0].channels, rows[0].days) == (("line", "email", "sms"), 14)
    assert not queries.newest(rows[0].id).draft.calendar.is_always


def test_change_is_the_next_version_and_words_that_stayed_keep_theirs(db):
    first = queries.version(saved("line", "email"))
    steps = (first.draft.steps[0], replace(first.draft.steps[1], wait_days=3))

    second = queries.version(
        actions.save(replace(first.draft, steps=steps), maker(), journey_id=first.journey_id, after_version=1)
    )

    assert (second.number, second.message_ids) == (2, first.message_ids)
    assert [change.place for change in queries.changes(first, second)] == ["手順2 電子メールの待ち日数"]
    assert queries.version(first.id) == first
    assert Entry.objects.filter(action="campaigns.journey.saved").count() == 2


def test_nothing_new_a_taken_name_and_a_slower_hand_are_refused(db):
    first = queries.version(saved("line"))
    changed = drafted("line", "sms")
    actions.save(changed, maker(), journey_id=first.journey_id, after_version=1)

    for draft, after, words in (
        (changed, 2, "変わったところがありません"),
        (drafted("line", "email"), 1, "ほかの人が先に第2版を保存しました"),
        (replace(drafted("line"), name="LINEだけ"), 2, "「LINEだけ」という連絡手順がすでにあります"),
        (JourneyDraft("空", ()), 2, "連絡の手順を1つ以上入れてください"),
    ):
        with pytest.raises(CampaignRefused, match=words):
            actions.save(draft, maker(), journey_id=first.journey_id, after_version=after)
    assert JourneyVersion.objects.filter(journey=first.journey_id).count() == 2


def test_wrong_words_name_their_step_and_nothing_is_kept(db):
    before = MessageVersion.objects.count()
    wrong = drafted("line", "email")
    wrong = replace(wrong, steps=(wrong.steps[0], replace(wrong.steps[1], subject="")))

    with pytest.raises(CampaignRefused, match="手順2（電子メール）: 件名を入力してください"):
        actions.save(wrong, maker())

    assert (Journey.objects.filter(name="いつでも").count(), MessageVersion.objects.count()) == (0, before)


def test_reviewer_can_save_no_journey(db):
    reviewer = Staff.objects.create(login="r", display_name="r", role="reviewer")
    with pytest.raises(NotPermitted):
        actions.save(drafted("line"), reviewer)


def test_version_can_be_neither_changed_nor_deleted(db):
    saved("line")
    for change in (
        "UPDATE campaigns_journeyversion SET weekends = NOT weekends",
        "DELETE FROM campaigns_journeystep",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_archived_journey_is_offered_no_more_and_can_be_brought_back(db):
    version = queries.version(saved("line"))
    actions.archive(version.journey_id, maker())

    assert queries.newest_named("いつでも") is None
    with pytest.raises(CampaignRefused, match="いまは選べません"):
        composing.draft(
            Composition("x", EVERYBODY, [CourseChoice("全員", version.id)], answer_days=30), maker()
        )
    assert Campaign.objects.count() == 0
    with pytest.raises(CampaignRefused):
        actions.archive(version.journey_id, maker())

    actions.restore(version.journey_id, maker())
    assert queries.newest_named("いつでも") == version


def test_campaign_keeps_its_copy_when_the_journey_changes(db):
    version = queries.version(saved("line", "email"))
    campaign = composing.draft(
        Composition("x", EVERYBODY, [CourseChoice("全員", version.id)], answer_days=30), maker()
    )

    actions.save(drafted("sms"), maker(), journey_id=version.journey_id)

    assert [step.channel for step in Step.objects.filter(campaign=campaign).order_by("ordinal")] == [
        "line",
        "email",
    ]


def test_who_wrote_the_journey_cannot_approve_a_campaign_that_uses_it(db, make_customers):
    make_customers(1)
    version = saved("line")
    operator = Staff.objects.create(login="o", display_name="o", role="operator")
    everybody = {"field": "due_on", "operator": "before", "value": "2030-01-01"}
    campaign = composing.draft(
        Composition("x", everybody, [CourseChoice("全員", version)], answer_days=30), operator
    )
    campaigns.request_approval(campaign, operator)
    Staff.objects.filter(login="maker").update(role="approver")

    with pytest.raises(NotAllowed) as refused:
        campaigns.approve(campaign, typed_count=1, staff=Staff.objects.get(login="maker"))

    assert refused.value.code == "campaigns.four_eyes"


def test_file_of_a_campaign_names_audience_and_journeys(db):
    read = composing.read(
        {
            "name": "期日",
            "audience": "期日を迎えた方",
            "courses": [
                {
                    "journey": "LINEだけ",
                    "condition": {"field": "level", "operator": "one_of", "value": ["high"]},
                },
                {"journey": "LINE、メール、SMSの順"},
            ],
        }
    )
    assert (read.answer_days, [course.name for course in read.courses]) == (
        30,
        ["LINEだけ", "すべてのお客さま"],
    )
    assert read.audience == {"all": [{"field": "due_on", "operator": "within_days", "value": 0}]}
    for wrong, words in (
        ({"name": "x", "audience": "ない", "courses": []}, "「ない」という対象は保存されていません"),
        (
            {"name": "x", "audience": {"all": []}, "courses": [{"journey": "ない"}]},
            "「ない」という連絡手順はありません",
        ),
        ({"name": "x", "courses": "?"}, "audience がありません"),
    ):
        with pytest.raises(CampaignRefused, match=words):
            composing.read(wrong)
