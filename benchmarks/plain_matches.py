"""What matching was: items by three of their four bytes, joined in polars; the baseline.

All known fingerprints are unpacked with numpy, and joined with the new ones chunk by chunk.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from tools.audio_matching import Match
from tools.fingerprint import MIN_ITEMS

_MAX_TRACKS_PER_ITEM = 200
_MAX_ITEM_SHARE = 0.05
_MIN_VOTES = 4
_OFFSETS_TRIED = 3
_MAX_CHUNK_ITEMS = 2_000_000
_MIXER = np.uint32(0x9E3779B1)
_MASKS = tuple(0xFFFFFFFF ^ (0xFF << shift) for shift in (0, 8, 16, 24))


def unpack(text: str) -> np.ndarray:
    """Sub-fingerprints of a fingerprint, shape (n_items,), uint32."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    n_items = int.from_bytes(data[1:4], "big")
    steps = _groups(data[4:], 3)
    ends = np.flatnonzero(steps == 0)[:n_items]
    steps = steps[: ends[-1] + 1].astype(np.int64)
    exceptional = np.flatnonzero(steps == 7)
    used = 4 + -(-3 * len(steps) // 8)
    steps[exceptional] += _groups(data[used:], 5)[: len(exceptional)]
    total = np.cumsum(steps)
    before = np.concatenate([[0], total[ends[:-1]]])
    owner = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
    position = total - before[owner]
    is_bit = steps > 0
    values = np.zeros(len(ends), np.uint64)
    bits = np.left_shift(np.uint64(1), (position[is_bit] - 1).astype(np.uint64))
    np.bitwise_or.at(values, owner[is_bit], bits)
    return np.bitwise_xor.accumulate(values.astype(np.uint32))


def _groups(data: bytes, width: int) -> np.ndarray:
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    whole = bits[: len(bits) // width * width].reshape(-1, width)
    return np.asarray(whole @ (1 << np.arange(width)))


def find_matches(
    queries: Mapping[str, np.ndarray],
    known: Mapping[str, np.ndarray],
    *,
    max_bit_error_rate: float,
    min_overlap: float,
) -> list[Match]:
    """Pairs of recordings that sound the same, by query and bit error rate."""
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
