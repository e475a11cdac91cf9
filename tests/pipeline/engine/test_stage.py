import ctypes
import time
from pathlib import Path

import pytest

from pipeline.corpus.retry import MAY_PASS
from pipeline.engine.stage import AudioTrack, Batch, StageContext, for_each_track
from pipeline.stages import STAGES
from schemas.record import Record
from schemas.tracks import Track
from tests.audio import tone, write
from tools.audio import header_duration_s
from tools.errors import RefusedError
from tools.process_pool import ProcessPool
from tools.sound.identity import track_id_of


class Config(Record):
    factor: int


class Row(Record):
    track_id: str
    value: int


def track(name):
    return AudioTrack(
        Track(
            uri=name,
            track_id=name,
            duration_s=1.0,
            sample_rate_hz=8000,
            n_channels=1,
            format="WAV",
            subtype="PCM_16",
            size_bytes=1,
            peak_dbfs=None,
        ),
        f"/music/{name}",
    )


def work(each, config):
    name = each.track.track_id
    if name == "segfault":
        ctypes.string_at(0)
    if name == "hang":
        time.sleep(60)
    if name == "refused":
        raise RefusedError("too_odd", "why")
    return [Row(track_id=name, value=config.factor * n) for n in range(2)]


def test_bad_tracks_cost_themselves_only():
    names = ["a", "segfault", "b", "hang", "refused", "c"]
    steps = []
    with ProcessPool(workers=2) as pool:
        batch = Batch([track(name) for name in names])
        context = StageContext(STAGES[0], pool, None, 2.0, steps.append)
        result = for_each_track(work, batch, Config(factor=3), context)
    result.check()
    assert result.accepted == ["a", "b", "c"]
    assert [(row.row_id, row.reason) for row in result.rejected] == [
        ("segfault", "crashed"),
        ("hang", "timed_out"),
        ("refused", "too_odd"),
    ]
    assert "SIGSEGV" in result.rejected[0].detail
    assert [row.value for row in result.rows] == [0, 3] * 3
    assert sum(steps) == len(names)


def test_a_missing_input_is_noticed():
    with ProcessPool(workers=1) as pool:
        context = StageContext(STAGES[0], pool, None, 5.0, print)
        result = for_each_track(work, Batch([track("a")]), Config(factor=1), context)
    result.inputs.append("lost")
    with pytest.raises(ValueError, match="lost"):
        result.check()


def replace_file(each, config):
    """Measures, while somebody puts another file there."""
    path = Path(each.path)
    if each.track.uri == "replaced":
        write(path.with_name("new.wav"), tone(1, 8000, 220), 8000).replace(path)
    return work(each, config)


def test_what_was_measured_of_a_file_that_is_replaced_meanwhile_is_refused(tmp_path):
    tracks = []
    for name in ("stays", "replaced"):
        path = write(tmp_path / f"{name}.wav", tone(1, 8000), 8000)
        known = track(name).track.model_copy(update={"track_id": track_id_of(path)})
        tracks.append(AudioTrack(known, str(path)))
    with ProcessPool(workers=1) as pool:
        context = StageContext(STAGES[0], pool, None, 60.0, lambda _: None)
        result = for_each_track(replace_file, Batch(tracks), Config(factor=3), context)
    assert len(result.accepted) == 1
    assert [(row.reason, row.detail) for row in result.rejected] == [
        ("changed", "the file was written while it was read; build again")
    ]


def listen(each, config):
    return [Row(track_id=each.track.track_id, value=round(header_duration_s(each.path)))]


def test_a_file_that_is_gone_or_another_for_now_is_refused_for_what_may_pass(tmp_path):
    other = write(tmp_path / "other.wav", tone(1, 8000), 8000)
    paths = {"gone": other.with_name("gone.wav"), "another": other}
    tracks = [AudioTrack(track(name).track, str(path)) for name, path in paths.items()]
    with ProcessPool(workers=1) as pool:
        context = StageContext(STAGES[0], pool, None, 60.0, lambda _: None)
        result = for_each_track(listen, Batch(tracks), Config(factor=1), context)
    assert [row.reason for row in result.rejected] == ["missing", "changed"]
    assert {row.reason for row in result.rejected} <= set(MAY_PASS), "status offers to retry them"
