"""``keizoku audit witness``: the second server, which keeps the heads of other people's chains. No database."""

import asyncio
import contextlib
import ssl
from pathlib import Path

import click

_SHORTEST_TOKEN = 16


@click.command("witness")
@click.option(
    "--listen",
    default="127.0.0.1:9443",
    show_default=True,
    help="HOST:PORT to listen on; port 0 takes a free one.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that heads are appended to.",
)
@click.option(
    "--token-file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the shared token (16 characters or more).",
)
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The witness's signing key; OUT.key.pem unless given.",
)
@click.option(
    "--certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TLS certificate."
)
@click.option(
    "--certificate-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TLS private key."
)
def witness_command(
    *,
    listen: str,
    out: Path,
    token_file: Path,
    key: Path | None,
    certificate: Path | None,
    certificate_key: Path | None,
) -> None:
    """Be a witness of the audit's heads, on a machine that the database's administrators cannot touch."""
    from keizoku.audit.outside import witness_server
    from keizoku.audit.outside.witness_book import Book, BookDamaged

    host, _, port = listen.rpartition(":")
    token = token_file.read_text(encoding="utf-8").strip()
    if not host or not port.isdigit():
        raise click.ClickException(f"--listen is HOST:PORT, not {listen}")
    if len(token) < _SHORTEST_TOKEN:
        raise click.ClickException(f"the token in {token_file} needs {_SHORTEST_TOKEN} characters or more")
    tls = None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, certificate_key)
    try:
        book = Book(out, key or out.with_name(f"{out.name}.key.pem"))
    except BookDamaged as fault:
        raise click.ClickException(f"the file of heads cannot be used: {fault}") from fault

    def ready(port: int) -> None:
        click.echo(f"証人 {host}:{port}、公開鍵 {book.public_key}")

    with contextlib.closing(book), contextlib.suppress(KeyboardInterrupt):
        asyncio.run(witness_server.serve(book, token, host=host, port=int(port), tls=tls, ready=ready))
