"""Tempo and metre from tracked beats.

Beat times are quantised to 10 ms, so the median interval is up to 1 % off; a straight line
through the times of a steady stretch is exact to a few hundredths of a BPM.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import Features, chances, q_value
from schemas.calibration import ChoiceModel
from schemas.facts import Metre, MetreChance, Tempo, TempoLevel, TempoSection

# Ours: two and a half of the tracker's frames of 10 ms.
TOLERANCE_S = 0.025
# Ours: three bars of four.
MIN_SECTION_BEATS = 12
# Ours; twice what the quantised beats may say of one interval (1 %).
_SAME_TEMPO = 0.02
# Ours: a stretch of which one beat in twelve is doubled, as in the tests, is not split.
_STEADY_SHARE = 0.9
# Ours, by argument alone: frames are far from independent, so a bar is one observation.
_EVIDENCE_PER_BAR = 1.0
# Ours, in periods: half of the half that a doubled beat leaves over.
_OFF_BEAT = 0.25
LEVELS = (1.0, 0.5, 2.0, 2 / 3, 1.5)
"""What a tracked tempo is multiplied by to have the one that may be felt."""
# L. van Noorden and D. Moelants, "Resonance in the Perception of Musical Pulse", 1999.
RESONANCE_BPM = 120.0
# Ours, between what was seen on music and on what has no beat:
MIN_BEAT_ACTIVATION = 0.15
"""Median activation at the beats: 0.4 and more in music, 0.05 and less in noise and drones."""
TEMPO_VERSION = "2"
"""Raised when the same beats give another tempo or metre, or are refused."""
TEMPO_PARAMETERS = {
    "min_beat_activation": MIN_BEAT_ACTIVATION,
    "tolerance_s": TOLERANCE_S,
    "min_section_beats": MIN_SECTION_BEATS,
    "same_tempo": _SAME_TEMPO,
    "steady_share": _STEADY_SHARE,
    "evidence_per_bar": _EVIDENCE_PER_BAR,
    "off_beat": _OFF_BEAT,
}

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Line:
    """Beats `first` to `last` (exclusive), and which lie on the straight line through them."""

    first: int
    last: int
    period_s: float
    on_line: NDArray[np.bool_]

    @property
    def steadiness(self) -> float:
        """Share of the stretch's beats on the line, 0 to 1."""
        return float(self.on_line.mean())


def fit_tempo(beats_s: Floats, model: ChoiceModel) -> Tempo | None:
    """Tempo by robust straight lines through the beats of every steady stretch.

    A stretch in which too many beats are off its line is split where two lines fit best. The
    tempo is that of the stretches that agree within 2 % and hold the most beats on their lines.

    Parameters
    ----------
    beats_s : np.ndarray, shape (n_beats,)
        Increasing beat times; some may be missing or doubled.
    model : ChoiceModel
        Of the level at which the tempo is felt.

    Returns
    -------
    Tempo or None
        None if there are fewer than `MIN_SECTION_BEATS` beats, or none of the stretches is
        steady.

    Raises
    ------
    ValueError
        If the times do not increase.
    """
    beats_s = np.asarray(beats_s, float)
    if beats_s.ndim != 1 or (np.diff(beats_s) <= 0).any():
        raise ValueError("beats_s must be one increasing sequence of times")
    if len(beats_s) < MIN_SECTION_BEATS:
        return None
    lines = [line for line in _steady_lines(beats_s, 0, len(beats_s)) if line.steadiness >= 0.5]
    if not lines:
        return None
    period_s, chosen = _dominant(lines)
    n_on_line = sum(int(line.on_line.sum()) for line in chosen)
    stability, bpm = n_on_line / len(beats_s), 60.0 / period_s
    p_right, *rest = chances(model, level_evidence(bpm, stability))
    levels = [
        TempoLevel(bpm=factor * bpm, p_right=float(p))
        for factor, p in zip(LEVELS[1:], rest, strict=True)
    ]
    return Tempo(
        bpm=bpm,
        p_right=float(p_right),
        q_value=q_value(model, float(p_right)),
        stability=stability,
        levels=sorted(levels, key=lambda each: -each.p_right),
        sections=[
            TempoSection(
                start_s=float(beats_s[line.first]),
                end_s=float(beats_s[line.last - 1]),
                bpm=60.0 / line.period_s,
                n_beats=line.last - line.first,
            )
            for line in lines
        ],
    )


def level_evidence(bpm: float, stability: float) -> list[Features]:
    """Features of the levels of `LEVELS` at which a tempo may be felt."""
    return [
        {
            "as_tracked": float(factor == 1.0),
            "stability": stability * (factor == 1.0),
            "from_resonance": -abs(float(np.log2(factor * bpm / RESONANCE_BPM))),
        }
        for factor in LEVELS
    ]


