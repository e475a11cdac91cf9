"""Ways to spoil real sound, and Chromaprint's packing, for `benchmarks.fingerprints`."""

import base64

import numba
import numpy as np
import soxr
from scipy.signal import butter, sosfilt

from tests.tools.test_audio_matching import clip, heard, transcode

_RNG = np.random.default_rng(0)
_LATE_S = 0.062
"""Half the time between two items: the worst place to begin."""


def late(samples: np.ndarray) -> np.ndarray:
    """Without its first moment, so that all items lie between those of the original."""
    return samples[round(_LATE_S * 44100) :]


def noisy(samples: np.ndarray, snr_db: float) -> np.ndarray:
    """With white noise."""
    gain = 10 ** (-snr_db / 20) * samples.std()
    return samples + (gain * _RNG.normal(size=len(samples))).astype(np.float32)


def band(samples: np.ndarray, low_hz: float, high_hz: float) -> np.ndarray:
    """What lies in a band of frequencies."""
    filters = butter(2, [low_hz, high_hz], "band", fs=44100, output="sos")
    return np.asarray(sosfilt(filters, samples), np.float32)


def echo(samples: np.ndarray) -> np.ndarray:
    """In a large room."""
    return samples + 0.5 * np.roll(samples, 4000) + 0.3 * np.roll(samples, 9000)


def clipped(samples: np.ndarray, over_db: float) -> np.ndarray:
    """Overdriven."""
    gain = 10 ** (over_db / 20) / np.abs(samples).max()
    return np.clip(gain * samples, -1, 1)


DEGRADED = {
    "MP3 22 kHz, lowest rate": lambda x: heard(*transcode(x, "MP3", "MPEG_LAYER_III", 22050)),
    "the same, between items": lambda x: heard(*transcode(late(x), "MP3", "MPEG_LAYER_III", 22050)),
    "MP3 16 kHz, lowest rate": lambda x: heard(*transcode(x, "MP3", "MPEG_LAYER_III", 16000)),
    "Opus 16 kHz, lowest rate": lambda x: heard(*transcode(x, "OGG", "OPUS", 16000)),
    "the same, late": lambda x: heard(*transcode(late(x), "OGG", "OPUS", 16000)),
    "Opus 8 kHz, lowest rate": lambda x: heard(*transcode(x, "OGG", "OPUS", 8000)),
    "Vorbis 22 kHz, lowest rate": lambda x: heard(*transcode(x, "OGG", "VORBIS", 22050)),
    "resampled to 8 kHz": lambda x: heard(soxr.resample(x, 44100, 8000), 8000),
    "30 dB quieter": lambda x: heard(0.03 * x),
    "between items": lambda x: heard(late(x)),
    "noise, 10 dB": lambda x: heard(noisy(x, 10)),
    "noise, 5 dB, late": lambda x: heard(noisy(late(x), 5)),
    "noise, 0 dB": lambda x: heard(noisy(x, 0)),
    "noise, -5 dB": lambda x: heard(noisy(x, -5)),
    "clipped by 6 dB": lambda x: heard(clipped(x, 6)),
    "clipped by 12 dB": lambda x: heard(clipped(x, 12)),
    "telephone": lambda x: heard(band(x, 300, 3400)),
    "bass only": lambda x: heard(band(x, 30, 400)),
    "large room": lambda x: heard(echo(x)),
    "0.2 % faster": lambda x: heard(x, 44188),
    "0.4 % faster": lambda x: heard(x, 44276),
}
CLIPS = {
    "whole": lambda x: [x],
    "20 s": lambda x: [clip(x, start_s, 20) for start_s in (3.21, 19.87)],
    "10 s": lambda x: [clip(x, start_s, 10) for start_s in (5.43, 17.61, 31.09)],
}


def packed(items: np.ndarray) -> str:
    """Items as Chromaprint packs them."""
    normal = np.zeros(3 * 33 * len(items), np.uint8)
    extra = np.zeros(5 * 33 * len(items), np.uint8)
    n_normal, n_extra = _pack(items, normal, extra)
    header = bytes([1, *len(items).to_bytes(3, "big")])
    parts = (np.packbits(bits, bitorder="little").tobytes()
             for bits in (normal[:n_normal], extra[:n_extra]))  # fmt: skip
    return base64.urlsafe_b64encode(header + b"".join(parts)).decode().rstrip("=")


@numba.njit(cache=True)
def _pack(items: np.ndarray, normal: np.ndarray, extra: np.ndarray) -> tuple[int, int]:
    n_normal = n_extra = 0
    before = np.uint32(0)
    for item in items:
        last = 0
        for bit in range(1, 34):
            is_end = bit == 33
            if not is_end and not ((item ^ before) >> np.uint32(bit - 1)) & np.uint32(1):
                continue
            step = 0 if is_end else bit - last
            for place in range(3):
                normal[n_normal + place] = min(step, 7) >> place & 1
            n_normal += 3
            if step >= 7:
                for place in range(5):
                    extra[n_extra + place] = (step - 7) >> place & 1
                n_extra += 5
            last = bit
        before = item
    return n_normal, n_extra
