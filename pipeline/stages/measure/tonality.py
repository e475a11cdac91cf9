"""Evidence for the keys and scales that a stretch of music may be in.

A candidate is a tonic with a scale: major, minor, or one of those in `SCALES`; the last candidate
is that there is none. What counts for a candidate: how well the stretch's pitch class profile
correlates with that of the scale, madmom's network, the chords, and the last notes.

Source: profiles from D. Temperley, "Music and Probability", MIT Press, 2007 (Kostka-Payne corpus);
those of the other scales are his, with the degrees in which they differ exchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.facts import Mode, ScaleName

Floats = NDArray[np.floating]

MAJOR = (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400)
MINOR = (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330)
# Degree pairs, in semitones above the tonic, whose weights are exchanged in the parent profile.
_EXCHANGED: Mapping[ScaleName, tuple[tuple[float, ...], tuple[tuple[int, int], ...]]] = {
    "dorian": (MINOR, ((8, 9), (10, 11))),
    "phrygian": (MINOR, ((1, 2), (10, 11))),
    "lydian": (MAJOR, ((5, 6),)),
    "mixolydian": (MAJOR, ((10, 11),)),
    "phrygian_dominant": (MAJOR, ((1, 2), (8, 9), (10, 11))),
    "double_harmonic": (MAJOR, ((1, 2), (8, 9))),
}
SCALES: Mapping[ScaleName, tuple[int, ...]] = {
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "phrygian_dominant": (0, 1, 4, 5, 7, 8, 10),
    "double_harmonic": (0, 1, 4, 5, 7, 8, 11),
}
"""Semitones above the tonic of the scales that are neither major nor minor."""
# Ours: the last notes of a piece, without the last reverberation of a drum.
_END_S = 4.0
# Ours: keeps the logarithm of what a network excludes finite.
_LEAST_P = 1e-3


def _profile(parent: tuple[float, ...], exchanged: Sequence[tuple[int, int]]) -> list[float]:
    weights = list(parent)
    for one, other in exchanged:
        weights[one], weights[other] = weights[other], weights[one]
    return weights


MODES: tuple[Mode | ScaleName, ...] = ("major", "minor", *SCALES)
"""Scales of the candidates; each with the twelve tonics from C on, in this order."""
_PROFILES = (MAJOR, MINOR, *(_profile(*each) for each in _EXCHANGED.values()))
_HAS_MINOR_THIRD = (False, True, *(3 in SCALES[name] for name in SCALES))
N_CANDIDATES = 12 * len(MODES) + 1


@dataclass(frozen=True)
class Candidate:
    """A tonic, as pitch class, and the name of its scale; both None where there is no tonality."""

    pitch: int | None
    scale: Mode | ScaleName | None


CANDIDATES = (*(Candidate(p, s) for s in MODES for p in range(12)), Candidate(None, None))


def key_strengths(chroma: Floats) -> Floats:
    """Correlation of pitch class profiles with the 24 major and minor keys.

    Parameters
    ----------
    chroma : np.ndarray, shape (..., 12)
        Column 0 is C.

    Returns
    -------
    np.ndarray, shape (..., 24)
        Pearson correlation, -1 to 1; C major to B major, then C minor to B minor. A profile
        without contrast gives zeros.

    Raises
    ------
    ValueError
        If the last axis is not 12 long.
    """
    return scale_strengths(chroma)[..., :24]


def scale_strengths(chroma: Floats) -> Floats:
    """Correlation of pitch class profiles with all candidates but the last.

    Parameters
    ----------
    chroma : np.ndarray, shape (..., 12)
        Column 0 is C.

    Returns
    -------
    np.ndarray, shape (..., N_CANDIDATES - 1)
        As `key_strengths`.

    Raises
    ------
    ValueError
        If the last axis is not 12 long.
    """
    if chroma.shape[-1:] != (12,):
        raise ValueError(f"chroma must have shape (..., 12), not {chroma.shape}")
    profiles = np.array([np.roll(shape, k) for shape in _PROFILES for k in range(12)])
    return _standardise(chroma) @ _standardise(profiles).T


def tonal_evidence(
    steps: Floats,
    *,
    step_s: float,
    network: Floats | None = None,
    chord_keys: Floats | None = None,
) -> list[dict[str, float]]:
    """Features of every candidate of `CANDIDATES` for a stretch of music.

    Parameters
    ----------
    steps : np.ndarray, shape (n_steps, 12)
        Pitch class profiles; column 0 is C.
    step_s : float
        Time from one step to the next.
    network : np.ndarray, shape (24,), optional
        Probabilities of the keys, C major to B major, then C minor to B minor.
    chord_keys : np.ndarray, shape (24,), optional
        How well the chords fit each key, in the same order.

    Returns
    -------
    list of dict of str to float
        For `pipeline.stages.measure.chances.chances`.
    """
    profile = np.asarray(steps, float).mean(axis=0)
    fits = scale_strengths(profile)
    last = _standardise(np.asarray(steps[-max(1, round(_END_S / step_s)) :], float).mean(axis=0))
    ends = last * np.sqrt(12)
    found = []
    for index, each in enumerate(CANDIDATES[:-1]):
        assert each.pitch is not None
        scale = index // 12
        key = each.pitch + 12 * _HAS_MINOR_THIRD[scale]
        features = {"profile": float(fits[index]), "ends": float(ends[each.pitch])}
        if network is not None:
            features["network"] = float(np.log(max(network[key], _LEAST_P)))
        if chord_keys is not None:
            features["chords"] = float(chord_keys[key])
        if scale >= 2:
            features["modal"] = 1.0
        found.append(features)
    return [*found, _no_tonality(profile, fits, network)]


def _no_tonality(profile: Floats, fits: Floats, network: Floats | None) -> dict[str, float]:
    """Features of the candidate that there is no tonality."""
    contrast = float(profile.std() / max(float(profile.mean()), 1e-12))
    surest = 0.0 if network is None else float(np.log(max(network.max(), _LEAST_P)))
    return {"none": 1.0, "none_fit": float(fits.max()), "none_contrast": contrast,
        "none_network": surest}  # fmt: skip


def _standardise(profiles: Floats) -> Floats:
    centred = profiles - profiles.mean(axis=-1, keepdims=True)
    norms = np.linalg.norm(centred, axis=-1, keepdims=True)
    unit: Floats = np.divide(centred, norms, out=np.zeros_like(centred), where=norms > 1e-12)
    return unit
