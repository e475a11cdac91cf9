"""Channels mixed to mono, in such a way that they do not cancel each other."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.sound.decoder import Sound

_CANCELLED = 0.01
"""A mix with less of its channels' mean power (-20 dB): ours. Unrelated channels keep a half of it
(-3 dB), recordings by spaced microphones seldom less than a tenth."""


class MonoMix:
    """Hears a file's blocks and gives them mixed to mono, at a given sample rate.

    Parameters
    ----------
    sample_rate_hz : int
    polarities : np.ndarray, shape (n_channels,), optional
        1 or -1: which channels are inverted first.
    """

    def __init__(
        self,
        sample_rate_hz: int,
        *,
        polarities: NDArray[np.float32] | None = None,
    ) -> None:
        self._rate_hz = sample_rate_hz
        self._lfe: int | None = None
        self._polarities = polarities
        self._products: Any = 0.0
        self._parts: list[np.ndarray] = []
        self._stream: Any = None

    def hear(self, block: np.ndarray, sound: Sound) -> None:
        """Take the next block of a sound, shape (n_frames, n_channels).

        The channel of low-frequency effects is left out, as a downmix does (ITU-R BS.775).
        """
        import soxr

        self._lfe = sound.lfe
        weights = self._weights(block.shape[1])
        self._products = self._products + block.T @ block
        mono = block @ weights
        if sound.sample_rate_hz == self._rate_hz:
            self._parts.append(mono)
            return
        if self._stream is None:
            self._stream = soxr.ResampleStream(
                sound.sample_rate_hz, self._rate_hz, 1, dtype="float32"
            )
        self._parts.append(self._stream.resample_chunk(mono))

    def samples(self) -> np.ndarray:
        """All samples, shape (n_samples,), float32; to be called once, at the end."""
        if self._stream is not None:
            rest = self._stream.resample_chunk(np.empty(0, np.float32), last=True)
            self._parts.append(rest)
        return np.concatenate(self._parts) if self._parts else np.empty(0, np.float32)

    def inversions(self) -> NDArray[np.float32] | None:
        """Polarities under which the channels do not cancel; None if they did not in this mix."""
        products = np.asarray(self._products, np.float64)
        if products.ndim != 2 or len(products) < 2:
            return None
        weights = self._weights(len(products)).astype(np.float64)
        if weights @ products @ weights >= _CANCELLED * (np.abs(weights) @ np.diag(products)):
            return None
        loudest = int(np.argmax(np.diag(products) * np.abs(weights)))
        polarities = np.where(products[loudest] < 0, -1, 1).astype(np.float32)
        return polarities if (polarities < 0).any() else None

    def _weights(self, n_channels: int) -> NDArray[np.float32]:
        full = np.ones(n_channels, np.float32)
        if self._lfe is not None:
            full[self._lfe] = 0
        weights: NDArray[np.float32] = full / full.sum()
        return weights if self._polarities is None else weights * self._polarities
