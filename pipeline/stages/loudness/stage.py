"""The stage `loudness`: our meter hears the loudness of every track."""

from functools import partial

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import OUR_CODE, heard_by
from schemas.facts import HeardLoudness
from schemas.record import Record
from tools.loudness import LOUDNESS_PARAMETERS, LOUDNESS_VERSION, LoudnessMeter
from tools.sound.reader import blocks, open_sound


def hear_loudness(each: AudioTrack, config: Record) -> list[HeardLoudness]:
    """Loudness of one track, of all its channels.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardLoudness
        One row; null, with a reason, where it cannot be measured.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    meter = LoudnessMeter(each.track.sample_rate_hz, each.track.n_channels)
    for block in blocks(open_sound(each.path)):
        meter.add(block)
    by = (OUR_CODE, LOUDNESS_VERSION, LOUDNESS_PARAMETERS)
    values = heard_by("loudness", meter.result, by)
    return [HeardLoudness(track_id=each.track.track_id, **values)]


STAGE = Stage(
    name="loudness",
    version="1",
    makes=HeardLoudness,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_loudness),
)
