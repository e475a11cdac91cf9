"""Pages and releases of songs that lie in a tar have their sound, too."""

import tarfile

import polars as pl
import pytest
import soundfile

from flows.reporting import sound_of
from pipeline.release.sound import with_sound
from schemas.config import load_config
from schemas.tracks import Track
from tests.audio import clicks, write
from tests.inline import Inline, build_inline


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Two songs in a tar; a cache folder that has room for neither."""
    folder = tmp_path_factory.mktemp("tar")
    (folder / "music").mkdir()
    with tarfile.open(folder / "music" / "s.tar", "w") as tar:
        for bpm in (90, 140):
            tar.add(write(folder / f"{bpm}.flac", clicks(bpm, 4.0, 22050), 22050), f"{bpm}.flac")
    path = folder / "corpus.yaml"
    path.write_text(
        "name: tar\nstore: store\nsource:\n  folder: music\nrelease:\n  audio: flac\n"
        "execution:\n  audio_cache: cache\n  audio_cache_gb: 0.000001\n"
    )
    return build_inline(load_config(path), "segment")


def tracks_of(corpus):
    return list(corpus.rows(Track))


def test_a_page_has_its_sound_beside_it(corpus, tmp_path):
    for track in tracks_of(corpus):
        audio = corpus.root.at(track.uri)
        sound = sound_of(track, audio, tmp_path, Inline(), corpus, embed_audio=False)
        assert (sound.url, sound.problem) == (f"{track.track_id}.flac", "")
        assert soundfile.info(str(tmp_path / sound.url)).duration == pytest.approx(4.0)
        embedded = sound_of(track, audio, tmp_path, Inline(), corpus, embed_audio=True)
        assert embedded.url.startswith("data:audio/flac;base64,")


def test_a_release_holds_the_sound_and_leaves_out_what_is_gone(corpus):
    rows = [row.model_dump(include={"track_id", "uri"}) for row in tracks_of(corpus)]
    rows.append({"track_id": "0" * 32, "uri": "s.tar#none.flac"})
    none = {"left_out": None, "left_out_detail": None}
    tracks = pl.DataFrame(
        [row | none for row in rows], schema_overrides=dict.fromkeys(none, pl.String)
    )
    tracks, sound = with_sound(tracks, corpus.root, corpus.config, Inline())
    assert tracks["left_out"].to_list() == [None, None, "missing"]
    assert [data is not None and data[:4] for data in sound] == [b"fLaC", b"fLaC", False]
