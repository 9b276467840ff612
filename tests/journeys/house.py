"""A whole house of real processes on free ports: sandbox, web server, workers, over a database of its own.

The test's process talks to it as the outside does: pages, the sandbox's control, the sandbox's journals. ``inside`` runs
product code against the house's database for what no page offers (staff, tickets); ``sql`` looks at and ages rows.
"""

import base64
import email
import email.policy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from journeys import campaigns
from journeys.ports import free_ports
from journeys.world import SEED, Person, Register, Town
from keizoku.cli.demo.browser import Browser
from keizoku.cli.demo.first_data import QUESTIONNAIRE, STAFF
from keizoku.kernel.database.tests import clones
from keizoku.kernel.database.tests.clones import Database
from keizoku.kernel.processes import end_with_parent
from keizoku.kernel.state import state_folder
from keizoku.kernel.text.phone import line_hash, read_phone

T = TypeVar("T")
PATIENCE_S = 90.0  # of whoever waits for what surely comes; the machine may be busy
BETWEEN_LOOKS_S = 0.05
SOURCE = Path(__file__).resolve().parents[2] / "src"
CODE = re.compile(r"\d{5}-\d{5}-\d")
LINE_SECRET, LINE_TOKEN = "house-line-secret", "house-line-token"


@dataclass(frozen=True)
class Received:
    """A message as its carrier got it: all its words, its reference code, its button's link (LINE only)."""

    words: str
    code: str
    link: str


@dataclass
class Process:
    """One ``keizoku …`` process; what it says goes to a file."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "keizoku", *self.arguments],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - started by the main thread, which lives as long
            )

    @property
    def has_ended(self) -> bool:
        return self._running is None or self._running.poll() is not None

    def kill(self) -> None:
        """As the kernel's memory killer would: no word of farewell."""
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()

    def stop(self) -> None:
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass(frozen=True)
class Ground:
    """Where a house stands: an empty folder, a migrated database, pytest-django's gate to databases."""

    folder: Path
    database: Database
    blocker: Any


def _own_state(folder: Path) -> Path:
    """The run's keys in a state folder of the house's own: the audit's anchors belong to one database's chain."""
    state = folder / "state"
    shutil.copytree(state_folder() / "keys", state / "keys")
    return state


