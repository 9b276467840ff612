"""``keizoku scorecard``: draft, compare, try, withdraw, and put a risk scorecard in force, by two people."""

from pathlib import Path

import click

from keizoku.cli.acting import member
from keizoku.cli.process import with_django

STANDARD = Path(__file__).parents[1] / "risk" / "scorecards" / "standard-1.toml"
LEVELS = click.Choice(["high", "medium", "low"])


@click.group("scorecard")
def command() -> None:
    """The scorecard by which customers are rated: one drafts it, another puts it in force."""


@command.command("list")
@with_django
def listing() -> None:
    """All versions, the newest first: number, version, state, title."""
    from keizoku.risk.queries import scorecards

    for one in scorecards():
        click.echo(f"{one.id}\t第{one.version}版\t{one.state_name}\t{one.title}")


@command.command("draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=STANDARD)
@click.option("--by", "login", required=True, help="Login of the member of staff who drafts it.")
@with_django
def draft(file: Path, login: str) -> None:
    """Store FILE (TOML; default: the standard scorecard that comes with Keizoku) as a draft."""
    from keizoku.risk import actions

    number = actions.draft_scorecard(file.read_text(encoding="utf-8"), member(login, "risk.edit").actor)
    click.echo(
        f"draft {number} is stored; another person puts it in force: keizoku scorecard activate {number} --by LOGIN"
    )


@command.command("compare")
@click.argument("old", type=int)
@click.argument("new", type=int)
@with_django
def compare(old: int, new: int) -> None:
    """What number NEW changed against number OLD, in words."""
    from keizoku.risk.models import Scorecard
    from keizoku.risk.queries import changes_between

    known = set(Scorecard.objects.filter(id__in=(old, new)).values_list("id", flat=True))
    if missing := {old, new} - known:
        raise click.ClickException(f"there is no scorecard {min(missing)}; see: keizoku scorecard list")
    for one in changes_between(old, new):
        click.echo(f"{one.place}\t{one.what}\t{one.old or '（なし）'}\t→ {one.new or '（なくす）'}")


@command.command("try")
@click.argument("number", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who tries it.")
@click.option(
    "--level",
    "levels",
    type=LEVELS,
    multiple=True,
    default=["high", "medium", "low"],
    help="Levels that are asked (several times; default: all).",
)
@click.option("--months", type=(LEVELS, click.IntRange(1, 120)), multiple=True, help="Interval, as: high 12.")
@click.option("--yen-a-contact", type=click.IntRange(0, 1_000_000), default=100, show_default=True)
@click.option("--yen-a-decision", type=click.IntRange(0, 1_000_000), default=800, show_default=True)
@click.option("--decided-percent", type=click.IntRange(0, 100), default=20, show_default=True)
@with_django
def try_draft(
    number: int,
    login: str,
    levels: tuple[str, ...],
    months: tuple[tuple[str, int], ...],
    *,
    yen_a_contact: int,
    yen_a_decision: int,
    decided_percent: int,
) -> None:
    """Try draft NUMBER on everybody and wait: who moves, and what the scope and intervals cost in a year."""
    from keizoku.cli.records import progress_bar
    from keizoku.kernel.clock import business_today
    from keizoku.risk import queries, trials
    from keizoku.risk.models import Scorecard
    from keizoku.risk.rules.scale import Level
    from keizoku.risk.rules.workload import Scope

    found = Scorecard.objects.filter(id=number).first()
    if found is None:
        raise click.ClickException(f"there is no scorecard {number}; see: keizoku scorecard list")
    given = dict(months)
    intervals = queries.read_scorecard(found.text).interval_months
    scope = Scope(
        {level: given.get(level.value, intervals[level]) for level in Level},
        frozenset(map(Level, levels)),
        yen_a_contact,
        yen_a_decision,
        decided_percent,
    )
    trial = trials.ask_for_trial(number, scope, member(login, "risk.edit").actor, business_today())
    with progress_bar() as bar:
        line = bar.add_task("試算")
        trials.work_through(trial, lambda done, total: bar.update(line, completed=done, total=total))
    _tell(number)


def _tell(number: int) -> None:
    """The latest trial's result as text."""
    from keizoku.risk.queries import latest_dry_run
    from keizoku.risk.rules.scale import Level

    found = latest_dry_run(number)
    if found is None:
        raise click.ClickException("the trial did not finish; look at the scorecard's page")
    click.echo(f"{found.customers:,}人")
    for (old, new), count in sorted(found.matrix.items()):
        click.echo(f"{Level(old).label if old else '未評価'} → {Level(new).label}\t{count:,}人")
    click.echo("月\t連絡\t判断\t費用")
    for month in found.months:
        click.echo(f"{month.first:%Y-%m}\t{month.contacts:,}\t{month.decisions:,}\t{month.yen:,}円")
    click.echo(
        f"1年\t{sum(month.contacts for month in found.months):,}\t"
        f"{sum(month.decisions for month in found.months):,}\t{sum(month.yen for month in found.months):,}円"
    )


@command.command("withdraw")
@click.argument("number", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who takes it back.")
@with_django
def withdraw(number: int, login: str) -> None:
    """Take draft NUMBER back; it stays to be read."""
    from keizoku.risk import actions

    actions.withdraw_scorecard(number, member(login, "risk.edit").actor)
    click.echo(f"draft {number} is withdrawn")


@command.command("activate")
@click.argument("number", type=int)
@click.option(
    "--by", "login", required=True, help="Login of the member of staff who has read and approves it."
)
@with_django
def activate(number: int, login: str) -> None:
    """Show draft NUMBER, and put it in force after a yes."""
    from keizoku.risk import actions
    from keizoku.risk.models import Scorecard

    found = Scorecard.objects.filter(id=number, state=Scorecard.State.DRAFT).first()
    if found is None:
        raise click.ClickException(f"there is no draft {number}")
    approver = member(login, "risk.approve")
    click.echo(found.text)
    click.confirm("この評価表を有効にしますか?", abort=True)
    actions.activate_scorecard(number, approver.actor, digest=found.digest)
    click.echo("in force; rate everybody with: keizoku rate")
