"""What sounds on each of the twelve degrees above a tonic: evidence for it, and for its scale.

No profile of a key is given: how much every degree says for a tonic is fitted, for pitch classes
scale by scale, for chords and the key network by the scale's third.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chord_key import Triads
from schemas.facts import ModeName

Floats = NDArray[np.floating]

# Ours: what a network excludes with less than a tenth of a percent, it excludes.
LEAST_LOG = -7.0


def degree_features(
    pitch: int,
    scale: ModeName,
    *,
    third: str,
    profile: Floats,
    network: Floats | None = None,
    triads: Triads | None = None,
) -> dict[str, float]:
    """Features of a tonic with a scale.

    Parameters
    ----------
    pitch : int
        Pitch class of the tonic; C is 0.
    scale : str
    third : str
        ``major`` or ``minor``: that of the scale.
    profile : np.ndarray, shape (12,)
        Pitch classes from C on, of mean 0 and length 1.
    network : np.ndarray, shape (24,), optional
        Logarithms of the probabilities of keys: C major to B major, then C minor to B minor.
    triads : Triads, optional

    Returns
    -------
    dict of str to float
        ``note7_dorian``: the pitch class a fifth above the tonic, where the scale is Dorian;
        ``key7_minor``, ``chord7_minor``: the major key and the share of the major triad there, for
        scales with a minor third; from 12 on minor keys and triads; ``from7_minor``: the share of
        changes of chord that go to the tonic from there.
    """
    found = _named("note", np.roll(profile, -pitch), scale)
    if network is not None:
        found |= _named("key", _above(np.maximum(network, LEAST_LOG), pitch), third)
    if triads is not None:
        found |= _named("chord", _above(triads.shares, pitch), third)
        found |= _named("from", _above(triads.onto[pitch], pitch), third)
    return found


def _above(values: Floats, pitch: int) -> Floats:
    """Values of 12 major and 12 minor keys or triads, each from a pitch class upwards."""
    return np.concatenate([np.roll(values[:12], -pitch), np.roll(values[12:], -pitch)])


def _named(what: str, values: Floats, of: str) -> dict[str, float]:
    return dict(zip(_names(what, len(values), of), values.tolist(), strict=True))


@cache
def _names(what: str, count: int, of: str) -> tuple[str, ...]:
    return tuple(f"{what}{step}_{of}" for step in range(count))
