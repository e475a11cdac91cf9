"""A score played: notes in seconds, with a player's looseness, and the truth in seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from benchmarks.facts import instruments
from benchmarks.facts.score import Score, Span
from benchmarks.facts.tempo import Tempo
from benchmarks.facts.truth import (
    Chord,
    Key,
    MetreSection,
    Section,
    TempoAlternative,
    TempoSection,
)

R = TypeVar("R", Key, Chord, Section)

_JITTER_S = (0.0, 0.015)
"""Standard deviation of a player's onsets: from a machine to a loose band (ours)."""


@dataclass(frozen=True)
class Played:
    """A note in seconds."""

    part: int
    start_s: float
    end_s: float
    pitch: int
    velocity: int


def play(score: Score, tempo: Tempo, rng: np.random.Generator) -> list[Played]:
    """Notes in seconds: off-beats swung, onsets and loudness humanised."""
    jitter_s = rng.uniform(*_JITTER_S)
    played = []
    for note in score.notes:
        start_s = tempo.second(swung(note.onset_q, score.swing)) + rng.normal(0, jitter_s)
        end_s = tempo.release(swung(note.onset_q + note.length_q, score.swing))
        velocity = int(np.clip(note.velocity + rng.normal(0, 7), 20, 127))
        start_s = max(0.0, start_s)
        played.append(
            Played(note.part, start_s, max(end_s - 0.01, start_s + 0.04), note.pitch, velocity)
        )
    return played


def swung(position_q: float, swing: float | None) -> float:
    """Where a position in quarters is played when the half of each beat falls late."""
    if swing is None:
        return position_q
    beat, inside = divmod(position_q, 1.0)
    return beat + (inside * 2 * swing if inside < 0.5 else swing + (inside - 0.5) * 2 * (1 - swing))


def time_truth(score: Score, tempo: Tempo) -> dict[str, Any]:
    """All fields of the truth that lie in time, and those of metre and tempo."""
    beats = list(score.beats()) if score.has_beat else []
    names = {bar.metre.name for bar in score.bars}
    metre = score.bars[0].metre if score.has_beat and len(names) == 1 else None
    steady = score.has_beat and tempo.kind in ("steady", "drift")
    inside = tempo.bpm[tempo.grid_q <= score.end_q]
    bpm = float(np.median(inside)) if steady or (score.has_beat and tempo.kind == "ramp") else None
    return {
        "tempo_kind": tempo.kind if score.has_beat else "none",
        "bpm": bpm and round(bpm, 3),
        "bpm_alternatives": _alternatives(bpm, score) if bpm and metre else [],
        "tempo_sections": _tempo_sections(score, tempo) if score.has_beat else [],
        "swing": score.swing,
        "beats_s": [tempo.second(q) for q, _ in beats] if score.has_beat else None,
        "downbeats_s": [tempo.second(q) for q, down in beats if down] if score.has_beat else None,
        "beats_per_bar": metre.beats_per_bar if metre else None,
        "beats_per_bar_accepted": metre.accepted if metre else [],
        "beats_per_bar_lenient": metre.lenient if metre else [],
        "metre": metre.name if metre else None,
        "metre_sections": _metres(score, tempo) if score.has_beat else [],
        "keys": _in_time(
            score.keys, tempo, lambda v: Key(start_s=0, end_s=0, tonic=v[0], mode=v[1])
        ),
        "chords": _in_time(score.chords, tempo, lambda v: Chord(start_s=0, end_s=0, label=v)),
        "sections": _in_time(
            score.sections, tempo, lambda v: Section(start_s=0, end_s=0, letter=v[0], role=v[1])
        ),
        "silences_s": _silences(score, tempo),
        "instruments": sorted({instruments.name(part) for part in score.parts}),
        "has_drums": any(part.is_drums for part in score.parts),
        "has_choir_sound": any(
            part.program in instruments.CHOIR and not part.is_drums for part in score.parts
        ),
    }


def _in_time(spans: list[Span] | None, tempo: Tempo, row: Callable[[Any], R]) -> list[R] | None:
    if spans is None:
        return None
    return [
        row(span.value).model_copy(
            update={"start_s": tempo.second(span.start_q), "end_s": tempo.second(span.end_q)}
        )
        for span in spans
    ]


def _alternatives(bpm: float, score: Score) -> list[TempoAlternative]:
    metre = score.bars[0].metre
    found = [("half", bpm / 2), ("double", bpm * 2)]
    if metre.is_compound:
        found = [("subdivision", bpm * 3), *found]
    if metre.beats_per_bar == 3:
        found = [("bar", bpm / 3), *found[1:]]
    return [TempoAlternative(bpm=round(at, 3), relation=relation)
            for relation, at in found if 25 <= at <= 400]  # fmt: skip


def _tempo_sections(score: Score, tempo: Tempo) -> list[TempoSection]:
    """One for a tempo that is one to a listener or changes steadily; none in rubato."""
    if tempo.kind == "rubato":
        return []
    last = int(np.searchsorted(tempo.grid_q, score.end_q))
    edges = [0, last]
    if tempo.kind == "steps":
        jumps = np.flatnonzero(np.abs(np.diff(np.log(tempo.bpm[:last]))) > 0.01) + 1
        edges = [0, *map(int, jumps), last]
    sections = []
    for first, end in pairwise(edges):
        from_bpm, to_bpm = float(tempo.bpm[first]), float(tempo.bpm[end - 1])
        if tempo.kind == "drift":
            from_bpm = to_bpm = float(np.median(tempo.bpm[first:end]))
        sections.append(
            TempoSection(start_s=tempo.second(tempo.grid_q[first]),
                         end_s=tempo.second(tempo.grid_q[end]),
                         start_bpm=round(from_bpm, 3), end_bpm=round(to_bpm, 3))
        )  # fmt: skip
    return sections


def _metres(score: Score, tempo: Tempo) -> list[MetreSection]:
    runs: list[list[Any]] = []
    for bar in score.bars:
        if not runs or runs[-1][2] != bar.metre:
            runs.append([bar.start_q, 0.0, bar.metre])
        runs[-1][1] = bar.start_q + bar.length_q
    return [
        MetreSection(
            start_s=tempo.second(start_q), end_s=tempo.second(end_q), metre=metre.name,
            beats_per_bar=metre.accepted, groups=list(metre.groups) if metre.groups else None,
        )
        for start_q, end_q, metre in runs
    ]  # fmt: skip


def _silences(score: Score, tempo: Tempo) -> list[tuple[float, float]]:
    pauses = [(tempo.release(at_q), tempo.second(at_q)) for at_q, _ in tempo.pauses]
    rests = [(tempo.second(a), tempo.release(b)) for a, b in score.rests]
    return sorted(pauses + rests)
