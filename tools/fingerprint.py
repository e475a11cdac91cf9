"""Acoustic fingerprints: Chromaprint (Lalinsky, *Acoustid*), by essentia's `Chromaprinter`.

A fingerprint is a text, as AcoustID and `fpcalc` write it: base64 of a packed sequence of 32-bit
sub-fingerprints, one every 0.124 s, each of about 2.6 s of sound. Recordings are compared by the
share of bits that differ between their sub-fingerprints, laid over each other at the best offset.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

SAMPLE_RATE_HZ = 11025
"""What Chromaprint itself resamples to."""
MIN_ITEMS = 40
"""Sub-fingerprints that must overlap: about 7.5 s of sound."""
_MIN_DISTINCT = 10
_MAX_TRACKS_PER_ITEM = 200
_MAX_ITEM_SHARE = 0.05
_MIN_VOTES = 4
_OFFSETS_TRIED = 3
_MAX_CHUNK_ITEMS = 2_000_000
_MIXER = np.uint32(0x9E3779B1)
"""Items whose product with it starts with two zero bits are looked up: a quarter of them."""
_MASKS = tuple(0xFFFFFFFF ^ (0xFF << shift) for shift in (0, 8, 16, 24))
"""Items are looked up by three of their four bytes: those with one wrong bit are found too."""
_NORMAL_BITS, _EXCEPTION_BITS, _EXCEPTIONAL = 3, 5, 7


class FingerprintError(ValueError):
    """A text is no Chromaprint fingerprint."""


@dataclass(frozen=True)
class Match:
    """Two recordings that sound the same where they overlap.

    Attributes
    ----------
    query, known : str
        Their names.
    bit_error_rate : float
        Share of bits that differ, 0 to 1; unrelated recordings have 0.4 to 0.5.
    overlap : float
        Share of the shorter one that lies on the other, 0 to 1.
    """

    query: str
    known: str
    bit_error_rate: float
    overlap: float


def fingerprint(samples: np.ndarray, sample_rate_hz: int = SAMPLE_RATE_HZ) -> str | None:
    """Fingerprint of a whole recording.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono; full scale is 1.
    sample_rate_hz : int, optional

    Returns
    -------
    str or None
        None for sound that has no usable one: shorter than about 7.5 s, silence, a single tone.
    """
    from tools.essentia_compat import import_essentia

    if len(samples) < 3 * sample_rate_hz:
        return None
    text = str(import_essentia().Chromaprinter(sampleRate=sample_rate_hz)(samples))
    return text if is_usable(unpack(text)) else None


def is_usable(items: np.ndarray) -> bool:
    """Whether sub-fingerprints are long and varied enough to tell recordings apart."""
    return len(items) >= MIN_ITEMS and len(np.unique(items)) >= _MIN_DISTINCT


def unpack(text: str) -> np.ndarray:
    """Sub-fingerprints of a fingerprint.

    Parameters
    ----------
    text : str
        As Chromaprint packs it: for each item the distances between the set bits of its difference
        to the one before, 3 bits each and 0 at its end; what is over 7 follows, 5 bits each.

    Returns
    -------
    np.ndarray, shape (n_items,), uint32

    Raises
    ------
    FingerprintError
        If the text cannot be read so.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise FingerprintError(f"no base64: {text[:40]!r}") from error
    if len(data) < 4:
        raise FingerprintError(f"too short: {text[:40]!r}")
    n_items = int.from_bytes(data[1:4], "big")
    steps = _groups(data[4:], _NORMAL_BITS)
    ends = np.flatnonzero(steps == 0)[:n_items]
    if len(ends) < n_items:
        raise FingerprintError(f"{len(ends)} of {n_items} items: {text[:40]!r}")
    if n_items == 0:
        return np.empty(0, np.uint32)
    steps = steps[: ends[-1] + 1].astype(np.int64)
    exceptional = np.flatnonzero(steps == _EXCEPTIONAL)
    used = 4 + -(-_NORMAL_BITS * len(steps) // 8)
    extra = _groups(data[used:], _EXCEPTION_BITS)
    if len(extra) < len(exceptional):
        raise FingerprintError(f"cut off: {text[:40]!r}")
    steps[exceptional] += extra[: len(exceptional)]
    return _items(steps, ends)


def _groups(data: bytes, width: int) -> np.ndarray:
    """Numbers of so many bits each, the lowest first."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    whole = bits[: len(bits) // width * width].reshape(-1, width)
    return np.asarray(whole @ (1 << np.arange(width)))


def _items(steps: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Items from the distances between their bits; each is the difference to the one before."""
    total = np.cumsum(steps)
    before = np.concatenate([[0], total[ends[:-1]]])
    owner = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
    position = total - before[owner]
    is_bit = steps > 0
    if (position[is_bit] > 32).any():
        raise FingerprintError("an item has more than 32 bits")
    values = np.zeros(len(ends), np.uint64)
    bits = np.left_shift(np.uint64(1), (position[is_bit] - 1).astype(np.uint64))
    np.bitwise_or.at(values, owner[is_bit], bits)
    return np.bitwise_xor.accumulate(values.astype(np.uint32))


def find_matches(
    queries: Mapping[str, np.ndarray],
    known: Mapping[str, np.ndarray],
    *,
    max_bit_error_rate: float,
    min_overlap: float,
) -> list[Match]:
    """Pairs of recordings that sound the same.

    Parameters
    ----------
    queries, known : mapping of str to np.ndarray, shape (n_items,), uint32
        Sub-fingerprints by name. A name is never matched with itself; if both are one and the
        same mapping, each pair is found once.
    max_bit_error_rate : float
    min_overlap : float
        Share of the shorter recording that must lie on the longer.

    Returns
    -------
    list of Match
        Sorted by query, then by bit error rate.
    """
    found: dict[tuple[str, str], Match] = {}
    for query, other, offset in _candidates(queries, known):
        match = _compare(query, queries[query], other, known[other], offset)
        if match.bit_error_rate > max_bit_error_rate or match.overlap < min_overlap:
            continue
        best = found.setdefault((query, other), match)
        if match.bit_error_rate < best.bit_error_rate:
            found[query, other] = match
    return sorted(found.values(), key=lambda each: (each.query, each.bit_error_rate, each.known))


def _candidates(
    queries: Mapping[str, np.ndarray], known: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, str, int]]:
    """(query, known, offset) of pairs that share items at one offset, chunk by chunk."""
    for some_queries in _chunks(queries):
        asked = _postings([queries[name] for name in some_queries])
        for some_known in _chunks(known):
            index = _postings([known[name] for name in some_known])
            n_tracks = pl.col("track").n_unique().over("mask", "item")
            most = max(_MAX_TRACKS_PER_ITEM, _MAX_ITEM_SHARE * len(some_known))
            for ours, theirs, offset in _voted(asked, index.filter(n_tracks <= most)).iter_rows():
                query, other = some_queries[ours], some_known[theirs]
                if query < other or (query != other and queries is not known):
                    yield query, other, offset


