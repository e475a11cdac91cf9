"""What is damaged or missing is found before it is shown or released, and can be made anew."""

import pytest

from pipeline.corpus.corpus import Corpus
from pipeline.engine.snapshots import latest_snapshot
from pipeline.release.create import create_release
from tests.pipeline.release.made_up import Here, build, listing, make_config
from tools.store import DamagedError, MissingError


@pytest.fixture
def built(tmp_path):
    """Config, store and folder of a small corpus."""
    config = make_config(tmp_path)
    return config, build(config, listing(4)), tmp_path / "store"


def looked_at(config):
    corpus = Corpus.open(config)
    corpus.check_files()
    return corpus


def released(config):
    return create_release(config, "v1", Here())


@pytest.mark.parametrize("look", [looked_at, released])
@pytest.mark.parametrize("stage", ["measure", "tracks", "judge"])
def test_missing_and_cut_shards_are_found(built, look, stage):
    config, _, store = built
    (path,) = (store / "data" / stage).iterdir()
    name, data = path.relative_to(store).as_posix(), path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    cut = (
        rf"^[^\n]*{name} has {len(data) // 2} of {len(data)} bytes: [^\n]*`partimento build`[^\n]*$"
    )
    with pytest.raises(DamagedError, match=cut):
        look(config)
    path.unlink()
    with pytest.raises(DamagedError, match=rf"{name} is missing: .*commits/{stage}/p000000"):
        look(config)


def test_a_changed_shard_is_not_released(built):
    config, _, store = built
    (path,) = (store / "data/describe").iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError, match=f"data/describe/{path.name} was changed"):
        released(config)
    assert not (store / "releases/v1").exists()


@pytest.mark.parametrize("stage", ["tracks", "describe", "judge"])
def test_the_way_out_heals(built, stage):
    config, _, store = built
    before = looked_at(config).content_hash
    (path,) = (store / "data" / stage).iterdir()
    path.write_bytes(b"")
    with pytest.raises(DamagedError):
        looked_at(config)
    for record in (store / "commits" / stage).iterdir():
        record.unlink()
    build(config, listing(4))
    assert looked_at(config).content_hash == before
    assert released(config).datasets[0].n_rows == 4


def test_a_damaged_or_foreign_snapshot_is_told_or_passed_over(built):
    config, store, folder = built
    (folder / "snapshots/notes.txt").write_text("mine")
    (folder / "snapshots/zz.json").write_text("mine")
    (folder / "commits/describe/.DS_Store").write_text("theirs")
    assert latest_snapshot(store).number == 1
    assert looked_at(config).pending == []
    (folder / "snapshots/000002.json").write_bytes(b"")
    with pytest.raises(DamagedError, match=r"snapshots/000002.json is no record .* delete it"):
        looked_at(config)
    (folder / "snapshots/000002.json").unlink()
    text = (folder / "snapshots/000001.json").read_text()
    (folder / "snapshots/000001.json").write_text(text.replace('"n_tracks": 4', '"n_tracks": 5'))
    with pytest.raises(DamagedError, match=r"snapshots/000001.json was changed"):
        looked_at(config)


def test_a_missing_record_of_tracks_is_told(built):
    config, _, store = built
    for record in (store / "commits/tracks").iterdir():
        record.unlink()
    with pytest.raises(MissingError, match=r"commits/tracks/p000000-.* is missing"):
        looked_at(config)
