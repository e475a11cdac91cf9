"""Makes songs of one to four minutes whose form is known, and renders them with fluidsynth.

``python -m benchmarks.facts.songs OUT --count 180`` writes ``NAME.flac`` and ``NAME.json``, with
``sections: [{start_s, end_s, letter}]``, beats, downbeats, instruments, and ``index.jsonl``.
"""

import argparse
import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import pretty_midi
import soundfile

from benchmarks.facts.song_parts import DRUMS, SCALES, Material, Note, draw_material, play
from benchmarks.facts.song_styles import STYLES, Style
from benchmarks.facts.song_styles_later import LATER_STYLES

SOUND_FONTS = (
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/sounds/sf2/TimGM6mb.sf2",
    "/usr/share/sounds/sf2/OPL-3_FM_128M.sf2",
)
SAMPLE_RATE_HZ = 44_100
MIN_DURATION_S = 75.0
MAX_DURATION_S = 250.0


@dataclass
class Song:
    """Notes in seconds, and the truth about them."""

    style: Style
    tonic: int
    mode: str
    programs: dict[str, int]
    notes: list[tuple[float, float, Note, int]] = field(default_factory=list)
    beats_s: list[float] = field(default_factory=list)
    sections: list[dict[str, object]] = field(default_factory=list)
    bpms: list[float] = field(default_factory=list)


def compose(style: Style, random: Random, max_duration_s: float = MAX_DURATION_S) -> Song:
    """A song of a style: its form, the material of every letter, and a take of each section."""
    form, bpm = _draw_form(style, random, max_duration_s)
    mode = "minor" if random.random() < style.minor else "major"
    programs = {
        name: random.choice(getattr(style, name)) for name in ("bass", "comp", "pad", "lead")
    }
    song = Song(style, random.randrange(12), mode, programs | {"double": random.choice(style.lead)})
    materials: dict[str, Material] = {}
    takes: dict[str, int] = {}
    lifted_from = len(form) - 1 if form.count(form[-1]) > 1 and random.random() < 0.3 else len(form)
    lift, at_s = random.choice((1, 2)), 0.4
    for i, (letter, n_bars) in enumerate(form):
        if letter not in materials:
            materials[letter] = draw_material(letter, style, materials, random)
        own_bpm = (
            bpm
            * (1 + random.gauss(0, 0.012))
            * (1.04 if letter == "B" and random.random() < 0.2 else 1)
        )
        take = takes.get(letter, 0)
        notes = play(
            materials[letter],
            style,
            n_bars=n_bars,
            take=take,
            is_last=i == len(form) - 1,
            random=random,
        )
        semitones = lift if i >= lifted_from else 0
        end_s = _place(song, notes, at_s, n_bars * style.beats_per_bar, own_bpm, semitones, random)
        name = letter + ("'" if semitones else "")
        song.sections.append({"start_s": round(at_s, 3), "end_s": round(end_s, 3), "letter": name})
        song.bpms.append(round(own_bpm, 2))
        takes[letter] = take + 1
        at_s = end_s
    return song


def _draw_form(
    style: Style, random: Random, max_duration_s: float
) -> tuple[list[tuple[str, int]], float]:
    for _ in range(200):
        form = [(each[0], int(each[1:])) for each in random.choice(style.forms).split()]
        bpm = random.uniform(*style.bpm)
        duration_s = sum(n for _, n in form) * style.beats_per_bar * 60 / bpm
        if MIN_DURATION_S <= duration_s <= max_duration_s:
            return form, bpm
    raise ValueError(f"{style.name}: no form lasts {MIN_DURATION_S} to {max_duration_s} s")


def _place(
    song: Song,
    notes: list[Note],
    at_s: float,
    n_beats: int,
    bpm: float,
    semitones: int,
    random: Random,
) -> float:
    """Put a section's notes on the clock; gives its end."""
    beat_s = 60 / bpm
    late_s = random.uniform(0.0, 0.008)
    for note in notes:
        beat = note.start
        if song.style.swing and beat % 1 == 0.5:
            beat += song.style.swing
        start_s = max(0.0, at_s + beat * beat_s + random.gauss(0, late_s))
        song.notes.append((start_s, start_s + note.length * beat_s, note, semitones))
    song.beats_s += [at_s + i * beat_s for i in range(n_beats)]
    return at_s + n_beats * beat_s


