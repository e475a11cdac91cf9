"""Audio files by libsndfile, which is told to read on where it would trust an estimate.

libsndfile reads as many frames as it believes a file to have. Of MP3 that is a guess unless the
encoder counted, of FLAC what STREAMINFO says; and of an Ogg chain it sees the first link. So MPEG
frames reach it through a pipe, whose length it cannot guess, FLAC without a count, and each link of
a chain as a file of its own.
"""

import io
import os
import re
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tools.errors import RefusedError
from tools.sound import flac, mpeg, ogg
from tools.sound.decoder import EndError, Sound, block_frames, without_first
from tools.sound.kinds import beginning, skip_id3

_UNKNOWN_BYTES = 0x7FFF_0000
"""Writers to a pipe put 0x7FFFxxxx (SoX) or 0xFFFFFFFF (FFmpeg) where a size belongs."""
_RESYNC_FRAMES = 1024
_CUT_CHUNK = re.compile(
    r"^\s*(?:data|SSND|Data Size|riff|Riff size)\s*:\s*(\d+) \(should be (\d+)\)", re.MULTILINE
)
_CHANNEL_MASK = re.compile(r"Channel Mask\s*:\s*\w+ \((.*)\)")
_LFE = {("FLAC", 6): 3, ("FLAC", 7): 3, ("FLAC", 8): 3, ("OGG", 6): 5, ("OGG", 7): 6, ("OGG", 8): 7}
"""Where the standards of FLAC (RFC 9639) and of Vorbis and Opus (RFC 7845) have it."""
Opener = Callable[[], Any]


class _Stream(soundfile.SoundFile):  # type: ignore[misc]
    """A file that is read straight on: soundfile seeks after each read of one that can seek."""

    def seekable(self) -> bool:
        return False


class _Uncounted(io.FileIO):
    """A FLAC file whose STREAMINFO does not say how many samples there are."""

    def __init__(self, path: str | Path, at: int) -> None:
        super().__init__(path)
        self._at = at + flac.STREAMINFO_TOTAL

    def readinto(self, buffer: Any) -> int:
        start = self.tell()
        n_read = super().readinto(buffer) or 0
        found = memoryview(buffer).cast("B")
        for place in range(max(self._at, start), min(self._at + 5, start + n_read)):
            found[place - start] &= 0xF0 if place == self._at else 0
        return n_read


def open_with_sndfile(path: str | Path) -> Sound:
    """Open a file that libsndfile knows.

    Raises
    ------
    RefusedError
        ``undecodable``; ``joined`` for recordings of different kinds in one file.
    """
    name = os.fspath(path)
    with _opened(partial(_Stream, name)) as file:
        kind, subtype = file.format, file.subtype
        n_frames, is_mpeg = file.frames, file.subtype.startswith("MPEG_")
        sound = partial(Sound, kind, subtype, file.samplerate, file.channels, lfe=_lfe(file))
        cut = _CUT_CHUNK.search(file.extra_info)
    if is_mpeg:
        return _mpeg(name, kind, subtype)
    if kind == "FLAC":
        return _flac(name, sound)
    if kind == "OGG":
        data = Path(path).read_bytes()
        parts = ogg.links(data)
        if len(parts) > 1:
            return _chain(data, parts, kind, subtype)
    if cut is not None and int(cut[1]) < _UNKNOWN_BYTES and int(cut[2]):
        n_frames = round(n_frames * int(cut[1]) / int(cut[2]))
    return sound(n_promised=n_frames, decode=partial(_decode, partial(_Stream, name)))


def _lfe(file: soundfile.SoundFile) -> int | None:
    mask = _CHANNEL_MASK.search(file.extra_info)
    if mask is not None:
        names = [name.strip() for name in mask[1].split(",")]
        return names.index("LFE") if "LFE" in names and len(names) == file.channels else None
    return _LFE.get((file.format, file.channels))


def _flac(name: str, sound: Callable[..., Sound]) -> Sound:
    data = beginning(name)
    at = skip_id3(data)
    n_counted = flac.n_counted(data[at:])
    return sound(n_promised=n_counted, decode=partial(_decode_flac, name, at, n_counted))


def _decode_flac(name: str, at: int, n_counted: int | None, first: int) -> Iterator[np.ndarray]:
    n_frames = 0
    with closing(_decode(lambda: _Stream(_Uncounted(name, at)), 0, can_seek=False)) as found:
        try:
            for block in found:
                n_frames += len(block)
                yield from without_first(iter([block]), max(0, first - n_frames + len(block)))
        except EndError as error:
            # libFLAC stops there; whether there is more sound, the headers of frames show.
            sizes = flac.block_sizes(Path(name).read_bytes())
            if sum(sizes) <= n_frames + max(sizes, default=0):  # the last may be cut
                raise
            if n_frames == n_counted:
                words = "there is sound after the end of its FLAC stream: split it"
                raise RefusedError("joined", words) from None
            raise RefusedError("undecodable", error.detail) from None


