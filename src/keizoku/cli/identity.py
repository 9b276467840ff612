"""``keizoku identity``: verifications of identity: asked for, seen, decided, labelled, exported; their policy."""

import json
from pathlib import Path

import click

from keizoku.cli.acting import BY, actor_of, by_login
from keizoku.cli.outfile import NEW_FILE, write_new
from keizoku.cli.process import with_django


@click.group("identity")
def command() -> None:
    """Verifications of identity."""


@command.command("list")
@click.option("--state", default="", help="Only those in this state.")
@click.option("--customer", type=int, help="Only this customer's, by No.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@with_django
def list_command(state: str, customer: int | None, limit: int) -> None:
    """Verifications, the newest first; nothing of anybody."""
    from keizoku.identity import results
    from keizoku.identity.rules.states import State

    if state and state not in tuple(State):
        raise click.UsageError(f"no such state: {state}; one of {', '.join(State)}")
    states = [State(state)] if state else []
    for row in results.before(None, limit, customer_id=customer, states=states):
        whom = f"お客さま No. {row.customer_id}" if row.customer_id else "申込者"
        click.echo(
            f"{row.id}: {row.state_words} {whom} {row.kind_words} {row.purpose_words}（{row.legal_use_words}）"
        )


@command.command("show")
@click.argument("number", type=int)
@with_django
def show_command(number: int) -> None:
    """One verification: its checks and its pictures by their digests."""
    from keizoku.identity import results
    from keizoku.identity.rules.checks import check_words, reason_of_check

    found = results.result(number)
    click.echo(f"{found.row.id}: {found.row.state_words} {found.row.kind_words} {found.row.purpose_words}")
    for check in found.checks:
        click.echo(f"  {check.outcome_words}\t{check_words(check.name)}\t{reason_of_check(check.reason)}")
    for shot in found.evidence:
        click.echo(f"  {shot.step_words}\t{shot.pose}\t{shot.sha256}")


@command.command("ask")
@click.option("--customer", type=int, required=True, help="The No. of the customer.")
@click.option("--purpose", default="ongoing_check", show_default=True)
@click.option("--legal-use", default="ongoing_check", show_default=True)
@click.option("--statute", default="", help="For the legal use statutory alone.")
@click.option("--method", default="", help="Stable id of the method, as `keizoku methods list` shows it.")
@BY
@with_django
def ask_command(  # noqa: PLR0917 - click's options
    customer: int, purpose: str, legal_use: str, statute: str, method: str, login: str
) -> None:
    """Ask for a verification of a customer."""
    from keizoku.accounts.access import authorise
    from keizoku.identity import results
    from keizoku.identity.asking import Request, ask
    from keizoku.identity.rules.purposes import LegalUse, Purpose

    if purpose not in tuple(Purpose) or legal_use not in tuple(LegalUse):
        raise click.UsageError(
            f"the purpose is one of {', '.join(Purpose)}; the legal use one of {', '.join(LegalUse)}"
        )
    actor = actor_of(login)
    authorise(actor, "identity.ask")
    request = Request(
        Purpose(purpose), LegalUse(legal_use), customer_id=customer, statute=statute, method=method
    )
    number = ask(request, actor)
    # The key is what a provider signs into its result.
    click.echo(f"本人確認 {number} を依頼しました（{results.key_of(number)}）。")


@command.command("import-result")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@with_django
def import_result_command(file: Path, login: str) -> None:
    """Take an accredited provider's signed result (compact JWS), once."""
    from keizoku.identity.methods.importing import take

    number = take(file.read_text("ascii", "replace"), actor_of(login))
    click.echo(f"verification {number} waits for a person's decision")


@command.command("address")
@click.argument("number", type=int)
@click.option(
    "--redirect", default="", help="Where the page leads back to: one of KEIZOKU_IDENTITY_REDIRECTS."
)
@click.option("--state", default="", help="Handed back unread with the redirect.")
@BY
@with_django
def address_command(number: int, redirect: str, state: str, login: str) -> None:
    """Make a fresh address at which the customer takes the pictures; the one before ends."""
    from keizoku.accounts.access import authorise
    from keizoku.identity import capturing, hosting

    actor = actor_of(login)
    authorise(actor, "identity.ask")
    back = hosting.Return(redirect, state) if redirect else None
    if back is not None:
        hosting.sign(back)  # refused before the address of before ends
    click.echo(hosting.address(capturing.begin(number, actor).token, back))


@command.command("withdraw")
@click.argument("number", type=int)
@BY
@with_django
def withdraw_command(number: int, login: str) -> None:
    """Take back a verification that is not over."""
    from keizoku.accounts.access import authorise
    from keizoku.identity.asking import withdraw

    actor = actor_of(login)
    authorise(actor, "identity.ask")
    withdraw(number, actor)
    click.echo(f"本人確認 {number} を取り下げました。")


@command.command("decide")
@click.argument("number", type=int)
@click.argument("verdict", type=click.Choice(["passed", "refused", "asked_again"]))
@click.option("--reason", required=True, help="A code of the verdict's list; a wrong one prints the list.")
@click.option("--again", multiple=True, help="A shot that is asked for again; may be repeated.")
@BY
@with_django
def decide_command(number: int, verdict: str, reason: str, again: tuple[str, ...], login: str) -> None:
    """Decide a verification that waits."""
    from keizoku.identity.deciding import Said, decide
    from keizoku.identity.rules.deciding import REASONS, Verdict

    said = Verdict(verdict)
    if reason not in REASONS[said]:
        lines = "\n".join(f"  {code}\t{words}" for code, words in REASONS[said].items())
        raise click.UsageError(f"no such reason: {reason}; one of\n{lines}")
    if decide(number, Said(said, reason, again=again), by_login(login)):
        click.echo(f"本人確認 {number} を決めました。")
    else:
        click.echo(f"本人確認 {number} は、2人目の判断を待ちます。")


@command.command("agree")
@click.argument("number", type=int)
@BY
@with_django
def agree_command(number: int, login: str) -> None:
    """Agree with the verdict that waits for a second person."""
    from keizoku.identity.deciding import agree, waiting_verdict

    agree(number, waiting_verdict(number), by_login(login))
    click.echo(f"本人確認 {number} を決めました。")


@command.command("label")
@click.argument("number", type=int)
@click.argument("truth")
@BY
@with_django
def label_command(number: int, truth: str, login: str) -> None:
    """Write down what a decided case truly was."""
    from keizoku.identity.labelling import label, labelled
    from keizoku.identity.rules.deciding import LEAST_LABELLED, Truth

    if truth not in tuple(Truth):
        raise click.UsageError(f"no such truth: {truth}; one of {', '.join(Truth)}")
    label(number, Truth(truth), by_login(login))
    click.echo(f"記録しました。答え合わせは {labelled()} 件です（自動の判断には {LEAST_LABELLED} 件）。")


@command.command("export")
@click.argument("number", type=int)
@click.option("--out", type=NEW_FILE, required=True, help="The ZIP to write.")
@BY
@with_django
def export_command(number: int, out: Path, login: str) -> None:
    """Write the evidence of one verification: record as PDF and JSON, pictures as they came, signed."""
    from keizoku.identity.exporting import export

    made = export(number, by_login(login))
    write_new(out, [made.content])
    click.echo(f"{out}: SHA-256 {made.sha256}")


@command.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_django
def verify_command(file: Path) -> None:
    """Hold an exported file to its manifest and signature."""
    from keizoku.identity.exporting import NotAuthentic, verify

    try:
        key, files = verify(file.read_bytes())
    except NotAuthentic as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"{files} files as they were signed by {key}")


