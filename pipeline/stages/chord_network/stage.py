"""The stage `chord_network`: madmom's network hears the changes of chord in every track."""

from functools import partial
from importlib.metadata import version

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import heard_by
from schemas.facts import ChordChange, HeardChordNetwork
from schemas.record import Record
from tools import chord_network
from tools.audio import load_mono
from tools.checks import check_madmom
from tools.log_spectrogram import SAMPLE_RATE_HZ


def hear_chord_network(each: AudioTrack, config: Record) -> list[HeardChordNetwork]:
    """Chord changes of one track.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardChordNetwork
        One row; null, with the tool's own words, where it failed.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=SAMPLE_RATE_HZ)

    def listen() -> list[ChordChange]:
        changes = chord_network.chord_changes(mono)
        return [ChordChange(time_s=time_s, label=label) for time_s, label in changes]

    by = ("madmom CRFChordRecognition", version("madmom"), {"fps": chord_network.FPS})
    values = heard_by("chord_changes", listen, by)
    return [HeardChordNetwork(track_id=each.track.track_id, **values)]


STAGE = Stage(
    name="chord_network",
    version="1",
    makes=HeardChordNetwork,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_chord_network),
    needs=lambda _config: (check_madmom,),
)
