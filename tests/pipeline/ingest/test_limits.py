"""What becomes of refused files when the limits change."""

import polars as pl
import pytest

from pipeline.engine.snapshots import latest_snapshot, take_snapshot
from pipeline.engine.sources import SCAN_SCHEMA, SOURCES_SCHEMA
from pipeline.ingest.inspection import inspect_files
from pipeline.ingest.placement import JUDGED_BY_LIMITS, TRIED_AGAIN, split_known
from pipeline.ingest.root import root_of
from pipeline.ingest.scan import scan
from schemas.config import CorpusConfig
from schemas.ingest import IngestConfig
from schemas.sections import SourceConfig
from tests.audio import tone, write
from tools.process_pool import ProcessPool
from tools.store import Store


def test_a_snapshot_names_the_limits_that_files_were_judged_by(tmp_path):
    store, nothing = Store(str(tmp_path)), pl.DataFrame(schema=SOURCES_SCHEMA)
    first = take_snapshot(store, None, nothing, IngestConfig())
    assert first.limits["max_missing_s"] == 0.1
    assert take_snapshot(store, first, nothing, IngestConfig()) is first
    assert take_snapshot(store, first, nothing, IngestConfig(partition_size=2)) is first
    second = take_snapshot(store, first, nothing, IngestConfig(min_duration_s=0.0))
    assert second.number == 2
    assert latest_snapshot(store).limits["min_duration_s"] == 0.0


@pytest.mark.parametrize(
    ("reason", "limits_changed", "is_tried"),
    [
        ("too_short", False, False),
        ("too_short", True, True),
        ("out_of_range", True, True),
        ("non_finite_samples", True, False),
        ("needs_av", False, True),
        ("changed", False, True),
    ],
)
def test_refused_files_are_tried_again_where_they_may_be_let_in(reason, limits_changed, is_tried):
    row = {"uri": "a.wav", "size_bytes": 1, "mtime_ns": 1}
    scanned = pl.DataFrame([row], schema=SCAN_SCHEMA)
    sources = pl.DataFrame([row | {"reason": reason, "is_present": True}], schema=SOURCES_SCHEMA)
    again = (*TRIED_AGAIN, *JUDGED_BY_LIMITS) if limits_changed else TRIED_AGAIN
    _, unknown = split_known(scanned, sources, try_again=again)
    assert len(unknown) == is_tried


def test_files_are_inspected_by_the_limits_of_the_config(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    write(folder / "a.wav", tone(1, 8000), 8000)
    write(folder / "b.wav", tone(3, 8000), 8000)
    config = CorpusConfig(
        name="limits",
        store=str(tmp_path / "store"),
        source=SourceConfig(folder=str(folder)),
        ingest=IngestConfig(min_duration_s=2.0),
    )
    files = scan(config.source, root_of(config)).drop("reason", "detail")
    with ProcessPool(workers=1) as pool:
        rows = inspect_files(files, root_of(config), config, pool, lambda _: None)
    assert rows["reason"].to_list() == ["too_short", None]
