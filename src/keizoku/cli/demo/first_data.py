"""What a demo's database holds before its visitor comes: staff, scorecard, questionnaire, 10,000 rated customers.

Each part is made only where it is missing, so that a demo that was interrupted goes on, and the second start is quick.
"""

from pathlib import Path

from rich.progress import Progress

import keizoku.forms
from keizoku.cli.demo import cases
from keizoku.cli.demo.places import CUSTOMERS, DIRTY_RATE, SEED, Places

# login → name and role; nobody here exists.
STAFF = {
    "operator": ("業務担当 佐藤", "operator"),
    "approver": ("承認者 鈴木", "approver"),
    "reviewer": ("審査担当 高橋", "reviewer"),
    "phone_desk": ("電話窓口 中村", "phone_desk"),
    "compliance": ("コンプライアンス担当 渡辺", "compliance"),
    "auditor": ("監査担当 田中", "auditor"),
    "administrator": ("システム管理 伊藤", "administrator"),
}
TICKET_MINUTES = 60
QUESTIONNAIRE = Path(keizoku.forms.__file__).parent / "questionnaires" / "person-2.toml"


def prepare(places: Places, bar: Progress) -> None:
    """Make whatever is missing; each long part shows its progress."""
    from keizoku.accounts import actions as accounts
    from keizoku.accounts.models import Staff
    from keizoku.forms import actions as forms
    from keizoku.kernel.actor import Actor
    from keizoku.retention.actions import policies as retention
    from keizoku.risk import actions as risk

    setup = Actor.system("setup")
    for login, (name, role) in STAFF.items():
        if not Staff.objects.filter(login=login).exists():
            accounts.create_staff(actor=setup, login=login, display_name=name, role=role)
    risk.install_standard_scorecard(Actor.system("setup"), Actor.system("setup-approval"))
    retention.install_standard_policy(Actor.system("setup"), Actor.system("setup-approval"))
    forms.install(QUESTIONNAIRE.read_text(encoding="utf-8"), setup, Actor.system("setup-approval"))
    _write_sample(places, bar)
    _import(places, bar)
    _make_cases(places, bar)


def tickets() -> dict[str, str]:
    """Login → one-time sign-in token, valid for an hour."""
    from keizoku.accounts import actions as accounts
    from keizoku.accounts.models import Staff
    from keizoku.kernel.actor import Actor

    setup = Actor.system("setup")
    members = {member.login: member for member in Staff.objects.filter(login__in=STAFF)}
    return {login: accounts.issue_ticket(members[login], TICKET_MINUTES, actor=setup) for login in STAFF}


def _write_sample(places: Places, bar: Progress) -> None:
    from keizoku.kernel.clock import business_today
    from keizoku.sample.customers import write

    if places.truth.exists():
        return
    places.sample.parent.mkdir(parents=True, exist_ok=True)
    line = bar.add_task("見本のお客さまを作成", total=CUSTOMERS)
    write(
        places.sample,
        count=CUSTOMERS,
        seed=SEED,
        today=business_today(),
        dirty=DIRTY_RATE,
        encoding="cp932",
        report=lambda count: bar.advance(line, count),
    )


def _import(places: Places, bar: Progress) -> None:
    from keizoku.customers.imports.importing import import_file
    from keizoku.customers.models import ImportRun
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.risk.actions import rate_everybody

    importer = Actor.system("setup")
    if not ImportRun.objects.filter(state=ImportRun.State.DONE).exists():
        line = bar.add_task("銀行のファイルを取込", total=CUSTOMERS)
        import_file(
            places.sample,
            as_of=business_today(),
            actor=importer,
            progress=lambda count: bar.update(line, completed=count),
        )
    line = bar.add_task("リスクを評価", total=1)
    rate_everybody(importer, business_today())
    bar.update(line, completed=1)


def _make_cases(places: Places, bar: Progress) -> None:
    from keizoku.accounts.models import Staff
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    if cases.ready():
        return
    line = bar.add_task("見本の事例を作成", total=1)
    actors = {member.login: Actor.staff(member.id) for member in Staff.objects.filter(login__in=STAFF)}
    cases.make(places, actors, business_today())
    bar.update(line, completed=1)
