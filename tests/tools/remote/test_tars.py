"""Tars of others: what is in them is found, and nothing in them can do harm."""

import io
import os
import random
import tarfile

import pytest

from tools.errors import RefusedError
from tools.remote import tars
from tools.remote.tars import from_bytes, read_index, to_bytes

SONG = bytes(range(256)) * 100


def member(name, data=SONG, **fields):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def tar_of(*members, **options):
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", **options) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return sink.getvalue()


def indexed(data):
    return read_index(lambda start, end: data[start:end], len(data))


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_are_where_the_index_says(form):
    long = "f/" * 45 + "song.flac" if form == tarfile.USTAR_FORMAT else "f/" * 200 + "söng.flac"
    sounds = {"a.wav": SONG, long: b"12345", "empty.wav": b""}
    words = member("a.json", b'{"title": "A"}')
    data = tar_of(*(member(*each) for each in sounds.items()), words, format=form)
    index = indexed(data)
    assert index.bad == []
    found = {name: data[at : at + size] for name, at, size in index.members}
    assert found == sounds | {"a.json": words[1]}
    assert index.texts == {"a.json": '{"title": "A"}'}
    assert from_bytes(to_bytes(index)) == index


HOSTILE = {
    "/etc/passwd": ("unsafe_name", {}),
    "a/../../b.wav": ("unsafe_name", {}),
    "bell\x07.wav": ("unsafe_name", {}),
    "n" * 2000 + ".wav": ("unsafe_name", {}),
    "half\udcff.wav": ("name_not_utf8", {}),
    "link.wav": ("not_a_file", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}),
    "hard.wav": ("not_a_file", {"type": tarfile.LNKTYPE, "linkname": "good.wav"}),
    "device.wav": ("not_a_file", {"type": tarfile.CHRTYPE}),
    "pipe.wav": ("not_a_file", {"type": tarfile.FIFOTYPE}),
}


def test_what_is_no_file_to_be_read_has_a_reason():
    odd = [member(name, b"", **fields) for name, (_, fields) in HOSTILE.items()]
    folder = member("folder", b"", type=tarfile.DIRTYPE)
    data = tar_of(member("good.wav"), folder, *odd, member("last.wav"), format=tarfile.GNU_FORMAT)
    index = indexed(data)
    assert [each.name for each in index.members] == ["good.wav", "last.wav"]
    assert [each.reason for each in index.bad] == [why for why, _ in HOSTILE.values()]


def test_a_sparse_member_is_none_whose_bytes_are_there():
    headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.realsize": str(1 << 50),
        "GNU.sparse.name": "huge.wav",
    }
    sparse = member("GNUSparseFile.0/huge.wav", b"1\n0\n5\n".ljust(512, b"\0"), pax_headers=headers)
    index = indexed(tar_of(sparse, format=tarfile.PAX_FORMAT))
    assert (index.members, [each.reason for each in index.bad]) == ([], ["not_a_file"])


def test_a_tar_that_ends_early_gives_what_is_whole_and_says_so():
    whole = tar_of(member("a.wav"), member("b.wav"), format=tarfile.GNU_FORMAT)
    size_of_one = 512 + -(-len(SONG) // 512) * 512
    for n_bytes in range(1, len(whole) + 1, 173):
        try:
            index = indexed(whole[:n_bytes])
        except RefusedError as error:
            assert error.reason == "bad_tar" and n_bytes < 512
            continue
        n_whole = sum(n_bytes >= 512 + k * size_of_one + len(SONG) for k in range(2))
        assert len(index.members) == n_whole
        assert bool(index.bad) == (n_bytes <= 2 * size_of_one)
    assert indexed(whole).bad == []
    assert indexed(whole).members == indexed(whole + bytes(10240)).members


def test_what_is_no_tar_is_refused_with_its_reason():
    for data in (b"", b"RIFF" * 1000, os.urandom(5000), b"\x1f\x8b" + bytes(2000)):
        with pytest.raises(RefusedError) as error:
            indexed(data)
        assert error.value.reason == "bad_tar"


def test_headers_that_promise_gigabytes_are_not_read():
    wanted = []

    def read(start, end):
        wanted.append(end - start)
        return data[start:end]

    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 6 << 30
    data = info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 16)
    with pytest.raises(RefusedError, match="bytes long"):
        read_index(read, 8 << 30)
    assert max(wanted) <= 1 << 16


def test_a_chain_of_headers_ends():
    pax = tarfile.TarInfo("x")
    pax.type, pax.size = tarfile.XHDTYPE, 512
    chain = (pax.tobuf(tarfile.USTAR_FORMAT) + b"12 path=abc\n".ljust(512, b"\0")) * 3000
    with pytest.raises(RefusedError):
        indexed(chain)


@pytest.fixture(params=["refused", "taken"])
def negative_sizes(request, monkeypatch):
    """What tarfile does with them: since CVE-2025-8194 they are bad headers, which it skips."""
    block = tarfile.TarInfo._block

    def refusing(self, count):
        if count < 0:
            raise tarfile.InvalidHeaderError("invalid offset")
        return block(self, count)

    def taking(_self, count):
        return -(-count // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE

    used = refusing if request.param == "refused" else taking
    monkeypatch.setattr(tarfile.TarInfo, "_block", used)


@pytest.mark.usefixtures("negative_sizes")
def test_negative_sizes_end():
    back = member("a.wav", b"", pax_headers={"size": "-1024"})
    index = indexed(tar_of(member("good.wav"), back, format=tarfile.PAX_FORMAT))
    assert [each.name for each in index.members] == ["good.wav"]
    assert [(each.name, each.reason) for each in index.bad] == [("", "bad_tar")]
    with pytest.raises(RefusedError):
        indexed(tar_of(back, format=tarfile.PAX_FORMAT))


def test_more_members_than_are_let_in(monkeypatch):
    monkeypatch.setattr(tars, "MOST_MEMBERS", 3)
    index = indexed(tar_of(*(member(f"{k}.wav", b"x") for k in range(5))))
    assert len(index.members) == 3
    assert "more than 3 members" in index.bad[0].detail


@pytest.mark.parametrize("seed", range(4))
def test_a_tar_with_flipped_bytes_never_points_outside_itself(seed):
    draw = random.Random(seed)
    songs = [member(f"{k}/söng.wav", SONG[: 700 * k]) for k in range(6)]
    forms = (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    whole = tar_of(*songs, member("0/söng.json", b"{}"), format=draw.choice(forms))
    for _ in range(250):
        data = bytearray(whole)
        for _ in range(draw.choice((1, 4, 40))):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            index = indexed(bytes(data))
        except RefusedError as error:
            assert error.reason == "bad_tar"
            continue
        for name, offset, size_bytes in index.members:
            assert offset >= 512 and size_bytes >= 0 and offset + size_bytes <= len(data)
            assert not name.startswith("/") and ".." not in name.split("/")


def test_large_members_are_skipped_and_small_ones_read_together():
    asked = []

    def reading(data):
        def read(start, end):
            asked.append((start, end))
            return data[start:end]

        return read

    large = tar_of(*(member(f"{k}.wav", bytes(1 << 20)) for k in range(20)))
    assert len(read_index(reading(large), len(large)).members) == 20
    assert sum(end - start for start, end in asked) < len(large) / 8
    assert len(asked) <= 2 * 20 + 1
    asked.clear()
    small = tar_of(*(member(f"{k}.wav", bytes(1000)) for k in range(2000)))
    assert len(read_index(reading(small), len(small)).members) == 2000
    assert len(asked) < 12
