"""The links of an Ogg file: streams that follow each other in one file (RFC 3533, chaining)."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from tools.errors import RefusedError

_HEADER_BYTES = 27
_FIRST_PAGE = 0x02
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class Page(NamedTuple):
    """What an intact page's header says."""

    start: int
    is_first: bool
    serial: int
    position: int
    number: int


def links(data: bytes) -> list[tuple[int, int]]:
    """Where each link begins and ends, in bytes; streams side by side are one link.

    Raises
    ------
    RefusedError
        ``undecodable`` if pages of a link come again, or before those that they follow: decoders
        stop where the last one's time is reached, with sound left.
    """
    starts: list[int] = []
    before_was_first = False
    latest: dict[int, Page] = {}
    for page in _pages(data):
        if page.is_first and not before_was_first:
            starts.append(page.start)
            latest = {}
        before_was_first = page.is_first
        before = latest.get(page.serial)
        goes_back = before is not None and (
            page.number <= before.number or -1 < page.position < before.position
        )
        if goes_back:
            raise RefusedError("undecodable", f"its Ogg pages go back at byte {page.start}")
        if page.position >= 0 or before is None:
            latest[page.serial] = page
        else:
            latest[page.serial] = before._replace(number=page.number)
    return list(zip(starts, [*starts[1:], len(data)], strict=True))


def with_serial(data: bytes, serial: int) -> bytes:
    """A file of one stream under another serial number: encoders draw it by chance.

    Parameters
    ----------
    data : bytes
        As an encoder wrote it.
    serial : int

    Returns
    -------
    bytes
    """
    pages = [*_pages(data)]
    found = []
    for page, end in zip(pages, [*(each.start for each in pages[1:]), len(data)], strict=True):
        whole = data[page.start : page.start + 14] + serial.to_bytes(4, "little")
        whole += data[page.start + 18 : end]
        found += [whole[:22], _checksum(whole), whole[26:]]
    return b"".join(found)


def _pages(data: bytes) -> Iterator[Page]:
    """All pages whose checksum is right, as decoders find them."""
    at = 0
    while (at := data.find(b"OggS", at)) >= 0:
        header = data[at : at + _HEADER_BYTES]
        end = at + _HEADER_BYTES
        if len(header) == _HEADER_BYTES:
            end += header[26] + sum(data[end : end + header[26]])
        if end > len(data) or not _is_intact(data[at:end]):
            at += 1
            continue
        yield Page(
            start=at,
            is_first=bool(header[5] & _FIRST_PAGE),
            serial=int.from_bytes(header[14:18], "little"),
            position=int.from_bytes(header[6:14], "little", signed=True),
            number=int.from_bytes(header[18:22], "little"),
        )
        at = end


def _is_intact(page: bytes) -> bool:
    return len(page) >= _HEADER_BYTES and _checksum(page) == page[22:26]


def _checksum(page: bytes) -> bytes:
    """A page's CRC-32, without reflection, which zlib has with it."""
    mirrored = (page[:22] + bytes(4) + page[26:]).translate(_REVERSED)
    crc = zlib.crc32(mirrored, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return crc.to_bytes(4, "big").translate(_REVERSED)
