"""The stage `beats`: madmom hears the beats of every track."""

from functools import partial
from importlib.metadata import version

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import heard_by
from schemas.facts import ActivationPeak, HeardBeats, MetrePath, Onset, TrackedBeats
from schemas.sections import BeatsConfig
from tools import beats
from tools.audio import load_mono
from tools.beats.onsets import Onsets
from tools.beats.tracker import THRESHOLD
from tools.checks import check_madmom

# Of log-likelihoods, which are some thousands. Builds of the same libraries differ in the ninth
# digit, and a corpus should have the same content wherever it is built.
DECIMALS = 1


def hear_beats(each: AudioTrack, config: BeatsConfig) -> list[HeardBeats]:
    """Beats of one track.

    Parameters
    ----------
    each : AudioTrack
    config : BeatsConfig

    Returns
    -------
    list of HeardBeats
        One row; null, with the tool's own words, where it failed.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=beats.SAMPLE_RATE_HZ)
    parameters = config.model_dump() | {"threshold": THRESHOLD}
    by = ("madmom", version("madmom"), parameters)
    values = heard_by("beats", lambda: _track(mono, config), by)
    return [HeardBeats(track_id=each.track.track_id, **values)]


def _track(mono: np.ndarray, config: BeatsConfig) -> TrackedBeats:
    tracked = beats.track_beats(
        mono,
        beats_per_bar=config.beats_per_bar,
        min_bpm=config.min_bpm,
        max_bpm=config.max_bpm,
    )
    return TrackedBeats(
        metres=[
            MetrePath(
                beats_per_bar=path.beats_per_bar,
                log_likelihood=round(path.log_likelihood, DECIMALS),
                first_position=int(path.bar_positions[0]),
                times_s=path.times_s.tolist(),
            )
            for path in tracked.paths
            if np.isfinite(path.log_likelihood) and len(path.times_s)
        ],
        peaks=_peaks(tracked.activations),
        onsets=_onsets(tracked.onsets),
    )


def _peaks(activations: np.ndarray) -> list[ActivationPeak]:
    frames, probabilities = beats.activation_peaks(activations)
    rows = zip(frames.tolist(), probabilities.tolist(), strict=True)
    return [
        ActivationPeak(time_s=frame / beats.FPS, beat=round(beat, 3), downbeat=round(downbeat, 3))
        for frame, (beat, downbeat) in rows
    ]


def _onsets(found: Onsets) -> list[Onset]:
    rows = zip(found.frames.tolist(), found.strengths.tolist(), strict=True)
    return [
        Onset(time_s=frame / beats.FPS, low=round(low, 3), mid=round(mid, 3), high=round(high, 3))
        for frame, (low, mid, high) in rows
    ]


STAGE = Stage(
    name="beats",
    version="3",
    makes=HeardBeats,
    reads=(),
    config=BeatsConfig,
    hears=True,
    run=partial(for_each_track, hear_beats),
    needs=lambda _config: (check_madmom,),
)
