"""Chords as root and family, what of them is heard, and which belong to a key."""

from collections.abc import Sequence

from schemas.chords import NO_CHORD, parse_label
from schemas.facts import Chord
from schemas.harmony import pitch_class

_FAMILIES = {
    "maj": "maj", "7": "maj", "maj7": "maj", "maj6": "maj", "9": "maj", "maj9": "maj", "11": "maj",
    "13": "maj", "add9": "maj", "min": "min", "min7": "min", "min6": "min", "min9": "min",
    "min11": "min", "minmaj7": "min", "dim": "dim", "dim7": "dim", "hdim7": "dim", "aug": "aug",
    "sus2": "sus", "sus4": "sus", "5": "5",
}  # fmt: skip
_OPEN = ("sus", "5")
_DIATONIC = {
    "major": {0: "maj", 2: "min", 4: "min", 5: "maj", 7: "maj", 9: "min", 11: "dim"},
    "minor": {0: "min", 2: "dim", 3: "maj", 5: "min", 7: "min", 8: "maj", 10: "maj", 11: "dim"},
}
_SCALE = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10, 11)}

Sound = tuple[int, str]
"""Pitch class of the root, and the family: ``maj``, ``min``, ``dim``, ``aug``, ``sus``, ``5``."""


def sound_of(label: str) -> Sound | None:
    """Root and family of a Harte label; None for no chord or a quality without a family."""
    if label == NO_CHORD:
        return None
    root, quality, _ = parse_label(label)
    family = _FAMILIES.get(quality)
    return None if family is None else (pitch_class(root), family)


def agree(one: Sound, other: Sound) -> bool:
    """Whether two chords are the same but for sevenths, added notes and inversion."""
    if one[0] != other[0]:
        return False
    return one[1] == other[1] or one[1] in _OPEN or other[1] in _OPEN


def heard_sounds(chords: Sequence[Chord]) -> list[Sound]:
    """Roots and families in order of time, equal neighbours once."""
    sounds: list[Sound] = []
    for chord in chords:
        sound = sound_of(chord.label)
        if sound is not None and not (sounds and sounds[-1] == sound):
            sounds.append(sound)
    return sounds


def is_heard(root: str, family: str, chords: Sequence[Chord]) -> bool:
    """Whether a chord is among those that were measured."""
    return any(agree((pitch_class(root), family), sound) for sound in heard_sounds(chords))


def is_in_key(sound: Sound, tonic: str, mode: str) -> bool:
    """Whether a chord belongs to a key; minor keys have both forms of the seventh degree."""
    steps = (sound[0] - pitch_class(tonic)) % 12
    if sound[1] in _OPEN:
        return steps in _SCALE[mode]
    if mode == "minor" and steps == 7 and sound[1] == "maj":
        return True
    return _DIATONIC[mode].get(steps) == sound[1]


def diatonic_share(weighted: Sequence[tuple[str, float]], tonic: str, mode: str) -> float | None:
    """Share of chords that belong to a key.

    Parameters
    ----------
    weighted : sequence of (str, float)
        Harte labels and their weights, such as seconds.
    tonic : str
    mode : str

    Returns
    -------
    float or None
        0 to 1; None where there are no chords.
    """
    sounds = [(sound, weight) for label, weight in weighted if (sound := sound_of(label))]
    total = sum(weight for _, weight in sounds)
    if total <= 0:
        return None
    return sum(weight for sound, weight in sounds if is_in_key(sound, tonic, mode)) / total
