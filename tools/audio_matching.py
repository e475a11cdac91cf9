"""Which recordings sound the same, by their sub-fingerprints.

Two recordings that share a sub-fingerprint, all 32 bits of it, are laid over each other there and
compared bit by bit. AcoustID's server (Lalinsky, *Inside the Acoustid server*) looks recordings up
in the same way. Unrelated music shares one in 2^24 pairs of items; one recording in two encodings
shares a tenth to a half of them in place, and one is enough.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numba
import numpy as np

from tools.fingerprint import MIN_ITEMS

_POSITION_BITS, _RECORDING_BITS = 20, 12
_POSITION = (1 << _POSITION_BITS) - 1
_RECORDING = (1 << _RECORDING_BITS) - 1
_MAX_PLACES = 200
"""Places of one item that are looked at: what all have, as silence, tells nothing."""
_MIN_ALIKE, _MAX_BITS_ALIKE = 20, 2
"""So many items, 2.5 s of sound, must be nearly equal: fades and drones are alike by chance."""
_LONG_ITEMS = 130
"""Over more items, 16 s, nothing is alike by chance."""
_SAMPLED_ITEMS = 16
_SAMPLE_MARGIN = 0.15
"""How much more than the limit may differ in a few items, for all to be compared."""
_REMEMBERED_BITS = 20
_MIXER = np.uint64(0x9E3779B97F4A7C15)


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


@dataclass(frozen=True)
class Index:
    """Some thousand recordings, to be looked up by their items.

    Attributes
    ----------
    names : list of str
    items : np.ndarray, shape (n_items,), uint32
        Sub-fingerprints of all, one recording after the other.
    starts : np.ndarray, shape (n_recordings + 1,), int64
        Where each begins among them.
    places : np.ndarray, shape (n_places,), uint64
        Item, number of the recording and position in it, packed, sorted. Held items are there
        once, at their start; what is later than 36 hours is not.
    """

    names: list[str]
    items: np.ndarray
    starts: np.ndarray
    places: np.ndarray

    def length(self, number: int) -> int:
        """Items of a recording."""
        return int(self.starts[number + 1] - self.starts[number])


def index(recordings: Iterable[tuple[str, np.ndarray]]) -> Iterator[Index]:
    """Sort recordings by their items.

    Parameters
    ----------
    recordings : iterable of (str, np.ndarray of shape (n_items,), uint32)
        Names and sub-fingerprints.

    Yields
    ------
    Index
        Of 4096 recordings each, the last of fewer.
    """
    rest = iter(recordings)
    while some := dict(islice(rest, 1 << _RECORDING_BITS)):
        lengths = [len(each) for each in some.values()]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        items = np.concatenate(list(some.values()))
        places = _places(items, starts)
        places.sort()
        yield Index(list(some), items, starts, places)


def find_matches(
    queries: Sequence[Index],
    known: Iterable[Index],
    *,
    max_bit_error_rate: float,
    min_overlap: float,
) -> list[Match]:
    """Pairs of recordings that sound the same.

    Parameters
    ----------
    queries : sequence of Index
    known : iterable of Index
        If it is `queries` itself, each pair is found once, and no recording with itself.
    max_bit_error_rate : float
    min_overlap : float
        Share of the shorter recording that must lie on the longer.

    Returns
    -------
    list of Match
        Sorted by query, then by bit error rate; each pair once, where it differs least.
    """
    best: dict[tuple[str, str], Match] = {}
    among = queries is known
    for number, theirs in enumerate(known):
        for ours in queries[: number + 1] if among else queries:
            is_same = among and ours is theirs
            for match in _matches(ours, theirs, is_same, max_bit_error_rate, min_overlap):
                pair = match.query, match.known
                other = best.setdefault(pair, match)
                if (match.bit_error_rate, -match.overlap) < (other.bit_error_rate, -other.overlap):
                    best[pair] = match
    return sorted(best.values(), key=lambda each: (each.query, each.bit_error_rate, each.known))


def _matches(
    ours: Index, theirs: Index, is_same: bool, max_rate: float, min_overlap: float
) -> Iterator[Match]:
    rows = _compare(
        (ours.places, ours.items, ours.starts),
        (theirs.places, theirs.items, theirs.starts),
        is_same,
        max_rate,
        min_overlap,
    )
    for query, known, n_wrong_bits, n_items in rows:
        shorter = min(ours.length(query), theirs.length(known))
        rate, overlap = n_wrong_bits / (32 * n_items), n_items / shorter
        yield Match(ours.names[query], theirs.names[known], rate, overlap)


# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"


@numba.njit(cache=True, nogil=True)
def _places(items, starts):
    """Where each item begins to be held, packed, in no order."""
    places = np.empty(len(items), np.uint64)
    n = 0
    for number in range(len(starts) - 1):
        start = starts[number]
        for position in range(min(starts[number + 1] - start, _POSITION + 1)):
            item = items[start + position]
            if position == 0 or item != items[start + position - 1]:
                where = np.uint64(number << _POSITION_BITS | position)
                places[n] = np.uint64(item) << np.uint64(32) | where
                n += 1
    return places[:n]


@numba.njit(cache=True, nogil=True)
def _compare(ours, theirs, is_same, max_rate, min_overlap):
    """(query, known, wrong bits, items) of all pairs below the limit, at every offset."""
    places, items, starts = ours
    other_places, other_items, other_starts = theirs
    found = [(0, 0, 0, 0)]  # the compiler must know what it holds
    compared = np.full(1 << _REMEMBERED_BITS, -1, np.int64)
    first = 0
    for at in range(len(places)):
        while first < len(other_places) and _item(other_places[first]) < _item(places[at]):
            first += 1
        begin = at + 1 if is_same else first
        query, position = _where(places[at])
        for other_at in range(begin, min(begin + _MAX_PLACES, len(other_places))):
            if _item(other_places[other_at]) != _item(places[at]):
                break
            known, other_position = _where(other_places[other_at])
            offset = other_position - position
            length = starts[query + 1] - starts[query]
            other_length = other_starts[known + 1] - other_starts[known]
            skipped, other_skipped = max(0, -offset), max(0, offset)
            n = min(length - skipped, other_length - other_skipped)
            too_short = n < MIN_ITEMS or n / min(length, other_length) < min_overlap
            if too_short or (is_same and known == query):
                continue
            laid = (query << _RECORDING_BITS | known) << (_POSITION_BITS + 1)
            laid += offset + _POSITION
            slot = np.int64(np.uint64(laid) * _MIXER >> np.uint64(64 - _REMEMBERED_BITS))
            if compared[slot] == laid:
                continue
            compared[slot] = laid
            start, other_start = starts[query] + skipped, other_starts[known] + other_skipped
            one, other = items[start : start + n], other_items[other_start : other_start + n]
            if _sound_same(one, other, max_rate):
                found.append((query, known, _wrong_bits(one, other), n))
    return found[1:]


@numba.njit(cache=True, nogil=True)
def _sound_same(one, other, max_rate):
    """Whether few bits differ; most that does not sound the same shows it in a few items."""
    step = len(one) // _SAMPLED_ITEMS
    few, other_few = one[::step], other[::step]
    if _wrong_bits(few, other_few) > (max_rate + _SAMPLE_MARGIN) * 32 * len(few):
        return False
    if _wrong_bits(one, other) > max_rate * 32 * len(one):
        return False
    if len(one) > _LONG_ITEMS:
        return True
    n_alike = 0
    for at in range(len(one)):
        n_alike += _n_bits(one[at] ^ other[at]) <= _MAX_BITS_ALIKE
    return n_alike >= _MIN_ALIKE


@numba.njit(cache=True, nogil=True)
def _wrong_bits(one, other):
    n = 0
    for at in range(len(one)):
        n += _n_bits(one[at] ^ other[at])
    return n


@numba.njit(cache=True, nogil=True)
def _n_bits(bits):
    """Bits that are set. The compiler knows these lines, and makes one instruction of them."""
    bits -= (bits >> np.uint32(1)) & np.uint32(0x55555555)
    bits = (bits & np.uint32(0x33333333)) + ((bits >> np.uint32(2)) & np.uint32(0x33333333))
    bits = (bits + (bits >> np.uint32(4))) & np.uint32(0x0F0F0F0F)
    return np.uint32(bits * np.uint32(0x01010101)) >> np.uint32(24)


@numba.njit(cache=True, nogil=True)
def _item(place):
    return place >> np.uint64(32)


@numba.njit(cache=True, nogil=True)
def _where(place):
    """Number of the recording, and position in it."""
    where = np.int64(place & np.uint64(0xFFFFFFFF))
    return where >> _POSITION_BITS, where & _POSITION
