"""The stage `chords`: the changes of chord of every track, by Chordino's method."""

from functools import partial

from pipeline.engine.stage import AudioTrack, Stage, for_each_track
from pipeline.stages.measure.attempt import heard_by
from schemas.facts import ChordChange, HeardChords
from schemas.sections import ChordsConfig
from tools import chordino, nnls_chords
from tools.audio import load_mono
from tools.checks import check_chordino


def hear_chords(each: AudioTrack, config: ChordsConfig) -> list[HeardChords]:
    """Chord changes of one track.

    Parameters
    ----------
    each : AudioTrack
    config : ChordsConfig

    Returns
    -------
    list of HeardChords
        One row; null, with the tool's own words, where it failed.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more.
    """
    mono = load_mono(each.path, sample_rate_hz=nnls_chords.SAMPLE_RATE_HZ)
    tool = nnls_chords if config.engine == "own" else chordino

    def listen() -> list[ChordChange]:
        changes = tool.chord_changes(mono)
        return [ChordChange(time_s=time, label=label) for time, label in changes]

    by = (tool.TOOL, tool.version(), tool.PARAMETERS)
    values = heard_by("chord_changes", listen, by)
    return [HeardChords(track_id=each.track.track_id, **values)]


STAGE = Stage(
    name="chords",
    version="2",
    makes=HeardChords,
    reads=(),
    config=ChordsConfig,
    hears=True,
    run=partial(for_each_track, hear_chords),
    needs=lambda config: (check_chordino,) if config.engine == "vamp" else (),
)
