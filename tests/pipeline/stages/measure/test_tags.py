"""What is stated of tags: known windows, and properties of all."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine.stage import AudioTrack
from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.tags import (
    NO_VOICE_SCORE,
    TAGS_OF,
    VOICE_SCORE,
    likely_instruments,
    likely_voice,
    tag_scores,
    voice_evidence,
)
from pipeline.stages.quality.stage import hear_quality
from pipeline.stages.tags.stage import hear_tags
from schemas.facts import HeardTags, TagWindow
from schemas.ingest import IngestConfig
from schemas.record import Record
from schemas.tracks import Track
from tests.audio import clicks, write
from tools.sound.inspection import inspect
from tools.tags.musicnn import TAGS, WINDOW_S

CALIBRATION = packaged_calibration()


def heard(*windows):
    """Tags of windows, each a mapping of tag to probability; the others are 0."""
    rows = [[each.get(name, 0.0) for name in TAGS] for each in windows]
    return HeardTags(
        track_id="0",
        tags=list(TAGS),
        window_s=WINDOW_S,
        windows=[TagWindow(start_s=6.0 * i, probabilities=row) for i, row in enumerate(rows)],
        unmeasured=[],
        provenance=[],
    )


@pytest.mark.parametrize("name", CALIBRATION.instruments)
def test_an_instrument_is_likelier_with_more_of_its_tags(name):
    tag = TAGS_OF[name][0]
    heard_at = [likely_instruments(heard({tag: each}, {}, {}), CALIBRATION) for each in (0.5, 0.9)]
    (low,), (high,) = heard_at
    assert (low.name, high.name) == (name, name)
    assert 0.5 <= low.p_right < high.p_right and high.q_value <= low.q_value
    assert low.share_of_time == pytest.approx(1 / 3)
    assert likely_instruments(heard({tag: 0.0}, {}, {}), CALIBRATION) == []


def test_what_has_no_known_chance_is_silent():
    everything = dict.fromkeys(TAGS, 1.0)
    found = {each.name for each in likely_instruments(heard(everything), CALIBRATION)}
    assert found == set(CALIBRATION.instruments)


@pytest.mark.parametrize(
    ("windows", "share"),
    [
        ([{"female vocal": 0.9}], 1.0),
        ([{"singing": 0.9}, {"no vocals": 0.1}, {"no vocals": 0.1}], 1 / 3),
        ([{"no vocals": 0.5}, {"no voice": 0.4, "male": 0.1}], 0.0),
        ([{"vocal": VOICE_SCORE - 0.01}], None),
        ([{"vocal": 0.3, "no vocal": 0.3 - NO_VOICE_SCORE}], None),
    ],
)
def test_there_is_a_voice_or_none_or_nobody_knows(windows, share):
    found = likely_voice(heard(*windows))
    assert (found and found.share_of_time) == (share and pytest.approx(share))


probabilities = st.lists(
    st.fixed_dictionaries({name: st.floats(0, 1) for name in ("vocal", "no vocals", "drums")}),
    min_size=1,
    max_size=12,
)


@given(probabilities)
def test_the_order_of_windows_does_not_matter(windows):
    for decide in (likely_voice, partial(likely_instruments, calibration=CALIBRATION)):
        assert decide(heard(*windows)) == decide(heard(*reversed(windows)))


@given(probabilities, st.floats(0, 0.5))
def test_more_voice_is_never_less_evidence(windows, more):
    louder = [each | {"vocal": min(1.0, each["vocal"] + more)} for each in windows]
    before, after = (tag_scores(voice_evidence(heard(*each))) for each in (windows, louder))
    assert after >= before
    assert -1 <= before <= 1


def test_scores_are_of_the_best_third():
    assert tag_scores(np.array([0.1, 0.9, 0.3, 0.7, 0.2, 0.0])) == pytest.approx(0.8)
    assert tag_scores(np.array([0.4])) == pytest.approx(0.4)


@pytest.mark.parametrize(("duration_s", "reason"), [(2.5, "too_short"), (7.0, None)])
def test_the_stages_hear_a_file(tmp_path, duration_s, reason):
    path = write(tmp_path / "a.wav", clicks(120, duration_s), 44_100)
    info = inspect(path, IngestConfig(min_duration_s=0))
    each = AudioTrack(Track(uri="a.wav", **info.model_dump()), str(path))
    (tags,), (quality,) = hear_tags(each, Record()), hear_quality(each, Record())
    assert [why.reason for why in tags.unmeasured] == ([reason] if reason else [])
    assert (tags.windows is None) == (reason is not None)
    if tags.windows:
        assert {len(window.probabilities) for window in tags.windows} == {len(tags.tags)}
    assert quality.quality.mono_in_stereo is None
