"""What makes a style: its metres, tempi, modes, patterns and players."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """A way to play; each field lists what one piece draws one of.

    Attributes
    ----------
    bpm
        Between which felt tempi.
    groove
        A name in `grooves.GROOVES`; ``metre``: of the metre alone; ``none``: no drums.
    language
        Of its chords, as in `progressions.progression`.
    swing
        Share of the beat before its half, between.
    """

    name: str
    bpm: tuple[float, float]
    groove: str
    comp: tuple[str, ...]
    bass: tuple[str, ...]
    comp_programs: tuple[int, ...]
    bass_programs: tuple[int, ...]
    lead_programs: tuple[int, ...]
    metres: tuple[tuple[int, ...], ...] = ((4, 4),)
    modes: tuple[str, ...] = ("major", "minor")
    language: str = "plain"
    sizes: tuple[int, ...] = (3,)
    swing: tuple[float, float] | None = None
    pad_chance: float = 0.3
    lead_chance: float = 0.8
