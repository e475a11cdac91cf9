"""The one way from a track to a file on this machine."""

import io
import tarfile

import pytest

from tests.web import WebFiles
from tools.errors import RefusedError
from tools.remote.access import Access
from tools.remote.audio import AudioRoot, RemoteFile, new_file, track_file
from tools.remote.cache import FileCache
from tools.remote.fetch import state_of
from tools.remote.state import RemoteState
from tools.sound.identity import track_id_of

SONG = b"RIFF" + bytes(5000)
OTHER = b"RIFF" + b"\1" * 5000


@pytest.fixture
def music(tmp_path):
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "a.WAV").write_bytes(SONG)
    return tmp_path / "music"


@pytest.fixture
def web(music):
    with WebFiles(music) as server:
        yield server


def root_at(folder, tmp_path, hosts=("127.0.0.1",), most_bytes=10**6):
    return AudioRoot(str(folder), Access(FileCache(f"{tmp_path}/cache", 10**6), hosts, most_bytes))


def reason(context, *arguments):
    with pytest.raises(RefusedError) as error, context(*arguments):
        pass
    return error.value.reason


def read(context, *arguments):
    with context(*arguments) as path, open(path, "rb") as file:
        return file.read()


def tar_with(path, **members):
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(f"{name}.wav")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def test_a_local_file_is_used_where_it_is(music, tmp_path):
    root = root_at(music, tmp_path)
    assert root.at("a.WAV") == f"{music}/a.WAV" and root.at("/x/y.wav") == "/x/y.wav"
    with track_file(root.at("a.WAV"), track_id_of(music / "a.WAV")) as path:
        assert path == f"{music}/a.WAV"
    assert reason(track_file, root.at("a.WAV"), "0" * 32) == "changed"
    assert not (tmp_path / "cache").exists()


def test_what_is_fetched_is_kept_under_its_id_and_asked_for_once(web, music, tmp_path):
    audio = root_at(web.url, tmp_path).at("a.WAV")
    track_id = track_id_of(music / "a.WAV")
    with new_file(audio, state_of(audio.name, ("127.0.0.1",))) as path:
        assert path.endswith(f"/cache/{track_id[:2]}/{track_id}.wav")
    web.asked.clear()
    for _ in range(3):
        assert read(track_file, audio, track_id) == SONG
    assert web.asked == []
    (tmp_path / "cache" / track_id[:2] / f"{track_id}.wav").write_bytes(SONG[:-1])
    assert read(track_file, audio, track_id) == SONG
    assert web.asked == [("GET", "/a.WAV")]


def test_a_file_that_is_another_now_is_said_to_be_changed(web, music, tmp_path):
    audio = root_at(web.url, tmp_path).at("a.WAV")
    track_id, state = track_id_of(music / "a.WAV"), state_of(audio.name, ("127.0.0.1",))
    (music / "a.WAV").write_bytes(OTHER + b"!")
    assert reason(track_file, audio, track_id) == "changed"
    assert reason(new_file, audio, state) == "changed"
    (music / "a.WAV").unlink()
    assert reason(track_file, audio, track_id) == "missing"


def test_sizes_are_bounded_before_a_byte_is_read(web, tmp_path):
    audio = root_at(web.url, tmp_path, most_bytes=1000).at("a.WAV")
    state = state_of(audio.name, ("127.0.0.1",))
    assert reason(new_file, audio, state) == "too_large"
    assert reason(track_file, audio, "0" * 32) == "too_large"
    assert reason(new_file, audio, RemoteState(0, 0)) == "empty_file"


@pytest.mark.parametrize("is_remote", [False, True])
def test_a_member_is_read_though_its_tar_was_written_anew(is_remote, web, music, tmp_path):
    tar_with(music / "s.tar", a=SONG, b=OTHER)
    root = root_at(web.url if is_remote else music, tmp_path)
    audio, track_id = root.at("s.tar#b.wav"), track_id_of(io_file(tmp_path, OTHER))
    assert isinstance(audio, RemoteFile)
    assert read(track_file, audio, track_id) == OTHER
    tar_with(music / "s.tar", c=b"x" * 90_000, b=OTHER)
    for kept in (tmp_path / "cache").rglob("*.wav"):
        kept.unlink()
    assert read(track_file, audio, track_id) == OTHER
    assert reason(track_file, root.at("s.tar#a.wav"), "1" * 32) == "missing"
    assert reason(track_file, root.at("s.tar#c.wav"), "0" * 32) == "changed"


def io_file(folder, data):
    path = folder / "some.wav"
    path.write_bytes(data)
    return path


def test_a_name_with_a_hash_is_a_file_where_there_is_one(music, tmp_path):
    (music / "mix.tar#1.wav").write_bytes(SONG)
    assert root_at(music, tmp_path).at("mix.tar#1.wav") == f"{music}/mix.tar#1.wav"
    with pytest.raises(ValueError, match="leads out of the bucket"):
        root_at("s3://bucket/in", tmp_path).at("../../x.wav")
