"""Whole releases of a made-up corpus: what loads, what is left out, what a kill leaves."""

import io
import json
import subprocess
import sys
import time
from datetime import timedelta

import datasets
import duckdb
import polars as pl
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from pipeline.engine.snapshots import latest_snapshot, read_sources, take_snapshot
from pipeline.ingest.recordings import keep_fingerprints
from pipeline.prompts import load_prompt
from pipeline.release.create import create_release
from pipeline.release.folder import MANIFEST, find_release, list_releases
from pipeline.release.lineage import ReleaseError
from pipeline.release.vacuum import find_orphans, remove
from pipeline.release.verify import verify_release
from pipeline.stages import STAGES
from schemas.arrow import arrow_schema
from schemas.ingest import IngestConfig
from schemas.release import ReleasedCaption, ReleasedTrack
from tests.audio import clicks, write
from tests.pipeline.release.made_up import Here, build, listing, make_config, track_id
from tools.sound.inspection import inspect
from tools.store import Store

N = 24


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """24 tracks in six partitions: one left, one has no licence, one is too long; some texts are
    refused."""
    folder = tmp_path_factory.mktemp("released")
    config = make_config(folder)
    unknown = {3: None}
    longest = {5: 1100.0}
    words = {
        "licence": lambda n: unknown.get(n, "CC-BY-NC-4.0" if n % 2 else "CC0-1.0"),
        "duration_s": lambda n: longest.get(n, 100.0 + n),
        "culture": lambda n: "Wales" if n else None,
    }
    second, fourth, sixth = (track_id(f"song{number:03d}.ogg") for number in (2, 4, 6))
    refused = {second: "describe", fourth: "judge", f"{sixth}-q01": "lint"}
    build(config, listing(N, **words), refuse=refused)
    build(config, listing(N, **words).slice(1))
    manifest = create_release(config, "v1", Here())
    return config, folder / "store/releases/v1", manifest


def test_every_row_is_released_or_left_out_with_a_reason(released):
    _, folder, manifest = released
    tracks, captions, pairs, _, thoughts, _ = manifest.datasets
    assert tracks.n_in == N == tracks.n_rows + 2
    gone = {"absent": 1, "unknown_licence": 1}
    assert tracks.left_out == gone
    assert captions.left_out == gone | {"over_context": 1, "judge: refused": 1}
    assert captions.n_in == captions.n_rows + 4 == N - 1, "one was never written"
    assert pairs.left_out == gone | {"over_context": 1, "lint: refused": 1}
    assert pairs.n_in == pairs.n_rows + 4 == N
    assert thoughts.left_out == gone | {"over_context": 1}
    assert thoughts.n_in == thoughts.n_rows + 3 == N - 1
    listed = pl.read_parquet(folder / "left-out/*.parquet")
    counts = listed.group_by("dataset", "reason").len().sort(pl.all()).rows()
    assert counts == [
        ("mf-skills/captions", "absent", 1),
        ("mf-skills/captions", "describe: refused", 1),
        ("mf-skills/captions", "judge: refused", 1),
        ("mf-skills/captions", "over_context", 1),
        ("mf-skills/captions", "unknown_licence", 1),
        ("mf-skills/qa", "absent", 1),
        ("mf-skills/qa", "lint: refused", 1),
        ("mf-skills/qa", "over_context", 1),
        ("mf-skills/qa", "unknown_licence", 1),
        ("mf-think", "absent", 1),
        ("mf-think", "over_context", 1),
        ("mf-think", "unknown_licence", 1),
        ("tracks", "absent", 1),
        ("tracks", "unknown_licence", 1),
    ]
    qa = listed.filter(dataset="mf-skills/qa", reason="lint: refused")
    assert qa["row_id"].to_list() == [f"{track_id('song006.ogg')}-q01"]
    released = pl.read_parquet(folder / "mf-skills/qa/*.parquet")
    assert released["prompt"].unique().to_list() == ["Which chord?\n(A) A\n(B) B\n(C) C\n(D) D"]


def test_it_loads_with_datasets(released):
    _, folder, manifest = released
    default = datasets.load_dataset(str(folder), cache_dir=str(folder.parents[2] / "cache"))
    assert {name: len(rows) for name, rows in default.items()} == manifest.datasets[1].splits
    assert default["train"][0]["completion"] == "It is in C major."
    tracks = datasets.load_dataset(
        str(folder), "tracks", split="train", cache_dir=str(folder.parents[2] / "cache")
    )
    assert tracks[0]["audio"] == {"path": tracks[0]["audio"]["path"], "bytes": None}
    assert tracks[0]["audio"]["path"].endswith(".ogg")


