"""The frames of an MPEG audio stream (MP1, MP2, MP3), counted one by one.

What a decoder says of a stream's length is an estimate wherever no encoder wrote it down, and what
an encoder wrote is about its own stream: two of them in one file have two. Sources: ISO 11172-3 and
13818-3 (headers), the Xing, LAME and VBRI tags as mpg123 and libavformat read them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from tools.sound.kinds import skip_id3

_KBPS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MIN_FRAMES = 3
_COUNT_SLACK_FRAMES = 4
"""Encoders count the tag's own frame or not, and the one that flushes the decoder."""


class Kind(NamedTuple):
    """What all frames of a stream have in common."""

    sample_rate_hz: int
    n_channels: int
    layer: int
    samples: int


@dataclass
class Stream:
    """The frames of one encoder's run.

    Attributes
    ----------
    kind : Kind
    n_tagged : int or None
        MPEG frames that its tag counts; None without one.
    n_trimmed : int
        Samples of padding that its tag tells decoders to leave out.
    spans : list of (int, int)
        Where its frames are, with the tag's own, which holds no sound.
    """

    kind: Kind
    n_tagged: int | None = None
    n_trimmed: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def n_frames(self) -> int:
        """MPEG frames with sound."""
        return len(self.spans) - (self.n_tagged is not None)

    @property
    def n_promised(self) -> int:
        """Samples a channel, if none of what the tag counts is missing."""
        return max(self.n_frames, self.n_tagged or 0) * self.kind.samples - self.n_trimmed


def streams(data: bytes) -> list[Stream]:
    """All streams in a file's bytes, in order; what is no frame (tags, covers) is passed over."""
    found: list[Stream] = []
    for start, end, kind in _frames(data):
        tag = _tag(data, start, end, kind)
        if tag is not None:
            found.append(Stream(kind, *tag))
        elif not found or found[-1].kind != kind:
            found.append(Stream(kind))
        found[-1].spans.append((start, end))
    return [part for stream in found for part in _split(stream) if part.n_frames > 0]


def _split(stream: Stream) -> list[Stream]:
    """A stream, and what follows after as many frames as its tag counts."""
    n_own = len(stream.spans) if stream.n_tagged is None else stream.n_tagged + 1
    if len(stream.spans) <= n_own + _COUNT_SLACK_FRAMES:
        return [stream]
    own = Stream(stream.kind, stream.n_tagged, stream.n_trimmed, stream.spans[:n_own])
    return [own, Stream(stream.kind, spans=stream.spans[n_own:])]


def _frames(data: bytes) -> Iterator[tuple[int, int, Kind]]:
    at = skip_id3(data)
    while (start := _next_run(data, at)) is not None:
        at = start
        while (found := _frame(data, at)) is not None:
            end, kind = found
            yield at, end, kind
            at = end
        at += skip_id3(data[at : at + 10])


def _next_run(data: bytes, at: int) -> int | None:
    """Where the next frames begin that follow each other without a gap."""
    while (at := data.find(b"\xff", at)) >= 0:
        end = at
        kinds: list[Kind] = []
        while len(kinds) < _MIN_FRAMES and (found := _frame(data, end)) is not None:
            end = found[0]
            kinds.append(found[1])
        is_run = len(kinds) == _MIN_FRAMES or (kinds and end == len(data))
        if is_run and len(set(kinds)) == 1:
            return at
        at += 1
    return None


def _frame(data: bytes, at: int) -> tuple[int, Kind] | None:
    header = data[at : at + 4]
    if len(header) < 4 or header[0] != 0xFF:
        return None
    found = _header(header[1], header[2], header[3] >> 6 == 3)
    if found is None or at + found[0] > len(data):
        return None
    return at + found[0], found[1]


@lru_cache(maxsize=4096)
def _header(second: int, third: int, is_mono: bool) -> tuple[int, Kind] | None:
    """Bytes of a frame with this header, and its kind; None if it is no header."""
    version, layer = second >> 3 & 3, 4 - (second >> 1 & 3)
    bit_rate, rate = third >> 4, third >> 2 & 3
    if second >> 5 != 7 or version == 1 or layer == 4 or bit_rate in (0, 15) or rate == 3:
        return None
    rate_hz = _RATES_HZ[version][rate]
    is_first = version == 3
    bits_per_s = 1000 * _KBPS[1 if is_first else 2, layer][bit_rate - 1]
    padding = third >> 1 & 1
    if layer == 1:
        samples, size = 384, (12 * bits_per_s // rate_hz + padding) * 4
    else:
        samples = 576 if layer == 3 and not is_first else 1152
        size = samples // 8 * bits_per_s // rate_hz + padding
    return size, Kind(rate_hz, 1 if is_mono else 2, layer, samples)


def _tag(data: bytes, start: int, end: int, kind: Kind) -> tuple[int, int] | None:
    """Frames that a Xing, Info or VBRI tag in a frame counts, and samples to trim."""
    if kind.layer != 3:
        return None
    side = {(1152, 2): 32, (1152, 1): 17, (576, 2): 17, (576, 1): 9}[kind.samples, kind.n_channels]
    at = start + 4 + side
    if data[at : at + 4] in (b"Xing", b"Info"):
        flags = int.from_bytes(data[at + 4 : at + 8], "big")
        if not flags & 1:
            return None
        n_frames = int.from_bytes(data[at + 8 : at + 12], "big")
        return n_frames, _trimmed(data[at + 120 : end]) if flags == 0x0F else 0
    if data[start + 36 : start + 40] == b"VBRI":
        return int.from_bytes(data[start + 50 : start + 54], "big"), 0
    return None


def _trimmed(lame: bytes) -> int:
    """Delay and padding of a LAME tag: 12 bits each, after 21 bytes."""
    delays = int.from_bytes(lame[21:24], "big")
    return (delays >> 12) + (delays & 0xFFF)
