import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.metre import metre_evidence, path_beats
from schemas.facts import MetrePath


def path(beats_per_bar, log_likelihood, n_beats=40, first_position=1):
    times_s = (0.5 * np.arange(n_beats)).tolist()
    return MetrePath(
        beats_per_bar=beats_per_bar,
        log_likelihood=log_likelihood,
        first_position=first_position,
        times_s=times_s,
    )


def test_evidence_is_against_the_likeliest_path_and_by_its_bars():
    three, four, five = metre_evidence([path(3, -110.0), path(4, -90.0), path(5, -120.0)])
    assert [each["per_bar"] for each in (three, four, five)] == pytest.approx([-2, 0, -3])
    assert [each["rare"] for each in (three, four, five)] == [0, 0, 1]


@given(st.floats(-1e4, 1e4))
def test_a_constant_of_all_paths_changes_nothing(constant):
    def per_bar(constant):
        paths = [path(n, -90.0 - n + constant) for n in (2, 3, 4, 5)]
        return [each["per_bar"] for each in metre_evidence(paths)]

    assert per_bar(constant) == pytest.approx(per_bar(0.0), abs=1e-6)


@given(st.integers(2, 7), st.data())
def test_places_count_on_from_the_first(beats_per_bar, data):
    first = data.draw(st.integers(1, beats_per_bar))
    beats = path_beats(path(beats_per_bar, 0.0, first_position=first))
    places = [beat.bar_position for beat in beats]
    assert places[0] == first
    assert set(places) == set(range(1, beats_per_bar + 1))
    downbeats = np.flatnonzero(np.array(places) == 1)
    assert set(np.diff(downbeats)) == {beats_per_bar}
