"""Chances fitted on a user's own music: examples of what was heard, and the models of them."""

import numpy as np
import pytest

from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.decisions import HeardTrack
from pipeline.stages.measure.levels import LEVELS
from pipeline.stages.measure.tonality import CANDIDATES, MAJOR, Candidate
from pipeline.views.evaluate.facts.examples import examples_of, right_keys, sources_of
from pipeline.views.evaluate.facts.measured import MeasuredTrack
from pipeline.views.evaluate.facts.own_fit import MIN_EXAMPLES, fit_own
from pipeline.views.evaluate.facts.reference import KeySpan, ReferenceFacts, Span
from pipeline.views.evaluate.fitting import Example
from schemas.config import ConfigError
from schemas.facts import ChordChange, HeardBeats, HeardChords, HeardChroma
from schemas.sections import MeasureConfig
from schemas.tracks import Track
from tests.pipeline.stages.measure.test_rhythm import grid, tracked
from tests.pipeline.views.test_pages import make_facts


def measured(uri, number=0):
    track_id = f"{number:08x}" + "0" * 24
    track = Track(
        uri=uri, track_id=track_id, duration_s=60.0, sample_rate_hz=44100, n_channels=1,
        format="WAV", subtype="PCM_16", size_bytes=1, peak_dbfs=0.0,
    )  # fmt: skip
    nothing = {"track_id": track_id, "unmeasured": [], "provenance": []}
    changes = [ChordChange(time_s=t, label=c) for t, c in ((0.0, "C:maj"), (30.0, "G:maj"))]
    rows = [
        HeardChroma(step_s=1.0, chroma=[list(MAJOR)] * 60, **nothing),
        HeardChords(chord_changes=changes, **nothing),
        HeardBeats(beats=tracked(grid(100, 80)), **nothing),
    ]
    return MeasuredTrack(make_facts(), HeardTrack(track, {type(row): row for row in rows}))


def test_examples_know_which_candidate_is_right():
    reference = ReferenceFacts(
        keys=(KeySpan("C", "major"),), chords=[Span(0, 30, "C:maj"), Span(30, 60, "D:min")]
    )
    found = examples_of([(reference, measured("a/x.wav")), (ReferenceFacts(), measured("b/y.wav"))])
    (key,) = found["key"]
    assert key.source == "a" and key.right == (CANDIDATES.index(Candidate(0, "major")),)
    assert [each.right for each in found["chords"]] == [(0,), (1,)]


def test_examples_of_tempo_and_metre_are_levels_and_tracked_metres():
    both = ReferenceFacts(tempi_bpm=[50.0], beats_per_bar=(3,))
    neither = ReferenceFacts(tempi_bpm=[], beats_per_bar=(5,))
    found = examples_of([(both, measured("a/x.wav")), (neither, measured("b/y.wav"))])
    assert [each.right for each in found["tempo"]] == [(LEVELS.index(0.5),), ()]
    assert [each.right for each in found["metre"]] == [(1,), ()]


def test_where_no_beat_is_followed_there_is_no_example():
    unheard = measured("a/x.wav")
    row = HeardBeats(
        track_id=unheard.heard.track.track_id,
        beats=tracked(grid(100, 80), height=0.01),
        unmeasured=[],
        provenance=[],
    )
    unheard.heard.rows[HeardBeats] = row
    found = examples_of([(ReferenceFacts(tempi_bpm=[100.0], beats_per_bar=(4,)), unheard)])
    assert found["tempo"] == found["metre"] == []


def test_the_right_key_is_the_one_of_most_of_the_stretch_or_none():
    keys = [KeySpan("C", "major", 0, 20), KeySpan("D", "minor", 20, 60)]
    assert right_keys(keys, 0, 25) == (CANDIDATES.index(Candidate(0, "major")),)
    assert right_keys(keys, 10, 60) == (CANDIDATES.index(Candidate(2, "minor")),)
    assert right_keys([], 0, 60) == (CANDIDATES.index(Candidate(None, None)),)
    assert right_keys([KeySpan("C", "hirajoshi")], 0, 60) == ()


def test_sources_are_folders_or_parts():
    assert sources_of([measured("a/x.wav"), measured("b/y.wav")]) == ["a", "b"]
    alone = sources_of([measured(f"{n}.wav", n) for n in range(10)])
    assert len(set(alone)) == 5


def drawn(n, rng):
    """Examples in which the evidence is right in eight of ten."""
    found = []
    for number in range(n):
        strength = float(rng.uniform(0.2, 1.0))
        is_right = rng.random() < 0.8
        candidates = [{"right": 1.0, "agrees": strength}, {}]
        found.append(Example(f"folder {number % 4}", candidates, (0,) if is_right else (1,)))
    return found


def test_fields_with_enough_examples_are_fitted_and_the_others_stay():
    rng = np.random.default_rng(1)
    calibration, fitted = fit_own({"key": drawn(20, rng), "chords": drawn(400, rng)})
    assert [each.is_fitted for each in fitted] == [False, True]
    assert calibration.key == packaged_calibration().key
    assert calibration.chords.n_examples == 400
    assert list(calibration.chords.weights) == list(packaged_calibration().chords.weights)
    assert fitted[1].calibration_error < 0.1
    given = MeasureConfig.model_validate({"calibration": calibration.model_dump(mode="json")})
    assert given.calibration == calibration


def test_few_examples_or_one_source_are_refused():
    alone = [
        Example("one", each.candidates, each.right) for each in drawn(200, np.random.default_rng(2))
    ]
    with pytest.raises(ConfigError, match=f"needs {MIN_EXAMPLES} examples"):
        fit_own({"chords": alone})
