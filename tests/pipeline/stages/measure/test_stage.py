"""What tools heard is joined: a tool that failed costs its own facts, and no other's."""

import numpy as np
import pytest

from pipeline.engine.plan import stage_digests
from pipeline.engine.stage import AudioTrack, Batch, StageContext
from pipeline.stages import STAGES
from pipeline.stages.harmony import stage as harmony_stage
from pipeline.stages.harmony.stage import hear_harmony
from pipeline.stages.measure.stage import STAGE, measure_batch
from pipeline.stages.rhythm.stage import hear_rhythm
from schemas.config import CorpusConfig
from schemas.facts import Harmony, Rhythm
from schemas.ingest import IngestConfig
from schemas.record import Record
from schemas.sections import MeasureConfig, RhythmConfig
from schemas.tracks import Track
from tests.audio import clicks, write
from tests.pipeline.release.made_up import Here
from tools.sound.inspection import inspect

OF_RHYTHM = {"beats", "tempo", "metre", "loudness"}
OF_HARMONY = {"key", "key_sections", "chords", "progressions"}


def track_of(path):
    info = inspect(path, IngestConfig(min_duration_s=0))
    return AudioTrack(Track(uri=path.name, **info.model_dump()), str(path))


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """A track with a clear beat."""
    samples = clicks(120, 20.0)
    return track_of(write(tmp_path_factory.mktemp("song") / "a.wav", samples, 44100))


def join(each, rhythms, harmonies, config=None):
    progress = []
    context = StageContext(STAGE, Here(), None, 60.0, progress.append)
    batch = Batch([each], {Rhythm: rhythms, Harmony: harmonies})
    result = measure_batch(batch, config or MeasureConfig(), context)
    result.check()
    assert sum(progress) == 1
    return result


def reasons(row):
    return {each.field: each.reason for each in row.unmeasured}


def test_a_track_that_one_tool_rejected_keeps_what_the_other_heard(song):
    rhythms = hear_rhythm(song, RhythmConfig())
    (row,) = join(song, rhythms, []).rows
    assert row.tempo.bpm == pytest.approx(120, rel=0.0025)
    assert row.loudness is not None
    assert reasons(row) == dict.fromkeys(OF_HARMONY, "unheard")
    assert "see the rejections of harmony" in {each.detail for each in row.unmeasured}
    harmonies = hear_harmony(song, Record())
    (row,) = join(song, [], harmonies).rows
    assert row.chords is not None
    assert {name for name, why in reasons(row).items() if why == "unheard"} >= OF_RHYTHM


def test_a_track_that_nobody_heard_is_rejected(song):
    result = join(song, [], [])
    (rejection,) = result.rejected
    assert (rejection.row_id, rejection.reason) == (song.track.track_id, "unheard")
    assert "rhythm and harmony" in rejection.detail


def test_a_tool_that_failed_is_null_with_its_words_in_its_own_stage(song, monkeypatch):
    def fail(_):
        raise OSError("the plugin is broken")

    monkeypatch.setattr(harmony_stage.chordino, "chord_changes", fail)
    (heard,) = hear_harmony(song, Record())
    assert heard.chord_changes is None and heard.chroma is not None
    assert reasons(heard) == {"chord_changes": "failed"}
    (row,) = join(song, hear_rhythm(song, RhythmConfig()), [heard]).rows
    unheard = {each.field: each.detail for each in row.unmeasured if each.reason == "unheard"}
    assert set(unheard) == {"chords", "progressions"}
    assert unheard["chords"] == "harmony: OSError: the plugin is broken"


@pytest.mark.parametrize("n_samples", [1, 441, 4096, 22050, 88200])
@pytest.mark.parametrize("level", [0.0, 1e-5, 0.1])
def test_no_tool_fails_at_what_is_too_short_or_silent(tmp_path, n_samples, level):
    """Tools hear every track; whether its facts are stated is decided after that."""
    noise = level * np.random.default_rng(0).standard_normal(n_samples)
    each = track_of(write(tmp_path / "a.wav", noise, 44100, subtype="FLOAT"))
    rhythms, harmonies = hear_rhythm(each, RhythmConfig()), hear_harmony(each, Record())
    assert "failed" not in {*reasons(rhythms[0]).values(), *reasons(harmonies[0]).values()}
    (row,) = join(each, rhythms, harmonies).rows
    if n_samples < 88200:
        assert reasons(row) == dict.fromkeys(OF_RHYTHM | OF_HARMONY, "too_short")
    elif level < 0.001:
        assert reasons(row) == dict.fromkeys(OF_RHYTHM | OF_HARMONY, "silent")
    else:
        assert row.loudness is not None
    assert not row.provenance or level > 0


def test_a_change_of_one_tool_or_of_the_join_hears_nothing_else_again():
    config = CorpusConfig(name="x", store="store", source={"folder": "."})
    before = stage_digests(STAGES, config)

    def changed(**sections):
        after = stage_digests(STAGES, config.model_copy(update=sections))
        return {name for name in before if after[name] != before[name]}

    faster = changed(rhythm=RhythmConfig(max_bpm=250))
    assert {"rhythm", "measure", "describe"} <= faster
    assert not {"segment", "harmony", "transcribe", "caption"} & faster
    longer = changed(measure=MeasureConfig(min_duration_s=5))
    assert {"measure", "describe"} <= longer and not {"rhythm", "harmony"} & longer
