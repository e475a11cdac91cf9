"""The key of chord sequences: textbook progressions in every key, and what holds for any chords."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.chord_key import chord_key_scores
from pipeline.stages.measure.harmony import ChordSpan
from pipeline.stages.measure.tonality import MODES
from schemas.harmony import pitch_class, spell_tonic

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


@pytest.mark.parametrize("by_semitones", range(12))
@pytest.mark.parametrize(
    ("progression", "tonic", "mode"),
    [
        ("C G Am F", "C", "major"),
        ("Am F C G Am F C E Am", "A", "minor"),
        ("Dm G7 C", "C", "major"),
        ("C7 F7 C7 G7 F7 C7", "C", "major"),
        ("Am Dm E7 Am", "A", "minor"),
        ("D A Bm F#m G D G A D", "D", "major"),
        ("Cm Ab Bb Cm", "C", "minor"),
    ],
)
def test_textbook_progressions_in_every_key(progression, tonic, mode, by_semitones):
    scores = chord_key_scores(chords_of(progression, by_semitones))[: len(KEYS)]
    assert KEYS[int(scores.argmax())] == ((pitch_class(tonic) + by_semitones) % 12, mode)


@given(pieces, st.integers(0, 11))
def test_transposed_chords_have_transposed_scores(triads, by_semitones):
    moved = [((root + by_semitones) % 12, quality, s) for root, quality, s in triads]
    scores = chord_key_scores(sequence(triads)).reshape(-1, 12)
    found = chord_key_scores(sequence(moved)).reshape(-1, 12)
    np.testing.assert_allclose(found, np.roll(scores, by_semitones, axis=1), atol=1e-9)


@given(pieces, st.floats(0.1, 10))
def test_pace_and_order_do_not_count(triads, times):
    scores = chord_key_scores(sequence(triads))
    slower = [(root, quality, s * times) for root, quality, s in reversed(triads)]
    np.testing.assert_allclose(chord_key_scores(sequence(slower)), scores, atol=1e-9)
    assert scores.shape == (12 * len(MODES),) and (scores < 0).all()


@given(pieces, pieces)
def test_a_stretch_hears_only_its_own_chords(before, after):
    both, end_s = sequence([*before, *after]), sum(each[2] for each in before)
    first = chord_key_scores(both, end_s=end_s)
    np.testing.assert_allclose(first, chord_key_scores(sequence(before)), atol=1e-6)
    second = chord_key_scores(both, start_s=end_s)
    np.testing.assert_allclose(second, chord_key_scores(sequence(after)), atol=1e-6)


@pytest.mark.parametrize("labels", [[], ["N"], ["N", "B:dim", "C:sus4"]])
def test_no_triads_have_no_key(labels):
    chords = [ChordSpan(k, k + 1, x) for k, x in enumerate(labels)]
    assert chord_key_scores(chords) is None
