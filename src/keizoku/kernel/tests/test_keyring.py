"""The keyring: epochs, running processes, lost and foreign keys, and the first format."""

import json
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keizoku.kernel import secrets
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import blind_index, errors, field, key_changes, keyring, keyring_file
from keizoku.kernel.crypto.grant import ReadGrant

GRANT = ReadGrant(Actor.system("test"), "test", frozenset({7}), 1)
PLACE = {"where": "customers_recordversion.phone", "record": "7.1"}


@pytest.fixture
def state(tmp_path, monkeypatch):
    """A state folder of this test's own; the run's keyring is held again afterwards."""
    for module in (keyring, secrets):
        monkeypatch.setattr(module, "state_folder", lambda: tmp_path)
    monkeypatch.setattr(keyring, "LOOK_EVERY_S", 0.0)
    keyring.forget()
    yield tmp_path
    keyring.forget()
    blind_index._begun.cache_clear()


@pytest.fixture
def keys(state):
    keyring.create(state / "keys")
    return state / "keys"


def opened(blob):
    return field.decrypt(blob, **PLACE, subject=7, grant=GRANT)


def test_new_epoch_encrypts_and_the_old_stays_readable(keys):
    old = field.encrypt("前の値", **PLACE)
    assert key_changes.add_epoch(keys) == 2
    new = field.encrypt("次の値", **PLACE)
    assert (old[:2], new[:2]) == (b"\x00\x01", b"\x00\x02")
    assert (opened(old), opened(new)) == ("前の値", "次の値")


def test_process_that_runs_writes_under_a_key_that_another_process_began(keys, monkeypatch):
    assert field.encrypt("値", **PLACE)[:2] == b"\x00\x01"
    monkeypatch.setattr(key_changes.keyring, "forget", lambda: None)  # the other process tells us nothing
    key_changes.add_epoch(keys)
    assert field.encrypt("値", **PLACE)[:2] == b"\x00\x02"


def test_reading_looks_again_before_it_says_that_a_key_is_missing(keys, monkeypatch):
    keyring.current()
    monkeypatch.setattr(key_changes.keyring, "forget", lambda: None)
    key_changes.add_epoch(keys)
    held = keyring._held
    keyring.forget()
    blob = field.encrypt("次の値", **PLACE)
    monkeypatch.setattr(keyring, "_held", held)
    monkeypatch.setattr(keyring, "LOOK_EVERY_S", 3600.0)
    assert opened(blob) == "次の値"


def test_keyring_of_the_first_format_is_read_and_becomes_todays_with_its_next_change(state):
    kek, first, root = (os.urandom(32) for _ in range(3))
    folder = state / "keys"
    folder.mkdir()
    (folder / "kek").write_bytes(kek)

    def wrapped(name, key):
        nonce = os.urandom(12)
        return (nonce + AESGCM(kek).encrypt(nonce, key, name.encode())).hex()

    (folder / "keyring.json").write_text(
        json.dumps({"1": wrapped("1", first), "root": wrapped("root", root)})
    )
    blob = field.encrypt("前の値", **PLACE)
    token = blind_index.token("phone", "1")

    assert key_changes.add_epoch(folder) == 2
    assert keyring_file.read(folder).fingerprint == keyring.fingerprint_of(root)
    assert opened(blob) == "前の値"
    assert blind_index.token("phone", "1") == token


# -- lost, wrong, foreign


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_lost_keyring_is_named_and_no_new_one_is_made(keys, state):
    (keys / "keyring.json").unlink()
    before = contents(keys)
    with pytest.raises(errors.KeyringMissing, match="鍵束"):
        secrets.ensure_keyring()
    assert contents(keys) == before


@pytest.mark.parametrize("left", ["anchors", "files"])
def test_state_that_was_used_gets_no_new_keyring(state, left):
    (state / left).mkdir()
    (state / left / "something").touch()
    with pytest.raises(errors.KeyringMissing, match=left):
        secrets.ensure_keyring()
    assert not (state / "keys").exists()


def test_new_state_gets_a_keyring_once(state):
    first = secrets.ensure_keyring().fingerprint
    keyring.forget()
    assert secrets.ensure_keyring().fingerprint == first


def test_lost_key_encryption_key_is_named_and_nothing_is_overwritten(keys):
    (keys / "kek").unlink()
    before = contents(keys)
    with pytest.raises(errors.KeyEncryptionKeyMissing, match="kek"):
        secrets.ensure_keyring()
    assert contents(keys) == before


