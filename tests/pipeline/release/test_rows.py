"""The rows of this build, and none of an earlier one."""

import shutil

import polars as pl
import pytest

from pipeline.corpus.build import build
from pipeline.corpus.corpus import Corpus
from pipeline.release.rows import export_rows
from schemas.config import ConfigError, load_config
from schemas.sections import SegmentConfig
from schemas.tracks import Segment
from tests.small_corpus import LAST_STAGE


@pytest.fixture(scope="module")
def changed(built_corpus, tmp_path_factory):
    """A corpus before and after other segments: two generations of shards lie in one folder."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(built_corpus.parent, folder / "corpus")
    config = load_config(folder / "corpus" / built_corpus.name)
    before = Corpus.open(config)
    shorter = config.model_copy(update={"segment": SegmentConfig(window_s=1.0)})
    return before, build(shorter, until=LAST_STAGE)


def test_what_a_glob_reads_is_too_much_and_what_we_read_is_not(changed):
    before, after = changed
    globbed = pl.read_parquet(f"{after.config.store}/data/segment/*.parquet")
    ours = after.frame("segment")
    assert len(globbed) == len(ours) + len(before.frame("segment"))
    assert ours.equals(after.frame(Segment))
    assert set(ours["end_s"] - ours["start_s"]) == {1.0}


def test_an_export_is_the_rows_of_one_build(changed, tmp_path):
    before, after = changed
    folder = tmp_path / "rows"
    first = export_rows(before, "segment", str(folder))
    assert (first.n_written, first.n_kept, first.n_removed) == (2, 0, 0)
    assert pl.read_parquet(folder / "*.parquet").equals(before.frame("segment"))
    (folder / "notes.txt").write_text("mine")

    again = export_rows(before, "segment", str(folder))
    assert (again.n_written, again.n_kept, again.n_removed) == (0, 2, 0)
    second = export_rows(after, "segment", str(folder))
    assert (second.n_written, second.n_kept, second.n_removed) == (2, 0, 2)
    assert second.n_rows == len(after.frame("segment"))
    assert pl.read_parquet(folder / "*.parquet").equals(after.frame("segment"))
    assert (folder / "notes.txt").read_text() == "mine"


def test_tracks_can_be_exported_and_what_is_no_stage_cannot(changed, tmp_path):
    _, after = changed
    assert export_rows(after, "tracks", str(tmp_path / "t")).n_rows == 3
    with pytest.raises(ConfigError, match="there is no stage 'none', only tracks, "):
        export_rows(after, "none", str(tmp_path / "n"))
    assert export_rows(after, "judge", str(tmp_path / "j")).n_rows == 0
