import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.lyrics.scoring import (
    ErrorCounts,
    character_errors,
    matched_words,
    word_errors,
)


def test_word_and_character_errors():
    true, heard = (
        ["the", "cat", "sat", "on", "the", "mat"],
        ["the", "cat", "sit", "on", "mat", "now"],
    )
    found = word_errors(true, heard)
    assert (found.n_reference, found.n_substituted + found.n_deleted + found.n_inserted) == (6, 3)
    assert found.rate == pytest.approx(0.5)
    assert character_errors(["ab"], ["ac"]) == ErrorCounts(2, 1, 0, 0)
    assert word_errors([], ["a"]) == ErrorCounts(0, 0, 0, 1)
    assert word_errors([], ["a"]).rate is None
    assert word_errors(["a", "b"], []).rate == 1
    assert matched_words(true, ["the", "cat", "on", "mat"]) == [(0, 0), (1, 1), (3, 2), (5, 3)]
    assert matched_words([], heard) == []


words = st.lists(st.sampled_from(["a", "b", "c", "dd"]), max_size=8)


@given(words, words)
def test_edits_explain_the_difference(true, heard):
    found = word_errors(true, heard)
    assert len(heard) == len(true) - found.n_deleted + found.n_inserted
    assert word_errors(true, true).rate in (0, None)
    pairs = matched_words(true, heard)
    assert all(true[i] == heard[j] for i, j in pairs)
    assert pairs == sorted(pairs)
    assert found.n_substituted + found.n_deleted + len(pairs) == len(true)
