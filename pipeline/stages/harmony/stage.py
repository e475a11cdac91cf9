"""The stage `harmony`: essentia hears pitch classes, and Chordino the changes of chord.

Both in one decoding: another would cost a twentieth of what all tools together cost.
"""

from functools import partial
from importlib.metadata import version

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import Values, attempt, made_by
from schemas.facts import ChordChange, Harmony
from schemas.record import Record
from tools import chordino, chroma
from tools.audio import load_mono
from tools.checks import check_chordino, check_essentia

# Ours: about a second (1.02), since keys do not change faster.
FRAMES_PER_STEP = 11
STEP_S = FRAMES_PER_STEP * chroma.FRAME_S
CHROMA, CHORDS = ("chroma",), ("chord_changes",)


def hear_harmony(each: AudioTrack, config: Record) -> list[Harmony]:
    """Pitch classes and chord changes of one track.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of Harmony
        One row; what a tool could not hear is null, with the tool's own words.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=chroma.SAMPLE_RATE_HZ)
    profiles, no_chroma = attempt(CHROMA, lambda: _chroma(mono))
    changes, no_chords = attempt(CHORDS, lambda: _chords(mono))
    provenance = []
    if profiles:
        parameters = {"frame_size": chroma.FRAME_SIZE, "frames_per_step": FRAMES_PER_STEP}
        provenance.append(made_by("essentia HPCP", version("essentia"), parameters, CHROMA))
    if changes:
        by = (chordino.PLUGIN, chordino.plugin_version(), chordino.PARAMETERS)
        provenance.append(made_by(*by, CHORDS))
    values = dict.fromkeys((*CHROMA, *CHORDS)) | profiles | changes
    return [
        Harmony(
            track_id=each.track.track_id,
            step_s=STEP_S,
            **values,
            unmeasured=[*no_chroma, *no_chords],
            provenance=provenance,
        )
    ]


def _chroma(mono: np.ndarray) -> Values:
    frames = chroma.chromagram(mono)
    n_steps = len(frames) // FRAMES_PER_STEP
    steps = frames[: n_steps * FRAMES_PER_STEP].reshape(n_steps, FRAMES_PER_STEP, 12)
    return {"chroma": steps.mean(axis=1).tolist()}


def _chords(mono: np.ndarray) -> Values:
    changes = chordino.chord_changes(mono)
    return {"chord_changes": [ChordChange(time_s=time, label=label) for time, label in changes]}


STAGE = Stage(
    name="harmony",
    version="1",
    makes=Harmony,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_harmony),
    needs=lambda _config: (check_essentia, check_chordino),
)
