"""Encrypted fields, keys by epoch, blind indexes: what opens, what does not, and what they tell."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import blind_index, field, keyring
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.secrets import ensure_keyring, installation_secret

GRANT = ReadGrant(Actor.system("test"), "test", frozenset({7}), 1)
PLACE = {"where": "customers_recordversion.phone", "record": "7.1"}


@pytest.fixture(autouse=True, scope="module")
def keys():
    ensure_keyring()


@given(st.text())
def test_value_comes_back_as_it_went_in(value):
    blob = field.encrypt(value, **PLACE)

    assert field.decrypt(blob, **PLACE, subject=7, grant=GRANT) == value


@given(st.lists(st.text(), max_size=9))
def test_values_encrypted_together_open_as_those_encrypted_alone(values):
    blobs = field.encrypt_each([(PLACE["where"], value) for value in values], record=PLACE["record"])

    assert [field.decrypt(blob, **PLACE, subject=7, grant=GRANT) for blob in blobs] == values
    assert len({blob[2:14] for blob in blobs}) == len(values)


@given(st.text())
def test_token_is_the_standard_library_s_hmac(value):
    key = keyring.current().derive("blind-index:phone")

    assert blind_index.token("phone", value) == hmac.digest(key, value.encode(), "sha256")[:16]


def test_equal_values_look_different():
    assert field.encrypt("同じ値", **PLACE) != field.encrypt("同じ値", **PLACE)


@pytest.mark.parametrize(
    "other",
    [{"where": "customers_recordversion.email"}, {"record": "7.2"}, {"record": "8.1"}],
)
def test_value_moved_to_another_place_does_not_open(other):
    blob = field.encrypt("09012345678", **PLACE)

    with pytest.raises(field.Undecryptable):
        field.decrypt(blob, **(PLACE | other), subject=7, grant=GRANT)


@pytest.mark.parametrize("position", [0, 1, 5, 20, -1])
def test_altered_blob_does_not_open(position):
    blob = bytearray(field.encrypt("09012345678", **PLACE))
    blob[position] ^= 1

    with pytest.raises(field.Undecryptable):
        field.decrypt(bytes(blob), **PLACE, subject=7, grant=GRANT)


def test_nobody_reads_whom_the_grant_does_not_name():
    blob = field.encrypt("09012345678", **PLACE)

    with pytest.raises(field.NotGranted):
        field.decrypt(blob, **PLACE, subject=8, grant=GRANT)
    with pytest.raises(field.NotGranted):
        list(field.decrypt_each([(8, PLACE["record"], blob)], where=PLACE["where"], grant=GRANT))


def test_many_values_open_as_one_by_one_and_none_at_another_place():
    blobs = [field.encrypt(value, where="t.phone", record=f"7.{value}") for value in ("090", "080")]
    rows = [(7, "7.090", blobs[0]), (7, "7.080", blobs[1])]

    assert list(field.decrypt_each(rows, where="t.phone", grant=GRANT)) == [(7, "090"), (7, "080")]
    with pytest.raises(field.Undecryptable):
        list(field.decrypt_each([(7, "7.090", blobs[1])], where="t.phone", grant=GRANT))


def test_keyring_is_never_overwritten(tmp_path):
    keyring.create(tmp_path)

    with pytest.raises(FileExistsError):
        keyring.create(tmp_path)


def test_key_files_are_for_this_user_alone(tmp_path):
    keyring.create(tmp_path)

    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "kek": 0o600,
        "keyring.json": 0o600,
    }


def test_blind_index_is_equal_for_equal_and_differs_by_kind():
    assert blind_index.token("phone", "+819012345678") == blind_index.token("phone", "+819012345678")
    assert blind_index.token("phone", "1") != blind_index.token("email", "1")
    assert len(blind_index.token("phone", "1")) == 16


def test_secret_is_the_same_for_a_purpose_and_differs_between_purposes():
    assert installation_secret("a") == installation_secret("a")
    assert installation_secret("a") != installation_secret("b")
