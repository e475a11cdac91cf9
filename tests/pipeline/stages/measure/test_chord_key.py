"""The key of chord sequences: textbook progressions in every key, and what holds for any chords."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.measure.chances import chances, packaged_calibration
from pipeline.stages.measure.chord_key import chord_features, triads_of
from pipeline.stages.measure.harmony import ChordSpan
from pipeline.stages.measure.tonality import CANDIDATES, tonal_evidence
from schemas.chords import triad_of
from schemas.harmony import pitch_class, spell_tonic

STEPS = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
KEYS = [(k, mode) for mode in ("major", "minor") for k in range(12)]
triads = st.tuples(st.integers(0, 11), st.sampled_from(["maj", "min"]), st.floats(0.1, 20))
pieces = st.lists(triads, min_size=1, max_size=12)


def sequence(triads):
    """Chords of (pitch class, quality, duration_s), one after another."""
    edges_s = np.concatenate([[0], np.cumsum([each[2] for each in triads])])
    return [
        ChordSpan(a, b, f"{spell_tonic(root, 'major')}:{quality}")
        for (root, quality, _), a, b in zip(triads, edges_s[:-1], edges_s[1:], strict=True)
    ]


def chords_of(progression, by_semitones=0):
    """Chords of two seconds, e.g. of ``C Am F G7``."""
    triads = []
    for name in progression.split():
        root = name.rstrip("m7")
        quality = "min" if "m" in name else "7" if "7" in name else "maj"
        triads.append((pitch_class(root) + by_semitones, quality, 2.0))
    return sequence(triads)


def _steps(chords):
    """The notes of triads, each as strong as its chord is long."""
    steps = np.full((len(chords), 12), 0.02)
    for step, chord in zip(steps, chords, strict=True):
        root, quality = triad_of(chord.label)
        step[[root, (root + (3 if quality == "min" else 4)) % 12, (root + 7) % 12]] += 1.0
    return steps


@pytest.mark.parametrize("by_semitones", range(12))
@pytest.mark.parametrize(
    ("progression", "tonic", "mode"),
    [
        ("C G Am F", "C", "major"),
        ("Am F C G Am F C E Am", "A", "minor"),
        ("F G C Am F G C C", "C", "major"),
        ("C7 F7 C7 G7 F7 C7", "C", "major"),
        ("Am Dm E7 Am", "A", "minor"),
        ("D A Bm F#m G D G A D", "D", "major"),
        ("Cm Ab Bb Cm", "C", "minor"),
    ],
)
def test_textbook_progressions_in_every_key(progression, tonic, mode, by_semitones):
    chords = chords_of(progression, by_semitones)
    features = tonal_evidence(_steps(chords), triads=triads_of([chords]))
    best = CANDIDATES[int(chances(packaged_calibration().key, features).argmax())]
    assert (best.pitch, best.scale) == ((pitch_class(tonic) + by_semitones) % 12, mode)


@given(pieces, st.integers(0, 11), st.sampled_from(KEYS))
@settings(deadline=None)
def test_transposed_chords_have_the_features_of_transposed_keys(triads, by_semitones, key):
    pitch, mode = key
    moved = [((root + by_semitones) % 12, quality, s) for root, quality, s in triads]
    before = chord_features(triads_of([sequence(triads)]), pitch, STEPS[mode])
    after = chord_features(triads_of([sequence(moved)]), (pitch + by_semitones) % 12, STEPS[mode])
    assert after == pytest.approx(before)


@given(pieces, pieces)
@settings(deadline=None)
def test_a_stretch_hears_only_its_own_chords(before, after):
    both, end_s = sequence([*before, *after]), sum(each[2] for each in before)
    first = triads_of([both], end_s=end_s)
    np.testing.assert_allclose(first.shares, triads_of([sequence(before)]).shares, atol=1e-6)
    second = triads_of([both], start_s=end_s)
    np.testing.assert_allclose(second.shares, triads_of([sequence(after)]).shares, atol=1e-6)


def test_the_first_chord_is_that_of_each_tool_and_not_a_passing_one():
    passing = sequence([(7, "maj", 0.2), (9, "min", 2.0), (0, "maj", 2.0)])
    triads = triads_of([passing, sequence([(0, "maj", 4.0)]), []])
    assert triads.first == (9 + 12, 0)
    assert chord_features(triads, 9, STEPS["minor"])["chords_first"] == 0.5
    assert chord_features(triads, 7, STEPS["major"])["chords_first"] == 0.0


def test_the_chords_of_a_scale_and_of_its_degrees():
    triads = triads_of([chords_of("Am E7 F D")])
    found = chord_features(triads, 9, STEPS["minor"])
    assert found["chords_tonic"] == found["chords_in_scale"] == pytest.approx(0.25)
    assert found["chords_fifth"] == found["chords_fourth"] == pytest.approx(0.25)


@pytest.mark.parametrize("labels", [[], ["N"], ["N", "B:dim", "C:sus4"]])
def test_no_triads_have_no_key(labels):
    chords = [ChordSpan(k, k + 1, x) for k, x in enumerate(labels)]
    assert triads_of([chords]) is None
