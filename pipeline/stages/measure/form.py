"""The form of a piece: sections, and letters for those that are the same music.

Bars are compared by their pitch classes and timbre; sections are blocks of bars that are alike, of
usual lengths; letters group the sections whose bars are alike in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.bars import PARTS_PER_BAR, USUAL_BAR_S, bar_edges, barwise
from pipeline.stages.measure.blocks import BLOCK_PARAMETERS, Span, joined_ends, segment_bars
from pipeline.stages.measure.chances import Features
from pipeline.stages.measure.form_evidence import (
    Similarity,
    boundary_contrast,
    boundary_evidence,
    found_again_share,
    return_evidence,
)
from pipeline.stages.measure.letters import (
    EXACT_SIMILARITY,
    SAME_SIMILARITY,
    TRANSPOSITION_COST,
    compare,
    groups_of,
    joined_pairs,
    letters_of,
)
from schemas.facts import Beat, HeardTimbre, Section
from tools.errors import RefusedError

# Ours: three sections of eight usual bars; longer recordings are several pieces.
MIN_DURATION_S = 45.0
MAX_DURATION_S = 1800.0
# Ours: what is as quiet at the start and the end is an echo or silence, and no section.
_ECHO_DB = 40.0
_LOUD_PERCENTILE = 95
# Ours: keys of a repetition, in semitones up or down; pop lifts its last chorus so.
TRANSPOSITIONS = (1, 2, -1, -2)
# Ours: root mean squares of what noise differs from its own mean, twice.
LEAST_CHROMA_CHANGE = 6.0
LEAST_CEPSTRA_CHANGE_DB = 3.0
# Ours: steady noise and drones give 0.00, and songs are as right at 0.02 as at 0.3.
MIN_CONTRAST = 0.02
FORM_VERSION = "2"
"""Raised when the same timbre and beats give other sections."""
FORM_PARAMETERS = {
    "parts_per_bar": PARTS_PER_BAR,
    "usual_bar_s": USUAL_BAR_S,
    "echo_db": _ECHO_DB,
    **BLOCK_PARAMETERS,
    "transpositions": TRANSPOSITIONS,
    "least_chroma_change": LEAST_CHROMA_CHANGE,
    "least_cepstra_change_db": LEAST_CEPSTRA_CHANGE_DB,
    "min_contrast": MIN_CONTRAST,
    "same_similarity": SAME_SIMILARITY,
    "transposition_cost": TRANSPOSITION_COST,
    "exact_similarity": EXACT_SIMILARITY,
}

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Form:
    """A form, and what speaks for each part of it.

    Attributes
    ----------
    sections : list of Section
        Without gaps, from 0 to the end; without chances.
    boundaries : list of features
        Of every section but the first: that one begins there.
    returns : dict of int to features
        By section whose letter was heard before: that it is the music of the letter's first one.
    """

    sections: list[Section]
    boundaries: list[Features]
    returns: dict[int, Features]


def find_form(row: HeardTimbre, beats: Sequence[Beat] | None, *, duration_s: float) -> Form:
    """Sections of a piece, with letters.

    Parameters
    ----------
    row : HeardTimbre
        With its features.
    beats : sequence of Beat or None
        Sections start at their downbeats; without, at a multiple of about `USUAL_BAR_S`.
    duration_s : float

    Raises
    ------
    RefusedError
        ``too_short`` or ``too_long`` for a form; ``no_clear_form`` where no two sections differ
        enough.
    """
    if duration_s < MIN_DURATION_S or duration_s > MAX_DURATION_S:
        reason = "too_short" if duration_s < MIN_DURATION_S else "too_long"
        detail = f"{duration_s:.0f} s: a form is sought in {MIN_DURATION_S:.0f} to 1800 s"
        raise RefusedError(reason, detail)
    edges_s = bar_edges(beats, span_s=_sounding(row, duration_s))
    bar_s = float(np.median(np.diff(edges_s)))
    bars = similarities(row, edges_s)
    plain = bars.mean
    transposed = [similarities(row, edges_s, semitones=each).mean for each in TRANSPOSITIONS]
    spans = segment_bars(plain, bar_s=bar_s)
    spans = joined_pairs(spans, groups_of(compare(spans, plain, transposed)))
    spans = joined_ends(spans, bar_s=bar_s)
    likeness = compare(spans, plain, transposed)
    groups = groups_of(likeness)
    contrast = boundary_contrast(plain, spans)
    if len(spans) < 2 or contrast < MIN_CONTRAST:
        raise RefusedError("no_clear_form", f"{len(spans)} sections, contrast {contrast:.2f}")
    found_again = found_again_share(bars, spans, bar_s=bar_s)
    boundaries = boundary_evidence(bars, spans, bar_s=bar_s, found_again=found_again)
    edges_s[[0, -1]] = 0.0, duration_s
    sections = _sections(row, spans, letters_of(groups, likeness), edges_s)
    return Form(sections, boundaries, return_evidence(bars, spans, groups, found_again=found_again))


def similarities(row: HeardTimbre, edges_s: Floats, *, semitones: int = 0) -> Similarity:
    """Cosine between all bars, of pitch classes and timbre, each without its mean.

    The bars of the columns are transposed by `semitones`.
    """
    chroma = barwise(np.array(row.chroma, float), edges_s, step_s=row.step_s)
    cepstra = barwise(np.array(row.cepstra, float), edges_s, step_s=row.step_s)
    moved = np.roll(chroma.reshape(len(chroma), -1, 12), semitones, axis=2).reshape(chroma.shape)
    return Similarity(
        _cosines(chroma, moved, LEAST_CHROMA_CHANGE),
        _cosines(cepstra, cepstra, LEAST_CEPSTRA_CHANGE_DB),
    )


def _cosines(rows: Floats, columns: Floats, least_change: float) -> Floats:
    """Cosines of what differs from the mean; what hardly differs is alike to nothing."""

    def unit(vectors: Floats) -> Floats:
        centred = vectors - vectors.mean(axis=0)
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        scaled: Floats = centred / np.maximum(length, least_change * np.sqrt(centred.shape[1]))
        return scaled

    cosines: Floats = unit(rows) @ unit(columns).T
    return cosines


def _sounding(row: HeardTimbre, duration_s: float) -> tuple[float, float]:
    """From the first to the last step that is not `_ECHO_DB` below the loud ones."""
    levels = np.array(row.levels_dbfs)
    (heard,) = np.nonzero(levels >= np.percentile(levels, _LOUD_PERCENTILE) - _ECHO_DB)
    return float(heard[0]) * row.step_s, min(duration_s, float(heard[-1] + 1) * row.step_s)


def _sections(
    row: HeardTimbre, spans: Sequence[Span], letters: Sequence[str], edges_s: Floats
) -> list[Section]:
    assert row.levels_dbfs is not None
    power = 10 ** (np.array(row.levels_dbfs) / 10)
    found = []
    for (first, last), letter in zip(spans, letters, strict=True):
        start_s, end_s = float(edges_s[first]), float(edges_s[last])
        heard = power[int(start_s / row.step_s) : int(end_s / row.step_s)]
        level_db = 10 * float(np.log10(heard.mean() / power.mean()))
        found.append(Section(start_s=start_s, end_s=end_s, letter=letter, level_db=level_db))
    return found
