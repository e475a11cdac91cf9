"""A file of 5.1 channels, each with a frequency of its own."""

import numpy as np

from tests.audio import write
from tests.libav import write_with_libav

CHANNELS = {"FL": 200, "FR": 300, "FC": 400, "LFE": 100, "BL": 600, "BR": 700}
"""In the order of WAVE, FLAC and FFmpeg."""
VORBIS_ORDER = ["FL", "FC", "FR", "BL", "BR", "LFE"]
RATE_HZ = 48000


def write_surround(path):
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tones = {name: 0.5 * np.sin(2 * np.pi * hz * time_s) for name, hz in CHANNELS.items()}
    order = VORBIS_ORDER if path.suffix in (".ogg", ".opus") else list(CHANNELS)
    samples = np.stack([tones[name] for name in order], axis=1)
    if path.suffix == ".m4a":
        return write_with_libav(path, "aac", samples, RATE_HZ, layout="5.1")
    options = {".wav": {"format": "WAVEX"}, ".opus": {"format": "OGG", "subtype": "OPUS"}}
    return write(path, samples, RATE_HZ, **options.get(path.suffix, {}))
