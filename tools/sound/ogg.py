"""The links of an Ogg file: streams that follow each other in one file (RFC 3533, chaining)."""

from tools.errors import RefusedError

_HEADER_BYTES = 27
_FIRST_PAGE = 0x02


def links(data: bytes) -> list[tuple[int, int]]:
    """Where each link begins and ends, in bytes; streams side by side are one link.

    Raises
    ------
    RefusedError
        ``undecodable`` if the times of pages go back in a link: decoders stop at the last one's.
    """
    starts: list[int] = []
    at, before_was_first = 0, False
    positions: dict[bytes, int] = {}
    while (at := data.find(b"OggS", at)) >= 0 and len(data) >= at + _HEADER_BYTES:
        is_first = bool(data[at + 5] & _FIRST_PAGE)
        if is_first and not before_was_first:
            starts.append(at)
            positions = {}
        before_was_first = is_first
        position = int.from_bytes(data[at + 6 : at + 14], "little", signed=True)
        serial = data[at + 14 : at + 18]
        if -1 < position < positions.get(serial, 0):
            raise RefusedError("undecodable", f"the times of its Ogg pages go back at byte {at}")
        positions[serial] = max(position, positions.get(serial, 0))
        n_segments = data[at + 26]
        at += _HEADER_BYTES + n_segments
        at += sum(data[at - n_segments : at])
    return list(zip(starts, [*starts[1:], len(data)], strict=True))
