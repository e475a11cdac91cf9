import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.metre import metre_evidence, path_beats
from schemas.facts import ActivationPeak, MetrePath, TrackedBeats


def path(beats_per_bar, log_likelihood, n_beats=40, first_position=1):
    times_s = (0.5 * np.arange(n_beats)).tolist()
    return MetrePath(
        beats_per_bar=beats_per_bar,
        log_likelihood=log_likelihood,
        first_position=first_position,
        times_s=times_s,
    )


def evidence(*paths, peaks=()):
    return metre_evidence(TrackedBeats(metres=list(paths), peaks=list(peaks), onsets=[]))


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
