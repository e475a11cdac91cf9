"""Chords with end times and Roman numerals against the local key, and recurring progressions."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from schemas.chords import NO_CHORD, full_label, roman_numeral, spell_in_key
from schemas.facts import Chord, KeySection, Progression

# Ours: loops of four, turns of three, five with a return; no other lengths were tried.
_N_GRAM_LENGTHS = (5, 4, 3)
_MOST_PROGRESSIONS = 3
HARMONY_VERSION = "2"
"""Raised when the same chord changes and keys give other chords, numerals or progressions."""
HARMONY_PARAMETERS = {
    "n_gram_lengths": _N_GRAM_LENGTHS,
    "most_progressions": _MOST_PROGRESSIONS,
}


def close_chords(
    changes: Sequence[tuple[float, str]],
    *,
    duration_s: float,
    chance: Callable[[float, float, str], tuple[float, float]],
    keys: Sequence[KeySection] = (),
) -> list[Chord]:
    """Chords that last until the next, from 0 to the end of the recording.

    Parameters
    ----------
    changes : sequence of (float, str)
        Time in seconds and Harte label, in order of time.
    duration_s : float
    chance : callable
        ``chance(start_s, end_s, label)``: the chord's `p_right` and `q_value`.
    keys : sequence of KeySection, optional
        The local keys, for the numerals.

    Returns
    -------
    list of Chord
        Without gaps, overlaps or equal neighbours; a bare root is written out as ``:maj``, and
        roots are spelled as their numeral says: ``G#:7``, not ``Ab:7``, is V7 of C# minor.

    Raises
    ------
    ValueError
        If a label is no chord, or times decrease.
    """
    times = [time for time, _ in changes]
    if times != sorted(times):
        raise ValueError("chord changes must be in order of time")
    spans: list[tuple[float, str]] = []
    for start_s, label in [(0.0, NO_CHORD), *changes]:
        full = full_label(label)
        if spans and spans[-1][0] == start_s:
            spans.pop()
        if start_s < duration_s and not (spans and spans[-1][1] == full):
            spans.append((start_s, full))
    ends = [start_s for start_s, _ in spans[1:]] + [duration_s]
    return [
        _local_chord(start_s, end_s, label, keys, chance(start_s, end_s, label))
        for (start_s, label), end_s in zip(spans, ends, strict=True)
    ]


def chord_evidence(lasts_s: float, agrees: float | None = None) -> list[dict[str, float]]:
    """Features of a chord being right, and of its being wrong.

    Parameters
    ----------
    lasts_s : float
    agrees : float or None
        Share of its time in which the second opinion has the same triad; None without one.
    """
    right = {"right": 1.0, "log_lasts": float(np.log(max(lasts_s, 0.05)))}
    if agrees is not None:
        right |= {"asked": 1.0, "agrees": agrees}
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
    start_s: float,
    end_s: float,
    label: str,
    keys: Sequence[KeySection],
    chance: tuple[float, float],
) -> Chord:
    """A chord in the key that covers most of it; without a numeral where no key does."""
    overlaps = [min(end_s, key.end_s) - max(start_s, key.start_s) for key in keys]
    longest = max(overlaps, default=0.0)
    numeral = None
    if longest > 0:
        key = keys[overlaps.index(longest)]
        numeral = roman_numeral(label, key.tonic, key.mode)
        if numeral is not None:
            label = spell_in_key(label, key.tonic, key.mode)
    return Chord(
        start_s=start_s,
        end_s=end_s,
        label=label,
        roman=numeral,
        p_right=chance[0],
        q_value=chance[1],
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
