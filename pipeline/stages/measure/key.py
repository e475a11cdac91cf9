"""Keys and scales of a recording, globally and over time.

A Viterbi path through the 24 keys, which pays for every change, cuts the recording into sections.
One correlation over a whole piece that modulates names a key between the two (C to D major: G); a
path does not. What a section is in, and with which chance, is decided by all evidence of it.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import Features, chances, coarse_q_value, q_value
from pipeline.stages.measure.tonality import (
    CANDIDATES,
    SCALES,
    Candidate,
    key_strengths,
    same_tonic,
)
from schemas.calibration import ChoiceModel
from schemas.facts import Key, KeyChance, KeySection, ModeName, Scale, Tonic
from schemas.harmony import spell_tonic

# Ours, both: on the pieces of tests/data/pieces, one of which changes its key
# half way, a modulation is found, and a chord of three seconds is none.
SMOOTHING_S = 8.0
CHANGE_COST = 3.0
"""Advantage, in correlation times seconds, that a new key must have to be worth a change."""
# Ours: silence, noise and flat profiles stay below it.
MIN_CONTRAST = 0.25
# Ours: what is less likely is not worth a line of the facts.
_LEAST_CHANCE = 0.01
_MOST_OTHERS = 4
KEY_VERSION = "4"
"""Raised when the same evidence gives other keys."""
KEY_PARAMETERS = {
    "profile": "Temperley 2007",
    "smoothing_s": SMOOTHING_S,
    "change_cost": CHANGE_COST,
    "min_contrast": MIN_CONTRAST,
}

Floats = NDArray[np.floating]

Evidence = Callable[[int, int], Sequence[Features]]
"""``evidence(first, last)``: features of all `CANDIDATES` in steps `first` to `last`."""


@dataclass(frozen=True)
class Tonality:
    """What a stretch is in.

    Attributes
    ----------
    candidate : Candidate
        The likeliest one.
    p_right, q_value : float
    others : list of KeyChance
        Other keys and scales, the likeliest first.
    tonic : Tonic or None
        The likeliest one, whatever the scale; None where that there is none is likelier.
    """

    candidate: Candidate
    p_right: float
    q_value: float
    others: list[KeyChance]
    tonic: Tonic | None


NO_TONALITY = Tonality(CANDIDATES[-1], 1.0, 0.0, [], None)


@dataclass(frozen=True)
class TonalSpan:
    """A stretch of one tonality, in steps of the chroma."""

    first: int
    last: int
    tonality: Tonality


def tonal_spans(
    steps: Floats, evidence: Evidence, model: ChoiceModel, *, step_s: float
) -> list[TonalSpan]:
    """Stretches of one tonality, in order of time and without gaps.

    Parameters
    ----------
    steps : np.ndarray, shape (n_steps, 12)
        Pitch class profiles; column 0 is C.
    evidence : callable
    model : ChoiceModel
    step_s : float
        Time from one step to the next.

    Returns
    -------
    list of TonalSpan
        Empty for no steps; neighbours differ.
    """

    def tonality(first: int, last: int) -> Tonality:
        is_flat = is_without_contrast(steps[first:last])
        return NO_TONALITY if is_flat else decide(evidence(first, last), model)

    spans = [
        TonalSpan(first, last, tonality(first, last))
        for first, last in path_stretches(steps, step_s=step_s)
    ]
    merged: list[TonalSpan] = []
    for _, group in itertools.groupby(spans, key=lambda each: each.tonality.candidate):
        same = list(group)
        first, last = same[0].first, same[-1].last
        joined = same[0].tonality if len(same) == 1 else tonality(first, last)
        merged.append(TonalSpan(first, last, joined))
    return merged


def is_without_contrast(steps: Floats) -> bool:
    """Whether a profile is as flat as that of noise: then it fits some key by chance."""
    profile = np.asarray(steps, float).mean(axis=0)
    return bool(profile.std() < MIN_CONTRAST * max(float(profile.mean()), 1e-12))


def path_stretches(steps: Floats, *, step_s: float) -> list[tuple[int, int]]:
    """First and last step (exclusive) of the stretches in which the best path stays in a key.

    Parameters
    ----------
    steps : np.ndarray, shape (n_steps, 12)
        Pitch class profiles; column 0 is C.
    step_s : float
        Time from one step to the next.
    """
    if len(steps) == 0:
        return []
    width = max(1, round(SMOOTHING_S / step_s))
    path = _best_path(key_strengths(_smooth(steps, width)))
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1), len(steps)]
    return [(int(first), int(last)) for first, last in itertools.pairwise(edges)]


def decide(evidence: Sequence[Features], model: ChoiceModel) -> Tonality:
    """The likeliest candidate, its chance, and the next.

    Parameters
    ----------
    evidence : sequence of features
        Of all `CANDIDATES`.
    model : ChoiceModel
    """
    found = chances(model, evidence)
    ranked = np.argsort(-found, kind="stable")
    best = int(ranked[0])
    others = [
        _named(CANDIDATES[index], float(found[index]))
        for index in ranked[1:]
        if found[index] >= _LEAST_CHANCE and CANDIDATES[index].pitch is not None
    ]
    p_right = float(found[best])
    return Tonality(
        CANDIDATES[best],
        p_right,
        q_value(model, p_right),
        others[:_MOST_OTHERS],
        _tonic(found, model),
    )


def _tonic(found: Floats, model: ChoiceModel) -> Tonic | None:
    same = list(same_tonic(found))
    likeliest = CANDIDATES[max(same, key=lambda index: found[index])]
    if likeliest.pitch is None or likeliest.scale is None:
        return None
    p_right = float(found[same].sum())
    name = _spell(likeliest.pitch, likeliest.scale)
    return Tonic(name=name, p_right=p_right, q_value=coarse_q_value(model, p_right))


def key_sections(
    spans: Sequence[TonalSpan], *, step_s: float, duration_s: float
) -> list[KeySection]:
    """The stretches that are in a major or minor key; the last ends with the recording."""
    found = []
    for span in spans:
        key = key_of(span.tonality)
        if key is not None:
            end_s = duration_s if span is spans[-1] else span.last * step_s
            found.append(KeySection(**dict(key), start_s=span.first * step_s, end_s=end_s))
    return found


def main_tonality(spans: Sequence[TonalSpan]) -> Tonality:
    """What lasts longest in all, as sure as its longest stretch.

    Raises
    ------
    ValueError
        If there are no spans.
    """
    lasting: dict[Candidate, int] = {}
    for span in spans:
        name = span.tonality.candidate
        lasting[name] = lasting.get(name, 0) + span.last - span.first
    name = max(lasting, key=lambda each: lasting[each])
    same = [span for span in spans if span.tonality.candidate == name]
    return max(same, key=lambda span: span.last - span.first).tonality


def key_of(tonality: Tonality) -> Key | None:
    """The key, or None for another scale or no tonality."""
    pitch, mode = tonality.candidate.pitch, tonality.candidate.scale
    if pitch is None or (mode != "major" and mode != "minor"):
        return None
    return Key(
        tonic=spell_tonic(pitch, mode),
        mode=mode,
        p_right=tonality.p_right,
        q_value=tonality.q_value,
        others=tonality.others,
    )


def scale_of(tonality: Tonality) -> Scale | None:
    """The scale that is neither major nor minor, or None."""
    pitch, name = tonality.candidate.pitch, tonality.candidate.scale
    if pitch is None or name is None or name == "major" or name == "minor":
        return None
    return Scale(
        tonic=_spell(pitch, name),
        name=name,
        pitch_classes=[(pitch + step) % 12 for step in SCALES[name]],
        p_right=tonality.p_right,
        q_value=tonality.q_value,
        others=tonality.others,
    )


def _named(candidate: Candidate, p_right: float) -> KeyChance:
    assert candidate.pitch is not None and candidate.scale is not None
    tonic = _spell(candidate.pitch, candidate.scale)
    return KeyChance(tonic=tonic, mode=candidate.scale, p_right=p_right)


def _spell(pitch: int, scale: ModeName) -> str:
    """As in the major or minor key with the same third."""
    has_minor_third = scale == "minor" or (scale != "major" and 3 in SCALES[scale])
    return spell_tonic(pitch, "minor" if has_minor_third else "major")


def _best_path(strengths: Floats) -> NDArray[np.int64]:
    """Viterbi path through the keys: the most strength in all, less the cost of changes."""
    n_steps, n_keys = strengths.shape
    keys = np.arange(n_keys)
    score, came_from = strengths[0].astype(float), np.zeros((n_steps, n_keys), np.int64)
    for step in range(1, n_steps):
        best = int(score.argmax())
        stay = score >= score[best] - CHANGE_COST
        came_from[step] = np.where(stay, keys, best)
        score = np.where(stay, score, score[best] - CHANGE_COST) + strengths[step]
    path = np.empty(n_steps, np.int64)
    path[-1] = score.argmax()
    for step in range(n_steps - 1, 0, -1):
        path[step - 1] = came_from[step, path[step]]
    return path


def _smooth(steps: Floats, width: int) -> Floats:
    kernel = np.ones(width) / width
    padded = np.pad(steps, ((width // 2, (width - 1) // 2), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, i], kernel, "valid") for i in range(12)], axis=1)
