"""What all tests share: one embedded PostgreSQL a run, one migrated template, and databases cloned from it.

* ``db``: the worker's own clone under the app's role; what a test writes is rolled back.
* ``committed_db``: a fresh clone for one test; commits are real. For races, workers and processes.

In CI (``CI=true``) a skipped test is a failure.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest

# Chance fails no test: the examples are the same in each run, and a busy machine may take its time over them.
hypothesis.settings.register_profile(
    "keizoku",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile("keizoku")

_RUN = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
_ROOM_BYTES = 2 * 1024**3


def _place() -> str:
    """Memory, where there is room: a clone of the template is 3,000 files, 0.05 s there and a whole second on a disk."""
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM_BYTES
    return str(memory) if is_roomy else tempfile.gettempdir()


STATE = Path(os.environ.setdefault("KEIZOKU_STATE", f"{_place()}/keizoku-tests-{os.geteuid()}-{_RUN}"))
# Set here and not in pyproject.toml: pytest-django would read the settings before this file has chosen the state folder.
os.environ["DJANGO_SETTINGS_MODULE"] = "keizoku.settings"
os.environ["KEIZOKU_INSTALLATION_KIND"] = "demo"
os.environ["KEIZOKU_LINE_API_URL"] = "http://127.0.0.1:9"
os.environ["KEIZOKU_SMTP_HOST"] = "127.0.0.1"
os.environ["KEIZOKU_SMS_API_URL"] = "http://127.0.0.1:9/api"
os.environ["KEIZOKU_SMS_CALLBACK_SECRET"] = "sms-callback-secret"
for _name in ("DATABASE_URL", "KEIZOKU_OWNER_DATABASE_URL", "KEIZOKU_AUDITOR_DATABASE_URL"):
    os.environ.pop(_name, None)

from keizoku.kernel.database import embedded  # noqa: E402 - the state folder must be chosen first
from keizoku.kernel.database.tests import clones  # noqa: E402
from keizoku.kernel.database.tests.clones import Database  # noqa: E402


@pytest.fixture(scope="session")
def server(django_db_blocker: Any) -> Iterator[embedded.Hold]:
    """The run's server, shared by all workers. Its database ``clones.TEMPLATE`` is migrated; others are cloned from it."""
    from keizoku.kernel.secrets import ensure_keyring

    ensure_keyring()
    with django_db_blocker.unblock():
        clones.lay_ready(STATE)
    with embedded.hold(STATE) as hold:
        yield hold


@pytest.fixture(scope="session")
def worker_database(server: embedded.Hold) -> Iterator[Database]:
    with clones.clone(server) as database:
        yield database


@pytest.fixture(scope="session")
def django_db_setup(worker_database: Database) -> None:
    """pytest-django's own set-up is replaced: the app's role may not create databases."""
    clones.point_django_at(worker_database)


@pytest.fixture
def db(
    django_db_setup: None, worker_database: Database, django_db_blocker: Any
) -> Generator[None, None, None]:
    """A transaction of the app's role, rolled back at the end; ``on_commit`` does not run."""
    from django.db import connection, transaction

    if connection.settings_dict["NAME"] != worker_database.name:
        clones.point_django_at(worker_database)
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


@pytest.fixture
def committed_db(
    server: embedded.Hold, worker_database: Database, django_db_blocker: Any
) -> Generator[Database, None, None]:
    """A database of this test's own, where commits are real."""
    with django_db_blocker.unblock(), clones.used_by_django(server, afterwards=worker_database) as database:
        yield database


@pytest.fixture(scope="session")
def quiet_server(server: embedded.Hold) -> Iterator[embedded.Hold]:
    """A second cluster, of a worker's own: what is settled depends on every transaction of a cluster, in any database."""
    state = STATE / f"quiet-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    state.mkdir(mode=0o711, exist_ok=True)
    clones.lay_ready(state)
    with embedded.hold(state) as quiet:
        yield quiet
    embedded.stop(state)


