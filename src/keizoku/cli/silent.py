"""``keizoku silent`` and ``keizoku why``: customers who did not answer, and why each was or was not contacted."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from keizoku.campaigns.silent.rules import MEASURES, REASONS, Decision, State
from keizoku.cli.outfile import NEW_FILE, write_new
from keizoku.cli.process import with_django
from keizoku.customers.casework.rules import ROLES

if TYPE_CHECKING:
    from datetime import datetime

DECISIONS = [*(each.value for each in Decision), "confirm", "take_back"]
STATES = [each.value for each in State]


@click.group("silent")
def command() -> None:
    """Customers who did not answer: what was done, and what a person decides."""


@command.command("list")
@click.option("--campaign", type=int, help="Only this campaign's.")
@click.option("--state", type=click.Choice(STATES), help="Only in this state; without it all that wait.")
@with_django
def list_command(campaign: int | None, state: str | None) -> None:
    """The cases, the oldest first, after how many wait."""
    from keizoku.campaigns.silent import queries
    from keizoku.campaigns.silent.finding import Criteria
    from keizoku.kernel.clock import business_today

    today = business_today()
    load = queries.workload(today)
    click.echo(
        f"終わっていない {load.waiting:,}人、未決定 {load.undecided:,}人、確認待ち {load.to_confirm:,}人"
    )
    criteria, after = Criteria(today=today, campaign_id=campaign, state=state or ""), None
    while True:
        rows, after = queries.cases(criteria, after=after)
        for row in rows:
            click.echo(
                f"{row.id}: お客さま No. {row.customer_id} キャンペーン {row.campaign_id} {row.state_words} "
                f"{row.reach_words} {row.days(today)}日"
            )
        if after is None:
            return


@command.command("show")
@click.argument("number", type=int)
@with_django
def show_command(number: int) -> None:
    """The case NUMBER: why it is one, each step's reason, and everything that happened; without notes."""
    from keizoku.campaigns.silent import queries
    from keizoku.campaigns.why import queries as why

    row = queries.case(number)
    click.echo(
        f"{row.id}: お客さま No. {row.customer_id}「{row.campaign_name}」 {row.state_words}（{row.opened_words}）"
    )
    for person in why.one(row.campaign_id, row.customer_id):
        for line in person.lines:
            click.echo(f"  手順{line.step} {line.words}" if line.step else f"  {line.words}")
    for event in queries.events_of(number):
        click.echo(f"  {event.at.date().isoformat()} {event.words}（{event.by}）")


@command.command("decide")
@click.argument("number", type=int)
@click.argument("decision", type=click.Choice(DECISIONS))
@click.option("--reason", default="", help="The reason's code; without one the codes are listed.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The new last day, for extend.")
@click.option(
    "--measure", type=click.Choice(list(MEASURES)), help="What is proposed, for propose_restriction."
)
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="operator",
    show_default=True,
    help="Whose task it is, for other_channel.",
)
@click.option("--by", "login", required=True, help="Login of the member of staff who decides.")
@with_django
def decide_command(  # noqa: PLR0917 - click's options
    number: int,
    decision: str,
    reason: str,
    until: "datetime | None",
    measure: str | None,
    role: str,
    login: str,
) -> None:
    """Decide the case NUMBER. A restriction is proposed by one and confirmed by another; Keizoku restricts nothing."""
    from keizoku.campaigns.silent import actions, queries
    from keizoku.cli.acting import actor_of
    from keizoku.kernel.clock import business_today

    actor = actor_of(login)
    queries.case(number)  # ends here where there is none
    if decision in set(Decision) and not reason:
        codes = "\n".join(f"  {code}: {words}" for code, words in REASONS[Decision(decision)].items())
        raise click.UsageError(f"choose a --reason:\n{codes}")
    match decision:
        case Decision.EXTEND:
            day = until.date() if until else business_today()
            done = actions.extend([number], until=day, reason=reason, actor=actor)
            click.echo(f"{done.decided}人の期限を延ばしました。")
        case Decision.CONTACT_AGAIN:
            done = actions.contact_again([number], reason=reason, actor=actor)
            click.echo(f"{done.decided}人を、もう一度連絡する方（回 {done.follow_up_id}）にしました。")
        case Decision.OTHER_CHANNEL:
            actions.other_channel(number, reason=reason, role=role, actor=actor)
        case Decision.EXEMPT:
            actions.exempt(number, reason=reason, actor=actor)
        case Decision.PROPOSE_RESTRICTION:
            actions.propose_restriction(number, reason=reason, measure=measure or "", actor=actor)
        case "confirm":
            actions.confirm(number, actor=actor)
        case _:
            actions.take_back(number, actor=actor)
    click.echo(f"{number}: {queries.case(number).state_words}")


@command.command("proof")
@click.argument("number", type=int)
@click.option("--out", required=True, type=NEW_FILE, help="The PDF to write.")
@click.option("--by", "login", required=True, help="Login of the member of staff who issues it.")
@with_django
def proof_command(number: int, out: Path, login: str) -> None:
    """Issue the proof of the case NUMBER as a PDF; its digest is kept and audited."""
    from keizoku.campaigns.silent import proving
    from keizoku.cli.acting import actor_of

    issued = proving.issue(number, actor=actor_of(login))
    write_new(out, [issued.content])
    click.echo(f"{issued.number} を書きました。SHA-256 {issued.sha256}")


@click.command("why")
@click.argument("campaign", type=int)
@click.option("--customer", type=int, help="The No. of one customer: print his reasons and write no file.")
@click.option("--out", type=NEW_FILE, help="The CSV to write, of everybody selected.")
@click.option("--request", type=int, help="Number of the approved request (keizoku export).")
@click.option("--by", "login", help="Login of the member of staff who asks for the file.")
@with_django
def why_command(
    campaign: int, customer: int | None, out: Path | None, request: int | None, login: str | None
) -> None:
    """Why each customer whom CAMPAIGN selected was or was not contacted.

    A file of more than one person needs a request that somebody else approved: keizoku export ask.
    """
    from keizoku.campaigns.why import exporting, queries
    from keizoku.campaigns.why.rules import ExportKind
    from keizoku.cli.acting import actor_of

    if customer is not None:
        for person in queries.one(campaign, customer):
            for line in person.lines:
                click.echo(f"手順{line.step} {line.words}" if line.step else line.words)
        return
    if out is None or login is None:
        raise click.UsageError("name --customer, or --out and --by")
    actor = actor_of(login)
    if not queries.exists(campaign):
        raise click.ClickException(f"campaign {campaign} has selected nobody: it is a draft, or not there")
    export = exporting.ask(campaign, ExportKind.WHY, actor=actor, request=request)
    exporting.work(export)
    write_new(out, exporting.download(export, actor=actor))
    row = queries.export(export)
    click.echo(
        f"{row.mark}: 選ばれた {row.customers:,}人のうち {row.customers_done:,}人の理由。SHA-256 {row.sha256}"
    )
    for words, count in queries.tally_words(row.tally):
        click.echo(f"  {words} {count:,}")
