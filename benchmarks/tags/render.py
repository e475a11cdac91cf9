"""Excerpts whose instruments are known: random arrangements, played by General MIDI sound fonts.

    python -m benchmarks.tags.render OUT --count 400 --seed 0 SOUND_FONT [SOUND_FONT ...]

Needs `pretty_midi` and fluidsynth. Each excerpt is a `NAME.flac` of 30 s and a `NAME.json` with its
sound font, style and instruments, in the words of General MIDI, and `Drums`.
"""

import argparse
import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import mido
import numpy as np
import pretty_midi

DURATION_S = 30
TICKS_A_BEAT = 480
DRUM_CHANNEL = 9
# Programs by role: chords, melodies, basses, pads; of all families but sound effects and choirs.
CHORDS = (0, 1, 2, 4, 5, 6, 7, 11, 15, 16, 17, 18, 19, 21, 24, 25, 26, 27, 28, 29, 30, 46, 48, 61)
MELODIES = (
    0, 6, 9, 11, 12, 13, 22, 24, 25, 26, 27, 29, 30, 40, 41, 42, 46, 56, 57, 60, 64, 65, 66, 68,
    70, 71, 72, 73, 74, 75, 80, 81, 84, 87, 104, 105, 106, 107, 110, 114,
)  # fmt: skip
BASSES = (32, 33, 34, 35, 36, 38, 39, 42, 43, 58)
PADS = (19, 44, 48, 49, 50, 51, 88, 89, 90, 91, 94, 95)
# How many of each role play, and whether drums do.
STYLES = {
    "solo melody": ((0, 1, 0, 0), False),
    "solo chords": ((1, 0, 0, 0), False),
    "duo": ((1, 1, 0, 0), False),
    "chamber": ((0, 3, 1, 0), False),
    "trio": ((1, 0, 1, 0), True),
    "band": ((2, 1, 1, 0), True),
    "full": ((2, 1, 1, 1), True),
    "ambient": ((0, 1, 0, 2), False),
    "drums": ((0, 0, 0, 0), True),
}
DEGREES = ((0, 4, 7), (2, 5, 9), (4, 7, 11), (5, 9, 12), (7, 11, 14), (9, 12, 16))
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10), (0, 2, 4, 7, 9))


@dataclass(frozen=True)
class Arrangement:
    """What is played."""

    style: str
    soundfont: str
    bpm: float
    instruments: list[str]


