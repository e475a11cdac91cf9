"""Exports of a release, each read back by the library that it is for."""

import io
import json
import subprocess
import sys

import datasets
import jams
import polars as pl
import pytest
import soundfile

from pipeline.release.create import create_release
from pipeline.release.export import export_release
from pipeline.release.folder import find_release
from pipeline.release.lineage import ReleaseError
from pipeline.release.verify import verify_release
from schemas.ingest import IngestConfig
from tests.audio import clicks, write
from tests.pipeline.release.made_up import Here, build, listing, make_config
from tools.sound.inspection import inspect

N = 4


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Four tracks of two seconds with their sound in FLAC."""
    folder = tmp_path_factory.mktemp("exported")
    config = make_config(folder, "  audio: flac\n")
    ids = []
    for number in range(N):
        path = folder / f"audio/song{number:03d}.ogg"
        write(path, clicks(100 + number, 2, 22050), 22050, format="OGG")
        ids.append(inspect(path, IngestConfig(max_duration_s=60)).track_id)
    words = {
        "duration_s": lambda n: 2.0,
        "track_id": lambda n: ids[n],
        "album": lambda n: f"LP {n}",
    }
    store = build(config, listing(N, **words))
    create_release(config, "v1", Here())
    return find_release(store, "v1")


def folder_of(release):
    return release.store.folder / release.prefix


def filled(release):
    """The data sets of texts that have rows."""
    return [each for each in release.manifest.datasets[1:] if each.n_rows]


def tracks_of(release):
    return pl.concat([rows for _, rows in release.frames("tracks")])


def test_sound_is_an_audio_feature_with_texts_beside_it(released, tmp_path):
    """`datasets` would decode it; the bytes are decoded here by another library."""
    loaded = datasets.load_dataset(str(folder_of(released)), "tracks", cache_dir=str(tmp_path))
    n_seen = 0
    for rows in loaded.values():
        assert rows.features["audio"] == datasets.Audio()
        for row in rows.cast_column("audio", datasets.Audio(decode=False)):
            samples, rate = soundfile.read(io.BytesIO(row["audio"]["bytes"]))
            assert (rate, len(samples)) == (16_000, 32_000)
            said = {each["dataset"]: each for each in row["texts"]}
            assert said.keys() == {"captions", "qa", "think"}
            assert said["captions"]["completion"] == "It is in C major."
            assert said["qa"]["row_id"] == f"{row['track_id']}-q01"
            number = int(row["uri"].removeprefix("song").removesuffix(".ogg"))
            assert row["album"] == f"LP {number}"
            n_seen += 1
    assert n_seen == N


def test_texts_in_tracks_are_those_of_the_lean_data_sets(released):
    joined = tracks_of(released).select("track_id", "texts").explode("texts").unnest("texts")
    for dataset in filled(released):
        lean = pl.concat([rows for _, rows in released.frames(dataset.name)])
        here = joined.filter(dataset=dataset.config)
        columns = ["track_id", "row_id", "prompt", "completion"]
        assert here.select(columns).sort("row_id").equals(lean.select(columns).sort("row_id"))


def test_facts_are_a_config_of_their_own(released, tmp_path):
    loaded = datasets.load_dataset(str(folder_of(released)), "facts", cache_dir=str(tmp_path))
    split_of = dict(tracks_of(released).select("track_id", "split").iter_rows())
    found = {row["track_id"]: (split, row) for split, rows in loaded.items() for row in rows}
    assert {track: split for track, (split, _) in found.items()} == split_of
    for _, row in found.values():
        assert row["key"]["tonic"] == "C"
        assert row["provenance"][0]["tool"] == "madmom"
        assert row["tempo"] is None
    assert verify_release(released) == []


def test_chats_name_sounds_that_are_there(released, tmp_path):
    """As a JSON data set, which is how trainers load them."""
    paths = export_release(released, "chat", tmp_path / "chat")
    counts = {}
    for path in paths:
        config = path.stem.partition("-")[0]
        rows = datasets.Dataset.from_json(str(path), cache_dir=str(tmp_path / "cache"))
        counts[config] = counts.get(config, 0) + len(rows)
        for row in rows:
            user, assistant = row["messages"]
            assert (user["role"], assistant["role"]) == ("user", "assistant")
            assert user["content"].startswith("<audio>")
            (sound,) = row["audios"]
            assert soundfile.info(tmp_path / "chat" / sound).duration == 2.0
    assert counts == {each.config: each.n_rows for each in filled(released)}
    one = json.loads(next(p for p in paths if p.stem == "captions-train").open().readline())
    assert one["messages"] == [
        {"role": "user", "content": "<audio>Describe this track."},
        {"role": "assistant", "content": "It is in C major."},
    ]


def test_nemo_reads_its_manifest(released, tmp_path):
    """In a process of its own: NeMo takes a while, and changes much when imported."""
    paths = export_release(released, "nemo", tmp_path / "nemo")
    script = (
        "import json, sys\n"
        "from nemo.collections.common.parts.preprocessing.manifest import item_iter\n"
        "json.dump(list(item_iter(sys.argv[1:])), open('rows.json', 'w'))\n"
    )
    command = [sys.executable, "-c", script, *paths]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    rows = json.loads((tmp_path / "rows.json").read_text())
    assert len(rows) == sum(each.n_rows for each in released.manifest.datasets[1:])
    for row in rows:
        assert (row["offset"], row["duration"]) == (0.0, 2.0)
        assert soundfile.info(row["audio_file"]).duration == 2.0
    assert "It is in C major." in {row["text"] for row in rows}
    written = json.loads(paths[0].open().readline())
    assert written["context"] == "Describe this track."


def test_jams_holds_the_facts_with_chances_and_tools(released, tmp_path):
    export_release(released, "jams", tmp_path / "jams")
    words = {row["track_id"]: row for row in tracks_of(released).iter_rows(named=True)}
    paths = sorted((tmp_path / "jams").rglob("*.jams"), key=lambda path: path.stem)
    assert [path.stem for path in paths] == sorted(words)
    for path in paths:
        read = jams.load(str(path))
        read.validate(strict=True)
        track = words[path.stem]
        assert path.parent.name == track["split"]
        assert (read.file_metadata.release, read.file_metadata.duration) == (track["album"], 2.0)
        (beats,) = read.search(namespace="beat")
        assert [(each.time, each.value) for each in beats.data] == [(0.5, 1), (1.0, 2)]
        assert beats.annotation_metadata.annotation_tools == "madmom 1"
        (chords,) = read.search(namespace="chord")
        (chord,) = chords.data
        assert (chord.time, chord.duration, chord.value) == (0.5, 1.5, "C:maj7/3")
        assert chord.confidence == 0.9
        (key,) = read.search(namespace="key_mode")
        assert [each.value for each in key.data] == ["C:major"]
        assert not read.search(namespace="tempo"), "it was not measured"


def test_sound_by_reference_keeps_its_names(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(2))
    create_release(config, "v1", Here())
    release = find_release(store, "v1")
    paths = export_release(release, "chat", tmp_path / "chat")
    sounds = {json.loads(line)["audios"][0] for path in paths for line in path.open()}
    assert sounds == {"song000.ogg", "song001.ogg"}
    assert not (tmp_path / "chat/sound").exists()


def test_a_release_without_facts_is_no_jams(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(2), skip=("measure",))
    create_release(config, "v1", Here(), allow_partial=True)
    with pytest.raises(ReleaseError, match="has no facts"):
        export_release(find_release(store, "v1"), "jams", tmp_path / "jams")
