"""``keizoku keys``: data keys by epoch, what wraps them, re-encryption, a key's end (docs/keys.md)."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.safekeeping.queries import PassRow

SLICE_S = 1.0


@click.group("keys")
def command() -> None:
    """Keys that everything personal is encrypted under. No command shows a key."""


@command.command("create")
@with_django
def create() -> None:
    """Make the keyring of a new installation; one that exists is left alone, a lost one is never made anew."""
    from keizoku.safekeeping import queries

    click.echo(f"鍵束 {queries.fingerprint()} があります。鍵暗号化鍵：{queries.key_service()}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_django
def list_command(*, as_json: bool) -> None:
    """Every data key with how many values lie under it, counted now."""
    from keizoku.safekeeping import queries

    rows = queries.epochs()
    if as_json:
        found = [
            {
                "epoch": row.number,
                "created_at": row.created_at.isoformat() if row.created_at else None,
                "in_use": row.is_newest,
                "destroyed": row.is_destroyed,
                "values": row.values,
            }
            for row in rows
        ]
        click.echo(
            json.dumps(
                {
                    "installation": queries.fingerprint(),
                    "key_service": queries.key_service(),
                    "index_epoch": queries.index_epoch(),
                    "epochs": found,
                },
                ensure_ascii=False,
            )
        )
        return
    click.echo(
        f"鍵束 {queries.fingerprint()}、鍵暗号化鍵：{queries.key_service()}、検索用の鍵：世代 {queries.index_epoch()}"
    )
    for row in rows:
        state = "使用中" if row.is_newest else "破棄済み" if row.is_destroyed else "読み出しのみ"
        made = f"{row.created_at:%Y-%m-%d %H:%M} UTC" if row.created_at else "作成日の記録なし"
        click.echo(f"世代 {row.number}: {state}、値 {row.values:,}件、{made}")


@command.command("rotate")
@with_django
def rotate() -> None:
    """Begin a new data key; every process writes under it at once, without a restart."""
    from keizoku.kernel.actor import Actor
    from keizoku.safekeeping.keys import rotating

    click.echo(f"世代 {rotating.rotate(actor=Actor.system('cli'))} の鍵を使い始めました。")


@command.command("reencrypt")
@click.option("--background", is_flag=True, help="Only ask for it; the workers do it.")
@with_django
def reencrypt(*, background: bool) -> None:
    """Bring every value under the newest key while everybody works. Stop it at any time; it goes on from there."""
    from keizoku.kernel.actor import Actor
    from keizoku.safekeeping import queries
    from keizoku.safekeeping.keys import reencrypting

    reencrypting.start(actor=Actor.system("cli"))
    if background:
        click.echo("再暗号化を始めます。進み具合は `keizoku keys progress` で見られます。")
        return
    columns = (TextColumn("再暗号化"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=queries.passes(1)[0].expected)
        while not reencrypting.work(SLICE_S):
            now = queries.passes(1)[0]
            bar.update(task, completed=now.rows)
            if now.finished_at is None:
                time.sleep(0.05)  # another process may be at work: look again
    _tell(queries.passes(1)[0])


@command.command("progress")
@with_django
def progress() -> None:
    """How far re-encryption has come, and how fast it is."""
    from keizoku.safekeeping import queries

    for row in queries.passes():
        _tell(row)


@command.command("move")
@click.option("--to", "kind", required=True, type=click.Choice(["file", "aws-kms"]))
@with_django
def move(kind: str) -> None:
    """Wrap all keys anew: under AWS KMS, or under a new file key (also from file to file)."""
    from keizoku.kernel.actor import Actor
    from keizoku.safekeeping.keys import rotating

    place = rotating.rewrap(kind, actor=Actor.system("cli"))
    click.echo(f"鍵束を包み直しました：{place}。KEIZOKU_KEY_SERVICE={kind} にしてください。")
    click.echo("keys/kek.retired-… は、古いバックアップがいらなくなってから消してください。")


@command.command("destroy")
@click.argument("epoch", type=int)
@click.option("--login", required=True, help="Who asks, or who answers; the password is asked for.")
@click.option("--approve", "is_approval", is_flag=True, help="Answer another person's request.")
@click.option("--withdraw", "is_withdrawal", is_flag=True, help="Take the request back, or refuse it.")
@click.password_option(confirmation_prompt=False)
@with_django
def destroy(*, epoch: int, login: str, is_approval: bool, is_withdrawal: bool, password: str) -> None:
    """Destroy the key of EPOCH for ever: one person asks, another one answers, nothing may lie under it any more."""
    from keizoku.accounts.actions import sign_in_with_password
    from keizoku.safekeeping import queries
    from keizoku.safekeeping.keys import destroying

    staff = sign_in_with_password(login, password)
    if not is_approval and not is_withdrawal:
        destroying.request(epoch, staff)
        click.echo(f"世代 {epoch} の鍵の破棄を申請しました。14日以内に、別の人が承認します。")
        return
    waiting = queries.waiting_destruction(epoch)
    if waiting is None:
        raise click.ClickException(f"nobody has asked for the end of epoch {epoch}; see: keizoku keys list")
    if is_withdrawal:
        destroying.withdraw(waiting.id, staff)
        click.echo(f"世代 {epoch} の鍵の破棄を取り下げました。")
        return
    click.echo(json.dumps(destroying.approve(waiting.id, staff), ensure_ascii=False, indent=1))


@command.command("verify")
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A certificate of a key's destruction.",
)
@with_django
def verify(certificate: Path | None) -> None:
    """Open every key, and check that it is this database's keyring; or check a CERTIFICATE's signature."""
    from keizoku.kernel.crypto import certificates
    from keizoku.safekeeping.keys import checking

    if certificate is None:
        for line in checking.verify():
            click.echo(line)
        return
    document = json.loads(certificate.read_text(encoding="utf-8"))
    if not certificates.is_signed(document["certificate"], document["signature"], certificates.public_key()):
        raise click.ClickException("this certificate is of another installation, or was changed")
    click.echo(f"証明書は正しいものです：世代 {document['certificate']['epoch']}")


def _tell(row: "PassRow") -> None:
    state = f"{row.finished_at:%Y-%m-%d %H:%M} UTC に終了" if row.finished_at else "進行中"
    click.echo(
        f"世代 {row.target} へ：{row.rows:,} / {row.expected:,}件、毎秒 {row.per_second:,.0f}件、{state}"
    )
