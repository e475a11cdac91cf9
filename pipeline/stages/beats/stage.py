"""The stage `beats`: madmom hears the beats of every track."""

from functools import partial
from importlib.metadata import version

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import heard_by
from schemas.facts import Beat, HeardBeats, MetrePath, TrackedBeats
from schemas.sections import BeatsConfig
from tools import beats
from tools.audio import load_mono
from tools.beats.tracker import THRESHOLD
from tools.checks import check_madmom


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
    frames = np.round(tracked.times_s * beats.FPS).astype(int)
    heights = tracked.activations[frames].max(axis=1)
    pairs = zip(tracked.times_s, tracked.bar_positions, strict=True)
    return TrackedBeats(
        found=[Beat(time_s=float(time), bar_position=int(place)) for time, place in pairs],
        activation=float(np.median(heights)) if len(heights) else 0.0,
        metres=[
            MetrePath(beats_per_bar=n, log_likelihood=value)
            for n, value in tracked.log_likelihoods.items()
            if np.isfinite(value)
        ],
    )


STAGE = Stage(
    name="beats",
    version="1",
    makes=HeardBeats,
    reads=(),
    config=BeatsConfig,
    hears=True,
    run=partial(for_each_track, hear_beats),
    needs=lambda _config: (check_madmom,),
)