@pytest.mark.parametrize("content", [bytes(32), b"short"], ids=["another", "short"])
def test_wrong_key_encryption_key_is_named(keys, content):
    (keys / "kek").write_bytes(content)
    with pytest.raises(errors.KeyEncryptionKeyWrong, match="kek"):
        secrets.ensure_keyring()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 2}', '{"format": 2, "keys": 3}', "\x00\x01"])
def test_damaged_keyring_is_named_and_left_alone(keys, content):
    (keys / "keyring.json").write_text(content)
    with pytest.raises(errors.KeyringDamaged, match="壊れて"):
        secrets.ensure_keyring()
    assert (keys / "keyring.json").read_text() == content


def test_flipped_byte_of_a_wrapped_key_is_named(keys):
    document = json.loads((keys / "keyring.json").read_text())
    blob = bytearray.fromhex(document["keys"]["1"]["wrapped"])
    blob[20] ^= 1
    document["keys"]["1"]["wrapped"] = blob.hex()
    (keys / "keyring.json").write_text(json.dumps(document))
    with pytest.raises(errors.KeyEncryptionKeyWrong):
        secrets.ensure_keyring()


def test_running_process_refuses_a_keyring_of_another_installation(keys, tmp_path):
    ours = field.encrypt("こちらの値", **PLACE)
    other = tmp_path / "other" / "keys"
    keyring.create(other)
    for name in ("kek", "keyring.json"):
        (other / name).replace(keys / name)
    with pytest.raises(errors.KeyringOfAnother):
        field.encrypt("値", **PLACE)
    assert opened(ours) == "こちらの値"  # what is in memory still reads


def test_running_process_writes_nothing_once_its_keyring_is_gone_and_still_reads(keys):
    ours = field.encrypt("値", **PLACE)
    (keys / "keyring.json").unlink()
    with pytest.raises(errors.KeyringMissing):
        field.encrypt("値", **PLACE)
    assert opened(ours) == "値"


def test_settings_that_name_another_service_stop_the_start(keys, monkeypatch):
    monkeypatch.setenv("KEIZOKU_KEY_SERVICE", "aws-kms")
    with pytest.raises(errors.KeyServiceDiffers) as refused:
        secrets.ensure_keyring()
    assert "keys move --to aws-kms" in refused.value.remedy


# -- another key-encryption key, and the end of an epoch


def test_new_file_key_opens_everything_and_the_former_opens_nothing_new(keys):
    blob = field.encrypt("値", **PLACE)
    former = (keys / "kek").read_bytes()
    key_changes.rewrap(keys, "file")
    assert (keys / "kek").read_bytes() != former
    assert opened(blob) == "値"
    assert [path.read_bytes() for path in keys.glob("kek.retired-*")] == [former]
    (keys / "kek").write_bytes(former)
    keyring.forget()
    with pytest.raises(errors.KeyEncryptionKeyWrong):
        keyring.current()


def test_destroyed_epoch_is_named_when_a_value_of_it_is_read(keys):
    old = field.encrypt("前の値", **PLACE)
    key_changes.add_epoch(keys)
    wrapped = keyring_file.read(keys).keys["1"].blob.hex()
    key_changes.destroy(keys, 1, "digest")
    with pytest.raises(errors.KeyDestroyed, match="世代 1"):
        opened(old)
    assert wrapped not in (keys / "keyring.json").read_text()
    assert key_changes.add_epoch(keys) == 3


def test_epoch_in_use_is_not_destroyed(keys):
    before = contents(keys)
    with pytest.raises(errors.KeyChangeRefused, match="いま使っている鍵"):
        key_changes.destroy(keys, 1, "digest")
    assert contents(keys)["keyring.json"] == before["keyring.json"]


def test_number_of_a_destroyed_epoch_is_never_used_again(keys):
    key_changes.add_epoch(keys)
    key_changes.add_epoch(keys)
    key_changes.destroy(keys, 2, "digest")
    assert key_changes.add_epoch(keys) == 4


def test_index_epoch_changes_tokens_only_once_it_is_in_force(keys):
    before = blind_index.token("phone", "1")
    assert key_changes.add_index_epoch(keys) == 2
    assert blind_index.token("phone", "1") == before
    key_changes.use_index_epoch(keys, 2)
    assert blind_index.token("phone", "1") != before
    key_changes.use_index_epoch(keys, 1)
    assert blind_index.token("phone", "1") == before
