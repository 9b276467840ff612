from collections.abc import Iterator

from keizoku.kernel.moment import once, one_moment

numbers: Iterator[int] = iter(range(100))


@once
def following() -> int:
    return next(numbers)


def test_within_a_moment_the_answer_stays():
    with one_moment():
        assert following() == following()


def test_each_moment_asks_anew_and_outside_of_any_each_time():
    with one_moment():
        first = following()
    with one_moment():
        second = following()
    assert [second, following(), following()] == [first + 1, first + 2, first + 3]


def test_a_moment_within_another_leaves_the_outer_one_as_it_was():
    with one_moment():
        outer = following()
        with one_moment():
            assert following() == outer + 1
        assert following() == outer
