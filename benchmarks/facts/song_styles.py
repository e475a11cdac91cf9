"""Styles of the songs whose form is known: their forms, chords, drums and instruments.

A form is written as letters with bars: ``I4 A16 B8``. Intros are ``I``, outros ``O``, solos ``S``.
"""

from dataclasses import dataclass

Mode = str
# Steps of the scale, 0 is the tonic; a chord lasts a bar.
POP = (
    (0, 4, 5, 3),
    (5, 3, 0, 4),
    (0, 5, 3, 4),
    (3, 4, 0, 5),
    (0, 3, 4, 4),
    (0, 2, 3, 4),
    (3, 0, 4, 5),
)
BLUES = ((0, 0, 3, 0), (3, 3, 0, 0), (4, 3, 0, 4), (0, 6, 3, 0))
JAZZ = ((1, 4, 0, 0), (0, 5, 1, 4), (2, 5, 1, 4), (3, 6, 2, 5), (3, 3, 0, 0), (1, 4, 2, 5))
CLASSICAL = ((0, 3, 4, 0), (0, 4, 4, 0), (0, 1, 4, 0), (5, 1, 4, 4), (0, 5, 1, 4), (3, 0, 4, 0))
LOOPS = ((0, 0, 5, 5), (0, 0, 0, 0), (0, 6, 5, 6), (0, 3, 0, 3), (0, 0, 3, 4))

# Sixteenths of a bar of four beats: kick, snare, hat.
ROCK = ((0, 8, 10), (4, 12), (0, 2, 4, 6, 8, 10, 12, 14))
FOUR_FLOOR = ((0, 4, 8, 12), (4, 12), (2, 6, 10, 14))
SWING = ((0,), (4, 12), (0, 4, 7, 8, 12, 15))
BOSSA = ((0, 6, 8, 14), (0, 3, 6, 10, 13), (0, 2, 4, 6, 8, 10, 12, 14))
HIP_HOP = ((0, 3, 10), (4, 12), (0, 2, 4, 6, 7, 8, 10, 12, 14, 15))
HALF_TIME = ((0, 5), (8,), (0, 4, 8, 12))
FAST = ((0, 2, 8, 10), (4, 12), (0, 4, 8, 12))
WALTZ = ((0,), (4, 8), (0, 4, 8))
SIX = ((0, 10), (12,), (0, 4, 8, 12, 16, 20))


@dataclass(frozen=True)
class Style:
    """How songs of a style are made.

    Attributes
    ----------
    name : str
    bpm : (float, float)
    beats_per_bar : int
    forms : tuple of str
    chords : tuple of tuple of int
    drums : tuple or None
        Kick, snare and hat, in quarters of a beat.
    bass, comp, pad, lead : tuple of int
        General MIDI programs, from 0.
    minor : float
        Share of songs in minor.
    comp_as : str
        ``block``, ``arpeggio``, ``offbeat`` or ``strum``.
    is_left_out : bool
        Not used to choose any constant.
    swing : float
        How late the second eighth comes, in beats.
    """

    name: str
    bpm: tuple[float, float]
    beats_per_bar: int
    forms: tuple[str, ...]
    chords: tuple[tuple[int, ...], ...]
    drums: tuple[tuple[int, ...], ...] | None
    bass: tuple[int, ...]
    comp: tuple[int, ...]
    pad: tuple[int, ...]
    lead: tuple[int, ...]
    minor: float
    comp_as: str
    is_left_out: bool = False
    swing: float = 0.0


_VERSE_CHORUS = (
    "I4 A16 B8 A16 B8 C8 B8 O4",
    "I8 A8 A8 B8 A8 B8 S8 B8 B8",
    "I4 A8 P4 B8 A8 P4 B8 C8 B8 O4",
    "B8 A16 B8 A16 B8 S8 B8",
    "I4 A16 B16 A16 B16 O8",
    "I8 A8 B8 I4 A8 B8 C8 B8 B8 O8",
    "I4 A12 B8 A12 B8 C4 B8 O4",
)