def main() -> None:
    """Render so many excerpts, one sound font after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("sound_fonts", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for number in range(given.count):
        random = np.random.default_rng((given.seed, number))
        font = given.sound_fonts[number % len(given.sound_fonts)]
        style = list(STYLES)[number // len(given.sound_fonts) % len(STYLES)]
        render(given.out / f"{given.seed}-{number:04d}", style, font, random)


def render(target: Path, style: str, font: Path, random: np.random.Generator) -> None:
    """Write one excerpt and its truth."""
    counts, has_drums = STYLES[style]
    song = mido.MidiFile(ticks_per_beat=TICKS_A_BEAT)
    bpm = float(random.uniform(60, 160))
    song.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))]))
    n_beats = int(DURATION_S * bpm / 60)
    root, scale = int(random.integers(0, 12)), SCALES[int(random.integers(len(SCALES)))]
    bars = [DEGREES[int(i)] for i in random.integers(0, len(DEGREES), n_beats // 4 + 1)]
    programs: list[int] = []
    roles = zip((CHORDS, MELODIES, BASSES, PADS), counts, strict=True)
    for role, (choices, count) in enumerate(roles):
        for program in random.choice(choices, count, replace=False):
            notes = [_chords, _melody, _bass, _pad][role](n_beats, bars, scale, random)
            transposed = [(beat, length, pitch + root) for beat, length, pitch in notes]
            channel = len(programs) + (len(programs) >= DRUM_CHANNEL)
            song.tracks.append(_track(transposed, channel, int(program), random))
            programs.append(int(program))
    if has_drums:
        song.tracks.append(_track(_drums(n_beats, random), DRUM_CHANNEL, 0, random))
    with tempfile.NamedTemporaryFile(suffix=".mid") as midi:
        song.save(midi.name)
        command = ["fluidsynth", "-ni", "-q", "-g", "0.5", "-r", "44100", "-O", "s16", "-T", "flac"]
        command += ["-F", str(target.with_suffix(".flac")), str(font), midi.name]
        subprocess.run(command, check=True, capture_output=True)
    names = [pretty_midi.program_to_instrument_name(each) for each in programs]
    names += ["Drums"] if has_drums else []
    truth = Arrangement(style, font.stem, round(bpm, 2), names)
    target.with_suffix(".json").write_text(json.dumps(asdict(truth)))


Notes = list[tuple[float, float, int]]
Bars = list[tuple[int, ...]]


def _chords(
    n_beats: int, bars: Bars, _scale: tuple[int, ...], random: np.random.Generator
) -> Notes:
    step = float(random.choice([0.5, 1, 2, 4]))
    is_broken = random.random() < 0.4
    found: Notes = []
    for number, beat in enumerate(np.arange(0, n_beats, step)):
        tones = bars[int(beat) // 4]
        played = (tones[number % 3],) if is_broken else tones
        found += [(float(beat), step * 0.95, 52 + tone) for tone in played]
    return found


def _melody(
    n_beats: int, _bars: Bars, scale: tuple[int, ...], random: np.random.Generator
) -> Notes:
    found: Notes = []
    beat, place = 0.0, int(random.integers(3, 10))
    while beat < n_beats:
        length = float(random.choice([0.25, 0.5, 0.5, 1, 1, 2]))
        place = int(np.clip(place + random.integers(-3, 4), 0, 13))
        octave, degree = divmod(place, len(scale))
        if random.random() < 0.85:
            found.append((beat, length * 0.9, 60 + 12 * octave + scale[degree]))
        beat += length
    return found


def _bass(n_beats: int, bars: Bars, _scale: tuple[int, ...], random: np.random.Generator) -> Notes:
    step = float(random.choice([0.5, 1, 2]))
    return [(float(b), step * 0.9, 36 + bars[int(b) // 4][0]) for b in np.arange(0, n_beats, step)]


def _pad(n_beats: int, bars: Bars, _scale: tuple[int, ...], _random: np.random.Generator) -> Notes:
    return [(4.0 * i, 3.9, 48 + tone) for i in range(n_beats // 4) for tone in bars[i]]


def _drums(n_beats: int, random: np.random.Generator) -> Notes:
    hat = float(random.choice([0.25, 0.5, 1]))
    found: Notes = [(float(beat), 0.1, 42) for beat in np.arange(0, n_beats, hat)]
    kicks = random.random(8) < 0.4
    for beat in range(n_beats):
        found.append((float(beat), 0.1, 38 if beat % 2 else 36))
        found += [(beat + 0.5, 0.1, 36)] if kicks[beat % 8] else []
    return found


def _track(notes: Notes, channel: int, program: int, random: np.random.Generator) -> mido.MidiTrack:
    volume = int(random.integers(60, 110))
    track = mido.MidiTrack(
        [
            mido.Message("program_change", channel=channel, program=program),
            mido.Message("control_change", channel=channel, control=7, value=volume),
        ]
    )
    events = []
    for beat, length, pitch in notes:
        velocity = int(random.integers(60, 115))
        late = abs(random.normal(0, 0.01))
        events.append((beat + late, "note_on", pitch, velocity))
        events.append((beat + late + length, "note_off", pitch, 0))
    now = 0
    for beat, kind, pitch, velocity in sorted(events):
        at = round(beat * TICKS_A_BEAT)
        track.append(
            mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=at - now)
        )
        now = at
    return track


if __name__ == "__main__":
    main()
