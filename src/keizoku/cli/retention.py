"""``keizoku retention``: what is due, holds, plans of destruction by two people, and certificates (docs/retention.md)."""

from datetime import datetime
from pathlib import Path

import click

from keizoku.cli.acting import actor_of
from keizoku.cli.process import with_django

_BY = click.option("--by", "login", required=True, help="Login of the member of staff who does it.")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("retention")
def command() -> None:
    """What is kept, for how long, what holds it back, and how it goes (docs/retention.md)."""


@command.command("due")
@with_django
def due_command() -> None:
    """Each kind: its period, how much is due, held back and still running."""
    from keizoku.kernel.clock import business_today
    from keizoku.retention import due, queries

    policy = queries.active_policy()
    click.echo(f"{policy.title} 第{policy.version}版")
    for row in due.overview(policy, business_today()):
        following = f"、次は {row.next_on}" if row.next_on else ""
        click.echo(
            f"{row.kind.name}（{row.kind.label}）: {row.rule.words}、廃棄の時期 {row.due:,}件、"
            f"止めている {row.held:,}件、数え始めた {row.begun:,}件{following}"
        )


@command.group("policy")
def policy_group() -> None:
    """Periods by kind: one person drafts a version, another puts it in force."""


@policy_group.command("standard")
def standard_command() -> None:
    """Print the standard policy that comes with Keizoku."""
    click.echo(
        (Path(__file__).parents[1] / "retention" / "policies" / "standard-1.toml").read_text("utf-8"),
        nl=False,
    )


@policy_group.command("draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_BY
@with_django
def draft_command(file: Path, login: str) -> None:
    """Store FILE (TOML) as a draft."""
    from keizoku.retention.actions import policies

    number = policies.draft_policy(file.read_text(encoding="utf-8"), actor_of(login))
    click.echo(
        f"draft {number} is stored; another person puts it in force: keizoku retention policy activate {number} --by LOGIN"
    )


@policy_group.command("activate")
@click.argument("number", type=int)
@_BY
@with_django
def activate_command(number: int, login: str) -> None:
    """Show draft NUMBER, and put it in force after a yes."""
    from keizoku.retention import queries
    from keizoku.retention.actions import policies

    found = next((one for one in queries.policies() if one.id == number), None)
    if found is None:
        raise click.ClickException(f"there is no policy {number}")
    click.echo(found.text)
    click.confirm("この保存期間の決まりを有効にしますか?", abort=True)
    policies.activate_policy(number, actor_of(login), digest=found.digest)
    click.echo("in force")


@command.command("plan")
@_BY
@with_django
def plan_command(login: str) -> None:
    """Draw up all that is due and not held; nothing goes by this."""
    from keizoku.kernel.clock import business_today
    from keizoku.retention.actions import plans

    number = plans.make_plan(actor_of(login), business_today())
    _show(number)
    click.echo(f"another person approves it: keizoku retention approve {number} --by LOGIN")


@command.command("show")
@click.argument("number", type=int)
@with_django
def show_command(number: int) -> None:
    """Plan NUMBER: what it names and how far it is."""
    _show(number)


@command.command("approve")
@click.argument("number", type=int)
@_BY
@with_django
def approve_command(number: int, login: str) -> None:
    """Show plan NUMBER, ask for its number of items, and approve exactly that."""
    from keizoku.retention import queries
    from keizoku.retention.actions import plans

    _show(number)
    plan = queries.plan(number)
    typed = click.prompt("廃棄を承認する件数", type=int)
    plans.approve_plan(number, actor_of(login), digest=plan.digest, number=typed)
    click.echo(f"approved; a worker destroys it, or: keizoku retention run {number}")


@command.command("withdraw")
@click.argument("number", type=int)
@_BY
@with_django
def withdraw_command(number: int, login: str) -> None:
    """Drop plan NUMBER before anybody approves it."""
    from keizoku.retention.actions import plans

    plans.withdraw_plan(number, actor_of(login))
    click.echo("withdrawn")


@command.command("run")
@click.argument("number", type=int)
@click.option(
    "--batch", default=500, show_default=True, type=click.IntRange(1, 10_000), help="Items a transaction."
)
@with_django
def run_command(number: int, batch: int) -> None:
    """Destroy the approved plan NUMBER in this process; safe to stop and to repeat."""
    from keizoku.retention.actions.destroying import destroy

    gone = destroy(number, batch=batch, between=lambda kind, count: click.echo(f"{kind}: {count:,}件"))
    click.echo(f"{gone:,}件を廃棄しました。証明書: keizoku retention certificate {number} --out FILE")


@command.command("stop")
@click.argument("number", type=int)
@_BY
@with_django
def stop_command(number: int, login: str) -> None:
    """End the approved plan NUMBER before its end; what has gone is certified."""
    from keizoku.retention.actions.destroying import stop

    stop(number, actor_of(login))
    click.echo("stopped")


@command.command("certificate")
@click.argument("number", type=int)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@with_django
def certificate_command(number: int, out: Path) -> None:
    """Write the signed certificate of plan NUMBER."""
    from keizoku.retention import queries
    from keizoku.retention.rules import certificate

    found = queries.certificate(number)
    if found is None:
        raise click.ClickException(f"plan {number} has no certificate: it has not come to its end")
    out.write_bytes(certificate.file_of(found.text, found.signature, found.public_key))
    click.echo(out)


@command.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--public-key", default="", help="The audit's public key as the reader knows it (64 hexadecimal digits)."
)
def verify_command(file: Path, public_key: str) -> None:
    """Check the certificate FILE; needs neither the database nor a key."""
    from keizoku.retention.rules import certificate

    verdict = certificate.verify(file.read_bytes(), public_key)
    if verdict.content:
        content = verdict.content
        plan = content.get("plan", {})
        click.echo(
            f"{content.get('institution')} 廃棄の計画 {plan.get('number')}: {content.get('destroyed'):,}件、"
            f"承認 {plan.get('approved_by')} {plan.get('approved_at')}、終わり {content.get('ended_at')}"
        )
        for kind in content.get("kinds", []):
            click.echo(
                f"  {kind['label']}: 廃棄 {kind['destroyed']:,}、止めている {kind['held']:,}、"
                f"期間内 {kind['not_due']:,}、残り {kind['left']:,}（{kind['period']}）"
            )
    if not verdict.holds:
        raise click.ClickException("\n".join(verdict.findings))
    click.echo(f"署名は正しく、内容は発行のときのままです（公開鍵 {verdict.public_key}）")
    if not public_key:
        click.echo("この公開鍵が証跡の公開鍵と同じであることを、別の手段で確かめてください（--public-key）。")


