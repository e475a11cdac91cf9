"""Demucs' own loading and separating, with the random model that it brings for tests."""

import numpy as np
import pytest

from tests.audio import tone, write
from tools.errors import RefusedError
from tools.lyrics.demucs import vocals_of
from tools.lyrics.transcript import seconds


def test_the_vocal_stem_is_mono_at_16_khz_and_always_the_same(tmp_path):
    path = write(tmp_path / "song.flac", tone(3.0, 44100, 300, 2), 44100)
    stem = vocals_of(str(path), "demucs_unittest")
    assert stem.ndim == 1 and stem.dtype == np.float32
    assert seconds(stem) == pytest.approx(3.0, abs=0.01)
    assert np.isfinite(stem).all()
    assert np.array_equal(stem, vocals_of(str(path), "demucs_unittest"))


@pytest.mark.parametrize("name", ["{folder}/nothing", "{folder}/none/model"])
def test_a_separator_that_is_not_there_says_how_to_get_one(tmp_path, name):
    path = write(tmp_path / "song.flac", tone(1.0), 44100)
    with pytest.raises(RefusedError, match="htdemucs") as caught:
        vocals_of(str(path), name.format(folder=tmp_path))
    assert caught.value.reason == "no_model"
