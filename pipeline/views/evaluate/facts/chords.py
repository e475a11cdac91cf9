"""Chords against references."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from pipeline.views.evaluate.facts.judgement import NOTHING_MEASURED, Judgement, judgement
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from schemas.chords import NO_CHORD, parse_label, triad_of
from schemas.facts import MusicFacts
from schemas.harmony import pitch_class

UNKNOWN = "X"
"""The label of Harte syntax for what cannot be told."""
LEAST_CHORD_S = 0.4
"""Ours: a shorter chord is no evidence that a label is right or wrong."""
# Ours: of a heard chord's time, what must be known, and of that what must be its triad.
_MOST = 0.5
_SCORES = ("root", "majmin", "sevenths")


class TimedLabel(Protocol):
    """A label with its time."""

    @property
    def start_s(self) -> float: ...  # noqa: D102
    @property
    def end_s(self) -> float: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102


def judge_chords(reference: ReferenceFacts, facts: MusicFacts, max_wrong: float) -> list[Judgement]:
    """Judgements of all heard chords that the reference knows; stretches without one are none."""
    if not reference.chords:
        return []
    if facts.chords is None:
        return [NOTHING_MEASURED]
    found = []
    for chord in facts.chords:
        if chord.label == NO_CHORD or chord.end_s - chord.start_s < LEAST_CHORD_S:
            continue
        is_right = chord_is_right(chord, reference.chords)
        if is_right is not None:
            error = "" if is_right else chord_error(chord, reference.chords)
            found.append(judgement(chord, max_wrong, error))
    return found


def chord_is_right(chord: TimedLabel, truths: Sequence[TimedLabel]) -> bool | None:
    """Whether the reference has the chord's triad for most of its time; None if it is unknown."""
    known_s = right_s = 0.0
    for overlap_s, each in _overlaps(chord, truths):
        known_s += overlap_s
        right_s += overlap_s * (_triad(each.label) == _triad(chord.label))
    if known_s < _MOST * (chord.end_s - chord.start_s):
        return None
    return right_s >= _MOST * known_s


def chord_error(chord: TimedLabel, truths: Sequence[TimedLabel]) -> str:
    """The kind of a wrong chord's error: what the reference has for most of its time."""
    _, true = max(_overlaps(chord, truths), key=lambda each: each[0])
    if true.label == NO_CHORD:
        return "no chord there"
    true_root, root = (pitch_class(parse_label(label)[0]) for label in (true.label, chord.label))
    return "quality" if root == true_root else "root"


def chord_scores(reference: ReferenceFacts, facts: MusicFacts) -> dict[str, float | None]:
    """mir_eval's shares of the time, over all chords heard, and the share that is stated."""
    import mir_eval

    if not reference.chords:
        return {}
    names = [f"chords, {name}" for name in _SCORES]
    if not facts.chords:
        return dict.fromkeys(names)
    true, heard = _as_arrays(reference.chords), _as_arrays(facts.chords)
    if (mir_eval.chord.majmin(true[1], true[1]) < 0).all():
        return {}  # no triads in it, or nothing known
    scores = mir_eval.chord.evaluate(*true, *heard)
    return {f"chords, {name}": float(scores[name]) for name in _SCORES}


def chord_time_stated(facts: MusicFacts, max_wrong: float) -> float | None:
    """Share of a track's time for which a chord is stated; None where no chord was heard."""
    if not facts.chords:
        return None
    of_time = [(each.end_s - each.start_s, each) for each in facts.chords]
    stated_s = sum(s for s, c in of_time if c.label != NO_CHORD and c.q_value <= max_wrong)
    chords_s = sum(s for s, c in of_time if c.label != NO_CHORD)
    return stated_s / chords_s if chords_s else None


def _overlaps(chord: TimedLabel, truths: Sequence[TimedLabel]) -> list[tuple[float, TimedLabel]]:
    found = [(min(chord.end_s, t.end_s) - max(chord.start_s, t.start_s), t) for t in truths]
    return [(s, each) for s, each in found if s > 0 and each.label != UNKNOWN]


def _triad(label: str) -> object:
    """What is compared: the triad; of other chords the whole without its bass."""
    if label == NO_CHORD:
        return NO_CHORD
    plain = label.split("/")[0]
    root, quality, _ = parse_label(plain)
    shorthand = quality.split("(")[0]
    return (shorthand and triad_of(f"{root}:{shorthand}")) or plain


def _as_arrays(spans: Sequence[TimedLabel]) -> tuple[np.ndarray, list[str]]:
    times = np.array([(each.start_s, each.end_s) for each in spans])
    return times, [each.label for each in spans]
