"""``keizoku demo --check``: the main job from the bank's file to the proved record, walked by itself.

Staff act through the console's own pages; customers are the sandbox's population. What was sent is counted from the
emulators' journals, what was recorded from the database, and the audit is proved from an export by the verifier alone.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from rich.console import Console

from keizoku.cli.demo import canaries, cases, linking, making, outside, reaching
from keizoku.cli.demo.browser import Browser, WalkFailed
from keizoku.cli.demo.children import Family
from keizoku.cli.demo.first_data import tickets
from keizoku.cli.demo.places import CUSTOMERS, Places

WAIT_S = 400  # on a busy machine
JOURNEY = "LINE、メール、SMS、手紙の順"
# Past the journey's last wait and the deadline: letters are posted, some come back, and who said nothing becomes a case.
DAYS_AFTER_LETTERS = 16
LINKING = 3  # customers who link their LINE accounts
# Planner and senders look every second or two. Whoever answers does so within six seconds (the sandbox is told so).
SENT_STILL_S, ANSWERS_STILL_S = 5, 7
QUIET_POLL_S = 0.5


@dataclass
class Report:
    """The one JSON line. Any breach is named in ``breaches``."""

    customers: int = 0
    rejected_rows: int = 0
    due: int = 0
    contacted: dict[str, int] = field(default_factory=dict)
    answered: int = 0
    decided: int = 0
    line_pushes: int = 0
    letters_posted: int = 0
    silent: int = 0
    records_updated: int = 0
    sent_twice: int = 0
    sent_after_answer: int = 0
    carriers_saw_personal_data: int = 0
    unknown: int = 0
    audit_verified: bool = False
    seconds: float = 0.0
    breaches: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.breaches

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run(places: Places, family: Family, console: Console, began: float) -> Report:
    """Walk everything; a walk that cannot go on is a breach too."""
    report = Report()
    try:
        _Walk(places, family, console, report).go()
    except WalkFailed as failed:
        report.breaches.append(str(failed))
    report.seconds = round(time.monotonic() - began, 1)
    return report


class _Walk:
    def __init__(self, places: Places, family: Family, console: Console, report: Report) -> None:
        self._places = places
        self._family = family
        self._console = console
        self._report = report
        self._updated_before = 0
        self._seen_sent = (
            0  # by the end of the stage before: the next one may be through before anybody looks
        )
        self._relay = outside.ClockRelay(places)
        tokens = tickets()
        self._staff = {login: Browser(places.web) for login in tokens}
        for login, browser in self._staff.items():
            browser.sign_in(tokens[login])

    def go(self) -> None:
        self._check_import()
        campaign = self._make_campaign()
        self._refuse_wrong_approvals(campaign)
        linked = self._link_accounts(campaign)
        self._approve(campaign)
        self._confirm_first_wave(campaign)
        self._wait_for_sending(campaign, "LINE")
        self._wait_for_answers()
        self._advance(days=8)
        self._wait_for_sending(campaign, "メール")
        self._wait_for_answers()
        self._advance(days=8)
        self._wait_for_sending(campaign, "SMS")
        self._wait_for_answers()
        self._advance(days=8)
        self._wait_for_sending(campaign, "手紙")
        self._wait_for_answers()
        self._advance(days=DAYS_AFTER_LETTERS)
        self._decide_all()
        self._wait_for_the_post()
        self._count_silent(campaign)
        self._count_what_carriers_saw(linked)
        self._count_records()
        self._prove_audit()

    def _say(self, words: str) -> None:
        self._console.print(f"  ・{words}")

    def _expect(self, holds: bool, breach: str) -> None:  # noqa: FBT001 - reads as a sentence where it is used
        if not holds:
            self._report.breaches.append(breach)

    def _check_import(self) -> None:
        from keizoku.customers.models import Customer, ImportRejection, RecordVersion
        from keizoku.kernel.clock import business_today
        from keizoku.risk.queries import due_summary

        truth = json.loads(self._places.truth.read_text(encoding="utf-8"))
        named = {(row["line"], row["code"]) for row in truth["dirty_rows"]}
        rejected = set(ImportRejection.objects.values_list("line", "code"))
        self._expect(
            named == rejected, f"rejected rows differ from the truth file in {len(named ^ rejected)} rows"
        )
        self._report.rejected_rows = len(rejected)
        self._report.customers = Customer.objects.count()
        self._expect(
            self._report.customers == truth["count"] - len(named) + cases.DOUBLES,
            "customers are not the files' good rows",
        )
        self._report.due = due_summary(business_today()).total.overdue
        self._updated_before = RecordVersion.objects.filter(version__gt=1).count()
        self._say(f"お客さま {self._report.customers:,}人、取り込めない行 {self._report.rejected_rows:,}")

    def _make_campaign(self) -> int:
        operator = self._staff["operator"]
        campaign = making.draft(
            operator,
            name="期日到来のお客さま(自動確認)",
            audience="期日を迎えた方",
            journey=making.copy_for_any_hour(operator, JOURNEY),
        )
        request = operator.get(f"/console/campaigns/{campaign}/request")
        done = operator.submit(request, request.form_with("csrfmiddlewaretoken"), {})
        self._expect(done.status == 200, f"the request was refused: {done.page.text[:200]}")  # noqa: PLR2004
        return campaign

    def _refuse_wrong_approvals(self, campaign: int) -> None:
        """The maker, and the approver with a wrong number, are refused; nothing is sent."""
        path = f"/console/campaigns/{campaign}/approve"
        self._expect(
            self._staff["operator"].get(path).status in {403, 409}, "the maker could open the approval"
        )
        approver = self._staff["approver"]
        page = approver.get(path)
        wrong = approver.submit(page, page.form_with("typed_number"), {"typed_number": "1"})
        self._expect(wrong.status in {409, 422}, "a wrong number was accepted")
        self._expect(not any(True for _ in canaries.sends(self._places.journals)), "sent before the approval")

    def _link_accounts(self, campaign: int) -> int:
        """A few of those who will be written to link their LINE accounts first; returns how many."""
        chosen = linking.candidates(self._places.sample, campaign, LINKING)
        for number, customer in chosen.items():
            linking.link(self._places.sandbox, number, customer, self._wait)
        self._say(f"LINEと連携: {len(chosen)}人")
        return len(chosen)

    def _approve(self, campaign: int) -> None:
        from keizoku.campaigns.queries import view

        approver = self._staff["approver"]
        page = approver.get(f"/console/campaigns/{campaign}/approve")
        count = view(campaign).row.count
        done = approver.submit(page, page.form_with("typed_number"), {"typed_number": str(count)})
        self._expect(done.status == 200, f"the approval was refused: {done.page.text[:200]}")  # noqa: PLR2004
        self._say(f"キャンペーンを承認: {count:,}人")

    def _confirm_first_wave(self, campaign: int) -> None:
        """The campaign halts after its first wave; nothing more goes out until somebody has looked and typed the rest."""
        from keizoku.campaigns.approval.queries import first_wave_seen
        from keizoku.campaigns.queries import state_of
        from keizoku.campaigns.rules import State

        self._wait(lambda: state_of(campaign) in {State.CHECKING, State.RUNNING}, "先行送信が終わりません")
        if state_of(campaign) is State.RUNNING:
            return  # so few people that everybody is the first wave
        seen, sent = first_wave_seen(campaign), self._sent()
        self._expect(
            sent <= sum(channel.planned for channel in seen.channels), "more was sent than the first wave"
        )
        self._seen_sent = sent
        operator = self._staff["operator"]
        page = operator.get(f"/console/campaigns/{campaign}/first-wave")
        form = page.form_with("typed_number")
        wrong = operator.submit(page, form, {"typed_number": str(seen.size)})
        self._expect(wrong.status in {409, 422}, "a wrong number confirmed the first wave")
        done = operator.submit(page, form, {"typed_number": str(seen.rest)})
        self._expect(done.status == 200, f"the confirmation was refused: {done.page.text[:200]}")  # noqa: PLR2004
        self._say(f"先行送信 {seen.size:,}人({sent:,}通)を確認、残り {seen.rest:,}人に送信")

    def _wait_for_sending(self, campaign: int, what: str) -> None:
        """Until the planner has nothing more to open and no delivery waits."""
        from keizoku.campaigns.queries import funnel
        from keizoku.delivery.queries import has_open_chunks

        def numbers() -> tuple[int, int]:
            steps = funnel(campaign).steps
            return sum(step.planned for step in steps), sum(step.waiting for step in steps)

        self._wait(lambda: self._sent() > self._seen_sent, f"{what}の送信が始まりません")
        while True:
            self._wait(lambda: not has_open_chunks(campaign), f"{what}の送信が終わりません")
            self._wait_until_still(
                lambda: (*numbers(), self._sent()), SENT_STILL_S, f"{what}の送信が終わりません"
            )
            if not has_open_chunks(campaign):
                break
        self._seen_sent = self._sent()
        self._say(f"{what}: 受け付けた送信の合計 {self._seen_sent:,}通")

    def _wait_for_answers(self) -> None:
        from keizoku.reviews.models import Answer

        self._wait_until_still(Answer.objects.count, ANSWERS_STILL_S, "回答が落ち着きません")
        self._say(f"回答の合計 {Answer.objects.count():,}件")

    def _advance(self, days: int) -> None:
        """Through the settings page, as the administrator."""
        from keizoku.kernel.clock import offset

        administrator = self._staff["administrator"]
        before = offset()
        page = administrator.get("/console/settings/clock")
        administrator.submit(page, page.form_with("days"), {"days": str(days)})
        self._expect(offset() - before == timedelta(days=days), "the business clock did not move")
        self._relay.follow()
        self._say(f"業務日付を{days}日進めました")

    def _decide_all(self) -> None:
        """The reviewer takes case after case; every seventh is asked again, the others are approved."""
        from keizoku.reviews.models import Answer

        reviewer = self._staff["reviewer"]
        waiting = Answer.objects.count()
        for _ in range(waiting + 1):
            desk = reviewer.get("/console/desk")
            case = reviewer.submit(desk, self._form_to(desk, "/desk/next"), {})
            if case.url.rstrip("/").endswith("/desk"):
                break
            form = next(
                (f for f in case.page.forms if any(e.name == "reason_approve" for e in f.fields)), None
            )
            if form is None:
                self._expect(holds=False, breach=f"a case without a way to approve: {case.url}")
                break
            reason = next(entry for entry in form.fields if entry.name == "reason_approve").choices[0].value
            done = reviewer.submit(case, form, {"outcome": "approve", "reason_approve": reason})
            self._expect(done.status == 200, f"a decision was refused: {done.page.text[:200]}")  # noqa: PLR2004
            self._report.decided += 1

    def _wait_for_the_post(self) -> None:
        """Until the print house has told of every batch that it was posted."""
        from keizoku.delivery.letters.queries import counts

        self._wait(lambda: set(counts()) == {"posted"}, "手紙が投函されません")
        self._report.letters_posted = counts()["posted"][1]
        self._say(f"手紙を投函: {self._report.letters_posted:,}通")

    def _count_silent(self, campaign: int) -> None:
        """Whoever was asked and did not answer is a case in front of a person."""
        from keizoku.campaigns.silent import queries
        from keizoku.reviews.models import Review
        from keizoku.reviews.rules.states import AWAITING_CUSTOMER, State

        asked = Review.objects.filter(campaign_id=campaign, state__in=[*AWAITING_CUSTOMER, State.UNANSWERED])
        self._wait(lambda: queries.waiting().asked() >= asked.count(), "回答のなかった方の一覧ができません")
        self._report.silent = queries.waiting().asked()
        self._expect(self._report.silent == asked.count(), "the silent are not those who did not answer")
        page = self._staff["compliance"].get("/console/silent")
        self._expect(f"{self._report.silent:,}" in page.page.text, "the silent are not shown")
        self._say(f"回答のなかった方 {self._report.silent:,}人")

    @staticmethod
    def _form_to(answer: Any, ending: str) -> Any:
        for form in answer.page.forms:
            if form.action.endswith(ending):
                return form
        raise WalkFailed(f"{answer.url} has no form to {ending}: {answer.page.text[:200]}")

    def _count_what_carriers_saw(self, linked: int) -> None:
        from django.conf import settings

        report, folder = self._report, self._places.journals
        known = canaries.people(self._places.sample)
        report.carriers_saw_personal_data = canaries.count_leaks(canaries.sends(folder), known)
        found = reaching.reached(folder, known)
        report.contacted, report.sent_twice, report.sent_after_answer = (
            found.contacted,
            found.twice,
            found.late,
        )
        self._expect(
            set(report.contacted) == set(settings.CHANNELS), f"not every channel was used: {report.contacted}"
        )
        report.line_pushes = sum(
            entry["acted"] and entry["path"] == canaries.PUSH for entry in canaries.journal(folder, "line")
        )
        self._expect(0 < report.line_pushes <= linked, f"{linked} linked, {report.line_pushes} pushes")
        self._expect(report.carriers_saw_personal_data == 0, "a carrier saw personal data beyond its channel")
        self._expect(report.sent_twice == 0, "somebody was written to twice by one channel")
        self._expect(report.sent_after_answer == 0, "somebody was written to after answering")

    def _count_records(self) -> None:
        from keizoku.campaigns.models import Campaign
        from keizoku.customers.models import RecordVersion
        from keizoku.delivery.doubts import in_doubt
        from keizoku.reviews.models import Answer, Decision

        report = self._report
        report.answered = Answer.objects.count()
        finished = sum(
            entry["outcome"] == "done" for entry in canaries.journal(self._places.journals, "answers")
        )
        self._expect(
            report.answered == finished,
            f"{finished} customers finished, {report.answered} answers are stored",
        )
        self._expect(report.answered > 0, "nobody answered")
        self._expect(
            Decision.objects.count() == report.decided == report.answered, "not every answer was decided"
        )
        report.records_updated = RecordVersion.objects.filter(version__gt=1).count() - self._updated_before
        self._expect(
            report.records_updated == report.decided, "not every approval became a new version of the record"
        )
        report.unknown = sum(
            len(in_doubt(campaign, limit=CUSTOMERS))
            for campaign in Campaign.objects.values_list("id", flat=True)
        )

    def _prove_audit(self) -> None:
        """Export the trail and verify it by the command that needs no database."""
        from keizoku.audit import export
        from keizoku.kernel.actor import Actor

        out = self._places.state / "audit-export.jsonl"
        export.write(out, actor=Actor.system("demo-check"))
        verified = subprocess.run(
            [sys.executable, "-m", "keizoku", "audit", "verify", str(out)],
            capture_output=True,
            text=True,
            check=False,
        )
        self._report.audit_verified = verified.returncode == 0
        self._expect(self._report.audit_verified, f"the audit does not verify: {verified.stdout[-300:]}")

    def _sent(self) -> int:
        """Messages that the carriers took on, by their own count; not what was replied in a talk."""
        return sum(
            message.acted and bool(message.address) for message in canaries.sends(self._places.journals)
        )

    def _wait(self, reached: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + WAIT_S
        while not reached():
            self._keep_going()
            if time.monotonic() > deadline:
                raise WalkFailed(otherwise)

    def _wait_until_still(self, number: Callable[[], object], seconds: float, otherwise: str) -> None:
        """Until the number has not changed for so many seconds."""
        deadline = time.monotonic() + WAIT_S
        last, since = number(), time.monotonic()
        while time.monotonic() - since < seconds:
            self._keep_going()
            now = number()
            if now != last:
                last, since = now, time.monotonic()
            if time.monotonic() > deadline:
                raise WalkFailed(otherwise)

    def _keep_going(self) -> None:
        self._family.look_after()
        self._relay.follow()
        time.sleep(QUIET_POLL_S)
