"""An incident stops the sending, fixes who received it, is logged and reported by its days, and ended by two people."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from keizoku.accounts.errors import ExportNeedsRequest, NotPermitted
from keizoku.accounts.exports.rules import Kind as ExportedKind
from keizoku.accounts.models import Staff
from keizoku.accounts.tests.approving import approved
from keizoku.audit.models import Entry
from keizoku.campaigns import actions as campaigns
from keizoku.campaigns.audiences.counting import preview
from keizoku.campaigns.errors import CountMismatch, NotAllowed
from keizoku.campaigns.incidents import actions, queries, recipients, rules, sweeping
from keizoku.campaigns.incidents.actions import Opening
from keizoku.campaigns.incidents.errors import IncidentRefused
from keizoku.campaigns.incidents.models import Incident, IncidentEntry, IncidentRecipient
from keizoku.campaigns.incidents.rules import Kind, State
from keizoku.campaigns.incidents.tasks import is_closed
from keizoku.campaigns.journeys.courses import calendar_of
from keizoku.campaigns.journeys.models import Course
from keizoku.campaigns.journeys.rules import calendar
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.tests.walking import state, work
from keizoku.customers.models import Task
from keizoku.kernel.clock import business_today
from keizoku.reviews.models import Review

# -- the days of the reports


def days(known_on, *, is_wrongful=False):
    found = rules.deadlines(known_on, is_wrongful=is_wrongful, is_closed=is_closed)
    return (found.aim, found.preliminary, found.final)


def test_preliminary_report_is_due_on_the_third_to_fifth_day_and_the_final_one_on_the_thirtieth():
    # Known on Thursday 1 October 2026, the first day; the thirtieth is Friday 30 October.
    assert days(date(2026, 10, 1)) == (date(2026, 10, 3), date(2026, 10, 5), date(2026, 10, 30))


def test_final_report_whose_last_day_is_closed_moves_to_the_next_open_day():
    # The thirtieth day from 2 October is Saturday the 31st; Monday follows, and Tuesday is a holiday.
    assert days(date(2026, 10, 2))[2] == date(2026, 11, 2)
    # 29 December to 3 January is closed; 4 January 2027 is a Monday.
    assert days(date(2026, 11, 30))[2] == date(2027, 1, 4)


def test_leak_with_a_wrongful_purpose_has_sixty_days():
    assert days(date(2026, 10, 1), is_wrongful=True)[2] == date(
        2026, 11, 30
    )  # the sixtieth is 29 November, a Sunday


def test_leak_of_more_than_a_thousand_or_with_a_wrongful_purpose_must_be_reported():
    def must(kind, people, *, is_wrongful=False):
        return rules.must_report(kind, people, is_wrongful=is_wrongful)

    assert [must(Kind.LEAK, people) for people in (None, 1000, 1001)] == [False, False, True]
    assert must(Kind.LEAK, None, is_wrongful=True)
    assert not must(Kind.WRONG_WORDS, 100_000, is_wrongful=True)


# -- the walk


@pytest.fixture
def compliance(staff):
    return Staff.objects.create(login="compliance", display_name="compliance", role="compliance")


@pytest.fixture
def sent(requested, staff):
    """Four were written to: three by LINE, one by mail."""
    campaigns.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    return requested[0]


def opening(**changes):
    given = {
        "kind": Kind.WRONG_WORDS,
        "words": "期限の日付を間違えた",
        "known_on": business_today(),
        **changes,
    }
    return Opening(**given)


@pytest.fixture
def opened(sent, staff):
    incident = actions.open_incident(sent, opening(), staff["operator"])
    recipients.fix(incident)
    return incident


def test_opening_stops_the_campaign_and_fixes_who_received_what(opened, sent):
    assert state(sent) == "stopped"
    view = queries.view(opened)
    assert (view.row.people, view.row.state) == (4, State.OPEN)
    assert [(each.step, each.channel, each.result, each.count) for each in view.reached] == [
        (1, "line", "accepted", 3),
        (2, "email", "accepted", 1),
    ]
    assert Entry.objects.filter(action="campaigns.incident.opened").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        IncidentRecipient.objects.all().delete()
    with pytest.raises(DatabaseError, match="are fixed"), transaction.atomic():
        Incident.objects.update(recipients_count=3)


def test_list_waits_while_the_campaign_may_still_send_and_is_fixed_by_the_sweep_once_it_is_stopped(
    sent, staff
):
    incident = actions.open_incident(sent, opening(stops=False), staff["operator"])
    assert (state(sent), recipients.fix(incident)) == ("running", False)
    campaigns.pause(sent, staff["operator"])
    assert (state(sent), recipients.fix(incident)) == ("paused", False), "somebody may resume it"

    campaigns.stop(sent, staff["approver"])
    sweeping.sweep()

    assert Incident.objects.get().recipients_count == 4


def test_compliance_may_stop_by_an_incident_and_a_reviewer_may_not_open_one(sent, staff, compliance):
    with pytest.raises(NotPermitted):
        actions.open_incident(sent, opening(), staff["reviewer"])
    assert (Incident.objects.count(), state(sent)) == (0, "running")

    actions.open_incident(sent, opening(), compliance)

    assert state(sent) == "stopped"


def test_incident_needs_words_and_a_day_that_has_come(sent, staff):
    for wrong in (
        opening(words=" "),
        opening(known_on=business_today() + timedelta(days=1)),
        opening(words="個人番号は 123456789018 です"),
    ):
        with pytest.raises(IncidentRefused):
            actions.open_incident(sent, wrong, staff["operator"])
    assert (Incident.objects.count(), state(sent)) == (0, "running")


def test_words_of_the_log_are_encrypted_and_appended_only(opened, staff):
    actions.note(opened, words="窓口に2件の問い合わせ", staff=staff["approver"])

    actor = staff["approver"].actor
    assert [(entry.code, entry.words) for entry in queries.entries(opened, actor)] == [
        ("opened", "期限の日付を間違えた"),
        ("recipients_fixed", ""),
        ("noted", "窓口に2件の問い合わせ"),
    ]
    assert all("問い合わせ".encode() not in bytes(row.words or b"") for row in IncidentEntry.objects.all())
    with pytest.raises(DatabaseError), transaction.atomic():
        IncidentEntry.objects.update(code="x")


def test_correction_goes_to_exactly_the_recipients_once_their_reviews_are_withdrawn(opened, sent, staff):
    correction = actions.draft_correction(opened, staff["operator"])
    audience = Campaign.objects.get(id=correction).audience
    assert calendar.in_words(calendar_of(Course.objects.get(campaign=correction))) == "9:00〜20:00、毎日"
    assert audience == {"field": "in_incident", "operator": "any_of", "value": [opened]}
    shown = preview(audience, ["line", "email"], business_today())
    assert (shown.matching, shown.included, shown.excluded) == (4, 0, {"open_review": 4})

    with pytest.raises(CountMismatch):
        actions.withdraw_reviews(opened, typed_count=3, staff=staff["operator"])
    assert actions.withdraw_reviews(opened, typed_count=4, staff=staff["operator"]) == 4

    assert set(Review.objects.filter(campaign_id=sent).values_list("state", flat=True)) == {"withdrawn"}
    assert preview(audience, ["line", "email"], business_today()).included == 4
    with pytest.raises(IncidentRefused):
        actions.draft_correction(opened, staff["operator"])


def test_list_is_exported_with_customer_numbers_by_who_may(opened, staff, compliance):
    with pytest.raises(NotPermitted):
        recipients.export(opened, staff["operator"])

    with pytest.raises(ExportNeedsRequest):
        recipients.export(opened, compliance)
    assert not Entry.objects.filter(action="campaigns.incident.exported").exists()
    number = approved(ExportedKind.RECIPIENTS, opened, 4, by=compliance.actor)
    lines = b"".join(recipients.export(opened, compliance)).decode("utf-8-sig").splitlines()
    with pytest.raises(ExportNeedsRequest):
        recipients.export(opened, compliance)

    assert lines[0] == "申請,お客さま番号,手順,手段,結果"
    assert all(line.startswith(f"書出{number} compliance ") for line in lines[1:])
    assert len(lines) == 5
    assert sorted(line.split(",", 2)[2] for line in lines[1:]) == [
        *["1,LINE通知メッセージ,受け付けられた"] * 3,
        "2,電子メール,受け付けられた",
    ]
    assert Entry.objects.filter(action="campaigns.incident.exported").count() == 1


def test_leak_opens_the_tasks_of_its_reports_and_cannot_end_without_them(sent, staff, compliance):
    incident = actions.open_incident(sent, opening(kind=Kind.LEAK), compliance)
    assert sorted(Task.objects.values_list("origin", "owner_role", "state")) == [
        (f"incident:{incident}:final", "compliance", "open"),
        (f"incident:{incident}:preliminary", "compliance", "open"),
    ]
    with pytest.raises(IncidentRefused, match="報告"):
        actions.ask_to_close(incident, words="終わり", staff=compliance)

    actions.reported(incident, is_final=False, words="個人情報保護委員会 受付1", staff=compliance)
    actions.reported(incident, is_final=True, words="個人情報保護委員会 受付2", staff=compliance)
    with pytest.raises(IncidentRefused):
        actions.reported(incident, is_final=True, words="もう一度", staff=compliance)
    actions.ask_to_close(incident, words="再発防止をした", staff=compliance)

    assert set(Task.objects.values_list("state", flat=True)) == {"done"}
    assert Incident.objects.get().state == State.CLOSING


def test_who_asked_for_the_end_cannot_confirm_it_whatever_the_code_does(opened, staff, compliance):
    actions.ask_to_close(opened, words="訂正を送った", staff=compliance)

    with pytest.raises(NotAllowed) as refused:
        actions.close(opened, staff=compliance)
    assert refused.value.code == "incidents.four_eyes"
    for closed_by in (compliance.id, None):
        with pytest.raises(DatabaseError, match="another than who asked"), transaction.atomic():
            Incident.objects.filter(id=opened).update(state=State.CLOSED, closed_by=closed_by)
    with pytest.raises(NotPermitted):
        actions.close(opened, staff=staff["operator"])
    assert Incident.objects.get().state == State.CLOSING

    actions.close(opened, staff=staff["approver"])

    assert Incident.objects.get().closed_by == staff["approver"].id
    with pytest.raises(DatabaseError, match="is over"), transaction.atomic():
        Incident.objects.filter(id=opened).update(state=State.OPEN)


def test_end_that_nobody_confirms_goes_back_and_an_old_incident_becomes_one_task(opened, staff):
    actions.ask_to_close(opened, words="終わり", staff=staff["operator"])
    Incident.objects.update(state_since=timezone.now() - timedelta(days=15))
    sweeping.sweep()
    assert (Incident.objects.get().state, Incident.objects.get().close_asked_by) == (State.OPEN, None)

    Incident.objects.update(state_since=timezone.now() - timedelta(days=61))
    sweeping.sweep()
    sweeping.sweep()

    assert list(Task.objects.values_list("origin", flat=True)) == [f"incident:{opened}:open"]


def test_what_the_system_proposed_is_opened_or_dismissed_by_a_person(sent, staff):
    proposed = Incident.objects.create(campaign_id=sent, kind=Kind.DOUBTFUL, known_on=business_today())
    other = Incident.objects.create(campaign_id=sent, kind=Kind.DOUBTFUL, known_on=business_today())

    actions.accept(proposed.id, opening(stops=False), staff["operator"])
    actions.dismiss(other.id, reason="送信先の点検だった", staff=staff["operator"])

    assert dict(Incident.objects.values_list("id", "state")) == {proposed.id: "open", other.id: "dismissed"}
    with pytest.raises(IncidentRefused):
        actions.accept(other.id, opening(), staff["operator"])
