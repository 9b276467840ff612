"""A stop calls off the letters that are not printed yet, and says plainly for which it came too late."""

import re

import pytest
from django.db import connection
from django.test import Client

from keizoku.campaigns import actions, calling_off, letter_words
from keizoku.campaigns.incidents import actions as incidents
from keizoku.campaigns.incidents import recipients
from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.incidents.rules import Kind
from keizoku.campaigns.rules import StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY, work
from keizoku.campaigns.why import lines
from keizoku.console.tests.pages import do, go, words
from keizoku.delivery import actions as delivery
from keizoku.delivery.letters import following, queries
from keizoku.delivery.letters.calling_off import stand
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.tests.people import make_staff


@pytest.fixture
def people(committed_db, printer, make_customers):
    return make_customers(3)


@pytest.fixture
def operator(people):
    return make_staff("operator", "operator")


@pytest.fixture
def sent(people, operator):
    """A campaign whose three letters lie at the print house, which prints in the evening."""
    message = delivery.write_message(
        channel="letter",
        name="手紙",
        subject=letter_words.SUBJECT,
        body=letter_words.BODY,
        button_label=letter_words.LABEL,
        actor=operator.actor,
    )
    campaign = actions.draft(
        name="期日到来",
        audience=EVERYBODY,
        steps=[StepPlan("letter", 0, message)],
        answer_days=30,
        staff=operator,
    )
    actions.request_approval(campaign, operator)
    actions.approve(campaign, typed_count=3, staff=make_staff("approver", "approver"))
    work()
    assert queries.batches()[0].state == "handed_in"
    return campaign


def why(campaign, people):
    return {line.words for line in lines.of_customers([campaign], people, business_now())}


def woken():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'campaigns.call_off_letters'")
        return cursor.fetchall()


def test_stop_calls_off_what_is_not_printed_and_the_pages_say_so(sent, people, operator, printer):
    browser = Client()
    browser.force_login(operator)
    shown = words(go(browser, "console-campaign-stop", sent))
    assert re.search(r"まだ印刷していない手紙 3通（締め切り \d{4}-\d\d-\d\d 17:30）は、", shown)

    do(browser, "console-campaign-stop", sent)
    assert len(woken()) == 1
    assert why(sent, people) == {
        "手紙：受け付けられた（キャンペーンを中止したので、印刷の取りやめを印刷会社に申し入れている）"
    }
    calling_off.work(campaign=sent)

    assert {each.state for each in printer.world.house.batches.values()} == {"cancelled"}
    assert (stand(sent).left, stand(sent).called_off) == (0, 3)
    assert why(sent, people) == {"手紙：届かなかった（印刷する前に取りやめたので、届かない）"}
    assert "手紙 3通は、印刷する前に取りやめました。届きません。" in words(
        go(browser, "console-campaign", sent)
    )


def test_letters_that_are_printed_already_are_told_and_not_asked_for_again(sent, people, operator, printer):
    printer.advance(1)
    actions.stop(sent, operator)
    assert calling_off.sweep() == 0
    assert calling_off.sweep() == 0

    asked = [line for line in printer.journal() if line["path"].endswith("/cancel")]
    assert len(asked) == 1
    assert (stand(sent).left, stand(sent).printed) == (0, 3)
    assert why(sent, people) == {
        "手紙：受け付けられた（中止したときには印刷が始まっていたので、取りやめられない）"
    }
    following.follow()
    assert queries.batches()[0].state != "cancelled"
    browser = Client()
    browser.force_login(operator)
    assert "取りやめられませんでした" in words(go(browser, "console-campaign", sent))


def test_print_house_that_does_not_answer_is_asked_again_until_it_has(sent, operator, printer, settings):
    actions.stop(sent, operator)
    url, settings.LETTER_API_URL = settings.LETTER_API_URL, "http://127.0.0.1:9/print"
    assert calling_off.sweep() == 0
    assert stand(sent).left == 3

    settings.LETTER_API_URL = url
    assert calling_off.sweep() == 3
    assert calling_off.sweep() == 0


def test_cancelling_whose_answer_was_lost_is_not_taken_for_too_late(sent, operator, printer):
    actions.stop(sent, operator)
    house = printer.world.house
    for batch in house.batches.values():
        assert house.cancel(batch)

    assert calling_off.sweep() == 3


def test_letters_of_a_campaign_that_goes_on_are_left_alone(sent, operator, printer):
    actions.pause(sent, operator)
    assert calling_off.sweep() == 0
    calling_off.work(campaign=sent)
    assert {each.state for each in printer.world.house.batches.values()} == {"accepted"}


def test_incident_s_list_waits_for_the_letters_and_leaves_out_whom_none_reaches(sent, operator, printer):
    opening = incidents.Opening(Kind.WRONG_WORDS, "文面を間違えた", business_today())
    incident = incidents.open_incident(sent, opening, operator)
    assert not recipients.fix(incident)

    calling_off.sweep()

    assert recipients.fix(incident)
    assert Incident.objects.get().recipients_count == 0
