"""Acoustic fingerprints: Chromaprint (Lalinsky, *Acoustid*), by essentia's `Chromaprinter`.

A fingerprint is a text, as AcoustID and `fpcalc` write it: base64 of a packed sequence of 32-bit
sub-fingerprints, one every 0.124 s, each of about 2.6 s of sound. Recordings are compared by the
share of bits that differ between their sub-fingerprints, laid over each other at the best offset.
"""

import base64
import binascii

import numpy as np

SAMPLE_RATE_HZ = 11025
"""What Chromaprint itself resamples to."""
MIN_ITEMS = 40
"""Sub-fingerprints that must overlap: about 7.5 s of sound."""
_MIN_DISTINCT = 10


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
    from tools.fingerprint_packing import CUT_OFF, TOO_MANY_BITS, unpack_items

    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise FingerprintError(f"no base64: {text[:40]!r}") from error
    if len(data) < 4:
        raise FingerprintError(f"too short: {text[:40]!r}")
    items = np.empty(int.from_bytes(data[1:4], "big"), np.uint32)
    done = unpack_items(np.frombuffer(data[4:] + b"\0", np.uint8), items)
    if done == TOO_MANY_BITS:
        raise FingerprintError(f"an item has more than 32 bits: {text[:40]!r}")
    if done == CUT_OFF:
        raise FingerprintError(f"fewer than {len(items)} items: {text[:40]!r}")
    return items
