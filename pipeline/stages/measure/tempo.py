"""Tempo from tracked beats: sections of one tempo and ramps between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.lines import (
    MIN_RAMP_BEATS,
    MIN_SECTION_BEATS,
    OFF_BEAT,
    STEADY_SHARE,
    TOLERANCE_S,
    Line,
    steady_lines,
)
from schemas.facts import TempoKind, TempoSection

# Ours; twice what the quantised beats may say of one interval (1 %).
SAME_TEMPO = 0.02
# Ours: a parabola through half a wave of a 2 % drift ends up to 3 % off its middle.
_RAMP = 0.06
# Ours: a line that holds fewer of its beats is none.
_MIN_STEADINESS = 0.5
# Ours: with fewer of all beats on lines, time is free.
MIN_STEADY_SHARE = 0.33
TEMPO_VERSION = "2"
"""Raised when the same beats give another tempo, or are refused."""
TEMPO_PARAMETERS = {
    "tolerance_s": TOLERANCE_S,
    "min_section_beats": MIN_SECTION_BEATS,
    "min_ramp_beats": MIN_RAMP_BEATS,
    "same_tempo": SAME_TEMPO,
    "ramp": _RAMP,
    "min_steadiness": _MIN_STEADINESS,
    "steady_share": STEADY_SHARE,
    "min_steady_share": MIN_STEADY_SHARE,
    "off_beat": OFF_BEAT,
}

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class FittedTempo:
    """The tempo of beats as they were tracked.

    Attributes
    ----------
    bpm : float
        Of the longest steady stretches.
    stability : float
        Share of the beats that lie within 25 ms of their lines, 0 to 1.
    kind : TempoKind
    sections : list of TempoSection
    """

    bpm: float
    stability: float
    kind: TempoKind
    sections: list[TempoSection]


def fit_tempo(beats_s: Floats) -> FittedTempo | None:
    """Tempo by robust straight lines, or ramps, through the beats of every steady stretch.

    A stretch in which too many beats are off its line is split where two lines fit best. Lines
    beside each other that stay within 2 % of their middle are one section, which drifts. The tempo
    is that of the lines that agree within 2 % and hold the most beats.

    Parameters
    ----------
    beats_s : np.ndarray, shape (n_beats,)
        Increasing beat times; some may be missing or doubled.

    Returns
    -------
    FittedTempo or None
        None if there are fewer than `MIN_SECTION_BEATS` beats, or too few of them lie on lines:
        time is free.

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
    lines = [line for line in steady_lines(beats_s) if line.steadiness >= _MIN_STEADINESS]
    if sum(_n_on(line) for line in lines) < MIN_STEADY_SHARE * len(beats_s):
        return None
    sections = _join(lines)
    period_s, chosen = _dominant(sections)
    return FittedTempo(
        bpm=60.0 / period_s,
        stability=sum(_n_on(line) for line in chosen) / len(beats_s),
        kind=_kind(sections),
        sections=[_section(each, beats_s) for each in sections],
    )


def _join(lines: list[Line]) -> list[list[Line]]:
    """Lines beside each other that stay within `SAME_TEMPO` of their middle; a ramp stays alone."""
    sections: list[list[Line]] = []
    for line in lines:
        if sections and not _is_ramp(line) and not _is_ramp(sections[-1][0]):
            periods_s = [each.period_s for each in (*sections[-1], line)]
            if max(periods_s) / min(periods_s) <= (1 + SAME_TEMPO) / (1 - SAME_TEMPO):
                sections[-1].append(line)
                continue
        sections.append([line])
    return sections


def _section(lines: list[Line], beats_s: Floats) -> TempoSection:
    is_ramp = _is_ramp(lines[0])
    first, last = lines[0].first, lines[-1].last
    return TempoSection(
        start_s=float(beats_s[first]),
        end_s=float(beats_s[last - 1]),
        bpm=60.0 / _mean_period_s(lines),
        n_beats=last - first,
        start_bpm=60.0 / lines[0].start_period_s if is_ramp else None,
        end_bpm=60.0 / lines[0].end_period_s if is_ramp else None,
    )


def _kind(sections: list[list[Line]]) -> TempoKind:
    if len(sections) > 1 or _is_ramp(sections[0][0]):
        return "changing"
    is_straight = len(sections[0]) == 1 and sections[0][0].is_straight
    return "steady" if is_straight else "drifting"


def _is_ramp(line: Line) -> bool:
    return abs(line.end_period_s / line.start_period_s - 1) > _RAMP


def _mean_period_s(lines: list[Line]) -> float:
    """The variance of a fitted slope falls with the cube of the number of points."""
    weights = [float(_n_on(line)) ** 3 for line in lines]
    return float(np.average([line.period_s for line in lines], weights=weights))


def _n_on(line: Line) -> int:
    return int(line.on_line.sum())


def _dominant(sections: list[list[Line]]) -> tuple[float, list[Line]]:
    """Period and lines of the tempo with the most beats; longer lines weigh more."""

    def agreeing(section: list[Line]) -> list[Line]:
        period_s = _mean_period_s(section)
        return [
            line
            for each in sections
            if abs(_mean_period_s(each) / period_s - 1) < SAME_TEMPO
            for line in each
        ]

    chosen = max(
        (agreeing(section) for section in sections),
        key=lambda group: sum(_n_on(line) for line in group),
    )
    return _mean_period_s(chosen), chosen
