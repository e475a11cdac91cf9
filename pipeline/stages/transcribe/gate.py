"""What is done to a track before anybody hears it: decode, and look for a voice."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.engine.stage import AudioTrack
from pipeline.stages.measure.tags import VOICE_SCORE
from schemas.lyrics import Stretch, Vocals
from schemas.transcribe import TranscribeConfig
from tools.audio import load_mono
from tools.lyrics.demucs import vocals_of
from tools.lyrics.recogniser_process import as_samples
from tools.lyrics.transcript import SAMPLE_RATE_HZ, Waveform, seconds
from tools.lyrics.vocals import levels_dbfs, likely_stretches, peak_dbfs, voice_probability


@dataclass(frozen=True)
class Gated:
    """A track that was decoded and looked at.

    Attributes
    ----------
    samples : np.ndarray, shape (n_samples,), int16, or None
        What a recogniser is to hear, mono at 16 kHz; None if nobody is to hear it.
    levels_dbfs : np.ndarray
        Its level, every `tools.lyrics.vocals.LEVEL_FRAME_S`.
    vocals : Vocals or None
    reason, detail : str
        Why nobody is to hear it, or only to look for the listing's lyrics.
    """

    samples: NDArray[np.int16] | None
    levels_dbfs: NDArray[np.float32]
    vocals: Vocals | None
    reason: str = ""
    detail: str = ""


def gate_track(
    each: AudioTrack, config: TranscribeConfig, tag_scores: Mapping[str, float]
) -> Gated:
    """Decode a track and look for a voice.

    Parameters
    ----------
    each : AudioTrack
    config : TranscribeConfig
    tag_scores : mapping
        Evidence of a voice by the tagger, of those tracks that it heard, by id.

    Returns
    -------
    Gated
        Reasons are ``silent`` and ``no_vocals``.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more, or is another than was ingested.
    """
    with each.on_disk() as here:
        if config.separator is None:
            sound = load_mono(here.path, sample_rate_hz=SAMPLE_RATE_HZ)
        else:
            sound = vocals_of(here.path, config.separator)
    score = tag_scores.get(each.track.track_id)
    return gate_sound(sound, config, score, has_lyrics=each.track.lyrics is not None)


def gate_sound(
    sound: Waveform,
    config: TranscribeConfig,
    tag_score: float | None = None,
    *,
    has_lyrics: bool = False,
) -> Gated:
    """The gate for a sound at 16 kHz; see `gate_track`.

    Where lyrics are listed, a sound without a likely voice is heard all the same: whether they are
    its words decides.
    """
    levels = levels_dbfs(sound)
    peak = peak_dbfs(sound)
    if peak is None or peak < config.silence_dbfs:
        detail = "no sound at all" if peak is None else f"peak {peak:.1f} dBFS"
        return Gated(None, levels, None, "silent", detail)
    vocals = find_vocals(sound, config, tag_score)
    if not vocals.has_vocals:
        detail = f"a voice is likely in {vocals.vocal_s:.1f} s, {vocals.share:.0%} of the time"
        samples = as_samples(sound) if has_lyrics else None
        return Gated(samples, levels, vocals, "no_vocals", detail)
    return Gated(as_samples(sound), levels, vocals)


def find_vocals(sound: Waveform, config: TranscribeConfig, tag_score: float | None) -> Vocals:
    """Where a voice is likely in a sound at 16 kHz, and whether that is enough of a voice."""
    is_stem = config.separator is not None
    probability = voice_probability(sound, is_stem=is_stem)
    spans = likely_stretches(probability, least=config.vocal_probability)
    duration_s = seconds(sound)
    spans = [(start_s, min(end_s, duration_s)) for start_s, end_s in spans]
    vocal_s = sum(end_s - start_s for start_s, end_s in spans)
    share = vocal_s / duration_s
    is_supported = tag_score is not None and tag_score >= VOICE_SCORE
    least = config.min_supported_share if is_supported else config.min_vocal_share
    return Vocals(
        has_vocals=share >= min(least, config.min_vocal_share),
        vocal_s=vocal_s,
        share=share,
        tag_score=tag_score,
        stretches=[Stretch(start_s=start_s, end_s=end_s) for start_s, end_s in spans],
        estimate=config.separator or "mix+repet-sim",
    )
