from itertools import pairwise

import numpy as np
import pytest

from pipeline.stages.transcribe.windows import windows
from tools.lyrics.vocals import LEVEL_FRAME_S


def levels(duration_s, quiet_s=()):
    found = np.full(round(duration_s / LEVEL_FRAME_S), -10, np.float32)
    for at_s in quiet_s:
        at = round(at_s / LEVEL_FRAME_S)
        found[at - 3 : at + 4] = -70
    return found


@pytest.mark.parametrize("duration_s", [0.4, 29.9, 30.0])
def test_a_short_song_is_one_stretch(duration_s):
    assert windows(levels(duration_s), duration_s, longest_s=30) == [(0.0, duration_s)]


def test_a_song_is_cut_where_it_is_quiet():
    found = windows(levels(70, [5, 21, 44]), 70.0, longest_s=30)
    cuts = [end_s for _, end_s in found[:-1]]
    assert cuts[0] == pytest.approx(21, abs=0.3) and cuts[1] == pytest.approx(44, abs=0.3)


@pytest.mark.parametrize("kind", ["loud", "silent", "noise"])
def test_stretches_hold_all_of_a_song_and_none_is_too_long(kind):
    n = round(400 / LEVEL_FRAME_S)
    sounds = {
        "loud": np.full(n, -3.0),
        "silent": np.full(n, -np.inf),
        "noise": np.random.default_rng(0).normal(-20, 5, n),
    }
    found = windows(sounds[kind].astype(np.float32), 399.97, longest_s=30)
    assert found[0][0] == 0.0 and found[-1][1] == 399.97
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert all(0 < end_s - start_s <= 30 for start_s, end_s in found)
