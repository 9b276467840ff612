"""``keizoku backup`` and ``keizoku restore``: a backup of everything, its restore, and the drill (docs/backup.md)."""

import json
from pathlib import Path

import click

from keizoku.cli.process import with_django


@click.group("backup", invoke_without_command=True)
@click.option("--out", type=click.Path(path_type=Path), help="Folder that does not exist yet.")
@click.option(
    "--with-keys", is_flag=True, help="Put the keys in too: the folder alone then opens everything."
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def backup_command(context: click.Context, *, out: Path | None, with_keys: bool, as_json: bool) -> None:
    """Back everything up while everybody works: database, stored files, anchors, the wrapped keyring."""
    if context.invoked_subcommand is not None:
        return
    if out is None:
        raise click.UsageError("--out DIR is needed, or a command")
    _take(out, with_keys=with_keys, as_json=as_json)


@with_django
def _take(out: Path, *, with_keys: bool, as_json: bool) -> None:
    from keizoku.kernel.actor import Actor
    from keizoku.safekeeping.backups import taking

    made = taking.take(out.absolute(), actor=Actor.system("cli"), with_keys=with_keys)
    size = sum(file["size"] for file in made["files"].values())
    rows = sum(made["tables"].values())
    if as_json:
        click.echo(
            json.dumps(
                {
                    "out": str(out),
                    "rows": rows,
                    "tables": len(made["tables"]),
                    "files": len(made["files"]),
                    "bytes": size,
                    "seconds": made["seconds"],
                    "digest": made["digest"],
                    "has_keys": with_keys,
                }
            )
        )
        return
    click.echo(f"{out}：{len(made['tables'])}表 {rows:,}行、{size:,}バイト、{made['seconds']:.1f}秒")
    if not with_keys:
        click.echo(
            "鍵は入っていません。keys/ フォルダーは別の場所に控えてください（両方がそろうとすべて読めます）。"
        )


@backup_command.command("drill")
@click.option("--json", "as_json", is_flag=True)
@with_django
def drill_command(*, as_json: bool) -> None:
    """Prove that a backup can be restored: take one, restore it aside, compare rows, audit and values. Exit 1 if not."""
    from keizoku.kernel.actor import Actor
    from keizoku.safekeeping.backups import drilling

    result = drilling.drill(actor=Actor.system("cli"))
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        click.echo("復元訓練に合格しました。" if result["is_sound"] else "復元訓練に合格しませんでした。")
        for name, value in result.items():
            click.echo(f"  {name}: {value}")
    if not result["is_sound"]:
        raise SystemExit(1)


@backup_command.command("inspect", hidden=True)
@click.option(
    "--from", "source", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--migrate", "is_to_migrate", is_flag=True, help="Bring the restored schema to this version first."
)
@with_django
def inspect_command(source: Path, keys: Path | None, *, is_to_migrate: bool) -> None:
    """Compare this state with the backup it was restored from; one line of JSON."""
    from keizoku.kernel.database.schema import migrate
    from keizoku.safekeeping.backups import inspecting

    if is_to_migrate:
        migrate()
    chosen = json.loads(keys.read_text(encoding="utf-8")) if keys else None
    click.echo(inspecting.as_line(inspecting.inspect(source, chosen)))


@backup_command.command("hold-campaigns", hidden=True)
@with_django
def hold_command() -> None:
    """Pause whatever campaign of this state could send: `restore` calls it, before anybody can start a worker."""
    from keizoku.campaigns.holding import hold_restored
    from keizoku.kernel.actor import Actor

    click.echo(f"キャンペーン {hold_restored(Actor.system('restore'))}件を止めました。")


@click.command("restore")
@click.option(
    "--from", "source", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--keys",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The keys/ folder that was kept apart.",
)
@click.option("--json", "as_json", is_flag=True)
def restore_command(source: Path, keys: Path | None, *, as_json: bool) -> None:
    """Restore a backup into the empty state folder that KEIZOKU_STATE names. Never over anything."""
    import os
    import sys

    from keizoku.kernel import logs
    from keizoku.kernel.database.errors import DatabaseUnavailable
    from keizoku.kernel.errors import Refusal
    from keizoku.safekeeping.backups import restoring

    logs.configure(as_json=not sys.stderr.isatty())
    if "DATABASE_URL" in os.environ:
        raise click.ClickException(
            "DATABASE_URL is set; a server of your own is restored by the steps of docs/backup.md"
        )
    if not os.environ.get("KEIZOKU_STATE"):
        raise click.ClickException(
            "KEIZOKU_STATE has to name the folder to restore into; it must not be there yet"
        )
    state = Path(os.environ["KEIZOKU_STATE"]).expanduser().absolute()
    try:
        result = restoring.restore(source.absolute(), state, keys=keys.absolute() if keys else None)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message} {refusal.remedy}".strip()) from refusal
    except DatabaseUnavailable as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else f"{state} に復元しました。")
    if not result["is_sound"]:
        click.echo("ただし、確かめで違いが見つかりました（--json で詳しく見られます）。", err=True)
        raise SystemExit(1)
