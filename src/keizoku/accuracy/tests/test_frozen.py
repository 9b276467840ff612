"""The readers against the committed run: three of two dozen specimens are drawn, photographed and read anew."""

from keizoku.accuracy import frozen

# A driving licence, a passport, a residence card; `keizoku accuracy frozen` reads them all.
NUMBERS = (0, 3, 4)
# Processors differ in the last digit of a model's sums: a field at the edge may fall the other way.
AT_THE_EDGE = 1


def test_nothing_is_read_worse_than_in_the_frozen_run():
    found = frozen.compared(frozen.run(NUMBERS))
    assert found["pictures"] == len(NUMBERS)
    assert found["silent_errors"] == 0
    assert len(found["worse"]) <= AT_THE_EDGE, found["worse"]
    assert found["refused"] == [], found["refused"]
