"""When a stated tempo or key counts as the measured one, and what it is when it does not.

Pure vocabulary that the pipeline and training share.
"""

from typing import Literal

from pydantic import Field

from schemas.harmony import pitch_class, tonics_of
from schemas.record import Record

TempoRelation = Literal[
    "right",
    "half_tempo",
    "double_tempo",
    "two_thirds_tempo",
    "three_halves_tempo",
    "wrong_tempo",
]
KeyRelation = Literal["right", "relative_key", "parallel_key", "fifth_key", "wrong_key"]
_MULTIPLES: tuple[tuple[TempoRelation, float], ...] = (
    ("right", 1.0),
    ("half_tempo", 1 / 2),
    ("double_tempo", 2.0),
    ("two_thirds_tempo", 2 / 3),
    ("three_halves_tempo", 3 / 2),
)
# Ours: about what is heard between two tones one after the other (Moore, 2012, chapter 6: some 5).
TUNING_SLACK_CENTS = 10.0
# It has no signature, as it would take eight flats, but it is said.
_ALSO_SAID = {("C#", "minor"): "Db"}


class TempoTolerance(Record):
    """How far a stated tempo may lie from a measured one; the wider of the two counts."""

    relative: float = Field(
        default=0.04, ge=0, description="Share of the measured tempo; 4 % as in MIREX's Accuracy 1."
    )
    absolute_bpm: float = Field(default=1.0, ge=0, description="Stated tempi are often rounded.")


def tempo_tolerance_bpm(bpm: float, tolerance: TempoTolerance | None = None) -> float:
    """How far a stated tempo may lie from `bpm`."""
    tolerance = tolerance or TempoTolerance()
    return max(tolerance.relative * bpm, tolerance.absolute_bpm)


def tempo_relation(
    stated_bpm: float, measured_bpm: float, tolerance: TempoTolerance | None = None
) -> TempoRelation:
    """What a stated tempo is of the measured one.

    Parameters
    ----------
    stated_bpm, measured_bpm : float
    tolerance : TempoTolerance, optional

    Returns
    -------
    str
        ``right``, a multiple such as ``half_tempo``, or ``wrong_tempo``.

    Examples
    --------
    >>> tempo_relation(65.2, 130.4)
    'half_tempo'
    """
    for relation, factor in _MULTIPLES:
        bpm = measured_bpm * factor
        if abs(stated_bpm - bpm) <= tempo_tolerance_bpm(bpm, tolerance):
            return relation
    return "wrong_tempo"


def key_relation(stated_tonic: str, stated_mode: str, tonic: str, mode: str) -> KeyRelation:
    """What a stated key is of the measured one; enharmonic spellings are equal.

    Parameters
    ----------
    stated_tonic, tonic : str
        E.g. ``Eb``.
    stated_mode, mode : str
        ``major`` or ``minor``.

    Returns
    -------
    str
        ``right``, ``relative_key``, ``parallel_key``, ``fifth_key`` (a fifth away, in the same
        mode) or ``wrong_key``: the kinds of error that MIREX's key score tells apart.

    Raises
    ------
    ValueError
        If a tonic is no note name.
    """
    steps = (pitch_class(stated_tonic) - pitch_class(tonic)) % 12
    if stated_mode == mode:
        return "right" if steps == 0 else "fifth_key" if steps in (5, 7) else "wrong_key"
    if steps == 0:
        return "parallel_key"
    return "relative_key" if steps == (9 if mode == "major" else 3) else "wrong_key"


def accepted_keys(tonic: str, mode: str) -> list[str]:
    """A key in every usual spelling, the commonest first.

    Parameters
    ----------
    tonic : str
        E.g. ``C#``.
    mode : str
        ``major`` or ``minor``.

    Returns
    -------
    list of str
        E.g. ``["C# minor", "Db minor"]``.

    Raises
    ------
    ValueError
        If `tonic` is no note name.
    """
    tonics = tonics_of(tonic, mode)
    also = _ALSO_SAID.get((tonics[0], mode))
    return [f"{each} {mode}" for each in (*tonics, also) if each]