def choose_metre(
    log_likelihoods: Mapping[int, float], n_bars: float, model: ChoiceModel
) -> Metre | None:
    """The metre whose path explains the beats best.

    Parameters
    ----------
    log_likelihoods : mapping of int to float
        Natural logarithm of the likelihood of the best path, by beats per bar.
    n_bars : float
        Bars in the recording under the best metre. Frames are far from independent, so a bar
        counts as one observation.
    model : ChoiceModel

    Returns
    -------
    Metre or None
        None for no likelihoods.
    """
    finite = {n: value for n, value in log_likelihoods.items() if np.isfinite(value)}
    if not finite:
        return None
    found = chances(model, metre_evidence(finite, n_bars))
    ranked = sorted(zip(finite, found.tolist(), strict=True), key=lambda each: -each[1])
    (best, p_right), *rest = ranked
    return Metre(
        beats_per_bar=best,
        p_right=p_right,
        q_value=q_value(model, p_right),
        others=[MetreChance(beats_per_bar=n, p_right=p) for n, p in rest],
    )


def metre_evidence(log_likelihoods: Mapping[int, float], n_bars: float) -> list[Features]:
    """Features of every metre, in the order of the mapping."""
    most = max(log_likelihoods.values())
    return [
        {
            "per_bar": (value - most) * _EVIDENCE_PER_BAR / max(n_bars, 1.0),
            "rare": float(n in (5, 6, 7)),
        }
        for n, value in log_likelihoods.items()
    ]


def _steady_lines(beats_s: Floats, first: int, last: int) -> list[Line]:
    line = _fit_line(beats_s, first, last)
    if line.steadiness >= _STEADY_SHARE or last - first < 2 * MIN_SECTION_BEATS:
        return [line]
    middle = first + _best_split(beats_s[first:last])
    return [*_steady_lines(beats_s, first, middle), *_steady_lines(beats_s, middle, last)]


def _fit_line(beats_s: Floats, first: int, last: int) -> Line:
    """Line through the beats that a first, median-based count puts close to it."""
    times = beats_s[first:last]
    counts = _count_beats(times)
    period_s, start_s = _theil_sen(counts, times)
    on_line = np.abs(times - start_s - period_s * counts) <= TOLERANCE_S
    for _ in range(5):
        if on_line.sum() < 3 or np.ptp(counts[on_line]) == 0:
            break
        period_s, start_s = np.polyfit(counts[on_line], times[on_line], 1)
        closer = np.abs(times - start_s - period_s * counts) <= TOLERANCE_S
        if (closer == on_line).all():
            break
        on_line = closer
    return Line(first, last, float(period_s), on_line)


def _count_beats(times: Floats) -> Floats:
    """Number of every beat, by its distance from the one before in periods of the moment.

    What is left over between beats is counted on, so that the halves of a doubled beat are one
    period together; small remainders are dropped, or a period that is a little off would add up.
    """
    intervals = np.diff(times)
    reach = 8
    counts, rest = [0.0], 0.0
    for i, interval in enumerate(intervals):
        steps = interval / np.median(intervals[max(0, i - reach) : i + reach]) + rest
        rest = steps - np.round(steps)
        rest = rest if abs(rest) > _OFF_BEAT else 0.0
        counts.append(counts[-1] + np.round(steps))
    return np.array(counts)


def _theil_sen(counts: Floats, times: Floats) -> tuple[float, float]:
    """Slope and intercept by medians, over pairs half the stretch apart."""
    apart = max(1, len(counts) // 2)
    runs = counts[apart:] - counts[:-apart]
    rises = times[apart:] - times[:-apart]
    moved = runs > 0
    slope = float(np.median(rises[moved] / runs[moved])) if moved.any() else float(np.ptp(times))
    return slope, float(np.median(times - slope * counts))


def _best_split(times: Floats) -> int:
    """Where two least-squares lines leave the least squared error."""
    counts = _count_beats(times)
    left = _squared_errors(counts, times)
    right = _squared_errors(counts[::-1], times[::-1])[::-1]
    total = left[:-1] + right[1:]
    inner = slice(MIN_SECTION_BEATS - 1, len(times) - MIN_SECTION_BEATS)
    return int(np.argmin(total[inner])) + MIN_SECTION_BEATS


def _squared_errors(x: Floats, y: Floats) -> Floats:
    """Squared error of the least-squares line through the first 1, 2, ... points."""
    n = np.arange(1, len(x) + 1)
    x, y = x - x[0], y - y[0]
    sx, sy = np.cumsum(x), np.cumsum(y)
    sxx, syy, sxy = np.cumsum(x * x), np.cumsum(y * y), np.cumsum(x * y)
    vx, vy, vxy = sxx - sx**2 / n, syy - sy**2 / n, sxy - sx * sy / n
    explained = np.divide(vxy**2, vx, out=np.zeros_like(vx), where=vx > 0)
    errors: Floats = np.maximum(vy - explained, 0.0)
    return errors


def _dominant(lines: list[Line]) -> tuple[float, list[Line]]:
    """Period and lines of the tempo with the most beats; longer lines weigh more."""

    def agreeing(line: Line) -> list[Line]:
        return [each for each in lines if abs(each.period_s / line.period_s - 1) < _SAME_TEMPO]

    chosen = max(
        (agreeing(line) for line in lines),
        key=lambda group: sum(int(each.on_line.sum()) for each in group),
    )
    # The variance of a fitted slope falls with the cube of the number of points.
    weights = [float(each.on_line.sum()) ** 3 for each in chosen]
    return float(np.average([each.period_s for each in chosen], weights=weights)), chosen
