"""References in MIDI: beats, tempo, metre and key signatures.

Their times hold for sound that was rendered from the file, or is aligned to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.views.evaluate.facts.layouts.timed import beats_and_bars
from pipeline.views.evaluate.facts.layouts.words import read_key
from pipeline.views.evaluate.facts.reference import (
    KeySpan,
    ReferenceFacts,
    accepted_beats_per_bar,
)
from schemas.config import ConfigError

# Microseconds a quarter note where nothing is said (Standard MIDI Files 1.0).
_TEMPO_US = 500_000
# Ours, as for beats: a metre that lasts less of the time is not that of the whole.
_MOST_TIME = 0.9


@dataclass
class _Score:
    """Meta messages by their place.

    Attributes
    ----------
    ticks, times_s : list
        Points between which time is straight; the last is the end.
    metres : list of (int, int, int)
        Tick, numerator, denominator.
    keys : list of (float, str)
        Time and name.
    """

    ticks: list[int] = field(default_factory=lambda: [0])
    times_s: list[float] = field(default_factory=lambda: [0.0])
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    keys: list[tuple[float, str]] = field(default_factory=list)


def read_midi(path: Path) -> ReferenceFacts:
    """What the file's meta messages say; where it states no metre, none is known.

    Raises
    ------
    ConfigError
        If it is no MIDI file, or counts in frames of a film.
    """
    import mido

    try:
        song = mido.MidiFile(path)
        score = _listen(song)
    except (OSError, EOFError, ValueError, KeyError, IndexError) as error:
        raise ConfigError(f"{path}: cannot be read as MIDI: {error}") from error
    if song.ticks_per_beat <= 0:
        raise ConfigError(f"{path}: counts in frames of a film, not in beats")
    found = _beats(path, score, song.ticks_per_beat)
    return replace(found, beats_per_bar=_beats_per_bar(score), keys=_keys(path, score))


def _listen(song: Any) -> _Score:
    import mido

    score, tick, time_s, tempo_us = _Score(), 0, 0.0, _TEMPO_US
    for message in mido.merge_tracks(song.tracks):
        tick += message.time
        time_s += mido.tick2second(message.time, song.ticks_per_beat, tempo_us)
        if message.type == "set_tempo":
            tempo_us = message.tempo
            score.ticks.append(tick)
            score.times_s.append(time_s)
        elif message.type == "time_signature":
            score.metres.append((tick, message.numerator, message.denominator))
        elif message.type == "key_signature":
            score.keys.append((time_s, message.key))
    score.ticks.append(tick)
    score.times_s.append(time_s)
    return score


def _beats(path: Path, score: _Score, ticks_per_quarter: int) -> ReferenceFacts:
    """Beats of each metre; quarter notes where there is none."""
    metres = score.metres or [(0, 4, 4)]
    ticks: list[float] = []
    positions: list[int] = []
    for (first, numerator, denominator), (until, *_) in pairwise(
        [*metres, (score.ticks[-1], 0, 0)]
    ):
        n_beats = accepted_beats_per_bar(numerator, denominator)[0]
        beat = ticks_per_quarter * 4 * numerator / denominator / n_beats
        here = np.arange(first, until - 1e-6, beat)
        ticks += here.tolist()
        positions += [1 + i % n_beats for i in range(len(here))]
    times_s = np.interp(ticks, score.ticks, score.times_s).tolist()
    if not times_s:
        raise ConfigError(f"{path}: there is no music in it")
    return beats_and_bars(path, times_s, positions if score.metres else None)


def _beats_per_bar(score: _Score) -> Sequence[int] | None:
    """Of the metre that most of the time has."""
    end = score.ticks[-1]
    lasts: dict[tuple[int, int], int] = {}
    for (tick, *metre), (until, *_) in pairwise([*score.metres, (end, 0, 0)]):
        name = metre[0], metre[1]
        lasts[name] = lasts.get(name, 0) + until - tick
    usual = [name for name, ticks in lasts.items() if ticks >= _MOST_TIME * end]
    return accepted_beats_per_bar(*usual[0]) if usual else None


def _keys(path: Path, score: _Score) -> list[KeySpan] | None:
    spans = [
        KeySpan(*read_key(path, name), start_s, end_s)
        for (start_s, name), (end_s, _) in pairwise([*score.keys, (score.times_s[-1], "")])
        if end_s > start_s
    ]
    return spans or None
