"""Keys of a recording, globally and over time.

The pitch class profile of every step, about a second, is correlated with the 24 key profiles of
Temperley, and a Viterbi path through the keys, which pays for every change, gives the sections.
One correlation over a whole piece that modulates names a key between the two (C to D major: G); a
path does not.

Source: profiles from D. Temperley, "Music and Probability", MIT Press, 2007 (Kostka-Payne corpus).
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from schemas.facts import Key, KeySection, Mode
from schemas.harmony import spell_tonic

# Temperley 2007, as above. Other profiles of essentia named the relative major for three of four
# minor pieces when they were tried.
MAJOR = (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400)
MINOR = (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330)
# Ours, both: on the pieces of tests/data/pieces, one of which changes its key
# half way, a modulation is found, and a chord of three seconds is none.
SMOOTHING_S = 8.0
CHANGE_COST = 3.0
"""Advantage, in correlation times seconds, that a new key must have to be worth a change."""
# Ours, both: silence, noise, flat profiles and a single pitch stay below one of them.
MIN_STRENGTH = 0.6
MIN_CONTRAST = 0.25
KEY_VERSION = "1"
"""Raised when the same chroma gives other keys."""
KEY_PARAMETERS = {
    "profile": "Temperley 2007",
    "smoothing_s": SMOOTHING_S,
    "change_cost": CHANGE_COST,
    "min_strength": MIN_STRENGTH,
    "min_contrast": MIN_CONTRAST,
}

Floats = NDArray[np.floating]
_MODES: tuple[Mode, Mode] = ("major", "minor")


def key_strengths(chroma: Floats) -> Floats:
    """Correlation of pitch class profiles with all keys.

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
    if chroma.shape[-1:] != (12,):
        raise ValueError(f"chroma must have shape (..., 12), not {chroma.shape}")
    profiles = np.array([np.roll(shape, k) for shape in (MAJOR, MINOR) for k in range(12)])
    return _standardise(chroma) @ _standardise(profiles).T


def key_sections(steps: Floats, *, step_s: float, duration_s: float) -> list[KeySection]:
    """Sections of constant key.

    Parameters
    ----------
    steps : np.ndarray, shape (n_steps, 12)
        Pitch class profiles; column 0 is C.
    step_s : float
        Time from one step to the next.
    duration_s : float
        End of the last section.

    Returns
    -------
    list of KeySection
        In order of time, without gaps; empty where no section has a clear key: its strength
        is below `MIN_STRENGTH`, or its profile is as flat as noise (`MIN_CONTRAST`).
    """
    if len(steps) == 0:
        return []
    width = max(1, round(SMOOTHING_S / step_s))
    path = _best_path(key_strengths(_smooth(steps, width)))
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1), len(steps)]
    times_s = [edge * step_s for edge in edges[:-1]] + [duration_s]
    found = []
    for i, (first, last) in enumerate(itertools.pairwise(edges)):
        key = _name_key(steps[first:last].mean(axis=0), int(path[first]))
        if key is not None:
            span = {"start_s": times_s[i], "end_s": times_s[i + 1]}
            found.append(KeySection(**key.model_dump(), **span))
    return found


def global_key(sections: list[KeySection]) -> Key | None:
    """The key that lasts longest in all; None for no sections.

    Its strength, runner-up and margin are those of its longest section.
    """
    lasting: dict[tuple[str, Mode], float] = {}
    for section in sections:
        name = (section.tonic, section.mode)
        lasting[name] = lasting.get(name, 0.0) + section.end_s - section.start_s
    if not lasting:
        return None
    name = max(lasting, key=lambda each: lasting[each])
    same = [section for section in sections if (section.tonic, section.mode) == name]
    longest = max(same, key=lambda section: section.end_s - section.start_s)
    return Key.model_validate(longest.model_dump(exclude={"start_s", "end_s"}))


def _name_key(profile: Floats, key: int) -> Key | None:
    strengths = key_strengths(profile)
    contrast = profile.std() / max(float(profile.mean()), 1e-12)
    if strengths[key] < MIN_STRENGTH or contrast < MIN_CONTRAST:
        return None
    others = np.where(np.arange(24) == key, -np.inf, strengths)
    runner_up = int(others.argmax())
    return Key(
        tonic=spell_tonic(key % 12, _MODES[key // 12]),
        mode=_MODES[key // 12],
        strength=float(strengths[key]),
        runner_up_tonic=spell_tonic(runner_up % 12, _MODES[runner_up // 12]),
        runner_up_mode=_MODES[runner_up // 12],
        margin=max(0.0, float(strengths[key] - strengths[runner_up])),
    )


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


def _standardise(profiles: Floats) -> Floats:
    centred = profiles - profiles.mean(axis=-1, keepdims=True)
    norms = np.linalg.norm(centred, axis=-1, keepdims=True)
    unit: Floats = np.divide(centred, norms, out=np.zeros_like(centred), where=norms > 1e-12)
    return unit
