"""Straight lines and ramps through the beats of steady stretches.

Beat times are quantised to 10 ms, so the median interval is up to 1 % off; a straight line
through the times of a steady stretch is exact to a few hundredths of a BPM.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Ours: two and a half of the tracker's frames of 10 ms.
TOLERANCE_S = 0.025
# Ours: three bars of four.
MIN_SECTION_BEATS = 12
# Ours: a stretch of which one beat in twelve is doubled, as in the tests, is not split.
STEADY_SHARE = 0.9
# Ours, in periods: half of the half that a doubled beat leaves over.
OFF_BEAT = 0.25
# Ours: fits of three numbers need more beats than fits of two.
MIN_RAMP_BEATS = 16

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Line:
    """Beats `first` to `last` (exclusive), and which lie on the line or ramp through them.

    Attributes
    ----------
    first, last : int
    start_period_s, end_period_s : float
        At the first and the last beat; equal for a straight line.
    on_line : np.ndarray, shape (last - first,)
    """

    first: int
    last: int
    start_period_s: float
    end_period_s: float
    on_line: NDArray[np.bool_]

    @property
    def period_s(self) -> float:
        """Mean period."""
        return (self.start_period_s + self.end_period_s) / 2

    @property
    def is_straight(self) -> bool:
        """Whether it is a line, and no ramp."""
        return self.start_period_s == self.end_period_s

    @property
    def steadiness(self) -> float:
        """Share of the stretch's beats on the line, 0 to 1."""
        return float(self.on_line.mean())


def steady_lines(beats_s: Floats) -> list[Line]:
    """Lines or ramps through all beats: a stretch that fits neither is split in two.

    Parameters
    ----------
    beats_s : np.ndarray, shape (n_beats,)
        Increasing times.

    Returns
    -------
    list of Line
        In order of time, without gaps; some may hold few of their beats.
    """
    return _steady_lines(beats_s, 0, len(beats_s))


def _steady_lines(beats_s: Floats, first: int, last: int) -> list[Line]:
    line = _fit_line(beats_s, first, last)
    if line.steadiness >= STEADY_SHARE or last - first < 2 * MIN_SECTION_BEATS:
        return [line]
    ramp = _fit_ramp(beats_s, first, last)
    if ramp is not None and ramp.steadiness >= STEADY_SHARE:
        return [ramp]
    middle = first + _best_split(beats_s[first:last])
    return [*_steady_lines(beats_s, first, middle), *_steady_lines(beats_s, middle, last)]


def _fit_line(beats_s: Floats, first: int, last: int) -> Line:
    """Line through the beats that a first, median-based count puts close to it."""
    times = beats_s[first:last]
    counts = _count_beats(times)
    fitted, on_line = _refit(counts, times, np.array(_theil_sen(counts, times)))
    return Line(first, last, float(fitted[0]), float(fitted[0]), on_line)


def _fit_ramp(beats_s: Floats, first: int, last: int) -> Line | None:
    """Parabola through the beats: the period grows or shrinks evenly; None where it ends."""
    times = beats_s[first:last]
    if len(times) < MIN_RAMP_BEATS:
        return None
    counts = _count_beats(times)
    fitted, on_line = _refit(counts, times, np.polyfit(counts, times, 2))
    start_s = float(fitted[1])
    end_s = float(2 * fitted[0] * counts[-1] + fitted[1])
    return Line(first, last, start_s, end_s, on_line) if min(start_s, end_s) > 0 else None


def _refit(counts: Floats, times: Floats, fitted: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Least squares through the beats that are close, until they stay the same."""
    degree = len(fitted) - 1
    on_line = np.abs(times - np.polyval(fitted, counts)) <= TOLERANCE_S
    for _ in range(5):
        if on_line.sum() < degree + 2 or len(np.unique(counts[on_line])) <= degree:
            break
        fitted = np.polyfit(counts[on_line], times[on_line], degree)
        closer = np.abs(times - np.polyval(fitted, counts)) <= TOLERANCE_S
        if (closer == on_line).all():
            break
        on_line = closer
    return fitted, on_line


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
        rest = rest if abs(rest) > OFF_BEAT else 0.0
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