def test_it_loads_with_polars_duckdb_and_pyarrow(released):
    _, folder, manifest = released
    n_rows, n_tokens = manifest.datasets[1].n_rows, manifest.datasets[1].n_text_tokens
    pattern = f"{folder}/mf-skills/captions/*.parquet"
    assert pl.scan_parquet(pattern).select(pl.len()).collect().item() == n_rows
    query = f"""
        select count(*), count(distinct artist), sum(n_text_tokens) from '{pattern}'
        join '{folder}/tracks/*.parquet' using (track_id)
    """
    assert duckdb.sql(query).fetchall() == [(n_rows, n_rows, n_tokens)]
    table = pyarrow.dataset.dataset(folder / "mf-skills/captions").to_table()
    assert len(table) == n_rows
    assert table.schema.equals(arrow_schema(ReleasedCaption))
    (first, *_) = sorted((folder / "tracks").iterdir())
    read, meant = pq.read_schema(first), arrow_schema(ReleasedTrack)
    assert read.equals(meant), "but for the name of lists' elements, which Parquet has its own for"
    assert [each.metadata for each in read] == [each.metadata for each in meant]
    column = pq.ParquetFile(first).metadata.row_group(0).column(0)
    assert (column.compression, column.has_offset_index) == ("ZSTD", True)


def test_nothing_of_ours_is_needed_to_load_it(released, tmp_path):
    _, folder, _ = released
    script = (
        "import sys, datasets, duckdb, polars\n"
        f"rows = datasets.load_dataset({str(folder)!r}, 'captions', cache_dir='cache')\n"
        f"polars.read_parquet({str(folder / 'tracks/*.parquet')!r})\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "ours = {'schemas', 'tools', 'pipeline', 'flows'} & loaded\n"
        "assert not ours and len(rows['train']), ours\n"
    )
    subprocess.run([sys.executable, "-I", "-c", script], cwd=tmp_path, check=True, timeout=120)


def test_groups_are_whole_and_conversations_are_as_audio_flamingo_reads_them(released):
    _, folder, manifest = released
    tracks = pl.read_parquet(folder / "tracks/*.parquet")
    captions = pl.read_parquet(folder / "mf-skills/captions/*.parquet")
    assert tracks.group_by("group").agg(pl.col("split").n_unique())["split"].max() == 1
    assert set(tracks["lane"]) == {"commercial", "research_only"}
    assert len(manifest.datasets[0].splits) == 3
    lines = [
        json.loads(line)
        for path in sorted((folder / "conversations").iterdir())
        for line in path.read_text().splitlines()
    ]
    by_id = {line["id"]: line for line in lines}
    pairs = pl.read_parquet(folder / "mf-skills/qa/*.parquet")
    assert by_id.keys() == {*captions["row_id"], *pairs["row_id"]}
    row = captions.join(tracks, on="track_id").row(0, named=True)
    assert by_id[row["row_id"]] == {
        "id": row["row_id"],
        "sound": row["audio"]["path"],
        "duration": row["duration_s"],
        **dict.fromkeys(("about_start_s", "about_end_s", "heard_start_s", "heard_end_s")),
        "conversations": [
            {"from": "human", "value": "<sound>\nDescribe this track."},
            {"from": "gpt", "value": "It is in C major."},
        ],
    }


def test_the_manifest_and_the_card_tell_where_rows_come_from(released):
    _, folder, manifest = released
    stages = {each.stage: each for each in manifest.stages}
    assert list(stages) == [each.name for each in STAGES]
    describe = stages["describe"]
    assert describe.models["writer"].engine == "builtin/facts"
    assert describe.prompt == f"describe@{load_prompt('describe').version}"
    assert describe.config["max_wrong"]["key"] == 0.05
    (author,) = manifest.datasets[1].authors
    assert (author.model, author.n_rows) == ("m", manifest.datasets[1].n_rows)
    assert manifest.text_tokens.startswith("estimated")
    licences = {(each.licence, each.lane): each.n_tracks for each in manifest.licences}
    assert licences[None, "blocked"] == 1
    card = (folder / "README.md").read_text()
    for words in ("CC BY-NC-SA 4.0", "Chordino", "wales", "Known limits", "1 over_context"):
        assert words in card, words
    assert str(folder.parents[2]) not in card + (folder / MANIFEST).read_text()


def test_a_release_is_the_same_whenever_it_is_made(released):
    config, _, manifest = released
    again = create_release(config, "v1-again", Here())
    rows = {each.path: each.sha256 for each in manifest.files if each.n_rows is not None}
    assert {e.path: e.sha256 for e in again.files if e.n_rows is not None} == rows
    with pytest.raises(ReleaseError, match="never change"):
        create_release(config, "v1", Here())
    assert [each.manifest.name for each in list_releases(Store(config.store))] == [
        "v1",
        "v1-again",
    ]


def test_verify_finds_a_flipped_bit_a_missing_file_and_one_too_many(released, tmp_path):
    _, folder, manifest = released
    copy = tmp_path / "v1"
    subprocess.run(["cp", "-r", folder, copy], check=True)
    assert verify_release(find_release(None, str(copy))) == []
    for file in manifest.files:
        path = copy / file.path
        good = path.read_bytes()
        position = len(good) // 2
        path.write_bytes(good[:position] + bytes([good[position] ^ 4]) + good[position + 1 :])
        (problem,) = verify_release(find_release(None, str(copy)))
        assert problem.startswith(file.path)
        path.write_bytes(good)
    (copy / "README.md").unlink()
    (copy / "tracks/train-00009-of-00001.parquet").write_bytes(b"")
    assert verify_release(find_release(None, str(copy))) == [
        "tracks/train-00009-of-00001.parquet: not in the manifest",
        "README.md: missing",
    ]


