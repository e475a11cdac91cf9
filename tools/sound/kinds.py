"""What a file is by its first bytes, where libsndfile does not read it."""

from pathlib import Path

_FTYP = "MP4 (M4A, AAC or ALAC)"
_MAGIC = (
    (4, b"ftyp", _FTYP),
    (0, bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "ASF (WMA)"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM"),
    (0, b"ADIF", "AAC"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"wvpk", "WavPack"),
    (0, b"MPCK", "Musepack"),
    (0, b"MP+", "Musepack"),
    (0, b"TTA1", "True Audio"),
    (0, b"DSD ", "DSD"),
    (0, b"FRM8", "DSD"),
    (0, b"#!AMR", "AMR"),
)
_ADTS_HEADER_BYTES = 7
_ADTS_FRAMES = 3
_BEGINNING_BYTES = 1 << 16


def beginning(path: str | Path) -> bytes:
    """The first bytes of a file, with those after its ID3 tags, which may hold pictures."""
    with open(path, "rb") as file:
        data = file.read(_BEGINNING_BYTES)
        while len(data) < (wanted := skip_id3(data) + _BEGINNING_BYTES):
            more = file.read(wanted - len(data))
            if not more:
                break
            data += more
    return data


def skip_id3(data: bytes) -> int:
    """Where the bytes begin after ID3v2 tags (ID3v2.4, 3.1: sizes have 7 bits a byte)."""
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) >= at + 10:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def foreign_kind(data: bytes) -> str | None:
    """What a file is that libsndfile does not read, in words; None if it is none of these.

    Parameters
    ----------
    data : bytes
        The file from its start, at least some kilobytes after its ID3 tags.
    """
    data = data[skip_id3(data) :]
    for at, magic, name in _MAGIC:
        if data[at : at + len(magic)] == magic:
            return name
    return "AAC" if _is_adts(data) else None


def _is_adts(data: bytes) -> bool:
    """Whether frames of AAC follow each other (ISO 14496-3, ADTS: 12 bits of sync, layer 0)."""
    at = 0
    for _ in range(_ADTS_FRAMES):
        header = data[at : at + _ADTS_HEADER_BYTES]
        if len(header) < _ADTS_HEADER_BYTES or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
            return False
        length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
        if length < _ADTS_HEADER_BYTES:
            return False
        at += length
    return True
