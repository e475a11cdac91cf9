"""The stage `chords`: Chordino hears the changes of chord in every track."""

from functools import partial

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import heard_by
from schemas.facts import ChordChange, HeardChords
from schemas.record import Record
from tools import chordino
from tools.audio import load_mono
from tools.checks import check_chordino


def hear_chords(each: AudioTrack, config: Record) -> list[HeardChords]:
    """Chord changes of one track.

    Parameters
    ----------
    each : AudioTrack
    config : Record
        Without fields.

    Returns
    -------
    list of HeardChords
        One row; null, with the tool's own words, where it failed.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=chordino.SAMPLE_RATE_HZ)

    def listen() -> list[ChordChange]:
        changes = chordino.chord_changes(mono)
        return [ChordChange(time_s=time, label=label) for time, label in changes]

    by = (chordino.PLUGIN, chordino.plugin_version(), chordino.PARAMETERS)
    values = heard_by("chord_changes", listen, by)
    return [HeardChords(track_id=each.track.track_id, **values)]


STAGE = Stage(
    name="chords",
    version="1",
    makes=HeardChords,
    reads=(),
    config=Record,
    hears=True,
    run=partial(for_each_track, hear_chords),
    needs=lambda _config: (check_chordino,),
)
