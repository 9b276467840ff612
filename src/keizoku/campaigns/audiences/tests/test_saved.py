"""Saved audiences: versions that never change, names that are used once, campaigns that stay as they were."""

import pytest
from django.db import DatabaseError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.campaigns.audiences import actions, queries
from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.audiences.models import AudienceVersion, SavedAudience
from keizoku.campaigns.audiences.rules import differences, digest
from keizoku.campaigns.errors import CampaignRefused
from keizoku.kernel.conditions import ConditionError, parse

HIGH = {"all": [{"field": "level", "operator": "one_of", "value": ["high"]}]}
DUE = {"all": [*HIGH["all"], {"field": "due_on", "operator": "within_days", "value": 30}]}


@pytest.fixture
def operator(db):
    return Staff.objects.create(login="planner", display_name="企画さん", role="operator")


@pytest.fixture
def reviewer(db):
    return Staff.objects.create(login="reviewer", display_name="審査さん", role="reviewer")


def test_those_that_come_with_keizoku_can_all_be_read_and_counted(operator):
    rows = queries.listing()

    assert [row.latest.name for row in rows][:3] == [
        "期日を迎えた方",
        "30日以内に期日を迎える方",
        "60日以内に期日を迎える方",
    ]
    assert {row.latest.made_by for row in rows} == {queries.SUPPLIED}
    assert all(row.latest.digest == digest(row.latest.condition) for row in rows)
    assert [actions.count(row.latest.id) for row in rows] == [0] * len(rows)
    assert queries.by_origin("due_30").words == "確認期日が30日以内（経過を含む）"
    assert queries.by_origin("due_31") is None
    assert queries.by_origin("") is None


def test_saved_audience_has_its_words_its_count_and_an_entry(operator, make_customers):
    make_customers(2)
    version = queries.version(
        actions.save(name=" リスク高 ", condition={"all": []}, note="はじめ", staff=operator)
    )

    assert (version.name, version.number, version.words, version.matching) == ("リスク高", 1, "すべて", 2)
    assert (version.made_by, version.note, version.is_archived) == ("企画さん", "はじめ", False)
    entry = Entry.objects.filter(action="campaigns.audience.saved").get()
    assert (entry.subject_kind, entry.subject_id) == ("audience", version.audience_id)
    assert entry.details == {"version": 1, "digest": version.digest, "matching": 2}


def test_change_is_the_next_version_and_says_what_changed(operator):
    first = actions.save(name="期日", condition=HIGH, staff=operator)
    audience = queries.version(first).audience_id
    second = actions.add_version(audience, condition=DUE, note="期日も見る", staff=operator)
    again = actions.add_version(audience, condition=DUE, staff=operator)

    view = queries.view(audience)
    assert again == second
    assert [version.row.number for version in view.versions] == [2, 1]
    assert [(one.is_added, one.words) for one in view.versions[0].changes] == [
        (True, "確認期日が30日以内（経過を含む）")
    ]
    assert queries.version(first).condition == HIGH


def test_version_is_never_changed_by_anybody(operator):
    version = actions.save(name="期日", condition=HIGH, staff=operator)
    for change in (
        "UPDATE campaigns_audienceversion SET note = 'x'",
        "DELETE FROM campaigns_audienceversion",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert AudienceVersion.objects.get(id=version).note == ""


def test_name_in_use_is_refused_and_nothing_is_saved(operator):
    actions.save(name="期日", condition=HIGH, staff=operator)
    before = SavedAudience.objects.count()
    with pytest.raises(CampaignRefused, match="すでにあります"):
        actions.save(name="期日", condition=DUE, staff=operator)
    assert SavedAudience.objects.count() == before
    assert AudienceVersion.objects.filter(audience__name="期日").count() == 1


@pytest.mark.parametrize("name", ["", "  ", "あ" * 61])
def test_name_that_is_none_is_refused(operator, name):
    with pytest.raises(CampaignRefused):
        actions.save(name=name, condition=HIGH, staff=operator)


def test_conditions_that_are_not_understood_are_refused(operator):
    with pytest.raises(ConditionError):
        actions.save(name="期日", condition={"all": [{"field": "income"}]}, staff=operator)
    assert not SavedAudience.objects.filter(name="期日").exists()


def test_whoever_may_not_make_campaigns_saves_nothing(reviewer, operator):
    version = actions.save(name="期日", condition=HIGH, staff=operator)
    audience = queries.version(version).audience_id
    for attempt in (
        lambda: actions.save(name="べつ", condition=HIGH, staff=reviewer),
        lambda: actions.add_version(audience, condition=DUE, staff=reviewer),
        lambda: actions.archive(audience, reviewer),
        lambda: actions.bring_back(audience, reviewer),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert len(queries.view(audience).versions) == 1


def test_archived_audience_is_offered_no_more_and_takes_no_version_until_it_is_back(operator):
    audience = queries.version(actions.save(name="期日", condition=HIGH, staff=operator)).audience_id
    actions.archive(audience, operator)

    assert audience not in {row.id for row in queries.listing()}
    assert audience in {row.id for row in queries.listing(with_archived=True)}
    with pytest.raises(CampaignRefused, match="しまわれて"):
        actions.add_version(audience, condition=DUE, staff=operator)
    with pytest.raises(CampaignRefused, match="すでに変えて"):
        actions.archive(audience, operator)
    actions.save(name="期日", condition=DUE, staff=operator)
    with pytest.raises(CampaignRefused, match="すでにあります"):
        actions.bring_back(audience, operator)
    assert queries.view(audience).row.latest.is_archived


def test_change_from_all_to_any_is_told_whole(db):
    fields = readable_fields()
    old, new = parse(DUE, fields), parse({"any": DUE["all"]}, fields)
    assert [one.words for one in differences(old, new, fields)] == [
        "リスクが高のいずれか、かつ 確認期日が30日以内（経過を含む）",
        "リスクが高のいずれか、または 確認期日が30日以内（経過を含む）",
    ]
    assert differences(old, old, fields) == []
