"""The stage `tags`: musicnn hears what plays, and whether somebody sings, in every track."""

from functools import partial

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import heard_by
from schemas.facts import HeardTags, TagWindow
from schemas.record import Record
from tools.audio import load_mono
from tools.tags import musicnn


def hear_tags(each: AudioTrack, config: Record) -> list[HeardTags]:
    """Tags of one track.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardTags
        One row; null, with a reason, where the track is shorter than a window.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=musicnn.SAMPLE_RATE_HZ)
    parameters = {"network": musicnn.NETWORK, "hop_s": musicnn.HOP_S}
    by = ("musicnn", musicnn.VERSION, parameters)
    values = heard_by("windows", lambda: _windows(mono), by)
    return [
        HeardTags(
            track_id=each.track.track_id,
            tags=list(musicnn.TAGS),
            window_s=musicnn.WINDOW_S,
            **values,
        )
    ]


def _windows(mono: np.ndarray) -> list[TagWindow]:
    starts_s, probabilities = musicnn.tag_probabilities(mono)
    rows = np.round(probabilities.astype(np.float64), 3).tolist()
    return [
        TagWindow(start_s=float(start_s), probabilities=row)
        for start_s, row in zip(starts_s, rows, strict=True)
    ]


STAGE = Stage(
    name="tags",
    version="1",
    makes=HeardTags,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_tags),
)
