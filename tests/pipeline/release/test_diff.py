"""What came, went and changed, and why; and exports."""

import hashlib
import json
import subprocess

import polars as pl
import pytest

from pipeline.release.create import create_release
from pipeline.release.diff import diff_releases
from pipeline.release.export import export_release
from pipeline.release.folder import find_release
from pipeline.release.lineage import ReleaseError
from schemas.captions import Authorship
from schemas.ingest import IngestConfig
from tests.audio import clicks, write
from tests.pipeline.release.made_up import Here, build, caption, listing, make_config, track_id
from tools.sound.inspection import inspect


def diff(config, store, old="a", new="b"):
    found = diff_releases(find_release(store, old), find_release(store, new))
    rows = found.rows.filter(dataset="mf-skills/captions")
    return found, {
        (row["track_id"][:6], row["change"]): row["why"] for row in rows.iter_rows(named=True)
    }


def ids(*numbers):
    return [track_id(f"song{number:03d}.ogg")[:6] for number in numbers]


def test_rows_that_came_went_and_stayed(tmp_path):
    config = make_config(tmp_path)
    unknown = {1: None}
    words = {"licence": lambda n: unknown.get(n, "MIT")}
    refused = {track_id("song002.ogg"): "describe"}
    store = build(config, listing(4, **words), refuse=refused)
    create_release(config, "a", Here())
    unknown.clear()
    later = listing(6, **words)
    strict = make_config(tmp_path, "describe:\n  max_wrong: {key: 0.01}\n")
    build(strict, later.slice(1), refuse={track_id("song003.ogg"): "judge"})
    create_release(strict, "b", Here())
    found, why = diff(strict, store)
    zero, one, two, three, four, five = ids(0, 1, 2, 3, 4, 5)
    assert why == {
        (one, "came"): "no longer left out: unknown_licence",
        (two, "came"): "no longer left out: describe: refused",
        (four, "came"): "new track",
        (five, "came"): "new track",
        (zero, "went"): "left out: absent",
        (three, "went"): "left out: judge: refused",
    }
    assert found.stages == ["describe: max_wrong: key 0.05 -> 0.01"]
    same = {
        "tracks": 2,
        "mf-skills/captions": 0,
        "mf-skills/qa": 2,
        "mf-skills/comparisons": 0,
        "mf-think": 2,
        "mf-properties": 0,
    }
    assert found.same == same
    assert diff_releases(find_release(store, "b"), find_release(store, "b")).rows.is_empty()


def test_texts_change_by_model_by_prompt_and_by_threshold(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(4))
    create_release(config, "a", Here())
    other = make_config(tmp_path, "describe:\n  max_wrong: {key: 0.01}\n")
    prompted = Authorship(**AUTHOR_FIELDS | {"prompt": "describe@2", "prompt_hash": "1"})
    by_model = Authorship(**AUTHOR_FIELDS | {"model": "better"})
    first, second, third, fourth = (track_id(f"song{n:03d}.ogg") for n in range(4))
    authors = {first: prompted, second: by_model}
    words = {third: "It may be in C major."}

    def write_text(track):
        kind = {"author": authors[track]} if track in authors else {}
        return caption(track, words.get(track, "It is in C major."), **kind)

    build(other, listing(4, licence=lambda n: "CC-BY-NC-4.0" if n == 3 else "CC-BY-4.0"),
          write=write_text)  # fmt: skip
    create_release(other, "b", Here())
    found, why = diff(other, store)
    assert why == {
        (first[:6], "changed"): "prompt describe@1 -> describe@2",
        (second[:6], "changed"): "model m -> better",
        (third[:6], "changed"): "describe: max_wrong: key 0.05 -> 0.01",
        (fourth[:6], "changed"): "lane commercial -> research_only",
    }
    tracks = found.rows.filter(dataset="tracks")
    assert tracks.select("track_id", "change").rows() == [(fourth, "changed")]
    assert found.counts().height == 7


AUTHOR_FIELDS = {"role": "writer", "engine": "openai", "model": "m", "prompt": "describe@1",
                 "prompt_hash": "0"}  # fmt: skip


