"""FLAC (RFC 9639): how long its header says that it is, and how long its frames are."""

import re

_SYNC = re.compile(rb"\xff[\xf8\xf9]")
_POLYNOMIAL = 0x07
STREAMINFO_TOTAL = 21
"""Where STREAMINFO has the number of samples: 36 bits, after `fLaC` and 17 bytes."""


def n_counted(header: bytes) -> int | None:
    """Samples by the header of a stream, from `fLaC` on; None where its writer did not know."""
    total = header[STREAMINFO_TOTAL : STREAMINFO_TOTAL + 5]
    return int.from_bytes(total, "big") & ((1 << 36) - 1) or None


def block_sizes(data: bytes) -> list[int]:
    """Samples of every frame whose header is intact, wherever it is."""
    found = (_block_size(data[each.start() : each.start() + 16]) for each in _SYNC.finditer(data))
    return [size for size in found if size]


def _block_size(header: bytes) -> int:
    """Samples of a frame; 0 if these bytes are no frame's header."""
    if len(header) < 6 or header[3] & 1:
        return 0
    size, rate = header[2] >> 4, header[2] & 15
    number_bytes = max(1, 8 - (header[4] ^ 0xFF).bit_length())
    at = 4 + number_bytes
    size_bytes = {6: 1, 7: 2}.get(size, 0)
    stored = int.from_bytes(header[at : at + size_bytes], "big")
    at += size_bytes + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if len(header) <= at or size == 0 or rate == 15 or _crc8(header[:at]) != header[at]:
        return 0
    if size_bytes:
        return stored + 1
    return 192 if size == 1 else 576 << (size - 2) if size < 6 else 256 << (size - 8)


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ (_POLYNOMIAL if crc & 0x80 else 0)) & 0xFF
    return crc
