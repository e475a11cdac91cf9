"""The notes of a section of a song: the same material is recognised, and no two takes are equal."""

from dataclasses import dataclass
from random import Random

from benchmarks.facts.song_styles import Style

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
DRUMS = "drums"
_KICK, _SNARE, _STICK, _HAT, _OPEN_HAT, _RIDE, _CRASH, _TOMS = (
    36,
    38,
    37,
    42,
    46,
    51,
    49,
    (50, 47, 43),
)
# How much is going on, by what a letter stands for; others are drawn.
_ENERGY = {"I": 0.35, "O": 0.35, "A": 0.6, "B": 1.0, "C": 0.5, "S": 0.85, "T": 0.8, "P": 0.7}


@dataclass(frozen=True)
class Note:
    """A note, in beats from the start of its section; of drums, the pitch is the drum."""

    layer: str
    pitch: int
    start: float
    length: float
    velocity: int


@dataclass(frozen=True)
class Material:
    """What all takes of a letter share.

    Attributes
    ----------
    chords : tuple of int
        Steps of the scale, one a bar, repeated.
    melody : tuple of (float, float, int)
        Start and length in beats, step above the chord's root; of a phrase of `phrase_bars`.
    phrase_bars : int
    energy : float
        0 to 1.
    layers : tuple of str
    octave : int
    """

    chords: tuple[int, ...]
    melody: tuple[tuple[float, float, int], ...]
    phrase_bars: int
    energy: float
    layers: tuple[str, ...]
    octave: int


def draw_material(
    letter: str, style: Style, known: dict[str, Material], random: Random
) -> Material:
    """Chords, melody and arrangement of a letter; sometimes over the chords of another."""
    energy = min(
        1.0, max(0.2, _ENERGY.get(letter, random.uniform(0.4, 1.0)) + random.gauss(0, 0.08))
    )
    chords = random.choice(style.chords)
    if random.random() < 0.5:
        chords += random.choice(style.chords)
    share = 0.7 if letter in "IOS" else 0.2
    if known and random.random() < share:
        chords = random.choice(list(known.values())).chords
    layers = ["comp"]
    if energy > 0.4 or random.random() < 0.3:
        layers.append("bass")
    if style.drums and (energy > 0.45 or random.random() < 0.4):
        layers.append(DRUMS)
    if energy > 0.75 or random.random() < 0.3:
        layers.append("pad")
    if letter not in "IO" or random.random() < 0.4:
        layers.append("lead")
    if energy > 0.9 and random.random() < 0.4:
        layers.append("double")
    phrase_bars = random.choice((2, 4, 4))
    return Material(
        chords=chords,
        melody=_draw_melody(phrase_bars, style.beats_per_bar, random),
        phrase_bars=phrase_bars,
        energy=energy,
        layers=tuple(layers),
        octave=random.choice((0, 0, 12)),
    )


def _draw_melody(n_bars: int, beats: int, random: Random) -> tuple[tuple[float, float, int], ...]:
    density = random.choice(
        ((1.0, 1.0, 2.0), (0.5, 0.5, 1.0), (0.5, 1.0, 1.5), (0.5, 0.25, 0.25, 1.0))
    )
    rest = random.choice((0.1, 0.2, 0.35))
    at, step, notes = 0.0, random.choice((0, 2, 4)), []
    while at < n_bars * beats - 0.25:
        length = min(random.choice(density), n_bars * beats - at)
        if random.random() >= rest:
            is_strong = at % beats in (0, 2)
            step = (
                random.choice((0, 2, 4, 7))
                if is_strong
                else step + random.choice((-2, -1, -1, 1, 1, 2))
            )
            step = max(-3, min(9, step))
            notes.append((at, length, step))
        at += length
    return tuple(notes)


