"""The links of an Ogg file: streams that follow each other in one file (RFC 3533, chaining)."""

_HEADER_BYTES = 27
_FIRST_PAGE = 0x02


def links(data: bytes) -> list[tuple[int, int]]:
    """Where each link begins and ends, in bytes; streams side by side are one link."""
    starts: list[int] = []
    at, before_was_first = 0, False
    while (at := data.find(b"OggS", at)) >= 0 and len(data) >= at + _HEADER_BYTES:
        is_first = bool(data[at + 5] & _FIRST_PAGE)
        if is_first and not before_was_first:
            starts.append(at)
        before_was_first = is_first
        n_segments = data[at + 26]
        at += _HEADER_BYTES + n_segments
        at += sum(data[at - n_segments : at])
    return list(zip(starts, [*starts[1:], len(data)], strict=True))
