"""Whisper through faster-whisper (CTranslate2): the same weights, several times as fast on a CPU.

Source: A. Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (ICML
2023). Our rules judge what is written, so nothing is left out here: Whisper's own thresholds are
off, and it is decoded once, at temperature 0, which always gives the same.
"""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from schemas.transcribe import RecogniserConfig
from tools.errors import RefusedError
from tools.lyrics.transcript import Decoding, TranscribedWord, Transcript, Waveform, seconds

HOW_TO_GET = (
    "run `pip install partimento[faster-whisper]`, then name a Whisper in CTranslate2's form: a "
    "local folder (model.bin, config.json, tokenizer.json, vocabulary), or a name on the hub such "
    "as Systran/faster-whisper-large-v3"
)
_DECODING = {
    "task": "transcribe",
    "word_timestamps": True,
    "temperature": 0.0,
    "condition_on_previous_text": False,  # a loop would be carried from window to window
    "no_speech_threshold": None,
    "log_prob_threshold": None,
    "compression_ratio_threshold": None,
}
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_OUT_OF_MEMORY = "out of memory"


class FasterWhisper:
    """A Whisper in CTranslate2's form, on a GPU where there is one.

    Parameters
    ----------
    config : RecogniserConfig
        `model` is a folder or a name on the hub.

    Raises
    ------
    RefusedError
        ``no_model`` if faster-whisper is not installed or the model cannot be loaded.
    """

    tool = "faster-whisper"

    def __init__(self, config: RecogniserConfig) -> None:
        self._model = _load(config)
        self.version = version(self.tool)

    def transcribe(
        self, sounds: Sequence[Waveform], language: str | None = None
    ) -> list[Transcript]:
        """Hear sounds one by one, window by window of 30 s.

        Raises
        ------
        MemoryError
            If a sound does not fit into the memory of the GPU.
        """
        told = language if language in self._model.supported_languages else None
        return [self._hear(sound, told) for sound in sounds]

    def _hear(self, sound: Waveform, language: str | None) -> Transcript:
        try:
            segments, info = self._model.transcribe(sound, language=language, **_DECODING)
            words = list(_words(segments, seconds(sound)))
        except RuntimeError as error:
            if _OUT_OF_MEMORY in str(error):
                raise MemoryError(str(error)) from error
            raise
        if language is not None:
            return Transcript(words)
        return Transcript(words, info.language, float(info.language_probability))


def _words(segments: Iterable[Any], duration_s: float) -> Iterable[TranscribedWord]:
    latest_s = 0.0
    for segment in segments:
        decoding = Decoding(
            float(segment.no_speech_prob),
            float(segment.avg_logprob),
            float(segment.compression_ratio),
        )
        for word in segment.words or ():
            if not (text := _readable(word.word)):
                continue
            latest_s = start_s = min(max(latest_s, float(word.start)), duration_s)
            end_s = min(max(start_s, float(word.end)), duration_s)
            yield TranscribedWord(text, start_s, end_s, float(word.probability), decoding)


def _readable(token: str) -> str:
    """A word without what shows nothing; rows of dots, notes and invisible signs are no words."""
    if not any(sign.isalnum() for sign in token):
        return ""
    signs = (c for c in token if c != _REPLACED and unicodedata.category(c) != "Cc")
    return "".join(signs).strip()


def _load(config: RecogniserConfig) -> Any:
    try:
        import ctranslate2
        from faster_whisper import WhisperModel
    except ImportError as error:
        detail = f"faster-whisper is not installed ({error}): {HOW_TO_GET}"
        raise RefusedError("no_model", detail) from error
    folder = Path(config.model)
    if folder.is_dir() and not (folder / "tokenizer.json").is_file():
        # faster-whisper would fetch one of another model.
        raise RefusedError("no_model", f"{folder} has no tokenizer.json: {HOW_TO_GET}")
    is_gpu = ctranslate2.get_cuda_device_count() > 0
    try:
        return WhisperModel(
            config.model,
            device="cuda" if is_gpu else "cpu",
            compute_type=config.compute_type or ("float16" if is_gpu else "int8"),
            cpu_threads=len(os.sched_getaffinity(0)),
        )
    except Exception as error:
        brief = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        raise RefusedError("no_model", f"{config.model}: {brief}: {HOW_TO_GET}") from error
