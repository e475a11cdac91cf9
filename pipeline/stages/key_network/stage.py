"""The stage `key_network`: madmom's network scores the keys over every track."""

from functools import partial
from importlib.metadata import version

import numpy as np

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import heard_by
from schemas.facts import HeardKeyNetwork
from schemas.record import Record
from tools import key_network
from tools.audio import load_mono
from tools.checks import check_madmom
from tools.log_spectrogram import SAMPLE_RATE_HZ

# Ours: moves no probability by more than a thousandth, and halves what is stored.
_DECIMALS = 3


def hear_key_network(each: AudioTrack, config: Record) -> list[HeardKeyNetwork]:
    """Key scores of one track.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardKeyNetwork
        One row; null, with the tool's own words, where it failed.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=SAMPLE_RATE_HZ)

    def listen() -> list[list[float]]:
        scores = key_network.key_scores(mono).astype(np.float64)
        steps: list[list[float]] = np.round(scores, _DECIMALS).tolist()
        return steps

    by = ("madmom CNNKeyRecognition", version("madmom"), {"decimals": _DECIMALS})
    values = heard_by("key_scores", listen, by)
    return [HeardKeyNetwork(track_id=each.track.track_id, step_s=key_network.STEP_S, **values)]


STAGE = Stage(
    name="key_network",
    version="1",
    makes=HeardKeyNetwork,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_key_network),
    needs=lambda _config: (check_madmom,),
)
