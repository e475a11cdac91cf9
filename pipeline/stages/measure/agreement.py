"""How far two sequences of chords agree, at the level of major, minor and no chord.

What counts is as in `mir_eval.chord.majmin`, whose weighted accuracy `overall_agreement` is: a
seventh or a bass note makes no other triad, and a chord that is neither major nor minor cannot be
compared. Where two methods agree a chord is right far more often than where they do not.
"""

from collections import defaultdict
from collections.abc import Sequence

from pipeline.stages.measure.harmony import ChordSpan
from schemas.chords import NO_CHORD, triad_of


def agreements(chords: Sequence[ChordSpan], others: Sequence[ChordSpan]) -> list[float | None]:
    """Share of every chord's time in which the other sequence has its triad.

    Parameters
    ----------
    chords : sequence of ChordSpan
    others : sequence of ChordSpan
        Both in order of time, without overlaps. Where `others` have a gap, they disagree.

    Returns
    -------
    list of float or None
        One a chord, 0 to 1; None for a chord of no duration, and for one that is neither major nor
        minor nor `N`, of which a vocabulary of major and minor chords says nothing.
    """
    shares: list[float | None] = []
    first = 0
    for chord in chords:
        while first < len(others) and others[first].end_s <= chord.start_s:
            first += 1
        name, duration_s = _compared(chord.label), chord.end_s - chord.start_s
        if name is None or duration_s <= 0:
            shares.append(None)
            continue
        agreed_s = 0.0
        for other in others[first:]:
            if other.start_s >= chord.end_s:
                break
            if _compared(other.label) == name:
                agreed_s += min(chord.end_s, other.end_s) - max(chord.start_s, other.start_s)
        shares.append(min(1.0, agreed_s / duration_s))
    return shares


def overall_agreement(chords: Sequence[ChordSpan], others: Sequence[ChordSpan]) -> float | None:
    """Share of the time of all chords that can be compared in which the other sequence agrees.

    Parameters
    ----------
    chords, others : sequence of ChordSpan
        As in `agreements`.

    Returns
    -------
    float or None
        0 to 1; None where no chord can be compared.
    """
    pairs = zip(chords, agreements(chords, others), strict=True)
    known = [(chord.end_s - chord.start_s, share) for chord, share in pairs if share is not None]
    total_s = sum(duration_s for duration_s, _ in known)
    if total_s == 0:
        return None
    return sum(duration_s * share for duration_s, share in known) / total_s


def recurrences(chords: Sequence[ChordSpan], others: Sequence[ChordSpan]) -> list[float]:
    """How much of a recording, in the ears of both tools, has a chord's triad beside the chord.

    What is heard once, and by one tool only, is more often an error.

    Parameters
    ----------
    chords, others : sequence of ChordSpan

    Returns
    -------
    list of float
        Share of the time of both sequences, 0 to 1, one a chord of the first; 0 for a chord that is
        not compared.
    """
    lasting_s: dict[tuple[int, str] | str | None, float] = defaultdict(float)
    for each in [*chords, *others]:
        lasting_s[_compared(each.label)] += each.end_s - each.start_s
    total_s = sum(lasting_s.values())
    found = []
    for each in chords:
        name = _compared(each.label)
        beside_s = lasting_s[name] - (each.end_s - each.start_s)
        found.append(0.0 if name is None or total_s <= 0 else max(0.0, beside_s / total_s))
    return found


def _compared(label: str) -> tuple[int, str] | str | None:
    """The triad, `N`, or None for what is not compared."""
    return NO_CHORD if label == NO_CHORD else triad_of(label)