def _chain(data: bytes, parts: list[tuple[int, int]], kind: str, subtype: str) -> Sound:
    openers: list[Opener] = [
        partial(lambda start, end: _Stream(io.BytesIO(data[start:end])), *part) for part in parts
    ]
    n_frames, kinds, lfe = 0, [], None
    for opener in openers:
        with _opened(opener) as file:
            n_frames += file.frames
            kinds.append((file.samplerate, file.channels))
            lfe = _lfe(file)
    rate_hz, n_channels = _one_kind(kinds)
    return Sound(kind, subtype, rate_hz, n_channels, n_frames, lfe, partial(_in_turn, openers))


def _mpeg(name: str, kind: str, subtype: str) -> Sound:
    data = Path(name).read_bytes()
    found = mpeg.streams(data)
    if not found:
        raise RefusedError("undecodable", "no MPEG audio frames follow each other in it")
    rate_hz, n_channels = _one_kind(
        [(each.kind.sample_rate_hz, each.kind.n_channels) for each in found]
    )
    openers: list[Opener] = [
        partial(lambda each: _Piped(b"".join(data[a:b] for a, b in each.spans)), each)
        for each in found
    ]
    n_promised = sum(each.n_promised for each in found)
    return Sound(kind, subtype, rate_hz, n_channels, n_promised, None, partial(_in_turn, openers))


def _one_kind(kinds: list[tuple[int, int]]) -> tuple[int, int]:
    if len(set(kinds)) > 1:
        words = ", then ".join(
            f"{n} channels at {rate_hz} Hz" for rate_hz, n in dict.fromkeys(kinds)
        )
        raise RefusedError(
            "joined", f"recordings of different kinds in one file: {words}; split it"
        )
    return kinds[0]


class _Piped(_Stream):
    """Bytes that reach libsndfile through a pipe: it reads them to the end."""

    def __init__(self, data: bytes) -> None:
        self._end, sink = os.pipe()
        threading.Thread(target=_feed, args=(sink, data), daemon=True).start()
        try:
            super().__init__(self._end, closefd=False)
        except BaseException:
            os.close(self._end)
            raise

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._end)


def _feed(sink: int, data: bytes) -> None:
    try:
        with open(sink, "wb", buffering=0) as pipe:
            rest = memoryview(data)
            while rest:
                rest = rest[pipe.write(rest) :]
    except BrokenPipeError:
        pass  # nobody wants the rest


@contextmanager
def _opened(opener: Opener) -> Iterator[soundfile.SoundFile]:
    try:
        file = opener()
    except (soundfile.SoundFileError, TypeError, ValueError) as error:
        raise RefusedError("undecodable", _words(error)) from error
    with file:
        if file.samplerate <= 0 or file.channels <= 0:
            raise RefusedError("undecodable", "the header gives no sample rate or no channels")
        yield file


def _in_turn(openers: list[Opener], first: int) -> Iterator[np.ndarray]:
    def blocks() -> Iterator[np.ndarray]:
        for opener in openers:
            yield from _decode(opener, 0, can_seek=False)

    return without_first(blocks(), first)


def _decode(
    opener: Opener, first: int, *, can_seek: bool = True
) -> Generator[np.ndarray, None, None]:
    with _opened(opener) as file:
        if not can_seek:
            yield from without_first(_blocks(file), first)
            return
        if first:
            try:
                first = file.seek(min(first, file.frames))
            except soundfile.SoundFileError as error:
                raise RefusedError("undecodable", _words(error)) from error
        yield from _blocks(file, first)


def _blocks(file: soundfile.SoundFile, at: int = 0) -> Iterator[np.ndarray]:
    """All blocks from a frame on, where the file is; what was decoded before an error first."""
    while True:
        block = np.empty((block_frames(file.channels), file.channels), np.float32)
        try:
            read = file.read(out=block)
        except soundfile.SoundFileError as error:
            n_read = _position(file, at) - at
            if n_read > 0:
                yield block[:n_read]
            if _goes_on(file):
                raise RefusedError("undecodable", _words(error)) from error
            raise EndError(_words(error)) from error
        if len(read) == 0:
            return
        at += len(read)
        yield read


def _words(error: Exception) -> str:
    """What libsndfile says; soundfile's own text also names its object, differently each time."""
    return str(getattr(error, "error_string", error))


def _goes_on(file: soundfile.SoundFile) -> bool:
    """Whether there is sound after an error."""
    try:
        return len(file.read(_RESYNC_FRAMES, always_2d=True)) > 0
    except soundfile.SoundFileError:
        return False


def _position(file: soundfile.SoundFile, otherwise: int) -> int:
    try:
        return int(file.tell())
    except soundfile.SoundFileError:
        return otherwise
