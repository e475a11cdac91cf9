from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import (
    TRACK_ID_DIGITS,
    brought_id,
    caption_id,
    is_pair,
    maker_of,
    name_in_track,
    pair_id,
    request_id,
    row_of,
    segment_id,
    track_of,
)

TRACK = "9f" * 16
tracks = st.text("0123456789abcdef", min_size=TRACK_ID_DIGITS, max_size=TRACK_ID_DIGITS)
numbers = st.integers(0, 200_000)
requests = st.one_of(numbers, st.sampled_from(["judge_2", "rating", "thought", "r1s0", "q-1/x"]))


def test_ids_as_they_stand_in_shards():
    assert segment_id(TRACK, 7) == f"{TRACK}-0007"
    assert pair_id(TRACK, 3) == f"{TRACK}-q03"
    assert request_id(f"{TRACK}-q03", "judge_2") == f"{TRACK}-q03/judge_2"
    assert name_in_track(f"{TRACK}-q03/judge_2") == "q03"
    assert name_in_track(TRACK) == ""


def test_an_id_says_which_stage_made_a_text():
    assert maker_of(TRACK) == "describe"
    assert maker_of(caption_id(TRACK, "short", "en")) == "retell"
    assert maker_of(brought_id(TRACK, "0123456789abcdef", is_pair=False)) == "refine"
    assert maker_of(brought_id(TRACK, "0123456789abcdef", is_pair=True)) == "question"
    assert maker_of(pair_id(TRACK, 3)) == "question"


@given(tracks, numbers, requests)
def test_what_is_put_together_can_be_taken_apart(track, number, what):
    for row_id, of_a_pair in (
        (track, False), (segment_id(track, number), False), (pair_id(track, number), True),
    ):  # fmt: skip
        for each in (row_id, request_id(row_id, what)):
            assert (row_of(each), track_of(each), is_pair(each)) == (row_id, track, of_a_pair)


@given(tracks, tracks, numbers, numbers)
def test_different_rows_have_different_ids(one, other, first, second):
    rows = {
        maker(track, number)
        for maker in (segment_id, pair_id)
        for track in (one, other)
        for number in (first, second)
    }
    assert len(rows) == 2 * len({one, other}) * len({first, second})