@command.group("hold")
def hold_group() -> None:
    """Keep a customer or a campaign from destruction."""


@hold_group.command("list")
@with_django
def hold_list_command() -> None:
    """All holds, without their reasons."""
    from keizoku.kernel.clock import business_today
    from keizoku.retention import queries

    for hold in queries.holds(business_today()):
        what = f"お客さま {hold.customer_id}" if hold.customer_id else f"キャンペーン {hold.campaign_id}"
        until = f"{hold.until_on}まで" if hold.until_on else "期限なし"
        click.echo(f"{hold.id}: {what}、{until}、{'有効' if hold.is_active else '終了'}")


@hold_group.command("place")
@click.option("--customer", "customer_id", type=int, help="The customer's internal number.")
@click.option("--campaign", "campaign_id", type=int, help="The campaign's number.")
@click.option(
    "--matter",
    required=True,
    type=click.Choice(["litigation", "inquiry", "police", "other"]),
    help="The kind of reason.",
)
@click.option("--until", "until_on", type=_DAY, help="The last day; without it until it is lifted.")
@_BY
@with_django
def hold_place_command(
    customer_id: int | None, campaign_id: int | None, matter: str, until_on: datetime | None, login: str
) -> None:
    """Stop all destruction of one customer or campaign. The reason is asked for and stored encrypted."""
    from keizoku.kernel.clock import business_today
    from keizoku.retention.actions import holds

    number = holds.place_hold(
        customer_id=customer_id,
        campaign_id=campaign_id,
        matter=matter,
        reason=click.prompt("理由"),
        until_on=until_on.date() if until_on else None,
        actor=actor_of(login),
        today=business_today(),
    )
    click.echo(f"hold {number} is placed")


@hold_group.command("lift")
@click.argument("number", type=int)
@_BY
@with_django
def hold_lift_command(number: int, login: str) -> None:
    """Let destruction go on."""
    from keizoku.retention.actions import holds

    holds.lift_hold(number, actor=actor_of(login))
    click.echo("lifted")


def _show(number: int) -> None:
    from keizoku.retention import queries
    from keizoku.retention.registry import kinds
    from keizoku.retention.rules.states import OUTCOME_WORDS

    plan, labels = queries.plan(number), kinds()
    click.echo(
        f"計画 {plan.id}（{plan.on}、決まり第{plan.policy_version}版）: {plan.count:,}件、{plan.state_name}"
    )
    outcomes = queries.outcomes(number)
    for kind in plan.summary:
        found = outcomes.get(kind["kind"], {})
        became = "、".join(f"{OUTCOME_WORDS[outcome]} {count:,}" for outcome, count in found.items())
        click.echo(
            f"  {labels[kind['kind']].label}: {kind['count']:,}件（{kind['oldest']}〜{kind['newest']}、"
            f"止めている {kind['held']:,}）{became}"
        )
    click.echo(f"要約値 {plan.digest}")