def to_midi(song: Song) -> pretty_midi.PrettyMIDI:
    """The song as MIDI: one instrument a layer."""
    midi = pretty_midi.PrettyMIDI()
    tracks = {
        name: pretty_midi.Instrument(program, name=name) for name, program in song.programs.items()
    } | {DRUMS: pretty_midi.Instrument(0, is_drum=True, name=DRUMS)}
    for start_s, end_s, note, semitones in song.notes:
        velocity = min(127, max(1, note.velocity))
        pitch = note.pitch if note.layer == DRUMS else _pitch(note, song) + semitones
        tracks[note.layer].notes.append(pretty_midi.Note(velocity, pitch, start_s, end_s))
    midi.instruments = [each for each in tracks.values() if each.notes]
    return midi


def _pitch(note: Note, song: Song) -> int:
    scale = SCALES[song.mode]
    octave, step = divmod(note.pitch, 7)
    low = {"bass": 36, "comp": 60, "pad": 60, "lead": 72, "double": 72}[note.layer]
    return low - 6 + (song.tonic + 6) % 12 + 12 * octave + scale[step]


def render(midi: pretty_midi.PrettyMIDI, sound_font: str, path: Path, random: Random) -> float:
    """Write a song's sound as mono FLAC, with a little noise; gives its duration in seconds.

    Raises
    ------
    RuntimeError
        If fluidsynth fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        score, wave = Path(folder) / "song.mid", Path(folder) / "song.wav"
        midi.write(str(score))
        command = [
            "fluidsynth",
            "-niq",
            "-r",
            str(SAMPLE_RATE_HZ),
            "-g",
            "0.5",
            "-F",
            str(wave),
            sound_font,
            str(score),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not wave.exists():
            raise RuntimeError(f"fluidsynth: {done.stderr.strip()}")
        samples = soundfile.read(wave, dtype="float32")[0].mean(axis=1)
    samples *= 10 ** (random.uniform(-8, -1) / 20) / max(np.abs(samples).max(), 1e-6)
    level = 10 ** (random.uniform(-75, -45) / 20)
    samples += level * np.random.default_rng(random.randrange(2**32)).standard_normal(len(samples))
    soundfile.write(path, samples.clip(-1, 1), SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    return len(samples) / SAMPLE_RATE_HZ


def _style(number: int) -> Style:
    """Styles take turns."""
    styles = (*STYLES, *LATER_STYLES)
    return styles[number % len(styles)]


def name_of(number: int, seed: int) -> str:
    """The file of a song, without its ending."""
    return f"{_style(number).name}-{seed}-{number:04d}"


def instruments_of(midi: pretty_midi.PrettyMIDI) -> list[str]:
    """Names of General MIDI, and `Drums`."""
    return sorted(
        {
            "Drums" if each.is_drum else pretty_midi.program_to_instrument_name(each.program)
            for each in midi.instruments
        }
    )


def make_song(out: Path, number: int, seed: int, max_duration_s: float) -> dict[str, object]:
    """Make, render and write one song; its line of the index."""
    random = Random(f"{seed}/{number}")
    style = _style(number)
    song = compose(style, random, max_duration_s)
    sound_font = random.choice(SOUND_FONTS)
    name = name_of(number, seed)
    midi = to_midi(song)
    duration_s = render(midi, sound_font, out / f"{name}.flac", random)
    truth = {
        "name": name,
        "corpus": "songs",
        "style": style.name,
        "is_left_out": style.is_left_out,
        "sound_font": Path(sound_font).stem,
        "duration_s": round(duration_s, 3),
        "bpm": song.bpms[0],
        "beats_per_bar": style.beats_per_bar,
        "beats_s": [round(each, 3) for each in song.beats_s],
        "downbeats_s": [round(each, 3) for each in song.beats_s[:: style.beats_per_bar]],
        "sections": song.sections,
        "instruments": instruments_of(midi),
    }
    (out / f"{name}.json").write_text(json.dumps(truth))
    return {key: value for key, value in truth.items() if not key.endswith("beats_s")}


def main() -> None:
    """Make the songs that are not there yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=180)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-duration-s", type=float, default=MAX_DURATION_S)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "index.jsonl").open("a") as index:
        for number in range(options.count):
            if not (options.out / f"{name_of(number, options.seed)}.json").exists():
                line = make_song(options.out, number, options.seed, options.max_duration_s)
                index.write(json.dumps(line) + "\n")
                index.flush()


if __name__ == "__main__":
    main()
