"""The stage `rhythm`: madmom hears the beats, and our meter the loudness.

Both in one decoding: another would cost a twentieth of what all tools together cost.
"""

from functools import partial
from importlib.metadata import version

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import OUR_CODE, attempt, made_by
from schemas.facts import Beat, MetrePath, Rhythm, TrackedBeats
from schemas.sections import RhythmConfig
from tools import beats
from tools.audio import load_mono
from tools.beats.tracker import THRESHOLD
from tools.checks import check_madmom
from tools.loudness import LOUDNESS_PARAMETERS, LOUDNESS_VERSION, LoudnessMeter

BEATS, LOUDNESS = ("beats",), ("loudness",)


def hear_rhythm(each: AudioTrack, config: RhythmConfig) -> list[Rhythm]:
    """Beats and loudness of one track.

    Parameters
    ----------
    each : AudioTrack
    config : RhythmConfig

    Returns
    -------
    list of Rhythm
        One row; what a tool could not hear is null, with the tool's own words.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    meter = LoudnessMeter(each.track.sample_rate_hz, each.track.n_channels)
    mono = load_mono(each.path, sample_rate_hz=beats.SAMPLE_RATE_HZ, hear=meter.add)
    tracked, no_beats = attempt(BEATS, lambda: {"beats": _track(mono, config)})
    metered, no_loudness = attempt(LOUDNESS, lambda: {"loudness": meter.result()})
    provenance = []
    if tracked:
        parameters = config.model_dump() | {"threshold": THRESHOLD}
        provenance.append(made_by("madmom", version("madmom"), parameters, BEATS))
    if metered:
        provenance.append(made_by(OUR_CODE, LOUDNESS_VERSION, LOUDNESS_PARAMETERS, LOUDNESS))
    values = dict.fromkeys((*BEATS, *LOUDNESS)) | tracked | metered
    return [
        Rhythm(
            track_id=each.track.track_id,
            **values,
            unmeasured=[*no_beats, *no_loudness],
            provenance=provenance,
        )
    ]


def _track(mono: np.ndarray, config: RhythmConfig) -> TrackedBeats:
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
    name="rhythm",
    version="1",
    makes=Rhythm,
    reads=(),
    config=RhythmConfig,
    hears=True,
    run=partial(for_each_track, hear_rhythm),
    needs=lambda _config: (check_madmom,),
)
