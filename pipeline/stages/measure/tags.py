"""Which instruments play, and whether somebody sings, by the tags of a track; pure.

A tag is evidence, no fact: it is stated only from the score on at which it was nearly always right
in excerpts whose players are known (docs/facts.md); the rest is silent.
"""

import numpy as np
from numpy.typing import NDArray

from schemas.facts import HeardTags, Instrument, Voice

TAGS_VERSION = "1"
"""Raised when the same tags give other facts."""
# Tags that speak for it, the least score of their sum, and the chance of being right from there
# on: (right + 1) / (stated + 2) of the sources left out, by `python -m benchmarks.tags.fit`: 12 of
# 14, with lower scores; the highest wrong one was 0.32. Of no other instrument there was a score
# from which on it was right: banjos are heard as guitars, square waves as flutes.
INSTRUMENTS = {"drums": (("drums", "beat", "beats"), 0.4, 0.81)}
_VOICE = (
    "vocal", "singing", "vocals", "voice", "female vocal", "male vocal", "female voice",
    "male voice", "female", "male", "woman", "man", "opera", "choir", "choral",
)  # fmt: skip
_NO_VOICE = ("no vocals", "no vocal", "no voice")
# By `python -m benchmarks.tags.voices`: a voice from the first score on (30 of 33 sung, 1 of 150
# instrumentals), none below the second (0 of 33, 87 of 150). At equal odds that would be 0.98 and
# 0.95; ours are lower, since all that was sung was synthesised.
VOICE_SCORE, VOICE_P_RIGHT = 0.18, 0.95
NO_VOICE_SCORE, NO_VOICE_P_RIGHT = 0.0, 0.9
TAGS_PARAMETERS = {
    "instruments": INSTRUMENTS,
    "voice_score": VOICE_SCORE,
    "no_voice_score": NO_VOICE_SCORE,
}
Floats = NDArray[np.floating]


def likely_instruments(heard: HeardTags) -> list[Instrument]:
    """The instruments that are sure enough, the surest first.

    Parameters
    ----------
    heard : HeardTags
        With windows.
    """
    probabilities = _probabilities(heard)
    found = []
    for name, (tags, least, p_right) in INSTRUMENTS.items():
        evidence = probabilities[:, [heard.tags.index(tag) for tag in tags]].sum(axis=1)
        if tag_scores(evidence) >= least:
            share = float((evidence >= least).mean())
            found.append(Instrument(name=name, share_of_time=share, p_right=p_right))
    return sorted(found, key=lambda each: -each.p_right)


def likely_voice(heard: HeardTags) -> Voice | None:
    """Whether there is a voice; None where the tags do not say enough.

    Parameters
    ----------
    heard : HeardTags
        With windows.
    """
    evidence = voice_evidence(heard)
    score = float(tag_scores(evidence))
    if score >= VOICE_SCORE:
        share = float((evidence >= VOICE_SCORE).mean())
        return Voice(share_of_time=share, p_right=VOICE_P_RIGHT)
    if score < NO_VOICE_SCORE:
        return Voice(share_of_time=0.0, p_right=NO_VOICE_P_RIGHT)
    return None


def voice_evidence(heard: HeardTags) -> Floats:
    """Evidence of a voice in every window, -1 to 1: tags of voices against those of none."""
    probabilities = _probabilities(heard)
    voice, none = (
        probabilities[:, [heard.tags.index(name) for name in names]].max(axis=1)
        for names in (_VOICE, _NO_VOICE)
    )
    found: Floats = voice - none
    return found


def tag_scores(probabilities: Floats) -> Floats:
    """How much evidence there is in a track: the mean of its best third of windows.

    Parameters
    ----------
    probabilities : np.ndarray, shape (n_windows, ...)

    Returns
    -------
    np.ndarray, shape (...)
    """
    n_best = -(-len(probabilities) // 3)
    scores: Floats = np.sort(probabilities, axis=0)[-n_best:].mean(axis=0)
    return scores


def _probabilities(heard: HeardTags) -> Floats:
    assert heard.windows is not None
    return np.array([each.probabilities for each in heard.windows])
