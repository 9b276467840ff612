import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.population.crowd import Manners
from keizoku.sandbox.population.pages import read_page
from keizoku.sandbox.population.persona import Persona
from keizoku.sandbox.tests.places import people_whose_mailbox, people_with, person, sandbox, until
from keizoku.sandbox.tests.portal import CODE, TOKEN, portal
from keizoku.sandbox.tests.test_faults import send
from keizoku.sandbox.world.assumptions import Mailbox, Reception
from keizoku.sandbox.world.people import phone_hash

EVERYBODY = Manners(line_answers=1.0, mail_answers=1.0, soonest=0.0, latest=0.0)


def button(start: Any) -> Any:
    action = {"type": "uri", "label": "確認する", "uri": f"{start}/r/{TOKEN}"}
    template = {"type": "buttons", "text": "お客さま情報の確認をお願いします", "actions": [action]}
    return {"type": "template", "altText": "確認", "template": template}


def answered(caller: Any) -> Any:
    return caller.running.crowd.status().get("done", 0)


async def notify(caller: Any, who: Any, start: Any) -> Any:
    body = {"to": phone_hash(who.phone), "messages": [button(start)]}
    assert (await caller.post("/bot/pnp/push", body))[0] == 200


def test_customer_answers_through_the_link_in_the_line_button(tmp_path):
    async def scenario() -> Any:
        async with (
            portal() as bank,
            sandbox(tmp_path, portal_url=bank.url, manners=EVERYBODY, population=True) as caller,
        ):
            who = people_with(Reception.ON)[0]
            before = datetime.now(UTC)
            await notify(caller, who, bank.url)
            await until(lambda: answered(caller) == 1)
            (answer,) = bank.answers
            assert answer["account_last4"] == who.account_number[-4:]
            assert answer["birth_era"] == ""
            assert answer["answer_remittance"] == "no"
            assert bank.headers[0]["Origin"] == bank.url
            assert bank.headers[0]["Referer"] == f"{bank.url}/step/identify"
            (entry,) = await caller.journal("answers")
            assert entry["customer"] == who.number
            assert (entry["channel"], entry["reference"], entry["outcome"]) == ("line", CODE, "done")
            submitted = datetime.fromisoformat(entry["submitted_at"])
            assert (
                before - timedelta(milliseconds=1)
                <= submitted
                <= datetime.fromisoformat(entry["answered_at"])
            )

    asyncio.run(scenario())


def test_reader_of_a_mail_types_the_reference_code_on_the_start_page(tmp_path):
    async def scenario() -> Any:
        async with (
            portal() as bank,
            sandbox(tmp_path, portal_url=bank.url, manners=EVERYBODY, population=True) as caller,
        ):
            who = people_whose_mailbox(Mailbox.OPEN)[0]
            await asyncio.to_thread(send, caller.running.smtp_port, who.mail)
            await until(lambda: answered(caller) == 1)
            (entry,) = await caller.journal("answers")
            assert (entry["customer"], entry["channel"], entry["reference"]) == (who.number, "email", CODE)

    asyncio.run(scenario())


def test_nobody_answers_while_the_population_is_off_or_before_it_is_time(tmp_path):
    async def scenario() -> Any:
        manners = Manners(line_answers=1.0, soonest=3600.0, latest=3600.0)
        async with portal() as bank, sandbox(tmp_path, portal_url=bank.url, manners=manners) as caller:
            await notify(caller, people_with(Reception.ON)[0], bank.url)
            await until(lambda: caller.running.deliveries.counts["delivered"])
            await caller.post("/_sandbox/population", {"on": True})
            assert (await caller.status())["population"]["due"] == 0
            assert bank.answers == []
            await caller.post("/_sandbox/population", {"on": False})
            later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
            await caller.post("/_sandbox/clock", {"now": later})
            await until(lambda: caller.running.crowd.status()["due"] == 1)
            assert bank.answers == []
            await caller.post("/_sandbox/population", {"on": True})
            await until(lambda: answered(caller) == 1)

    asyncio.run(scenario())


def test_reminder_of_what_is_answered_is_not_answered_again(tmp_path):
    async def scenario() -> Any:
        async with (
            portal() as bank,
            sandbox(tmp_path, portal_url=bank.url, manners=EVERYBODY, population=True) as caller,
        ):
            who = people_with(Reception.ON)[0]
            await notify(caller, who, bank.url)
            await until(lambda: answered(caller) == 1)
            await notify(caller, who, bank.url)
            await until(lambda: caller.running.deliveries.counts["delivered"] == 2)
            await until(lambda: caller.running.crowd.status()["due"] == 0)
            assert len(bank.answers) == 1

    asyncio.run(scenario())


def test_share_of_people_who_answer_is_the_stated_one(tmp_path):
    async def scenario() -> Any:
        manners = Manners(line_answers=0.18, soonest=0.0, latest=0.0)
        async with (
            portal() as bank,
            sandbox(tmp_path, portal_url=bank.url, manners=manners, population=True) as caller,
        ):
            people = people_with(Reception.ON)[:200]
            for who in people:
                await notify(caller, who, bank.url)
            await until(lambda: caller.running.deliveries.counts["delivered"] == len(people))
            await until(
                lambda: (
                    not caller.running.crowd.status()["due"] and not caller.running.crowd.status()["visiting"]
                )
            )
            assert 20 <= answered(caller) <= 55

    asyncio.run(scenario())


