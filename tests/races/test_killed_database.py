"""PostgreSQL is killed while a wave goes out and while a customer hands in: all recover, nothing is lost or doubled."""

from concurrent.futures import ThreadPoolExecutor

from journeys.world import FUKUOKA, KYOTO
from keizoku.campaigns.approval.rules import FIRST_WAVE_LEAST
from keizoku.cli.demo.browser import Browser
from races.people import AMID_THE_CRASH, ANSWERING
from races.sending import WINDOW, asked, expire_leases, requests, wait_until_sent

KILLS = 2


def test_killed_database_writes_to_nobody_twice_and_the_workers_go_on(home, kill_database):
    home.fault("line", "slow", count=len(AMID_THE_CRASH), delay_ms=400)
    campaign = home.campaign(KYOTO, count=len(AMID_THE_CRASH))
    for kill in range(KILLS):
        home.wait(
            lambda kill=kill: asked(home, AMID_THE_CRASH) > FIRST_WAVE_LEAST + kill * WINDOW,
            f"nothing is sent after kill {kill}",
        )
        kill_database()
        home.wait(lambda: home.sql("SELECT 1"), "the database does not come back")
        expire_leases(home)
    ended = wait_until_sent(home, campaign, AMID_THE_CRASH)
    assert set(ended) <= {"accepted", "unknown"}
    assert ended.get("unknown", 0) <= KILLS * WINDOW
    assert set(requests(home, AMID_THE_CRASH)) <= {0, 1}


def at_the_end_of_the_questions(home, person):
    """A browser without JavaScript, and the page with all answers."""
    browser = Browser(home.web)
    page = browser.get(home.line_to(person).link)
    birth = person.birth_date
    known = {
        "birth_year": str(birth.year),
        "birth_month": str(birth.month),
        "birth_day": str(birth.day),
        "account_last4": person.account_last4,
    }
    page = browser.submit(page, page.form_with("birth_day"), known)
    page = browser.submit(page, page.form_with("do"), {"do": "changed"})
    answers = {
        "answer_address_known": "same",
        "answer_phone_known": "same",
        "answer_occupation": "company_employee",
        "answer_purpose": "savings",
        "answer_remittance": "no",
    }
    for name, value in answers.items():
        page = browser.submit(page, page.form_with(name), {name: value})
    assert page.page.state == "confirm", page.page.text
    return browser, page


def test_answer_amid_a_crash_is_stored_with_its_receipt_or_asked_for_again(home, kill_database):
    (person,) = ANSWERING
    home.campaign(FUKUOKA, count=1)
    browser, confirm = at_the_end_of_the_questions(home, person)
    code = home.line_to(person).code

    def hand_in():
        return browser.submit(confirm, confirm.form_with("csrfmiddlewaretoken"), {})

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(hand_in)
        kill_database()
        answer = first.result()
    assert (answer.status, "しばらく" in answer.page.text or code in answer.page.text) in {
        (200, True),
        (500, False),
    }
    if answer.status == 500:
        assert "同じ受付番号でもう一度お確かめください" in answer.page.text
    home.wait(lambda: home.sql("SELECT 1"), "the database does not come back")
    again = hand_in()
    assert again.page.state == "done", (again.status, again.page.text)
    assert code in again.page.text
    assert (
        home.number("SELECT count(*) FROM reviews_answer WHERE review_id = %s", home.review(person, "id"))
        == 1
    )
