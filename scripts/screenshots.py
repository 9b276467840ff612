"""Takes the README's screenshots: starts a demo in a state folder of its own, walks it, and photographs each step.

    .venv/bin/python scripts/screenshots.py        (make screenshots)

Each step is taken at 360 and 1280 px into docs/screenshots. A page wider than its window ends the run.
"""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from photographing import SHOTS, shoot
from playwright.sync_api import Browser, Page, sync_playwright

from keizoku.kernel.text.phone import read_phone

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 240


@dataclass(frozen=True)
class Demo:
    """A running demo's addresses; ``tickets`` by the staff's order in the welcome."""

    web: str
    phone: str
    tickets: dict[str, str]
    state: Path


@contextmanager
def running_demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="keizoku-screenshots-") as folder:
        Path(folder).chmod(0o711)
        welcome = Path(folder) / "welcome.txt"
        with welcome.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "keizoku", "demo"],
                env={**os.environ, "KEIZOKU_STATE": f"{folder}/state"},
                stderr=output,
            )
        try:
            yield read_welcome(wait_for(welcome, process), Path(folder) / "state" / "demo")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def wait_for(welcome: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + READY_WITHIN_S
    while "Ctrl-C" not in (text := welcome.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the demo did not start:\n{text}")
        time.sleep(0.5)
    return text


def read_welcome(text: str, state: Path) -> Demo:
    tickets = re.findall(r"http://\S+/console/ticket/\S+", text)
    roles = ("operator", "approver", "reviewer", "phone_desk", "compliance", "auditor", "administrator")
    web = re.search(r"(http://[\d.:]+)/\s", text)
    phone = re.search(r"(http://\S+)/phone", text)
    assert web
    assert phone
    return Demo(web[1], phone[1], dict(zip(roles, tickets, strict=True)), state)


def visitor(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP").new_page()


def sign_in(browser: Browser, ticket: str) -> Page:
    page = visitor(browser)
    page.goto(ticket)
    page.locator("main button").click()
    page.wait_for_url(re.compile(r"/console/(phone)?$"))  # whoever goes on before is not signed in yet
    return page


def submit(page: Page, field: str) -> None:
    """Send the form that has this field."""
    with page.expect_navigation():
        page.locator(f"form:has([name={field}])").last.evaluate("form => form.requestSubmit()")


def choose(page: Page, field: str, words: str) -> None:
    """The first option whose words begin so."""
    option = page.locator(f"[name={field}] option").filter(has_text=re.compile(f"^\\s*{words}")).first
    page.locator(f"[name={field}]").select_option(option.get_attribute("value"))


def compose_audience(demo: Demo, operator: Page) -> None:
    """Due, and either of a higher risk or not confirmed for three years: a condition and a group of two."""
    operator.goto(f"{demo.web}/console/audiences/new")
    operator.locator("[name=name]").fill("期日を迎えた、リスク中以上か3年確認していない方")
    compose(operator, "select[name$=_field]", "due_on")
    operator.locator("input[name$=_value]").first.fill("0")
    inner = "fieldset fieldset"
    press(operator, "まとまりを足す")
    compose(operator, f"{inner} select[name$=_word]", "any")
    compose(operator, f"{inner} select[name$=_field]", "level")
    for level in ("中", "高"):
        operator.locator(f"{inner} label.choice").filter(has_text=level).click()
    press(operator, "条件を足す")
    compose(operator, f"{inner} select[name$=_field] >> nth=1", "confirmed_on")
    compose(operator, f"{inner} select[name$=_operator] >> nth=1", "older_than_days")
    operator.locator(f"{inner} input[type=text][name$=_value]").last.fill("1095")
    operator.keyboard.press("Tab")
    operator.wait_for_timeout(1500)
    shoot(operator, "audience-composer")


def compose(page: Page, chosen: str, value: str) -> None:
    """Choose in the composer, and wait for its new form."""
    with composed(page):
        page.locator(chosen).first.select_option(value)


def press(page: Page, words: str) -> None:
    """Press the composer's innermost button of these words, and wait for its new form."""
    inner = page.locator("fieldset fieldset button").filter(has_text=words)
    button = inner.first if inner.count() else page.locator("fieldset button").filter(has_text=words).first
    with composed(page):
        button.click()


@contextmanager
def composed(page: Page) -> Iterator[None]:
    """Until the form that the composer shows is another than before, and listens."""
    page.evaluate("document.getElementById('composer').dataset.former = ''")
    yield
    page.wait_for_function(
        "() => { const form = document.getElementById('composer');"
        " return form && !('former' in form.dataset) && !form.matches('.htmx-added, .htmx-settling'); }"
    )


def copy_journey(demo: Demo, operator: Page) -> str:
    """A copy that sends at any hour, so that the pictures can be taken on any day; returns its name."""
    operator.goto(f"{demo.web}/console/journeys")
    operator.get_by_role("link", name="LINEのあと、メール").first.click()
    shoot(operator, "journey")
    operator.get_by_role("link", name="写して新しく作る").click()
    operator.locator("[name=name]").fill("LINEのあと、メール（いつでも）")
    operator.locator("[name=opens]").select_option("0:00")
    operator.locator("[name=closes]").select_option("0:00")
    for box in operator.locator("[name=days]").all():
        box.check()
    operator.locator("button[value=save]").click()
    operator.wait_for_url(re.compile(r"/journeys/\d+$"))
    return "LINEのあと、メール（いつでも）"


def make_campaign(demo: Demo, operator: Page) -> str:
    journey = copy_journey(demo, operator)
    operator.goto(f"{demo.web}/console/campaigns/new")
    operator.locator("[name=name]").fill("2026年11月 期日を迎えたお客さま")
    choose(operator, "audience", "期日を迎えた方")
    choose(operator, "course-1-journey", journey)
    operator.wait_for_timeout(1500)
    shoot(operator, "campaign-new")
    submit(operator, "name")
    operator.wait_for_url(re.compile(r"/campaigns/\d+$"))
    campaign = operator.url
    operator.goto(f"{campaign}/request")
    operator.locator("form.confirm").evaluate("form => form.requestSubmit()")
    operator.wait_for_url(campaign)
    return campaign


def approve(campaign: str, approver: Page) -> None:
    approver.goto(f"{campaign}/approve")
    shoot(approver, "campaign-approve", at_end=True)
    number = re.sub(r"\D", "", approver.locator(".field-hint strong").inner_text())
    approver.locator("[name=typed_number]").fill(number)
    submit(approver, "typed_number")
    approver.wait_for_url(campaign)


def confirm_first_wave(campaign: str, operator: Page) -> None:
    """Once the first wave has halted: everybody else."""
    operator.goto(campaign)
    operator.locator("a[href$='/first-wave'].button").wait_for()
    operator.goto(f"{campaign}/first-wave")
    shoot(operator, "campaign-first-wave")
    number = re.sub(r"\D", "", operator.locator(".field-hint strong").inner_text())
    operator.locator("[name=typed_number]").fill(number)
    submit(operator, "typed_number")
    operator.wait_for_url(campaign)


def tell_sandbox(demo: Demo, path: str, body: dict[str, object]) -> None:
    request = urllib.request.Request(
        f"{demo.phone}{path}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request):
        pass


def somebody(demo: Demo) -> dict[str, str]:
    """The row of the bank's file of a person who has a LINE message and whose birth date is written plainly."""
    with (demo.state / "demo" / "customers.csv").open(
        encoding="cp932", errors="replace", newline=""
    ) as stream:
        plain = {
            phone.e164: row
            for row in csv.DictReader(stream)
            if (phone := read_phone(row["電話番号"])) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["生年月日"])
        }
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        inbox = (demo.state / "sandbox" / "inbox.jsonl").read_text().splitlines()
        for entry in map(json.loads, inbox):
            if entry["kind"] == "line" and entry["holder"] in plain:
                return plain[entry["holder"]]
        time.sleep(1)
    raise SystemExit("nobody has a LINE message")


def answer(page: Page, row: dict[str, str]) -> None:
    """The customer's part on the phone: one change, of the address."""
    shoot(page, "portal-identify")
    year, month, day = row["生年月日"].split("-")
    page.locator("#id_birth_year").fill(year)
    page.locator("#id_birth_month").fill(str(int(month)))
    page.locator("#id_birth_day").fill(str(int(day)))
    page.locator("#id_account_last4").fill(row["口座番号"][-4:])
    submit(page, "account_last4")
    shoot(page, "portal-unchanged")
    page.locator("main button[value=changed]").click()
    page.locator("[name=answer_address_known][value=changed]").check()
    page.locator("[name=answer_address_postal_code]").fill("150-0002")
    page.locator("[name=answer_address]").fill("東京都渋谷区渋谷1-2-3")
    shoot(page, "portal-question")
    submit(page, "answer_address_known")
    while page.locator("main").get_attribute("data-state") == "question":
        answer_unchanged(page)
    if page.locator("main[data-state=prove]").count():
        shoot(page, "portal-prove")
        with page.expect_navigation():
            page.locator("main button[value=without]").click()
    page.locator("main form").first.evaluate("form => form.requestSubmit()")
    page.wait_for_selector("main[data-state=done]")
    shoot(page, "portal-done")


def answer_unchanged(page: Page) -> None:
    """Nothing has changed where that may be said; else the first answer."""
    same = page.locator("main input[value=same], main input[value=no]")
    (same if same.count() else page.locator("main input[type=radio]")).first.check()
    with page.expect_navigation():
        page.locator("main form:has(input[type=radio])").first.evaluate("form => form.requestSubmit()")


def walk(demo: Demo, browser: Browser) -> None:
    tell_sandbox(demo, "/_sandbox/population", {"on": False})
    staff = {role: sign_in(browser, ticket) for role, ticket in demo.tickets.items()}
    staff["operator"].goto(f"{demo.web}/console/")
    shoot(staff["operator"], "dashboard")
    compose_audience(demo, staff["operator"])
    campaign = make_campaign(demo, staff["operator"])
    approve(campaign, staff["approver"])
    confirm_first_wave(campaign, staff["operator"])
    row = somebody(demo)
    phone = visitor(browser)
    phone.goto(f"{demo.phone}/phone/{row['顧客番号']}?view=line")
    shoot(phone, "phone-line")
    own = visitor(browser)
    own.goto(f"{demo.web}/")
    shoot(own, "portal-start")
    own.goto(phone.locator("a[href*='/r/']").last.get_attribute("href") or "")
    answer(own, row)
    review(demo, staff)
    tell_sandbox(demo, "/_sandbox/population", {"on": True})
    time.sleep(45)
    staff["operator"].goto(campaign)
    shoot(staff["operator"], "campaign-funnel")
    look_at_the_silent(demo, campaign, staff)


def look_at_the_silent(demo: Demo, campaign: str, staff: dict[str, Page]) -> None:
    """After the second step and the deadline: the numbers, and who did not answer."""
    compliance = staff["compliance"]
    advance(demo, staff["administrator"], days=8)
    staff["operator"].goto(f"{campaign}/numbers")
    shoot(staff["operator"], "campaign-numbers")
    advance(demo, staff["administrator"], days=24)
    deadline = time.monotonic() + READY_WITHIN_S
    compliance.goto(f"{demo.web}/console/silent")
    while not compliance.locator("a[href*='/silent/']").count() and time.monotonic() < deadline:
        compliance.wait_for_timeout(3000)
        compliance.reload()
    shoot(compliance, "silent")
    compliance.locator("tbody a[href*='/silent/']").first.click()
    compliance.wait_for_url(re.compile(r"/silent/\d+$"))
    shoot(compliance, "silent-case")


def advance(demo: Demo, administrator: Page, *, days: int) -> None:
    """Move business time, and give the journey and its answers the time to follow."""
    administrator.goto(f"{demo.web}/console/settings/clock")
    administrator.locator("[name=days]").fill(str(days))
    submit(administrator, "days")
    time.sleep(45)


def review(demo: Demo, staff: dict[str, Page]) -> None:
    reviewer, auditor = staff["reviewer"], staff["auditor"]
    reviewer.goto(f"{demo.web}/console/desk")
    shoot(reviewer, "desk")
    staff["approver"].goto(f"{demo.web}/console/desk/board")
    shoot(staff["approver"], "desk-board")
    staff["phone_desk"].goto(f"{demo.web}/console/phone")
    shoot(staff["phone_desk"], "phone-desk")
    reviewer.locator("form[action$='/desk/next']").first.evaluate("form => form.requestSubmit()")
    reviewer.wait_for_url(re.compile(r"/desk/\d+$"))
    shoot(reviewer, "desk-case")
    customer = reviewer.locator("a[href*='/console/customers/']").first.get_attribute("href") or ""
    reviewer.locator("[name=reason_approve]").first.check()
    with reviewer.expect_navigation():
        reviewer.locator("form:has([name=reason_approve]) button[value=list]").click()
    reviewer.goto(demo.web + customer)
    shoot(reviewer, "customer")
    time.sleep(12)  # the sealer's turn
    auditor.goto(f"{demo.web}/console/audit")
    auditor.locator("form[action$='/audit/verify']").first.evaluate("form => form.requestSubmit()")
    auditor.wait_for_url("**/audit/verify", timeout=90_000)
    shoot(auditor, "audit")


def main() -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    settings = json.loads((ROOT / ".venv" / "browser.json").read_text())
    os.environ.update(settings["env"])
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=settings["executable"], args=settings["args"])
        walk(demo, browser)
        browser.close()


if __name__ == "__main__":
    main()
