"""What tools heard is joined: a tool that failed costs its own facts, and no other's."""

import numpy as np
import pytest

from pipeline.engine.plan import stage_digests
from pipeline.engine.stage import AudioTrack, Batch, StageContext
from pipeline.stages import STAGES
from pipeline.stages.chords import stage as chords_stage
from pipeline.stages.measure.stage import STAGE, measure_batch
from schemas.config import CorpusConfig
from schemas.facts import (
    HeardBeats,
    HeardChords,
    HeardChroma,
    HeardLoudness,
    HeardQuality,
    HeardTags,
    HeardTimbre,
)
from schemas.ingest import IngestConfig
from schemas.sections import BeatsConfig, MeasureConfig
from schemas.tracks import Track
from tests.audio import clicks, write
from tests.pipeline.release.made_up import Here
from tests.pipeline.stages.measure.test_known_truth import hear
from tools.sound.inspection import inspect

FIELDS = {
    HeardBeats: {"beats", "tempo", "metre", "metre_sections", "time_line", "cross_rhythm"},
    HeardLoudness: {"loudness"},
    HeardChroma: {"key", "key_sections", "scale", "tonic", "tuning"},
    HeardChords: {"chords", "progressions"},
    HeardTimbre: {"sections"},
    HeardTags: {"instruments", "voice"},
    HeardQuality: {"quality"},
}
"""What is made of each tool's row."""
ALL = set().union(*FIELDS.values())


def track_of(path):
    info = inspect(path, IngestConfig(min_duration_s=0))
    return AudioTrack(Track(uri=path.name, **info.model_dump()), str(path))


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """A track with a clear beat."""
    samples = clicks(120, 20.0)
    return track_of(write(tmp_path_factory.mktemp("song") / "a.wav", samples, 44100))


def join(each, rows, config=None):
    progress = []
    context = StageContext(STAGE, Here(), None, 60.0, progress.append)
    batch = Batch([each], {model: [rows[model]] if model in rows else [] for model in STAGE.reads})
    result = measure_batch(batch, config or MeasureConfig(), context)
    result.check()
    assert sum(progress) == 1
    return result


def reasons(row):
    return {each.field: each.reason for each in row.unmeasured}


@pytest.mark.parametrize("rejected", FIELDS)
def test_a_track_that_one_tool_rejected_keeps_what_the_others_heard(song, rejected):
    rows = hear(song)
    del rows[rejected]
    (row,) = join(song, rows).rows
    unheard = {name for name, why in reasons(row).items() if why == "unheard"}
    assert unheard == FIELDS[rejected]
    assert any(each.detail.startswith("see the rejections of ") for each in row.unmeasured)
    if rejected is not HeardBeats:
        assert row.tempo.bpm == pytest.approx(120, rel=0.0025)
    if rejected is not HeardLoudness:
        assert row.loudness is not None


def test_a_track_that_nobody_heard_is_rejected(song):
    result = join(song, {})
    (rejection,) = result.rejected
    assert (rejection.row_id, rejection.reason) == (song.track.track_id, "unheard")
    assert "of the stages that hear" in rejection.detail


def test_a_tool_that_failed_is_null_with_its_words_in_its_own_stage(song, monkeypatch):
    def fail(_):
        raise OSError("the plugin is broken")

    monkeypatch.setattr(chords_stage.nnls_chords, "chord_changes", fail)
    rows = hear(song)
    assert rows[HeardChords].chord_changes is None
    assert rows[HeardChords].provenance == []
    assert reasons(rows[HeardChords]) == {"chord_changes": "failed"}
    (row,) = join(song, rows).rows
    unheard = {each.field: each.detail for each in row.unmeasured if each.reason == "unheard"}
    assert set(unheard) == {"chords", "progressions"}
    assert unheard["chords"] == "chords: OSError: the plugin is broken"


@pytest.mark.parametrize("n_samples", [1, 441, 4096, 22050, 88200])
@pytest.mark.parametrize("level", [0.0, 1e-5, 0.1])
def test_no_tool_fails_at_what_is_too_short_or_silent(tmp_path, n_samples, level):
    """Tools hear every track; whether its facts are stated is decided after that."""
    noise = level * np.random.default_rng(0).standard_normal(n_samples)
    each = track_of(write(tmp_path / "a.wav", noise, 44100, subtype="FLOAT"))
    rows = hear(each)
    assert all("failed" not in reasons(row).values() for row in rows.values())
    (row,) = join(each, rows).rows
    if n_samples < 88200:
        assert reasons(row) == dict.fromkeys(ALL, "too_short")
    elif level < 0.001:
        assert reasons(row) == dict.fromkeys(ALL, "silent")
    else:
        assert row.loudness is not None
    assert not row.provenance or level > 0


def test_a_change_of_one_tool_or_of_the_join_hears_nothing_else_again():
    config = CorpusConfig(name="x", store="store", source={"folder": "."})
    before = stage_digests(STAGES, config)

    def changed(**sections):
        after = stage_digests(STAGES, config.model_copy(update=sections))
        return {name for name in before if after[name] != before[name]}

    tools = {"loudness", "chroma", "chords", "timbre", "tags", "quality"}
    faster = changed(beats=BeatsConfig(max_bpm=250))
    assert {"beats", "measure", "describe"} <= faster
    assert not {"segment", *tools, "transcribe", "caption"} & faster
    longer = changed(measure=MeasureConfig(min_duration_s=5))
    assert {"measure", "describe"} <= longer and not {"beats", *tools} & longer
