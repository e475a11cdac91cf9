import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.views.word_diff import word_diff

WORDS = st.lists(st.sampled_from(["a", "slow", "song", "96", "BPM", "\n\n"]), max_size=12).map(
    " ".join
)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("A song.", "A song.", [("same", "A song.")]),
        ("", "A song.", [("new", "A song.")]),
        ("A song.", "", [("gone", "A song.")]),
        (
            "A song at 60 BPM in A minor.",
            "A song at 96 BPM in C major.",
            [("same", "A song at "), ("gone", "60 "), ("new", "96 "), ("same", "BPM in "),
             ("gone", "A minor. "), ("new", "C major.")],
        ),
        ("<b>bold</b>", "bold", [("gone", "<b>bold</b> "), ("new", "bold")]),
    ],
)  # fmt: skip
def test_what_became_of_a_text(before, after, pieces):
    assert [tuple(each) for each in word_diff(before, after)] == pieces


@given(WORDS, WORDS)
def test_both_versions_can_be_read_off(before, after):
    pieces = word_diff(before, after)
    assert "".join(p.words for p in pieces if p.kind != "new").split() == before.split()
    assert "".join(p.words for p in pieces if p.kind != "gone").split() == after.split()
