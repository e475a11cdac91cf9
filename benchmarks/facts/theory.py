"""Scales, chords in Harte syntax, and when a tune's key is sure."""

from collections.abc import Mapping

TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),
    "double harmonic": (0, 1, 4, 5, 7, 8, 11),
    "hungarian minor": (0, 2, 3, 6, 7, 8, 11),
    "whole tone": (0, 2, 4, 6, 8, 10),
}
"""Semitones above the tonic."""

QUALITIES: dict[tuple[int, ...], str] = {
    (0, 4, 7): "maj",
    (0, 3, 7): "min",
    (0, 3, 6): "dim",
    (0, 4, 8): "aug",
    (0, 7): "5",
    (0, 5, 7): "sus4",
    (0, 2, 7): "sus2",
    (0, 4, 7, 11): "maj7",
    (0, 4, 7, 10): "7",
    (0, 3, 7, 10): "min7",
    (0, 3, 6, 10): "hdim7",
    (0, 3, 6, 9): "dim7",
    (0, 3, 7, 11): "minmaj7",
}
"""Of Harte's syntax (ISMIR 2005), by semitones above the root."""

CLEAN = ("maj", "min", "dim", "aug", "maj7", "7", "min7", "hdim7")
"""Qualities whose pitch classes name one root (all but aug, which has three: by its bass)."""


def chord_on(mode: str, degree: int, size: int) -> tuple[int, tuple[int, ...]]:
    """Thirds stacked on a degree (from 0) of a scale: semitones of its root, and above it."""
    scale = SCALES[mode]
    above = [
        scale[(degree + 2 * i) % len(scale)] + 12 * ((degree + 2 * i) // len(scale))
        for i in range(size)
    ]
    return above[0], tuple(pitch - above[0] for pitch in above)


def label(root: int, intervals: tuple[int, ...]) -> str:
    """A chord in Harte's syntax, at its root position."""
    return f"{TONICS[root % 12]}:{QUALITIES[intervals]}"


def clean_label(pitches: list[int]) -> str:
    """Harte's label of what sounds together where it is a plain triad or seventh, else X."""
    if not pitches:
        return "N"
    classes = {pitch % 12 for pitch in pitches}
    bass = min(pitches) % 12
    for root in sorted(classes, key=lambda pitch_class: (pitch_class - bass) % 12):
        intervals = tuple(sorted((pitch_class - root) % 12 for pitch_class in classes))
        if QUALITIES.get(intervals) in CLEAN:
            return label(root, intervals)
    return "X"


_TELLING = {
    "major": (4, 5),
    "minor": (3, 8),
    "dorian": (3, 9),
    "phrygian": (1, 3),
    "lydian": (4, 6),
    "mixolydian": (4, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
}
"""What must be heard of each mode."""


def sure_mode(tonic: int, weights: Mapping[int, float], declared: str | None = None) -> str | None:
    """The one mode that a tune's notes leave open over its final, else None.

    Parameters
    ----------
    tonic
        Pitch class of the final.
    weights
        Sounding time by pitch class.
    declared
        The mode that the collection names; the notes must then only fit it.

    Returns
    -------
    str | None
        A mode fits if 95 % of the time lies in its scale (ours: the rest is ornament and leading
        notes) and its third and what tells it from major and minor are heard. A tune of the major
        third without a seventh is major, or pentatonic where the fourth is missing too; one of
        the minor third without a sixth is open.
    """
    total = sum(weights.values())
    share = {step: weights.get((tonic + step) % 12, 0) / total for step in range(12)}

    def fits(mode: str) -> bool:
        inside = sum(share[step] for step in SCALES[mode])
        return inside >= 0.95 and all(share[step] > 0.01 for step in _TELLING[mode])

    if declared:
        return declared if fits(declared) else None
    found = [mode for mode in _TELLING if fits(mode)]
    if "major pentatonic" in found and share[5] + share[11] == 0:
        return "major pentatonic"
    found = [mode for mode in found if mode != "major pentatonic"]
    return found[0] if len(found) == 1 else None
