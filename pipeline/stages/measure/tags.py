"""Which instruments play, and whether somebody sings, by the tags of a track; pure.

A tag is evidence, no fact: its chance of being right is fitted on excerpts whose players are known
(docs/facts.md).
"""

import math

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import chances, q_value
from schemas.calibration import Calibration
from schemas.facts import HeardTags, Instrument, Voice

TAGS_VERSION = "2"
"""Raised when the same tags give other facts."""
# Tags that speak for it; how likely it plays at which score is fitted by `benchmarks.tags.fit`. Of
# no other instrument there was a score from which on it was right: banjos are heard as guitars,
# square waves as flutes.
TAGS_OF = {"drums": ("drums", "beat", "beats")}
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
VOICE_Q_VALUE, NO_VOICE_Q_VALUE = 0.05, 0.1
# An instrument is listed if it more likely plays than not.
_LIKELY = 0.5
TAGS_PARAMETERS = {
    "tags_of": TAGS_OF,
    "voice_score": VOICE_SCORE,
    "no_voice_score": NO_VOICE_SCORE,
}
Floats = NDArray[np.floating]


def likely_instruments(heard: HeardTags, calibration: Calibration) -> list[Instrument]:
    """The instruments that more likely play than not, the surest first.

    Parameters
    ----------
    heard : HeardTags
        With windows.
    calibration : Calibration
    """
    found = []
    for name, model in calibration.instruments.items():
        evidence = instrument_evidence(heard, name)
        p_right, *p_of_windows = (
            float(chances(model, [score_evidence(each), {}])[0])
            for each in (float(tag_scores(evidence)), *evidence.tolist())
        )
        if p_right >= _LIKELY:
            share = float(np.mean([each >= _LIKELY for each in p_of_windows]))
            q = q_value(model, p_right)
            found.append(Instrument(name=name, share_of_time=share, p_right=p_right, q_value=q))
    return sorted(found, key=lambda each: -each.p_right)


def instrument_evidence(heard: HeardTags, name: str) -> Floats:
    """Evidence of an instrument in every window: the sum of its tags."""
    columns = [heard.tags.index(tag) for tag in TAGS_OF[name]]
    evidence: Floats = _probabilities(heard)[:, columns].sum(axis=1)
    return evidence


def score_evidence(score: float) -> dict[str, float]:
    """Features of an instrument's being there: its log-odds grow with the root of the score.

    The root: among the scores of rendered excerpts, which crowd near 0, it spreads the low ones.
    """
    return {"one": 1.0, "root_score": math.sqrt(max(0.0, score))}


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
        return Voice(share_of_time=share, p_right=VOICE_P_RIGHT, q_value=VOICE_Q_VALUE)
    if score < NO_VOICE_SCORE:
        return Voice(share_of_time=0.0, p_right=NO_VOICE_P_RIGHT, q_value=NO_VOICE_Q_VALUE)
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
