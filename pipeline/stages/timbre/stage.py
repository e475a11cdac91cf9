"""The stage `timbre`: timbre, pitch classes and level of every track are heard, for its form."""

from functools import partial

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import OUR_CODE, Values, attempt, made_by
from schemas.facts import HeardTimbre
from schemas.record import Record
from tools import timbre
from tools.audio import load_mono

_FIELDS = ("cepstra", "chroma", "levels_dbfs")


def hear_timbre(each: AudioTrack, config: Record) -> list[HeardTimbre]:
    """Timbre, pitch classes and level of one track.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardTimbre
        One row; null, with the error, where it failed.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=timbre.SAMPLE_RATE_HZ)
    found, unmeasured = attempt(_FIELDS, lambda: _values(mono))
    by = made_by(OUR_CODE, timbre.TIMBRE_VERSION, timbre.TIMBRE_PARAMETERS, _FIELDS)
    return [
        HeardTimbre(
            track_id=each.track.track_id,
            step_s=timbre.STEP_S,
            **dict.fromkeys(_FIELDS) | found,
            unmeasured=unmeasured,
            provenance=[by] if found else [],
        )
    ]


def _values(mono: np.ndarray) -> Values:
    heard = timbre.hear_timbre(mono)
    return {name: getattr(heard, name).tolist() for name in _FIELDS}


STAGE = Stage(
    name="timbre",
    version="1",
    makes=HeardTimbre,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_timbre),
)
