"""Which values are sure enough to be stated."""

from collections.abc import Sequence

from schemas.chords import NO_CHORD
from schemas.facts import Chord, KeySection


def sure_chords(chords: Sequence[Chord], max_wrong: float) -> list[Chord]:
    """Chords that may be stated; stretches without a chord are none."""
    return [each for each in chords if each.label != NO_CHORD and each.q_value <= max_wrong]


def sure_keys(sections: Sequence[KeySection], max_wrong: float) -> list[KeySection]:
    """Keys of stretches that may be stated."""
    return [each for each in sections if each.q_value <= max_wrong]
