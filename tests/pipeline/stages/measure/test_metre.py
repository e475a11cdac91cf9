import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.harmonic_rhythm import HarmonicRhythm
from pipeline.stages.measure.metre import (
    metre_candidates,
    metre_evidence,
    path_beats,
    same_family,
)
from schemas.facts import ActivationPeak, MetrePath, Onset, TrackedBeats


def path(beats_per_bar, log_likelihood, n_beats=40, first_position=1):
    times_s = (0.5 * np.arange(n_beats)).tolist()
    return MetrePath(
        beats_per_bar=beats_per_bar,
        log_likelihood=log_likelihood,
        first_position=first_position,
        times_s=times_s,
    )


def tracked(*paths, peaks=(), onsets=()):
    return TrackedBeats(metres=list(paths), peaks=list(peaks), onsets=list(onsets))


def evidence(*paths, peaks=()):
    """Of the paths themselves."""
    return metre_evidence(tracked(*paths, peaks=peaks))[: len(paths)]


def test_evidence_is_against_the_likeliest_path_and_by_its_bars():
    three, four, five = evidence(path(3, -110.0), path(4, -90.0), path(5, -120.0))
    assert [each["per_bar"] for each in (three, four, five)] == pytest.approx([-2, 0, -3])
    assert [each["rare"] for each in (three, four, five)] == [0, 0, 1]


@given(st.floats(-1e4, 1e4))
def test_a_constant_of_all_paths_changes_nothing(constant):
    def per_bar(constant):
        paths = [path(n, -90.0 - n + constant) for n in (2, 3, 4, 5)]
        return [each["per_bar"] for each in evidence(*paths)]

    assert per_bar(constant) == pytest.approx(per_bar(0.0), abs=1e-6)


@pytest.mark.parametrize("beats_per_bar", [2, 3, 4, 5, 6, 7])
def test_downbeats_recur_in_their_own_metre(beats_per_bar):
    peaks = [
        ActivationPeak(time_s=0.5 * k, beat=0.2, downbeat=0.9 * (k % beats_per_bar == 0))
        for k in range(84)
    ]
    metres = (2, 3, 4, 5, 6, 7)
    found = evidence(*(path(n, 0.0, n_beats=84) for n in metres), peaks=peaks)
    recurring = {n: each["downbeats_recur"] for n, each in zip(metres, found, strict=True)}
    assert recurring[beats_per_bar] > 0.8
    assert all(recurring[n] < 0.3 for n in metres if n % beats_per_bar)


def test_downbeats_of_a_path_shorter_than_its_bar_say_nothing():
    (found,) = evidence(path(7, 0.0, n_beats=5))
    assert found["downbeats_recur"] == 0


@given(st.integers(2, 7), st.data())
def test_places_count_on_from_the_first(beats_per_bar, data):
    first = data.draw(st.integers(1, beats_per_bar))
    beats = path_beats(path(beats_per_bar, 0.0, first_position=first))
    places = [beat.bar_position for beat in beats]
    assert places[0] == first
    assert set(places) == set(range(1, beats_per_bar + 1))
    downbeats = np.flatnonzero(np.array(places) == 1)
    assert set(np.diff(downbeats)) == {beats_per_bar}


@pytest.mark.parametrize("first_position", [1, 2, 3])
def test_bars_of_three_may_be_felt_in_two(first_position):
    of_three = path(3, -50.0, n_beats=30, first_position=first_position)
    *_, in_twos = metre_candidates(tracked(of_three, path(4, -60.0)))
    assert (in_twos.beats_per_bar, in_twos.log_likelihood) == (2, -50.0)
    assert np.diff(in_twos.times_s) == pytest.approx(0.75)
    bars = [
        [beat.time_s for beat in path_beats(each) if beat.bar_position == 1]
        for each in (of_three, in_twos)
    ]
    assert bars[1] == pytest.approx(bars[0])


@pytest.mark.parametrize(("accented", "is_in_twos"), [((0, 3), True), ((0, 2, 4), False)])
def test_the_middle_of_the_bar_tells_six_eighths_from_three_quarters(accented, is_in_twos):
    onsets = [
        Onset(time_s=0.25 * k, low=0.0, mid=1.0 if k % 6 in accented else 0.1, high=0.0)
        for k in range(96)
    ]
    *_, in_twos = metre_evidence(tracked(path(3, 0.0, n_beats=48), onsets=onsets))
    assert (in_twos["middle"] > 1) == is_in_twos
    assert (in_twos["middle"] < -1) != is_in_twos


@pytest.mark.parametrize(("n_beats", "metres"), [(2, (2, 4)), (3, (3,)), (4, (4,))])
def test_chords_change_at_downbeats(n_beats, metres):
    changes_s = 0.5 * n_beats * np.arange(1, 20)
    found = metre_evidence(
        tracked(*(path(n, 0.0, n_beats=48) for n in (2, 3, 4))),
        HarmonicRhythm(changes_s=(changes_s,)),
    )
    shares = {n: each["chords_at_downbeats"] for n, each in zip((2, 3, 4), found, strict=False)}
    best = max(shares.values())
    assert shares[n_beats] == best > 0.5
    assert all(shares[n] < best for n in shares if n not in metres)


def test_few_changes_of_chord_say_nothing():
    harmony = HarmonicRhythm(changes_s=(np.array([2.0, 4.0]),))
    (found,) = metre_evidence(tracked(path(4, 0.0)), harmony)
    assert found["chords_at_downbeats"] == 0


@pytest.mark.parametrize(
    ("chances", "told"),
    [
        ((0.3, 0.4, 0.2, 0.1), (0, 2)),  # 3 is likelier than 2 and 4, but not than both
        ((0.1, 0.6, 0.2, 0.1), (1,)),
        ((0.1, 0.1, 0.1, 0.7), (3,)),
    ],
)
def test_bars_of_two_and_of_four_are_told_together(chances, told):
    paths = [path(n, -90.0) for n in (2, 3, 4, 5)]
    assert same_family(paths, np.array(chances)) == told
