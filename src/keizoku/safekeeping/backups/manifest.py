"""The manifest of a backup: what belongs to it, whose it is, and the signature that shows any change.

A backup is a folder: ``database.dump``, ``files/``, ``anchors/``, ``keys/`` and ``manifest.json``, which is written last and
with the folder's name in place only when it is whole. Needs no Django: a restore begins with an empty machine.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from keizoku.kernel.crypto import certificates
from keizoku.kernel.crypto.keyring import Keyring
from keizoku.safekeeping.errors import BackupRefused

FORMAT: Final = "keizoku-backup-1"
NAME: Final = "manifest.json"
DUMP: Final = "database.dump"
_PIECE: Final = 1 << 20
ROOMS: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was read; ``content`` is signed, ``digest`` is the content's."""

    content: Mapping[str, Any]
    signature: str
    digest: str


def write(folder: Path, content: Mapping[str, Any]) -> str:
    """Sign and write it; returns its digest."""
    document = {"content": content, "signature": certificates.sign(content)}
    (folder / NAME).write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return _digest(content)


def read(folder: Path) -> Manifest:
    """The manifest of a folder that says it is a backup; not yet compared with anything."""
    path = folder / NAME
    if not path.is_file():
        raise BackupRefused(
            f"{folder} に {NAME} がありません。バックアップではないか、途中で止まったものです。",
            remedy="完成したバックアップのフォルダーを指定してください。",
        )
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        content, signature = document["content"], document["signature"]
        found = content["format"]
    except (ValueError, KeyError, TypeError):
        raise BackupRefused(
            f"{path} が壊れていて読めません。", remedy="別のバックアップを指定してください。"
        ) from None
    if found != FORMAT:
        raise BackupRefused(
            f"このバックアップの書式（{found}）は、この版では読めません。",
            remedy="作った版の Keizoku で復元してください。",
        )
    return Manifest(content, signature, _digest(content))


def check(folder: Path, manifest: Manifest, ring: Keyring) -> None:
    """Whose it is, whether anything was changed, whether this version knows its tables; before anything is made."""
    content = manifest.content
    if content["installation"] != ring.fingerprint:
        raise BackupRefused(
            f"このバックアップは別の環境（指紋 {content['installation']}）のもので、鍵束（{ring.fingerprint}）と違います。",
            remedy="バックアップと同じ環境の keys/ を --keys で指定してください。",
        )
    if not certificates.is_signed(content, manifest.signature, certificates.public_key(ring)):
        raise BackupRefused(
            f"{NAME} が書き換えられています（署名が合いません）。",
            remedy="別のバックアップを指定してください。",
        )
    if newer := sorted(set(content["migrations"]) - set(migrations_here())):
        raise BackupRefused(
            f"このバックアップは、この版より新しい Keizoku のものです（{newer[0]} など{len(newer)}件の移行がありません）。",
            remedy="バックアップを作った版以降の Keizoku で復元してください。",
        )
    for name, told in content["files"].items():
        _check_file(folder / name, name, told)


def listed(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file of a folder with size and SHA-256."""
    return {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def sha256(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            whole.update(piece)
    return whole.hexdigest()


def migrations_here() -> Iterator[str]:
    """The name, "room.number_name", of every migration that this version brings."""
    for path in ROOMS.glob("*/migrations/[0-9]*.py"):
        yield f"{path.parts[-3]}.{path.stem}"


def _check_file(path: Path, name: str, told: Mapping[str, Any]) -> None:
    if not path.is_file():
        raise BackupRefused(
            f"バックアップの {name} がありません。", remedy="別のバックアップを指定してください。"
        )
    if path.stat().st_size != told["size"] or sha256(path) != told["sha256"]:
        raise BackupRefused(
            f"バックアップの {name} が、作ったときと違います。", remedy="別のバックアップを指定してください。"
        )


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(certificates.canonical(content)).hexdigest()
