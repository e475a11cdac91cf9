from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine.hearing import heard_spans, shown_span

stretches = st.tuples(st.floats(0, 290), st.floats(0.1, 60)).map(
    lambda each: (each[0], min(300.0, each[0] + each[1]))
)


@given(st.lists(st.none() | stretches, max_size=8), st.floats(0, 60))
def test_each_stretch_is_heard_and_nothing_twice(about, context_s):
    heard = heard_spans(about, 300.0, context_s)
    assert len(heard) == len(about)
    for span, (start_s, end_s) in zip(about, heard, strict=True):
        assert 0 <= start_s < end_s <= 300
        if span is None:
            assert (start_s, end_s) == (0, 300)
        else:
            assert start_s <= max(0, span[0] - context_s)
            assert end_s >= min(300, span[1] + context_s)
    parts = sorted({each for each in heard if each != (0.0, 300.0)})
    assert all(a[1] < b[0] for a, b in pairwise(parts))
    assert sum(end_s - start_s for start_s, end_s in parts) <= 150


@pytest.mark.parametrize(
    ("about", "context_s", "heard"),
    [
        ([(30.0, 40.0)], None, [(0.0, 200.0)]),
        ([(30.0, 40.0)], 0.0, [(30.0, 40.0)]),
        ([(0.0, 5.0), (195.0, 200.0)], 10.0, [(0.0, 15.0), (185.0, 200.0)]),
        ([(10.0, 90.0), None], 12.0, [(0.0, 200.0)] * 2),
        ([], 10.0, []),
    ],
)
def test_what_is_heard(about, context_s, heard):
    assert heard_spans(about, 200.0, context_s) == heard


def test_a_prompt_tells_a_stretch_and_not_the_whole():
    assert shown_span((0.0, 200.0), 200.0) is None
    assert shown_span((10.04, 20.0), 200.0) == {"from_s": 10.0, "to_s": 20.0, "of_s": 200.0}
