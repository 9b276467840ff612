"""``keizoku bounces``: what came back by mail, and a look into the mailbox now."""

import click

from keizoku.cli.process import with_django


@click.group("bounces")
def command() -> None:
    """Returned mail and complaints."""


@command.command("show")
@with_django
def show_command() -> None:
    """Each mailbox: when it was read last, and how many of each kind it ever held."""
    from keizoku.delivery import queries

    boxes = queries.mailboxes()
    for box in boxes:
        looked = box.looked_at.isoformat(timespec="seconds") if box.looked_at else "まだ読んでいません"
        fault = f"、読めません: {box.fault}" if box.fault else ""
        click.echo(
            f"{box.channel}: {looked}{fault} 不達 {box.returned}、申告 {box.complained}、"
            f"数えないもの {box.passed_over}、読めずに残したもの {box.unread}"
        )
    if not boxes:
        click.echo("まだ読んでいません。")


@command.command("collect")
@with_django
def collect_command() -> None:
    """Look into the mailboxes now, as a worker does each minute."""
    from keizoku.delivery import collecting

    click.echo(f"{collecting.collect()}件を読みました。")
