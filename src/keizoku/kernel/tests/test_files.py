"""Stored files: what was given comes back, and nothing of it lies in the clear."""

import os

import pytest

from keizoku.kernel import files
from keizoku.kernel.state import state_folder


@pytest.fixture
def keys(server):
    """The run's keyring exists once its server does."""


def path_of(stored):
    return state_folder() / "files" / stored.id


@pytest.mark.parametrize("size", [0, 1, files.CHUNK, files.CHUNK + 1, 3 * files.CHUNK + 7])
def test_content_comes_back_whole_and_by_lines(keys, size):
    content = os.urandom(size)

    stored = files.store(content[at : at + 1000] for at in range(0, size, 1000))

    assert stored.size == size
    with files.open_stored(stored.id) as stream:
        assert stream.read() == content


def test_nothing_lies_in_the_clear_and_only_we_may_read(keys):
    stored = files.store(["山田 太郎".encode() * 1000])

    assert "山田".encode() not in path_of(stored).read_bytes()
    assert path_of(stored).stat().st_mode & 0o077 == 0


def test_altered_or_shortened_file_is_refused(keys):
    stored = files.store([os.urandom(2 * files.CHUNK + 5)])
    whole = path_of(stored).read_bytes()
    for broken in (
        whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        whole[: 2 + 4 + 12 + files.CHUNK + 16],
    ):
        path_of(stored).write_bytes(broken)
        with pytest.raises(files.Damaged), files.open_stored(stored.id) as stream:
            stream.read()


def test_deleted_file_is_gone_and_no_path_is_taken_for_an_id(keys):
    stored = files.store([b"x"])
    files.delete(stored.id)
    files.delete(stored.id)

    with pytest.raises(FileNotFoundError):
        files.open_stored(stored.id)
    with pytest.raises(ValueError):
        files.open_stored("../keys/kek")