@command.group("policy")
def policy_command() -> None:
    """Who is asked by class, when two decide, whether clean cases need a person."""


@policy_command.command("show")
@with_django
def show_policy() -> None:
    """The policy in force, and what waits for an approver."""
    from keizoku.identity.policies import told

    for row in told():
        content = json.dumps(row.content, ensure_ascii=False)
        click.echo(f"{row.id}: {row.words} {row.digest[:12]} {content}")


@policy_command.command("propose")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@with_django
def propose_policy(file: Path, login: str) -> None:
    """Ask for the policy of a JSON file to be put in force by another."""
    from keizoku.identity.policies import propose

    try:
        content = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise click.ClickException(f"{file} is no JSON") from None
    click.echo(f"決まり {propose(content, actor_of(login))} を申請しました。別の承認者が承認します。")


@policy_command.command("approve")
@click.argument("number", type=int)
@click.option(
    "--digest",
    required=True,
    help="The digest of what you read, as `policy show` prints it, or its beginning.",
)
@BY
@with_django
def approve_policy(number: int, digest: str, login: str) -> None:
    """Put a policy in force that another asked for."""
    from keizoku.identity.policies import approve, told

    whole = next((row.digest for row in told() if row.id == number and row.digest.startswith(digest)), digest)
    approve(number, actor_of(login), digest=whole)
    click.echo(f"決まり {number} を使い始めました。")


@policy_command.command("withdraw")
@click.argument("number", type=int)
@BY
@with_django
def withdraw_policy(number: int, login: str) -> None:
    """Take back, or decline, a policy that waits for an approver."""
    from keizoku.identity.policies import withdraw

    withdraw(number, actor_of(login))
    click.echo(f"決まり {number} を取り下げました。")


@policy_command.command("stop")
@BY
@with_django
def stop_policy(login: str) -> None:
    """End the policy in force at once: people decide everything and nobody is asked by class."""
    from keizoku.identity.policies import stop

    click.echo(f"決まり {stop(actor_of(login))} を止めました。")


command.add_command(policy_command)
