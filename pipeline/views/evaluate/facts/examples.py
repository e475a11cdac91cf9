"""Examples for choice models, of tracks with references: what was heard, and which of it is right.

Sources are left out whole where chances are judged: the tracks' folders, or where there is one
folder only, parts of the tracks.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.decisions import HeardTrack, chords_evidence, key_evidence
from pipeline.stages.measure.key import path_stretches
from pipeline.stages.measure.levels import LEVELS, octave_pair
from pipeline.stages.measure.metre import metre_candidates, metre_evidence, same_family
from pipeline.stages.measure.rhythm import Followed, follow
from pipeline.stages.measure.tonality import CANDIDATES, Candidate, same_tonic
from pipeline.views.evaluate.facts.chords import LEAST_CHORD_S, chord_is_right
from pipeline.views.evaluate.facts.measured import MeasuredTrack
from pipeline.views.evaluate.facts.reference import ReferenceFacts, mode_name
from pipeline.views.evaluate.facts.tempo import tempo_error
from pipeline.views.evaluate.fitting import Example
from schemas.calibration import ChoiceModel
from schemas.facts import HeardBeats, HeardChords, HeardChroma
from schemas.harmony import pitch_class
from tools.errors import RefusedError

# Ours: as many parts as leave four fifths to fit on.
_N_PARTS = 5
_NO_KEY = CANDIDATES.index(Candidate(None, None))

Pairs = Sequence[tuple[ReferenceFacts, MeasuredTrack]]


class TimedKey(Protocol):
    """A key with its time."""

    @property
    def start_s(self) -> float: ...  # noqa: D102
    @property
    def end_s(self) -> float: ...  # noqa: D102
    @property
    def tonic(self) -> str: ...  # noqa: D102
    @property
    def mode(self) -> str: ...  # noqa: D102


def examples_of(pairs: Pairs) -> Mapping[str, list[Example]]:
    """Examples by field, of the fields whose models are fitted on a user's own music."""
    sources = sources_of([measured for _, measured in pairs])
    metre_model = packaged_calibration().metre
    found: dict[str, list[Example]] = {"tempo": [], "metre": [], "key": [], "chords": []}
    for (reference, measured), source in zip(pairs, sources, strict=True):
        heard = measured.heard
        if reference.tempi_bpm is not None:
            found["tempo"] += tempo_example(reference.tempi_bpm, heard, source, metre_model)
        if reference.beats_per_bar:
            found["metre"] += metre_example(reference.beats_per_bar, heard, source, metre_model)
        if reference.keys is not None:
            found["key"] += key_example(reference.keys, heard, source)
        if reference.chords:
            found["chords"] += chord_examples(reference, heard, source)
    return found


def sources_of(tracks: Sequence[MeasuredTrack]) -> list[str]:
    """What each track is left out with: its folder, or its part by its id."""
    uris = [Path(each.heard.track.uri) for each in tracks]
    if len({uri.parent for uri in uris}) > 1:
        return [uri.parent.as_posix() for uri in uris]
    return [f"part {int(each.heard.track.track_id[:8], 16) % _N_PARTS + 1}" for each in tracks]


def tempo_example(
    tempi_bpm: Sequence[float], heard: HeardTrack, source: str, metre_model: ChoiceModel
) -> list[Example]:
    """The level at which a tempo is felt; none where no beat is followed.

    Parameters
    ----------
    tempi_bpm : sequence of float
        Any of them is right; empty where there is no tempo.
    heard : HeardTrack
    source : str
    metre_model : ChoiceModel
        By which the beats are chosen.
    """
    followed = _followed(heard, metre_model)
    if followed is None:
        return []
    bpms = [level * followed.fitted.bpm for level in LEVELS]
    right = tuple(i for i, bpm in enumerate(bpms) if not tempo_error(tempi_bpm, bpm))
    return [Example(source, followed.level_evidence(), right, coarse=octave_pair)]


def metre_example(
    beats_per_bar: Sequence[int], heard: HeardTrack, source: str, metre_model: ChoiceModel
) -> list[Example]:
    """The metre among those tracked; none where no beat is followed.

    Parameters
    ----------
    beats_per_bar : sequence of int
        Any of them is right.
    heard : HeardTrack
    source : str
    metre_model : ChoiceModel
        By which it is decided whether there are beats.
    """
    row = heard.row(HeardBeats)
    if row is None or row.beats is None or _followed(heard, metre_model) is None:
        return []
    paths = metre_candidates(row.beats)
    values = [path.beats_per_bar for path in paths]
    right = tuple(i for i, each in enumerate(values) if each in beats_per_bar)
    evidence = metre_evidence(row.beats, heard.harmonic_rhythm())
    family = partial(same_family, paths)
    return [Example(source, evidence, right, values=values, coarse=family)]


def _followed(heard: HeardTrack, metre_model: ChoiceModel) -> Followed | None:
    row = heard.row(HeardBeats)
    if row is None or row.beats is None:
        return None
    try:
        return follow(row.beats, metre_model, heard.harmonic_rhythm())
    except RefusedError:
        return None


def key_example(
    keys: Sequence[TimedKey], heard: HeardTrack, source: str, *, from_s: float = 0.0
) -> list[Example]:
    """The longest stretch of one tonality; none where no pitches were heard.

    Parameters
    ----------
    keys : sequence of TimedKey
        Empty where there is no key.
    heard : HeardTrack
    source : str
    from_s : float, optional
        The stretch begins then at the earliest, if most of it is left.
    """
    chroma = heard.row(HeardChroma)
    if chroma is None or not chroma.chroma:
        return []
    first, last = longest_stretch(chroma)
    later = max(first, round(from_s / chroma.step_s))
    first = later if 2 * later < first + last else first
    right = right_keys(keys, first * chroma.step_s, last * chroma.step_s)
    evidence = key_evidence(heard)(first, last)
    return [Example(source, evidence, right, silent=_NO_KEY, coarse=same_tonic)]


def longest_stretch(chroma: HeardChroma) -> tuple[int, int]:
    """Steps of the longest stretch in which the best path stays in a key."""
    steps = np.array(chroma.chroma, np.float32).reshape(-1, 12)
    stretches = path_stretches(steps, step_s=chroma.step_s)
    return max(stretches, key=lambda each: each[1] - each[0])


def right_keys(keys: Sequence[TimedKey], start_s: float, end_s: float) -> tuple[int, ...]:
    """Which of `CANDIDATES` is right for a stretch: the key of most of it, or that there is none.

    Parameters
    ----------
    keys : sequence of TimedKey
        Empty where there is no key.
    start_s, end_s : float
        Of the stretch.

    Returns
    -------
    tuple of int
        Empty where the key is none of the candidates.
    """
    if not keys:
        return (_NO_KEY,)
    key = max(keys, key=lambda each: min(each.end_s, end_s) - max(each.start_s, start_s))
    name = pitch_class(key.tonic), mode_name(key.mode)
    return tuple(i for i, each in enumerate(CANDIDATES) if (each.pitch, each.scale) == name)


def chord_examples(reference: ReferenceFacts, heard: HeardTrack, source: str) -> list[Example]:
    """Every chord heard where the reference knows what is there."""
    found = []
    pairs = zip(heard.chords(HeardChords), chords_evidence(heard), strict=True)
    for chord, evidence in pairs:
        is_right = chord_is_right(chord, reference.chords or ())
        if is_right is not None and chord.end_s - chord.start_s >= LEAST_CHORD_S:
            found.append(Example(source, evidence, (0,) if is_right else (1,), silent=1))
    return found
