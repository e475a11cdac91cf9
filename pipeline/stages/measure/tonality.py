"""Evidence for the keys and scales that a stretch of music may be in.

A candidate is a tonic with a scale: major, minor, or one of those in `SCALES`; the last candidate
is that there is none. What counts for a candidate: how well the stretch's pitch class profile
correlates with that of the scale, madmom's network, and the chords.

Source: profiles from D. Temperley, "Music and Probability", MIT Press, 2007 (Kostka-Payne corpus);
those of the other scales are his, with the degrees in which they differ exchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chord_key import Triads, chord_features
from pipeline.stages.measure.degrees import LEAST_LOG, degree_features
from schemas.facts import ModeName, ScaleName

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
# The seven steps from the white keys: where the major key of a mode's notes lies above its tonic.
_MAJOR_ABOVE: Mapping[ModeName, int] = {
    "major": 0, "minor": 3, "dorian": 10, "phrygian": 8, "lydian": 7, "mixolydian": 5,
}  # fmt: skip


def _profile(parent: tuple[float, ...], exchanged: Sequence[tuple[int, int]]) -> list[float]:
    weights = list(parent)
    for one, other in exchanged:
        weights[one], weights[other] = weights[other], weights[one]
    return weights


MODES: tuple[ModeName, ...] = ("major", "minor", *SCALES)
"""Scales of the candidates; each with the twelve tonics from C on, in this order."""
_PROFILES = (MAJOR, MINOR, *(_profile(*each) for each in _EXCHANGED.values()))
_MAJOR_STEPS, _MINOR_STEPS = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_STEPS: Mapping[ModeName, tuple[int, ...]] = dict(
    zip(MODES, (_MAJOR_STEPS, _MINOR_STEPS, *SCALES.values()), strict=True)
)
_HAS_MINOR_THIRD = (False, True, *(3 in SCALES[name] for name in SCALES))
N_CANDIDATES = 12 * len(MODES) + 1


@dataclass(frozen=True)
class Candidate:
    """A tonic, as pitch class, and the name of its scale; both None where there is no tonality."""

    pitch: int | None
    scale: ModeName | None


CANDIDATES = (*(Candidate(p, s) for s in MODES for p in range(12)), Candidate(None, None))


def same_tonic(p_of: Floats) -> tuple[int, ...]:
    """Candidates with the likeliest tonic, or that there is none.

    Parameters
    ----------
    p_of : np.ndarray, shape (N_CANDIDATES,)
        Chances.
    """
    by_tonic = np.append(p_of[:-1].reshape(-1, 12).sum(axis=0), p_of[-1])
    tonic = int(by_tonic.argmax())
    return (len(p_of) - 1,) if tonic == 12 else tuple(range(tonic, len(p_of) - 1, 12))


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
    steps: Floats, *, network: Floats | None = None, triads: Triads | None = None
) -> list[dict[str, float]]:
    """Features of every candidate of `CANDIDATES` for a stretch of music.

    Parameters
    ----------
    steps : np.ndarray, shape (n_steps, 12)
        Pitch class profiles; column 0 is C.
    network : np.ndarray, shape (24,), optional
        Scores of a network, C major to B major, then C minor to B minor; their softmax gives
        probabilities.
    triads : Triads, optional
        The stretch's chords.

    Returns
    -------
    list of dict of str to float
        For `pipeline.stages.measure.chances.chances`.
    """
    profile = np.asarray(steps, float).mean(axis=0)
    fits = scale_strengths(profile)
    logs = None if network is None else network - np.logaddexp.reduce(network)
    standard = _standardise(profile)
    found = []
    for index, each in enumerate(CANDIDATES[:-1]):
        pitch, scale = each.pitch, each.scale
        assert pitch is not None and scale is not None
        features = {"profile": float(fits[index])}
        third = "minor" if _HAS_MINOR_THIRD[MODES.index(scale)] else "major"
        features |= degree_features(
            pitch, scale, third=third, profile=standard, network=logs, triads=triads
        )
        if logs is not None:
            features["signature"] = _signature(logs, pitch, scale)
        if triads is not None:
            features |= chord_features(triads, pitch, _STEPS[scale])
        if scale in SCALES:
            features["modal"] = 1.0
            features["not_diatonic"] = float(scale not in _MAJOR_ABOVE)
        found.append(features)
    return [*found, _no_tonality(profile, fits, logs, triads)]


def _signature(logs: Floats, pitch: int, scale: ModeName) -> float:
    """Log of the network's probability of the two keys that have the notes of a scale."""
    above = _MAJOR_ABOVE.get(scale)
    if above is None:
        return LEAST_LOG
    major = (pitch + above) % 12
    return max(float(np.logaddexp(logs[major], logs[12 + (major + 9) % 12])), LEAST_LOG)


def _no_tonality(
    profile: Floats, fits: Floats, logs: Floats | None, triads: Triads | None
) -> dict[str, float]:
    """Features of the candidate that there is no tonality."""
    contrast = float(profile.std() / max(float(profile.mean()), 1e-12))
    found = {"none": 1.0, "none_fit": float(fits.max()), "none_contrast": contrast}
    if logs is not None:
        found["none_network"] = float(logs.max())
    if triads is not None:
        found["none_chords"] = float(triads.shares.max())
    return found


def _standardise(profiles: Floats) -> Floats:
    centred = profiles - profiles.mean(axis=-1, keepdims=True)
    norms = np.linalg.norm(centred, axis=-1, keepdims=True)
    unit: Floats = np.divide(centred, norms, out=np.zeros_like(centred), where=norms > 1e-12)
    return unit
