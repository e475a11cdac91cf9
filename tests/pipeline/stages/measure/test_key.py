import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.measure import key as keys
from pipeline.stages.measure.chances import chances, packaged_calibration
from pipeline.stages.measure.tonality import (
    CANDIDATES,
    MAJOR,
    MINOR,
    SCALES,
    key_strengths,
    tonal_evidence,
)
from schemas.harmony import pitch_class, spell_tonic

rng = np.random.default_rng(0)


def play(tonic, mode, n_frames, noise=0.1):
    """Frames in a key, one every 0.1 s."""
    profile = np.roll(MAJOR if mode == "major" else MINOR, tonic)
    return np.maximum(profile + rng.normal(0, noise, (n_frames, 12)), 0)


def spans(chroma):
    steps = chroma[: len(chroma) // 10 * 10].reshape(-1, 10, 12).mean(axis=1)

    def evidence(first, last):
        return tonal_evidence(steps[first:last])

    return keys.tonal_spans(steps, evidence, packaged_calibration().key, step_s=1.0)


def sections(chroma):
    return keys.key_sections(spans(chroma), step_s=1.0, duration_s=len(chroma) / 10)


@settings(deadline=None)
@given(st.integers(0, 11), st.sampled_from(["major", "minor"]))
def test_every_key_is_its_own_best_match(tonic, mode):
    (section,) = sections(play(tonic, mode, 300))
    assert (section.tonic, section.mode) == (spell_tonic(tonic, mode), mode)
    assert section.p_right > max(each.p_right for each in section.others)
    assert (section.start_s, section.end_s) == (0, 30)


@settings(deadline=None)
@given(st.integers(0, 11))
def test_transposing_the_music_transposes_its_keys(steps):
    chroma = np.concatenate([play(0, "major", 300), play(9, "minor", 300), play(2, "major", 300)])
    original, moved = sections(chroma), sections(np.roll(chroma, steps, axis=1))
    shifted = [(pitch_class(key.tonic) + steps) % 12 for key in original]
    assert [pitch_class(key.tonic) for key in moved] == shifted
    assert [key.mode for key in moved] == [key.mode for key in original]


def test_a_modulation_is_found_where_it_is():
    found = sections(np.concatenate([play(0, "major", 350), play(2, "major", 350)]))
    assert [key.tonic for key in found] == ["C", "D"]
    assert found[0].end_s == found[1].start_s == pytest.approx(35, abs=2)


def test_a_passing_chord_is_no_modulation():
    chroma = np.concatenate([play(0, "major", 200), play(6, "major", 30), play(0, "major", 200)])
    assert [key.tonic for key in sections(chroma)] == ["C"]


def test_the_global_key_is_the_one_that_lasts():
    parts = [play(0, "major", 300), play(2, "major", 250), play(0, "major", 200)]
    key = keys.key_of(keys.main_tonality(spans(np.concatenate(parts))))
    assert (key.tonic, key.mode) == ("C", "major")


@settings(deadline=None)
@given(st.integers(0, 11), st.sampled_from(sorted(SCALES)))
def test_a_scale_that_is_neither_major_nor_minor_is_no_key(tonic, name):
    notes = [(tonic + step) % 12 for step in SCALES[name]]
    chroma = np.full((200, 12), 0.02)
    chroma[:, notes] = 0.5
    chroma[:, [notes[0], notes[4]]] = 0.8
    (span,) = spans(chroma)
    if keys.key_of(span.tonality) is None:
        scale = keys.scale_of(span.tonality)
        assert (scale.pitch_classes[0], scale.name) == (tonic, name)
        assert sorted(scale.pitch_classes) == sorted(notes)


def test_second_opinions_move_the_chances():
    steps = play(0, "major", 30)
    model = packaged_calibration().key
    c_major, g_major = 0, 7

    def chance_of_c(network=None):
        return chances(model, tonal_evidence(steps, network=network))[c_major]

    agrees, differs = 8.0 * np.eye(24)[[c_major, g_major]]
    assert keys.decide(tonal_evidence(steps), model).candidate == CANDIDATES[c_major]
    assert chance_of_c(differs) < chance_of_c() < chance_of_c(agrees)


@pytest.mark.parametrize(
    "chroma",
    [
        np.zeros((300, 12)),
        np.ones((300, 12)),
        1 + 0.1 * rng.random((300, 12)),
        np.tile(np.eye(12)[0], (300, 1)),
        np.zeros((3, 12)),
        np.zeros((0, 12)),
    ],
    ids=["silence", "flat", "noise", "one pitch", "too short", "nothing"],
)
def test_what_has_no_key_gets_none(chroma):
    assert sections(chroma) == []


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(10, 11\)"):
        key_strengths(np.zeros((10, 11)))


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_a_tonic_is_at_least_as_likely_as_its_key(tonic, mode):
    for span in spans(play(tonic, mode, 300)):
        told = span.tonality.tonic
        assert pitch_class(told.name) == span.tonality.candidate.pitch == tonic
        assert told.p_right >= span.tonality.p_right


def test_a_tonic_may_be_told_of_which_no_scale_is_the_likeliest():
    model = packaged_calibration().key.model_copy(update={"weights": {"score": 1.0}})
    d_major, d_minor, a_minor = 2, 14, 21
    scores = {d_major: np.log(0.33), d_minor: np.log(0.32), a_minor: np.log(0.35)}
    evidence = [{"score": scores.get(index, -50.0)} for index in range(len(CANDIDATES))]
    found = keys.decide(evidence, model)
    assert (found.candidate.pitch, found.tonic.name) == (9, "D")
    assert found.tonic.p_right == pytest.approx(0.65)
    nothing = [{"score": -50.0 * (index < len(CANDIDATES) - 1)} for index in range(len(CANDIDATES))]
    assert keys.decide(nothing, model).tonic is None
