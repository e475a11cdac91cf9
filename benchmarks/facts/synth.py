"""Played notes to sound: a MIDI file, and FluidSynth with one of Debian's sound fonts."""

import subprocess
from pathlib import Path

import mido
import numpy as np
import soundfile

from benchmarks.facts.performance import Played
from benchmarks.facts.score import Part

SAMPLE_RATE_HZ = 44100

SOUND_FONTS = {
    "FluidR3": "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "TimGM6mb": "/usr/share/sounds/sf2/TimGM6mb.sf2",
    "OPL3": "/usr/share/sounds/sf2/OPL-3_FM_128M.sf2",
    "MuseScore": "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3",
}
"""Of the packages fluid-soundfont-gm, timgm6mb-soundfont, opl3-soundfont and
musescore-general-soundfont-small; FluidR3_GS only adds variants of the first."""

_TICKS_PER_S = 1920
_DRUM_CHANNEL = 9


def missing_fonts() -> list[str]:
    """Sound fonts that are not installed."""
    return [name for name, path in SOUND_FONTS.items() if not Path(path).exists()]


def to_midi(
    played: list[Played], parts: list[Part], octave_cents: tuple[float, ...]
) -> mido.MidiFile:
    """A MIDI file at a fixed tempo: what is played is already in seconds.

    Parameters
    ----------
    played, parts
        Notes, and who plays them; drums of all parts share channel 10.
    octave_cents
        Off equal temperament at A 440 Hz, by pitch class from C, within 100 cents: MIDI tuning
        standard, scale/octave tuning of two bytes.
    """
    channels = _channels(parts)
    events: list[tuple[int, int, mido.Message]] = []
    if any(octave_cents):
        events.append((0, 0, _tuning(octave_cents)))
    for part, channel in zip(parts, channels, strict=True):
        if not part.is_drums:
            program = mido.Message("program_change", channel=channel, program=part.program)
            events.append((0, 1, program))
    for note in played:
        channel = channels[note.part]
        on, off = (round(at * _TICKS_PER_S) for at in (note.start_s, note.end_s))
        pitch = int(np.clip(note.pitch, 0, 127))
        events.append((on, 3, mido.Message("note_on", channel=channel, note=pitch,
                                           velocity=note.velocity)))  # fmt: skip
        events.append((off, 2, mido.Message("note_off", channel=channel, note=pitch)))
    track = mido.MidiTrack()
    now = 0
    for at, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=at - now))
        now = at
    return mido.MidiFile(ticks_per_beat=_TICKS_PER_S // 2, tracks=[track])


def render(midi: mido.MidiFile, sound_font: str, folder: Path) -> np.ndarray:
    """Sound of a MIDI file, (frames, 2), without reverberation.

    Raises
    ------
    RuntimeError
        If FluidSynth fails or gives silence.
    """
    midi_path, wav_path = folder / "piece.mid", folder / "piece.wav"
    midi.save(midi_path)
    command = ["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-g", "0.5", "-r",
               str(SAMPLE_RATE_HZ), "-o", "synth.dynamic-sample-loading=1", "-T", "wav", "-O",
               "s16", "-F", str(wav_path), SOUND_FONTS[sound_font], str(midi_path)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode or not wav_path.exists():
        raise RuntimeError(f"fluidsynth failed: {done.stderr[-300:]}")
    samples, _ = soundfile.read(wav_path, dtype="float32", always_2d=True)
    if not len(samples) or np.abs(samples).max() < 1e-4:
        raise RuntimeError(f"fluidsynth gave silence: {done.stderr[-300:]}")
    return np.asarray(samples)


def _channels(parts: list[Part]) -> list[int]:
    free = (channel for channel in range(16) if channel != _DRUM_CHANNEL)
    by_program: dict[int, int] = {}
    channels = []
    for part in parts:
        if part.is_drums:
            channels.append(_DRUM_CHANNEL)
            continue
        if part.program not in by_program:
            by_program[part.program] = next(free)
        channels.append(by_program[part.program])
    return channels


def _tuning(octave_cents: tuple[float, ...]) -> mido.Message:
    data = [0x7E, 0x7F, 0x08, 0x09, 0x03, 0x7F, 0x7F]
    for cents in octave_cents:
        value = int(np.clip(round(8192 + cents * 81.92), 0, 16383))
        data += [value >> 7, value & 0x7F]
    return mido.Message("sysex", data=data)
