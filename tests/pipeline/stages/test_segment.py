import pytest

from pipeline.stages.segment.stage import segment_track
from schemas.sections import SegmentConfig
from tests.audio import tone, write
from tests.pipeline.engine.test_stage import track


@pytest.mark.parametrize(
    ("duration_s", "ends_s"),
    [(65, [30, 60, 65]), (60, [30, 60]), (30, [30]), (0.001, [0.001])],
)
def test_windows_tile_the_track(tmp_path, duration_s, ends_s):
    each = track("id")
    path = write(tmp_path / "a.wav", tone(duration_s, 8000), 8000)
    segments = segment_track(type(each)(each.track, str(path)), SegmentConfig())
    assert [segment.end_s for segment in segments] == pytest.approx(ends_s)
    assert segments[0].start_s == 0
    starts_s = [segment.start_s for segment in segments[1:]]
    assert starts_s == pytest.approx([segment.end_s for segment in segments[:-1]])
    assert segments[0].segment_id == "id-0000"


def test_silent_windows_are_marked(tmp_path):
    each = track("id")
    path = write(tmp_path / "a.wav", 0.001 * tone(40, 8000), 8000)
    quiet = type(each)(each.track, str(path))
    assert all(segment.is_silent for segment in segment_track(quiet, SegmentConfig()))
    config = SegmentConfig(silence_dbfs=-90)
    assert not any(segment.is_silent for segment in segment_track(quiet, config))
