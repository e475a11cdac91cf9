"""What lies where in a tar: its headers are read one after another, what is between is not.

Tars come from others. Nothing is unpacked; a member is a name, and the place of its bytes.
"""

import tarfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from pydantic import TypeAdapter

from tools.errors import RefusedError

MOST_MEMBERS = 1_000_000
"""Ours: an index of so many is some 100 MB."""
_MOST_TEXT_BYTES = 200_000
"""Ours: a song of an hour with the time of every word has less."""
_MOST_READ_BYTES = 1 << 20
"""Ours: tarfile reads long names and extended headers whole, however long a header says they are.
"""
_MOST_NAME_BYTES = 1024
"""Ours: the longest key of S3."""
_TEXTS = (".json", ".lrc")
_FIRST_WINDOW_BYTES = 1 << 16
_MOST_WINDOW_BYTES = 1 << 23
_BLOCK_BYTES = 512


class Member(NamedTuple):
    """A file in a tar."""

    name: str
    offset: int
    size_bytes: int


class BadMember(NamedTuple):
    """What is in a tar and no file that can be read."""

    name: str
    reason: str
    detail: str


class TarIndex(NamedTuple):
    """What is in a tar, in its order."""

    members: list[Member]
    bad: list[BadMember]
    """The name is empty where the tar itself ends too early or is damaged."""
    texts: dict[str, str]
    """Words of small members: WebDataset's `.json`, and `.lrc`."""


_INDEX = TypeAdapter(TarIndex)


def to_bytes(index: TarIndex) -> bytes:
    """An index, to be kept."""
    return _INDEX.dump_json(index)


def from_bytes(data: bytes) -> TarIndex:
    """An index that was kept."""
    return _INDEX.validate_json(data)


def read_index(read: Callable[[int, int], bytes], size_bytes: int) -> TarIndex:
    """Find the members of a tar.

    Parameters
    ----------
    read : callable
        ``read(start, end)`` gives bytes of it.
    size_bytes : int

    Returns
    -------
    TarIndex

    Raises
    ------
    RefusedError
        ``bad_tar``, if it is none; or as `read`.
    """
    file = _Window(read, size_bytes)
    index = TarIndex([], [], {})
    try:
        tar = tarfile.TarFile(fileobj=file, errorlevel=1)  # type: ignore[arg-type]
        for info in _infos(tar, file):
            _take(info, index, file)
            if len(index.members) + len(index.bad) >= MOST_MEMBERS:
                index.bad.append(BadMember("", "bad_tar", f"more than {MOST_MEMBERS} members"))
                return index
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        if not index.members and not index.bad:
            raise RefusedError("bad_tar", str(error)) from error
        n_found = len(index.members)
        words = f"{error}, after {n_found} files: what is behind is not seen"
        index.bad.append(BadMember("", "bad_tar", words))
    return index


def _infos(tar: tarfile.TarFile, file: "_Window") -> Iterator[tarfile.TarInfo]:
    header_at = 0
    while (info := tar.next()) is not None:
        tar.members = []  # type: ignore[attr-defined]  # else all are kept
        if info.size < 0:
            raise tarfile.ReadError("a member of negative size")
        yield info
        header_at = tar.offset
    _require_end(file, header_at)


def _take(info: tarfile.TarInfo, index: TarIndex, file: "_Window") -> None:
    if info.isdir():
        return
    bad = _what_is_wrong(info, file.size_bytes)
    if bad is not None:
        shown = info.name.encode("utf-8", "backslashreplace").decode()[:_MOST_NAME_BYTES]
        index.bad.append(BadMember(shown, *bad))
        return
    index.members.append(Member(info.name, info.offset_data, info.size))
    is_text = PurePosixPath(info.name).suffix.lower() in _TEXTS
    if is_text and info.size <= _MOST_TEXT_BYTES:
        file.seek(info.offset_data)
        index.texts[info.name] = file.read(info.size).decode("utf-8-sig", "replace")


def _what_is_wrong(info: tarfile.TarInfo, size_bytes: int) -> tuple[str, str] | None:
    name = info.name
    if info.issym() or info.islnk():
        return "not_a_file", "a link, which is not followed"
    if info.issparse() or "GNU.sparse.major" in info.pax_headers:
        return "not_a_file", "a sparse member, of which not all bytes are there"
    if not info.isreg():
        return "not_a_file", "a pipe, device or other thing"
    if name.startswith("/") or ".." in name.split("/"):
        return "unsafe_name", "an absolute path, or one that leads out of the tar"
    if len(name.encode("utf-8", "surrogatepass")) > _MOST_NAME_BYTES or not name.isprintable():
        is_utf8 = not any("\ud800" <= letter <= "\udfff" for letter in name)
        return ("unsafe_name", "too long, or not printable") if is_utf8 else _NOT_UTF8
    if info.offset_data + info.size > size_bytes:
        return "truncated", "the tar ends before the member does"
    return None


_NOT_UTF8 = ("name_not_utf8", "rename the member")


def _require_end(file: "_Window", offset: int) -> None:
    """Make sure that the headers end where a tar ends: tarfile takes any bad header for the end."""
    if offset >= file.size_bytes:
        raise tarfile.ReadError("no end of the archive: it was cut")
    file.seek(offset)
    if file.read(_BLOCK_BYTES).strip(b"\0"):
        raise tarfile.ReadError(f"byte {offset} is no header")


class _Window:
    """As much of a file as tarfile needs: a window that grows where all of it is read."""

    def __init__(self, read: Callable[[int, int], bytes], size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._read, self._at = read, 0
        self._start, self._data = 0, b""
        self._width = _FIRST_WINDOW_BYTES

    def tell(self) -> int:
        return self._at

    def seek(self, at: int) -> int:
        if at < 0:
            raise ValueError("a header points before the start")
        self._at = at
        return at

    def read(self, n_bytes: int) -> bytes:
        if not 0 <= n_bytes <= _MOST_READ_BYTES:
            raise ValueError(f"a header says that it is {n_bytes} bytes long")
        end = min(self._at + n_bytes, self.size_bytes)
        if self._at >= end:
            return b""
        if not (self._start <= self._at and end <= self._start + len(self._data)):
            self._fill(end)
        data = self._data[self._at - self._start : end - self._start]
        self._at += len(data)
        return data

    def _fill(self, end: int) -> None:
        is_next = self._start <= self._at <= self._start + len(self._data) + self._width
        grown = self._width * 2 if is_next and self._data else _FIRST_WINDOW_BYTES
        self._width = min(grown, _MOST_WINDOW_BYTES)
        self._start = self._at
        wanted = min(max(end, self._at + self._width), self.size_bytes)
        self._data = self._read(self._start, wanted)
