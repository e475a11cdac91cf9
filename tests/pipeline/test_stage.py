import ctypes
import time

import pytest

from pipeline.stage import AudioTrack, Batch, Means, for_each_track
from schemas.record import Record
from schemas.tracks import Track
from tools.errors import RefusedError
from tools.process_pool import ProcessPool


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
        means = Means(pool, None, 2.0, steps.append)
        result = for_each_track(work, "work", batch, Config(factor=3), means)
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
        means = Means(pool, None, 5.0, print)
        result = for_each_track(work, "work", Batch([track("a")]), Config(factor=1), means)
    result.inputs.append("lost")
    with pytest.raises(ValueError, match="lost"):
        result.check()