@pytest.fixture
def quiet_db(
    quiet_server: embedded.Hold, worker_database: Database, django_db_blocker: Any
) -> Generator[Database, None, None]:
    """As ``committed_db``, on the quiet cluster: for what waits until no older transaction runs."""
    with (
        django_db_blocker.unblock(),
        clones.used_by_django(quiet_server, afterwards=worker_database) as database,
    ):
        yield database


# One good row of the bank's file; tests override columns by name ("{n}" is the customer's number, from 1).
ROW = {
    "顧客番号": "{n:010d}",
    "区分": "個人",
    "氏名": "山田 太郎",
    "氏名カナ": "ﾔﾏﾀﾞ ﾀﾛｳ",
    "生年月日": "1960-04-08",
    "郵便番号": "150-0002",
    "住所": "東京都渋谷区渋谷1-2-3",
    "電話番号": "090-1234-{n:04d}",
    "メールアドレス": "taro{n}@example.jp",
    "国籍": "JPN",
    "在留期限": "",
    "職業": "会社員",
    "取引目的": "給与受取",
    "商品": "普通預金",
    "支店番号": "001",
    "口座番号": "{n:07d}",
    "口座開設日": "2001-04-02",
    "最終確認日": "2020-05-01",
    "連絡停止": "",
}
FILE_DAY = date(2026, 11, 1)


@pytest.fixture
def make_customers(tmp_path: Path) -> Callable[..., list[int]]:
    """Brings in customers through the real import and rates them: ``make_customers(3, 電話番号="")`` → their ids."""
    made = 0

    def make(count: int, **columns: str) -> list[int]:
        nonlocal made
        from keizoku.customers.imports.importing import import_file
        from keizoku.customers.models import Customer
        from keizoku.kernel.actor import Actor
        from keizoku.risk import actions as risk

        numbers = range(made + 1, made + count + 1)
        made += count
        rows = [[text.format(n=n) for text in (ROW | columns).values()] for n in numbers]
        path = tmp_path / f"customers-{made}.csv"
        path.write_text("\r\n".join(",".join(row) for row in [list(ROW), *rows]), encoding="utf-8")
        before = set(Customer.objects.values_list("id", flat=True))
        run = import_file(path, as_of=FILE_DAY, actor=Actor.system("test"))
        assert run.created_count == count, list(run.rejections.values_list("line", "code"))
        risk.install_standard_scorecard(Actor.system("test-maker"), Actor.system("test-approver"))
        risk.rate_everybody(Actor.system("test"), FILE_DAY)
        return sorted(set(Customer.objects.values_list("id", flat=True)) - before)

    return make


# Their tests share one house of real processes, so each folder stays with one worker.
HOUSES = ("tests/journeys", "tests/races")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal out houses whole, the largest first, and all other tests singly.

    By path, since the marker ``xdist_group`` of pytest-xdist 3.8 has no effect with pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class HousesAtOnce(LoadScopeScheduling):  # type: ignore[misc]  # untyped there
        def _split_scope(self, nodeid: str) -> str:
            folder = nodeid.partition("::")[0].rpartition("/")[0]
            return folder if folder in HOUSES else nodeid

    return HousesAtOnce(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """In CI every test runs: a skip is a failure that names its reason."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


def pytest_configure() -> None:
    django.setup()
    _hash_quickly()
    _find_static_files_once()


def _hash_quickly() -> None:
    """Half a second for each password is what an attacker shall pay, not each test that signs somebody in."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["keizoku.accounts.tests.hashers.Quick"]


def _find_static_files_once() -> None:
    """Each test's client makes the middleware anew, which then looks through all static files again."""
    from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = look_once


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long runs only when asked for by ``-m soak``."""
    if "soak" not in (config.option.markexpr or ""):
        soaks = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=soaks)
        items[:] = [item for item in items if item not in soaks]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What 6,000 tests import stays to the end: the garbage collector need not walk through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's state goes with the run (the controller removes it; the keeper stops by itself)."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        import shutil

        embedded.stop(STATE)
        shutil.rmtree(STATE, ignore_errors=True)
