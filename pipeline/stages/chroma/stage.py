"""The stage `chroma`: essentia hears the pitch classes and the tuning of every track."""

from functools import partial
from importlib.metadata import version

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import Values, attempt, made_by
from schemas.facts import HeardChroma, HeardTuning
from schemas.record import Record
from tools import chroma
from tools.audio import load_mono
from tools.checks import check_essentia

# Ours: about a second (1.02), since keys do not change faster.
FRAMES_PER_STEP = 11
STEP_S = FRAMES_PER_STEP * chroma.FRAME_S


def hear_chroma(each: AudioTrack, config: Record) -> list[HeardChroma]:
    """Pitch class profiles and tuning of one track.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardChroma
        One row; null, with the tool's own words, where it failed.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=chroma.SAMPLE_RATE_HZ)
    parameters = {"frame_size": chroma.FRAME_SIZE, "frames_per_step": FRAMES_PER_STEP}
    by = ("essentia HPCP", version("essentia"), parameters)
    found, unmeasured = attempt(("chroma",), lambda: _pitches(mono))
    return [
        HeardChroma(
            track_id=each.track.track_id,
            step_s=STEP_S,
            **{"chroma": None, **found},
            unmeasured=unmeasured,
            provenance=[made_by(*by, ("chroma", "tuning"))] if found else [],
        )
    ]


def _pitches(mono: np.ndarray) -> Values:
    peaks = chroma.spectral_peaks(mono)
    tuning = chroma.tuning_of(peaks)
    heard = HeardTuning(cents=tuning.cents, strength=tuning.strength)
    return {"chroma": _steps(chroma.chromagram(peaks)), "tuning": heard}


def _steps(frames: np.ndarray) -> list[list[float]]:
    n_steps = len(frames) // FRAMES_PER_STEP
    steps = frames[: n_steps * FRAMES_PER_STEP].reshape(n_steps, FRAMES_PER_STEP, 12)
    profiles: list[list[float]] = steps.mean(axis=1).tolist()
    return profiles


STAGE = Stage(
    name="chroma",
    version="2",
    makes=HeardChroma,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_chroma),
    needs=lambda _config: (check_essentia,),
)
