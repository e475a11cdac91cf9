"""Acoustic fingerprints: Chromaprint (Lalinsky, *Acoustid*), by essentia's `Chromaprinter`.

A fingerprint is a text, as AcoustID and `fpcalc` write it: base64 of a packed sequence of 32-bit
sub-fingerprints, one every 0.124 s, each of about 2.6 s of sound. Recordings are compared by the
share of bits that differ between their sub-fingerprints, laid over each other at the best offset.
"""

import base64
import binascii

import numba
import numpy as np

SAMPLE_RATE_HZ = 11025
"""What Chromaprint itself resamples to."""
MIN_ITEMS = 40
"""Sub-fingerprints that must overlap: about 7.5 s of sound."""
_MIN_DISTINCT = 10
_NORMAL_BITS, _EXCEPTION_BITS, _EXCEPTIONAL = 3, 5, 7
_CUT_OFF, _TOO_MANY_BITS = -1, -2


class FingerprintError(ValueError):
    """A text is no Chromaprint fingerprint."""


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
    items = np.empty(int.from_bytes(data[1:4], "big"), np.uint32)
    done = _unpack(np.frombuffer(data[4:] + b"\0", np.uint8), items)
    if done == _TOO_MANY_BITS:
        raise FingerprintError(f"an item has more than 32 bits: {text[:40]!r}")
    if done == _CUT_OFF:
        raise FingerprintError(f"fewer than {len(items)} items: {text[:40]!r}")
    return items


@numba.njit(cache=True, nogil=True)
def _unpack(data: np.ndarray, items: np.ndarray) -> int:
    """Fill in the items of packed data, which ends in a zero byte of ours; 0, or what is wrong."""
    n_bits = 8 * (len(data) - 1)
    n_groups = n_ends = 0
    while n_ends < len(items):
        n_groups += 1
        if n_groups * _NORMAL_BITS > n_bits:
            return _CUT_OFF
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
                return _CUT_OFF
            step += _group(data, exceptions_at, n_exceptions, _EXCEPTION_BITS)
            n_exceptions += 1
        position += step
        if position > 32:
            return _TOO_MANY_BITS
        difference |= np.uint32(1) << np.uint32(position - 1)
    return 0


@numba.njit(cache=True, nogil=True)
def _group(data: np.ndarray, start: int, number: int, width: int) -> int:
    """Number of so many bits, the lowest first."""
    bit = number * width
    at = start + (bit >> 3)
    return int((data[at] | data[at + 1] << 8) >> (bit & 7)) & ((1 << width) - 1)
