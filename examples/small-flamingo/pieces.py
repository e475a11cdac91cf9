"""Pieces of ten seconds with exact truth: drawn from a seed, then rendered.

`Piece.truth` is what was composed; no tool measured it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from synthesiser import (
    BASS_TIMBRES,
    CHORD_TIMBRES,
    LEAD_TIMBRES,
    RATE_HZ,
    add,
    hihat,
    kick,
    snare,
    tone,
)

LENGTH_S = 10.0
METRES = ("4/4", "3/4", "6/8")
_METRE_SHARES = (0.45, 0.45, 0.1)
_BEATS = {"4/4": 4, "3/4": 3, "6/8": 2}
_PARTS_OF_BEAT = {"4/4": 2, "3/4": 2, "6/8": 3}
_TEMPI_BPM = {"4/4": (60, 180), "3/4": (60, 180), "6/8": (50, 90)}  # of beats, dotted in 6/8
TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
# Semitones over the tonic, and the third: 4 of a major chord, 3 of a minor one.
_NUMERALS = {
    "major": {"I": (0, 4), "ii": (2, 3), "iii": (4, 3), "IV": (5, 4), "V": (7, 4), "vi": (9, 3)},
    "minor": {
        "i": (0, 3), "III": (3, 4), "iv": (5, 3), "v": (7, 3), "V": (7, 4), "VI": (8, 4),
        "VII": (10, 4),
    },
}  # fmt: skip
PROGRESSIONS = {
    "major": (
        ("I", "V", "vi", "IV"), ("I", "IV", "V", "I"), ("I", "vi", "IV", "V"),
        ("I", "IV", "I", "V"), ("I", "ii", "V", "I"), ("I", "iii", "IV", "V"),
    ),
    "minor": (
        ("i", "VI", "III", "VII"), ("i", "iv", "V", "i"), ("i", "VII", "VI", "V"),
        ("i", "iv", "VII", "III"), ("i", "VI", "iv", "V"), ("i", "v", "VI", "VII"),
    ),
}  # fmt: skip
_LONGEST_CHORD_S = 3.1  # bars of four that are longer have two chords


@dataclass(frozen=True)
class Piece:
    """What is drawn of a piece before a note of it sounds."""

    seed: int
    index: int
    metre: str
    tempo_bpm: float
    tonic: int
    mode: str
    progression: tuple[str, ...]
    chord_timbre: str
    bass_timbre: str
    lead_timbre: str | None
    accompaniment: str
    has_drums: bool
    noise_db: float
    peak_db: float

    @property
    def name(self) -> str:
        """Of its file, without the ending."""
        return f"piece-{self.seed}-{self.index:05d}"

    @property
    def beat_s(self) -> float:
        """Length of a beat."""
        return 60 / self.tempo_bpm

    @property
    def beats_per_bar(self) -> int:
        """Two, dotted, in 6/8."""
        return _BEATS[self.metre]

    def chords(self) -> Iterator[tuple[float, float, str]]:
        """Start and end (s) and numeral of each chord, cut off where the piece ends."""
        bar_s = self.beats_per_bar * self.beat_s
        is_long = self.metre == "4/4" and bar_s > _LONGEST_CHORD_S
        length_s = bar_s / 2 if is_long else bar_s
        for number in range(int(np.ceil(LENGTH_S / length_s - 1e-9))):
            start_s = number * length_s
            numeral = self.progression[number % len(self.progression)]
            yield start_s, min(LENGTH_S, start_s + length_s), numeral

    def chord(self, numeral: str) -> tuple[int, int]:
        """Pitch class of the root, and semitones of the third."""
        above, third = _NUMERALS[self.mode][numeral]
        return (self.tonic + above) % 12, third

    def label(self, numeral: str) -> str:
        """Of a chord, in Harte syntax."""
        root, third = self.chord(numeral)
        return f"{TONICS[root]}:{'maj' if third == 4 else 'min'}"

    @property
    def truth(self) -> dict[str, Any]:
        """Tempo, metre, key, chords with times, progression, instruments."""
        return {
            "name": self.name,
            "tempo_bpm": round(self.tempo_bpm, 3),
            "metre": self.metre,
            "beats_per_bar": self.beats_per_bar,
            "key": f"{TONICS[self.tonic]} {self.mode}",
            "progression": "-".join(self.progression),
            "chords": [
                {"start_s": round(start, 4), "end_s": round(end, 4), "label": self.label(numeral)}
                for start, end, numeral in self.chords()
            ],
            "instruments": [
                each for each in (self.chord_timbre, self.bass_timbre, self.lead_timbre) if each
            ]
            + ["drums"] * self.has_drums,
        }


def draw_piece(seed: int, index: int) -> Piece:
    """The piece of a seed and a number; always the same."""
    rng = np.random.default_rng([seed, index])
    metre = METRES[rng.choice(len(METRES), p=_METRE_SHARES)]
    slowest, fastest = _TEMPI_BPM[metre]
    mode = ("major", "minor")[rng.integers(2)]
    has_drums = bool(rng.random() < 0.8)
    accompaniments = ("block", "arpeggio", "oompah", "pad") if has_drums else ("block", "oompah")
    return Piece(
        seed=seed,
        index=index,
        metre=metre,
        tempo_bpm=float(slowest * (fastest / slowest) ** rng.random()),
        tonic=int(rng.integers(12)),
        mode=mode,
        progression=PROGRESSIONS[mode][rng.integers(len(PROGRESSIONS[mode]))],
        chord_timbre=str(rng.choice(list(CHORD_TIMBRES))),
        bass_timbre=str(rng.choice(list(BASS_TIMBRES))),
        lead_timbre=str(rng.choice(list(LEAD_TIMBRES))) if rng.random() < 0.6 else None,
        accompaniment=str(rng.choice(accompaniments)),
        has_drums=has_drums,
        noise_db=float(rng.uniform(-65, -38)),
        peak_db=float(rng.uniform(-12, -1)),
    )


def render(piece: Piece) -> np.ndarray:
    """The sound of a piece.

    Returns
    -------
    np.ndarray, shape (160000,), float32
        Mono at 16 kHz.
    """
    rng = np.random.default_rng([piece.seed, piece.index, 1])
    mix = np.zeros(round(LENGTH_S * RATE_HZ))
    for start_s, end_s, numeral in piece.chords():
        _accompany(mix, piece, start_s, end_s, piece.chord(numeral))
    if piece.lead_timbre:
        _sing(mix, piece, rng)
    if piece.has_drums:
        _drum(mix, piece, rng)
    mix += rng.standard_normal(len(mix)) * np.abs(mix).max() * 10 ** (piece.noise_db / 20)
    return (mix / np.abs(mix).max() * 10 ** (piece.peak_db / 20)).astype(np.float32)


def _accompany(
    mix: np.ndarray, piece: Piece, start_s: float, end_s: float, chord: tuple[int, int]
) -> None:
    root, third = chord
    voices = [60 + (root + each) % 12 for each in (0, third, 7)]
    timbre, beat_s = CHORD_TIMBRES[piece.chord_timbre], piece.beat_s
    bass, low = BASS_TIMBRES[piece.bass_timbre], 36 + root
    n_beats = round((end_s - start_s) / beat_s + 0.49)
    for beat in range(n_beats):
        at_s = start_s + beat * beat_s
        place = round(at_s / beat_s) % piece.beats_per_bar
        is_first = place == 0
        if is_first or (place == 2 and piece.metre == "4/4") or beat == 0:
            add(mix, tone(bass, low, 0.9 * beat_s), at_s, 0.5 if is_first else 0.35)
        if piece.accompaniment == "block" or (piece.accompaniment == "oompah" and not is_first):
            for voice in voices:
                add(mix, tone(timbre, voice, 0.8 * beat_s), at_s, 0.22 if is_first else 0.15)
        if piece.accompaniment == "arpeggio":
            n_parts = _PARTS_OF_BEAT[piece.metre]
            for part in range(n_parts):
                voice = voices[(beat * n_parts + part) % 3]
                at_part_s = at_s + part * beat_s / n_parts
                add(mix, tone(timbre, voice, 0.9 * beat_s / n_parts), at_part_s, 0.25)
    if piece.accompaniment == "pad":
        for voice in voices:
            add(mix, tone(timbre, voice, end_s - start_s), start_s, 0.16)


def _sing(mix: np.ndarray, piece: Piece, rng: np.random.Generator) -> None:
    """A melody: a tone of the chord on each beat, now and then a step of the scale between."""
    timbre, beat_s = LEAD_TIMBRES[piece.lead_timbre or ""], piece.beat_s
    scale = [(piece.tonic + step) % 12 for step in _SCALES[piece.mode]]
    chords = list(piece.chords())
    for beat in range(int(LENGTH_S / beat_s)):
        at_s = beat * beat_s
        numeral = next(n for start, end, n in chords if start - 1e-6 <= at_s < end - 1e-6)
        root, third = piece.chord(numeral)
        if rng.random() < 0.15 and beat % piece.beats_per_bar:
            continue
        pitch = 72 + (root + int(rng.choice([0, third, 7]))) % 12
        is_split = rng.random() < 0.3
        add(mix, tone(timbre, pitch, (0.45 if is_split else 0.9) * beat_s), at_s, 0.3)
        if is_split:
            step = 72 + scale[rng.integers(len(scale))]
            add(mix, tone(timbre, step, 0.4 * beat_s), at_s + beat_s / 2, 0.22)


def _drum(mix: np.ndarray, piece: Piece, rng: np.random.Generator) -> None:
    """Kick on the first beat (and the third of four), snare on the others, hi-hats between."""
    n_parts, beat_s = _PARTS_OF_BEAT[piece.metre], piece.beat_s
    is_backbeat_soft = rng.random() < 0.3
    for beat in range(int(np.ceil(LENGTH_S / beat_s))):
        at_s, place = beat * beat_s, beat % piece.beats_per_bar
        is_kick = place == 0 or (piece.metre == "4/4" and place == 2)
        if is_kick:
            add(mix, kick(), at_s, 0.8 if place == 0 else 0.6)
        else:
            add(mix, snare(rng), at_s, 0.2 if is_backbeat_soft else 0.4)
        for part in range(n_parts):
            accent = 0.25 if part == 0 else 0.15
            add(mix, hihat(rng), at_s + part * beat_s / n_parts, accent)