class House:
    """Use ``house(…)``; everything here is there once it is entered."""

    def __init__(self, ground: Ground, people: Sequence[Person]) -> None:
        self.folder = folder = ground.folder
        self._database = ground.database
        self._blocker = ground.blocker
        self.people = people
        self.journals = folder / "sandbox"
        web_port, sandbox_port, smtp_port, imap_port = free_ports(4)
        self.web = f"http://127.0.0.1:{web_port}"
        self.sandbox = f"http://127.0.0.1:{sandbox_port}"
        self.environment = {
            **os.environ,
            **ground.database.environment,
            "PYTHONPATH": str(SOURCE),
            "KEIZOKU_STATE": str(_own_state(folder)),
            "KEIZOKU_PUBLIC_URL": self.web,
            "KEIZOKU_LINE_API_URL": self.sandbox,
            "KEIZOKU_LINE_CHANNEL_TOKEN": LINE_TOKEN,
            "KEIZOKU_LINE_CHANNEL_SECRET": LINE_SECRET,
            "KEIZOKU_SMTP_HOST": "127.0.0.1",
            "KEIZOKU_SMTP_PORT": str(smtp_port),
            "KEIZOKU_LINE_ACCESS_URL": self.sandbox,
            "KEIZOKU_BOUNCE_IMAP_HOST": "127.0.0.1",
            "KEIZOKU_BOUNCE_IMAP_PORT": str(imap_port),
            "KEIZOKU_BOUNCE_IMAP_TLS": "no",
            "KEIZOKU_BOUNCE_IMAP_USER": "bounces",
            "KEIZOKU_BOUNCE_IMAP_PASSWORD": "house-mailbox",
            "KEIZOKU_SMS_API_URL": f"{self.sandbox}/api",
            "KEIZOKU_LETTER_API_URL": f"{self.sandbox}/print",
        }
        self._thread = ThreadPoolExecutor(1)
        self.processes = {
            "sandbox": self._process(
                "sandbox",
                *("sandbox", "--world", str(folder / "customers.csv"), "--state", str(self.journals)),
                *("--port", str(sandbox_port), "--smtp-port", str(smtp_port), "--seed", str(SEED)),
                *("--imap-port", str(imap_port)),
                *("--webhook-url", f"{self.web}/webhooks/line", "--delivery-delay", "0", "0.1"),
            ),
            "web": self._process("web", "serve", "--port", str(web_port), "--threads", "4"),
            "sender": self._process("sender", "worker", "--queue", "sending", "--concurrency", "2"),
            "worker": self._process(
                "worker",
                *("worker", "--queue", "default", "--queue", "planning"),
                *("--queue", "events", "--queue", "codes"),
            ),
        }

    # -- its life

    def open(self) -> None:
        self.inside(self._furnish)
        for process in self.processes.values():
            process.start()
        self.wait(lambda: _answers(f"{self.sandbox}/_sandbox/status"), "the sandbox does not answer")
        self.wait(lambda: _answers(f"{self.web}/"), "the web server does not answer")

    def close(self) -> None:
        for process in reversed(self.processes.values()):
            process.stop()
        self._thread.shutdown()

    def wait(self, reached: Callable[[], T], otherwise: str, *, patience_s: float = PATIENCE_S) -> T:
        """Look until there is a true answer, and return it. The failure shows what the processes said last.

        A database that is just being started again is no answer.
        """
        deadline = time.monotonic() + patience_s
        while True:
            with suppress(psycopg.OperationalError):
                if found := reached():
                    return found
            if time.monotonic() > deadline:
                raise AssertionError(f"{otherwise}\n{self.said()}")
            time.sleep(BETWEEN_LOOKS_S)

    def said(self) -> str:
        """The end of each process's log, and what waits in the queues."""
        logs = sorted(self.folder.glob("*.log"))
        words = [f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs]
        jobs = self.sql(
            "SELECT j.id, task_name, status, attempts, max(e.at) FROM procrastinate_jobs j "
            "LEFT JOIN procrastinate_events e ON e.job_id = j.id WHERE status <> 'succeeded' GROUP BY j.id ORDER BY 1"
        )
        return "\n".join([*words, "--- jobs", *(str(job) for job in jobs)])

    # -- from the inside

    def inside(self, act: Callable[[], T]) -> T:
        """Run product code against this house's database.

        In a thread of its own: Playwright's event loop runs in the test's, where Django refuses to work.
        """
        return self._thread.submit(self._with_django, act).result()

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._database.url("owner"), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def number(self, statement: str, *values: Any) -> int:
        ((number,),) = self.sql(statement, *values)
        return int(number)

    def ticket(self, login: str, minutes: int = 60) -> str:
        """A one-time sign-in."""

        def issue() -> str:
            from keizoku.accounts import actions as accounts
            from keizoku.accounts.models import Staff
            from keizoku.kernel.actor import Actor

            return accounts.issue_ticket(Staff.objects.get(login=login), minutes, actor=Actor.system("test"))

        return self.inside(issue)

    def customer_id(self, person: Person) -> int:
        from keizoku.customers.sealing import number_token

        return self.number(
            "SELECT id FROM customers_customer WHERE number_token = %s", number_token(person.number)
        )

    def review(self, person: Person, column: str) -> Any:
        """One column of the person's latest review."""
        rows = self.sql(
            f"SELECT {column} FROM reviews_review WHERE customer_id = %s ORDER BY id DESC LIMIT 1",
            self.customer_id(person),
        )
        return rows[0][0] if rows else None

    # -- as staff without JavaScript

    def staff(self, login: str) -> Browser:
        browser = Browser(self.web)
        browser.sign_in(self.ticket(login))
        return browser

    def campaign(self, town: Town, *, journey: str = "line", count: int) -> int:
        """Made by the operator and approved by the approver; ``count`` is how many it must reach."""
        return campaigns.make(self, town, journey=journey, count=count)

    # -- from the outside

    def fault(self, carrier: str, kind: str, count: int = 1, delay_ms: int = 0) -> None:
        body = {"carrier": carrier, "kind": kind, "count": count, "delay_ms": delay_ms}
        self._control("POST", "/_sandbox/faults", body)

    def no_more_faults(self) -> None:
        self._control("DELETE", "/_sandbox/faults", {})

    def status(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.sandbox}/_sandbox/status", timeout=60) as response:
            return dict(json.load(response))

    def journal(self, carrier: str) -> Iterator[dict[str, Any]]:
        path = self.journals / f"{carrier}.jsonl"
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.endswith("\n"))

    def line_pushes(self) -> list[dict[str, Any]]:
        """Every request to send, as LINE received it, with its recipient's hash as ``to``."""
        entries = (entry for entry in self.journal("line") if entry["path"] == "/bot/pnp/push")
        return [entry | {"to": json.loads(entry["body"])["to"]} for entry in entries if entry["body"]]

    def messages_acted_on(self) -> Counter[str]:
        """LINE's hash of a phone → how many messages LINE took on for it."""
        return Counter(entry["to"] for entry in self.line_pushes() if entry["acted"])

    def line_to(self, person: Person) -> Received:
        """The person's LINE message; waits for it."""
        own = hash_of(person)
        entry = self.wait(
            lambda: next((e for e in self.line_pushes() if e["to"] == own and e["acted"]), None),
            f"no LINE message for {person.number}",
        )
        words = json.dumps(json.loads(entry["body"])["messages"], ensure_ascii=False)
        link = re.search(r'"uri": "([^"]+)"', words)
        return Received(words, _code(words), link.group(1) if link else "")

    def mail_to(self, person: Person) -> Received:
        """The person's e-mail; waits for it."""
        entry = self.wait(
            lambda: next(
                (e for e in self.journal("smtp") if e["verb"] == "DATA" and e["recipients"] == [person.mail]),
                None,
            ),
            f"no mail for {person.number}",
        )
        body = entry["body"]
        raw = base64.b64decode(body) if entry["body_encoding"] == "base64" else body.encode()
        words = str(email.message_from_bytes(raw, policy=email.policy.default).get_content())
        return Received(words, _code(words), "")

    def _control(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        request = urllib.request.Request(
            f"{self.sandbox}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60):
            pass

    def _process(self, name: str, *arguments: str) -> Process:
        return Process(arguments, self.environment, self.folder / f"{name}.log")

    def _with_django(self, act: Callable[[], T]) -> T:
        from django.db import connections

        before = {alias: dict(connections[alias].settings_dict) for alias in clones.ALIASES}
        clones.point_django_at(self._database)
        try:
            with self._blocker.unblock():
                return act()
        finally:
            connections.close_all()
            for alias, kept in before.items():
                connections[alias].settings_dict |= kept

    def _furnish(self) -> None:
        """Staff, scorecard, questionnaire, customers."""
        from keizoku.accounts import actions as accounts
        from keizoku.customers.imports.importing import import_file
        from keizoku.forms import actions as forms
        from keizoku.kernel.actor import Actor
        from keizoku.kernel.clock import business_today
        from keizoku.risk import actions as risk

        setup = Actor.system("setup")
        for login, (name, role) in STAFF.items():
            accounts.create_staff(actor=setup, login=login, display_name=name, role=role)
        risk.install_standard_scorecard(setup, Actor.system("setup-approval"))
        forms.install(QUESTIONNAIRE.read_text(encoding="utf-8"), setup, Actor.system("setup-approval"))
        run = import_file(self.folder / "customers.csv", as_of=business_today(), actor=setup)
        assert run.created_count == len(self.people), list(run.rejections.values_list("line", "code"))
        risk.rate_everybody(setup, business_today())


@contextmanager
def house(ground: Ground, register: Register) -> Iterator[House]:
    """Everything started, furnished with these people; stopped at the end."""
    register.write(ground.folder / "customers.csv")
    made = House(ground, register.people)
    try:
        made.open()
        yield made
    finally:
        made.close()


def hash_of(person: Person) -> str:
    """How LINE knows the person's phone."""
    phone = read_phone(person.phone)
    assert phone is not None
    return line_hash(phone.e164)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _code(words: str) -> str:
    found = CODE.search(words)
    assert found is not None, words
    return found.group()