def play(
    material: Material, style: Style, *, n_bars: int, take: int, is_last: bool, random: Random
) -> list[Note]:
    """Notes of one take, with fills, ornaments and layers that come and go, in C.

    Parameters
    ----------
    take : int
        How often the letter was played before.
    is_last : bool
        Whether the song ends here.
    """
    mode_layers = list(material.layers)
    if take and random.random() < 0.4:
        extra = random.choice(["pad", "double", "lead"])
        mode_layers.append(extra) if extra not in mode_layers else mode_layers.remove(extra)
    beats = style.beats_per_bar
    notes: list[Note] = []
    for bar in range(n_bars):
        step = material.chords[bar % len(material.chords)]
        at = float(bar * beats)
        for layer, part in (("comp", _comp), ("bass", _bass), ("pad", _pad)):
            if layer in mode_layers:
                notes += part(step, at, style, random)
        if DRUMS in mode_layers and style.drums:
            is_fill = bar == n_bars - 1 and random.random() < 0.6
            has_crash = bar == 0 and random.random() < 0.6
            notes += _drum_bar(at, style, material.energy, is_fill, has_crash, random)
    if "lead" in mode_layers:
        notes += _lead(material, style, n_bars, random, doubled="double" in mode_layers)
    if is_last:
        notes += _pad(0, float(n_bars * beats), style, random)
    return notes


def _comp(step: int, at: float, style: Style, random: Random) -> list[Note]:
    tones = [step, step + 2, step + 4]
    beats, notes = style.beats_per_bar, []
    if style.comp_as == "arpeggio":
        order = [0, 1, 2, 1] if beats != 6 else [0, 1, 2, 2, 1, 0]
        for i in range(2 * beats):
            notes.append(
                Note(
                    "comp",
                    tones[order[i % len(order)]],
                    at + i / 2,
                    0.5,
                    66 + random.randint(-6, 6),
                )
            )
        return notes
    if style.comp_as == "strum":
        places = [(i / 2, 0.45) for i in range(2 * beats)]
    elif style.comp_as == "offbeat":
        places = [(0.5 + i, 0.4) for i in range(beats)]
    else:
        places = (
            [(0.0, beats / 2), (beats / 2, beats / 2)]
            if beats != 3
            else [(0.0, 1), (1, 0.8), (2, 0.8)]
        )
    return [
        Note("comp", tone, at + start, length, 68 + random.randint(-8, 8))
        for start, length in places
        for tone in tones
    ]


def _bass(step: int, at: float, style: Style, random: Random) -> list[Note]:
    beats = style.beats_per_bar
    if style.comp_as == "strum":
        return [Note("bass", step, at + i / 2, 0.45, 84) for i in range(2 * beats)]
    walk = (0, 2, 4, 5) if style.swing else (0, 0, 4, 0)
    places = range(beats) if style.swing else (0, beats / 2)
    return [
        Note("bass", step + walk[i % 4], at + place, 0.9, 84 + random.randint(-6, 6))
        for i, place in enumerate(places)
    ]


def _pad(step: int, at: float, style: Style, random: Random) -> list[Note]:
    return [Note("pad", step + each, at, float(style.beats_per_bar), 56) for each in (0, 2, 4)]


def _lead(
    material: Material, style: Style, n_bars: int, random: Random, *, doubled: bool
) -> list[Note]:
    beats, notes = style.beats_per_bar, []
    for phrase in range(0, n_bars, material.phrase_bars):
        for start, length, step in material.melody:
            at = phrase * beats + start
            if at >= n_bars * beats or random.random() < 0.06:
                continue
            root = material.chords[int(at // beats) % len(material.chords)]
            tone = root + step + (random.choice((-1, 1)) if random.random() < 0.08 else 0)
            tone += 7 if material.octave else 0
            notes.append(Note("lead", tone, at, 0.92 * length, 92 + random.randint(-8, 8)))
            if doubled:
                notes.append(Note("double", tone + 7, at, 0.92 * length, 70))
    return notes


def _drum_bar(
    at: float, style: Style, energy: float, is_fill: bool, has_crash: bool, random: Random
) -> list[Note]:
    assert style.drums
    kick, snare, hat = style.drums
    cymbal = _RIDE if energy > 0.85 else _HAT
    backbeat = _SNARE if energy > 0.5 else _STICK
    end = style.beats_per_bar - (random.choice((1, 2)) if is_fill else 0)
    notes = [
        Note(DRUMS, drum, at + place / 4, 0.2, velocity + random.randint(-8, 8))
        for drum, places, velocity in ((_KICK, kick, 96), (backbeat, snare, 92), (cymbal, hat, 64))
        for place in places
        if place / 4 < end
    ]
    if is_fill:
        n = int((style.beats_per_bar - end) * 4)
        notes += [Note(DRUMS, _TOMS[i * 3 // n], at + end + i / 4, 0.2, 88 + i) for i in range(n)]
    if has_crash:
        notes.append(Note(DRUMS, _CRASH, at, 1.0, 100))
    return notes
