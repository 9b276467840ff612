"""How the embedded server is set up."""

from keizoku.kernel.database.cluster import MEBIBYTE, shared_buffers


def test_cache_is_an_eighth_of_the_memory_within_bounds():
    assert [shared_buffers(memory * MEBIBYTE) for memory in (512, 1024, 4096, 65536)] == [128, 128, 512, 1024]
