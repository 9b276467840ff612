"""``keizoku api-key``: keys by which other systems call the API."""

import click

from keizoku.cli.process import with_django


@click.group("api-key")
def command() -> None:
    """Keys of the API, each in the name of one member of staff."""


@command.command("make")
@click.argument("login")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="Repeat it; `scopes` lists them.")
@click.option("--days", default=90, show_default=True, help="How long it is good for; at most 366.")
@click.option("--department", default="", help="Who answers for it; otherwise the member's own.")
@click.option("--calls-a-minute", default=600, show_default=True, help="Beyond them it is answered 429.")
@with_django
def make(  # noqa: PLR0917 - click's options
    login: str, name: str, scopes: tuple[str, ...], days: int, department: str, calls_a_minute: int
) -> None:
    """Make a key in the name of LOGIN and print it, once."""
    from keizoku.accounts.api_keys import actions
    from keizoku.kernel.actor import Actor

    wanted = actions.Grant(login, name, scopes, days, department, calls_a_minute)
    click.echo(actions.grant_and_take(wanted, actor=Actor.system("cli")).secret)


@command.command("list")
@with_django
def list_command() -> None:
    """All keys with their number, state, holder and scopes; never a secret."""
    from keizoku.accounts.api_keys import queries

    for key in queries.listing():
        used = f"最後の使用 {key.last_used_at:%Y-%m-%d %H時ごろ}" if key.last_used_at else "未使用"
        click.echo(
            f"{key.id} kz_{key.prefix}… {key.state_words} {key.name} 名義 {key.holder} "
            f"{','.join(key.scopes)} {key.expires_at:%Y-%m-%d}まで {used}"
        )


@command.command("revoke")
@click.argument("key", type=int)
@with_django
def revoke(key: int) -> None:
    """End KEY (its number) at once."""
    from keizoku.accounts.api_keys import actions
    from keizoku.kernel.actor import Actor

    actions.revoke(key, actor=Actor.system("cli"))
    click.echo("取り消しました。次の呼び出しから使えません。")


@command.command("scopes")
def scopes_command() -> None:
    """What a key may be allowed."""
    from keizoku.accounts.api_keys.rules import SCOPES

    for name, scope in SCOPES.items():
        click.echo(f"{name}: {scope.words}")


@command.command("openapi")
@with_django
def openapi() -> None:
    """Print the API's OpenAPI document."""
    import json

    from keizoku.api.v1 import service

    click.echo(json.dumps(service.document(), ensure_ascii=False, indent=1))
