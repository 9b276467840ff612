"""Changes of the keyring's file: a new epoch, another key-encryption key, the end of an epoch.

Only ``keizoku.safekeeping`` calls me (who may, and the audit, are its matter). Every change reads the file, changes one
thing and puts the file in place whole, under the lock; processes notice by themselves (``keyring``).
"""

import os
from dataclasses import replace
from pathlib import Path

from keizoku.kernel.crypto import file_key, keyring, keyring_file, services
from keizoku.kernel.crypto.errors import KeyChangeRefused
from keizoku.kernel.crypto.keyring_file import KeyringFile, Wrapped
from keizoku.kernel.crypto.ports import KeyEncryption

LAST_EPOCH = 0xFFFF  # two bytes name it in every blob


def add_epoch(folder: Path) -> int:
    """Begin a new data key; what is written from now on uses it. Returns the new epoch's number."""
    with keyring_file.changing(folder):
        content, service = _present(folder)
        epoch = 1 + max(*content.epochs, *map(int, content.destroyed), 0)
        if epoch > LAST_EPOCH:
            raise KeyChangeRefused("鍵の世代が尽きました。", remedy="開発元に連絡してください。")
        blob = service.wrap(os.urandom(keyring.KEY_BYTES), keyring.context(content, str(epoch)))
        keyring_file.write(folder, content.with_key(str(epoch), blob))
    return _noticed(epoch)


def add_index_epoch(folder: Path) -> int:
    """Make the next secret of the blind indexes; it is used only once ``use_index_epoch`` says so."""
    with keyring_file.changing(folder):
        content, service = _present(folder)
        names = [int(name.partition(":")[2]) for name in content.keys if name.startswith("index:")]
        if names and max(names) > content.index_epoch:
            return _noticed(max(names))  # made by an attempt that did not come to its end
        epoch = 1 + max([content.index_epoch, *names])
        name = f"index:{epoch}"
        blob = service.wrap(os.urandom(keyring.KEY_BYTES), keyring.context(content, name))
        keyring_file.write(folder, content.with_key(name, blob))
    return _noticed(epoch)


def use_index_epoch(folder: Path, epoch: int) -> None:
    """From now on tokens are made under this secret."""
    with keyring_file.changing(folder):
        content = keyring_file.read(folder)
        if epoch != 1 and f"index:{epoch}" not in content.keys:
            raise KeyChangeRefused(
                f"検索用の鍵 {epoch} が鍵束にありません。",
                remedy="keys/ を、その鍵を含む控えから戻してください。",
            )
        keyring_file.write(folder, replace(content, index_epoch=epoch))
    _noticed(epoch)


def rewrap(folder: Path, kind: str) -> str:
    """Wrap every key anew under the service of that kind (a new key, if it is the file). Returns what it is now.

    Every key is opened again from its new wrapping before the file is replaced. The file's former key stays beside it as
    ``kek.retired-…`` for as long as older backups need it.
    """
    with keyring_file.changing(folder):
        content, before = _present(folder)
        plain = {name: keyring.unwrap(before, content, name) for name in content.keys}
        fresh_file = folder / "kek.fresh"
        if kind == file_key.KIND:
            keyring_file.write_secret(fresh_file, file_key.new_key())
            after: KeyEncryption = file_key.FileKey(fresh_file)
        else:
            after = services.service(kind, folder)
        keys = {
            name: Wrapped(after.wrap(key, keyring.context(content, name)), content.keys[name].created_at)
            for name, key in plain.items()
        }
        moved = replace(content, service=kind, keys=keys)
        if {name: keyring.unwrap(after, moved, name) for name in keys} != plain:
            raise KeyChangeRefused("包み直した鍵が、元の鍵と合いません。", remedy="鍵束は変えていません。")
        _retire_file_key(folder, before)
        if kind == file_key.KIND:
            fresh_file.replace(folder / services.KEK)
        keyring_file.write(folder, moved)
    _noticed(0)
    return services.service(kind, folder).describe()


def destroy(folder: Path, epoch: int, certificate_digest: str) -> None:
    """Take the wrapped key out of the file for ever, and write zeros over the file that held it (if the disk obeys)."""
    with keyring_file.changing(folder):
        content, _ = _present(folder)
        name = str(epoch)
        if epoch == max(content.epochs):
            raise KeyChangeRefused(
                f"世代 {epoch} は、いま使っている鍵です。", remedy="先に新しい世代を始めてください。"
            )
        keys = {kept: key for kept, key in content.keys.items() if kept != name}
        with (folder / keyring_file.NAME).open("r+b") as former:
            keyring_file.write(
                folder, replace(content, keys=keys, destroyed=content.destroyed | {name: certificate_digest})
            )
            length = former.seek(0, os.SEEK_END)
            former.seek(0)
            former.write(bytes(length))
            former.flush()
            os.fsync(former.fileno())
    _noticed(epoch)


def _present(folder: Path) -> tuple[KeyringFile, KeyEncryption]:
    """The file in the present format, every key of it bound to its installation, and its service."""
    content = keyring_file.read(folder)
    service = services.service(content.service, folder)
    if content.fingerprint:
        return content, service
    root = keyring.unwrap(service, content, keyring_file.ROOT)
    bound = replace(content, fingerprint=keyring.fingerprint_of(root))
    keys = {
        name: Wrapped(
            service.wrap(keyring.unwrap(service, content, name), keyring.context(bound, name)), key.created_at
        )
        for name, key in content.keys.items()
    }
    return replace(bound, keys=keys), service


def _retire_file_key(folder: Path, before: KeyEncryption) -> None:
    """Keep the former file key under a name of its own before another takes its place."""
    if before.kind == file_key.KIND:
        stamp = keyring_file.now().replace(":", "").replace("-", "")[:15]
        os.link(folder / services.KEK, folder / f"{services.KEK}.retired-{stamp}-{os.urandom(2).hex()}")


def _noticed(epoch: int) -> int:
    keyring.forget()
    return epoch
