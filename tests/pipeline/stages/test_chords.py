"""Either engine hears the chords, and the row says which."""

import pytest

from pipeline.engine.stage import AudioTrack
from pipeline.stages.chords.stage import hear_chords
from schemas.ingest import IngestConfig
from schemas.sections import ChordsConfig
from schemas.tracks import Track
from tests.audio import write
from tests.pipeline.stages.measure.test_known_truth import PIECES
from tools.audio import load_mono
from tools.sound.inspection import inspect


@pytest.mark.parametrize(("engine", "tool"), [("own", "nnls-chords"), ("vamp", "nnls-chroma")])
def test_chords_of_either_engine(tmp_path, engine, tool):
    path = tmp_path / "waltz.flac"
    samples = load_mono(PIECES / "waltz_a_minor.ogg", sample_rate_hz=44100, end_s=8.0)
    write(path, samples, 44100)
    track = Track(uri=path.name, **inspect(path, IngestConfig()).model_dump())
    (row,) = hear_chords(AudioTrack(track, str(path)), ChordsConfig(engine=engine))
    assert "A:min" in {change.label for change in row.chord_changes}
    (provenance,) = row.provenance
    assert provenance.tool.startswith(tool)
