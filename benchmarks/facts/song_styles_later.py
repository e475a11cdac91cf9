"""Styles of songs that came after all constants of the form were chosen."""

from benchmarks.facts.song_styles import (
    BLUES,
    CLASSICAL,
    FOUR_FLOOR,
    HIP_HOP,
    LOOPS,
    POP,
    ROCK,
    SWING,
    Style,
)

_TWELVE_BARS = ((0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4), (0, 3, 0, 0, 3, 3, 0, 5, 1, 4, 0, 4))

LATER_STYLES = (
    Style(
        "metal", (130, 180), 4,
        ("I8 A16 B8 A16 B8 S16 B8", "I8 R8 A16 B8 R8 A16 B8 C16 R8", "R16 A16 R16 C16 S16 R16"),
        POP + LOOPS, ROCK, (34,), (30,), (48, 52), (30, 29, 81), 0.9, "strum", True,
    ),
    Style(
        "reggae", (66, 92), 4, ("I4 A8 B8 A8 B8 O4", "A8 B8 A8 S8 B8", "I4 A8 B8 A8 B8 D8"),
        POP + LOOPS, HIP_HOP, (33, 38), (16, 27), (17, 48), (73, 65, 56), 0.4, "offbeat", True,
    ),
    Style(
        "synth_pop", (104, 132), 4,
        ("I8 A16 B8 A16 B8 C8 B8", "I4 A8 P4 B8 A8 P4 B8 S8 B8", "A16 B16 A16 B16"),
        POP, FOUR_FLOOR, (38, 39), (80, 81, 90), (50, 89, 95), (80, 81, 87), 0.5, "arpeggio", True,
    ),
    Style(
        "march", (100, 124), 4,
        ("A8 A8 B8 B8 C8 C8", "I4 A16 B16 C16 A16", "A8 A8 B8 A8 C16 A8"),
        CLASSICAL, ROCK, (58,), (61, 57), (60, 48), (56, 71, 72), 0.1, "block", True,
    ),
    Style(
        "blues", (104, 150), 4,
        ("A12 A12 S12 S12 A12", "I4 A12 A12 S12 A12", "A12 B12 A12 S12 A12"),
        _TWELVE_BARS + BLUES, SWING, (32, 33), (0, 26), (16,), (22, 65, 26), 0.1, "block", True,
        swing=0.16,
    ),
    Style(
        "drones", (70, 100), 4, ("A8 B8 A8 C8", "A8 B8 C8 A8", "I8 A8 B8 A8"),
        LOOPS, None, (43, 39), (46, 11), (89, 91, 95), (73, 78, 79), 0.6, "arpeggio", True,
    ),
)  # fmt: skip
