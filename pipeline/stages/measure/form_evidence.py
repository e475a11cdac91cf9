"""What speaks for a boundary of the form, and for music that returns: features for chances."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.blocks import (
    PHRASE_BARS,
    USUAL_SECTION_BARS,
    Span,
    bars_as_one,
    segment_bars,
    split_gains,
)
from pipeline.stages.measure.chances import Features
from pipeline.stages.measure.letters import aligned

# Ours: half and twice the price of unusual lengths.
OTHER_COST_WEIGHTS = (0.35, 1.4)

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Similarity:
    """How alike all pairs of bars are, -1 to 1.

    Attributes
    ----------
    pitches, timbre : np.ndarray, shape (n_bars, n_bars)
    """

    pitches: Floats
    timbre: Floats

    @property
    def mean(self) -> Floats:
        """Of both."""
        both: Floats = (self.pitches + self.timbre) / 2
        return both


def boundary_evidence(
    bars: Similarity, spans: Sequence[Span], *, bar_s: float, found_again: float
) -> list[Features]:
    """Features of every inner boundary: that a section begins there.

    Parameters
    ----------
    bars : Similarity
    spans : sequence of (int, int)
        Sections, in bars.
    bar_s : float
    found_again : float
        From `found_again_share`.

    Returns
    -------
    list of mapping
        ``one`` (1); ``gain``, how much better two sections are than one of both; ``timbre_peak``,
        how much more the timbre changes there than at any bar around; ``pitches``, how much more
        alike pitches are on each side than across; ``found_again``.
    """
    unit = bars_as_one(bar_s)
    width = USUAL_SECTION_BARS * unit
    gains = split_gains(bars.mean, spans, bar_s=bar_s)
    return [
        {
            "one": 1.0,
            "gain": gain,
            "timbre_peak": _peak(bars.timbre, right[0], width=width, step=unit),
            "pitches": _contrast(
                bars.pitches,
                (max(left[0], right[0] - width), right[0]),
                (right[0], min(right[1], right[0] + width)),
            ),
            "found_again": found_again,
        }
        for gain, (left, right) in zip(gains, pairwise(spans), strict=True)
    ]


def return_evidence(
    bars: Similarity, spans: Sequence[Span], groups: Sequence[int], *, found_again: float
) -> dict[int, Features]:
    """Features of every section whose group was there before: that it is the same music.

    Returns
    -------
    dict of int to mapping
        By section: ``one`` (1); ``timbre``, how alike it is to that of the first of its group, -1
        to 1; ``same_length``, the shorter of the two as a share of the longer; ``found_again``.
    """
    timbre = aligned(spans, bars.timbre)
    found: dict[int, Features] = {}
    for i, group in enumerate(groups):
        model = groups.index(group)
        if model < i:
            lengths = sorted(end - start for start, end in (spans[i], spans[model]))
            found[i] = {
                "one": 1.0,
                "timbre": float(timbre[i, model]),
                "same_length": lengths[0] / lengths[1],
                "found_again": found_again,
            }
    return found


def boundary_contrast(similarity: Floats, spans: Sequence[Span]) -> float:
    """How much more alike bars are within two sections than across, at the clearest boundary."""
    contrasts = [_contrast(similarity, left, right) for left, right in pairwise(spans)]
    return float(max(contrasts, default=0.0))


def _contrast(similarity: Floats, left: Span, right: Span) -> float:
    within = (_within(similarity, left) + _within(similarity, right)) / 2
    return within - float(similarity[slice(*left), slice(*right)].mean())


def _peak(similarity: Floats, at: int, *, width: int, step: int) -> float:
    """Contrast at a bar, less the highest one at bars around it, which are within a phrase."""
    n_bars = len(similarity)

    def contrast(bar: int) -> float:
        before, after = (max(0, bar - width), bar), (bar, min(n_bars, bar + width))
        return _contrast(similarity, before, after)

    offsets = [sign * n * step for n in range(1, PHRASE_BARS + 1) for sign in (-1, 1)]
    around = [contrast(at + each) for each in offsets if 0 < at + each < n_bars]
    return contrast(at) - max(around)


def _within(similarity: Floats, span: Span) -> float:
    """Mean similarity of different bars of a section; 0 for a single bar."""
    block = similarity[slice(*span), slice(*span)]
    n_pairs = len(block) * (len(block) - 1)
    return float(block.sum() - np.trace(block)) / n_pairs if n_pairs else 0.0


def found_again_share(bars: Similarity, spans: Sequence[Span], *, bar_s: float) -> float:
    """Share of all inner boundaries that other segmentations have within a bar.

    Those by pitches alone, by timbre alone, and at other prices of unusual lengths.
    """
    others = [
        segment_bars(bars.pitches, bar_s=bar_s),
        segment_bars(bars.timbre, bar_s=bar_s),
        *(segment_bars(bars.mean, bar_s=bar_s, cost_weight=each) for each in OTHER_COST_WEIGHTS),
    ]
    unit = bars_as_one(bar_s)
    is_found = [
        any(abs(at - start) <= unit for start, _ in other)
        for at, _ in spans[1:]
        for other in others
    ]
    return float(np.mean(is_found)) if is_found else 0.0
