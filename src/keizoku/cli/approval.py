"""``keizoku approval``: what is unusual about a request, how a first wave went, and going on after it."""

import click

from keizoku.cli.acting import member
from keizoku.cli.process import with_django


@click.group("approval")
def command() -> None:
    """Between a campaign's request and its sending to everybody."""


@command.command("anomalies")
@click.argument("campaign", type=int)
@with_django
def anomalies(campaign: int) -> None:
    """Print what is unusual about CAMPAIGN's request: number, code, figures, the approver's reason."""
    from keizoku.campaigns.approval import queries

    for each in queries.anomalies(campaign):
        click.echo(f"{each.id} {each.code} {each.figures} {each.reason or '（理由なし）'}")


@command.command("answer")
@click.argument("anomaly", type=int)
@click.option("--reason", required=True, help="Why it is as it should be.")
@click.option("--by", "login", required=True, help="Login of the approver.")
@with_django
def answer(anomaly: int, reason: str, login: str) -> None:
    """Answer for ANOMALY in writing, as its approver."""
    from keizoku.campaigns.approval.actions import confirm_anomaly

    campaign = confirm_anomaly(anomaly, reason=reason, staff=member(login, "campaigns.approve"))
    click.echo(f"kept with campaign {campaign}")


@command.command("first-wave")
@click.argument("campaign", type=int)
@with_django
def first_wave(campaign: int) -> None:
    """Print how CAMPAIGN's first wave went; whoever has looked goes on with `keizoku campaign confirm-first-wave`."""
    from keizoku.campaigns.approval.queries import first_wave_seen

    seen = first_wave_seen(campaign)
    click.echo(f"first wave {seen.size}, rest {seen.rest}")
    for each in seen.channels:
        click.echo(
            f"{each.channel}: planned {each.planned} accepted {each.accepted} refused {each.refused} "
            f"unknown {each.unknown} undelivered {each.undelivered} {dict(each.refusals)}"
        )
    click.echo(
        f"opted out {seen.opted_out}, consent withdrawn {seen.withdrew_consent}, "
        f"called for help {seen.called_for_help}, answered {seen.answered}"
    )


@command.command("test-send")
@click.argument("campaign", type=int)
@click.option("--step", type=int, help="The step's number; without one the steps are listed.")
@click.option("--by", "login", required=True, help="Login of whoever tries it.")
@with_django
def test_send(campaign: int, step: int | None, login: str) -> None:
    """Send one step's message of CAMPAIGN to an address of one's own, asked for and not kept."""
    from keizoku.campaigns.approval.queries import trials
    from keizoku.campaigns.approval.trying import send_to_oneself

    if step is None:
        for each in trials(campaign):
            tried = f"tried {each.tried_at.isoformat(timespec='minutes')}" if each.tried_at else "not tried"
            click.echo(f"{each.step_id}\t{each.words}\t{tried}")
        return
    address = click.prompt("自分の携帯電話の番号、またはメールアドレス")
    outcome = send_to_oneself(campaign, step_id=step, address=address, staff=member(login, "campaigns.edit"))
    click.echo(f"{outcome.result} {outcome.code}".strip())