def _voted(asked: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """The offsets of each pair that most of their common items have."""
    offset = pl.col("position_right") - pl.col("position")
    votes = (
        asked.join(index, on=["mask", "item"])
        .group_by("track", "track_right", offset=offset)
        .len("votes")
        .filter(pl.col("votes") >= _MIN_VOTES)
        .sort("votes", "offset", descending=[True, False])
    )
    best = votes.group_by("track", "track_right", maintain_order=True).head(_OFFSETS_TRIED)
    return best.select("track", "track_right", "offset").sort(pl.all())


def _chunks(items: Mapping[str, np.ndarray]) -> list[list[str]]:
    """Names, so many at once that their items fit in little memory."""
    chunks: list[list[str]] = []
    n_items = _MAX_CHUNK_ITEMS
    for name, each in items.items():
        n_items += len(each)
        if n_items > _MAX_CHUNK_ITEMS:
            chunks.append([])
            n_items = len(each)
        chunks[-1].append(name)
    return chunks


def _postings(tracks: Sequence[np.ndarray]) -> pl.DataFrame:
    """One row an item and mask, a share of them; held items count once, at their start."""
    firsts = [np.flatnonzero(np.diff(each, prepend=each[:1] ^ 1)) for each in tracks]
    owners = np.repeat(np.arange(len(tracks), dtype=np.uint32), [len(each) for each in firsts])
    items = np.concatenate([each[at] for each, at in zip(tracks, firsts, strict=True)])
    positions = np.concatenate(firsts).astype(np.int32)
    parts = []
    for number, mask in enumerate(_MASKS):
        masked = items & np.uint32(mask)
        is_kept = (masked * _MIXER) >> np.uint32(30) == 0
        values = {"track": owners, "item": masked, "position": positions}
        frame = pl.DataFrame({name: value[is_kept] for name, value in values.items()})
        parts.append(frame.with_columns(mask=pl.lit(number, pl.UInt8)))
    return pl.concat(parts)


def _compare(query: str, ours: np.ndarray, other: str, theirs: np.ndarray, offset: int) -> Match:
    """Lay two recordings over each other; `offset` is where in the other ours begins."""
    ours_from, theirs_from = max(0, -offset), max(0, offset)
    n = min(len(ours) - ours_from, len(theirs) - theirs_from)
    if n < MIN_ITEMS:
        return Match(query, other, 1.0, 0.0)
    wrong = np.bitwise_count(
        ours[ours_from : ours_from + n] ^ theirs[theirs_from : theirs_from + n]
    )
    return Match(query, other, float(wrong.mean()) / 32, n / min(len(ours), len(theirs)))
