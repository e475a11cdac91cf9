"""The form of a piece: sections, and letters for those that are the same music.

Bars are compared by their pitch classes and timbre; sections are blocks of bars that are alike, of
usual lengths; letters group the sections whose bars are alike in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.bars import PARTS_PER_BAR, USUAL_BAR_S, bar_edges, barwise
from pipeline.stages.measure.blocks import BLOCK_PARAMETERS, Span, segment_bars
from pipeline.stages.measure.letters import (
    EXACT_SIMILARITY,
    SAME_SIMILARITY,
    TRANSPOSITION_COST,
    Likeness,
    compare,
    groups_of,
    joined_pairs,
    letters_of,
)
from schemas.facts import Beat, HeardTimbre, Section
from tools.errors import RefusedError

# Ours: shorter pieces seldom have a form of sections; longer recordings are several pieces.
MIN_DURATION_S = 60.0
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
FORM_VERSION = "1"
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
class FormEvidence:
    """What speaks for a form; its chance of being right is fitted to these numbers.

    Attributes
    ----------
    boundary_contrast : float
        Mean over the inner boundaries: how much more alike bars are within the two sections than
        across, -2 to 2.
    letter_contrast : float
        How much more alike sections of one letter are than of two; 0 where there is only one
        kind of pairs.
    repeated_share : float
        Of the time, of letters that are heard more than once, 0 to 1.
    n_sections : int
    has_downbeats : bool
    """

    boundary_contrast: float
    letter_contrast: float
    repeated_share: float
    n_sections: int
    has_downbeats: bool


@dataclass(frozen=True)
class Form:
    """Sections without gaps, from 0 to the end, and what speaks for them."""

    sections: list[Section]
    evidence: FormEvidence


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
        raise RefusedError(reason, f"{duration_s:.0f} s: a form is sought in 60 to 1800 s")
    edges_s = bar_edges(beats, span_s=_sounding(row, duration_s))
    plain = similarities(row, edges_s)
    transposed = [similarities(row, edges_s, semitones=each) for each in TRANSPOSITIONS]
    spans = segment_bars(plain, bar_s=float(np.median(np.diff(edges_s))))
    spans = joined_pairs(spans, groups_of(compare(spans, plain, transposed)))
    likeness = compare(spans, plain, transposed)
    groups = groups_of(likeness)
    contrast = _boundary_contrast(plain, spans)
    if len(spans) < 2 or contrast < MIN_CONTRAST:
        raise RefusedError("no_clear_form", f"{len(spans)} sections, contrast {contrast:.2f}")
    edges_s[[0, -1]] = 0.0, duration_s
    sections = _sections(row, spans, letters_of(groups, likeness), edges_s)
    evidence = FormEvidence(
        boundary_contrast=contrast,
        letter_contrast=_letter_contrast(likeness, groups),
        repeated_share=_repeated_share(sections),
        n_sections=len(sections),
        has_downbeats=beats is not None,
    )
    return Form(sections, evidence)


def similarities(row: HeardTimbre, edges_s: Floats, *, semitones: int = 0) -> Floats:
    """Cosine between all bars, of pitch classes and timbre, each without its mean.

    Returns
    -------
    np.ndarray, shape (n_bars, n_bars)
        -1 to 1; the bars of the columns are transposed by `semitones`.
    """
    chroma = barwise(np.array(row.chroma, float), edges_s, step_s=row.step_s)
    cepstra = barwise(np.array(row.cepstra, float), edges_s, step_s=row.step_s)
    moved = np.roll(chroma.reshape(len(chroma), -1, 12), semitones, axis=2).reshape(chroma.shape)
    pitches = _cosines(chroma, moved, LEAST_CHROMA_CHANGE)
    return (pitches + _cosines(cepstra, cepstra, LEAST_CEPSTRA_CHANGE_DB)) / 2


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


def _boundary_contrast(similarity: Floats, spans: Sequence[Span]) -> float:
    contrasts = [
        (_within(similarity, left) + _within(similarity, right)) / 2
        - float(similarity[slice(*left), slice(*right)].mean())
        for left, right in pairwise(spans)
    ]
    return float(np.mean(contrasts)) if contrasts else 0.0


def _within(similarity: Floats, span: Span) -> float:
    """Mean similarity of different bars of a section; 0 for a single bar."""
    block = similarity[slice(*span), slice(*span)]
    n_pairs = len(block) * (len(block) - 1)
    return float(block.sum() - np.trace(block)) / n_pairs if n_pairs else 0.0


def _letter_contrast(likeness: Likeness, groups: Sequence[int]) -> float:
    is_same = np.equal.outer(groups, groups)
    same, other = (
        likeness.values[is_same & ~np.eye(len(groups), dtype=bool)],
        likeness.values[~is_same],
    )
    return float(same.mean() - other.mean()) if len(same) and len(other) else 0.0


def _repeated_share(sections: Sequence[Section]) -> float:
    letters = [each.letter.rstrip("'") for each in sections]
    lengths = [each.end_s - each.start_s for each in sections]
    repeated = sum(
        s for s, letter in zip(lengths, letters, strict=True) if letters.count(letter) > 1
    )
    return repeated / sum(lengths)


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