STYLES = (
    Style(
        "pop",
        (92, 128),
        4,
        _VERSE_CHORUS,
        POP,
        ROCK,
        (33, 38),
        (0, 4, 25),
        (48, 50, 89),
        (73, 80, 52, 56),
        0.3,
        "block",
    ),
    Style(
        "rock",
        (110, 155),
        4,
        _VERSE_CHORUS,
        POP + BLUES,
        ROCK,
        (33, 34),
        (29, 30, 27),
        (18, 48),
        (29, 65, 81),
        0.4,
        "strum",
    ),
    Style(
        "house",
        (118, 130),
        4,
        (
            "A8 A8 B16 C8 B16 A8",
            "I16 A16 C8 B16 A16 C8 B16 O8",
            "I8 A16 B16 C16 A16 B16",
            "I8 I8 A16 C8 B16 C8 B16 O16",
        ),
        LOOPS + POP,
        FOUR_FLOOR,
        (38, 39),
        (81, 90, 4),
        (89, 95, 50),
        (81, 80, 87),
        0.7,
        "offbeat",
    ),
    Style(
        "folk",
        (84, 120),
        4,
        ("A8 A8 A8 A8 A8", "I4 A16 A16 A16 A16", "I4 A8 B8 A8 B8 A8 B8 O4", "A8 B8 A8 B8 S8 A8 B8"),
        POP + CLASSICAL,
        None,
        (32,),
        (24, 25, 105),
        (48, 21),
        (73, 22, 40, 110),
        0.3,
        "arpeggio",
    ),
    Style(
        "jazz",
        (112, 180),
        4,
        (
            "A8 A8 B8 A8 S8 S8 T8 S8 A8 A8 B8 A8",
            "I4 A8 A8 B8 A8 A8 A8 B8 A8 O4",
            "A16 B16 S16 T16 A16 B16",
        ),
        JAZZ,
        SWING,
        (32,),
        (0, 26),
        (11, 61),
        (66, 56, 65, 71),
        0.3,
        "block",
        swing=0.16,
    ),
    Style(
        "waltz",
        (120, 176),
        3,
        (
            "I4 A16 B16 A16 C16 A16 O8",
            "A8 A8 B8 B8 C8 C8 D8 D8 A8 B8",
            "A16 B16 A16 C16 C16 A16 B16 A16",
        ),
        CLASSICAL,
        WALTZ,
        (32, 43),
        (0, 46, 21),
        (48,),
        (40, 73, 68, 71),
        0.3,
        "block",
    ),
    Style(
        "ballad",
        (60, 84),
        4,
        ("I4 A8 B8 A8 B8 C8 B8 O4", "A8 A8 B8 A8 C8 B8", "I4 A8 A8 B8 A8 B8 O4"),
        POP,
        HALF_TIME,
        (32, 33),
        (0, 4, 46),
        (48, 49, 52),
        (73, 68, 0, 53),
        0.4,
        "arpeggio",
        True,
    ),
    Style(
        "latin",
        (96, 136),
        4,
        ("I8 A16 B8 A16 B8 S16 B8", "I4 A8 A8 B16 S8 S8 B16 O8", "A16 B16 A16 B16 A8 O4"),
        JAZZ + POP,
        BOSSA,
        (32, 33),
        (24, 0, 12),
        (48, 61),
        (73, 56, 66, 11),
        0.5,
        "offbeat",
        True,
    ),
    Style(
        "punk",
        (160, 200),
        4,
        (
            "I8 A16 B16 A16 B16 C16 B16",
            "I4 A16 B8 A16 B8 S16 B8 B8 O8",
            "I8 A16 P8 B16 A16 P8 B16 C8 B16",
        ),
        POP + BLUES,
        FAST,
        (34,),
        (30, 29),
        (30,),
        (30, 29, 81),
        0.5,
        "strum",
        True,
    ),
    Style(
        "rondo",
        (96, 138),
        4,
        (
            "A8 B8 A8 C8 A8 D8 A8",
            "A8 A8 B8 A8 C16 A8 B8 A8 O4",
            "A16 B16 A16 C16 A16",
            "A8 A8 B8 B8 C8 C8 A8 B8",
        ),
        CLASSICAL,
        None,
        (42, 43, 70),
        (46, 48, 6),
        (48, 60),
        (40, 73, 71, 68),
        0.4,
        "arpeggio",
        True,
    ),
    Style(
        "hip_hop",
        (78, 100),
        4,
        ("I4 A16 B8 A16 B8 O4", "I4 A16 B8 A16 B8 C8 B8", "B8 A12 B8 A12 B8 A12 B8 O4"),
        LOOPS + JAZZ,
        HIP_HOP,
        (38, 33),
        (4, 5, 11),
        (89, 48),
        (80, 11, 73, 4),
        0.8,
        "block",
        True,
    ),
    Style(
        "orchestral",
        (72, 112),
        4,
        ("A8 B8 C8 D8 E8 F8", "A16 B8 C16 D8 A16", "I8 A8 B8 C8 A8 D8 O8", "A16 B16 A16"),
        CLASSICAL + POP,
        None,
        (43, 42),
        (48, 45, 46),
        (49, 60, 52),
        (68, 60, 40, 73),
        0.5,
        "arpeggio",
        True,
    ),
    Style(
        "slow_six",
        (132, 180),
        6,
        ("I4 A8 B8 A8 B8 C8 B8 O4", "I4 A16 A16 B8 A16 B8", "A8 A8 B8 A8 S8 B8 A8"),
        POP + BLUES,
        SIX,
        (32, 33),
        (24, 0, 26),
        (16, 48),
        (65, 29, 22),
        0.5,
        "arpeggio",
        True,
    ),
)
