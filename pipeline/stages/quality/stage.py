"""The stage `quality`: our meter measures how the sound of every track was kept."""

from functools import partial

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import OUR_CODE, heard_by
from schemas.facts import HeardQuality
from schemas.record import Record
from tools.quality import QUALITY_PARAMETERS, QUALITY_VERSION, QualityMeter
from tools.sound.reader import blocks, open_sound


def hear_quality(each: AudioTrack, config: Record) -> list[HeardQuality]:
    """Sound quality of one track, of all its channels.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardQuality
        One row; null, with a reason, where it cannot be measured.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    sound = open_sound(each.path)
    meter = QualityMeter(sound)
    for block in blocks(sound):
        meter.add(block)
    by = (OUR_CODE, QUALITY_VERSION, QUALITY_PARAMETERS)
    values = heard_by("quality", meter.result, by)
    return [HeardQuality(track_id=each.track.track_id, **values)]


STAGE = Stage(
    name="quality",
    version="1",
    makes=HeardQuality,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_quality),
)
