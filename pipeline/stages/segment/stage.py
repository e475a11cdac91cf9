"""Cut tracks into windows of 30 s (the last one shorter) and mark the silent ones."""

from functools import partial

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from schemas.ids import segment_id
from schemas.sections import SegmentConfig
from schemas.tracks import Segment
from tools.audio import window_levels


def segment_track(each: AudioTrack, config: SegmentConfig) -> list[Segment]:
    """Windows of one track, without gaps or overlaps.

    Parameters
    ----------
    each : AudioTrack
    config : SegmentConfig

    Returns
    -------
    list of Segment
        In order of time.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    levels_dbfs, duration_s = window_levels(each.path, window_s=config.window_s)
    return [
        Segment(
            segment_id=segment_id(each.track.track_id, index),
            track_id=each.track.track_id,
            index=index,
            start_s=index * config.window_s,
            end_s=min((index + 1) * config.window_s, duration_s),
            rms_dbfs=level,
            is_silent=level is None or level < config.silence_dbfs,
        )
        for index, level in enumerate(levels_dbfs)
    ]


STAGE = Stage(
    name="segment",
    version="1",
    makes=Segment,
    reads=(),
    config=SegmentConfig,
    hears=True,
    run=partial(for_each_track, segment_track),
)
