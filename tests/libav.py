"""Audio files that libsndfile does not write, by FFmpeg's libraries."""

from pathlib import Path

import av
import numpy as np


def write_with_libav(path: Path, codec, samples, sample_rate_hz=44100, layout="mono"):
    """Write samples, shape (n_frames, n_channels), by an encoder of libav."""
    planar = np.ascontiguousarray(np.asarray(samples, np.float32).T)
    frame = av.AudioFrame.from_ndarray(planar, "fltp", layout)
    frame.sample_rate = sample_rate_hz
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=sample_rate_hz, layout=layout)
        stream.bit_rate = 64_000 * len(planar)  # of WMA there is no default
        stream.codec_context.open()
        resampler = av.AudioResampler(
            stream.codec_context.format, layout, sample_rate_hz, stream.frame_size or 4096
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path
