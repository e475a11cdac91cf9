"""How Chromaprint packs sub-fingerprints, compiled."""

import numba
import numpy as np

_NORMAL_BITS, _EXCEPTION_BITS, _EXCEPTIONAL = 3, 5, 7
CUT_OFF, TOO_MANY_BITS = -1, -2


@numba.njit(cache=True, nogil=True)
def unpack_items(data: np.ndarray, items: np.ndarray) -> int:
    """Fill in the items of packed data, which ends in a zero byte of ours; 0, or what is wrong."""
    n_bits = 8 * (len(data) - 1)
    n_groups = n_ends = 0
    while n_ends < len(items):
        n_groups += 1
        if n_groups * _NORMAL_BITS > n_bits:
            return CUT_OFF
        n_ends += _group(data, 0, n_groups - 1, _NORMAL_BITS) == 0
    exceptions_at = -(-n_groups * _NORMAL_BITS // 8)
    n_exceptions = number = position = 0
    item = difference = np.uint32(0)
    for at in range(n_groups):
        step = _group(data, 0, at, _NORMAL_BITS)
        if step == 0:
            item ^= difference
            items[number] = item
            number, position, difference = number + 1, 0, np.uint32(0)
            continue
        if step == _EXCEPTIONAL:
            if 8 * exceptions_at + (n_exceptions + 1) * _EXCEPTION_BITS > n_bits:
                return CUT_OFF
            step += _group(data, exceptions_at, n_exceptions, _EXCEPTION_BITS)
            n_exceptions += 1
        position += step
        if position > 32:
            return TOO_MANY_BITS
        difference |= np.uint32(1) << np.uint32(position - 1)
    return 0


@numba.njit(cache=True, nogil=True)
def _group(data: np.ndarray, start: int, number: int, width: int) -> int:
    """Number of so many bits, the lowest first."""
    bit = number * width
    at = start + (bit >> 3)
    return int((data[at] | data[at + 1] << 8) >> (bit & 7)) & ((1 << width) - 1)