@pytest.fixture
def released(tmp_path):
    config = make_config(tmp_path, "  audio: flac\n")
    ids = []
    for number in range(6):
        path = tmp_path / f"audio/song{number:03d}.ogg"
        write(path, clicks(100 + number, 2, 22050), 22050, format="OGG")
        ids.append(inspect(path, IngestConfig(max_duration_s=60)).track_id)
    store = build(config, listing(6, duration_s=lambda n: 2.0, track_id=lambda n: ids[n]))
    create_release(config, "v1", Here())
    return find_release(store, "v1")


def test_a_delta_table_holds_the_same_rows_in_the_same_files(released, tmp_path):
    import deltalake

    tables = export_release(released, "delta", tmp_path / "delta")
    found = {"facts": 0, **{each.config: 0 for each in released.manifest.datasets}}
    for path in tables:
        table = deltalake.DeltaTable(path)
        found[table.metadata().name.split("_")[0]] += len(table.to_pyarrow_table())
        for file in path.glob("*.parquet"):
            assert file.stat().st_nlink == 2, "it is the release's own file"
    n_rows = {each.config: each.n_rows for each in released.manifest.datasets}
    assert found == n_rows | {"facts": n_rows["tracks"]}


def test_a_folder_for_the_hub_is_the_release_itself(released, tmp_path):
    export_release(released, "hf", tmp_path / "hub")
    ours = released.store.folder / released.prefix
    assert subprocess.run(["diff", "-r", ours, tmp_path / "hub"], check=False).returncode == 0
    with pytest.raises(ReleaseError, match="in use"):
        export_release(released, "hf", tmp_path / "hub")


def test_webdataset_has_sound_and_texts_of_every_track(released, tmp_path):
    import webdataset

    (folder,) = export_release(released, "webdataset", tmp_path / "wds")
    seen = set()
    for split in released.manifest.datasets[0].splits:
        paths = [str(path) for path in folder.glob(f"{split}-*.tar")]
        for sample in webdataset.WebDataset(paths, shardshuffle=False):
            words = json.loads(sample["json"])
            assert words["split"] == split
            assert sample["flac"][:4] == b"fLaC"
            assert words["mf-skills/captions"][0]["completion"] == "It is in C major."
            seen.add(sample["__key__"])
    assert seen == set(pl.concat([rows for _, rows in released.frames("tracks")])["track_id"])


def vouch_for(folder):
    """Let the manifest name the files' bytes as they are, as whoever makes a release can."""
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["checksum"]
    for each in manifest["files"]:
        data = (folder / each["path"]).read_bytes()
        each |= {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", ["../../outside", "/etc/x", "a/../../b", "", None, "x.tar"])
def test_ids_of_strangers_name_no_member_outside(released, tmp_path, name):
    folder = released.store.folder / released.prefix
    for path in folder.glob("tracks/*.parquet"):
        rows = pl.read_parquet(path)
        rows.with_columns(track_id=pl.lit(name, dtype=pl.String)).write_parquet(path)
    vouch_for(folder)
    with pytest.raises(ReleaseError, match="is no track id"):
        export_release(find_release(None, str(folder)), "webdataset", tmp_path / "wds")


def test_webdataset_needs_sound(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(2))
    create_release(config, "v1", Here())
    with pytest.raises(ReleaseError, match=r"release\.audio"):
        export_release(find_release(store, "v1"), "webdataset", tmp_path / "wds")


@pytest.mark.parametrize("path", ["../../secret", "/etc/hostname", "tracks/../../x", ""])
def test_a_manifest_whose_names_lead_out_of_its_folder_is_refused(released, path):
    folder = released.store.folder / released.prefix
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["checksum"]  # a stranger's would be right
    for part, field in (("files", "path"), ("datasets", "name")):
        hostile = json.loads(json.dumps(manifest))
        hostile[part][0][field] = path
        (folder / "manifest.json").write_text(json.dumps(hostile))
        with pytest.raises(ReleaseError, match="leads out of the release"):
            find_release(None, str(folder))


def test_a_link_out_of_a_release_is_not_exported(released, tmp_path):
    (tmp_path / "secret").write_text("of this machine")
    folder = released.store.folder / released.prefix
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to(tmp_path / "secret")
    with pytest.raises(ReleaseError, match=r"README.md is a link that leads out of the release"):
        export_release(find_release(None, str(folder)), "hf", tmp_path / "hub")
    assert not (tmp_path / "hub/README.md").exists()
