"""``keizoku subscription``: which other systems are told what happens."""

import click

from keizoku.cli.process import with_django


@click.group("subscription")
def command() -> None:
    """Subscriptions of outgoing events."""


@command.command("make")
@click.argument("name")
@click.argument("url")
@click.option("--kind", "kinds", multiple=True, required=True, help="Repeat it; `kinds` lists them.")
@with_django
def make(name: str, url: str, kinds: tuple[str, ...]) -> None:
    """Tell URL of these kinds from now on, and print the secret that signs, once."""
    from keizoku.events import actions
    from keizoku.kernel.actor import Actor

    made = actions.subscribe(name=name, url=url, kinds=kinds, actor=Actor.system("cli"))
    click.echo(f"通知先 {made.id}")
    click.echo(made.secret)


@command.command("list")
@with_django
def list_command() -> None:
    """All subscriptions and how their postings stand; never a secret."""
    from keizoku.events import queries

    for row in queries.subscriptions():
        state = "終了" if row.ended_at else "有効"
        fault = f" 最後の失敗 {row.last_fault}" if row.last_fault else ""
        click.echo(
            f"{row.id} {state} {row.name} {row.url} {','.join(row.kinds)} "
            f"送信待ち {row.waiting} 届いた {row.delivered} 保留 {row.parked}{fault}"
        )


@command.command("kinds")
def kinds_command() -> None:
    """What can be told."""
    from keizoku.events.rules.kinds import WORDS

    for kind, words in WORDS.items():
        click.echo(f"{kind}: {words}")


@command.command("secret")
@click.argument("subscription", type=int)
@with_django
def secret(subscription: int) -> None:
    """Print a new secret of SUBSCRIPTION; the old one signs too for 24 hours."""
    from keizoku.events import actions
    from keizoku.kernel.actor import Actor

    click.echo(actions.change_secret(subscription, actor=Actor.system("cli")).secret)


@command.command("again")
@click.argument("subscription", type=int)
@with_django
def again(subscription: int) -> None:
    """Send again what SUBSCRIPTION could not be told."""
    from keizoku.events import actions
    from keizoku.kernel.actor import Actor

    click.echo(f"{actions.send_again(subscription, actor=Actor.system('cli'))}件を送り直します。")


@command.command("end")
@click.argument("subscription", type=int)
@with_django
def end(subscription: int) -> None:
    """Tell SUBSCRIPTION nothing any more."""
    from keizoku.events import actions
    from keizoku.kernel.actor import Actor

    actions.end(subscription, actor=Actor.system("cli"))
    click.echo("終わりました。")
