"""The readers against the committed run: one specimen of each kind is drawn, photographed and read anew."""

from keizoku.accuracy import frozen

KINDS = 6
# Processors differ in the last digit of a model's sums: a field at the edge may fall the other way.
AT_THE_EDGE = 2


def test_nothing_is_read_worse_than_in_the_frozen_run():
    found = frozen.compared(frozen.run(KINDS))
    assert found["pictures"] == KINDS
    assert found["silent_errors"] == 0
    assert len(found["worse"]) <= AT_THE_EDGE, found["worse"]
    assert len(found["refused"]) <= 1, found["refused"]
