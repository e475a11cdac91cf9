from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tools.lyrics.batches import in_batches

lengths = st.lists(st.floats(0.1, 100), max_size=30)


@given(lengths, st.floats(1, 300))
def test_every_item_is_in_one_batch_and_no_batch_is_too_long(items, padded_s):
    batches = list(in_batches(items, lambda length_s: length_s, padded_s=padded_s))
    assert [each for batch in batches for each in batch] == items
    for batch in batches:
        assert len(batch) == 1 or max(batch) * len(batch) <= padded_s


@given(lengths, st.floats(1, 300))
def test_no_batch_could_take_the_next_item(items, padded_s):
    batches = list(in_batches(items, lambda length_s: length_s, padded_s=padded_s))
    for batch, following in pairwise(batches):
        grown = [*batch, following[0]]
        assert max(grown) * len(grown) > padded_s


def test_items_are_drawn_only_when_they_are_needed():
    drawn = []

    def items():
        for length_s in (5.0, 5.0, 5.0, 5.0):
            drawn.append(length_s)
            yield length_s

    batches = in_batches(items(), lambda length_s: length_s, padded_s=10)
    assert next(batches) == [5.0, 5.0]
    assert len(drawn) == 3