def test_an_interrupted_create_leaves_no_half_release(tmp_path):
    config = make_config(tmp_path)
    build(config, listing(60))
    store, seen = Store(config.store), set()
    command = [sys.executable, "-m", "tests.pipeline.release.made_up", tmp_path / "corpus.yaml"]
    staging = tmp_path / "store/staging"
    for wanted in ("tracks", "conversations", "plots"):
        process = subprocess.Popen([*command, "killed"])
        while process.poll() is None and not any(staging.glob(f"*/{wanted}")):
            time.sleep(0.002)
        process.kill()
        seen.add(process.wait())
        assert not (tmp_path / "store/releases/killed").exists()
        assert list_releases(store) == []
    assert seen == {-9}
    orphans = find_orphans(store, older_than=timedelta(0))
    assert {each.why for each in orphans} <= {"an interrupted release", "an empty folder"}
    assert find_orphans(store, older_than=timedelta(hours=1)) == []
    create_release(config, "killed", Here())
    remove(store, orphans)
    assert list(staging.glob("*")) == []
    assert verify_release(find_release(store, "killed")) == []


def test_vacuum_keeps_all_that_is_referred_to(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(4))
    create_release(config, "v1", Here())
    assert find_orphans(store, older_than=timedelta(0)) == []
    store.put("data/describe/p000000-dead-beef.parquet", b"left by a killed writer")
    store.put("releases/half/tracks/train-00000-of-00001.parquet", b"left by another")
    found = find_orphans(store, older_than=timedelta(0))
    assert [each.why for each in found] == [
        "a shard without a commit record",
        "a release without a manifest",
    ]
    remove(store, found)
    assert find_orphans(store, older_than=timedelta(0)) == []
    assert verify_release(find_release(store, "v1")) == []


def test_vacuum_keeps_the_fingerprints_that_snapshots_name(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(4))
    texts = {"track_id": ["a", "b"], "fingerprint": ["AQ", "AR"]}
    kept, left = (keep_fingerprints(store, row)[0] for row in pl.DataFrame(texts).iter_slices(1))
    parent = latest_snapshot(store)
    sources = read_sources(store, parent).with_columns(title=pl.lit("changed"))
    take_snapshot(store, parent, sources, config.ingest, [kept])
    assert [each.path for each in find_orphans(store, older_than=timedelta(0))] == [left]


def test_what_cannot_be_released_says_why(tmp_path):
    config = make_config(tmp_path)
    with pytest.raises(ReleaseError, match="run `partimento build`"):
        create_release(config, "v1", Here())
    build(config, listing(4, licence=lambda n: None), skip=("judge", "factcheck"))
    with pytest.raises(ReleaseError, match=f"2 of {len(STAGES)} steps are not done"):
        create_release(config, "v1", Here())
    with pytest.raises(ReleaseError, match="unknown_licence: research_only"):
        create_release(config, "v1", Here(), allow_partial=True)
    with pytest.raises(ReleaseError, match="is no name"):
        create_release(config, "../v1", Here())
    allowed = make_config(tmp_path, "curation:\n  unknown_licence: research_only\n")
    manifest = create_release(allowed, "v1", Here(), allow_partial=True)
    assert manifest.is_partial
    assert [each.n_rows for each in manifest.datasets] == [4, 0, 0, 0, 0, 0]
    assert (
        "config_name: tracks\n  default: true"
        in (tmp_path / "store/releases/v1/README.md").read_text()
    )


@pytest.mark.parametrize("audio", ["flac", "opus"])
def test_sound_is_embedded_on_request_and_what_is_another_file_by_now_is_left_out(tmp_path, audio):
    import soundfile

    config = make_config(tmp_path, f"  audio: {audio}\n")
    files = [tmp_path / f"audio/song{number:03d}.ogg" for number in range(3)]
    for number, path in enumerate(files):
        write(path, clicks(100 + number, 5, 22050), 22050, format="OGG")
    digest = {
        n: inspect(p, IngestConfig(max_duration_s=60)).track_id
        for n, p in enumerate(files)
        if n != 1
    }
    files[1].write_bytes(b"broken since")
    build(config, listing(3, duration_s=lambda n: 5.0, track_id=lambda n: digest.get(n, "1" * 32)))
    manifest = create_release(config, "v1", Here())
    changed, never_made = {"changed": 1}, {}
    assert [each.left_out for each in manifest.datasets] == [
        changed, changed, changed, never_made, changed, never_made,
    ]  # fmt: skip
    for row in pl.read_parquet(tmp_path / "store/releases/v1/tracks/*.parquet").to_dicts():
        assert row["audio"]["path"] == f"{row['track_id']}.{audio}"
        samples, rate = soundfile.read(io.BytesIO(row["audio"]["bytes"]))
        assert (rate, samples.shape) == (16000, (80_000,))
