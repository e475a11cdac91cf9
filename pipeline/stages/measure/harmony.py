"""Chords with end times and Roman numerals against the local key, and recurring progressions."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from schemas.chords import NO_CHORD, full_label, roman_numeral, spell_in_key
from schemas.facts import Chord, KeySection, Progression

# Ours: loops of four, turns of three, five with a return; no other lengths were tried.
_N_GRAM_LENGTHS = (5, 4, 3)
_MOST_PROGRESSIONS = 3
# Ours: keeps the logarithm of a duration finite.
_SHORTEST_S = 0.05
HARMONY_VERSION = "3"
"""Raised when the same chord changes and keys give other chords, numerals or progressions."""
HARMONY_PARAMETERS = {
    "n_gram_lengths": _N_GRAM_LENGTHS,
    "most_progressions": _MOST_PROGRESSIONS,
}


class ChordSpan(NamedTuple):
    """A chord as a tool heard it, in full Harte syntax."""

    start_s: float
    end_s: float
    label: str


def chord_spans(changes: Sequence[tuple[float, str]], *, duration_s: float) -> list[ChordSpan]:
    """Chords that last until the next, from 0 to the end of the recording.

    Parameters
    ----------
    changes : sequence of (float, str)
        Time in seconds and Harte label, in order of time.
    duration_s : float

    Returns
    -------
    list of ChordSpan
        Without gaps, overlaps or equal neighbours; a bare root is written out as ``:maj``.

    Raises
    ------
    ValueError
        If a label is no chord, or times decrease.
    """
    times = [time for time, _ in changes]
    if times != sorted(times):
        raise ValueError("chord changes must be in order of time")
    starts: list[tuple[float, str]] = []
    for start_s, label in [(0.0, NO_CHORD), *changes]:
        full = full_label(label)
        if starts and starts[-1][0] == start_s:
            starts.pop()
        if start_s < duration_s and not (starts and starts[-1][1] == full):
            starts.append((start_s, full))
    ends = [start_s for start_s, _ in starts[1:]] + [duration_s]
    return [
        ChordSpan(start_s, end_s, label)
        for (start_s, label), end_s in zip(starts, ends, strict=True)
    ]


def close_chords(
    spans: Sequence[ChordSpan],
    certainty: Sequence[tuple[float, float]],
    keys: Sequence[KeySection] = (),
) -> list[Chord]:
    """Chords with their chances, and with numerals against the local key.

    Parameters
    ----------
    spans : sequence of ChordSpan
    certainty : sequence of (float, float)
        `p_right` and `q_value` of every chord.
    keys : sequence of KeySection, optional
        The local keys.

    Returns
    -------
    list of Chord
        Roots are spelled as their numeral says: ``G#:7``, not ``Ab:7``, is V7 of C# minor.
    """
    return [
        _local_chord(span, keys, p_right, q_value)
        for span, (p_right, q_value) in zip(spans, certainty, strict=True)
    ]


def chord_evidence(
    span: ChordSpan, agrees: float | None, overall: float | None, recurs: float = 0.0
) -> list[dict[str, float]]:
    """Features of a chord being right, and of its being wrong.

    Parameters
    ----------
    span : ChordSpan
    agrees : float or None
        Share of its time in which the second opinion has the same triad; None where it cannot say.
    overall : float or None
        The same over all chords of the recording.
    recurs : float, optional
        Share of the recording in which its triad is heard besides.
    """
    lasts_s = max(span.end_s - span.start_s, _SHORTEST_S)
    right = {"right": 1.0, "log_lasts": float(np.log(lasts_s)), "recurs": float(np.sqrt(recurs))}
    right["no_chord"] = float(span.label == NO_CHORD)
    if overall is not None and agrees is None:
        right |= {"uncompared": 1.0, "uncompared_overall": overall}
    elif overall is not None and agrees is not None:
        right |= {"compared": 1.0, "overall": overall, "agrees": agrees}
    return [right, {}]


def most_frequent_progressions(
    chords: Sequence[Chord], *, at_most: int = _MOST_PROGRESSIONS
) -> list[Progression]:
    """Sequences of three to five numerals that recur, those covering most chords first.

    Parameters
    ----------
    chords : sequence of Chord
    at_most : int, optional
        Progressions to name.

    Returns
    -------
    list of Progression
        Each heard at least twice; none is a part or a rotation of one before it.
    """
    runs = _numeral_runs(chords)
    counts = Counter(
        tuple(run[i : i + length])
        for run in runs
        for length in _N_GRAM_LENGTHS
        for i in range(len(run) - length + 1)
        if len(set(run[i : i + length])) > 1
    )
    ranked = sorted(counts.items(), key=lambda item: (-item[1] * len(item[0]), item[0]))
    found: list[tuple[tuple[str, ...], int]] = []
    for numerals, count in ranked:
        if count < 2 or len(found) == at_most:
            break
        if not any(_is_within(numerals, one) or _is_within(one, numerals) for one, _ in found):
            found.append((numerals, count))
    return [Progression(numerals=list(numerals), count=count) for numerals, count in found]


def _local_chord(
    span: ChordSpan, keys: Sequence[KeySection], p_right: float, q_value: float
) -> Chord:
    """A chord in the key that covers most of it; without a numeral where no key does."""
    overlaps = [min(span.end_s, key.end_s) - max(span.start_s, key.start_s) for key in keys]
    longest = max(overlaps, default=0.0)
    label, numeral = span.label, None
    if longest > 0:
        key = keys[overlaps.index(longest)]
        numeral = roman_numeral(label, key.tonic, key.mode)
        if numeral is not None:
            label = spell_in_key(label, key.tonic, key.mode)
    return Chord(
        start_s=span.start_s,
        end_s=span.end_s,
        label=label,
        roman=numeral,
        p_right=p_right,
        q_value=q_value,
    )


def _numeral_runs(chords: Sequence[Chord]) -> list[list[str]]:
    """Numerals in sequence, broken where there is no chord; repeats count once."""
    runs: list[list[str]] = [[]]
    for chord in chords:
        if chord.roman is None:
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != chord.roman:
            runs[-1].append(chord.roman)
    return runs


def _is_within(numerals: tuple[str, ...], round_: tuple[str, ...]) -> bool:
    """Whether a progression is heard when another is played round and round."""
    around = round_ * (2 + len(numerals) // len(round_))
    return any(around[i : i + len(numerals)] == numerals for i in range(len(round_)))
