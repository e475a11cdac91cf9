"""Metre from the paths of beats that were tracked under each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import Features
from pipeline.stages.measure.harmonic_rhythm import UNKNOWN, HarmonicRhythm
from pipeline.stages.measure.pulse import downbeat_pulse, onset_pulse
from schemas.facts import Beat, MetrePath, TrackedBeats

RARE_METRES = (5, 6, 7)
_IN_TWOS = (2, 4)
# Ours: bars of two are told of slow beats as often as of fast ones from here.
_MIDDLE_BPM = 100.0
# Ours: fewer changes of chord say nothing of bars.
_MIN_CHANGES = 3
# Ours, of a path's weight: keeps the logarithm of what is silent finite.
_LEAST_SHARE = 0.02
# Half of an eighth where quarters are the beats.
_REACH = 1 / 6

Floats = NDArray[np.float64]


def metre_candidates(tracked: TrackedBeats) -> list[MetrePath]:
    """The tracked paths, and that of three beats a bar as two of thirds: 6/8 heard as 3/4.

    Trackers of quarters follow the same bars in either metre; what tells them apart is whether the
    middle of the bar is accented.
    """
    return [*tracked.metres, *(_in_twos(each) for each in tracked.metres if _is_of_three(each))]


def metre_evidence(tracked: TrackedBeats, harmony: HarmonicRhythm = UNKNOWN) -> list[Features]:
    """Features of every candidate's metre.

    Parameters
    ----------
    tracked : TrackedBeats
        With at least one path.
    harmony : HarmonicRhythm, optional

    Returns
    -------
    list of features
        In the order of `metre_candidates`. ``per_bar`` is the log-likelihood against that of the
        likeliest path, a bar of which is one observation: frames are far from independent.
    """
    likeliest = max(tracked.metres, key=lambda path: path.log_likelihood)
    n_bars = max(len(likeliest.times_s) / likeliest.beats_per_bar, 1.0)
    of_path = [
        {
            "per_bar": (path.log_likelihood - likeliest.log_likelihood) / n_bars,
            "rare": float(path.beats_per_bar in RARE_METRES),
            "three": float(path.beats_per_bar == 3),
            "two_fast": _octaves(path) * (path.beats_per_bar == 2),
            "downbeats_recur": _downbeats_recur(path, tracked),
            "chords_at_downbeats": _chords_at_downbeats(path, harmony),
        }
        for path in tracked.metres
    ]
    in_twos: list[Features] = []
    for path, features in zip(tracked.metres, of_path, strict=True):
        if _is_of_three(path):
            middle = _middle_accent(path, tracked)
            in_twos.append(features | {"three": 0.0, "in_twos": 1.0, "middle": middle})
    return [*of_path, *in_twos]


def same_family(paths: Sequence[MetrePath], p_of: NDArray[np.floating]) -> tuple[int, ...]:
    """Paths that group beats as the likeliest family does: in twos, or in one other number.

    Whether music in twos is written with two or with four beats in a bar is mostly not to be heard.

    Parameters
    ----------
    paths : sequence of MetrePath
    p_of : np.ndarray, shape (n_paths,)
        Chances.
    """
    families = [family_of(each.beats_per_bar) for each in paths]
    total: dict[tuple[int, ...], float] = {}
    for family, p in zip(families, p_of.tolist(), strict=True):
        total[family] = total.get(family, 0.0) + p
    likeliest = max(total, key=lambda each: total[each])
    return tuple(i for i, each in enumerate(families) if each == likeliest)


def family_of(beats_per_bar: int) -> tuple[int, ...]:
    """Beats in a bar that are told together."""
    return _IN_TWOS if beats_per_bar in _IN_TWOS else (beats_per_bar,)


def path_beats(path: MetrePath) -> list[Beat]:
    """Beats of a path with their places in the bar."""
    return [
        Beat(time_s=time_s, bar_position=(path.first_position - 1 + k) % path.beats_per_bar + 1)
        for k, time_s in enumerate(path.times_s)
    ]


def _is_of_three(path: MetrePath) -> bool:
    return path.beats_per_bar == 3 and len(path.times_s) > 2 * path.beats_per_bar


def _in_twos(path: MetrePath) -> MetrePath:
    """The same bars with two beats each."""
    times_s = np.array(path.times_s)
    first = (1 - path.first_position) % 3
    places = np.arange(first - 3.0, len(times_s) - 1 + 1e-9, 1.5)
    inside = places[places >= 0]
    is_downbeat = (len(places) - len(inside)) % 2 == 0
    return MetrePath(
        beats_per_bar=2,
        log_likelihood=path.log_likelihood,
        first_position=1 if is_downbeat else 2,
        times_s=np.interp(inside, np.arange(len(times_s)), times_s).tolist(),
    )


def _middle_accent(path: MetrePath, tracked: TrackedBeats) -> float:
    """Log of the weight at the middle of bars of three against that at their other two beats."""
    pulse = onset_pulse(tracked, np.array(path.times_s))
    places = (pulse.places + path.first_position - 1) % 3
    at = [pulse.weights[np.abs(places - place) <= _REACH].sum() for place in (1.0, 1.5, 2.0)]
    least = _LEAST_SHARE * max(float(pulse.weights.sum()), 1e-9)
    return float(np.log((at[1] + least) / ((at[0] + at[2]) / 2 + least)))


def _chords_at_downbeats(path: MetrePath, harmony: HarmonicRhythm) -> float:
    """How many more of the downbeats than of the other beats have a change of chord, -1 to 1."""
    beats_s = np.array(path.times_s)
    if len(beats_s) <= 2 * path.beats_per_bar:
        return 0.0
    places = (np.arange(len(beats_s)) + path.first_position - 1) % path.beats_per_bar
    reach_s = float(np.median(np.diff(beats_s))) / 2
    found = []
    for changes_s in harmony.changes_s:
        is_inside = (changes_s > beats_s[0] - reach_s) & (changes_s < beats_s[-1] + reach_s)
        if is_inside.sum() >= _MIN_CHANGES:
            nearest = np.interp(changes_s[is_inside], beats_s, np.arange(len(beats_s)))
            changes = np.zeros(len(beats_s), bool)
            changes[np.round(nearest).astype(int)] = True
            found.append(changes[places == 0].mean() - changes[places != 0].mean())
    return float(np.mean(found)) if found else 0.0


def _downbeats_recur(path: MetrePath, tracked: TrackedBeats) -> float:
    """How much the probability of a downbeat is alike from bar to bar, -1 to 1."""
    beats_s = np.array(path.times_s)
    if len(beats_s) <= path.beats_per_bar:
        return 0.0
    return _autocorrelation(
        downbeat_pulse(tracked, beats_s).by_beat(len(beats_s)), path.beats_per_bar
    )


def _autocorrelation(values: Floats, lag: int) -> float:
    centred = values - values.mean()
    power = float((centred**2).sum())
    return float((centred[lag:] * centred[:-lag]).sum()) / power if power > 0 else 0.0


def _octaves(path: MetrePath) -> float:
    """Of its tempo above the middle; 0 for less than two beats."""
    if len(path.times_s) < 2:
        return 0.0
    return float(np.log2(60.0 / np.median(np.diff(path.times_s)) / _MIDDLE_BPM))
