"""Examples of boundaries and returns for the choice models, from songs whose form is known.

Songs of `benchmarks.facts.songs` and `tune_songs`, whole and cut to excerpts, as `form_hear` kept
them. A boundary is right within 3 s of a true one (the usual tolerance: Turnbull et al., ISMIR
2007); a return is right where both sections have the same letters for most of their time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.facts.form_hear import read_songs
from benchmarks.facts.hear import read_rows
from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.form import Form, find_form
from pipeline.stages.measure.rhythm import rhythm_of
from pipeline.views.evaluate.facts.sections import CLOSE_S
from pipeline.views.evaluate.fitting import Example
from schemas.facts import Beat, HeardBeats, HeardTimbre, Section
from schemas.form import plain_letter
from tools.errors import RefusedError

# Ours: as many excerpts of a song, as long as those that are often shared.
_N_EXCERPTS = 2
_EXCERPT_S = (46.0, 64.0)
# Ours: of the time of two sections, from which on they are the same music; and how often one looks.
_MOSTLY, _STEP_S = 0.7, 0.5
Truth = tuple[float, float, str]


@dataclass(frozen=True)
class HeardSong:
    """What was heard of a song or of an excerpt, and its true sections: start, end, letter."""

    name: str
    style: str
    timbre: HeardTimbre
    beats: Sequence[Beat] | None
    duration_s: float
    sections: Sequence[Truth]

    def form(self) -> Form | None:
        """The form that is found; None where none is."""
        try:
            return find_form(self.timbre, self.beats, duration_s=self.duration_s)
        except RefusedError:
            return None


def heard_songs(songs: Path, *, n_excerpts: int = _N_EXCERPTS) -> Iterator[HeardSong]:
    """All songs that were heard, each followed by excerpts of it."""
    timbre, beats = (
        dict(read_rows(songs, model, stage))
        for model, stage in ((HeardTimbre, "timbre"), (HeardBeats, "beats"))
    )
    for truth in read_songs(songs):
        name = truth["name"]
        if name in timbre and name in beats:
            row, tracked = timbre[name], beats[name]
            assert isinstance(row, HeardTimbre) and isinstance(tracked, HeardBeats)
            song = HeardSong(
                name,
                truth["style"],
                row,
                beats_of(tracked),
                truth["duration_s"],
                sections_of(truth),
            )
            yield song
            random = Random(name)
            for _ in range(n_excerpts):
                length_s = random.uniform(*_EXCERPT_S)
                if length_s < song.duration_s:
                    yield excerpt(song, random.uniform(0, song.duration_s - length_s), length_s)


def beats_of(row: HeardBeats) -> list[Beat] | None:
    """The beats that are stated; None where there are none."""
    try:
        return rhythm_of(row.beats, packaged_calibration())["beats"] if row.beats else None
    except RefusedError:
        return None


def sections_of(truth: Mapping[str, Any]) -> list[Truth]:
    """True sections, without primes."""
    return [(s["start_s"], s["end_s"], s["letter"].rstrip("'")) for s in truth["sections"]]


def excerpt(song: HeardSong, start_s: float, length_s: float) -> HeardSong:
    """A stretch of a song, heard as if it were all."""
    end_s, step_s = start_s + length_s, song.timbre.step_s
    steps = slice(round(start_s / step_s), round(end_s / step_s))
    first_s = steps.start * step_s
    cut = {name: getattr(song.timbre, name)[steps] for name in ("cepstra", "chroma", "levels_dbfs")}
    beats = [
        each.model_copy(update={"time_s": each.time_s - first_s})
        for each in song.beats or []
        if first_s <= each.time_s < end_s
    ]
    sections = [
        (max(0.0, s - first_s), min(e, end_s) - first_s, letter)
        for s, e, letter in song.sections
        if s < end_s and e > first_s
    ]
    row = song.timbre.model_copy(update=cut)
    return HeardSong(song.name, song.style, row, beats or None, length_s, sections)


def boundary_examples(song: HeardSong, form: Form) -> list[Example]:
    """One of every inner boundary found: right or not."""
    true_s = [start_s for start_s, _, _ in song.sections[1:]]
    found = []
    for section, evidence in zip(form.sections[1:], form.boundaries, strict=True):
        is_right = any(abs(section.start_s - each) <= CLOSE_S for each in true_s)
        found.append(Example(song.style, [evidence, {}], (0 if is_right else 1,), silent=1))
    return found


def return_examples(song: HeardSong, form: Form) -> list[Example]:
    """One of every section whose letter was there before: the same music or not."""
    letters = [plain_letter(each) for each in form.sections]
    found = []
    for i, evidence in form.returns.items():
        first = form.sections[letters.index(letters[i])]
        is_right = are_same_music(first, form.sections[i], song.sections)
        found.append(Example(song.style, [evidence, {}], (0 if is_right else 1,), silent=1))
    return found


def are_same_music(one: Section, other: Section, truth: Sequence[Truth]) -> bool:
    """Whether two sections have the same letters, from their starts on, most of the time."""
    length_s = min(each.end_s - each.start_s for each in (one, other))
    places_s = np.arange(_STEP_S / 2, length_s, _STEP_S)
    pairs = [
        (_letter_at(one.start_s + at_s, truth), _letter_at(other.start_s + at_s, truth))
        for at_s in places_s
    ]
    return bool(np.mean([a is not None and a == b for a, b in pairs]) >= _MOSTLY)


def _letter_at(time_s: float, truth: Sequence[Truth]) -> str | None:
    return next((letter for s, e, letter in truth if s <= time_s < e), None)