@pytest.mark.parametrize(("acts", "answers"), [(False, 1), (True, 0)])
def test_lost_connection_on_a_form_is_looked_into_and_not_sent_blindly_again(tmp_path, acts, answers):
    async def scenario() -> Any:
        async with (
            portal() as bank,
            sandbox(tmp_path, portal_url=bank.url, manners=EVERYBODY, population=True) as caller,
        ):
            bank.drop_next_post, bank.drop_after_acting = True, acts
            await notify(caller, people_with(Reception.ON)[0], bank.url)
            await until(lambda: answered(caller) == 1)
            assert len(bank.answers) == answers
            (entry,) = await caller.journal("answers")
            assert entry["starts"] == 2
            assert entry["remarks"] == ["connection lost on a form"]

    asyncio.run(scenario())


def test_person_who_mistypes_the_birth_date_does_so_once(tmp_path):
    async def scenario() -> Any:
        async with (
            portal() as bank,
            sandbox(tmp_path, portal_url=bank.url, manners=EVERYBODY, population=True) as caller,
        ):
            slips = [who for who in people_with(Reception.ON) if Persona(who, Chance(1), "1", None).mistypes]
            await notify(caller, slips[0], bank.url)
            await until(lambda: answered(caller) == 1)
            days = [form["birth_day"] for step, form in bank.posts if step == "identify"]
            assert days == ["9", "8"]
            assert (await caller.journal("answers"))[0]["mistyped"] is True

    asyncio.run(scenario())


def test_portal_that_never_gets_further_is_given_up(tmp_path):
    async def scenario() -> Any:
        async with (
            portal() as bank,
            sandbox(
                tmp_path,
                people=[person(1, birth_date=datetime(1999, 1, 1, tzinfo=UTC).date(), mail="a@example.jp")]
                * 1,
                portal_url=bank.url,
                manners=EVERYBODY,
                population=True,
            ) as caller,
        ):
            await asyncio.to_thread(send, caller.running.smtp_port, "a@example.jp")
            await until(lambda: caller.running.crowd.status().get("stuck") == 1)
            assert bank.answers == []

    asyncio.run(scenario())


PAGE = """
<html><header><form method=post action=/logout><button>ログアウト</button></form></header>
<main data-state="question"><form action="/a" method="POST">
<input type=hidden name=csrf value="x&amp;y">
<input type=radio name=answer_address_known value=same><label>変わりありません</label>
<input type=radio name=answer_address_known value=changed><label>変わりました</label>
<input name=answer_address_postal_code><textarea name=answer_address></textarea>
<input type=file name=picture><input name=old disabled>
<button name=go value=on>次へ</button><button name=go value=back>やめる</button>
</form></main></html>
"""


def habitual(change: Any) -> Any:
    for index in range(5000):
        persona = Persona(person(index), Chance(1), "occasion", CODE)
        if persona.change == change:
            return persona
    raise LookupError


def test_person_with_nothing_new_leaves_the_rest_empty():
    form = read_page(PAGE).form
    assert form is not None
    assert form.action == "/a"
    assert habitual(None).fill(form) == [
        ("csrf", "x&y"),
        ("answer_address_known", "same"),
        ("answer_address_postal_code", ""),
        ("answer_address", ""),
        ("go", "on"),
    ]


def test_person_who_has_moved_gives_a_real_postal_code_and_its_town():
    sent = dict(habitual("address").fill(read_page(PAGE).form))
    assert sent["answer_address_known"] == "changed"
    assert sent["answer_address_postal_code"] in {"150-0002", "530-0001", "460-0008", "810-0001"}
    assert sent["answer_address"].startswith(("東京都", "大阪府", "愛知県", "福岡県"))


def test_person_with_a_new_occupation_chooses_another_one():
    html = (
        '<main data-state="question"><form method="post">'
        '<label><input type="radio" name="answer_occupation" value="company_employee">会社員</label>'
        '<label><input type="radio" name="answer_occupation" value="student">学生</label></form></main>'
    )
    form = read_page(html).form
    assert habitual("occupation").fill(form) == [("answer_occupation", "student")]
    assert habitual(None).fill(form) == [("answer_occupation", "company_employee")]


def test_asked_for_what_nobody_knows_yet_the_person_types_their_own():
    html = '<main data-state="question"><form method="post"><input name="answer_phone"></form></main>'
    persona = habitual(None)
    assert persona.fill(read_page(html).form) == [("answer_phone", persona.person.phone)]


def test_consent_that_nobody_demands_stays_unticked_but_a_question_gets_an_answer():
    html = (
        '<main data-state="question"><form method="post"><input type="checkbox" name="newsletter" value="on">'
        '<input type="checkbox" name="answer_sources" value="salary"><input type="checkbox" name="answer_sources" value="rent">'
        "</form></main>"
    )
    assert habitual(None).fill(read_page(html).form) == [("answer_sources", "salary")]
