import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.metre import choose_metre, path_beats
from schemas.facts import MetrePath


def path(beats_per_bar, log_likelihood, n_beats=40, first_position=1):
    times_s = (0.5 * np.arange(n_beats)).tolist()
    return MetrePath(
        beats_per_bar=beats_per_bar,
        log_likelihood=log_likelihood,
        first_position=first_position,
        times_s=times_s,
    )


def test_metre_is_the_likeliest():
    chosen, confidence = choose_metre([path(3, -100.0), path(4, -90.0), path(2, -120.0)])
    assert chosen.beats_per_bar == 4
    assert confidence == pytest.approx(1 / (1 + np.exp(-1) + np.exp(-3)))
    assert choose_metre([]) is None
    _, confidence = choose_metre([path(4, 0.0)])
    assert confidence == 1


@pytest.mark.parametrize("rare", [5, 6, 7])
@pytest.mark.parametrize(("nats_a_bar", "chosen"), [(1.9, 4), (2.1, None)])
def test_a_rare_metre_must_be_two_nats_a_bar_likelier(rare, nats_a_bar, chosen):
    n_bars = 40 / rare
    found, _ = choose_metre([path(4, 0.0), path(rare, nats_a_bar * n_bars)])
    assert found.beats_per_bar == (chosen or rare)


@given(st.floats(-1e4, 1e4))
def test_a_constant_of_all_paths_changes_nothing(constant):
    paths = [path(n, -90.0 - n) for n in (2, 3, 4, 5)]
    moved = [path(n, -90.0 - n + constant) for n in (2, 3, 4, 5)]
    before, after = choose_metre(paths), choose_metre(moved)
    assert before[0].beats_per_bar == after[0].beats_per_bar
    assert before[1] == pytest.approx(after[1], abs=1e-6)


@given(st.integers(2, 7), st.data())
def test_places_count_on_from_the_first(beats_per_bar, data):
    first = data.draw(st.integers(1, beats_per_bar))
    beats = path_beats(path(beats_per_bar, 0.0, first_position=first))
    places = [beat.bar_position for beat in beats]
    assert places[0] == first
    assert set(places) == set(range(1, beats_per_bar + 1))
    downbeats = np.flatnonzero(np.array(places) == 1)
    assert set(np.diff(downbeats)) == {beats_per_bar}
