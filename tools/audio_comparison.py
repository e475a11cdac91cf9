"""Recordings laid over each other where they share a sub-fingerprint, compiled."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

import numba
import numpy as np

from tools.fingerprint import MIN_ITEMS

_POSITION_BITS, _RECORDING_BITS = 20, 12
_POSITION = (1 << _POSITION_BITS) - 1
MOST_RECORDINGS = 1 << _RECORDING_BITS
"""Of an index."""
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


@numba.njit(cache=True, nogil=True)
def places_of(items, starts):
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
def compare(ours, theirs, is_same, max_rate, min_overlap):
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
